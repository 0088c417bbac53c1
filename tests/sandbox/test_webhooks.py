"""Updates are brought to the bot's own address, in order, until it says 2xx."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from dataclasses import dataclass, field

import pytest
from aiohttp import web
from telegram import Bot
from telegram.error import BadRequest, Conflict

from sandbox.people import Person
from sandbox.telegram import Telegram


@dataclass
class Address:
    """Somewhere a bot listens."""

    url: str = ""
    bodies: list[dict[str, object]] = field(default_factory=list)
    secrets: list[str | None] = field(default_factory=list)
    statuses: list[int] = field(default_factory=list)  # to answer with, then 200
    arrived: asyncio.Event = field(default_factory=asyncio.Event)

    async def take(self, request: web.Request) -> web.Response:
        self.bodies.append(await request.json())
        self.secrets.append(request.headers.get("X-Telegram-Bot-Api-Secret-Token"))
        self.arrived.set()
        return web.Response(status=self.statuses.pop(0) if self.statuses else 200)

    async def took(self, count: int) -> None:
        async with asyncio.timeout(5):
            while len(self.bodies) < count:
                self.arrived.clear()
                await self.arrived.wait()


@pytest.fixture
async def listening() -> AsyncIterator[Address]:
    address = Address()
    app = web.Application()
    app.router.add_post("/telegram", address.take)
    runner = web.AppRunner(app)
    await runner.setup()
    site = web.TCPSite(runner, "127.0.0.1", 0)
    await site.start()
    address.url = f"http://127.0.0.1:{runner.addresses[0][1]}/telegram"
    yield address
    await runner.cleanup()


@pytest.fixture
async def hooked(bot: Bot, listening: Address) -> AsyncIterator[Bot]:
    await bot.set_webhook(listening.url, secret_token="s3cret-1")
    yield bot
    await bot.delete_webhook()


async def test_updates_arrive_in_order_with_the_secret(
    hooked: Bot, listening: Address, aki: Person, telegram: Telegram
) -> None:
    for text in ("1", "2", "3"):
        aki.writes(text)
    await listening.took(3)
    assert [body["message"]["text"] for body in listening.bodies] == ["1", "2", "3"]  # type: ignore[index]
    assert set(listening.secrets) == {"s3cret-1"}
    await asyncio.sleep(0.02)
    assert telegram.pending_updates() == []


async def test_what_is_not_taken_comes_again(hooked: Bot, listening: Address, aki: Person) -> None:
    listening.statuses = [500, 403]
    aki.writes("1")
    aki.writes("2")
    await listening.took(4)
    ids = [body["update_id"] for body in listening.bodies]
    assert ids[0] == ids[1] == ids[2]
    assert ids[3] != ids[0]
    info = await hooked.get_webhook_info()
    assert info.last_error_message == "Wrong response from the webhook: 403 Forbidden"


async def test_what_waited_before_is_delivered_unless_it_is_dropped(
    bot: Bot, listening: Address, aki: Person
) -> None:
    aki.writes("dropped")
    await bot.set_webhook(listening.url, drop_pending_updates=True)
    await bot.delete_webhook()
    aki.writes("kept")
    await bot.set_webhook(listening.url)
    await listening.took(1)
    await bot.delete_webhook()
    assert [body["message"]["text"] for body in listening.bodies] == ["kept"]  # type: ignore[index]


async def test_polling_and_a_webhook_exclude_each_other(hooked: Bot) -> None:
    with pytest.raises(Conflict, match="can't use getUpdates method while webhook is active"):
        await hooked.get_updates()
    await hooked.delete_webhook()
    assert await hooked.get_updates() == ()


async def test_setting_a_webhook_ends_a_poll(bot: Bot, listening: Address) -> None:
    polling = asyncio.ensure_future(bot.get_updates(timeout=10))
    await asyncio.sleep(0.02)
    await bot.set_webhook(listening.url)
    with pytest.raises(Conflict, match="terminated by setWebhook request"):
        await polling
    await bot.delete_webhook()


@pytest.mark.parametrize(
    ("url", "secret", "why"),
    [
        ("http://a.example/x", None, "An HTTPS URL must be provided for webhook"),
        ("https://a.example:12/", None, "Webhook can be set up only on ports 80, 88, 443 or 8443"),
        ("https://a.example/x", "no spaces!", "Secret token contains unallowed characters"),
    ],
)  # fmt: skip
async def test_what_a_webhook_may_not_be(bot: Bot, url: str, secret: str | None, why: str) -> None:
    with pytest.raises(BadRequest, match=f"(?i){why}"):
        await bot.set_webhook(url, secret_token=secret)
    assert (await bot.get_webhook_info()).url == ""


async def test_an_address_where_nobody_listens_is_told(bot: Bot, aki: Person) -> None:
    await bot.set_webhook("http://127.0.0.1:9/nobody")
    aki.writes("1")
    async with asyncio.timeout(5):
        while (info := await bot.get_webhook_info()).last_error_message is None:  # noqa: ASYNC110
            await asyncio.sleep(0.01)
    assert info.last_error_message == "Connection refused"
    assert info.pending_update_count == 1
    await bot.delete_webhook()
