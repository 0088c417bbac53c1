"""What a customer may change about a line, and what follows."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain import changes
from domain.bills import Bill, BillKind, BillState
from domain.changes import Effect
from domain.estimates import goods
from domain.ids import BillId
from domain.money import Money
from domain.orders import Flag, Line, LineState, Order, Question, Stage
from domain.refusals import (
    BadQuantity,
    DecideFirst,
    LineBought,
    LineNotNow,
    MoreAfterPayment,
    NoRequest,
    NoSuchLine,
    NotNow,
    Refused,
    RequestPending,
    SameQuantity,
    WhichRequest,
)
from tests.domain.orders import NOW, a_line, an_order, usd


def a_bill(total: int = 8320, paid: int = 0) -> Bill:
    return Bill(
        BillId(5),
        BillKind.FIRST,
        1,
        usd(total),
        NOW,
        usd(paid),
        shipping=usd(500),
        fee=usd(320),
    )


def priced(no: int, quantity: int, price: int, state: LineState = LineState.QUOTED) -> Line:
    return a_line(no, quantity, state=state, unit_price=usd(price), shop_price=usd(price))


def estimated(*lines: Line, paid: int = 0) -> Order:
    """Three at $12.50 and three at $12.50, $5.00 of shipping, $3.20 of fee: $83.20."""
    lines = lines or (priced(1, 3, 1250), priced(2, 3, 1250))
    return an_order(
        *lines,
        stage=Stage.AWAITING_FIRST_PAYMENT,
        first_bill=a_bill(paid=paid),
        due_at=NOW,
        due_from=NOW,
    )


def purchasing(*lines: Line) -> Order:
    lines = lines or (
        priced(1, 3, 1250, LineState.TO_BUY),
        priced(2, 3, 1250, LineState.TO_BUY),
    )
    bill = replace(a_bill(paid=8320), state=BillState.PAID)
    return an_order(*lines, stage=Stage.PURCHASING, first_bill=bill)


def total(order: Order) -> Money:
    assert order.first_bill is not None
    return order.first_bill.total


# Before the estimate --------------------------------------------------------------------------


@pytest.mark.parametrize("quantity", [0, 1, 3, 999])
def test_before_the_estimate_any_quantity_is_free(quantity: int) -> None:
    order = an_order(a_line(1, 2), a_line(2))
    assert changes.effect(order, 1, quantity) is Effect.FREE


@pytest.mark.parametrize("quantity", [-1, 1000])
def test_a_quantity_lies_between_0_and_999(quantity: int) -> None:
    for order in (an_order(), estimated(), purchasing()):
        with pytest.raises(BadQuantity) as refusal:
            changes.effect(order, 1, quantity)
        assert refusal.value.least == 0


def test_the_same_quantity_is_no_change() -> None:
    for order in (an_order(a_line(1, 3)), estimated(), purchasing()):
        with pytest.raises(SameQuantity) as refusal:
            changes.effect(order, 1, 3)
        assert (refusal.value.line, refusal.value.quantity) == (1, 3)


def test_before_the_estimate_only_that_line_changes() -> None:
    order = an_order(a_line(1, 2), a_line(2))
    more = changes.changed(order, 1, 5)
    assert more == replace(order, lines=(a_line(1, 5), a_line(2)))
    none = changes.changed(order, 1, 0)
    gone = a_line(1, 2, state=LineState.CANCELLED, reason="as the customer asked")
    assert none == replace(order, lines=(gone, a_line(2)))


# Before payment -------------------------------------------------------------------------------


def test_fewer_is_the_bills_next_version_with_the_difference() -> None:
    order = estimated()
    lower = changes.changed(order, 2, 2)
    assert (lower.stage, lower.line(2).quantity) == (Stage.AWAITING_FIRST_PAYMENT, 2)
    assert total(lower) == usd(7070)
    assert lower.first_bill == replace(
        a_bill(), id=BillId(0), version=2, total=usd(7070), issued_at=NOW
    )
    assert (lower.due_at, lower.due_from) == (order.due_at, order.due_from)
    assert lower.line(1) == order.line(1)


def test_none_of_a_line_takes_all_of_it_off_the_bill() -> None:
    lower = changes.changed(estimated(), 2, 0)
    assert total(lower) == usd(4570)
    assert lower.line(2).state is LineState.CANCELLED
    assert lower.line(2).unit_price is None  # it is on the bill no more


def test_what_is_paid_of_the_bill_is_carried_into_the_next_version() -> None:
    lower = changes.changed(estimated(paid=6000), 2, 1)
    assert lower.first_bill is not None
    assert (lower.first_bill.total, lower.first_bill.paid) == (usd(5820), usd(6000))
    assert lower.first_bill.is_covered
    assert lower.first_bill.state is BillState.OPEN


@pytest.mark.parametrize(
    ("quantity", "effect"),
    [(0, Effect.LOWER), (2, Effect.LOWER), (4, Effect.ANEW), (999, Effect.ANEW)],
)
def test_fewer_lowers_and_more_asks_for_a_new_estimate(quantity: int, effect: Effect) -> None:
    assert changes.effect(estimated(), 1, quantity) is effect


def test_more_voids_the_bill_and_keeps_what_was_paid_and_the_deadline() -> None:
    order = estimated(paid=3000)
    anew = changes.changed(order, 1, 4)
    assert (anew.stage, anew.bill_due) == (Stage.APPLIED, None)
    assert anew.first_bill == replace(a_bill(paid=3000), state=BillState.VOID)
    assert [(x.quantity, x.state, x.unit_price, x.shop_price) for x in anew.lines] == [
        (4, LineState.REQUESTED, None, None),
        (3, LineState.REQUESTED, None, None),
    ]
    assert (anew.due_at, anew.due_from) == (order.due_at, order.due_from)


def test_after_that_quantities_are_free_and_no_bill_changes() -> None:
    anew = changes.changed(estimated(paid=3000), 1, 4)
    assert changes.effect(anew, 1, 1) is Effect.FREE
    fewer = changes.changed(anew, 1, 1)
    assert fewer.first_bill == anew.first_bill
    assert fewer.line(1).quantity == 1


@pytest.mark.parametrize(
    "order",
    [
        an_order(a_line(1, 2)),
        an_order(a_line(1, 2), a_line(2, state=LineState.CANCELLED)),
        estimated(priced(1, 3, 1250), a_line(2, state=LineState.REJECTED)),
    ],
)
def test_none_of_the_last_line_ends_the_order(order: Order) -> None:
    assert changes.effect(order, 1, 0) is Effect.ENDS
    assert changes.effect(order, 1, 1) is not Effect.ENDS
    with pytest.raises(NotNow):
        changes.changed(order, 1, 0)


def test_a_line_that_has_ended_stays_as_it_is() -> None:
    for state in (LineState.CANCELLED, LineState.REJECTED):
        with pytest.raises(LineNotNow):
            changes.effect(an_order(a_line(1, state=state), a_line(2)), 1, 3)
    with pytest.raises(NoSuchLine):
        changes.effect(an_order(), 9, 3)


wishes = st.lists(st.tuples(st.integers(1, 4), st.integers(0, 999)), max_size=12)


@given(prices=st.lists(st.integers(0, 99_999), min_size=4, max_size=4), wishes=wishes)
def test_however_often_it_is_reduced_the_bill_is_what_its_lines_cost(
    prices: list[int], wishes: list[tuple[int, int]]
) -> None:
    lines = [priced(no, 999, price) for no, price in enumerate(prices, 1)]
    order = estimated(*lines)
    whole = sum(price * 999 for price in prices) + 820
    order = replace(order, first_bill=replace(a_bill(), total=usd(whole)))
    for no, quantity in wishes:
        try:
            if changes.effect(order, no, quantity) is Effect.LOWER:
                order = changes.changed(order, no, quantity)
        except Refused:
            continue
    assert total(order) == goods(order) + usd(820)
    assert order.live_lines


# After payment --------------------------------------------------------------------------------


@pytest.mark.parametrize("quantity", [0, 1, 2])
def test_after_payment_fewer_is_a_request(quantity: int) -> None:
    order = purchasing()
    assert changes.effect(order, 1, quantity) is Effect.ASKS
    asked = changes.requested(order, 1, quantity)
    assert asked.line(1) == replace(order.line(1), wanted=quantity)
    assert replace(asked, lines=order.lines) == order
    with pytest.raises(NotNow):
        changes.changed(order, 1, quantity)


@pytest.mark.parametrize("quantity", [4, 999])
def test_after_payment_more_takes_a_new_order(quantity: int) -> None:
    with pytest.raises(MoreAfterPayment):
        changes.effect(purchasing(), 1, quantity)


@pytest.mark.parametrize("state", [LineState.BOUGHT, LineState.ARRIVED, LineState.SHIPPED])
def test_a_line_that_is_bought_is_not_asked_about(state: LineState) -> None:
    order = purchasing(priced(1, 3, 1250, state), priced(2, 1, 1250, LineState.TO_BUY))
    with pytest.raises(LineBought) as refusal:
        changes.effect(order, 1, 0)
    assert (refusal.value.order, refusal.value.line) == (order.id, 1)


@pytest.mark.parametrize("stage", [Stage.CANCELLED, Stage.COMPLETED, Stage.AT_WAREHOUSE])
def test_at_any_other_stage_nothing_changes(stage: Stage) -> None:
    order = replace(purchasing(), stage=stage)
    with pytest.raises(NotNow):
        changes.effect(order, 1, 0)
    assert not changes.can_request_all(order)


@pytest.mark.parametrize("question", [Question.PRICE, Question.VARIANT])
def test_where_the_customer_is_asked_the_question_comes_first(question: Question) -> None:
    line = replace(priced(1, 3, 1250, LineState.TO_BUY), question=question)
    order = replace(
        purchasing(line, priced(2, 1, 900, LineState.TO_BUY)),
        flags=frozenset({Flag.DECISION_NEEDED}),
    )
    with pytest.raises(DecideFirst):
        changes.effect(order, 1, 0)
    assert changes.effect(order, 2, 0) is Effect.ASKS
    assert not changes.can_request_all(order)


def test_one_request_about_a_line_at_a_time() -> None:
    asked = changes.requested(purchasing(), 1, 1)
    with pytest.raises(RequestPending):
        changes.effect(asked, 1, 0)
    assert changes.effect(asked, 2, 0) is Effect.ASKS


def test_the_whole_order_asks_for_every_line() -> None:
    order = purchasing()
    assert changes.can_request_all(order)
    asked = changes.requested_all(order)
    assert [line.wanted for line in asked.lines] == [0, 0]
    assert changes.is_whole(asked)
    assert not changes.can_request_all(asked)
    with pytest.raises(RequestPending):
        changes.requested_all(asked)


def test_the_whole_order_joins_what_is_asked_for_and_stops_at_what_is_bought() -> None:
    one = changes.requested(purchasing(), 1, 0)
    assert [line.no for line in changes.requestable(one)] == [2]
    fewer = changes.requested(purchasing(), 1, 2)
    assert not changes.can_request_all(fewer)
    half = purchasing(priced(1, 3, 1250, LineState.BOUGHT), priced(2, 1, 1250, LineState.TO_BUY))
    assert not changes.can_request_all(half)
    with pytest.raises(LineBought):
        changes.requested_all(half)


def refused(order: Order, no: int | None) -> Refused:
    with pytest.raises(Refused) as refusal:
        changes.answered(order, no)
    return refusal.value


def test_an_answer_without_a_number_means_the_only_request() -> None:
    order = purchasing(*(priced(no, 3, 1250, LineState.TO_BUY) for no in (1, 2, 3)))
    assert isinstance(refused(order, None), NoRequest)
    assert isinstance(refused(order, 1), NoRequest)
    one = changes.requested(order, 2, 1)
    assert [x.no for x in changes.answered(one, None)] == [2]
    assert [x.no for x in changes.answered(one, 2)] == [2]
    assert isinstance(refused(one, 1), NoRequest)
    two = changes.requested(one, 3, 0)
    which = refused(two, None)
    assert isinstance(which, WhichRequest)
    assert which.lines == (2, 3)
    assert [x.no for x in changes.answered(two, 3)] == [3]


def test_an_answer_without_a_number_means_the_whole_order_where_that_was_asked() -> None:
    asked = changes.requested_all(purchasing())
    assert [x.no for x in changes.answered(asked, None)] == [1, 2]
    assert [x.no for x in changes.answered(asked, 2)] == [2]


def test_what_is_bought_is_no_part_of_it() -> None:
    lines = [priced(no, 3, 1250, LineState.TO_BUY) for no in (1, 2)]
    order = purchasing(*lines, priced(3, 1, 1250, LineState.BOUGHT))
    asked = changes.requested(order, 1, 0)
    assert not changes.is_whole(asked)
    asked = changes.requested(asked, 2, 0)
    assert [x.no for x in changes.answered(asked, None)] == [1, 2]
    assert isinstance(
        refused(changes.requested(changes.requested(order, 1, 0), 2, 1), None), WhichRequest
    )


def test_accepted_is_fewer_or_none_and_the_bill_stays_as_it_was_paid() -> None:
    order = purchasing()
    fewer = changes.requested(order, 1, 1)
    done = changes.accepted(fewer, changes.answered(fewer, 1))
    assert done.line(1) == replace(order.line(1), quantity=1)
    assert (done.first_bill, done.stage) == (order.first_bill, Stage.PURCHASING)
    none = changes.requested(order, 1, 0)
    done = changes.accepted(none, changes.answered(none, 1))
    assert done.line(1) == replace(
        order.line(1), state=LineState.CANCELLED, reason="as the customer asked"
    )
    assert done.line(2) == order.line(2)


def test_when_the_last_unbought_line_goes_the_order_goes_on_with_what_is_bought() -> None:
    order = purchasing(priced(1, 3, 1250, LineState.BOUGHT), priced(2, 1, 1250, LineState.TO_BUY))
    asked = changes.requested(order, 2, 0)
    assert not changes.ends_with(asked, 2)
    done = changes.accepted(asked, changes.answered(asked, None))
    assert done.stage is Stage.AWAITING_ARRIVAL


def test_the_last_of_the_requests_ends_the_order() -> None:
    order = purchasing()
    assert not changes.ends_with(order, 1)
    assert changes.ends_with(changes.requested(order, 2, 0), 1)
    assert not changes.ends_with(changes.requested(order, 2, 1), 1)


def test_declined_or_withdrawn_the_line_is_as_it_was() -> None:
    order = purchasing()
    asked = changes.requested(order, 1, 0)
    assert changes.left_as_they_are(asked, changes.answered(asked, 1)) == order
