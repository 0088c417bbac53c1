"""The whole bot with the sandbox in Telegram's place, and people who act and look."""

from __future__ import annotations

import time
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from html import unescape
from typing import Any

from sqlalchemy import Table, func, select

from bot.app import Daiko
from bot.pacer import UNLIMITED
from bot.rooms import Rooms
from bot.settings import Settings
from domain.files import OrderFile
from domain.ids import OrderId
from sandbox.passing import let_pass
from sandbox.paypal import PayPal
from sandbox.people import Forum, Person, TopicView, buttons_of, texts_of
from sandbox.request import SandboxRequest
from sandbox.telegram import Telegram
from storage.unit_of_work import UnitOfWork, looking, unit_of_work
from tests.bot.conftest import Clock
from tests.paypal import transport

Json = dict[str, Any]

# A card is drawn as it stands already; a press was made up by the test; a press under a photo is
# answered by a new message.
HARMLESS = (
    "message is not modified",
    "query is too old",
    "Query is too old",
    "TOPIC_NOT_MODIFIED",
    "no text in the message to edit",
)


@dataclass
class Shop:
    """A bot that can be stopped and built anew on the same database."""

    settings: Settings
    telegram: Telegram
    clock: Clock
    group: Forum
    paypal: PayPal | None = None  # there is one if the settings have its credentials
    monotonic: Callable[[], float] = time.monotonic  # how long is waited for another attempt
    daiko: Daiko = field(init=False)

    @asynccontextmanager
    async def open(self) -> AsyncIterator[Shop]:
        self.daiko = await self._built().__aenter__()
        try:
            yield self
        finally:
            await self.daiko.__aexit__(None, None, None)
        assert self._declined() == [], "the bot asked Telegram for what it does not do"

    def _declined(self) -> list[tuple[str, str]]:
        """What Telegram refused, and is no everyday matter."""
        return [
            (call.method, call.answer)
            for call in self.telegram.calls
            if not call.ok and not any(reason in call.answer for reason in HARMLESS)
        ]

    def _built(self) -> Daiko:
        request = SandboxRequest(self.telegram)
        rooms = Rooms(self.settings.agency())
        return Daiko(
            self.settings,
            rooms,
            clock=self.clock,
            request=request,
            limits=UNLIMITED,
            paypal=transport(self.paypal) if self.paypal else None,
            monotonic=self.monotonic,
        )

    async def restart(self) -> None:
        """The process ends, and another one begins with what the database holds."""
        await self.daiko.__aexit__(None, None, None)
        self.daiko = await self._built().__aenter__()

    async def rest(self) -> None:
        """Until everything is worked and sent; nothing may have been put aside as a bug."""
        await self.daiko.settle_down()
        async with looking(self.daiko.database) as uow:
            assert await uow.inbox.parked() == []

    async def let_pass(self, **span: float) -> None:
        """Time passes, and everything happens when it is due."""

        def turn_to(moment: datetime) -> None:
            self.clock.now = moment

        await let_pass(self.daiko, timedelta(**span), turn_to, self.rest)

    # What is so --------------------------------------------------------------------------------

    async def count(self, table: Table) -> int:
        async with looking(self.daiko.database) as uow:
            row = await uow.tx.one(select(func.count().label("count")).select_from(table))
        return int(row.count) if row else 0

    async def file(self, number: int) -> OrderFile:
        async with looking(self.daiko.database) as uow:
            return await uow.files.load(OrderId(number))

    @asynccontextmanager
    async def transaction(self) -> AsyncIterator[UnitOfWork]:
        async with unit_of_work(self.daiko.database) as uow:
            yield uow

    def topic(self, number: int) -> TopicView:
        return self.group.topic(f"#{number}")

    def staff_read(self, number: int) -> list[str]:
        """What stands in an order's topic, newest last."""
        return [unescape(text) for text in texts_of(self.topic(number).messages)]


@dataclass
class Somebody:
    """A person whose deeds are waited for."""

    shop: Shop
    person: Person

    # Acting ------------------------------------------------------------------------------------

    async def starts(self, payload: str = "") -> None:
        self.person.start(payload)
        await self.shop.rest()

    async def writes(self, *texts: str) -> None:
        for text in texts:
            self.person.writes(text)
            await self.shop.rest()

    async def presses(self, *labels: str, on: Json | None = None) -> None:
        for label in labels:
            self.person.presses(label, message=on)
            await self.shop.rest()

    async def forges(self, data: str, on: Json | None = None) -> None:
        self.person.presses_forged(data, on or self.last)
        await self.shop.rest()

    async def sends_photo(self, caption: str | None = None) -> Json:
        sent = self.person.sends_photo(caption=caption)
        await self.shop.rest()
        return sent

    async def sends_sticker(self) -> None:
        self.person.sends_sticker()
        await self.shop.rest()

    async def says_in_topic(self, text: str, number: int) -> None:
        self.person.writes(text, self.shop.group, topic=self.shop.topic(number))
        await self.shop.rest()

    # Looking -----------------------------------------------------------------------------------

    @property
    def id(self) -> int:
        return self.person.id

    @property
    def last(self) -> Json:
        return self.person.last

    @property
    def reads(self) -> str:
        """The newest message from the bot."""
        return texts_of([self.last])[0]

    @property
    def received(self) -> list[str]:
        """All that the bot wrote, as it stands now, newest last."""
        return texts_of([m for m in self.person.sees if m["from"]["id"] != self.id])

    @property
    def buttons(self) -> list[str]:
        """What can be pressed under the newest message."""
        return [button["text"] for button in buttons_of(self.last)]

    @property
    def toast(self) -> str:
        return self.person.toasts[-1][0] if self.person.toasts else ""

    def data_of(self, label: str, message: Json | None = None) -> str:
        """The bytes behind a button, for those who forge."""
        for button in buttons_of(message or self.last):
            if label in button["text"]:
                return str(button["callback_data"])
        raise AssertionError(f"no button {label!r}: {self.buttons}")
