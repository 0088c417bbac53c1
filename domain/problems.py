"""Problems with what arrived: until when one can be reported, and how one ends."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta
from typing import Final

from domain.bills import Bill, BillKind, BillState
from domain.ids import BillId, OrderId
from domain.money import Money
from domain.orders import Event, Flag, Line, LineState, Order, Role, Stage, advance
from domain.refusals import NotNow, TooLateForProblem

PROBLEM_DAYS: Final = 30  # after *Everything arrived*, or after the clock completed the order


def is_reportable(order: Order, now: datetime) -> bool:
    """Once something was sent; a completed order for `PROBLEM_DAYS` times 24 hours."""
    if order.completed_at is not None:
        return now < order.completed_at + timedelta(days=PROBLEM_DAYS)
    return bool(order.parcels) and not order.is_ended


def require_reportable(order: Order, now: datetime) -> None:
    if is_reportable(order, now):
        return
    if order.completed_at is not None:
        raise TooLateForProblem(order.id, PROBLEM_DAYS)
    raise NotNow(order.stage)


def is_open(order: Order) -> bool:
    return Flag.PROBLEM_OPEN in order.flags


def closed(order: Order) -> Order:
    """The order without its problem, whoever ended it and however."""
    if not is_open(order):
        raise NotNow(order.stage)
    return replace(order, flags=order.flags - {Flag.PROBLEM_OPEN})


def to_be_replaced(order: Order) -> Order:
    """The goods are sent again on the same order: no days run until the parcel is on its way."""
    if order.stage is not Stage.SHIPPED:
        return order  # they are in the warehouse already, and will be sent
    order = advance(order, Event.REPLACE, Role.STAFF)
    return replace(order, packed_at=None, due_at=None, due_from=None)


def sent_again(order: Order, state: LineState, now: datetime) -> Order:
    """A new order that makes good a completed one: the same items, and nothing to be paid."""
    lines = tuple(_for_nothing(line, state, order) for line in order.live_lines)
    return Order(
        id=OrderId(0),
        customer=order.customer,
        currency=order.currency,
        lines=lines,
        address=order.address,
        preference=order.preference,
        sold_out=order.sold_out,
        tolerance_percent=order.tolerance_percent,
        applied_at=now,
        linked_to=order.id,
        agency=order.agency,
    )


def is_replacement(order: Order) -> bool:
    """Whether it makes good a problem: bought anew, and neither goods nor shipping are paid.

    What only came back is sent again at the customer's cost: it was never bought in that order.
    """
    if order.linked_to is None or order.first_bill is None or not order.live_lines:
        return False
    is_free = order.first_bill.total.is_zero and all(
        line.unit_price is not None and line.unit_price.is_zero for line in order.live_lines
    )
    return is_free and all(
        line.state is LineState.TO_BUY or line.bought_at is not None for line in order.live_lines
    )


def _for_nothing(line: Line, state: LineState, order: Order) -> Line:
    return Line(
        line.no,
        line.description,
        line.quantity,
        note=line.note,
        photo=line.photo,
        state=state,
        unit_price=Money(0, order.currency),
        arrived=line.quantity if state is LineState.ARRIVED else 0,
    )


def nothing_to_pay(order: Order, now: datetime) -> Order:
    """With a 1st bill of zero, paid as it is issued."""
    zero = Money(0, order.currency)
    bill = Bill(
        BillId(0), BillKind.FIRST, 1, zero, now, zero, BillState.PAID, shipping=zero, fee=zero
    )
    return replace(order, first_bill=bill)
