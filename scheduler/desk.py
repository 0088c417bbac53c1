"""What time does at the staff's desk: bells for those without an answer, the morning's digest."""

from __future__ import annotations

from datetime import timedelta
from typing import Final

import structlog

from actions import answering, queues
from actions.work import Work
from domain.actors import CLOCK
from domain.agency import Agency
from domain.messages import Thread
from scheduler.sweeps import Clockwork, Sweep
from storage.unit_of_work import looking, unit_of_work

log = structlog.get_logger(__name__)


async def ring_for_unanswered(clockwork: Clockwork) -> int:
    """Look for customers who wait too long; ring for each in a transaction of its own."""
    async with looking(clockwork.database) as uow:
        due = await answering.due(Work(uow, clockwork.agency, clockwork.clock(), CLOCK))
    return sum([await _ring(clockwork, thread) for thread in due])


async def _ring(clockwork: Clockwork, thread: Thread) -> bool:
    now = clockwork.clock()
    try:
        async with unit_of_work(clockwork.database) as uow:
            return await answering.ring(Work(uow, clockwork.agency, now, CLOCK), thread)
    except Exception:  # one in trouble must not keep the others waiting
        log.exception("unanswered message not told", thread=thread)
        return False


async def tell_morning(clockwork: Clockwork) -> int:
    """The digest of each agency, if it is time there and nobody has told it today."""
    async with looking(clockwork.database) as uow:
        agencies = [clockwork.agency, *await uow.agencies.with_groups(clockwork.agency)]
    return sum([await _tell_morning(clockwork, agency) for agency in agencies])


async def _tell_morning(clockwork: Clockwork, agency: Agency) -> int:
    now = clockwork.clock()
    async with looking(clockwork.database) as uow:
        last = await uow.marks.find(queues.mark_of(agency))
        if not queues.digest_is_due(Work(uow, agency, now, CLOCK), last):
            return 0
    async with unit_of_work(clockwork.database) as uow:
        return int(await queues.tell_morning(Work(uow, agency, now, CLOCK)))


DESK: Final = (
    Sweep("ring for unanswered messages", ring_for_unanswered, timedelta(minutes=1)),
    Sweep("tell the morning", tell_morning, timedelta(minutes=1)),
)
