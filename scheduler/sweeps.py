"""Everything that happens because time passes, and how often we look."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Final

import structlog

from actions import deadlines, heartbeat
from actions.deadlines import Looked
from actions.work import Work
from domain.actors import CLOCK
from domain.agency import Agency
from domain.deadlines import Outage
from domain.ids import OrderId
from domain.notices import Alarm
from storage.database import Database
from storage.unit_of_work import looking, unit_of_work

log = structlog.get_logger(__name__)

BATCH: Final = 200
# What is left over is taken in the next round: whoever hears the alarm can still do something.
LOOKS_MAX: Final = 5_000
BITES_MAX: Final = 500
MANY: Final = 100  # deadlines at once, of which staff are told


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


@dataclass(slots=True)
class _Round:
    """How far one round of looking has come."""

    outage: Outage | None
    looks: int = 0
    dealt_with: int = 0
    bites: int = 0
    passed_over: set[OrderId] = field(default_factory=set)  # not looked at twice for nothing

    @property
    def is_full(self) -> bool:
        return self.looks >= LOOKS_MAX or self.bites >= BITES_MAX


async def watch_the_clocks(clockwork: Clockwork) -> int:
    """Look for orders whose clocks have something to do; each in a transaction of its own."""
    now = clockwork.clock()
    async with unit_of_work(clockwork.database) as uow:
        outage = await heartbeat.beat(Work(uow, clockwork.agency, now, CLOCK))
    this = _Round(outage)
    while not this.is_full and (waking := await _waking(clockwork, this)):
        for order_id in waking:
            await _look(clockwork, order_id, this)
            if this.is_full:
                break
    if this.bites >= MANY:
        await _tell_of_many(clockwork, this.bites)
    return this.dealt_with


async def _waking(clockwork: Clockwork, this: _Round) -> list[OrderId]:
    async with looking(clockwork.database) as uow:
        found = await uow.orders.waking(clockwork.clock(), most=BATCH + len(this.passed_over))
    return [order_id for order_id in found if order_id not in this.passed_over]


async def _look(clockwork: Clockwork, order_id: OrderId, this: _Round) -> None:
    this.looks += 1
    try:
        async with unit_of_work(clockwork.database) as uow:
            work = Work(uow, clockwork.agency, clockwork.clock(), CLOCK)
            looked = await deadlines.look(work, order_id, this.outage)
    except Exception:  # one order in trouble must not keep the others waiting
        log.exception("order's clocks not looked at", order=order_id)
        this.passed_over.add(order_id)
        return
    if looked is Looked.NOTHING:
        this.passed_over.add(order_id)
    this.dealt_with += looked is not Looked.NOTHING
    this.bites += looked is Looked.BITTEN


async def _tell_of_many(clockwork: Clockwork, bites: int) -> None:
    """Staff may know of a reason; what is left goes on in the next round."""
    log.warning("many deadlines at once", orders=bites)
    async with unit_of_work(clockwork.database) as uow:
        work = Work(uow, clockwork.agency, clockwork.clock(), CLOCK)
        await work.tell_general(Alarm(f"{bites} orders reached their deadline at once"))


SWEEPS: Final = (Sweep("watch the clocks", watch_the_clocks, timedelta(seconds=20)),)
