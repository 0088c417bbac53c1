"""What cannot be delivered for a while: its author hears that it waits; who can mend it, why."""

from __future__ import annotations

from datetime import timedelta
from typing import Final

from actions import messages, shut_out
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


async def tell_who_can_mend_it(clockwork: Clockwork) -> int:
    """A staff group that lets nothing in, or not everything: told once a day."""
    now = clockwork.clock()
    async with looking(clockwork.database) as uow:
        found = await shut_out.look(Work(uow, clockwork.agency, now, CLOCK))
        agencies = [clockwork.agency, *await uow.agencies.with_groups(clockwork.agency)]
    told = 0
    for agency in agencies:
        async with unit_of_work(clockwork.database) as uow:
            work = Work(uow, clockwork.agency, now, CLOCK)
            if agency.id in found:
                told += await shut_out.tell(work, agency, *found[agency.id])
            else:
                await shut_out.is_over(work, agency)
    return told


SHUT_OUT: Final = Sweep("staff groups that are shut", tell_who_can_mend_it, timedelta(seconds=60))
HELD_UP: Final = Sweep("messages held up", tell_who_waits, timedelta(seconds=60))
