"""A bot that is killed again and again, by SIGKILL at any moment, while people write to it."""

from __future__ import annotations

import asyncio
import random
import signal
import time
from collections import defaultdict
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

import pytest

from sandbox.people import Forum, Person
from sandbox.server import create_app, serve
from sandbox.telegram import Telegram
from storage.database import Database
from storage.unit_of_work import looking
from tests.crash.nursery import Bot, nursery, until
from tests.databases import SqliteFiles

KILLS: Final = 25
PEOPLE: Final = 6
ROOT: Final = Path(__file__).parent.parent.parent


@dataclass(slots=True)
class Record:
    """What arrived in which chat, and when the bot was killed."""

    arrived: dict[int, list[tuple[float, str]]] = field(default_factory=lambda: defaultdict(list))
    kills: list[float] = field(default_factory=list)

    def note(self, event: dict[str, Any]) -> None:
        if event["type"] == "message" and event["message"]["from"]["is_bot"]:
            text = event["message"].get("text", "")
            self.arrived[event["chat_id"]].append((time.monotonic(), text))

    def texts(self, chat: int) -> list[str]:
        """What arrived in a chat, each repetition once."""
        texts = [text for _, text in self.arrived[chat]]
        return [text for i, text in enumerate(texts) if i == 0 or texts[i - 1] != text]

    def repetitions(self) -> list[tuple[float, float]]:
        """The moments of every message that arrived twice."""
        found = []
        for messages in self.arrived.values():
            first: dict[str, float] = {}
            for at, text in messages:
                if text in first:
                    found.append((first[text], at))
                first[text] = at
        return found


@pytest.fixture
async def telegram() -> Telegram:
    return Telegram(record_calls=False)


@pytest.mark.slow
@pytest.mark.timeout(300)
async def test_nothing_is_lost_doubled_or_out_of_order(
    telegram: Telegram, sqlite_files: SqliteFiles, tmp_path: Path
) -> None:
    chance = random.Random(7)
    url = sqlite_files.create(tmp_path / "daiko.db")
    boss, record = telegram.person("Boss"), Record()
    staff = telegram.forum("Staff", creator=boss)
    people = [telegram.person(f"Person {number}") for number in range(PEOPLE)]
    telegram.listeners.append(record.note)
    async with (
        serve(create_app(telegram)) as address,
        nursery("echo", address, staff.id, url) as bot,
    ):
        written = await _kill_while_they_write(bot, people, record, chance)
        await bot.start()
        await until(lambda: _all_heard(record, staff, written))
        await until(lambda: _is_settled(url))  # it may not know yet that they did
        assert await bot.end(signal.SIGTERM) == 0
    assert await _is_settled(url)

    for person in people:
        expected = [f"{i}: {text}" for i, text in enumerate(written[person.id], 1)]
        assert record.texts(person.id) == expected
        told = [t for t in record.texts(staff.id) if t.startswith(f"{person.id}/")]
        assert told == [f"{person.id}/{line}" for line in expected]
    for first, again in record.repetitions():
        # Only when the answer to the first was on its way as the bot died.
        assert any(first < killed < again for killed in record.kills)
    assert len(record.kills) == KILLS


async def _kill_while_they_write(
    bot: Bot, people: list[Person], record: Record, chance: random.Random
) -> dict[int, list[str]]:
    written: dict[int, list[str]] = defaultdict(list)
    writing = asyncio.create_task(_write(people, written, chance))
    for _ in range(KILLS):
        seen = sum(map(len, record.arrived.values()))
        await bot.start()
        # Let it come to work, then strike at any moment.
        await until(lambda seen=seen: _more_than(record, seen))
        await asyncio.sleep(chance.random() * 0.3)
        await bot.end(signal.SIGKILL)
        record.kills.append(time.monotonic())
    writing.cancel()
    return written


async def _write(
    people: list[Person], written: dict[int, list[str]], chance: random.Random
) -> None:
    while True:
        person = chance.choice(people)
        text = f"message {len(written[person.id]) + 1}"
        written[person.id].append(text)
        person.writes(text)
        await asyncio.sleep(chance.random() * 0.05)


async def _more_than(record: Record, seen: int) -> bool:
    return sum(map(len, record.arrived.values())) > seen


async def _all_heard(record: Record, staff: Forum, written: dict[int, list[str]]) -> bool:
    expected = sum(map(len, written.values()))
    privately = sum(len(record.texts(person)) for person in written)
    return privately >= expected and len(record.texts(staff.id)) >= expected


async def _is_settled(url: str) -> bool:
    """Nothing waits any more, neither in the inbox nor in the outbox, and nothing was parked."""
    database = await Database.connect(url)
    async with looking(database) as uow:
        assert await uow.inbox.count_parked() == 0
        waiting = (await uow.inbox.count_waiting(), await uow.outbox.count_waiting())
    await database.close()
    return waiting == (0, 0)
