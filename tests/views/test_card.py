"""The order card: what it says, and what can be pressed."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from domain.bills import BillState
from domain.files import Note, OrderFile
from domain.ids import LineNo, NoteId, OrderId, PersonId
from domain.letters import Screen, Section
from domain.orders import Flag, Line, LineState, Order, Parcel, Question, Stage
from domain.payments import NOT_ITS_MONEY
from tests.views.files import (
    AGENCY,
    APPLIED,
    BILLED,
    BOOK,
    BOUGHT,
    CANCELLED,
    CHOSEN,
    COMPLETED,
    DECISION,
    ESTIMATED,
    EVERY_STAGE,
    FREE,
    NOW,
    PAID,
    READER,
    REPORT,
    SHIPPED,
    a_file,
    usd,
    yen,
)
from tests.views.reading import all_keys, flat, labels, read
from views import card, items
from views.buttons import Button, Choice, Decide, Deed, Do, GetPaper, LineButton, OpenCard, Tab
from views.texts import Reader

TABS = [["Progress", "Details", "Items"], ["Bills", "Shipping", "Messages"]]


def draw(order: Order | OrderFile, section: Section = Section.PROGRESS, page: int = 0) -> Screen:
    file = order if isinstance(order, OrderFile) else a_file(order)
    return card.draw(file, section, page, READER, NOW, AGENCY)


def test_a_bill_to_pay() -> None:
    screen = draw(ESTIMATED)
    assert screen.text == (
        "<b>Order #12</b>\n\n"
        "✓ Applied · ● <b>Estimate</b> · ○ Paid · ○ Bought · ○ Arrived · ○ 2nd bill"
        " · ○ Shipped · ○ Completed\n\n"
        "<b>Your turn:</b> please pay the 1st bill, <b>$83.20</b>.\n"
        "<b>By:</b> Mon 30 Nov, 23:59 JST. If it is not paid by then, the order is cancelled.\n"
        "<b>Next:</b> as soon as it is paid, we will buy your items."
    )
    assert labels(screen) == [
        ["🟢 Pay 1st bill · $83.20"],
        *TABS,
        ["Cancel order", "My orders"],
    ]


def test_a_payment_under_review() -> None:
    screen = draw(a_file(ESTIMATED, REPORT))
    assert screen.text.endswith(
        "<b>Our turn:</b> we are checking your payment of <b>$83.20</b>. The deadline stands "
        "still meanwhile.\n"
        "<b>Next:</b> as soon as it is confirmed, we will buy your items.\n\n"
        "There is nothing for you to do now. Was the report wrong? <i>Withdraw</i> it."
    )
    assert labels(screen) == [["↩️ Withdraw · payment report"], *TABS, ["My orders"]]


def test_the_bills() -> None:
    order = replace(ESTIMATED, first_bill=replace(ESTIMATED.first_bill, rate="JPY@0.0066"))  # type: ignore[type-var]
    assert draw(order, Section.BILLS).text == (
        "<b>Order #12 · Bills</b>\n\n"
        "<b>1st bill</b> · open\n"
        '1 · <a href="https://shop.example/mug">shop.example/mug</a>: 2 × $30.00 = $60.00\n'
        "2 · A book about tea: 1 × $15.20 = $15.20\n"
        "Items: $75.20\n"
        "Domestic shipping: $5.00\n"
        "Service fee: $3.00\n"
        "<b>Total: $83.20</b>\n"
        "Paid: $0.00\n"
        "<b>Remaining: $83.20</b>\n"
        "Due: Mon 30 Nov, 23:59 JST\n"
        "Exchange rate: 1 JPY = 0.0066 USD, fixed for this bill\n\n"
        "<b>2nd bill</b>\n"
        "It comes when everything is in our warehouse: the shipping to you."
    )


def test_what_is_paid_and_under_review_stands_apart_from_what_remains() -> None:
    order = replace(
        ESTIMATED,
        first_bill=replace(ESTIMATED.first_bill, paid=usd(2000), version=2),  # type: ignore[type-var]
        frozen_at=NOW,
    )
    text = draw(a_file(order, REPORT), Section.BILLS).text
    assert "<b>1st bill</b> · open · version 2\n" in text
    assert (
        "Paid: $20.00\nUnder review: $83.20, transferred on 22 Nov 2026\n"
        "<b>Remaining: $63.20</b>\nDue date: stands still for now"
    ) in text


def test_the_second_bill_names_its_methods() -> None:
    assert draw(BILLED, Section.BILLS).text.endswith(
        "<b>2nd bill</b> · open\n"
        "· EMS: $42.10\n"
        "· SAL: $20.00\n"
        "You choose the method when you pay. With the cheapest one:\n"
        "<b>Total: $20.00</b>\n"
        "Paid: $0.00\n"
        "<b>Remaining: $20.00</b>\n"
        "Due: no fixed date, take your time"
    )
    assert "✓ EMS: $42.10\n· SAL: $20.00\n<b>Total: $42.10</b>" in draw(CHOSEN, Section.BILLS).text


def test_what_changed_since_the_first_bill_is_shown() -> None:
    dearer = replace(BOUGHT.lines[1], bought_price=usd(1600))
    order = replace(BOUGHT, lines=(BOUGHT.lines[0], dearer), adjustment=usd(-200))
    assert draw(order, Section.BILLS).text.endswith(
        "<b>Since the 1st bill</b>\n"
        "The order now costs $1.20 less. The difference goes to your deposit when the order "
        "completes."
    )
    assert "Since the 1st bill" not in draw(BOUGHT, Section.BILLS).text


def test_the_items() -> None:
    screen = draw(ESTIMATED, Section.ITEMS)
    assert screen.text == (
        "<b>Order #12 · Items</b>\n\n"
        '<b>1</b> · <a href="https://shop.example/mug">shop.example/mug</a>\n'
        "2 × ¥4,545 ($30.00) = $60.00 · <i>priced</i>\n"
        "Note: the blue one\n\n"
        "<b>2</b> · A book about tea\n"
        "1 × $15.20 = $15.20 · <i>priced</i>"
    )
    assert labels(screen)[1:3] == [["1 · 2 × shop.example/mug"], ["2 · 1 × A book about tea"]]
    assert LineButton(OrderId(12), 2, 1).key("1 · 2 × shop.example/mug") in all_keys(screen)


def test_an_item_that_is_partly_here_is_counted() -> None:
    some = replace(BOUGHT, lines=(replace(BOUGHT.lines[0], arrived=1), BOUGHT.lines[1]))
    assert "<i>1 of 2 in our warehouse</i>" in draw(some, Section.ITEMS).text
    assert "So far 1 of 3 pieces have arrived." in draw(some).text


def test_one_item_with_all_that_was_written_about_it() -> None:
    line = replace(BOUGHT.lines[0], bought_price=usd(2900), shop_price=None, photo="file-1")
    screen = items.one(a_file(replace(BOUGHT, lines=(line, BOOK))), 1, READER)
    assert read(screen) == (
        "Order #12 · Item 1\nshop.example/mug\n2 × $29.00 = $58.00 · bought\n"
        "Estimated: $30.00 each\nNote: the blue one"
    )
    assert screen.photo == "file-1"
    assert labels(screen) == [["Back"]]


def test_the_details() -> None:
    assert draw(ESTIMATED, Section.DETAILS).text == (
        "<b>Order #12 · Details</b>\n\n"
        "<b>Number:</b> #12\n"
        "<b>State:</b> Waiting for the 1st payment\n"
        "<b>Applied:</b> Sun 22 Nov 2026, 17:00 JST\n"
        "<b>Estimate:</b> Mon 23 Nov 2026, 18:00 JST\n"
        "<b>Deadline:</b> Mon 30 Nov, 23:59 JST\n"
        "<b>Delivery address:</b>\nAki Tanaka\n1 Long Street\nBerlin\n"
        "<b>Shipping preference:</b> the cheapest way\n"
        "<b>If sold out:</b> buy the rest\n"
        "<b>If a price rises:</b> up to 5 % we buy, above that we ask you\n"
        "<b>Your notes:</b>\n1 · the blue one"
    )


def test_a_parcel_can_be_copied_and_followed() -> None:
    screen = draw(SHIPPED, Section.SHIPPING)
    assert (
        "<b>Parcel 1</b> · EMS · shipped Mon 23 Nov 2026, 18:00 JST\n"
        "<code>EE123456785JP</code> · <a href="
    ) in screen.text
    copy, track = screen.keys[1]
    assert (copy.label, copy.copy) == ("📋 Copy · EE123456785JP", "EE123456785JP")
    assert track.label == "🔎 Track · EMS"
    assert track.url.endswith("reqCodeNo1=EE123456785JP")


# The green button -----------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("order", "green"),
    [
        (APPLIED, None),
        (ESTIMATED, "🟢 Pay 1st bill · $83.20"),
        (PAID, None),
        (DECISION, "🟢 Accept · $18.00"),
        (BOUGHT, None),
        (BILLED, "🟢 Pay 2nd bill · from $20.00"),
        (CHOSEN, "🟢 Pay 2nd bill · $42.10"),
        (FREE, "🟢 Request shipping"),
        (SHIPPED, "🟢 Reception report · by 23 Dec"),
        (COMPLETED, None),
        (CANCELLED, None),
    ],
)
@pytest.mark.parametrize("section", Section)
def test_there_is_one_green_button_exactly_when_the_customer_must_act(
    order: Order, green: str | None, section: Section
) -> None:
    screen = draw(order, section)
    assert [k.label for k in all_keys(screen) if "🟢" in k.label] == ([green] if green else [])
    if section is Section.PROGRESS:
        assert ("Your turn" in screen.text) == (green is not None)
        nothing = "There is nothing for you to do now." in screen.text
        assert nothing == (green is None and not order.is_ended)


@pytest.mark.parametrize("order", [o for o in EVERY_STAGE if not o.is_ended])
def test_an_order_on_hold_asks_the_customer_for_nothing(order: Order) -> None:
    held = replace(order, flags=order.flags | {Flag.ON_HOLD}, reason="customs <asks>")
    screen = draw(held)
    assert not any("🟢" in key.label for key in all_keys(screen))
    assert not any(key.label.startswith("Drop") for key in all_keys(screen))
    assert "<b>Our turn:</b> we put this order on hold." in screen.text
    assert "<b>Reason:</b> customs &lt;asks&gt;" in screen.text


def test_a_reason_of_ours_for_a_hold_is_in_the_readers_language() -> None:
    held = replace(ESTIMATED, flags=frozenset({Flag.ON_HOLD}), reason=NOT_ITS_MONEY)
    spanish = Reader("es", "Asia/Tokyo")
    text = card.draw(a_file(held), Section.PROGRESS, 0, spanish, NOW, AGENCY).text
    assert "<b>Motivo:</b> falta el importe de una transferencia" in text


def test_an_open_problem_waits_for_us() -> None:
    screen = draw(replace(SHIPPED, flags=frozenset({Flag.PROBLEM_OPEN})))
    assert "<b>Our turn:</b> we are looking into the problem you reported." in screen.text
    assert not any("🟢" in key.label for key in all_keys(screen))


def test_a_part_that_was_paid_is_not_asked_for_again() -> None:
    bill = replace(ESTIMATED.first_bill, paid=usd(8000))  # type: ignore[type-var]
    screen = draw(replace(ESTIMATED, first_bill=bill))
    assert labels(screen)[0] == ["🟢 Pay 1st bill · $3.20"]


def test_a_price_to_decide_on() -> None:
    screen = draw(DECISION)
    assert screen.text.endswith(
        "<b>Your turn:</b> please decide.\n"
        "Item 2 (A book about tea) now costs <b>$18.00</b> each instead of $15.20.\n"
        "Shall we buy it at the new price, or drop it? We will not buy it until you decide.\n"
        "Without an answer by <b>Thu 26 Nov, 17:59 JST</b> it is dropped."
    )
    assert labels(screen) == [
        ["🟢 Accept · $18.00"],
        ["Drop item · 2"],
        *TABS,
        ["Cancel order", "My orders"],
    ]
    pressed = [Decide.unpack(key.data) for row in screen.keys[:2] for key in row]
    assert pressed == [
        Decide(OrderId(12), 3, 2, Choice.ACCEPT),
        Decide(OrderId(12), 3, 2, Choice.DROP),
    ]


def test_two_prices_are_decided_one_after_the_other() -> None:
    both = tuple(
        replace(line, question=Question.PRICE, asked_price=usd(5000), asked_at=NOW)
        for line in PAID.lines
    )
    screen = draw(replace(DECISION, lines=both))
    assert "After this, 1 more item waits for your decision." in screen.text
    assert [row[0] for row in labels(screen)[:2]] == ["🟢 Accept · $50.00", "Drop item · 1"]


# Cancelling -----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("order", "can"),
    [(APPLIED, True), (ESTIMATED, True), (DECISION, True), (PAID, True), (SHIPPED, False)],
)
def test_cancel_is_offered_while_it_is_allowed(order: Order, can: bool) -> None:
    assert ("Cancel order" in flat(labels(draw(order)))) == can


def test_once_something_is_bought_a_decision_no_longer_offers_to_cancel() -> None:
    bought = replace(DECISION.lines[0], state=LineState.BOUGHT)
    order = replace(DECISION, lines=(bought, DECISION.lines[1]))
    assert "Cancel order" not in flat(labels(draw(order)))


def test_a_report_must_be_withdrawn_before_cancelling() -> None:
    assert "Cancel order" not in flat(labels(draw(a_file(APPLIED, REPORT))))


def test_a_cancelled_order_says_why_and_what_became_of_the_money() -> None:
    assert draw(CANCELLED).text.endswith(
        "✓ Applied · ✓ Estimate · ✕ <b>Cancelled</b>\n\n"
        "This order was cancelled on Mon 23 Nov 2026, 18:00 JST.\n"
        "<b>Reason:</b> the shop has closed\n"
        "You had paid nothing for it, and there is nothing left to do."
    )
    bill = replace(PAID.first_bill, state=BillState.PAID)  # type: ignore[type-var]
    paid = draw(replace(CANCELLED, first_bill=bill)).text
    assert "✓ Applied · ✓ Estimate · ✓ Paid · ✕ <b>Cancelled</b>" in paid
    assert paid.endswith("You had paid $83.20. All of it went back to your deposit.")


def test_a_completed_order_shows_its_settlement() -> None:
    cheaper = replace(COMPLETED.lines[1], bought_price=usd(1320))
    order = replace(COMPLETED, lines=(COMPLETED.lines[0], cheaper))
    assert draw(order).text.endswith(
        "This order is completed. Thank you! There is nothing left to do.\n"
        "<b>Settlement:</b> it cost $123.30, and you paid $125.30.\n"
        "$2.00 went to your deposit."
    )


# The keys -------------------------------------------------------------------------------------


@pytest.mark.parametrize("order", EVERY_STAGE)
@pytest.mark.parametrize("section", Section)
def test_every_button_about_the_order_carries_its_number_and_version(
    order: Order, section: Section
) -> None:
    screen = draw(a_file(order, notes_count=30), section)
    read(screen)
    assert labels(screen)[-3:-1] == TABS
    for key in all_keys(screen):
        if not key.data or key.data.startswith("go:"):
            continue
        press = Button.kinds[key.data.split(":")[0]].unpack(key.data)
        if isinstance(press, GetPaper):  # whatever the version, the paper is as the bill is now
            assert press.order == order.id
            continue
        assert isinstance(press, Do | Tab | LineButton | Decide)
        assert (press.order, press.seen) == (order.id, order.version)


def test_other_ongoing_orders_are_one_tap_away() -> None:
    screen = card.draw(
        a_file(APPLIED), Section.PROGRESS, 0, READER, NOW, AGENCY, siblings=(12, 13, 14)
    )
    assert labels(screen)[-2] == ["#13", "#14"]
    assert OpenCard.unpack(screen.keys[-2][0].data) == OpenCard(OrderId(13))


# Messages -------------------------------------------------------------------------------------


def a_note(no: int, text: str = "Hello", **more: object) -> Note:
    values: dict[str, object] = {
        "id": NoteId(no),
        "order": OrderId(12),
        "direction": "to_agency",
        "author": PersonId(7),
        "at": NOW,
        "chat": 7,
        "message": no,
        "text": text,
        "delivered_at": NOW,
    }
    return Note(**(values | more))  # type: ignore[arg-type]


def test_the_messages() -> None:
    notes = (
        a_note(1, "Is it <b>blue</b>?"),
        a_note(2, "Yes &amp; shiny", direction="to_customer", media="photo", file="f"),
        a_note(3, "Fine", delivered_at=None, trouble="blocked"),
        a_note(4, "Hello?", delivered_at=None, trouble="muted"),
    )
    screen = draw(a_file(APPLIED, notes=notes, notes_count=4), Section.MESSAGES)
    assert screen.text == (
        "<b>Order #12 · Messages</b>\n\n"
        "<b>You</b> · Mon 23 Nov, 18:00 JST\nIs it <b>blue</b>?\n\n"
        "<b>Mikan Proxy</b> · Mon 23 Nov, 18:00 JST\n[photo] Yes &amp; shiny\n\n"
        "<b>You</b> · Mon 23 Nov, 18:00 JST\nFine\n⚠️ Not delivered\n\n"
        "<b>You</b> · Mon 23 Nov, 18:00 JST\nHello?\n⚠️ Not delivered yet\n\n"
        "<i>New message reaches the team that works on this order.</i>"
    )
    assert labels(screen)[0] == ["✍️ New message"]


def test_the_newest_messages_come_first_and_the_others_are_paged() -> None:
    file = a_file(APPLIED, notes=(a_note(1),), notes_count=25)
    assert labels(draw(file, Section.MESSAGES))[1] == ["➡️ Next · 2/3"]
    assert labels(draw(file, Section.MESSAGES, 1))[1] == ["⬅️ Previous · 1/3", "➡️ Next · 3/3"]
    assert labels(draw(file, Section.MESSAGES, 99))[1] == ["⬅️ Previous · 2/3"]


def test_a_closed_thread_takes_no_new_messages_and_says_so() -> None:
    later = NOW + timedelta(days=31)
    screen = card.draw(a_file(COMPLETED), Section.MESSAGES, 0, READER, later, AGENCY)
    assert "This order ended more than 30 days ago, so it takes no new messages." in screen.text
    assert not any("New message" in label for row in labels(screen) for label in row)


def test_one_long_message_leaves_room_for_the_short_ones() -> None:
    notes = (*(a_note(n, f"short {n}") for n in range(1, 10)), a_note(10, "long " * 800))
    shown = read(draw(a_file(APPLIED, notes=notes, notes_count=10), Section.MESSAGES))
    assert all(f"short {n}" in shown for n in range(1, 10))
    assert shown.count("long") > 550


# Limits: whatever was typed --------------------------------------------------------------------

NASTY = st.one_of(
    st.text(max_size=600),
    st.sampled_from(
        [
            "<script>alert(1)</script>",
            "&" * 500,
            "&amp;lt;b&gt;",
            "🟢" * 500,
            "👨‍👩‍👧‍👦" * 60,
            "مرحبا" * 100,
            "\u202e" + "abc" * 160,
            "e" + "\u0301" * 499,
            "https://a.example/" + "x" * 480,
            "https://a.example/ " * 26,
            "{no} {0} {__class__}",
            "x" * 5000,
            "\n" * 500 + "x",
        ]
    ),
)


def a_line(no: int, what: str, note: str, state: LineState) -> Line:
    return Line(
        LineNo(no), what or "x", 999, note, state=state, unit_price=usd(99_999_999),
        shop_price=yen(99_999_999), asked_price=usd(99_999_998), reason=note,
        question=Question.PRICE, asked_at=NOW,
    )  # fmt: skip


@st.composite
def nasty_files(draw: st.DrawFn) -> OrderFile:
    order = draw(st.sampled_from(EVERY_STAGE))
    what, note, address = draw(NASTY), draw(NASTY), draw(NASTY)
    count = draw(st.sampled_from([1, 8, 9, 30, 50]))
    state = draw(st.sampled_from(LineState))
    lines = tuple(a_line(no, what, note, state) for no in range(1, count + 1))
    parcels = tuple(
        Parcel(draw(NASTY)[:40] or "x", f"{no}{draw(NASTY)[:40]}", NOW)
        for no in range(draw(st.integers(0, 12)))
    )
    order = replace(
        order, id=OrderId(10**9), version=10**6, lines=lines, address=address, reason=note,
        parcels=parcels, flags=draw(st.sets(st.sampled_from(Flag)).map(frozenset)),
    )  # fmt: skip
    notes = tuple(a_note(n, draw(st.sampled_from(HTML))) for n in range(draw(st.integers(0, 10))))
    file = a_file(order, *draw(st.sampled_from([(), (REPORT,)])), notes=notes, notes_count=40)
    return replace(file, customer=replace(file.customer, name=draw(NASTY)))


HTML = ("&amp;" * 4096, "<b>" + "🟢" * 2048 + "</b>", "x" * 4096, "", "<code>a</code> " * 600)


@settings(max_examples=60, deadline=None)
@given(nasty_files(), st.sampled_from(Section), st.integers(-1, 9))
def test_every_section_fits_whatever_was_typed(
    file: OrderFile, section: Section, page: int
) -> None:
    read(draw(file, section, page))


@settings(max_examples=30, deadline=None)
@given(nasty_files())
def test_an_item_alone_fits_whatever_was_typed(file: OrderFile) -> None:
    read(items.one(file, 1, READER))
    line = replace(file.order.lines[0], photo="file")
    with_photo = replace(file, order=replace(file.order, lines=(line,)))
    read(items.one(with_photo, 1, READER))


def test_the_green_button_starts_what_it_names() -> None:
    deeds = {Stage.AWAITING_FIRST_PAYMENT: Deed.PAY_FIRST, Stage.SHIPPED: Deed.RECEPTION}
    for order in (ESTIMATED, SHIPPED):
        press = Do.unpack(draw(order).keys[0][0].data)
        assert press == Do(order.id, order.version, deeds[order.stage])
