"""The bot as a whole: it starts, runs, stops in good order, and several of them share the work."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import AsyncIterator
from datetime import timedelta
from functools import partial
from typing import Any

import httpx
import psycopg
import pytest
from telegram.error import InvalidToken

from bot.app import Daiko, utc_now
from bot.pacer import UNLIMITED
from bot.settings import Settings
from sandbox.people import Forum, Person
from sandbox.request import SandboxRequest
from sandbox.telegram import Telegram
from scheduler.sweeps import Clockwork, Sweep
from storage.database import DatabaseBusy
from storage.unit_of_work import looking
from tests.bot.conftest import until
from tests.bot.echo import Echo
from tests.bot.test_road import said


def a_bot(settings: Settings, telegram: Telegram, echo: Echo | None = None) -> Daiko:
    return Daiko(
        settings,
        echo or Echo(),
        request=SandboxRequest(telegram, read_timeout=40),
        limits=UNLIMITED,
    )


@contextlib.asynccontextmanager
async def running(bot: Daiko) -> AsyncIterator[Daiko]:
    """A bot at work; it is stopped in good order at the end."""
    async with bot:
        stop = asyncio.Event()
        work = asyncio.create_task(bot.run_forever(stop))
        try:
            yield bot
        finally:
            stop.set()
            await work


def heard(person: Person, count: int) -> bool:
    return len(said(person)) >= count


@pytest.fixture
def telegram() -> Telegram:
    return Telegram(utc_now)


async def test_it_answers_and_stops_with_nothing_left(
    settings: Settings, telegram: Telegram, aki: Person, boss: Person
) -> None:
    aki.start()
    async with running(a_bot(settings, telegram)) as bot:
        for number in range(5):
            boss.writes(f"message {number}")
        await until(lambda: len(said(aki)) == 1 and len(said(boss)) == 5)
    assert said(boss) == [f"{n + 1}: message {n}" for n in range(5)]
    async with a_bot(settings, telegram) as bot, looking(bot.database) as uow:
        assert await uow.inbox.count_waiting() == 0
        assert await uow.outbox.count_waiting() == 0


async def test_stopping_finishes_what_is_in_work(
    settings: Settings, telegram: Telegram, aki: Person
) -> None:
    aki.start()
    telegram.fail("sendMessage", delay=0.5)
    async with running(a_bot(settings, telegram)):
        await until(lambda: bool(telegram.faults) is False)
    assert said(aki) == ["1: /start"]
    async with a_bot(settings, telegram) as bot, looking(bot.database) as uow:
        assert await uow.outbox.count_waiting() == 0


async def test_it_introduces_itself(settings: Settings, telegram: Telegram, staff: Forum) -> None:
    async with a_bot(settings, telegram) as bot:
        await bot.introduce()
    assert telegram.bot.commands["all_private_chats/"] == [
        {"command": "start", "description": "Begin"}
    ]
    assert telegram.bot.commands[f"chat:{staff.id}/"] == [
        {"command": "queue", "description": "What waits"}
    ]
    assert len(telegram.calls_of("deleteWebhook")) == 1


async def test_telegram_out_of_reach_is_waited_for(
    settings: Settings, telegram: Telegram, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("bot.app.START_PAUSE_SECONDS", 0.01)
    telegram.fail("getMe", times=3, http_status=502)
    async with a_bot(settings, telegram) as bot:
        assert bot.application.bot.username == "daiko_bot"


async def test_a_wrong_token_is_not_waited_for(settings: Settings, telegram: Telegram) -> None:
    wrong = Settings(_env_file=None, **settings.model_dump() | {"bot_token": "1:wrong"})
    with pytest.raises(InvalidToken):
        async with a_bot(wrong, telegram):
            pass
    async with a_bot(settings, telegram):  # the database was let go of
        pass


async def test_a_sqlite_file_has_one_bot(settings: Settings, telegram: Telegram) -> None:
    async with a_bot(settings, telegram) as first:
        if first.database.engine == "postgresql":
            pytest.skip("any number of processes may share a server")
        with pytest.raises(DatabaseBusy):
            async with a_bot(settings, telegram):
                pass


async def test_an_outage_of_polling_ends_by_itself(
    settings: Settings, telegram: Telegram, aki: Person, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("bot.receiver.PAUSE_SECONDS", 0.01)
    telegram.fail("getUpdates", times=3, http_status=502)
    aki.start()
    async with running(a_bot(settings, telegram)):
        await until(lambda: len(said(aki)) == 1)


async def test_sweeps_run_soon_after_the_start(
    settings: Settings, telegram: Telegram, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("scheduler.runner.FIRST_AFTER", timedelta())
    ran: list[Any] = []

    async def sweep(clockwork: Clockwork) -> int:
        ran.append(clockwork.agency.staff_chat)
        return 0

    echo = Echo()
    echo.sweeps = (Sweep("look", sweep, timedelta(hours=9)),)
    async with running(a_bot(settings, telegram, echo)):
        await until(lambda: len(ran) == 1)
    assert ran == [settings.staff_chat_id]


async def test_it_tells_of_its_health_while_it_polls(
    settings: Settings, telegram: Telegram, aki: Person
) -> None:
    seen = Settings(_env_file=None, **settings.model_dump() | {"http_port": 0})
    aki.start()
    async with running(a_bot(seen, telegram)) as bot:
        await until(lambda: len(said(aki)) == 1)
        assert bot.http is not None
        async with httpx.AsyncClient(base_url=f"http://127.0.0.1:{bot.http.port}") as visitor:
            assert (await visitor.get("/healthz")).status_code == 200
            ready = await visitor.get("/readyz")
            assert (ready.status_code, ready.json()["database"]) == (200, True)
            lines = (await visitor.get("/metrics")).text.splitlines()
            assert (await visitor.post("/telegram", json={})).status_code == 404
    assert 'daiko_updates_total{kind="message",result="done"} 1.0' in lines
    assert 'daiko_sends_total{result="sent"} 1.0' in lines
    assert "daiko_inbox_parked 0.0" in lines
    assert 'daiko_leading{what="sender"} 1.0' in lines


async def test_staff_are_looked_up_without_customers_waiting_for_it(
    settings: Settings, telegram: Telegram, staff: Forum, boss: Person, aki: Person
) -> None:
    telegram.fail("getChatMember", delay=0.5)
    boss.writes("who am I", staff)
    aki.start()
    async with running(a_bot(settings, telegram)):
        await until(lambda: len(said(aki)) == 1)
        assert [m["text"] for m in staff.messages] == ["who am I"]
        await until(lambda: len(staff.messages) == 3)
    assert staff.messages[-1]["text"] == "Membership(is_member=True, is_admin=True)"


async def test_a_database_that_goes_away_is_waited_for(
    settings: Settings, telegram: Telegram, aki: Person, monkeypatch: pytest.MonkeyPatch
) -> None:
    if settings.database_url.startswith("sqlite"):
        pytest.skip("a file does not go away")
    monkeypatch.setattr("bot.duties.PAUSE_SECONDS", 0.1)
    monkeypatch.setattr("bot.duties.CONFIRM_SECONDS", 0.1)
    async with running(a_bot(settings, telegram)) as bot:
        for number in range(3):
            aki.writes(f"message {number}")
            await until(partial(heard, aki, number + 1))
            async with await psycopg.AsyncConnection.connect(settings.database_url) as admin:
                await admin.execute(
                    "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
                    " WHERE datname = current_database() AND pid <> pg_backend_pid()"
                )
        aki.writes("after all")
        await until(lambda: len(said(aki)) >= 4)
        await until(lambda: not bot.duties.troubled)
    assert list(dict.fromkeys(said(aki))) == [
        *(f"{n + 1}: message {n}" for n in range(3)),
        "4: after all",
    ]


async def test_several_share_the_chats_and_each_thing_is_done_once(
    settings: Settings, telegram: Telegram
) -> None:
    if settings.database_url.startswith("sqlite"):
        pytest.skip("one process has the file")
    people = [telegram.person(f"Person {n}") for n in range(8)]
    async with running(a_bot(settings, telegram)), running(a_bot(settings, telegram)):
        for number in range(10):
            for person in people:
                person.writes(f"message {number}")
        await until(lambda: all(len(said(person)) >= 10 for person in people))
        await asyncio.sleep(0.1)
    for person in people:
        assert said(person) == [f"{n + 1}: message {n}" for n in range(10)]


async def test_when_the_first_ends_the_second_takes_over(
    settings: Settings, telegram: Telegram, aki: Person
) -> None:
    if settings.database_url.startswith("sqlite"):
        pytest.skip("one process has the file")
    first, second = a_bot(settings, telegram), a_bot(settings, telegram)
    async with second:
        stop = asyncio.Event()
        async with running(first):
            aki.start()
            await until(lambda: len(said(aki)) == 1)
            work = asyncio.create_task(second.run_forever(stop))
            await asyncio.sleep(0.1)
        aki.writes("still there?")
        await until(lambda: len(said(aki)) == 2)
        stop.set()
        await work
    assert said(aki) == ["1: /start", "2: still there?"]
