"""The door for updates, and what can be seen of the bot."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator
from typing import Any, Final

import httpx
import pytest

from bot.app import Daiko
from bot.http import BODY_MAX, HttpServer, doors
from bot.ports import PortTaken
from bot.settings import Settings
from sandbox.people import Person
from sandbox.request import SandboxRequest
from sandbox.telegram import Telegram
from storage.inbox import Received
from storage.unit_of_work import looking
from tests.bot.conftest import Clock, until
from tests.bot.echo import Echo

SECRET: Final = "a-secret_word"
RIGHT: Final = {"X-Telegram-Bot-Api-Secret-Token": SECRET}
UPDATE: Final = {"update_id": 1, "message": {"chat": {"id": 7}}}


class Ward:
    """What stands behind the doors."""

    def __init__(self) -> None:
        self.kept: list[Received] = []
        self.state = {"database": True, "polling": True}

    async def look(self) -> dict[str, bool]:
        return self.state

    async def measure(self) -> bytes:
        return b"daiko_updates_total 1.0\n"

    async def store(self, update: Received) -> None:
        self.kept.append(update)


@pytest.fixture
def ward() -> Ward:
    return Ward()


@pytest.fixture
async def visitor(ward: Ward) -> AsyncIterator[httpx.AsyncClient]:
    app = doors(state=ward.look, metrics=ward.measure, store=ward.store, secret=SECRET)
    transport = httpx.ASGITransport(app)
    async with httpx.AsyncClient(transport=transport, base_url="http://bot") as visitor:
        yield visitor


async def test_an_update_with_the_secret_is_kept_and_then_acknowledged(
    visitor: httpx.AsyncClient, ward: Ward
) -> None:
    answer = await visitor.post("/telegram", json=UPDATE, headers=RIGHT)
    assert answer.status_code == 200
    assert [update.update_id for update in ward.kept] == [1]


@pytest.mark.parametrize("headers", [{}, {"X-Telegram-Bot-Api-Secret-Token": "guessed"}])
async def test_without_the_secret_nobody_comes_in(
    visitor: httpx.AsyncClient, ward: Ward, headers: dict[str, str]
) -> None:
    answer = await visitor.post("/telegram", json=UPDATE, headers=headers)
    assert answer.status_code == 403
    assert ward.kept == []


@pytest.mark.parametrize(
    "body", [b"", b"{", b"[]", b'"x"', b"{}", b'{"update_id": "1"}', b"\xff", b"[" * 100_000]
)
async def test_what_is_no_update_is_refused(
    visitor: httpx.AsyncClient, ward: Ward, body: bytes
) -> None:
    answer = await visitor.post("/telegram", content=body, headers=RIGHT)
    assert answer.status_code == 400
    assert ward.kept == []


def padded(size: int) -> bytes:
    head = json.dumps(UPDATE).encode()
    return head + b" " * (size - len(head))


async def _in_pieces(body: bytes) -> AsyncIterator[bytes]:
    for start in range(0, len(body), 65_536):
        yield body[start : start + 65_536]


async def test_a_body_above_a_mebibyte_is_refused(visitor: httpx.AsyncClient, ward: Ward) -> None:
    at_most = await visitor.post("/telegram", content=padded(BODY_MAX), headers=RIGHT)
    above = await visitor.post("/telegram", content=padded(BODY_MAX + 1), headers=RIGHT)
    assert (at_most.status_code, above.status_code) == (200, 413)
    assert len(ward.kept) == 1


async def test_also_when_its_length_is_not_told(visitor: httpx.AsyncClient, ward: Ward) -> None:
    pieces = _in_pieces(padded(BODY_MAX + 1))
    answer = await visitor.post("/telegram", content=pieces, headers=RIGHT)
    assert answer.status_code == 413
    assert ward.kept == []


async def test_the_door_opens_only_for_post(visitor: httpx.AsyncClient) -> None:
    assert (await visitor.get("/telegram", headers=RIGHT)).status_code == 405


async def test_health_readiness_and_metrics(visitor: httpx.AsyncClient, ward: Ward) -> None:
    assert (await visitor.get("/healthz")).status_code == 200
    ready = await visitor.get("/readyz")
    assert (ready.status_code, ready.json()) == (200, {"database": True, "polling": True})
    assert "daiko_updates_total" in (await visitor.get("/metrics")).text
    ward.state["polling"] = False
    assert (await visitor.get("/readyz")).status_code == 503


async def test_without_a_webhook_there_is_no_door_for_updates(ward: Ward) -> None:
    app = doors(state=ward.look, metrics=ward.measure, store=ward.store, secret=None)
    transport = httpx.ASGITransport(app)
    async with httpx.AsyncClient(transport=transport, base_url="http://bot") as visitor:
        assert (await visitor.post("/telegram", json=UPDATE)).status_code == 404


async def test_a_taken_port_is_known_at_once(ward: Ward) -> None:
    app = doors(state=ward.look, metrics=ward.measure, store=ward.store, secret=None)
    first = HttpServer(app, "127.0.0.1", 0)
    with pytest.raises(PortTaken, match=rf"127\.0\.0\.1:{first.port}"):
        HttpServer(app, "127.0.0.1", first.port)
    await first.stop()


async def test_updates_come_by_webhook_from_telegram_to_the_answer(
    settings: Settings, telegram: Telegram, echo: Echo, clock: Clock, aki: Person
) -> None:
    changed: dict[str, Any] = {
        "updates": "webhook",
        "webhook_secret": SECRET,
        "http_port": 0,
        "webhook_url": "http://127.0.0.1:1",
    }
    hooked = Settings(_env_file=None, **{**settings.model_dump(), **changed})
    daiko = Daiko(hooked, echo, clock=clock, request=SandboxRequest(telegram))
    async with daiko:
        stop = asyncio.Event()
        running = asyncio.create_task(daiko.run_forever(stop))
        await until(lambda: daiko.http is not None and bool(telegram.calls_of("setWebhook")))
        assert daiko.http is not None
        url = f"http://127.0.0.1:{daiko.http.port}"
        (call,) = telegram.calls_of("setWebhook")
        assert call.params["url"] == "http://127.0.0.1:1/telegram"
        assert call.params["secret_token"] == SECRET
        aki.start()
        (update,) = telegram.pending_updates()
        async with httpx.AsyncClient() as visitor:
            for _ in range(2):  # Telegram repeats what it has no answer to
                answer = await visitor.post(f"{url}/telegram", json=update, headers=RIGHT)
                assert answer.status_code == 200
        await until(lambda: bool(telegram.calls_of("sendMessage")))
        stop.set()
        await running
        async with looking(daiko.database) as uow:
            assert await uow.inbox.count_waiting() == 0
    assert [m["text"] for m in aki.sees][1:] == ["1: /start"]
