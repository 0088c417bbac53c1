"""The benchmarks' door: acts by the hundred, and times to compute latencies from."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator

import aiohttp
import pytest
from telegram import Bot, Update

from sandbox.people import Person
from sandbox.server import create_app, serve
from sandbox.telegram import TOKEN, Telegram
from tests.sandbox.conftest import Door, keyboard


@pytest.fixture
async def door(telegram: Telegram) -> AsyncIterator[Door]:
    async with (
        serve(create_app(telegram)) as address,
        aiohttp.ClientSession(address) as session,
    ):
        door = Door(session)
        await door.post("/load/reset")
        yield door


async def test_people_act_by_the_hundred_and_those_who_cannot_are_told(
    door: Door, telegram: Telegram, aki: Person
) -> None:
    acts = [{"user_id": aki.id, "writes": str(number)} for number in range(100)]
    acts.append({"user_id": aki.id, "presses": "Pay"})
    told = await door.post("/load/do", acts)
    assert told["done"] == 100
    ((number, why),) = told["troubles"]
    assert number == 100
    assert why.startswith("Aki sees no button 'Pay'")
    assert len(telegram.bot.updates.waiting) == 100


async def test_prepared_updates_are_numbered_and_whoever_sent_them_can_be_answered(
    door: Door,
) -> None:
    chat = {"id": 777, "type": "private", "first_name": "Z"}
    message = {"message_id": 1, "date": 1, "chat": chat, "text": "x"}
    told = await door.post("/load/updates", [{"message": message}] * 3)
    assert told["next"] - told["first"] == 3
    answer = await door.post(f"/bot{TOKEN}/sendMessage", {"chat_id": 777, "text": "y"})
    assert answer["ok"]


async def test_the_trace_has_what_a_latency_is_computed_from(
    telegram: Telegram, aki: Person, door: Door
) -> None:
    await door.post("/load/do", [{"user_id": aki.id, "writes": "hi"}])
    updates = await door.get(f"/bot{TOKEN}/getUpdates")
    await door.post(f"/bot{TOKEN}/sendMessage", {"chat_id": aki.id, "text": "yes?"})
    offset = updates["result"][0]["update_id"] + 1
    await door.get(f"/bot{TOKEN}/getUpdates?offset={offset}")
    trace = await door.get("/load/trace")
    ((bot_id, update_id, chat_id, put, handed, confirmed),) = trace["updates"]
    assert (bot_id, update_id, chat_id) == (telegram.bot.user.id, offset - 1, aki.id)
    assert put <= handed <= confirmed
    ((_, method, to, at),) = trace["answers"]
    assert (method, to) == ("sendmessage", aki.id)
    assert handed <= at <= confirmed
    counters = await door.get("/load/counters")
    assert counters["methods"] == {"getupdates": 2, "sendmessage": 1}
    assert counters["bots"][TOKEN] == {"waiting": 0, "confirmed": 1, "next": offset}


async def test_more_bots_can_be_added_for_a_comparison(door: Door) -> None:
    await door.post("/load/bots", {"token": "77:echo", "username": "echo_bot"})
    answer = await door.get("/bot77:echo/getMe")
    assert answer["result"]["username"] == "echo_bot"


async def test_walkers_go_on_as_the_bot_answers_and_press_what_is_there(
    telegram: Telegram, bot: Bot, door: Door
) -> None:
    walkers = [telegram.person(name) for name in ("Bo", "Cy")]
    for walker in walkers:
        walker.start()
    telegram.bot.updates.clear()
    script = [{"writes": "/card"}, {"presses": "Pay"}, {"writes": "thanks", "wait": 0}]
    assert await door.post("/load/walk", {"script": script, "rounds": 2}) == {"walkers": 2}
    offset = 0
    async with asyncio.timeout(10):
        while (await door.get("/load/counters"))["walk"]["ended_at"] is None:
            for update in await bot.get_updates(offset):
                offset = update.update_id + 1
                await _answer(bot, update)
    walk = (await door.get("/load/counters"))["walk"]
    assert (walk["steps"], walk["stuck_on"]) == (2 * 2 * 3, {})
    said = [message.get("text") for message in walkers[0].sees if message["from"]["id"] != bot.id]
    assert said == ["/start", "/card", "thanks", "/card", "thanks"]


async def _answer(bot: Bot, update: Update) -> None:
    """A bot that shows a card, and redraws it when it is pressed."""
    if update.callback_query is not None:
        await update.callback_query.answer()
        await update.callback_query.edit_message_text("paid")
    elif update.message is not None and update.message.text == "/card":
        await bot.send_message(update.message.chat_id, "card", reply_markup=keyboard("Pay"))


async def test_a_walk_tells_who_is_stuck_on_what(door: Door, aki: Person) -> None:
    await door.post("/load/walk", {"script": [{"presses": "Pay"}], "user_ids": [aki.id]})
    walk = (await door.get("/load/counters"))["walk"]
    assert (walk["steps"], walk["stuck_on"]) == (0, {"{'presses': 'Pay'}": 1})
