"""What a transaction of eight statements costs: `python -m benchmarks.transaction [URL]`.

Without an address on a new SQLite file, durable with `synchronous=FULL`. Beside it, the same when
every statement hops to aiosqlite's thread, and what the thread's hops alone cost.
"""

from __future__ import annotations

import asyncio
import sys
import tempfile
import time
from collections.abc import Awaitable, Callable
from typing import Any, Final

import aiosqlite
from sqlalchemy import BindParameter, Executable, bindparam, func, select

from storage.database import Database, Tx, upsert
from storage.migrate import migrate
from storage.queue_tables import lane, outbox
from storage.tables import person

COUNT: Final = 2_000
PEOPLE: Final = 500


def statements(*, slow: bool) -> list[Executable]:
    """Three looks and five writes, as an update's transaction has them."""
    which: BindParameter[int] = bindparam("id")
    constants: list[Executable] = [
        select(lane.c.id).where(lane.c.id == which).with_for_update(),
        select(person).where(person.c.id == which),
        select(func.count().label("n")).select_from(outbox).where(outbox.c.id == which),
        person.update().where(person.c.id == which).values(blocked=person.c.blocked + 1),
        outbox.insert(),
        outbox.insert(),
        upsert(person, ["id"], ["name"]),
        person.update().where(person.c.id == which).values(name=bindparam("name")),
    ]
    return [each.execution_options(slow=slow) for each in constants] if slow else constants


LETTER: Final = {"recipient": "{}", "content": "x" * 300, "urgency": 0}


async def transaction(tx: Tx, constants: list[Executable], who: int) -> None:
    lock, look, number, change, put, put_again, greet, rename = constants
    await tx.one(lock, id=who)
    await tx.one(look, id=who)
    await tx.one(number, id=who)
    await tx.run(change, id=who)
    await tx.run(put, **LETTER)
    await tx.run(put_again, **LETTER)
    await tx.run(greet, id=who, name="Aki", met_at=0)
    await tx.run(rename, id=who, name="Ben")


async def measured(name: str, work: Callable[[int], Awaitable[Any]], count: int) -> None:
    for n in range(50):
        await work(n)
    cpu, wall = time.process_time(), time.perf_counter()
    for n in range(count):
        await work(n)
    cpu, wall = time.process_time() - cpu, time.perf_counter() - wall
    print(f"{name:48} {1e3 * cpu / count:6.2f} ms of CPU {1e3 * wall / count:8.2f} ms")


async def measure(url: str) -> None:
    migrate(url)
    database = await Database.connect(url)
    async with database.transaction() as tx:
        people = [{"id": n, "name": "Aki", "met_at": 0} for n in range(PEOPLE)]
        await tx.run_many(upsert(person, ["id"], ["name"]), people)
    for name, slow in (("8 statements, as they are run", False), ("each on the thread", True)):
        constants = statements(slow=slow)

        async def work(n: int, constants: list[Executable] = constants) -> None:
            async with database.transaction() as tx:
                await transaction(tx, constants, n % PEOPLE)

        if not slow or database.engine == "sqlite":
            await measured(f"{database.engine}: {name}", work, COUNT)
    await database.close()


async def measure_hops(path: str) -> None:
    connection = await aiosqlite.connect(path)
    await measured(
        "one hop to aiosqlite's thread (SELECT 1)",
        lambda _: connection.execute_fetchall("SELECT 1"),
        COUNT * 5,
    )
    await connection.close()


def main() -> None:
    if len(sys.argv) > 1:
        asyncio.run(measure(sys.argv[1]))
        return
    with tempfile.TemporaryDirectory() as folder:
        asyncio.run(measure(f"sqlite:///{folder}/daiko.db"))
        asyncio.run(measure_hops(f"{folder}/daiko.db"))


if __name__ == "__main__":
    main()
