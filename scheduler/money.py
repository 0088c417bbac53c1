"""What time does about money: late pay-outs ring, and the books are proved every night."""

from __future__ import annotations

from datetime import timedelta
from typing import Final

import structlog

from actions import books, payouts
from actions.calendar import today
from actions.work import Work
from domain.actors import CLOCK
from domain.ids import PayoutId
from scheduler.sweeps import Clockwork, Sweep
from storage.unit_of_work import looking, unit_of_work

log = structlog.get_logger(__name__)


async def ring_for_late_payouts(clockwork: Clockwork) -> int:
    """Look for pay-outs whose day has passed; tell finance of each in a transaction of its own."""
    day = today(clockwork.agency, clockwork.clock())
    async with looking(clockwork.database) as uow:
        late = await uow.payouts.late(day)
    return sum([await _ring(clockwork, number) for number in late])


async def _ring(clockwork: Clockwork, number: PayoutId) -> bool:
    now = clockwork.clock()
    try:
        async with unit_of_work(clockwork.database) as uow:
            return await payouts.ring_if_late(Work(uow, clockwork.agency, now, CLOCK), number)
    except Exception:  # one pay-out in trouble must not keep the others waiting
        log.exception("late pay-out not told", payout=number)
        return False


async def prove_books(clockwork: Clockwork) -> int:
    """Prove the books if it is time; how many proofs failed."""
    now, agency = clockwork.clock(), clockwork.agency
    async with looking(clockwork.database) as uow:
        work = Work(uow, agency, now, CLOCK)
        if not await books.are_due(work):
            return 0
        failures = await books.look(work)
    async with unit_of_work(clockwork.database) as uow:
        await books.conclude(Work(uow, agency, now, CLOCK), failures)
    if failures:
        log.error("books not in order", proofs=[failure.number for failure in failures])
    return len(failures)


MONEY: Final = (
    Sweep("ring for late pay-outs", ring_for_late_payouts, timedelta(minutes=1)),
    Sweep("prove the books", prove_books, timedelta(minutes=1)),
)
