"""Everything that happens because time passes, and how often we look."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

import structlog

from actions import deadlines
from actions.work import Work
from domain.actors import CLOCK
from domain.agency import Agency
from domain.ids import OrderId
from storage.database import Database
from storage.unit_of_work import looking, unit_of_work

log = structlog.get_logger(__name__)

BATCH: Final = 200  # what is left over is taken in the next round of the same sweep
ROUNDS_MAX: Final = 100


@dataclass(frozen=True, slots=True)
class Clockwork:
    """What a sweep needs: where orders are, whose they are, and what time it is."""

    database: Database
    agency: Agency
    clock: Callable[[], datetime]


@dataclass(frozen=True, slots=True)
class Sweep:
    name: str
    run: Callable[[Clockwork], Awaitable[int]]  # how many it changed
    every: timedelta


async def close_overdue_orders(clockwork: Clockwork) -> int:
    """Look for orders past their deadline; close each in a transaction of its own."""
    closed, troubled = 0, set[OrderId]()
    for _ in range(ROUNDS_MAX):
        now = clockwork.clock()
        async with looking(clockwork.database) as uow:
            found = await uow.orders.overdue(now, most=BATCH + len(troubled))
        overdue = [order_id for order_id in found if order_id not in troubled]
        if not overdue:
            break
        for order_id in overdue:
            if await _close(clockwork, order_id, now):
                closed += 1
            else:
                troubled.add(order_id)
    return closed


async def _close(clockwork: Clockwork, order_id: OrderId, now: datetime) -> bool:
    try:
        async with unit_of_work(clockwork.database) as uow:
            return await deadlines.close(Work(uow, clockwork.agency, now, CLOCK), order_id)
    except Exception:  # one order in trouble must not keep the others waiting
        log.exception("order not closed", order=order_id)
        return False


SWEEPS: Final = (Sweep("close overdue orders", close_overdue_orders, timedelta(seconds=20)),)
