"""Messages that could not be delivered for a while: whoever wrote them hears that they wait."""

from __future__ import annotations

from datetime import timedelta
from typing import Final

from actions import messages
from actions.work import Work
from domain.actors import CLOCK
from domain.messages import HELD_UP_AFTER
from scheduler.sweeps import BATCH, Clockwork, Sweep
from storage.unit_of_work import looking, unit_of_work


async def tell_who_waits(clockwork: Clockwork) -> int:
    """Each author once, in a transaction of its own."""
    now = clockwork.clock()
    async with looking(clockwork.database) as uow:
        found = await uow.notes.held_up(now - HELD_UP_AFTER, BATCH)
    told = 0
    for note in found:
        async with unit_of_work(clockwork.database) as uow:
            told += await messages.tell_held_up(Work(uow, clockwork.agency, now, CLOCK), note)
    return told


HELD_UP: Final = Sweep("messages held up", tell_who_waits, timedelta(seconds=60))
