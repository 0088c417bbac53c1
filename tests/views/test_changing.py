"""What the customer is shown before an item is changed, and what both sides are told."""

from __future__ import annotations

from dataclasses import replace

import pytest

from domain import change_notices as told
from domain import changes
from domain.bills import BillState
from domain.ids import LineNo
from domain.letters import Screen, Section
from domain.orders import LineState, Order, Question
from domain.payments import Method, PaymentState
from tests.views.change_samples import (
    ASKED,
    ASKED_ALL,
    ASKED_FEWER,
    FEWER,
    HALF_BOUGHT,
    MORE,
    ONE,
    TWO,
    N,
)
from tests.views.files import (
    AGENCY,
    APPLIED,
    BOUGHT,
    ESTIMATED,
    NOW,
    PAID,
    READER,
    REPORT,
    SHIPPED,
    STAFF,
    a_file,
    usd,
)
from tests.views.reading import labels, read
from views import card, changing, items, notices, topic
from views.buttons import ItemDeed, ItemDo

SAY = READER.say


def page(order: Order, no: int = 1) -> Screen:
    return items.one(a_file(order), no, READER)


def preview(order: Order, no: int, quantity: int) -> Screen:
    effect = changes.effect(order, no, quantity)
    return changing.preview(a_file(order), order.line(no), quantity, effect, SAY)


# The line's own page --------------------------------------------------------------------------


@pytest.mark.parametrize("order", [APPLIED, ESTIMATED, PAID, MORE])
def test_a_line_that_may_change_has_its_two_buttons(order: Order) -> None:
    assert labels(page(order)) == [["✏️ Change quantity"], ["✖️ Cancel item"], ["Back"]]
    key = page(order).keys[1][0]
    assert ItemDo.unpack(key.data) == ItemDo(order.id, order.version, 1, ItemDeed.SHOW, 0)


@pytest.mark.parametrize("order", [BOUGHT, SHIPPED])
def test_a_line_that_may_not_has_none(order: Order) -> None:
    assert labels(page(order)) == [["Back"]]
    assert labels(page(HALF_BOUGHT, 2)) == [["Back"]]


def test_a_line_that_is_asked_about_can_be_withdrawn() -> None:
    assert labels(page(ASKED)) == [["↩️ Withdraw"], ["Back"]]
    assert "You asked to cancel it." in read(page(ASKED))
    assert "You asked for 1 instead." in read(page(ASKED_FEWER))
    assert labels(page(ASKED, 2)) == [["✏️ Change quantity"], ["✖️ Cancel item"], ["Back"]]


def test_where_we_ask_the_answers_take_the_place_of_changes() -> None:
    line = replace(PAID.lines[1], question=Question.PRICE, asked_price=usd(1800))
    asked = replace(PAID, lines=(PAID.lines[0], line))
    assert labels(page(asked, 2)) == [["🟢 Accept · $18.00"], ["Drop item · 2"], ["Back"]]


# What it leads to -----------------------------------------------------------------------------


def test_before_the_estimate_nothing_else_changes() -> None:
    assert read(preview(APPLIED, 1, 5)) == (
        "Order #12: change the quantity of item 1 from 2 to 5?\n\nhttps://shop.example/mug\n\n"
        "It is not priced yet, so nothing else changes."
    )


def test_the_difference_is_shown_before_it_is_confirmed() -> None:
    screen = preview(ESTIMATED, 1, 1)
    assert read(screen) == (
        "Order #12: change the quantity of item 1 from 2 to 1?\n\nhttps://shop.example/mug\n\n"
        "The 1st bill: $83.20 → $53.20, −$30.00.\n\n"
        "It is still to be paid by Mon 30 Nov, 23:59 JST."
    )
    assert labels(screen) == [["✅ Confirm"], ["⬅️ Back"]]
    assert "cancel item 1?" in read(preview(ESTIMATED, 1, 0))
    assert "$83.20 → $23.20, −$60.00" in read(preview(ESTIMATED, 1, 0))


@pytest.mark.parametrize(
    ("paid", "says"),
    [
        (5319, "It is still to be paid by"),
        (5320, "With what you have paid it is paid then, and we begin to buy."),
        (6000, "The $6.80 too much comes back with the settlement at the end."),
    ],
)
def test_fewer_may_leave_nothing_to_pay(paid: int, says: str) -> None:
    assert ESTIMATED.first_bill is not None
    order = replace(ESTIMATED, first_bill=replace(ESTIMATED.first_bill, paid=usd(paid)))
    assert says in read(preview(order, 1, 1))


def test_more_says_that_the_order_goes_back() -> None:
    assert read(preview(ESTIMATED, 1, 3)) == (
        "Order #12: change the quantity of item 1 from 2 to 3?\n\nhttps://shop.example/mug\n\n"
        "More than we have priced needs a new estimate: the 1st bill of $83.20 is void then, and "
        "the order goes back to us until we have priced it anew.\n\n"
        "The order stays open until Mon 30 Nov, 23:59 JST; our new estimate sets a new date."
    )
    assert ESTIMATED.first_bill is not None
    part = replace(ESTIMATED, first_bill=replace(ESTIMATED.first_bill, paid=usd(3000)))
    assert "The $30.00 you have paid counts towards the new bill." in read(preview(part, 1, 3))


def test_the_last_item_means_the_order_and_says_so() -> None:
    last = replace(ESTIMATED, lines=ESTIMATED.lines[:1])
    assert read(preview(last, 1, 0)) == (
        "Cancel order #12?\n\nhttps://shop.example/mug\n\n"
        "This is the last item: the order will be cancelled. It cannot be undone.\n\n"
        "You have paid nothing for it, so no money is lost."
    )


def test_after_payment_it_is_a_request() -> None:
    assert "The order is paid, so this is a request" in read(preview(PAID, 1, 1))
    assert "comes back with the settlement" in read(preview(PAID, 1, 0))
    alone = replace(PAID, lines=PAID.lines[:1])
    assert "the order is cancelled, and everything you paid" in read(preview(alone, 1, 0))
    assert "comes back with the settlement" in read(preview(alone, 1, 1))


def test_under_review_the_report_can_be_withdrawn_and_paypal_waited_for() -> None:
    file = a_file(ESTIMATED, REPORT)
    screen = changing.under_review(file, ESTIMATED.lines[0], SAY)
    assert "Please withdraw it first" in read(screen)
    assert labels(screen) == [["↩️ Withdraw"], ["⬅️ Back"]]
    paypal = replace(REPORT, method=Method.PAYPAL, state=PaymentState.PENDING)
    screen = changing.under_review(a_file(ESTIMATED, paypal), ESTIMATED.lines[0], SAY)
    assert "PayPal is checking your payment of $83.20" in read(screen)
    assert labels(screen) == [["⬅️ Back"]]


# The cards ------------------------------------------------------------------------------------


def a_card(order: Order, section: Section = Section.PROGRESS) -> Screen:
    return card.draw(a_file(order), section, 0, READER, NOW, AGENCY)


def test_the_card_says_that_a_request_waits() -> None:
    assert "Your request about item 1 waits for our answer." in read(a_card(ASKED))
    assert ["↩️ Withdraw · request"] in labels(a_card(ASKED))
    assert "we are looking at your request about items 1, 2." in read(a_card(ASKED_ALL))
    assert ["Cancel order", "My orders"] in labels(a_card(ASKED))
    assert ["My orders"] in labels(a_card(ASKED_ALL))
    assert ["My orders"] in labels(a_card(HALF_BOUGHT))


def test_waiting_for_a_new_estimate_no_bill_is_due() -> None:
    screen = a_card(MORE)
    assert "you asked for more, so we are working out a new estimate" in read(screen)
    assert not any("Pay" in label for row in labels(screen) for label in row)
    shown = read(a_card(MORE, Section.BILLS))
    assert "1st bill · no longer due" in shown
    assert "our new estimate takes its place" in shown
    assert "Total" not in shown


def test_a_cancelled_item_is_on_the_bill_no_more() -> None:
    gone = changes.changed(ESTIMATED, 1, 0)
    shown = read(a_card(gone, Section.BILLS))
    assert "mug" not in shown
    assert "Items: $15.20" in shown
    assert gone.first_bill is not None
    assert gone.first_bill.state is BillState.OPEN


def topic_card(order: Order) -> Screen:
    return topic.card(a_file(order), STAFF, NOW, AGENCY)


def test_the_topics_card_shows_what_is_asked_and_the_lines_that_answer() -> None:
    shown = read(topic_card(ASKED))
    assert "To do: answer the customer’s request." in shown
    assert "/accept 1 · /decline 1 reason" in shown
    assert "⚠️ asks to cancel it" in shown
    assert "\n/bought\n" in shown
    assert "⚠️ asks for 1 instead" in read(topic_card(ASKED_FEWER))
    keys = [label for row in labels(topic_card(ASKED)) for label in row]
    assert keys[:3] == ["Accept", "Decline", "Bought"]
    whole = read(topic_card(ASKED_ALL))
    assert "/accept\n/decline reason" in whole
    assert "/bought" not in whole
    keys = [label for row in labels(topic_card(ASKED_ALL)) for label in row]
    assert "Bought" not in keys


# Notices --------------------------------------------------------------------------------------


def notice(what: told.ChangeNotice, order: Order) -> Screen:
    return notices.draw(what, a_file(order), STAFF, AGENCY, NOW)


def test_staff_read_what_was_changed() -> None:
    assert read(notice(told.ItemChanged(N, ONE, 2, 1, usd(8320), usd(5320)), FEWER)) == (
        "✏️ #12 · The customer changed the quantity of item 1 (https://shop.example/mug): 2 → 1.\n"
        "The 1st bill: $83.20 → $53.20."
    )
    wanted = notice(told.EstimateWanted(N, ONE, 2, 3, usd(8320)), MORE)
    assert read(wanted) == (
        "📝 #12 · The customer wants more of item 1 (https://shop.example/mug): 2 → 3.\n"
        "The bill of $83.20 is void. Please price every item anew:\n"
        "/estimate 1=… 2=… shipping=… fee=…"
    )
    assert labels(wanted) == [["Estimate", "Reject line"]]


def test_staff_answer_a_request_from_its_notice() -> None:
    screen = notice(told.ChangeRequested(N, (TWO,), 0), changes.requested(PAID, 2, 0))
    assert read(screen) == (
        "✋ #12 · The customer asks to cancel item 2 (A book about tea).\n"
        "It is paid. Nobody can buy it before you answer:\n"
        "/accept 2\n"
        "/decline 2 reason"
    )
    assert labels(screen) == [["Accept", "Decline"]]
    fewer = notice(told.ChangeRequested(N, (ONE,), 1), ASKED_FEWER)
    assert "asks for 1 of item 1 (https://shop.example/mug) instead of 2." in read(fewer)
    whole = read(notice(told.ChangeRequested(N, (ONE, TWO), 0), ASKED_ALL))
    assert "asks to cancel 2 items:\n1 (https://shop.example/mug)\n2 (A book about tea)" in whole
    assert "/accept\n/decline reason" in whole


def test_an_answered_request_has_no_buttons_any_more() -> None:
    for order in (PAID, BOUGHT, changes.accepted(ASKED, ASKED.lines[:1])):
        assert labels(notice(told.ChangeRequested(N, (ONE,), 0), order)) == []


def test_the_customer_reads_the_answer() -> None:
    done = notices.draw(told.RequestAccepted(N, (TWO,), 0), a_file(PAID), READER, AGENCY, NOW)
    assert read(done) == (
        "✅ #12 · Accepted, as you asked: item 2 (A book about tea) is cancelled.\n"
        "What you paid for it comes back with the settlement at the end."
    )
    no = told.RequestDeclined(N, (LineNo(2),), "it is in <b>the cart")
    declined = notices.draw(no, a_file(PAID), READER, AGENCY, NOW)
    assert read(declined) == (
        "✖️ #12 · We are sorry: your request about item 2 cannot be granted any more.\n"
        "Reason: it is in <b>the cart\n"
        "We buy it as you ordered it."
    )
    assert labels(declined) == [["Open order"]]


def test_a_line_that_staff_cancelled_says_nothing_of_requests() -> None:
    line = replace(ASKED.lines[0], state=LineState.CANCELLED)
    order = replace(ASKED, lines=(line, *ASKED.lines[1:]))
    assert "You asked" not in read(page(order))
    assert changes.requests(order) == ()
