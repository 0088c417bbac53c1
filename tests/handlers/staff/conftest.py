"""A staff group: Boss may move money, Mina may not, Aki is a customer, Eve is nobody."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest

from bot.app import Daiko
from bot.pacer import UNLIMITED
from bot.settings import Settings
from sandbox.people import Forum, Person
from sandbox.request import SandboxRequest
from sandbox.telegram import TOKEN, Telegram
from tests.bot.conftest import Clock
from tests.conftest import NOW
from tests.handlers.staff.trade import Office, StaffOnly


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
def mina(telegram: Telegram) -> Person:
    return telegram.person("Mina")


@pytest.fixture
def aki(telegram: Telegram) -> Person:
    return telegram.person("Aki")


@pytest.fixture
def eve(telegram: Telegram) -> Person:
    return telegram.person("Eve")


@pytest.fixture
def group(telegram: Telegram, boss: Person, mina: Person) -> Forum:
    return telegram.forum("Staff", creator=boss, members=[mina])


@pytest.fixture
async def office(
    database_url: str, clock: Clock, telegram: Telegram, group: Forum, aki: Person
) -> AsyncIterator[Office]:
    settings = Settings(
        _env_file=None, bot_token=TOKEN, staff_chat_id=group.id, database_url=database_url
    )
    request = SandboxRequest(telegram)
    async with Daiko(
        settings, StaffOnly(), clock=clock, request=request, limits=UNLIMITED
    ) as daiko:
        yield Office(daiko, clock, group, aki)
