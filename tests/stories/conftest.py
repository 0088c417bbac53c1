"""A shop for stories: the whole bot, a staff group, and customers."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest

from bot.settings import Settings
from sandbox.people import Forum, Person
from sandbox.telegram import TOKEN, Telegram
from tests.bot.conftest import Clock
from tests.conftest import NOW
from tests.stories.shop import Shop, Somebody

BANK_ACCOUNT = "First Bank\n123-456-789\nDaiko Ltd."


@pytest.fixture
def clock() -> Clock:
    return Clock(NOW)


@pytest.fixture
def telegram(clock: Clock) -> Telegram:
    return Telegram(clock)


@pytest.fixture
def chief(telegram: Telegram) -> Person:
    return telegram.person("Boss")


@pytest.fixture
def group(telegram: Telegram, chief: Person) -> Forum:
    return telegram.forum("Staff", creator=chief)


@pytest.fixture
def tom(telegram: Telegram) -> Person:
    """A colleague, once the chief adds him to the group or he joins it."""
    return telegram.person("Tom")


@pytest.fixture
def settings(database_url: str, group: Forum) -> Settings:
    return Settings(
        _env_file=None,
        bot_token=TOKEN,
        staff_chat_id=group.id,
        database_url=database_url,
        bank_account=BANK_ACCOUNT,
    )


@pytest.fixture
async def shop(
    settings: Settings, clock: Clock, telegram: Telegram, group: Forum
) -> AsyncIterator[Shop]:
    async with Shop(settings, telegram, clock, group).open() as shop:
        yield shop


@pytest.fixture
def boss(shop: Shop, chief: Person) -> Somebody:
    """The administrator of the staff group, who may move money."""
    return Somebody(shop, chief)


@pytest.fixture
def aki(shop: Shop, telegram: Telegram) -> Somebody:
    return Somebody(shop, telegram.person("Aki"))


@pytest.fixture
def ben(shop: Shop, telegram: Telegram) -> Somebody:
    """Another customer."""
    return Somebody(shop, telegram.person("Ben"))
