"""The card at the head of an order's topic."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest
from hypothesis import given, settings

from domain.files import OrderFile
from domain.ids import LineNo
from domain.orders import Flag, Line, LineState, Order, Stage
from sandbox.limits import utf16_length
from sandbox.methods.topics import ICONS
from tests.views.files import (
    AGENCY,
    APPLIED,
    ARRIVED,
    BILLED,
    BOUGHT,
    CANCELLED,
    COMPLETED,
    DECISION,
    ESTIMATED,
    EVERY_STAGE,
    NOW,
    PAID,
    READY,
    REPORT,
    RETURNED,
    SHIPPED,
    STAFF,
    a_file,
)
from tests.views.reading import all_keys, labels, read
from tests.views.test_card import nasty_files
from views import topic, topic_names
from views.buttons import StaffDo
from views.topic_names import Title


def draw(file: OrderFile) -> str:
    return topic.card(file, STAFF, NOW, AGENCY).text


def pressable(order: Order, *reports: object) -> list[str]:
    file = a_file(order, *reports)  # type: ignore[arg-type]
    return [key.label for key in all_keys(topic.card(file, STAFF, NOW, AGENCY))]


def test_the_card_of_an_application() -> None:
    screen = topic.card(a_file(APPLIED), STAFF, NOW, AGENCY)
    assert screen.text == (
        "📝 <b>#12</b> · Application received\n"
        'Customer: <a href="tg://user?id=7">Aki</a> · <code>7</code> · @aki_t\n'
        "Applied: Sun 22 Nov 2026, 08:00 UTC\n"
        "Deadline: Mon 30 Nov, 14:59 UTC\n\n"
        "<b>To do:</b> price or reject every item.\n"
        "<code>/estimate 1=… 2=… shipping=… fee=…</code>\n\n"
        '<b>1</b> · 2 × <a href="https://shop.example/mug">shop.example/mug</a>\n'
        "<i>requested</i>\n"
        "Note: the blue one\n"
        "<b>2</b> · 1 × A book about tea\n"
        "<i>requested</i>\n\n"
        "Address:\nAki Tanaka\n1 Long Street\nBerlin\n"
        "Wants: the cheapest way · if sold out, buy the rest · tolerance 5 %"
    )
    assert labels(screen) == [
        ["Estimate", "Reject line", "Hold"],
        ["Cancel order", "Take", "History"],
    ]


def test_a_report_under_review_is_shown_with_its_line() -> None:
    text = draw(a_file(ESTIMATED, REPORT))
    assert "<code>/confirm 83.20 BANKREF</code>" in text
    assert (
        "💳 <b>Under review:</b> $83.20, 22 Nov 2026, from A. Tanaka, code <code>D12K</code>"
    ) in text


@pytest.mark.parametrize(
    ("order", "reports", "work"),
    [
        (APPLIED, (), ["Estimate", "Reject line"]),
        (ESTIMATED, (), ["Estimate", "Reject line", "Confirm payment"]),
        (ESTIMATED, (REPORT,), ["Confirm payment", "Refuse"]),
        (PAID, (), ["Bought", "Not available", "Offer instead", "Adjust"]),
        (BOUGHT, (), ["Arrived", "Short or damaged", "Split", "Adjust"]),
        (ARRIVED, (), ["2nd bill", "Short or damaged", "Adjust"]),
        (BILLED, (), ["2nd bill", "Confirm payment", "Short or damaged", "Adjust"]),
        (BILLED, (REPORT,), ["Confirm payment", "Refuse", "Adjust"]),
        (READY, (), ["Packed", "Ship", "Short or damaged", "Adjust"]),
        (SHIPPED, (), ["Ship", "Returned", "Adjust"]),
        (COMPLETED, (), ["Returned"]),
        (CANCELLED, (), []),
    ],
)
def test_only_what_is_possible_has_a_button(
    order: Order, reports: tuple[object, ...], work: list[str]
) -> None:
    always = {"Hold", "Cancel order", "Take", "History"}
    assert [label for label in pressable(order, *reports) if label not in always] == work
    assert pressable(order, *reports)[-1] == "History"


def test_what_is_half_bought_can_be_bought_on_and_arrive() -> None:
    lines = (replace(PAID.lines[0], state=LineState.BOUGHT), PAID.lines[1])
    assert pressable(replace(PAID, lines=lines))[:4] == [
        "Bought", "Not available", "Offer instead", "Arrived",
    ]  # fmt: skip


def test_staff_read_why_it_ended_in_words_not_in_marks() -> None:
    gone = replace(CANCELLED.line(LineNo(1)), reason="silence")
    order = replace(CANCELLED, lines=(gone, *CANCELLED.lines[1:]), reason="price")
    shown = draw(a_file(order))
    assert "Reason: the customer did not accept the new price\n" in shown
    assert "Reason: no decision within 72 hours\n" in shown
    assert "silence" not in shown


def test_an_order_on_hold_can_be_released_and_its_payment_still_confirmed() -> None:
    held = replace(ESTIMATED, flags=frozenset({Flag.ON_HOLD}))
    assert pressable(held) == ["Release", "Cancel order", "Take", "History"]
    assert pressable(held, REPORT)[:4] == ["Confirm payment", "Refuse", "Release", "Take"]


def test_an_order_that_somebody_looks_after_says_so_and_has_no_button_for_it() -> None:
    taken = replace(ESTIMATED, taken_by="staff:42 Mina <b>")
    assert "✋ Taken by Mina &lt;b&gt;" in topic.card(a_file(taken), STAFF, NOW, AGENCY).text
    assert "Take" not in pressable(taken)


def test_an_open_problem_can_be_solved() -> None:
    order = replace(SHIPPED, flags=frozenset({Flag.PROBLEM_OPEN}))
    assert "Solve" in pressable(order)
    assert "<code>/solve text</code>" in draw(a_file(order))
    assert "Deadline: stands still" in draw(a_file(order))
    ended = replace(COMPLETED, flags=frozenset({Flag.PROBLEM_OPEN}))
    assert pressable(ended) == ["Solve", "Refund", "Replacement", "Returned", "History"]
    assert "<code>/solve replacement text</code>" in draw(a_file(ended))


def test_it_is_packed_once_and_says_since_when_it_is_stored() -> None:
    order = replace(READY, arrived_at=NOW - timedelta(days=12))
    assert pressable(order)[:2] == ["Packed", "Ship"]
    assert "12 days. Nothing is thrown away" in draw(a_file(order))
    assert "Packed" not in pressable(replace(order, packed_at=NOW))
    assert "Stored since" not in draw(a_file(SHIPPED))


def test_parcels_that_came_back_or_arrived_are_marked() -> None:
    there = replace(SHIPPED.parcels[0], arrived_at=NOW)
    assert "· arrived Mon 23 Nov 2026" in draw(a_file(replace(SHIPPED, parcels=(there,))))
    assert "· came back Mon 23 Nov 2026" in draw(a_file(RETURNED))


def test_a_decision_leaves_the_other_lines_to_be_bought() -> None:
    assert "<code>/bought</code>" in draw(a_file(DECISION))
    only = replace(DECISION, lines=DECISION.lines[1:])
    assert "<b>Waiting:</b> for the customer’s decision." in draw(a_file(only))
    assert "Bought" not in pressable(only)


@pytest.mark.parametrize("order", EVERY_STAGE)
def test_every_button_carries_the_orders_number_and_version(order: Order) -> None:
    for key in all_keys(topic.card(a_file(order), STAFF, NOW, AGENCY)):
        press = StaffDo.unpack(key.data)
        assert press is not None
        assert (press.order, press.seen) == (order.id, order.version)


def test_a_line_of_many_still_has_its_whole_address_to_tap() -> None:
    url = "https://shop.example/" + "x" * 100
    lines = tuple(Line(LineNo(no), url, 1) for no in range(1, 31))
    text = draw(a_file(replace(APPLIED, lines=lines)))
    assert text.count(f'href="{url}"') == 30


HELD = replace(APPLIED, flags=frozenset({Flag.ON_HOLD, Flag.DECISION_NEEDED}))


@pytest.mark.parametrize(
    ("file", "name", "icon"),
    [
        (a_file(APPLIED), "#12 · To estimate · shop.example/mug", "5373251851074415873"),
        (a_file(SHIPPED), "#12 · Shipped · shop.example/mug", "5348436127038579546"),
        (a_file(ESTIMATED), "#12 · To be paid · shop.example/mug", "5350452584119279096"),
        (
            a_file(ESTIMATED, REPORT),
            "#12 · Payment to confirm · shop.example/mug",
            "5350452584119279096",
        ),
        (a_file(HELD), "#12 · On hold · shop.example/mug", "5357121491508928442"),
    ],
)
def test_a_topics_name_has_number_stage_and_first_item(
    file: OrderFile, name: str, icon: str
) -> None:
    assert topic_names.title(file, STAFF.say) == Title(name, icon)


def test_every_icon_of_a_topic_is_one_of_telegrams_own() -> None:
    assert set(ICONS) >= topic_names.ALL_ICONS
    assert set(topic_names.ICONS) == set(Stage)
    assert set(topic_names.FLAGS) == set(Flag)


@settings(max_examples=60, deadline=None)
@given(nasty_files())
def test_card_and_name_fit_whatever_was_typed(file: OrderFile) -> None:
    read(topic.card(file, STAFF, NOW, AGENCY))
    name = topic_names.title(file, STAFF.say).name
    assert name.split(" ")[0] == "#1000000000"  # what was typed may be nothing to be seen
    assert 1 <= utf16_length(name) <= 128
    assert "\n" not in name
