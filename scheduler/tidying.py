"""Letting go of what has served: done updates, settled letters, abandoned conversations."""

from __future__ import annotations

from datetime import timedelta
from typing import Final

from scheduler.sweeps import Clockwork, Sweep
from storage.unit_of_work import unit_of_work

# Telegram repeats an update for a day, and gives a number again after a week at the earliest.
UPDATES_KEPT: Final = timedelta(days=3)
LETTERS_KEPT: Final = timedelta(days=30)


async def tidy_up(clockwork: Clockwork) -> int:
    now = clockwork.clock()
    async with unit_of_work(clockwork.database) as uow:
        updates = await uow.inbox.forget(now - UPDATES_KEPT)
        letters = await uow.outbox.forget(now - LETTERS_KEPT)
        conversations = await uow.conversations.forget(now)
    return updates + letters + conversations


TIDYING: Final = Sweep("tidy up", tidy_up, timedelta(minutes=1))
