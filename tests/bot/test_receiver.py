"""Updates are kept as they came, and acknowledged only then."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest
from telegram.error import TelegramError

from bot.app import Daiko
from bot.receiver import ALLOWED_UPDATES, NotAnUpdate, Receiver, lane_of, received
from bot.request import Api
from sandbox.people import Person
from sandbox.request import SandboxRequest
from sandbox.telegram import TOKEN, Telegram
from storage.database import Database, IntegrityError
from storage.unit_of_work import looking
from tests.domain.orders import NOW

CHAT, PERSON = {"id": 7}, {"id": 8}


@pytest.mark.parametrize(
    ("event", "lane"),
    [
        ({"message": {"chat": CHAT, "from": PERSON}}, 7),
        ({"edited_message": {"chat": CHAT}}, 7),
        ({"callback_query": {"from": PERSON, "message": {"chat": CHAT}}}, 7),
        ({"callback_query": {"from": PERSON, "inline_message_id": "x"}}, 8),
        ({"message_reaction": {"chat": CHAT, "user": PERSON}}, 7),
        ({"my_chat_member": {"chat": CHAT, "from": PERSON}}, 7),
        ({"chat_member": {"chat": {"id": -100}, "from": PERSON}}, -100),
        ({"inline_query": {"from": PERSON}}, 8),
        ({"poll": {"id": "x"}}, 0),
        ({"message": {"chat": {"id": "seven"}, "from": PERSON}}, 8),
        ({"message": {"chat": "nonsense"}}, 0),
        ({"message": None}, 0),
        ({}, 0),
    ],
)
def test_the_lane_is_the_chat(event: dict[str, Any], lane: int) -> None:
    assert lane_of({"update_id": 1, **event}) == lane


@pytest.mark.parametrize("raw", [None, [], "x", {}, {"update_id": "1"}, {"update_id": True}])
def test_what_is_no_update_is_not_taken_for_one(raw: object) -> None:
    with pytest.raises(NotAnUpdate):
        received(raw)


async def test_an_update_is_kept_before_it_is_acknowledged(
    daiko: Daiko, telegram: Telegram, aki: Person, monkeypatch: pytest.MonkeyPatch
) -> None:
    aki.start()
    with monkeypatch.context() as broken:

        async def no_disk(*_: object) -> None:
            raise IntegrityError("disk full", "")

        broken.setattr("storage.inbox.Inbox.take_in", no_disk)
        with pytest.raises(IntegrityError):
            await daiko.receiver.poll(patience=0)
    assert len(telegram.pending_updates()) == 1
    await daiko.receiver.poll(patience=0)
    assert len(telegram.pending_updates()) == 1  # Telegram forgets it with the next question
    await daiko.receiver.poll(patience=0)
    assert telegram.pending_updates() == []


async def test_an_update_that_comes_twice_is_kept_once(daiko: Daiko) -> None:
    update = {"update_id": 5, "message": {"chat": CHAT}}
    for _ in range(2):
        await daiko.receiver.store([received(update)])
    async with looking(daiko.database) as uow:
        (waiting,) = await uow.inbox.waiting(-1, 10)
    assert (waiting.update_id, waiting.lane, waiting.attempts) == (5, 7, 0)
    assert waiting.payload == '{"update_id":5,"message":{"chat":{"id":7}}}'


async def test_it_asks_for_all_that_the_bot_works_with(daiko: Daiko, telegram: Telegram) -> None:
    await daiko.receiver.poll(patience=0)
    (call,) = telegram.calls_of("getUpdates")
    assert "message_reaction" in str(call.params["allowed_updates"])
    assert set(ALLOWED_UPDATES) == {
        "message",
        "edited_message",
        "callback_query",
        "message_reaction",
        "my_chat_member",
        "chat_member",
    }


async def test_an_error_of_telegrams_is_not_an_empty_answer(
    daiko: Daiko, telegram: Telegram
) -> None:
    telegram.fail("getUpdates", http_status=502)
    with pytest.raises(TelegramError):
        await daiko.receiver.poll(patience=0)


@pytest.mark.parametrize(("at_hand", "asks_on"), [(0, True), (9, True), (10, False)])
async def test_while_there_is_enough_to_do_it_asks_more_seldom(
    database_url: str,
    telegram: Telegram,
    aki: Person,
    monkeypatch: pytest.MonkeyPatch,
    at_hand: int,
    asks_on: bool,
) -> None:
    monkeypatch.setattr("bot.receiver.GATHER_SECONDS", 60)
    api = Api(f"https://api.telegram.org/bot{TOKEN}", SandboxRequest(telegram))
    database, stored = await Database.connect(database_url), asyncio.Event()
    receiver = Receiver(
        database, api, lambda: NOW, stored=stored.set, count_at_hand=lambda: at_hand
    )
    aki.start()
    polling = asyncio.create_task(receiver.poll_forever())
    await asyncio.wait_for(stored.wait(), 10)
    await asyncio.sleep(0.05)
    assert (telegram.pending_updates() == []) is asks_on  # asking on acknowledges
    polling.cancel()
    await asyncio.gather(polling, return_exceptions=True)
    await database.close()
