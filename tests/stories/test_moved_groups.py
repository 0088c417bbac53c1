"""A staff group that becomes a supergroup has another number: every process takes it over."""

from __future__ import annotations

import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import pytest

from bot.app import Daiko
from bot.delivery import Delivery
from bot.pacer import UNLIMITED, Pacer, Turns
from domain.letters import ToStaff
from domain.orders import Stage
from sandbox.people import Forum, Person
from sandbox.telegram import Telegram
from storage.agency_tables import agency
from tests.bot.echo import EchoDrawer
from tests.stories.roads import applies
from tests.stories.shop import Shop, Somebody
from tests.stories.test_agencies import coded, groups, yui
from tests.stories.test_two_agencies import applies_to, stage

__all__ = ["yui"]


@asynccontextmanager
async def another_process(shop: Shop, engine: str) -> AsyncIterator[Daiko]:
    """Beside the first on PostgreSQL; on SQLite in its place, for there can be one only."""
    if engine == "sqlite":
        await shop.restart()
        yield shop.daiko
        return
    first, second = shop.daiko, await shop._built().__aenter__()
    shop.daiko = second
    try:
        yield second
    finally:
        shop.daiko = first
        await second.__aexit__(None, None, None)


async def writes_in(shop: Shop, who: Person, text: str, group: Forum) -> None:
    who.writes(text, group, topic="#1")
    await shop.rest()


@pytest.fixture
def old(telegram: Telegram, chief: Person) -> Forum:
    return telegram.basic_group("Staff", creator=chief)


@pytest.fixture
def group(old: Forum) -> Forum:
    """The number in the settings is that of the group before it was a supergroup."""
    return old


def upgraded(telegram: Telegram, old: Forum, chief: Person) -> Forum:
    new = telegram.upgrade(old)
    chief.promotes(telegram.bot, new)
    return new


async def test_the_group_of_the_settings_is_followed_by_the_next_process(
    shop: Shop, telegram: Telegram, old: Forum, chief: Person, aki: Somebody, engine: str
) -> None:
    new = upgraded(telegram, old, chief)
    shop.group = new
    await applies(aki)
    assert "Blue mug" in new.topic("#1").texts[0]
    telegram.calls.clear()
    async with another_process(shop, engine) as other:
        await writes_in(shop, chief, "/estimate 1=10", new)
        assert await stage(shop, 1) is Stage.AWAITING_FIRST_PAYMENT
        await writes_in(shop, chief, "Good day!", new)
        assert aki.reads == "💬 #1 · Daiko\nGood day!"
        assert other.current_agency().staff_chat == new.id
        asked = [call for call in telegram.calls if str(call.params.get("chat_id")) == str(old.id)]
        assert asked == []  # it knew before it asked


async def test_a_process_that_runs_already_learns_of_it(
    shop: Shop, telegram: Telegram, old: Forum, chief: Person, aki: Somebody
) -> None:
    daiko = shop.daiko
    turns = Turns(Pacer(UNLIMITED), time.monotonic)
    beside = Delivery(daiko.api, daiko.database, EchoDrawer(), daiko.agency, turns)
    await beside.remember_moves()
    shop.group = upgraded(telegram, old, chief)
    await applies(aki)
    assert beside.chat_of(ToStaff()) == old.id
    await beside.remember_moves()  # as every process does again and again
    assert beside.chat_of(ToStaff()) == shop.group.id
    telegram.calls.clear()


async def test_the_group_of_another_agency_is_followed_too(
    shop: Shop, telegram: Telegram, old: Forum, chief: Person, aki: Somebody, yui: Person,
    engine: str
) -> None:  # fmt: skip
    shop.group = upgraded(telegram, old, chief)
    was = telegram.basic_group("Osaka staff", creator=yui)
    await coded(shop, "Osaka")
    async with shop.transaction() as uow:
        await uow.tx.run(agency.update().values(staff_chat=was.id, registered_at=1))
    await shop.daiko.delivery.remember_moves()
    new = upgraded(telegram, was, yui)
    await applies_to(aki, "Osaka")
    assert "Red kettle" in new.topic("#1").texts[0]
    assert await groups(shop) == [new.id]
    telegram.calls.clear()
    async with another_process(shop, engine):
        await writes_in(shop, yui, "/estimate 1=10", new)
        assert await stage(shop, 1) is Stage.AWAITING_FIRST_PAYMENT
        assert all(str(call.params.get("chat_id")) != str(was.id) for call in telegram.calls)
