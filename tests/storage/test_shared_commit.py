"""SQLite's commits: those who write at once wait for the disk together, and each fails alone."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from sqlalchemy import text

from storage.database import IntegrityError, SqliteDatabase, TryAgain, Tx

ADD = text("INSERT INTO item (id) VALUES (:id)")
ORPHAN = text("INSERT INTO item (id, part_of) VALUES (:id, 404)")
IDS = text("SELECT id FROM item ORDER BY id")


@pytest.fixture
async def database(tmp_path: Path) -> AsyncIterator[SqliteDatabase]:
    opened = await SqliteDatabase.open(f"sqlite:///{tmp_path / 'shared.db'}", exclusive=False)
    async with opened.transaction() as tx:
        await tx.run(text("CREATE TABLE item (id INTEGER PRIMARY KEY, part_of REFERENCES item)"))
    yield opened
    await opened.close()


@pytest.fixture
def commits(database: SqliteDatabase) -> list[str]:
    """Every COMMIT that the file's one writer was asked for."""
    seen: list[str] = []

    def look(statement: str) -> None:
        if statement == "COMMIT":
            seen.append(statement)

    database._writer._quick.set_trace_callback(look)
    return seen


async def add(database: SqliteDatabase, number: int) -> None:
    async with database.transaction() as tx:
        await tx.run(ADD, id=number)
        await asyncio.sleep(0)  # others come meanwhile, and wait


async def ids(database: SqliteDatabase) -> list[int]:
    async with database.reading() as tx:
        return [row.id for row in await tx.all(IDS)]


async def test_those_who_write_at_once_share_a_commit(
    database: SqliteDatabase, commits: list[str]
) -> None:
    await asyncio.gather(*(add(database, number) for number in range(1, 9)))
    assert await ids(database) == [1, 2, 3, 4, 5, 6, 7, 8]
    assert len(commits) == 1


async def test_who_is_alone_commits_at_once(database: SqliteDatabase, commits: list[str]) -> None:
    await add(database, 1)
    assert len(commits) == 1
    await add(database, 2)
    assert len(commits) == 2


async def test_nobody_goes_on_before_the_disk_has_it(database: SqliteDatabase) -> None:
    async def add_and_look(number: int) -> list[int]:
        await add(database, number)
        return await ids(database)

    seen = await asyncio.gather(add_and_look(1), add_and_look(2), add_and_look(3))
    assert all(number in found for number, found in enumerate(seen, 1))


@pytest.mark.parametrize("which", [1, 2, 3])
async def test_one_that_fails_fails_alone(database: SqliteDatabase, which: int) -> None:
    async def work(number: int) -> None:
        async with database.transaction() as tx:
            await tx.run(ADD, id=number)
            await asyncio.sleep(0)
            if number == which:
                raise ValueError(number)

    results = await asyncio.gather(*map(work, (1, 2, 3)), return_exceptions=True)
    assert [type(result) for result in results].count(ValueError) == 1
    assert await ids(database) == [number for number in (1, 2, 3) if number != which]


async def test_a_refused_statement_takes_only_its_own_transaction_with_it(
    database: SqliteDatabase,
) -> None:
    results = await asyncio.gather(
        add(database, 1), add(database, 1), add(database, 2), return_exceptions=True
    )
    assert isinstance(results[1], IntegrityError)
    assert (results[0], results[2]) == (None, None)
    assert await ids(database) == [1, 2]


async def test_a_commit_that_fails_is_kept_for_nobody_and_believed_by_nobody(
    database: SqliteDatabase,
) -> None:
    async def orphan(tx: Tx) -> None:
        await tx.run(text("PRAGMA defer_foreign_keys = ON"))
        await tx.run(ORPHAN, id=2)

    async def work() -> None:
        async with database.transaction() as tx:
            await orphan(tx)

    results = await asyncio.gather(
        add(database, 1), work(), add(database, 3), return_exceptions=True
    )
    assert [type(result) for result in results] == [TryAgain] * 3
    assert await ids(database) == []
    with pytest.raises(IntegrityError):
        await work()  # alone, it meets its own error
    await add(database, 4)
    assert await ids(database) == [4]


async def test_who_is_cancelled_while_the_others_write_takes_nothing_from_them(
    database: SqliteDatabase,
) -> None:
    first, second = (asyncio.create_task(add(database, number)) for number in (1, 2))
    await asyncio.sleep(0)
    second.cancel()
    results = await asyncio.gather(first, second, return_exceptions=True)
    assert results[0] is None
    assert isinstance(results[1], asyncio.CancelledError)
    assert await ids(database) == [1]


async def test_what_somebody_wrote_is_committed_even_if_they_are_cancelled_then(
    database: SqliteDatabase, commits: list[str]
) -> None:
    """Nothing stays open, and whoever shares the commit has it."""
    wrote = asyncio.Event()

    async def write() -> None:
        async with database.transaction() as tx:
            await tx.run(ADD, id=1)
            await asyncio.sleep(0)
            wrote.set()

    first, second = asyncio.create_task(write()), asyncio.create_task(add(database, 2))
    await wrote.wait()
    first.cancel()
    results = await asyncio.gather(first, second, return_exceptions=True)
    assert isinstance(results[0], asyncio.CancelledError)
    assert results[1] is None
    assert await ids(database) == [1, 2]
    assert not database._writer.is_open
    assert commits
