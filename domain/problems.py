"""Problems with what arrived: until when one can be reported, and how one ends."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Final

from domain.bills import Bill, BillKind, BillState
from domain.deadlines import freeze
from domain.ids import BillId, OrderId
from domain.money import Money
from domain.orders import Flag, Line, LineState, Order, Stage
from domain.refusals import LineNotNow, NotNow, TooLateForProblem, TooMany

# Lines by their numbers, and how many of each; None: all of it.
Pieces = Mapping[int, int | None]

# What is asked to be shown, one after the other.
PICTURES: Final = ("parcel", "label", "packing", "item")
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


def is_in_warehouse(order: Order) -> bool:
    """What was sent came back, and will be sent again anyway."""
    return order.stage not in (Stage.SHIPPED, Stage.COMPLETED)


def pieces(order: Order, wanted: Pieces) -> tuple[Line, ...]:
    """The lines that are meant, each with so many pieces; none named: all of them."""
    if not wanted:
        return order.live_lines
    return tuple(_part(order.line(no), count) for no, count in wanted.items())


def _part(line: Line, count: int | None) -> Line:
    if not line.is_live:
        raise LineNotNow(line.no, line.state)
    if count is not None and not 0 < count <= line.quantity:
        raise TooMany(line.no, line.quantity)
    return line if count is None else replace(line, quantity=count)


def sent_again(order: Order, lines: Iterable[Line], state: LineState, now: datetime) -> Order:
    """A new order for items of one that was sent: nothing is to be paid for them."""
    lines = tuple(_for_nothing(line, state, order) for line in lines)
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


def not_coming(was: Order, order: Order) -> tuple[Line, ...]:
    """What a replacement was to bring and will not bring any more, piece by piece."""
    if not is_replacement(was):
        return ()
    lost = ((line, line.quantity - _coming(order.line(line.no))) for line in was.live_lines)
    return tuple(replace(line, quantity=count) for line, count in lost if count)


def _coming(line: Line) -> int:
    return line.quantity if line.is_live else 0


def open_again(order: Order, now: datetime) -> Order:
    """The problem is not solved after all, however long ago it was reported."""
    order = order if order.is_ended else freeze(order, now)
    return replace(order, flags=order.flags | {Flag.PROBLEM_OPEN})


def is_replacement(order: Order) -> bool:
    """Whether it makes good a problem: bought anew, and neither goods nor shipping are paid.

    What only came back is sent again at the customer's cost: it was never bought in that order.
    """
    return (
        is_for_nothing(order)
        and bool(order.live_lines)
        and all(x.state is LineState.TO_BUY or x.bought_at is not None for x in order.live_lines)
    )


def is_for_nothing(order: Order) -> bool:
    """Whether it goes on for another order, in which its items were paid."""
    if order.linked_to is None or order.first_bill is None:
        return False
    return order.first_bill.total.is_zero and all(
        line.unit_price is not None and line.unit_price.is_zero for line in order.lines
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
