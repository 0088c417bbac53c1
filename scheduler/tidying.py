"""Letting go of what has served: done updates, settled letters, old events, conversations."""

from __future__ import annotations

from datetime import timedelta
from typing import Final

from scheduler.sweeps import Clockwork, Sweep
from storage.unit_of_work import unit_of_work

# Telegram repeats an update for a day, and gives a number again after a week at the earliest.
UPDATES_KEPT: Final = timedelta(days=3)
LETTERS_KEPT: Final = timedelta(days=30)
EVENTS_KEPT: Final = timedelta(days=7)  # PayPal repeats an event for three days


async def tidy_up(clockwork: Clockwork) -> int:
    now = clockwork.clock()
    async with unit_of_work(clockwork.database) as uow:
        updates = await uow.inbox.forget(now - UPDATES_KEPT)
        letters = await uow.outbox.forget(now - LETTERS_KEPT)
        conversations = await uow.conversations.forget(now)
        events = await uow.paypal.forget(now - EVENTS_KEPT)
    return updates + letters + conversations + events


TIDYING: Final = Sweep("tidy up", tidy_up, timedelta(minutes=1))
