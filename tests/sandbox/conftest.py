"""A small world: two customers, a staff group, and a bot of python-telegram-bot in process."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

import aiohttp
import pytest
from telegram import Bot, InlineKeyboardButton, InlineKeyboardMarkup

from sandbox.people import Forum, Person
from sandbox.request import SandboxRequest
from sandbox.telegram import TOKEN, Telegram

NOW = datetime(2026, 11, 2, 9, 0, tzinfo=UTC)


@dataclass
class Clock:
    now: datetime = NOW

    def __call__(self) -> datetime:
        return self.now

    def forward(self, **span: float) -> None:
        self.now += timedelta(**span)


@pytest.fixture(autouse=True)
def _spans(monkeypatch: pytest.MonkeyPatch) -> None:
    """python-telegram-bot warns of numbers where it will give spans of time one day."""
    monkeypatch.setenv("PTB_TIMEDELTA", "true")


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def telegram(clock: Clock) -> Telegram:
    return Telegram(clock)


@pytest.fixture
def aki(telegram: Telegram) -> Person:
    """A customer who has pressed start; nothing waits for the bot."""
    aki = telegram.person("Aki", username="aki")
    aki.start()
    telegram.bot.updates.clear()
    return aki


@pytest.fixture
def mina(telegram: Telegram) -> Person:
    return telegram.person("Mina")


@pytest.fixture
def group(telegram: Telegram, mina: Person) -> Forum:
    return telegram.forum("Daiko staff", creator=mina)


@pytest.fixture
async def bot(telegram: Telegram) -> AsyncIterator[Bot]:
    request = SandboxRequest(telegram)
    async with Bot(TOKEN, request=request, get_updates_request=request) as bot:
        telegram.calls.clear()
        yield bot


class Door:
    """Asks over HTTP, and reads every answer to its end."""

    def __init__(self, session: aiohttp.ClientSession) -> None:
        self.session = session

    async def ask(self, verb: str, path: str, **asked: Any) -> tuple[int, bytes]:
        async with self.session.request(verb, path, **asked) as answer:
            return answer.status, await answer.read()

    async def get(self, path: str) -> Any:
        return json.loads((await self.ask("GET", path))[1])

    async def post(self, path: str, body: Any = None) -> Any:
        return json.loads((await self.ask("POST", path, json=body))[1])


def keyboard(*rows: str) -> InlineKeyboardMarkup:
    """One button a row; its data is its label."""
    return InlineKeyboardMarkup([[InlineKeyboardButton(row, callback_data=row)] for row in rows])
