"""What became of letters is written together when it comes within a moment."""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator

import pytest
from sqlalchemy import text

from bot.media import Handed
from bot.outcomes import Outcome, Outcomes
from domain.ids import PersonId
from domain.letters import Drawn, Screen, ToPerson, Urgency
from storage.database import Database
from storage.outbox import Letter
from storage.unit_of_work import looking, unit_of_work
from tests.bot.conftest import Clock
from tests.domain.orders import NOW

LEFT = text("SELECT id FROM outbox WHERE settled_at IS NULL")


@pytest.fixture
async def database(database_url: str) -> AsyncIterator[Database]:
    database = await Database.connect(database_url)
    yield database
    await database.close()


@pytest.fixture
async def letters(database: Database) -> list[Letter]:
    async with unit_of_work(database) as uow:
        for number in range(3):
            await uow.outbox.put(
                Drawn(Screen(str(number))), ToPerson(PersonId(number + 1)), Urgency.ANSWER
            )
    return uow.outbox.promised


async def left(database: Database) -> int:
    async with looking(database) as uow:
        return len(await uow.tx.all(LEFT))


async def test_letters_of_one_moment_are_settled_together(
    database: Database, letters: list[Letter], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("bot.outcomes.GATHER_SECONDS", 2)  # a busy machine's moment is longer
    happened: list[str] = []
    outcomes = Outcomes(database, Clock(NOW), lambda: happened.append("written"))
    for letter in letters:
        outcomes.note(Outcome(letter, lambda: happened.append("goes on"), handed=Handed(1)))
        await asyncio.sleep(0)
    assert await left(database) == 3  # a chat goes on only when its letter is written down
    assert happened == []
    async with asyncio.timeout(30):
        while "written" not in happened:  # noqa: ASYNC110  # it writes by itself
            await asyncio.sleep(0.01)
    assert await left(database) == 0
    assert happened == ["goes on", "goes on", "goes on", "written"]


async def test_a_chat_that_has_more_to_be_told_waits_for_no_others(
    database: Database, letters: list[Letter], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("bot.outcomes.GATHER_SECONDS", 60)
    written = asyncio.Event()
    outcomes = Outcomes(database, Clock(NOW), written.set)
    outcomes.note(Outcome(letters[0], lambda: None, handed=Handed(1)))
    outcomes.note(Outcome(letters[1], lambda: None, handed=Handed(1), awaited=True))
    await asyncio.sleep(0)
    outcomes.note(
        Outcome(letters[2], lambda: None, handed=Handed(1), awaited=True)
    )  # while it writes
    async with asyncio.timeout(30):
        await written.wait()
        written.clear()
        await written.wait()
    assert await left(database) == 0


async def test_who_waits_for_all_waits_for_no_others(
    database: Database, letters: list[Letter], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("bot.outcomes.GATHER_SECONDS", 60)
    outcomes = Outcomes(database, Clock(NOW), lambda: None)
    begun = time.monotonic()
    for letter in letters:
        outcomes.note(Outcome(letter, lambda: None, handed=Handed(1)))
        await outcomes.all_written()
    assert await left(database) == 0
    assert time.monotonic() - begun < 30
    await outcomes.all_written()  # nothing to wait for
