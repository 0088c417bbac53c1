"""Until when a problem can be reported, and what follows from its end."""

from __future__ import annotations

from datetime import timedelta

import pytest

from domain.bills import BillState
from domain.orders import Flag, LineState, Parcel, Stage
from domain.problems import (
    closed,
    is_reportable,
    nothing_to_pay,
    require_reportable,
    sent_again,
    to_be_replaced,
)
from domain.refusals import NotNow, TooLateForProblem
from tests.domain.orders import NOW, a_line, an_order, usd

PARCEL = Parcel("EMS", "EE1", NOW)
SECOND = timedelta(seconds=1)


@pytest.mark.parametrize(
    ("after", "possible"),
    [(timedelta(0), True), (timedelta(days=30) - SECOND, True), (timedelta(days=30), False)],
)
def test_a_problem_is_reported_within_thirty_days_to_the_second(
    after: timedelta, possible: bool
) -> None:
    order = an_order(stage=Stage.COMPLETED, completed_at=NOW, parcels=(PARCEL,))
    assert is_reportable(order, NOW + after) is possible


def test_later_is_refused_with_the_days() -> None:
    order = an_order(stage=Stage.COMPLETED, completed_at=NOW, parcels=(PARCEL,))
    with pytest.raises(TooLateForProblem) as refusal:
        require_reportable(order, NOW + timedelta(days=30))
    assert refusal.value.days == 30


@pytest.mark.parametrize(
    ("stage", "possible"),
    [(Stage.SHIPPED, True), (Stage.AT_WAREHOUSE, True), (Stage.CANCELLED, False)],
)
def test_something_must_have_been_sent(stage: Stage, possible: bool) -> None:
    assert is_reportable(an_order(stage=stage, parcels=(PARCEL,)), NOW) is possible
    assert not is_reportable(an_order(stage=stage), NOW)
    with pytest.raises(NotNow):
        require_reportable(an_order(stage=stage), NOW)


def test_closing_leaves_the_other_flags() -> None:
    order = an_order(flags=frozenset({Flag.PROBLEM_OPEN, Flag.ON_HOLD}))
    assert closed(order).flags == {Flag.ON_HOLD}
    with pytest.raises(NotNow):
        closed(closed(order))


def test_what_is_replaced_waits_for_its_parcel_without_a_deadline() -> None:
    order = an_order(stage=Stage.SHIPPED, due_at=NOW, due_from=NOW, packed_at=NOW)
    again = to_be_replaced(order)
    assert (again.stage, again.due_at, again.due_from) == (Stage.READY_TO_SHIP, None, None)
    assert again.packed_at is None
    back = an_order(stage=Stage.AT_WAREHOUSE)
    assert to_be_replaced(back) == back


def test_the_linked_order_has_the_same_items_for_nothing() -> None:
    order = an_order(
        a_line(1, 2, state=LineState.SHIPPED, unit_price=usd(1_000), bought_price=usd(900)),
        a_line(2, state=LineState.REJECTED),
        stage=Stage.COMPLETED,
    )
    linked = nothing_to_pay(sent_again(order, LineState.TO_BUY, NOW), NOW)
    assert linked.lines == (a_line(1, 2, state=LineState.TO_BUY, unit_price=usd(0)),)
    assert (linked.linked_to, linked.customer, linked.address) == (12, 7, order.address)
    assert linked.first_bill is not None
    assert (linked.first_bill.total, linked.first_bill.state) == (usd(0), BillState.PAID)
    there = sent_again(order, LineState.ARRIVED, NOW)
    assert [line.arrived for line in there.lines] == [2]
