"""Edits, deletions, reactions and pins, as a bot may make them and as it may not."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import Any

import pytest
from telegram import Bot, InputMediaPhoto
from telegram.error import BadRequest, Forbidden

from sandbox.files import picture
from sandbox.people import Forum, Person
from sandbox.telegram import Telegram
from tests.sandbox.conftest import Clock, keyboard

NOT_MODIFIED = (
    "Message is not modified: specified new message content and reply markup are exactly "
    "the same as a current content and reply markup of the message"
)


async def test_an_edit_changes_the_message_in_place(bot: Bot, aki: Person, clock: Clock) -> None:
    sent = await bot.send_message(aki.id, "one", reply_markup=keyboard("A"))
    clock.forward(minutes=5)
    await bot.edit_message_text("<b>two</b>", aki.id, sent.message_id, parse_mode="HTML")
    assert aki.last["text"] == "two"
    assert aki.last["message_id"] == sent.message_id
    assert aki.last["edit_date"] - aki.last["date"] == 300
    assert "reply_markup" not in aki.last, "a keyboard not sent again is gone"


async def test_an_edit_that_changes_nothing_is_refused(bot: Bot, aki: Person) -> None:
    sent = await bot.send_message(aki.id, "one", reply_markup=keyboard("A"))
    with pytest.raises(BadRequest) as no:
        await bot.edit_message_text("one", aki.id, sent.message_id, reply_markup=keyboard("A"))
    assert no.value.message == NOT_MODIFIED
    await bot.edit_message_text("one", aki.id, sent.message_id, reply_markup=keyboard("B"))
    with pytest.raises(BadRequest, match="Message is not modified"):
        await bot.edit_message_reply_markup(aki.id, sent.message_id, reply_markup=keyboard("B"))


async def test_only_the_keyboard_changes_without_an_edit_date(bot: Bot, aki: Person) -> None:
    sent = await bot.send_message(aki.id, "one", reply_markup=keyboard("A"))
    await bot.edit_message_reply_markup(aki.id, sent.message_id)
    assert "reply_markup" not in aki.last
    assert "edit_date" not in aki.last


async def test_a_caption_and_a_picture_are_edited(bot: Bot, aki: Person) -> None:
    sent = await bot.send_photo(aki.id, picture(), caption="one")
    await bot.edit_message_caption(aki.id, sent.message_id, caption="two")
    assert aki.last["caption"] == "two"
    other = InputMediaPhoto(picture(600, 400), caption="three")
    await bot.edit_message_media(other, aki.id, sent.message_id)
    assert (aki.last["caption"], aki.last["photo"][-1]["width"]) == ("three", 600)


Edit = Callable[[Bot, int, int], Awaitable[Any]]


@pytest.mark.parametrize(
    ("edit", "why"),
    [
        (lambda bot, chat, _: bot.edit_message_text("x", chat, 999), "Message to edit not found"),
        (
            lambda bot, chat, _: bot.edit_message_reply_markup(chat, 999),
            "Message to edit not found",
        ),
        (lambda bot, chat, own: bot.edit_message_text(" ", chat, own), "Text must be non-empty"),
        (
            lambda bot, chat, own: bot.edit_message_text("x" * 4097, chat, own),
            "Message is too long",
        ),
        (
            lambda bot, chat, own: bot.edit_message_caption(chat, own, caption="x"),
            "There is no caption in the message to edit",
        ),
        (lambda bot, chat, _: bot.edit_message_text("x", chat, 1), "Message can't be edited"),
        (lambda bot, _, own: bot.edit_message_text("x", 0, own), "Chat not found"),
        (lambda bot, chat, _: bot.delete_message(chat, 999), "Message to delete not found"),
        (lambda bot, chat, _: bot.pin_chat_message(chat, 999), "Message to pin not found"),
        (lambda bot, chat, _: bot.unpin_chat_message(chat), "Message to unpin not found"),
        (
            lambda bot, chat, _: bot.set_message_reaction(chat, 999, "👍"),
            "Message to react not found",
        ),
        (lambda bot, chat, own: bot.set_message_reaction(chat, own, "🧿"), "Reaction_invalid"),
        (
            lambda bot, chat, own: bot.set_message_reaction(chat, own, ["👍", "🔥"]),
            "Reactions_too_many",
        ),
    ],
)
async def test_what_cannot_be_edited(bot: Bot, aki: Person, edit: Edit, why: str) -> None:
    sent = await bot.send_message(aki.id, "one")
    with pytest.raises(BadRequest) as no:
        await edit(bot, aki.id, sent.message_id)
    assert no.value.message == why
    assert aki.last["text"] == "one"


async def test_a_text_cannot_be_put_on_a_photo(bot: Bot, aki: Person) -> None:
    sent = await bot.send_photo(aki.id, picture())
    with pytest.raises(BadRequest, match="There is no text in the message to edit"):
        await bot.edit_message_text("x", aki.id, sent.message_id)


async def test_a_card_is_edited_however_old_it_is(bot: Bot, aki: Person, clock: Clock) -> None:
    sent = await bot.send_message(aki.id, "one")
    clock.forward(days=90)
    await bot.edit_message_text("two", aki.id, sent.message_id)
    assert aki.last["text"] == "two"


async def test_a_card_of_who_blocked_the_bot_is_not_edited(bot: Bot, aki: Person) -> None:
    sent = await bot.send_message(aki.id, "one")
    aki.blocks()
    with pytest.raises(Forbidden):
        await bot.edit_message_text("two", aki.id, sent.message_id)


async def test_a_message_is_deleted_within_48_hours(bot: Bot, aki: Person, clock: Clock) -> None:
    young = await bot.send_message(aki.id, "young")
    await bot.delete_message(aki.id, young.message_id)
    assert [message["text"] for message in aki.sees] == ["/start"]
    old = await bot.send_message(aki.id, "old")
    clock.forward(hours=48, seconds=1)
    with pytest.raises(BadRequest, match="Message can't be deleted for everyone"):
        await bot.delete_message(aki.id, old.message_id)


async def test_in_its_group_the_bot_deletes_what_it_likes_if_it_may(
    telegram: Telegram, bot: Bot, mina: Person, group: Forum, clock: Clock
) -> None:
    said = mina.writes("oops", group)
    clock.forward(days=3)
    await bot.delete_message(group.id, said["message_id"])
    assert group.general == []
    mina.promotes(telegram.bot, group, ["can_pin_messages"])
    said = mina.writes("stay", group)
    with pytest.raises(BadRequest, match="Message can't be deleted"):
        await bot.delete_message(group.id, said["message_id"])


async def test_of_many_those_that_are_there_are_deleted(bot: Bot, aki: Person) -> None:
    first = await bot.send_message(aki.id, "1")
    second = await bot.send_message(aki.id, "2")
    assert await bot.delete_messages(aki.id, [first.message_id, 999, second.message_id])
    assert len(aki.sees) == 1


async def test_a_bot_has_one_reaction_and_may_take_it_back(
    telegram: Telegram, bot: Bot, aki: Person
) -> None:
    said = aki.writes("thanks")
    chat = telegram.private(aki.user)
    await bot.set_message_reaction(aki.id, said["message_id"], "👍")
    await bot.set_message_reaction(aki.id, said["message_id"], "🔥")
    assert chat.reactions[said["message_id"]] == {telegram.bot.user.id: ["🔥"]}
    await bot.set_message_reaction(aki.id, said["message_id"], [])
    assert chat.reactions[said["message_id"]] == {}


async def test_a_pin_makes_a_service_message_that_the_bot_itself_is_told_of(
    telegram: Telegram, bot: Bot, group: Forum
) -> None:
    sent = await bot.send_message(group.id, "card")
    await bot.pin_chat_message(group.id, sent.message_id)
    (update,) = telegram.pending_updates()
    assert update["message"]["pinned_message"]["text"] == "card"
    assert update["message"]["from"]["id"] == telegram.bot.user.id
    assert (await bot.get_chat(group.id)).pinned_message is not None
    await bot.unpin_chat_message(group.id, sent.message_id)
    assert (await bot.get_chat(group.id)).pinned_message is None


async def test_without_the_right_nothing_is_pinned(
    telegram: Telegram, bot: Bot, mina: Person, group: Forum
) -> None:
    sent = await bot.send_message(group.id, "card")
    mina.promotes(telegram.bot, group, ["can_manage_topics"])
    with pytest.raises(
        BadRequest, match="Not enough rights to manage pinned messages in the chat"
    ):
        await bot.pin_chat_message(group.id, sent.message_id)
    assert group.group.pinned == []


async def test_all_pins_are_taken_off(bot: Bot, aki: Person, telegram: Telegram) -> None:
    for text in ("1", "2"):
        sent = await bot.send_message(aki.id, text)
        await bot.pin_chat_message(aki.id, sent.message_id)
    assert len(telegram.private(aki.user).pinned) == 2
    await bot.unpin_all_chat_messages(aki.id)
    assert telegram.private(aki.user).pinned == []
