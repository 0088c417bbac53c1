"""An order in two: the lines go where they belong, and both cost what the one would have."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.bills import Bill, BillKind, BillState
from domain.ids import BillId, OrderId
from domain.money import Money
from domain.orders import LineState, Order, Question, Stage
from domain.questions import ask
from domain.refusals import DecisionPending, LineNotNow, NothingStays, NotNow, RequestPending
from domain.settlement import settle
from domain.splitting import numbered, separable, split
from tests.domain.orders import NOW, a_line, an_order, usd

ARRIVED = a_line(
    1, 2, state=LineState.ARRIVED, arrived=2, unit_price=usd(1_000), bought_price=usd(1_000)
)
BOUGHT = a_line(2, 1, state=LineState.BOUGHT, unit_price=usd(2_000), bought_price=usd(2_050))
TO_BUY = a_line(3, 3, state=LineState.TO_BUY, unit_price=usd(500), note="the small one")


def a_bill(total: int, paid: int, kind: BillKind = BillKind.FIRST, **more: object) -> Bill:
    return Bill(
        BillId(9),
        kind,
        2,
        usd(total),
        NOW,
        usd(paid),
        BillState.PAID,
        **more,  # type: ignore[arg-type]
    )


BILL = a_bill(6_300, 6_300, shipping=usd(500), fee=usd(300), rate="JPY@0.0066")
ORDER = an_order(ARRIVED, BOUGHT, TO_BUY, stage=Stage.PURCHASING, first_bill=BILL)


def offered(order: Order, *numbers: int) -> Order:
    for no in numbers:
        order = ask(order, order.line(no), Question.SPLIT, NOW)
    return order


def test_what_is_not_there_yet_can_wait_alone() -> None:
    assert separable(ORDER, [2, 3]) == (BOUGHT, TO_BUY)
    with pytest.raises(LineNotNow):
        separable(ORDER, [1])
    with pytest.raises(DecisionPending):
        separable(offered(ORDER, 2), [2])
    locked = replace(ORDER, lines=(ARRIVED, BOUGHT, replace(TO_BUY, wanted=0)))
    with pytest.raises(RequestPending):
        separable(locked, [3])
    with pytest.raises(NotNow):
        separable(replace(ORDER, stage=Stage.AT_WAREHOUSE), [2])


def test_something_stays_in_the_order() -> None:
    two = replace(ORDER, lines=(BOUGHT, TO_BUY))
    with pytest.raises(NothingStays):
        separable(two, [2, 3])


def test_the_lines_go_with_their_numbers_prices_states_and_what_they_cost() -> None:
    parts = split(offered(ORDER, 2, 3), usd(6_300), NOW)
    assert parts.moved == usd(3_550)
    assert parts.new.lines == (BOUGHT, TO_BUY)
    assert (parts.new.stage, parts.new.linked_to) == (Stage.PURCHASING, ORDER.id)
    assert parts.new.flags == frozenset()
    bill = parts.new.first_bill
    assert bill is not None
    assert (bill.total, bill.paid, bill.state) == (usd(3_550), usd(3_550), BillState.PAID)
    assert (bill.shipping, bill.fee, bill.rate) == (None, None, "JPY@0.0066")


def test_what_stays_goes_ahead_with_its_shipping_and_fee() -> None:
    parts = split(offered(ORDER, 2, 3), usd(6_300), NOW)
    rest = numbered(parts, OrderId(13))
    assert (rest.stage, rest.flags) == (Stage.AT_WAREHOUSE, frozenset())
    assert rest.live_lines == (ARRIVED,)
    assert [x.reason for x in rest.lines] == ["", "split 13", "split 13"]
    bill = rest.first_bill
    assert bill is not None
    assert (bill.id, bill.total, bill.paid) == (BillId(9), usd(2_750), usd(2_750))
    assert (bill.shipping, bill.fee) == (usd(500), usd(300))


def test_both_are_settled_as_the_one_would_have_been() -> None:
    whole = settle(ORDER, usd(6_300))
    parts = split(offered(ORDER, 2, 3), usd(6_300), NOW)
    rest, new = settle(parts.order, usd(2_750)), settle(parts.new, usd(3_550))
    assert (whole.cost, rest.cost, new.cost) == (usd(6_350), usd(2_800), usd(3_550))
    assert (whole.under, rest.under, new.under) == (usd(50), usd(50), usd(0))


def test_no_more_moves_than_there_is() -> None:
    parts = split(offered(ORDER, 2, 3), usd(1_000), NOW)
    assert parts.moved == usd(1_000)
    bill = parts.new.first_bill
    assert bill is not None
    assert (bill.total, bill.paid) == (usd(1_000), usd(1_000))
    assert settle(parts.new, usd(1_000)).under == usd(2_550)


def test_only_bought_lines_wait_for_their_arrival() -> None:
    assert split(offered(ORDER, 2), usd(6_300), NOW).new.stage is Stage.AWAITING_ARRIVAL


def balance(order: Order, paid: Money, abroad: int) -> int:
    """What the customer gets back, or owes."""
    second = a_bill(abroad, abroad, BillKind.SECOND)
    settled = settle(replace(order, second_bill=second), paid + usd(abroad))
    return settled.paid.minor - settled.cost.minor


cents = st.integers(0, 5_000)


@given(
    prices=st.lists(st.tuples(cents, st.integers(1, 5)), min_size=2, max_size=5),
    away=st.sets(st.integers(1, 4), min_size=1),
    charges=st.tuples(cents, cents),
    adjustment=st.integers(-5_000, 5_000),
    held=st.integers(0, 60_000),
    abroad=st.tuples(cents, cents),
)
def test_two_parts_always_add_up_to_the_whole(
    prices: list[tuple[int, int]],
    away: set[int],
    charges: tuple[int, int],
    adjustment: int,
    held: int,
    abroad: tuple[int, int],
) -> None:
    lines = [
        a_line(no, quantity, state=LineState.BOUGHT, unit_price=usd(price))
        for no, (price, quantity) in enumerate(prices, 1)
    ]
    moving = [no for no in sorted(away) if no < len(lines)] or [1]
    goods = sum(price * quantity for price, quantity in prices)
    shipping, fee = charges
    adjustment = max(adjustment, -goods - shipping - fee)
    order = an_order(
        *lines,
        stage=Stage.AWAITING_ARRIVAL,
        first_bill=a_bill(held, held, shipping=usd(shipping), fee=usd(fee)),
        adjustment=usd(adjustment),
    )
    parts = split(offered(order, *moving), usd(held), NOW)
    whole = balance(order, usd(held), sum(abroad))
    rest = balance(parts.order, usd(held) - parts.moved, abroad[0])
    assert rest + balance(parts.new, parts.moved, abroad[1]) == whole
    assert 0 <= parts.moved.minor <= held
