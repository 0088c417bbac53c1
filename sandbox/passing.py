"""Time that passes while one looks on: moment by moment, so that everything happens when it does.

A clock that is turned by a month would be a month in which nobody answered; this one stops
wherever something is due, and the bot does all of it before the clock goes on.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime, time, timedelta
from typing import Final
from zoneinfo import ZoneInfo

from actions import heartbeat
from bot.app import Daiko
from domain.letters import Urgency
from storage.unit_of_work import looking, unit_of_work

HOURS: Final = (time(2), time(8))  # at the agency: the proofs, the digest
ROUNDS_MAX: Final = 20  # of what follows at once from what has happened
PATIENCE_SECONDS: Final = 3.0
LOOK_SECONDS: Final = 0.005

Settle = Callable[[], Awaitable[None]]


async def let_pass(
    daiko: Daiko, span: timedelta, turn_to: Callable[[datetime], None], settle: Settle
) -> None:
    """Turn the bot's clock on by so much, and let everything happen on the way."""
    now = daiko.clock()
    until = now + span
    while now < until:
        now = min(until, await next_stop(daiko, now))
        turn_to(now)
        await _work(daiko, now, settle)


async def next_stop(daiko: Daiko, now: datetime) -> datetime:
    """The next moment at which something is due, or somebody looks whether it is."""
    async with looking(daiko.database) as uow:
        found = (await uow.orders.next_waking(), await uow.outbox.next_due(now))
    ahead = [moment for moment in found if moment is not None and moment > now]
    return min([*ahead, _next_hour(now, daiko.agency.timezone)])


def _next_hour(now: datetime, zone: ZoneInfo) -> datetime:
    today = now.astimezone(zone).date()
    days = (today, today + timedelta(days=1))
    hours = (datetime.combine(day, hour, zone).astimezone(UTC) for day in days for hour in HOURS)
    return next(hour for hour in hours if hour > now)


async def _work(daiko: Daiko, now: datetime, settle: Settle) -> None:
    await settle()  # what waited until now goes out first
    for _ in range(ROUNDS_MAX):
        await _kept_time(daiko, now)
        await daiko.sweep()
        await settle()
        async with looking(daiko.database) as uow:
            waking = await uow.orders.waking(now, most=1)
        if not waking:
            return


async def _kept_time(daiko: Daiko, now: datetime) -> None:
    """Nobody was away: the clock was only turned."""
    async with unit_of_work(daiko.database) as uow:
        await uow.marks.set(heartbeat.BEATEN, now.isoformat())


async def until_at_rest(daiko: Daiko) -> None:
    """Wait for a bot that runs by itself until nothing is left that it can do now."""
    try:
        async with asyncio.timeout(PATIENCE_SECONDS):
            while await _is_busy(daiko):  # noqa: ASYNC110  # nobody tells us
                await asyncio.sleep(LOOK_SECONDS)
    except TimeoutError:  # Telegram refuses something on purpose: it is tried again later
        return


async def _is_busy(daiko: Daiko) -> bool:
    daiko.sender.wake()
    one = dict.fromkeys(Urgency, 1)
    async with looking(daiko.database) as uow:
        if await uow.inbox.count_waiting():
            return True
        return bool(await uow.outbox.waiting(dict.fromkeys(Urgency, 0), one, daiko.clock()))
