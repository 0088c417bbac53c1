"""Fixtures of the bot's own road: a sandbox in process, and an echo on it."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from datetime import datetime, timedelta

import pytest

from bot.app import Daiko
from bot.pacer import UNLIMITED
from bot.settings import Settings
from sandbox.people import Forum, Person
from sandbox.request import SandboxRequest
from sandbox.telegram import TOKEN, Telegram
from tests.bot.echo import Echo
from tests.conftest import NOW


class Clock:
    """A clock that stands still until it is moved."""

    def __init__(self, now: datetime) -> None:
        self.now = now

    def __call__(self) -> datetime:
        return self.now

    def monotonic(self) -> float:
        return (self.now - NOW).total_seconds()

    def forward(self, **by: float) -> None:
        self.now += timedelta(**by)


async def until(condition: Callable[[], bool], seconds: float = 20) -> None:
    """Wait for what somebody else does."""
    async with asyncio.timeout(seconds):
        while not condition():  # noqa: ASYNC110  # there is nothing to be told by
            await asyncio.sleep(0.01)


@pytest.fixture
def clock() -> Clock:
    return Clock(NOW)


@pytest.fixture
def telegram(clock: Clock) -> Telegram:
    return Telegram(clock)


@pytest.fixture
def boss(telegram: Telegram) -> Person:
    return telegram.person("Boss")


@pytest.fixture
def staff(telegram: Telegram, boss: Person) -> Forum:
    return telegram.forum("Staff", creator=boss)


@pytest.fixture
def aki(telegram: Telegram) -> Person:
    return telegram.person("Aki")


@pytest.fixture
def settings(database_url: str, staff: Forum) -> Settings:
    return Settings(
        _env_file=None, bot_token=TOKEN, staff_chat_id=staff.id, database_url=database_url
    )


@pytest.fixture
def echo() -> Echo:
    return Echo()


@pytest.fixture
async def daiko(
    settings: Settings, clock: Clock, telegram: Telegram, echo: Echo
) -> AsyncIterator[Daiko]:
    request = SandboxRequest(telegram)
    async with Daiko(
        settings,
        echo,
        clock=clock,
        request=request,
        limits=UNLIMITED,
        monotonic=clock.monotonic,
    ) as daiko:
        yield daiko
