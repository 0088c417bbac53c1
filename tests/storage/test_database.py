"""Transactions: what is kept, what is not, and that both engines say the same."""

from __future__ import annotations

import asyncio
import multiprocessing
import sqlite3
from contextlib import suppress
from pathlib import Path

import pytest
from sqlalchemy import bindparam, func, select, text
from sqlalchemy.exc import InvalidRequestError

from storage.database import (
    Database,
    DatabaseBusy,
    IntegrityError,
    TryAgain,
    Tx,
    insert_ignoring,
    retrying,
    upsert,
)
from storage.ledger_tables import account
from storage.tables import person

ADD = person.insert()
ADD_RETURNING = person.insert().returning(person.c.id, person.c.name)
NAMES = select(person.c.name).order_by(person.c.id)
COUNT = select(func.count().label("count")).select_from(person)
LOCK = select(person).where(person.c.id == bindparam("id")).with_for_update(of=person)
RENAME = person.update().where(person.c.id == bindparam("which")).values(name=bindparam("name"))
OPEN = account.insert().returning(account.c.guarded, account.c.id)


async def add(tx: Tx, number: int, name: str = "Aki") -> None:
    await tx.run(ADD, id=number, name=name, met_at=0)


async def names(database: Database) -> list[str]:
    async with database.reading() as tx:
        return [row.name for row in await tx.all(NAMES)]


# What is kept ---------------------------------------------------------------------------------


async def test_a_transaction_that_ends_well_is_kept(database: Database) -> None:
    async with database.transaction() as tx:
        await add(tx, 1)
    assert await names(database) == ["Aki"]


@pytest.mark.parametrize("wrong", [ValueError, asyncio.CancelledError, KeyboardInterrupt])
async def test_a_transaction_that_is_left_by_an_exception_leaves_nothing(
    database: Database, wrong: type[BaseException]
) -> None:
    async def work() -> None:
        async with database.transaction() as tx:
            await add(tx, 1)
            raise wrong

    with pytest.raises(wrong):
        await work()
    assert await names(database) == []
    async with database.transaction() as tx:
        await add(tx, 2, "Ben")
    assert await names(database) == ["Ben"]


async def test_cancelling_at_any_moment_keeps_all_or_nothing(database: Database) -> None:
    async def work() -> None:
        async with database.transaction() as tx:
            await add(tx, 1)
            await asyncio.sleep(0)
            await add(tx, 2)

    for turns in range(12):
        task = asyncio.create_task(work())
        for _ in range(turns):
            await asyncio.sleep(0)
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)
        assert await names(database) in ([], ["Aki", "Aki"])
        async with database.transaction() as tx:
            await tx.run(person.delete())


async def test_a_swallowed_error_is_not_kept_in_silence(database: Database) -> None:
    async def swallow() -> None:
        async with database.transaction() as tx:
            await add(tx, 1)
            with suppress(IntegrityError):
                await add(tx, 1)

    with pytest.raises(RuntimeError, match="nothing of this transaction is kept"):
        await swallow()
    assert await names(database) == []


async def test_after_an_error_a_transaction_does_nothing_more(database: Database) -> None:
    async def go_on() -> None:
        async with database.transaction() as tx:
            with suppress(IntegrityError):
                await tx.run_many(ADD, [{"id": 1, "name": "Aki", "met_at": 0}] * 2)
            await tx.all(NAMES)

    with pytest.raises(RuntimeError, match="this transaction is over"):
        await go_on()


async def test_a_transaction_cannot_be_used_after_its_end(database: Database) -> None:
    async with database.transaction() as tx:
        await add(tx, 1)
    with pytest.raises(RuntimeError, match="this transaction is over"):
        await add(tx, 2)
    assert await names(database) == ["Aki"]


async def test_whoever_reads_sees_one_moment_and_waits_for_nobody(database: Database) -> None:
    async with database.transaction() as tx:
        await add(tx, 1)
    async with database.transaction() as writing, database.reading() as reading:
        await add(writing, 2, "Ben")
        assert [row.name for row in await reading.all(NAMES)] == ["Aki"]
    async with database.reading() as reading:
        assert len(await reading.all(NAMES)) == 2
        async with database.transaction() as writing:
            await add(writing, 3, "Cho")
        assert len(await reading.all(NAMES)) == 2


async def test_whoever_reads_cannot_write(database: Database) -> None:
    with pytest.raises(Exception, match=r"read-?only"):
        async with database.reading() as tx:
            await add(tx, 1)
    assert await names(database) == []


async def test_many_read_at_once(database: Database) -> None:
    async with database.transaction() as tx:
        await add(tx, 1)
    assert await asyncio.gather(*(names(database) for _ in range(20))) == [["Aki"]] * 20


async def test_a_locked_row_is_changed_by_one_at_a_time(database: Database) -> None:
    async with database.transaction() as tx:
        await add(tx, 1, "0")

    async def count_up() -> None:
        async with database.transaction() as tx:
            row = await tx.one(LOCK, id=1)
            assert row is not None
            await asyncio.sleep(0)
            await tx.run(RENAME, which=1, name=str(int(row.name) + 1))

    await asyncio.gather(*(count_up() for _ in range(25)))
    assert await names(database) == ["25"]


# What statements may look like ----------------------------------------------------------------


async def test_rows_have_attributes_and_flags_are_booleans(database: Database) -> None:
    async with database.transaction() as tx:
        values = {"code": "asset:bank", "currency": "USD", "side": "D", "guarded": False}
        row = await tx.one(OPEN, **values)
        assert row is not None
        assert row.guarded is False
        assert (await tx.all(select(account.c.guarded)))[0].guarded is False
        known = await tx.one(select(select(account).exists().label("known")))
        assert known is not None
        assert known.known is True


async def test_literals_and_limits_stand_in_the_statement(database: Database) -> None:
    wanted = select(person.c.id).where(person.c.name == "Aki").order_by(person.c.id).limit(2)
    async with database.transaction() as tx:
        for number in (1, 2, 3):
            await add(tx, number)
        await add(tx, 4, "Ben")
        assert [row.id for row in await tx.all(wanted)] == [1, 2]


async def test_an_in_takes_lists_of_any_length(database: Database) -> None:
    wanted = (
        select(person.c.id)
        .where(
            person.c.id.in_(bindparam("ids", expanding=True)),
            person.c.name.in_(["Aki", "Ben"]),
            person.c.name != bindparam("name"),
        )
        .order_by(person.c.id)
    )
    async with database.transaction() as tx:
        for number in (1, 2, 3):
            await add(tx, number)
        await add(tx, 4, "Ben")
        await add(tx, 5, "Cho")
        for ids, found in (
            ([], []),
            ([1], [1]),
            ([3, 5, 1], [1, 3]),
            ((2, 1, 4), [1, 2]),
            ({3}, [3]),
        ):
            assert [row.id for row in await tx.all(wanted, ids=ids, name="Ben")] == found


async def test_rows_touched_are_counted(database: Database) -> None:
    async with database.transaction() as tx:
        for number in (1, 2):
            await add(tx, number)
        assert await tx.run(RENAME, which=1, name="Ben") == 1
        assert await tx.run(RENAME, which=9, name="Ben") == 0
        assert await tx.run(person.update(), blocked=1) == 2
        assert await tx.run(ADD_RETURNING, id=3, name="Cho", met_at=0) == 1
        assert await tx.run(text("UPDATE person SET blocked = 0")) == 3
        assert await tx.run(NAMES) == 3
        assert await tx.run(person.delete()) == 3


async def test_an_update_may_leave_its_columns_to_the_values(database: Database) -> None:
    change = person.update().where(person.c.id == bindparam("id"))
    async with database.transaction() as tx:
        await add(tx, 1)
        await add(tx, 2)
        assert await tx.run(change, id=2, name="Ben", language="ja") == 1
    assert await names(database) == ["Aki", "Ben"]


async def test_inserting_what_is_there_does_nothing(database: Database) -> None:
    ignoring = insert_ignoring(person, keys=["id"])
    async with database.transaction() as tx:
        assert await tx.run(ignoring, id=1, name="Aki", met_at=0) == 1
        assert await tx.run(ignoring, id=1, name="Ben", met_at=0) == 0
        returning = ignoring.returning(person.c.id)
        assert await tx.one(returning, id=1, name="Cho", met_at=0) is None
    assert await names(database) == ["Aki"]


async def test_upserting_what_is_there_changes_the_named_columns(database: Database) -> None:
    statement = upsert(person, ["id"], ["name"])
    async with database.transaction() as tx:
        await tx.run(statement, id=1, name="Aki", language="ja", met_at=1)
        await tx.run(statement, id=1, name="Ben", language="de", met_at=2)
        row = await tx.one(select(person))
        assert row is not None
        assert (row.name, row.language, row.met_at) == ("Ben", "ja", 1)


async def test_many_rows_are_added_at_once(database: Database) -> None:
    rows = [{"id": n, "name": "Aki", "met_at": 0} for n in range(1, 201)]
    async with database.transaction() as tx:
        await tx.run_many(ADD, rows[:10])
        await tx.run_many(ADD, rows[10:])
        await tx.run_many(ADD, [])
        row = await tx.one(COUNT)
        assert row is not None
        assert row.count == 200


async def test_text_is_a_statement_too(database: Database) -> None:
    async with database.transaction() as tx:
        await add(tx, 7)
        row = await tx.one(text("SELECT id, name FROM person WHERE id = :id"), id=7)
        assert row is not None
        assert (row.id, row.name) == (7, "Aki")
        assert await tx.one(text("SELECT id FROM person WHERE name = 'Ben'")) is None


async def test_a_sum_is_a_whole_number(database: Database) -> None:
    async with database.transaction() as tx:
        await add(tx, 1)
        await add(tx, 2)
        row = await tx.one(select(func.sum(person.c.id).label("sum")))
        assert row is not None
        assert type(row.sum) is int


async def test_a_slow_statement_gives_the_same(database: Database) -> None:
    async with database.transaction() as tx:
        await add(tx, 1)
        assert [r.name for r in await tx.all(NAMES.execution_options(slow=True))] == ["Aki"]
        slow = RENAME.execution_options(slow=True)
        assert await tx.run(slow, which=1, name="Ben") == 1


async def test_a_missing_or_unknown_value_is_a_bug(database: Database) -> None:
    for values in ({"id": 1, "name": "Aki", "met": 0}, {"id": 1, "naem": "Aki", "met_at": 0}):
        with pytest.raises(TypeError, match="no parameter"):
            async with database.transaction() as tx:
                await tx.run(ADD, **values)
    with pytest.raises((KeyError, InvalidRequestError)):
        async with database.transaction() as tx:
            await tx.one(LOCK)
    assert await names(database) == []


# What the database refuses --------------------------------------------------------------------


@pytest.mark.parametrize(
    ("values", "constraint"),
    [
        ({}, ""),  # the same code again
        ({"code": "x", "side": "Q"}, "ck_account_side_known"),
        ({"code": "x", "currency": "usd"}, "ck_account_currency_code"),
        ({"code": "x", "side": None}, ""),
        ({"code": "x", "credits": 5}, "accounts start empty"),
    ],
)
async def test_a_refusal_names_its_constraint(
    database: Database, values: dict[str, object], constraint: str
) -> None:
    first = {"code": "asset:bank", "currency": "USD", "side": "D", "guarded": False}
    async with database.transaction() as tx:
        await tx.run(OPEN, **first)
    with pytest.raises(IntegrityError) as refusal:
        async with database.transaction() as tx:
            await tx.run(OPEN, **{**first, **values})
    if constraint:
        assert refusal.value.constraint == constraint


async def test_a_unique_key_is_named_alike_on_both_engines(database: Database) -> None:
    async with database.transaction() as tx:
        await add(tx, 1)
    with pytest.raises(IntegrityError) as refusal:
        async with database.transaction() as tx:
            await add(tx, 1)
    assert refusal.value.constraint == "pk_person"


async def test_work_that_got_in_anothers_way_is_done_again(database: Database) -> None:
    attempts = 0

    async def work(tx: Tx) -> str:
        nonlocal attempts
        attempts += 1
        await add(tx, attempts)
        if attempts < 3:
            raise TryAgain
        return "done"

    assert await retrying(database, work) == "done"
    assert await names(database) == ["Aki"]
    assert attempts == 3


async def test_work_is_not_done_again_for_ever(database: Database) -> None:
    attempts = 0

    async def work(tx: Tx) -> None:
        nonlocal attempts
        attempts += 1
        raise TryAgain

    with pytest.raises(TryAgain):
        await retrying(database, work, attempts=3)
    assert attempts == 3


async def test_a_deadlock_is_resolved_by_trying_again(database: Database, engine: str) -> None:
    if engine == "sqlite":
        pytest.skip("one writer at a time")
    async with database.transaction() as tx:
        await add(tx, 1)
        await add(tx, 2)
    both = asyncio.Barrier(2)

    async def cross(first: int, second: int) -> None:
        met = False

        async def work(tx: Tx) -> None:
            nonlocal met
            await tx.one(LOCK, id=first)
            if not met:
                met = True
                await both.wait()
            await tx.one(LOCK, id=second)

        await retrying(database, work)

    await asyncio.wait_for(asyncio.gather(cross(1, 2), cross(2, 1)), 20)


# Who may do what ------------------------------------------------------------------------------


async def test_one_process_leads(database: Database, engine: str) -> None:
    leader = await database.leader("sender")
    assert leader is not None
    assert await leader.confirm()
    if engine == "postgresql":
        assert await database.leader("sender") is None
        other = await database.leader("clock")
        assert other is not None
        await other.release()
    await leader.release()
    again = await database.leader("sender")
    assert again is not None
    await again.release()


async def test_leadership_is_lost_with_its_connection(database: Database, engine: str) -> None:
    if engine == "sqlite":
        pytest.skip("the process that holds the file leads")
    leader = await database.leader("sender")
    assert leader is not None
    async with database.transaction() as tx:
        await tx.all(
            text(
                "SELECT pg_terminate_backend(pid) FROM pg_locks"
                " WHERE locktype = 'advisory' AND database = "
                "(SELECT oid FROM pg_database WHERE datname = current_database())"
            )
        )
    assert not await leader.confirm()
    assert leader.lost
    next_one = await database.leader("sender")
    assert next_one is not None
    await next_one.release()


def _hold(path: str, ready: object, done: object) -> None:
    async def hold() -> None:
        database = await Database.connect(f"sqlite:///{path}", exclusive=True)
        ready.set()  # type: ignore[attr-defined]
        done.wait(30)  # type: ignore[attr-defined]
        await database.close()

    asyncio.run(hold())


async def test_a_sqlite_file_bears_one_bot_and_says_who_it_is(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path}/daiko.db"
    context = multiprocessing.get_context("spawn")
    ready, done = context.Event(), context.Event()
    process = context.Process(target=_hold, args=(f"{tmp_path}/daiko.db", ready, done))
    process.start()
    try:
        assert await asyncio.to_thread(ready.wait, 30)
        with pytest.raises(DatabaseBusy) as refusal:
            await Database.connect(url, exclusive=True)
        assert refusal.value.pid == process.pid
        beside = await Database.connect(url)  # check, export, backup, doctor
        await beside.close()
    finally:
        done.set()
        await asyncio.to_thread(process.join, 30)
    after = await Database.connect(url, exclusive=True)
    await after.close()


async def test_two_processes_that_write_wait_for_each_other(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path}/daiko.db"
    database = await Database.connect(url)
    async with database.transaction() as tx:
        await tx.run(text("CREATE TABLE t (n INTEGER)"))
    other = sqlite3.connect(tmp_path / "daiko.db", isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    ticks = 0

    async def tick() -> None:
        nonlocal ticks
        while True:
            await asyncio.sleep(0.01)
            ticks += 1

    async def write() -> None:
        async with database.transaction() as tx:
            await tx.run(text("INSERT INTO t VALUES (1)"))

    ticking, writing = asyncio.create_task(tick()), asyncio.create_task(write())
    await asyncio.sleep(0.2)
    assert not writing.done()
    other.execute("COMMIT")
    await writing
    ticking.cancel()
    assert ticks > 5  # the loop was not stopped meanwhile
    other.close()
    await database.close()


async def test_sqlite_is_durable_and_strict(tmp_path: Path) -> None:
    database = await Database.connect(f"sqlite:///{tmp_path}/daiko.db")
    wanted = {
        "journal_mode": "wal",
        "synchronous": 2,
        "foreign_keys": 1,
        "recursive_triggers": 1,
    }
    async with database.reading() as tx:
        for pragma, value in wanted.items():
            row = await tx.one(text(f"PRAGMA {pragma}"))
            assert row is not None
            assert row[0] == value
    await database.close()


@pytest.mark.parametrize("url", ["sqlite://", "sqlite:///:memory:"])
async def test_a_database_in_memory_is_refused(url: str) -> None:
    with pytest.raises(ValueError, match="needs a file"):
        await Database.connect(url)
