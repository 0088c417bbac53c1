"""Each update is worked once, in order within its chat; what cannot be worked is put aside."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest
from sqlalchemy import select

from storage.database import Database
from storage.inbox import Claim, Inbox, Received, Waiting
from storage.queue_tables import inbox
from storage.unit_of_work import looking, unit_of_work


def update(number: int, lane: int = 7) -> Received:
    return Received(number, lane, f'{{"update_id":{number}}}')


async def take_in(database: Database, now: datetime, *updates: Received) -> list[Waiting]:
    async with unit_of_work(database) as uow:
        await uow.inbox.take_in(updates, now)
    return await waiting(database)


async def waiting(database: Database, after: int = -1, most: int = 100) -> list[Waiting]:
    async with looking(database) as uow:
        return await uow.inbox.waiting(after, most)


async def numbers(database: Database) -> list[int]:
    return [each.update_id for each in await waiting(database)]


async def test_updates_wait_in_telegrams_order(database: Database, now: datetime) -> None:
    await take_in(database, now, update(3), update(1), update(2, lane=-8))
    assert await numbers(database) == [1, 2, 3]
    assert [u.update_id for u in await waiting(database, after=1, most=1)] == [2]


async def test_an_update_that_comes_again_changes_nothing(
    database: Database, now: datetime
) -> None:
    await take_in(database, now, update(1))
    async with unit_of_work(database) as uow:
        await uow.inbox.finish(1, now)
    assert await take_in(database, now, update(1), update(2)) == [
        Waiting(2, 7, '{"update_id":2}', 0, datetime.fromtimestamp(0, now.tzinfo))
    ]


async def test_an_update_is_finished_once(database: Database, now: datetime) -> None:
    await take_in(database, now, update(1))
    async with unit_of_work(database) as uow:
        await uow.inbox.finish(1, now)
    with pytest.raises(RuntimeError, match="somebody else"):
        async with unit_of_work(database) as uow:
            await uow.inbox.finish(1, now)


async def test_what_people_wrote_is_not_kept_once_it_is_worked(
    database: Database, now: datetime
) -> None:
    await take_in(database, now, update(1))
    async with unit_of_work(database) as uow:
        await uow.inbox.finish(1, now)
        row = await uow.tx.one(select(inbox.c.payload))
        assert row is not None
        assert row.payload == ""


async def test_an_update_put_off_waits_with_its_count(database: Database, now: datetime) -> None:
    (first,) = await take_in(database, now, update(1))
    later = now + timedelta(seconds=5)
    async with unit_of_work(database) as uow:
        await uow.inbox.put_off(first.update_id, later, "KeyError in handlers/x.py:7")
    (again,) = await waiting(database)
    assert (again.attempts, again.due_at) == (1, later)


async def test_a_parked_update_waits_for_nobody_until_it_is_replayed(
    database: Database, now: datetime
) -> None:
    await take_in(database, now, update(1), update(2))
    async with unit_of_work(database) as uow:
        await uow.inbox.park(1, now, "KeyError in handlers/x.py:7")
    assert await numbers(database) == [2]
    async with unit_of_work(database) as uow:
        (parked,) = await uow.inbox.parked()
        assert (parked.update_id, parked.parked_at) == (1, now)
        assert parked.error == "KeyError in handlers/x.py:7"
        assert (await uow.inbox.count_parked(), await uow.inbox.count_waiting()) == (1, 1)
        assert not await uow.inbox.replay(2)
        assert await uow.inbox.replay(1)
    assert await numbers(database) == [1, 2]
    assert (await waiting(database))[0].attempts == 0


async def test_done_updates_are_forgotten_and_the_others_are_not(
    database: Database, now: datetime
) -> None:
    await take_in(database, now, update(1), update(2), update(3))
    async with unit_of_work(database) as uow:
        await uow.inbox.finish(1, now)
        await uow.inbox.park(2, now, "")
    async with unit_of_work(database) as uow:
        assert await uow.inbox.forget(now) == 0
        assert await uow.inbox.forget(now + timedelta(seconds=1)) == 1
        assert await uow.inbox.count_parked() == 1
    assert await numbers(database) == [3]


async def test_one_chat_is_worked_by_one_at_a_time(database: Database, now: datetime) -> None:
    if database.engine == "sqlite":
        pytest.skip("one process has the file")
    first, second, other = await take_in(database, now, update(1), update(2), update(3, lane=8))
    async with database.transaction() as here:
        assert await Inbox(here).claim(first) is Claim.OURS
        async with database.transaction() as elsewhere:
            assert await Inbox(elsewhere).claim(second) is Claim.ELSEWHERE
            assert await Inbox(elsewhere).claim(other) is Claim.OURS
        await Inbox(here).finish(1, now)
    async with database.transaction() as tx:
        assert await Inbox(tx).claim(first) is Claim.GONE
        assert await Inbox(tx).claim(second) is Claim.OURS


async def test_an_older_update_of_the_chat_comes_first(database: Database, now: datetime) -> None:
    if database.engine == "sqlite":
        pytest.skip("one process has the file")
    _, second = await take_in(database, now, update(1), update(2))
    async with database.transaction() as tx:
        assert await Inbox(tx).claim(second) is Claim.GONE
