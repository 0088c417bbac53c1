"""Problems: the customer says that something is wrong with what arrived; staff close it."""

from __future__ import annotations

from dataclasses import replace

from actions.work import Work
from domain.deadlines import freeze, unfreeze
from domain.ids import OrderId
from domain.notices import ProblemReported, ProblemSolved
from domain.orders import Change, Flag, Order, Stage
from domain.refusals import NotNow


async def open_problem(
    work: Work, order_id: OrderId, words: str, *, seen: int | None = None
) -> Order:
    """Keep the order open while staff look into it."""
    order = await work.lock(order_id, seen=seen)
    if order.stage is not Stage.SHIPPED:
        raise NotNow(order.stage)
    order = replace(freeze(order, work.now), flags=order.flags | {Flag.PROBLEM_OPEN})
    order = await work.save(order, Change("problem reported", why=words[:500]))
    await work.tell_staff(order, ProblemReported(order.id, words))
    return order


async def solve(work: Work, order_id: OrderId, words: str, *, seen: int | None = None) -> Order:
    """Close the open problem; the 30 days go on where they stood."""
    order = await work.lock(order_id, seen=seen)
    if Flag.PROBLEM_OPEN not in order.flags:
        raise NotNow(order.stage)
    order = unfreeze(replace(order, flags=order.flags - {Flag.PROBLEM_OPEN}), work.now)
    order = await work.save(order, Change("problem solved", why=words))
    await work.tell_customer(order, ProblemSolved(order.id, words))
    return order
