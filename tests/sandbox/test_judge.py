"""Updates and answers are understood by python-telegram-bot and by aiogram, field by field."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import pytest
from telegram import Bot, InlineKeyboardButton, InlineKeyboardMarkup, InputMediaPhoto, Update

from sandbox.files import picture
from sandbox.methods import METHODS, SLOW_METHODS
from sandbox.people import Forum, Person
from sandbox.request import SandboxRequest
from sandbox.telegram import TOKEN, Telegram
from tests.sandbox.conftest import keyboard
from tests.sandbox.judge import check_answer, check_call, check_calls, check_update, models


def check_nothing_lost(update: dict[str, Any], parsed: Update) -> None:
    """python-telegram-bot says again what it read, but for what is empty."""
    kind = next(name for name in update if name != "update_id")
    told = {name for name, value in update[kind].items() if value not in ([], {})}
    assert parsed.to_dict()[kind].keys() >= told


Act = Callable[[Person, Person, Forum, Telegram], Any]


@pytest.mark.parametrize(
    "act",
    [
        lambda aki, *_: aki.writes("/new https://a.example #tag @aki 😀"),
        lambda aki, *_: aki.sends_photo(caption="/x"),
        lambda aki, *_: aki.sends_document(caption="x"),
        lambda aki, *_: aki.sends_video(),
        lambda aki, *_: aki.sends_voice(),
        lambda aki, *_: aki.sends_audio(),
        lambda aki, *_: aki.sends_animation(),
        lambda aki, *_: aki.sends_sticker(),
        lambda aki, *_: aki.sends_location(),
        lambda aki, *_: aki.sends_contact(),
        lambda aki, *_: aki.sends_venue(),
        lambda aki, *_: aki.sends_video_note(),
        lambda aki, *_: aki.sends_poll(),
        lambda aki, *_: aki.sends_dice(),
        lambda aki, *_: aki.sends_album(count=2),
        lambda aki, *_: aki.edits(aki.writes("a"), "b"),
        lambda aki, *_: aki.reacts(aki.writes("a"), "👍"),
        lambda aki, *_: aki.writes("b", reply_to=aki.writes("a")),
        lambda aki, *_: aki.blocks(),
        lambda _, mina, group, __: mina.writes("hi", group),
        lambda _, mina, group, __: mina.writes("b", group, reply_to=mina.writes("a", group)),
        lambda _, mina, group, __: mina.writes("a", group, topic=mina.makes_topic(group, "x")),
        lambda _, mina, group, __: mina.closes_topic(group, mina.makes_topic(group, "x")),
        lambda aki, _, group, __: (aki.joins(group), aki.leaves(group)),
        lambda aki, mina, group, _: (aki.joins(group), mina.promotes(aki, group)),
        lambda aki, mina, group, _: (aki.joins(group), mina.removes(aki, group)),
        lambda _, mina, group, telegram: mina.demotes(telegram.bot, group),
        lambda _, mina, group, telegram: mina.removes(telegram.bot, group),
        lambda _, mina, __, telegram: telegram.upgrade(telegram.basic_group("x", creator=mina)),
    ],
)
async def test_what_people_do_is_understood_by_both(
    telegram: Telegram, bot: Bot, aki: Person, mina: Person, group: Forum, act: Act
) -> None:
    await bot.get_updates(allowed_updates=Update.ALL_TYPES)
    act(aki, mina, group, telegram)
    updates = telegram.pending_updates()
    assert updates
    for update in updates:
        check_update(update)
        parsed = Update.de_json(update, bot)
        check_nothing_lost(update, parsed)


async def test_a_press_is_understood_by_both(telegram: Telegram, bot: Bot, aki: Person) -> None:
    await bot.send_message(aki.id, "card", reply_markup=keyboard("Pay"))
    aki.presses("Pay")
    (update,) = telegram.pending_updates()
    check_update(update)
    assert Update.de_json(update, bot).callback_query is not None


async def test_every_answer_is_understood_by_both(
    telegram: Telegram, aki: Person, mina: Person, group: Forum
) -> None:
    """Each method is called through python-telegram-bot, and its raw answer shown to aiogram."""
    answers: list[tuple[str, Any]] = []

    class Overheard(SandboxRequest):
        async def do_request(self, url: str, *args: Any, **kwargs: Any) -> tuple[int, bytes]:
            status, body = await super().do_request(url, *args, **kwargs)
            if "/file/" not in url:
                answers.append((url.rpartition("/")[2], json.loads(body)["result"]))
            return status, body

    request = Overheard(telegram)
    async with Bot(TOKEN, request=request, get_updates_request=request) as bot:
        await use_everything(telegram, bot, aki, mina, group)
    for method, result in answers:
        check_answer(method, result)
    check_calls(telegram)
    called = {method.lower() for method, _ in answers}
    assert called == METHODS.keys() | SLOW_METHODS.keys(), "every method is tried"


async def use_everything(
    telegram: Telegram, bot: Bot, aki: Person, mina: Person, group: Forum
) -> None:
    to = aki.id
    sent = await bot.send_message(
        to, "<b>card</b> https://a.example", parse_mode="HTML", reply_markup=keyboard("Pay")
    )
    await send_everything(bot, to, mina, group)
    await bot.edit_message_text("two", to, sent.message_id, reply_markup=keyboard("Pay"))
    await bot.edit_message_reply_markup(to, sent.message_id, reply_markup=keyboard("Pay", "Back"))
    await bot.set_message_reaction(to, sent.message_id, "👍")
    await bot.pin_chat_message(to, sent.message_id)
    await bot.get_chat(to)
    await bot.unpin_chat_message(to)
    await bot.unpin_all_chat_messages(to)
    await bot.answer_callback_query(aki.presses("Pay", message=aki.sees[1]).id, "ok")
    await bot.get_updates()
    await bot.set_webhook("http://127.0.0.1:9/never", secret_token="s3cret")
    await bot.get_webhook_info()
    await bot.delete_webhook()
    await use_the_group(bot, aki, mina, group)
    await describe_itself(bot, to)
    await bot.delete_message(to, sent.message_id)
    await bot.delete_messages(to, [3, 4])
    await bot.leave_chat(group.id)
    await bot.log_out()
    await bot.close()


async def send_everything(bot: Bot, to: int, mina: Person, group: Forum) -> None:
    photo = await bot.send_photo(to, picture(), caption="c")
    await bot.edit_message_caption(to, photo.message_id, caption="d")
    await bot.edit_message_media(InputMediaPhoto(picture(9, 9)), to, photo.message_id)
    await bot.get_file(photo.photo[-1].file_id)
    await bot.send_document(to, b"x", filename="a.txt")
    await bot.send_video(to, b"x")
    await bot.send_audio(to, b"x")
    await bot.send_video_note(to, b"x")
    await bot.send_voice(to, b"x")
    await bot.send_animation(to, b"x")
    await bot.send_sticker(to, b"x")
    await bot.send_location(to, 35, 135)
    await bot.send_venue(to, 35, 135, "Post office", "1-2 Chuo")
    await bot.send_contact(to, "+81", "Shop")
    await bot.send_media_group(to, [InputMediaPhoto(picture()), InputMediaPhoto(picture())])
    await bot.send_chat_action(to, "typing")
    said = mina.writes("hello", group)["message_id"]
    await bot.copy_message(to, group.id, said)
    await bot.copy_messages(to, group.id, [said])
    await bot.forward_message(to, group.id, said)
    await bot.forward_messages(to, group.id, [said])
    await bot.get_user_profile_photos(to)


async def use_the_group(bot: Bot, aki: Person, mina: Person, group: Forum) -> None:
    topic = (await bot.create_forum_topic(group.id, "#12")).message_thread_id
    await bot.send_message(group.id, "hi", message_thread_id=topic)
    await bot.edit_forum_topic(group.id, topic, name="#12 paid")
    await bot.close_forum_topic(group.id, topic)
    await bot.reopen_forum_topic(group.id, topic)
    await bot.unpin_all_forum_topic_messages(group.id, topic)
    await bot.unpin_all_general_forum_topic_messages(group.id)
    await bot.delete_forum_topic(group.id, topic)
    await bot.get_forum_topic_icon_stickers()
    await bot.get_chat(group.id)
    aki.joins(group)
    mina.removes(aki, group)
    for user_id in (mina.id, bot.id, aki.id):
        await bot.get_chat_member(group.id, user_id)
    await bot.get_chat_administrators(group.id)
    await bot.get_chat_member_count(group.id)


async def describe_itself(bot: Bot, to: int) -> None:
    await bot.set_my_commands([("new", "New order")])
    await bot.get_my_commands()
    await bot.delete_my_commands()
    await bot.set_my_name("Daiko")
    await bot.get_my_name()
    await bot.set_my_description("x")
    await bot.get_my_description()
    await bot.set_my_short_description("x")
    await bot.get_my_short_description()
    await bot.set_chat_menu_button(to)
    await bot.get_chat_menu_button(to)
    await bot.set_my_default_administrator_rights()
    await bot.get_my_default_administrator_rights()


# -- the judge itself --------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("method", "params"),
    [
        ("sendTeapot", {}),
        ("sendMessage", {"chat_id": 1}),
        ("sendMessage", {"chat_id": 1, "text": "x", "colour": "red"}),
        ("sendMessage", {"chat_id": 1, "text": "x", "reply_to_message_id": 5}),
        ("sendMessage", {"chat_id": 1, "text": "x", "message_thread_id": "abc"}),
        ("sendMessage", {"chat_id": 1, "text": "x", "reply_markup": '{"inline_keyboard":[[{}]]}'}),
        (
            "sendMessage",
            {
                "chat_id": 1,
                "text": "x",
                "reply_markup": '{"inline_keyboard":[[{"text":"x","callback_dat":"y"}]]}',
            },
        ),
        ("sendMediaGroup", {"chat_id": 1, "media": '[{"type":"teapot","media":"x"}]'}),
        ("answerCallbackQuery", {"callback_query_id": "1", "show_alert": "perhaps"}),
    ],
)
def test_the_judge_finds_what_is_wrong_with_a_call(method: str, params: dict[str, Any]) -> None:
    with pytest.raises((AssertionError, ValueError)):
        check_call(method, params)


def test_the_judge_finds_what_is_wrong_with_an_update() -> None:
    chat = {"id": 1, "type": "private", "first_name": "A"}
    message = {"message_id": 1, "date": 1, "chat": chat, "text": "x"}
    check_update({"update_id": 1, "message": message})
    with pytest.raises(AssertionError, match="unknown"):
        check_update({"update_id": 1, "message": {**message, "txt": "y"}})
    with pytest.raises(ValueError, match="validation error"):
        check_update({"update_id": 1, "message": {**message, "date": "yesterday"}})


async def test_the_judge_takes_a_call_with_files(
    telegram: Telegram, bot: Bot, aki: Person
) -> None:
    await bot.send_photo(
        aki.id,
        picture(),
        caption="123",
        reply_markup=InlineKeyboardMarkup([[InlineKeyboardButton("x", url="https://a.example")]]),
    )
    await bot.send_media_group(aki.id, [InputMediaPhoto(picture()), InputMediaPhoto(picture())])
    check_calls(telegram)


def test_the_judge_knows_every_method_of_the_sandbox() -> None:
    assert models().keys() >= METHODS.keys() | SLOW_METHODS.keys()
