"""How often a bot may send, when the sandbox enforces it; off, it may send as it likes."""

from __future__ import annotations

import pytest
from telegram import Bot, InputMediaPhoto
from telegram.error import RetryAfter

from sandbox.errors import Declined
from sandbox.files import picture
from sandbox.limits import FloodControl
from sandbox.people import Forum, Person
from sandbox.telegram import Telegram


class Watch:
    def __init__(self) -> None:
        self.now = 1000.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def watch() -> Watch:
    return Watch()


@pytest.fixture
def flood(watch: Watch) -> FloodControl:
    return FloodControl(watch)


def test_one_a_second_to_a_person(flood: FloodControl, watch: Watch) -> None:
    flood.admit(7)
    watch.now += 0.6
    with pytest.raises(Declined) as no:
        flood.admit(7)
    assert no.value.description == "Too Many Requests: retry after 1"
    assert no.value.parameters == {"retry_after": 1}
    flood.admit(8)
    watch.now += 0.4
    flood.admit(7)


def test_twenty_a_minute_to_a_group(flood: FloodControl, watch: Watch) -> None:
    for _ in range(20):
        flood.admit(-100)
        watch.now += 1
    with pytest.raises(Declined) as no:
        flood.admit(-100)
    assert no.value.parameters == {"retry_after": 40}
    watch.now += 40
    flood.admit(-100)


def test_thirty_a_second_in_all(flood: FloodControl, watch: Watch) -> None:
    for chat in range(1, 31):
        flood.admit(chat)
    with pytest.raises(Declined):
        flood.admit(31)
    watch.now += 1
    flood.admit(31)


def test_what_was_refused_does_not_count(flood: FloodControl, watch: Watch) -> None:
    flood.admit(7)
    for _ in range(5):
        with pytest.raises(Declined):
            flood.admit(7)
    watch.now += 1
    flood.admit(7)


async def test_limits_are_off_by_default(bot: Bot, aki: Person) -> None:
    for number in range(50):
        await bot.send_message(aki.id, str(number))


async def test_when_on_they_are_told_with_the_seconds_to_wait(
    telegram: Telegram, bot: Bot, aki: Person
) -> None:
    telegram.enforce_limits = True
    await bot.send_message(aki.id, "1")
    await bot.send_chat_action(aki.id, "typing")
    await bot.edit_message_text("2", aki.id, aki.last["message_id"])
    with pytest.raises(RetryAfter):
        await bot.send_message(aki.id, "3")
    assert aki.last["text"] == "2"


async def test_an_album_counts_each_of_its_messages(
    telegram: Telegram, bot: Bot, group: Forum
) -> None:
    telegram.enforce_limits = True
    photos = [InputMediaPhoto(picture()) for _ in range(10)]
    await bot.send_media_group(group.id, photos)
    await bot.send_media_group(group.id, photos)
    with pytest.raises(RetryAfter):
        await bot.send_message(group.id, "one more")
