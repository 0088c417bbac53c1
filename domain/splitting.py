"""Splitting: a part of an order goes ahead, and what is not there yet becomes an order of its own.

Nothing is paid twice and nothing is given back: what the moved lines cost moves with them, so that
both orders together are settled as the one would have been.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Final

from domain.bills import Bill, BillKind, BillState
from domain.estimates import goods
from domain.ids import BillId, OrderId
from domain.money import Money
from domain.orders import Line, LineState, Order, Question, Stage, with_lines
from domain.purchases import follow
from domain.questions import closed, gone, open_questions, settled
from domain.refusals import DecisionPending, LineNotNow, NothingStays, NotNow, RequestPending

_NOT_THERE_YET: Final = frozenset({LineState.TO_BUY, LineState.BOUGHT})


def separable(order: Order, numbers: Sequence[int]) -> tuple[Line, ...]:
    """The lines that can wait alone: not there yet, and not all of the order."""
    if order.stage not in (Stage.PURCHASING, Stage.AWAITING_ARRIVAL):
        raise NotNow(order.stage)
    lines = tuple(_separable(order.line(no)) for no in numbers)
    if len(lines) == len(order.live_lines):
        raise NothingStays
    return lines


def _separable(line: Line) -> Line:
    if line.state not in _NOT_THERE_YET:
        raise LineNotNow(line.no, line.state)
    if line.question is not None:
        raise DecisionPending(line.no)
    if line.wanted is not None:
        raise RequestPending(line.no)
    return line


def offered(order: Order) -> tuple[Line, ...]:
    """The lines that go on by themselves if the customer agrees."""
    return tuple(line for line in open_questions(order) if line.question is Question.SPLIT)


@dataclass(frozen=True, slots=True)
class Parts:
    """An order in two parts, before the new one has its number."""

    order: Order
    new: Order
    moved: Money  # from the account of the one to that of the other


def split(order: Order, held: Money, now: datetime) -> Parts:
    """Take the offered lines out into an order of their own."""
    lines = offered(order)
    new = _new(order, tuple(closed(line) for line in lines))
    moved = min(goods(new), held)
    rest = with_lines(order, [gone(line, "split") for line in lines])
    rest = follow(settled(replace(rest, first_bill=_lowered(order.first_bill, moved))))
    new = follow(replace(new, first_bill=_bill(order, moved, now)))
    return Parts(*_shared(rest, new), moved)


def numbered(parts: Parts, number: OrderId) -> Order:
    """The order that stays, whose lines say where they have gone."""
    lines = [
        replace(line, reason=f"split {number}")
        for line in parts.order.lines
        if line.state is LineState.CANCELLED and line.reason == "split"
    ]
    return with_lines(parts.order, lines)


def _new(order: Order, lines: tuple[Line, ...]) -> Order:
    return Order(
        id=OrderId(0),
        customer=order.customer,
        currency=order.currency,
        lines=lines,
        address=order.address,
        preference=order.preference,
        sold_out=order.sold_out,
        tolerance_percent=order.tolerance_percent,
        applied_at=order.applied_at,
        stage=Stage.PURCHASING,
        linked_to=order.id,
        taken_by=order.taken_by,
        agency=order.agency,
    )


def _bill(order: Order, moved: Money, now: datetime) -> Bill:
    """The new order's 1st bill: paid with what came along. Shipping and fee stay behind."""
    return Bill(
        id=BillId(0),
        kind=BillKind.FIRST,
        version=1,
        total=moved,
        issued_at=now,
        paid=moved,
        state=BillState.PAID,
        rate=order.first_bill.rate if order.first_bill else "",
    )


def _lowered(bill: Bill | None, moved: Money) -> Bill | None:
    if bill is None:
        return None
    nothing = moved.nothing
    total, paid = max(bill.total - moved, nothing), max(bill.paid - moved, nothing)
    return replace(bill, total=total, paid=paid)


def _shared(rest: Order, new: Order) -> tuple[Order, Order]:
    """What staff took off the cost goes along as far as the part that stays costs less."""
    if rest.adjustment is None or rest.adjustment.is_positive:
        return rest, new
    bill, nothing = rest.first_bill, rest.adjustment.nothing
    charges = (bill.shipping or nothing) + (bill.fee or nothing) if bill else nothing
    too_much = min(goods(rest) + charges + rest.adjustment, nothing)
    if too_much.is_zero:
        return rest, new
    return (
        replace(rest, adjustment=rest.adjustment - too_much),
        replace(new, adjustment=too_much),
    )
