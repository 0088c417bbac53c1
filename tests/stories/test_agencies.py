"""Several agencies: each has its own staff group, and what is its own."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest

from bot import agencies as commands
from sandbox.people import Forum, Person
from sandbox.telegram import Telegram
from storage.agency_tables import agency
from tests.bot.conftest import Clock
from tests.stories.shop import Shop, Somebody


@pytest.fixture
def yui(telegram: Telegram) -> Person:
    return telegram.person("Yui")


@pytest.fixture
def osaka(telegram: Telegram, yui: Person) -> Forum:
    """A group with topics whose owner is Yui."""
    return telegram.forum("Osaka staff", creator=yui)


async def coded(shop: Shop, name: str = "Osaka", **words: str | None) -> str:
    """What `daiko agency add` gives: the line for the group."""
    said = await commands.add(shop.daiko.database, shop.settings, name, words, shop.clock())
    found = re.search(r"/register [2-9A-Z]{12}$", said)
    assert found is not None
    return found[0]


async def says(shop: Shop, who: Person, line: str, group: Forum) -> str:
    """A line in General of a group, and what the bot answers to it."""
    written = who.writes(line, group)
    await shop.rest()
    for message in group.general:
        if message.get("reply_to_message", {}).get("message_id") == written["message_id"]:
            return str(message["text"])
    return ""


async def groups(shop: Shop) -> list[int | None]:
    async with shop.transaction() as uow:
        return [each.staff_chat for each in await uow.agencies.all()]


async def test_a_group_is_registered_with_the_code_once(
    shop: Shop, telegram: Telegram, yui: Person, osaka: Forum, boss: Somebody
) -> None:
    line = await coded(shop)
    assert await groups(shop) == [None]
    answer = await says(shop, yui, line.lower(), osaka)
    assert answer == "✅ This is the staff group of Osaka now."
    assert await groups(shop) == [osaka.id]
    already = "This group is registered already: it is that of Osaka. Nothing was changed."
    assert await says(shop, yui, line, osaka) == already
    another = telegram.forum("Kobe staff", creator=yui)
    assert "This code is not good" in await says(shop, yui, line, another)
    fresh = await coded(shop, "Kobe")
    assert await says(shop, yui, fresh, osaka) == already
    assert "it is that of Daiko" in await says(shop, boss.person, fresh, shop.group)
    assert await groups(shop) == [osaka.id, None]


async def test_only_an_administrator_registers_a_group(
    shop: Shop, telegram: Telegram, osaka: Forum
) -> None:
    line = await coded(shop)
    for name, joins in (("Ren", True), ("Sora", False)):
        somebody = telegram.person(name)
        if joins:
            somebody.joins(osaka)
            answer = await says(shop, somebody, line, osaka)
            assert answer == "Only an administrator of this group can register it."
    assert await groups(shop) == [None]


async def test_a_group_without_topics_for_the_bot_is_told_what_it_lacks(
    shop: Shop, telegram: Telegram, yui: Person
) -> None:
    line = await coded(shop)
    unready = (
        telegram.forum("No right", creator=yui, bot_rights=["can_pin_messages"]),
        telegram.forum("No administrator", creator=yui, bot_rights=[]),
    )
    for group in unready:
        assert "This group is not ready yet." in await says(shop, yui, line, group)
    assert await groups(shop) == [None]


async def test_a_code_is_good_for_24_hours_and_a_new_one_takes_its_place(
    shop: Shop, clock: Clock, yui: Person, osaka: Forum
) -> None:
    old = await coded(shop)
    clock.now += timedelta(hours=24)
    assert "This code is not good" in await says(shop, yui, old, osaka)
    assert await commands.listed(shop.daiko.database, clock()) == [
        "Osaka: its code has run out; `daiko agency add` with its name makes another"
    ]
    replaced, newest = await coded(shop), await coded(shop)
    assert await shop.count(agency) == 1
    assert "This code is not good" in await says(shop, yui, replaced, osaka)
    clock.now += timedelta(hours=24) - timedelta(milliseconds=1)
    assert "staff group of Osaka now" in await says(shop, yui, newest, osaka)
    assert await commands.listed(shop.daiko.database, clock()) == [f"Osaka: group {osaka.id}"]


async def test_the_code_is_kept_nowhere_but_on_the_screen(shop: Shop) -> None:
    line = await coded(shop)
    async with shop.transaction() as uow:
        from sqlalchemy import select

        (row,) = await uow.tx.all(select(agency))
    assert line.split()[1] not in str(tuple(row))


async def test_a_register_line_without_a_code_says_how_it_is_written(
    shop: Shop, yui: Person, osaka: Forum
) -> None:
    assert "/register ABCDEFGHJKLM" in await says(shop, yui, "/register", osaka)


@pytest.mark.parametrize(
    ("words", "wrong"),
    [
        ({"timezone": "Mars/Olympus"}, "--timezone is no time zone that this machine knows"),
        ({"holidays": "ZZ"}, "--holidays is no country code whose holidays are known"),
        ({"language": "tlh"}, "--language must be one of"),
    ],
)
async def test_what_an_agency_cannot_have_is_said(
    shop: Shop, words: dict[str, str], wrong: str
) -> None:
    with pytest.raises(commands.WrongWords, match=wrong):
        await coded(shop, "Osaka", **words)
    assert await shop.count(agency) == 0
