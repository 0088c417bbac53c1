"""Deadlines with a million orders: the sweep's query, the start, and a backlog of 10,000.

`python -m benchmarks.sweep` fills a SQLite file with orders and prints: the sweep's query (median
and worst of 200), how long the bot takes to be ready on that file, and, while 10,000 overdue
orders, all of them announced, are closed and told, round after round, the longest time the event
loop did not come round. Ends with 1 if a bound is broken.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import sqlite3
import statistics
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import closing
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Final
from zoneinfo import ZoneInfo

from benchmarks.sandbox_process import sandbox, start_up_seconds
from domain.agency import Agency
from domain.money import Currency
from scheduler.sweeps import Clockwork, watch_the_clocks
from storage.database import Database
from storage.migrate import migrate
from storage.moments import to_ms
from storage.unit_of_work import looking

NOW: Final = datetime(2026, 11, 23, 12, 0, tzinfo=UTC)
AGENCY: Final = Agency("Bench", Currency.USD, ZoneInfo("UTC"), staff_chat=-100)
CUSTOMERS: Final = 10_000
STAGES: Final = ("COMPLETED",) * 7 + ("CANCELLED", "PURCHASING", "AWAITING_FIRST_PAYMENT")
ORDER_SQL: Final = """INSERT INTO orders (id, customer_id, stage, version, currency, address,
    preference, sold_out, tolerance_percent, applied_at, due_from, due_at, waits_since, wake_at,
    reminded, completed_at, cancelled_at)
    VALUES (?, ?, ?, 3, 'USD', 'Aki Tanaka, 1 Long Street, Berlin', 'cheapest', 'buy_the_rest',
    5, ?, ?, ?, ?, ?, ?, ?, ?)"""
WARNING_SQL: Final = "INSERT INTO warning (order_id, key, handed_at) VALUES (?, ?, ?)"
APPLIED_AT: Final = to_ms(NOW - timedelta(days=8))
WARNED_AT: Final = to_ms(NOW - timedelta(days=1, minutes=1))
WARNING: Final = f"first_bill:{APPLIED_AT}:-24h"
LINE_SQL: Final = """INSERT INTO line (order_id, no, description, quantity, state)
    VALUES (?, 1, 'https://shop.example/teapot', 1, 'quoted')"""


def fill(path: Path, count: int, overdue: int) -> None:
    """`count` orders, of which `overdue` are past their deadline; most have ended long ago."""
    migrate(f"sqlite:///{path}")
    with closing(sqlite3.connect(path)) as db, db:
        db.execute("PRAGMA synchronous = OFF")
        people = ((number, f"Customer {number}", to_ms(NOW)) for number in range(1, CUSTOMERS + 1))
        db.executemany("INSERT INTO person (id, name, met_at) VALUES (?, ?, ?)", people)
        db.executemany(ORDER_SQL, _orders(count, overdue))
        db.executemany(LINE_SQL, ((number,) for number in range(1, count + 1)))
        late = range(count - overdue + 1, count + 1)
        db.executemany(WARNING_SQL, ((number, WARNING, WARNED_AT) for number in late))


def _orders(count: int, overdue: int) -> Iterator[tuple[object, ...]]:
    for number in range(1, count + 1):
        late = number > count - overdue
        stage = "AWAITING_FIRST_PAYMENT" if late else STAGES[number % len(STAGES)]
        ends_in = timedelta(minutes=-1) if late else timedelta(hours=1 + number % 160)
        due = to_ms(NOW + ends_in)
        waits = stage == "AWAITING_FIRST_PAYMENT"
        yield (
            number,
            number % CUSTOMERS + 1,
            stage,
            APPLIED_AT,
            APPLIED_AT if waits else None,
            due if waits else None,
            APPLIED_AT,
            due if waits else None,
            json.dumps([WARNING] if late else []),
            APPLIED_AT if stage == "COMPLETED" else None,
            APPLIED_AT if stage == "CANCELLED" else None,
        )


async def query_ms(database: Database) -> tuple[float, float]:
    """(median, worst) of 200 looks for orders that a clock has to look at, in milliseconds."""
    took = []
    async with looking(database) as uow:
        for _ in range(200):
            begun = time.perf_counter()
            await uow.orders.waking(NOW, most=200)
            took.append((time.perf_counter() - begun) * 1000)
    return statistics.median(took), max(took)


async def longest_stop_ms(done: asyncio.Event) -> float:
    """The longest time the event loop did not come round, in milliseconds."""
    longest, last = 0.0, time.perf_counter()
    while not done.is_set():
        await asyncio.sleep(0.001)
        now = time.perf_counter()
        longest, last = max(longest, now - last), now
    return longest * 1000


async def backlog(database: Database) -> tuple[int, float, float]:
    """(orders closed, seconds, longest stop in milliseconds)."""
    done = asyncio.Event()
    watch = asyncio.create_task(longest_stop_ms(done))
    begun, closed = time.perf_counter(), 0
    while bitten := await watch_the_clocks(Clockwork(database, AGENCY, lambda: NOW)):
        closed += bitten
    seconds = time.perf_counter() - begun
    done.set()
    return closed, seconds, await watch


async def measure(path: Path, overdue: int) -> bool:
    database = await Database.connect(f"sqlite:///{path}")
    try:
        median, worst = await query_ms(database)
        closed, seconds, stop = await backlog(database)
    finally:
        await database.close()
    print(f"sweep's query         {median:8.3f} ms median, {worst:.3f} ms worst of 200")
    print(f"backlog               {closed} closed and told in {seconds:.1f} s")
    print(f"longest stop          {stop:8.1f} ms")
    return median < 1 and stop < 100 and closed == overdue


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--orders", type=int, default=1_000_000)
    parser.add_argument("--overdue", type=int, default=10_000)
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder, sandbox(0) as at:
        path = Path(folder) / "daiko.db"
        fill(path, options.orders, 0)
        start_up = start_up_seconds(at, path)
        print(f"start-up              {start_up:8.2f} s with {options.orders:,} orders")
        path.unlink()
        fill(path, options.orders, options.overdue)
        kept = asyncio.run(measure(path, options.overdue))
    return 0 if kept and start_up < 3 else 1


if __name__ == "__main__":
    sys.exit(main())
