"""Every sweep runs; one that fails rings once and stops nobody."""

from __future__ import annotations

import asyncio
from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from domain.agency import Agency
from domain.letters import Told, ToStaff, Urgency
from domain.money import Currency
from domain.notices import Alarm
from scheduler.runner import Runner
from scheduler.sweeps import Clockwork, Sweep
from scheduler.tidying import TIDYING
from storage.conversations import Spot, Talk
from storage.database import Database
from storage.inbox import Received
from storage.outbox import Settled
from storage.unit_of_work import looking, unit_of_work

AGENCY = Agency("Daiko", Currency.USD, ZoneInfo("UTC"), -100)


class Tally:
    def __init__(self) -> None:
        self.told: list[tuple[str, str, int]] = []
        self.rang = 0

    def __call__(self, sweep: str, result: str, dealt_with: int) -> None:
        self.told.append((sweep, result, dealt_with))

    def ring(self) -> None:
        self.rang += 1


@pytest.fixture
def tally() -> Tally:
    return Tally()


def runner(database: Database, now: datetime, tally: Tally, *sweeps: Sweep) -> Runner:
    return Runner(
        lambda: Clockwork(database, AGENCY, lambda: now),
        sweeps,
        tally=tally,
        promised=tally.ring,
        where=lambda error: type(error).__name__,
    )


def sweep(name: str, outcome: int | Exception, every: timedelta = timedelta(hours=1)) -> Sweep:
    async def run(_clockwork: Clockwork) -> int:
        if isinstance(outcome, Exception):
            raise outcome
        return outcome

    return Sweep(name, run, every)


async def alarms(database: Database, now: datetime) -> list[Any]:
    everywhere = dict.fromkeys(Urgency, 0), dict.fromkeys(Urgency, 10)
    async with looking(database) as uow:
        letters = [e.open() for e in await uow.outbox.waiting(*everywhere, now)]
    return [(letter.content, letter.to) for letter in letters]


async def test_one_that_fails_does_not_stop_the_others(
    database: Database, now: datetime, tally: Tally
) -> None:
    sweeps = sweep("a", 2), sweep("b", KeyError("secret")), sweep("c", 0)
    assert await runner(database, now, tally, *sweeps).sweep_all() == 2
    assert tally.told == [("a", "done", 2), ("b", "failed", 0), ("c", "done", 0)]
    assert await alarms(database, now) == [(Told(Alarm("sweep b", "KeyError")), ToStaff())]


async def test_it_rings_once_as_long_as_it_goes_on_failing(
    database: Database, now: datetime, tally: Tally
) -> None:
    failing = [True, True, False, True]

    async def run(_clockwork: Clockwork) -> int:
        if failing.pop(0):
            raise KeyError
        return 0

    clock = runner(database, now, tally, Sweep("a", run, timedelta(hours=1)))
    for expected in (1, 1, 1, 2):
        await clock.sweep_all()
        assert len(await alarms(database, now)) == expected


async def test_it_runs_soon_after_the_start_and_then_at_least_once_a_minute(
    database: Database, now: datetime, tally: Tally, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("scheduler.runner.FIRST_AFTER", timedelta())
    monkeypatch.setattr("scheduler.runner.EVERY_MAX", timedelta(seconds=0.05))
    clock = runner(database, now, tally, sweep("a", 1))
    task = asyncio.create_task(clock.run())
    async with asyncio.timeout(10):
        while len(tally.told) < 3:  # noqa: ASYNC110  # the clock tells nobody
            await asyncio.sleep(0.01)
    task.cancel()
    await asyncio.gather(task, return_exceptions=True)
    count = len(tally.told)
    await asyncio.sleep(0.1)
    assert len(tally.told) == count


async def test_what_has_served_is_let_go(database: Database, now: datetime, tally: Tally) -> None:
    spot, talk = Spot(7, 7), Talk.of("applying", "link", {})
    async with unit_of_work(database) as uow:
        await uow.inbox.take_in([Received(1, 7, "{}"), Received(2, 7, "{}")], now)
        await uow.inbox.finish(1, now)
        await uow.outbox.put(Told(Alarm("a")), ToStaff())
        await uow.outbox.put(Told(Alarm("b")), ToStaff())
        first = uow.outbox.promised[0].id
        await uow.outbox.settle([Settled(first, 1)], now)
        await uow.conversations.save(spot, [talk], now + timedelta(days=14))
    for days, dealt_with in ((2, 0), (4, 1), (13, 0), (15, 1), (29, 0), (31, 1), (99, 0)):
        later = now + timedelta(days=days)
        assert await runner(database, later, tally, TIDYING).sweep_all() == dealt_with, days
    async with looking(database) as uow:
        assert await uow.inbox.count_waiting() == 1
        assert await uow.outbox.count_waiting() == 1
