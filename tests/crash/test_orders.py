"""The true bot, killed while customers apply and pay: orders whole, every cent booked once."""

from __future__ import annotations

import asyncio
import random
import signal
from functools import partial
from pathlib import Path
from typing import Any, Final

import pytest

from domain.ids import OrderId
from domain.orders import Stage
from sandbox.people import Forum, Person, TopicView, button_called
from sandbox.server import create_app, serve
from sandbox.telegram import Telegram
from storage.database import Database
from storage.proofs import prove
from storage.unit_of_work import looking
from tests.crash.nursery import Bot, nursery, until
from tests.databases import SqliteFiles

KILLS: Final = 10
KILLS_MIN: Final = 5
CUSTOMERS: Final = 4
ADDRESS: Final = "Aki Mori\n1-2-3 Chuo\nKyoto 600-0000\nJapan"


class Happenings:
    """What has happened in each chat, so that nobody presses a button of the past."""

    def __init__(self, telegram: Telegram) -> None:
        self.count = 0
        self.changed: dict[tuple[int, int], int] = {}
        telegram.listeners.append(self._happened)

    def _happened(self, event: dict[str, Any]) -> None:
        if event["type"] in ("message", "edited"):
            self.count += 1
            self.changed[event["chat_id"], event["message"]["message_id"]] = self.count


class Customer:
    """Goes on as soon as the bot has asked."""

    def __init__(self, person: Person, stage: Happenings) -> None:
        self.person = person
        self._stage = stage
        self._since = 0

    def writes(self, *texts: str) -> None:
        """Ahead of the questions: a chat's updates are worked in their order."""
        for text in texts:
            self._since = self._stage.count
            self.person.writes(text)

    async def presses(self, *labels: str) -> None:
        for label in labels:
            message = await self._message_with(label)
            self._since = self._stage.count
            self.person.presses(label, message=message)

    async def _message_with(self, label: str) -> dict[str, Any]:
        found: list[dict[str, Any]] = []

        async def is_there() -> bool:
            found[:] = [m for m in self.person.sees if self._is_new(m) and button_called(label, m)]
            return bool(found)

        await until(is_there)
        return found[-1]

    def _is_new(self, message: dict[str, Any]) -> bool:
        return self._stage.changed[self.person.id, message["message_id"]] > self._since


async def buys_a_mug(customer: Customer, boss: Person, staff: Forum, number: int) -> None:
    """From the application to a confirmed payment."""
    customer.writes("/new", f"Blue mug {number}", "2")
    await customer.presses("Skip", "Done")
    customer.writes(ADDRESS)
    await customer.presses("Cheapest", "Buy the rest", "5 %", "Confirm")
    topic = await topic_of(f"Blue mug {number}", staff)
    boss.writes("/estimate 1=10 shipping=5 fee=3", staff, topic=topic)
    await customer.presses("Open order", "Pay 1st bill", "Bank transfer", "I have transferred it")
    await customer.presses("$", "Today")
    customer.writes("Aki Mori")
    await customer.presses("Skip", "Confirm")
    await until(lambda: says(topic, "Confirm payment"))
    boss.writes(f"/confirm 28.00 REF{number}", staff, topic=topic)


async def topic_of(words: str, staff: Forum) -> TopicView:
    found: list[TopicView] = []

    async def is_there() -> bool:
        found[:] = [t for t in staff.topics if any(words in m.get("text", "") for m in t.messages)]
        return bool(found)

    await until(is_there)
    return found[-1]


async def says(topic: TopicView, label: str) -> bool:
    return any(button_called(label, message) for message in topic.messages)


@pytest.mark.slow
@pytest.mark.timeout(300)
async def test_every_order_is_whole_and_every_cent_booked_once(
    sqlite_files: SqliteFiles, tmp_path: Path
) -> None:
    telegram = Telegram(record_calls=False)
    url = sqlite_files.create(tmp_path / "daiko.db")
    boss, stage = telegram.person("Boss"), Happenings(telegram)
    staff = telegram.forum("Staff", creator=boss)
    customers = [Customer(telegram.person(f"Aki {n}"), stage) for n in range(CUSTOMERS)]
    async with (
        serve(create_app(telegram)) as address,
        nursery("rooms", address, staff.id, url) as bot,
    ):
        lives = [
            asyncio.create_task(buys_a_mug(customer, boss, staff, number))
            for number, customer in enumerate(customers)
        ]
        assert await _kill(bot, stage, lives) >= KILLS_MIN
        await asyncio.gather(*lives)
        await until(lambda: _at_rest(url))
        assert await bot.end(signal.SIGTERM) == 0
    await _look_at_the_books(url)


async def _kill(bot: Bot, stage: Happenings, lives: list[asyncio.Task[None]]) -> int:
    """Again and again as long as there is something to disturb; how often."""
    chance = random.Random(11)
    for kills in range(KILLS):
        seen = stage.count
        await bot.start()
        await until(partial(_goes_on, stage, seen + chance.randrange(1, 6), lives))
        if all(life.done() for life in lives):
            return kills
        await asyncio.sleep(chance.random() * 0.05)
        await bot.end(signal.SIGKILL)
    await bot.start()
    return KILLS


async def _goes_on(stage: Happenings, count: int, lives: list[asyncio.Task[None]]) -> bool:
    return stage.count > count or all(life.done() for life in lives)


async def _at_rest(url: str) -> bool:
    database = await Database.connect(url)
    try:
        async with looking(database) as uow:
            waits = await uow.inbox.count_waiting() + await uow.outbox.count_waiting()
            stages = [
                (await uow.orders.get(OrderId(number + 1))).stage for number in range(CUSTOMERS)
            ]
    finally:
        await database.close()
    return waits == 0 and all(stage is Stage.PURCHASING for stage in stages)


async def _look_at_the_books(url: str) -> None:
    database = await Database.connect(url)
    async with looking(database) as uow:
        assert await prove(uow.tx) == []
        assert await uow.inbox.count_parked() == 0
        descriptions = set()
        for number in range(CUSTOMERS):
            file = await uow.files.load(OrderId(number + 1))
            (line,) = file.order.lines
            descriptions.add(line.description)
            assert line.quantity == 2
            assert file.order.first_bill is not None
            assert file.order.first_bill.paid.minor == 2_800
            (payment,) = file.payments
            assert payment.received == file.order.first_bill.paid
        assert descriptions == {f"Blue mug {number}" for number in range(CUSTOMERS)}
    await database.close()
