"""A person is in the middle of things in one place; elsewhere they are not."""

from __future__ import annotations

from datetime import datetime, timedelta

from storage.conversations import Spot, Talk
from storage.database import Database
from storage.places import Places
from storage.unit_of_work import looking, unit_of_work

HERE = Spot(chat=-100, person=7, thread=5)
APPLYING = Talk.of("applying", "quantity", {"link": "https://shop.example/茶", "lines": [1]})
WEEKS = timedelta(days=14)


async def save(database: Database, now: datetime, *talks: Talk) -> None:
    async with unit_of_work(database) as uow:
        await uow.conversations.save(HERE, talks, now + WEEKS)


async def load(database: Database, now: datetime, spot: Spot = HERE) -> list[Talk]:
    async with looking(database) as uow:
        return await uow.conversations.load(spot, now)


async def test_what_was_said_is_there_in_the_same_place_only(
    database: Database, now: datetime
) -> None:
    await save(database, now, APPLYING)
    assert await load(database, now) == [APPLYING]
    for other in (Spot(-100, 8, 5), Spot(-100, 7, 0), Spot(-101, 7, 5)):
        assert await load(database, now, other) == []


async def test_the_newest_state_replaces_the_one_before(database: Database, now: datetime) -> None:
    await save(database, now, APPLYING)
    further = Talk.of("applying", "note", {})
    await save(database, now, further)
    assert await load(database, now) == [further]


async def test_it_expires_to_the_millisecond(database: Database, now: datetime) -> None:
    await save(database, now, APPLYING)
    assert await load(database, now + WEEKS - timedelta(milliseconds=1)) == [APPLYING]
    assert await load(database, now + WEEKS) == []
    async with unit_of_work(database) as uow:
        assert await uow.conversations.forget(now) == 0
        assert await uow.conversations.forget(now + WEEKS) == 1


async def test_one_of_several_is_dropped(database: Database, now: datetime) -> None:
    other = Talk.of("address", 2, {})
    await save(database, now, APPLYING, other)
    async with unit_of_work(database) as uow:
        await uow.conversations.drop(HERE, ["applying", "unknown"])
    assert await load(database, now) == [other]


async def test_a_place_has_one_number(database: Database) -> None:
    async with unit_of_work(database) as uow:
        places = Places(uow.tx)
        assert await places.find("topic:finance@-100") is None
        await places.set("topic:finance@-100", 5)
        await places.set("topic:finance@-100", 6)
        assert await places.find("topic:finance@-100") == 6
        await places.forget("topic:finance@-100")
        assert await places.find("topic:finance@-100") is None
