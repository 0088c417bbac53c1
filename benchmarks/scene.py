"""What is there before anybody writes: agencies with their groups, customers, an order each."""

from __future__ import annotations

import asyncio
import sqlite3
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path
from typing import Final

from benchmarks.witness import Witness
from domain.ids import OrderId
from domain.letters import TopicCard, ToTopic
from sandbox.people import Forum, Person
from sandbox.telegram import TOKEN
from storage.database import Database
from storage.migrate import migrate
from storage.moments import to_ms
from storage.unit_of_work import unit_of_work

PERSON_SQL: Final = "INSERT INTO person (id, name, met_at) VALUES (?, ?, ?)"
ORDER_SQL: Final = """INSERT INTO orders (id, customer_id, agency_id, stage, version, currency,
    address, preference, sold_out, tolerance_percent, applied_at)
    VALUES (?, ?, ?, 'PURCHASING', 3, 'USD', 'Aki Tanaka, 1 Long Street, Berlin', 'cheapest',
    'buy_the_rest', 5, ?)"""
LINE_SQL: Final = """INSERT INTO line (order_id, no, description, quantity, state)
    VALUES (?, 1, 'https://shop.example/teapot', 1, 'to_buy')"""


class Scene:
    """An order for each customer, numbered as they are; the agencies take them in turn."""

    def __init__(
        self, telegram: Witness, folder: Path, *, customers: int, agencies: int = 1
    ) -> None:
        self.telegram = telegram
        self.path = folder / "relay.db"
        self.database = f"sqlite:///{self.path}"
        self._bosses = [telegram.person(f"Boss {number}") for number in range(agencies)]
        self.groups = [
            telegram.forum(f"Staff {number}", creator=boss)
            for number, boss in enumerate(self._bosses)
        ]
        self.customers = {
            number: telegram.person(f"Customer {number}") for number in range(1, customers + 1)
        }
        self._topics: dict[int, int] = {}

    def settings(self, url: str) -> dict[str, str]:
        """The environment of a bot. Its agency is the first; the others are in the books."""
        return {
            "BOT_TOKEN": TOKEN,
            "BOT_API_URL": url,
            "STAFF_CHAT_ID": str(self.groups[0].id),
            "DATABASE_URL": self.database,
            "HTTP_PORT": "",
        }

    # Who is in charge of an order -------------------------------------------------------------

    def group(self, order: int) -> Forum:
        return self.groups[order % len(self.groups)]

    def boss(self, order: int) -> Person:
        return self._bosses[order % len(self.groups)]

    def topic(self, order: int) -> int | None:
        if self._topics.get(order) not in self.group(order).group.topics:
            self._find_topics()
        return self._topics.get(order)

    def _find_topics(self) -> None:
        self._topics = {
            int(topic.name.split("#")[1].split()[0]): topic.id
            for group in self.groups
            for topic in group.topics
            if "#" in topic.name
        }

    @property
    def has_topics(self) -> bool:
        self._find_topics()
        return len(self._topics) == len(self.customers)

    @property
    def orders_of_topics(self) -> dict[tuple[int, int], int]:
        """By chat and thread."""
        self._find_topics()
        return {(self.group(order).id, topic): order for order, topic in self._topics.items()}

    # Writing it down --------------------------------------------------------------------------

    async def prepare(self) -> None:
        """Fill the books; the topics are opened when the bot runs."""
        await asyncio.to_thread(migrate, self.database)
        database = await Database.connect(self.database)
        await self._register_groups(database)
        self._write_orders()
        async with unit_of_work(database) as uow:
            for order in map(OrderId, self.customers):
                await uow.outbox.put(TopicCard(order), ToTopic(order))
        await database.close()
        for person in self.customers.values():
            self.telegram.private(person.user).opened = True

    async def _register_groups(self, database: Database) -> None:
        now = datetime.now(UTC)
        async with unit_of_work(database) as uow:
            for number, group in enumerate(self.groups[1:], 1):
                await uow.agencies.add(f"Agency {number}", {}, f"code {number}", now)
                await uow.agencies.register(f"code {number}", group.id, "Boss", now)

    def _write_orders(self) -> None:
        now, people = to_ms(datetime.now(UTC)), self.customers
        with closing(sqlite3.connect(self.path)) as db, db:
            db.executemany(PERSON_SQL, [(p.id, p.user.first_name, now) for p in people.values()])
            rows = [(n, p.id, n % len(self.groups) or None, now) for n, p in people.items()]
            db.executemany(ORDER_SQL, rows)
            db.executemany(LINE_SQL, [(number,) for number in people])
