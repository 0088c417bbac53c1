"""Trouble that tests arrange strikes as often as it was told to, and leaves a record."""

from __future__ import annotations

import time
from datetime import timedelta

import pytest
from telegram import Bot
from telegram.error import BadRequest, Forbidden, NetworkError, RetryAfter, TimedOut

from sandbox.people import Person
from sandbox.request import SandboxRequest
from sandbox.telegram import TOKEN, Telegram


async def test_an_error_strikes_so_many_times_and_then_no_more(
    telegram: Telegram, bot: Bot, aki: Person
) -> None:
    telegram.fail("sendMessage", times=2, error="Bad Request: chat not found")
    for _ in range(2):
        with pytest.raises(BadRequest, match="Chat not found"):
            await bot.send_message(aki.id, "lost")
    await bot.send_message(aki.id, "arrived")
    assert [message["text"] for message in aki.sees] == ["/start", "arrived"]


async def test_a_fault_may_be_for_one_chat_alone(
    telegram: Telegram, bot: Bot, aki: Person
) -> None:
    bo = telegram.person("Bo")
    bo.start()
    telegram.fail("sendMessage", chat=bo, error="Forbidden: bot was blocked by the user")
    await bot.send_message(aki.id, "hi")
    with pytest.raises(Forbidden):
        await bot.send_message(bo.id, "hi")


async def test_flood_control_can_be_made_up(telegram: Telegram, bot: Bot, aki: Person) -> None:
    telegram.fail("*", error="Too Many Requests: retry after 7")
    with pytest.raises(RetryAfter) as no:
        await bot.send_message(aki.id, "hi")
    assert no.value.retry_after == timedelta(seconds=7)


async def test_a_lost_answer_is_a_message_that_arrived(
    telegram: Telegram, bot: Bot, aki: Person
) -> None:
    telegram.fail("sendMessage", lose_answer=True)
    with pytest.raises(NetworkError, match="the connection was cut before the answer"):
        await bot.send_message(aki.id, "hi")
    assert aki.last["text"] == "hi"


async def test_an_outage_is_no_json_and_does_nothing(
    telegram: Telegram, bot: Bot, aki: Person
) -> None:
    telegram.fail("sendMessage", http_status=502)
    with pytest.raises(NetworkError, match="Bad Gateway"):
        await bot.send_message(aki.id, "hi")
    assert len(aki.sees) == 1


async def test_a_slow_answer_times_out_after_the_read_timeout(
    telegram: Telegram, aki: Person
) -> None:
    request = SandboxRequest(telegram, read_timeout=0.05)
    async with Bot(TOKEN, request=request, get_updates_request=request) as bot:
        telegram.fail("sendMessage", delay=5)
        began = time.monotonic()
        with pytest.raises(TimedOut):
            await bot.send_message(aki.id, "hi")
        assert time.monotonic() - began < 4  # less than the delay


async def test_every_request_is_recorded(telegram: Telegram, bot: Bot, aki: Person) -> None:
    await bot.send_message(aki.id, "hi")
    with pytest.raises(BadRequest):
        await bot.send_message(aki.id, " ")
    sent, declined = telegram.calls_of("sendMessage")
    assert (sent.params["text"], sent.ok) == ("hi", True)
    assert (declined.ok, declined.answer) == (False, "Bad Request: text must be non-empty")


async def test_a_wrong_token_and_a_wrong_method_are_refused(telegram: Telegram) -> None:
    wrong = await telegram.answer("1:x", "getMe", {})
    assert wrong == (401, b'{"ok":false,"error_code":401,"description":"Unauthorized"}')
    unknown = await telegram.answer(TOKEN, "sendTeapot", {})
    assert unknown == (404, b'{"ok":false,"error_code":404,"description":"Not Found"}')


async def test_names_of_methods_are_read_in_any_case(telegram: Telegram) -> None:
    assert (await telegram.answer(TOKEN, "GETME", {})).status == 200
