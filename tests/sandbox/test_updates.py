"""How a bot comes by its updates: long polling, confirmation, conflicts; and presses."""

from __future__ import annotations

import asyncio
import time

import pytest
from telegram import Bot
from telegram.error import BadRequest, Conflict

from sandbox.people import Forum, Person
from sandbox.telegram import Telegram
from tests.sandbox.conftest import Clock, keyboard


async def ids(bot: Bot, offset: int | None = None) -> list[int]:
    return [update.update_id for update in await bot.get_updates(offset)]


async def test_updates_stay_until_they_are_confirmed_by_an_offset(bot: Bot, aki: Person) -> None:
    first = (await told(bot, aki, "1"))[-1]
    aki.writes("2")
    assert await ids(bot) == [first, first + 1]
    assert await ids(bot) == [first, first + 1], "not confirmed, they come again"
    assert await ids(bot, offset=first + 1) == [first + 1]
    assert await ids(bot, offset=first + 2) == []


async def told(bot: Bot, aki: Person, *texts: str) -> list[int]:
    for text in texts:
        aki.writes(text)
    return await ids(bot)


async def test_a_negative_offset_forgets_all_but_the_last(bot: Bot, aki: Person) -> None:
    known = await told(bot, aki, "1", "2", "3")
    assert await ids(bot, offset=-1) == known[-1:]
    assert await ids(bot) == known[-1:]


async def test_a_limit_is_between_one_and_a_hundred(bot: Bot, aki: Person) -> None:
    for number in range(101):
        aki.writes(str(number))
    assert len(await bot.get_updates()) == 100
    assert len(await bot.get_updates(limit=1)) == 1
    assert len(await bot.get_updates(limit=0)) == 1


async def test_a_long_poll_ends_as_soon_as_something_happens(bot: Bot, aki: Person) -> None:
    polling = asyncio.ensure_future(bot.get_updates(timeout=10))
    await asyncio.sleep(0.02)
    assert not polling.done()
    aki.writes("hello")
    (update,) = await asyncio.wait_for(polling, 1)
    assert update.message is not None
    assert update.message.text == "hello"


async def test_a_long_poll_ends_empty_when_its_time_is_over(bot: Bot) -> None:
    began = time.monotonic()
    assert await bot.get_updates(timeout=1) == ()
    assert time.monotonic() - began > 0.9


async def test_of_two_who_poll_at_once_the_first_is_told_to_stop(bot: Bot, aki: Person) -> None:
    first = asyncio.ensure_future(bot.get_updates(timeout=10))
    await asyncio.sleep(0.02)
    second = asyncio.ensure_future(bot.get_updates(timeout=10))
    with pytest.raises(Conflict, match="terminated by other getUpdates request"):
        await first
    aki.writes("hello")
    assert len(await second) == 1


async def test_only_the_kinds_that_are_asked_for_come(bot: Bot, aki: Person) -> None:
    said = aki.writes("hello")
    aki.reacts(said, "👍")
    kinds = [update._id_attrs for update in await bot.get_updates()]
    assert len(kinds) == 1, "reactions have to be asked for"
    await bot.get_updates(allowed_updates=["message_reaction"], offset=-1)
    aki.reacts(said, "🔥")
    aki.writes("not wanted")
    last = (await bot.get_updates())[-1]
    assert last.message_reaction is not None
    assert last.message_reaction.new_reaction[0].to_dict()["emoji"] == "🔥"


async def test_an_update_does_not_change_when_its_message_does(bot: Bot, aki: Person) -> None:
    said = aki.writes("one")
    aki.edits(said, "two")
    first, second = await bot.get_updates()
    assert first.message is not None
    assert second.edited_message is not None
    assert (first.message.text, second.edited_message.text) == ("one", "two")
    assert second.edited_message.edit_date is not None


async def test_blocking_and_coming_back_are_told(bot: Bot, aki: Person) -> None:
    aki.blocks()
    aki.start()
    blocked, back, start = await bot.get_updates()
    assert blocked.my_chat_member is not None
    assert blocked.my_chat_member.new_chat_member.status == "kicked"
    assert back.my_chat_member is not None
    assert back.my_chat_member.new_chat_member.status == "member"
    assert start.message is not None


async def test_coming_and_going_in_the_group_is_told(
    telegram: Telegram, bot: Bot, mina: Person, group: Forum
) -> None:
    await bot.get_updates(allowed_updates=["message", "chat_member"])
    ken = telegram.person("Ken")
    ken.joins(group)
    mina.removes(ken, group)
    joined, came, removed, gone = await bot.get_updates()
    assert joined.chat_member is not None
    assert came.message is not None
    assert [user.first_name for user in came.message.new_chat_members] == ["Ken"]
    assert removed.chat_member is not None
    assert removed.chat_member.new_chat_member.status == "kicked"
    assert gone.message is not None
    assert gone.message.left_chat_member is not None


# -- presses -----------------------------------------------------------------------------------


async def test_a_press_is_answered_once_with_a_toast(bot: Bot, aki: Person) -> None:
    await bot.send_message(aki.id, "card", reply_markup=keyboard("Pay"))
    aki.presses("Pay")
    (update,) = await bot.get_updates()
    query = update.callback_query
    assert query is not None
    assert (query.data, query.from_user.id) == ("Pay", aki.id)
    assert query.message is not None
    assert query.message.chat.id == aki.id
    assert len(aki.waits_for) == 1
    await query.answer("Paid. Thank you!", show_alert=True)
    assert aki.toasts == [("Paid. Thank you!", True)]
    assert aki.waits_for == []
    with pytest.raises(BadRequest, match="Query is too old and response timeout expired"):
        await query.answer("again")


async def test_a_press_is_not_answered_too_late(bot: Bot, aki: Person, clock: Clock) -> None:
    await bot.send_message(aki.id, "card", reply_markup=keyboard("Pay"))
    query = aki.presses("Pay")
    clock.forward(hours=1)
    with pytest.raises(BadRequest, match="Query is too old and response timeout expired"):
        await bot.answer_callback_query(query.id, "late")
    assert aki.toasts == []


async def test_a_press_on_a_message_that_is_gone_comes_without_it(bot: Bot, aki: Person) -> None:
    """Another phone may still show what was deleted."""
    await bot.send_message(aki.id, "card", reply_markup=keyboard("Pay"))
    card = aki.last
    await bot.delete_message(aki.id, card["message_id"])
    aki.presses_forged("Pay", card)
    (update,) = await bot.get_updates()
    assert update.callback_query is not None
    assert update.callback_query.message is not None
    assert not update.callback_query.message.is_accessible
    assert update.callback_query.message.message_id == card["message_id"]


async def test_a_toast_has_200_units_and_opens_no_foreign_address(bot: Bot, aki: Person) -> None:
    await bot.send_message(aki.id, "card", reply_markup=keyboard("Pay"))
    query = aki.presses("Pay")
    with pytest.raises(BadRequest, match="Message_too_long"):
        await bot.answer_callback_query(query.id, "x" * 201)
    with pytest.raises(BadRequest, match="Url_invalid"):
        await bot.answer_callback_query(query.id, url="https://evil.example")
    await bot.answer_callback_query(query.id, url="https://t.me/daiko_bot?start=order_1")


async def test_another_bots_press_is_not_ours_to_answer(telegram: Telegram, aki: Person) -> None:
    other = telegram.add_bot("77:other", "other_bot")
    aki.start(bot=other)
    from sandbox.request import SandboxRequest

    async with Bot(other.token, request=SandboxRequest(telegram)) as bot:
        await bot.send_message(aki.id, "theirs", reply_markup=keyboard("Pay"))
        assert [message["text"] for message in aki.sees] == ["/start"], "a chat of its own"
