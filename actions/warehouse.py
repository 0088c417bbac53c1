"""The warehouse: what arrived there, line by line and counted."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from actions.work import Work
from domain.ids import OrderId
from domain.notices import LinesArrived
from domain.orders import (
    Change,
    Line,
    LineState,
    Order,
    Stage,
    follow_lines,
    with_lines,
)
from domain.refusals import LineNotNow, NotNow, TooMany


async def mark_arrived(
    work: Work, order_id: OrderId, counts: Mapping[int, int] | None, *, seen: int | None = None
) -> Order:
    """Count what arrived, in all, of each line; None: everything that was bought."""
    order = await work.lock_to_work(order_id, seen=seen)
    if order.stage not in (Stage.PURCHASING, Stage.AWAITING_ARRIVAL):
        raise NotNow(order.stage)
    counted = [_counted(order.line(no), count) for no, count in _wanted(order, counts).items()]
    lines = [line for line in counted if line != order.line(line.no)]
    if not lines:  # counted again, and it was right: nothing is news to the customer
        return order
    order = follow_lines(with_lines(order, lines))
    numbers = tuple(line.no for line in lines)
    what = ", ".join(
        f"line {line.no}: {line.arrived} of {line.quantity} arrived" for line in lines
    )
    order = await work.save(order, Change(what))
    all_arrived = order.stage is Stage.AT_WAREHOUSE
    await work.tell_customer(order, LinesArrived(order.id, numbers, all_arrived))
    return order


def _wanted(order: Order, counts: Mapping[int, int] | None) -> Mapping[int, int]:
    if counts is not None:
        return counts
    bought: dict[int, int] = {
        x.no: x.quantity for x in order.live_lines if x.state is LineState.BOUGHT
    }
    if not bought:
        raise NotNow(order.stage)
    return bought


def _counted(line: Line, count: int) -> Line:
    if line.state not in (LineState.BOUGHT, LineState.ARRIVED):
        raise LineNotNow(line.no, line.state)
    if count > line.quantity:
        raise TooMany(line.no, line.quantity)
    state = LineState.ARRIVED if count == line.quantity else LineState.BOUGHT
    return replace(line, arrived=count, state=state)
