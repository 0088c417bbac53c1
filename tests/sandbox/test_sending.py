"""What a bot sends arrives as it was meant, or is refused as Telegram refuses it."""

from __future__ import annotations

import json
from collections.abc import Awaitable, Callable
from typing import Any

import pytest
from telegram import (
    Bot,
    InlineKeyboardButton,
    InlineKeyboardMarkup,
    InputMediaDocument,
    InputMediaPhoto,
    ReplyParameters,
)
from telegram.error import BadRequest, ChatMigrated, Forbidden

from sandbox.files import picture
from sandbox.people import Forum, Person
from sandbox.telegram import TOKEN, Telegram
from tests.sandbox.conftest import Clock, keyboard


async def ask(telegram: Telegram, method: str, **params: Any) -> Any:
    """A raw call: the description when it is declined, else the result."""
    told = json.loads((await telegram.answer(TOKEN, method, params)).body)
    return told["result"] if told["ok"] else told["description"]


async def test_a_message_arrives_with_its_entities_and_keyboard(bot: Bot, aki: Person) -> None:
    sent = await bot.send_message(
        aki.id, "<b>Hi</b> Aki", parse_mode="HTML", reply_markup=keyboard("Pay")
    )
    assert aki.last == {
        "message_id": sent.message_id,
        "from": {"id": 4839574812, "is_bot": True, "first_name": "Daiko", "username": "daiko_bot"},
        "chat": {"id": aki.id, "first_name": "Aki", "username": "aki", "type": "private"},
        "date": 1793610000,
        "text": "Hi Aki",
        "entities": [{"offset": 0, "length": 2, "type": "bold"}],
        "reply_markup": {"inline_keyboard": [[{"text": "Pay", "callback_data": "Pay"}]]},
    }


async def test_a_bots_own_messages_are_no_updates_for_it(
    telegram: Telegram, bot: Bot, aki: Person, group: Forum
) -> None:
    await bot.send_message(aki.id, "hi")
    await bot.send_message(group.id, "hi")
    assert telegram.pending_updates() == []


async def test_private_chats_share_one_count_of_messages(
    telegram: Telegram, bot: Bot, aki: Person
) -> None:
    bo = telegram.person("Bo")
    bo.start()
    first = await bot.send_message(aki.id, "1")
    second = await bot.send_message(bo.id, "2")
    assert second.message_id == first.message_id + 1


@pytest.mark.parametrize(
    ("params", "why"),
    [
        ({}, "message text is empty"),
        ({"text": ""}, "message text is empty"),
        ({"text": "   "}, "text must be non-empty"),
        ({"text": "<b></b>", "parse_mode": "HTML"}, "text must be non-empty"),
        ({"text": "x" * 4097}, "message is too long"),
        ({"text": "😀" * 2049}, "message is too long"),
        ({"text": "x", "parse_mode": "INVALID"}, "unsupported parse_mode"),
        ({"text": "x", "message_thread_id": 999}, "message thread not found"),
        (
            {"text": "x", "reply_parameters": {"message_id": 999}},
            "message to be replied not found",
        ),
        ({"text": "x", "reply_to_message_id": 999}, "message to be replied not found"),
        ({"text": "x", "reply_parameters": {"quote": "x"}}, 'can\'t find field "message_id"'),
        ({"text": "x", "reply_markup": "{"}, "can't parse reply markup JSON object"),
        ({"text": "x", "reply_markup": "[]"}, "object expected as reply markup"),
        (
            {"text": "x", "reply_markup": {"inline_keyboard": "bad"}},
            'field "inline_keyboard" must be of type Array',
        ),
        (
            {"text": "x", "reply_markup": {"force_reply": "yes"}},
            'field "force_reply" must be of type Boolean',
        ),
    ],
)
async def test_what_a_message_may_not_be(
    telegram: Telegram, aki: Person, params: dict[str, Any], why: str
) -> None:
    assert await ask(telegram, "sendMessage", chat_id=aki.id, **params) == f"Bad Request: {why}"
    assert len(aki.sees) == 1, "only the /start"


@pytest.mark.parametrize(
    ("button", "why"),
    [
        ({"callback_data": "x"}, "can't parse inline keyboard button: Can't find field \"text\""),
        (
            {"text": "x"},
            "can't parse inline keyboard button: "
            "Text buttons are unallowed in the inline keyboard",
        ),
        (
            {"text": "x", "callback_data": ""},
            "can't parse inline keyboard button: "
            "Text buttons are unallowed in the inline keyboard",
        ),
        ({"text": "x", "callback_data": "x" * 65}, "BUTTON_DATA_INVALID"),
        ({"text": "x", "callback_data": "é" * 33}, "BUTTON_DATA_INVALID"),
        (
            {"text": "x", "url": "not-a-url"},
            "inline keyboard button URL 'not-a-url' is invalid: Wrong HTTP URL",
        ),
        (
            {"text": "x", "url": "ftp://a.example"},
            "inline keyboard button URL 'ftp://a.example' is invalid: Unsupported URL protocol",
        ),
        ({"text": "x", "pay": True}, "BUTTON_TYPE_INVALID"),
        ({"text": "x", "copy_text": {"text": ""}}, "BUTTON_COPY_TEXT_INVALID"),
    ],
)
async def test_what_a_button_may_not_be(
    telegram: Telegram, aki: Person, button: dict[str, Any], why: str
) -> None:
    markup = {"inline_keyboard": [[button]]}
    answer = await ask(telegram, "sendMessage", chat_id=aki.id, text="x", reply_markup=markup)
    assert answer == f"Bad Request: {why}"


@pytest.mark.parametrize(
    "rows", [[[("x", "x")] * 9], [[("x", "x")]] * 101], ids=["nine in a row", "101 in all"]
)
async def test_a_keyboard_has_at_most_eight_in_a_row_and_a_hundred_in_all(
    bot: Bot, aki: Person, rows: list[list[tuple[str, str]]]
) -> None:
    buttons = [[InlineKeyboardButton(text, callback_data=data) for text, data in r] for r in rows]
    with pytest.raises(BadRequest, match="Reply markup is too long"):
        await bot.send_message(aki.id, "x", reply_markup=InlineKeyboardMarkup(buttons))


async def test_64_bytes_of_data_and_4096_units_of_text_are_taken(bot: Bot, aki: Person) -> None:
    button = InlineKeyboardButton("x", callback_data="é" * 32)
    await bot.send_message(
        aki.id,
        f"<b>{'😀' * 2048}</b>",
        parse_mode="HTML",
        reply_markup=InlineKeyboardMarkup([[button]]),
    )
    assert aki.last["text"] == "😀" * 2048


# -- to whom a bot may write -------------------------------------------------------------------


async def test_nobody_is_written_to_before_they_pressed_start(
    telegram: Telegram, bot: Bot, mina: Person
) -> None:
    with pytest.raises(BadRequest, match="Chat not found"):
        await bot.send_message(mina.id, "hi")
    telegram.forum("Staff", creator=mina)
    with pytest.raises(Forbidden, match="bot can't initiate conversation with a user"):
        await bot.send_message(mina.id, "hi")
    mina.start()
    await bot.send_message(mina.id, "hi")
    assert mina.last["text"] == "hi"


@pytest.mark.parametrize("chat_id", [0, -1, 12345, "@nobody", "not_a_chat"])
async def test_an_unknown_chat_is_not_found(telegram: Telegram, chat_id: int | str) -> None:
    answer = await ask(telegram, "sendMessage", chat_id=chat_id, text="x")
    assert answer == "Bad Request: chat not found"


async def test_a_missing_chat_is_empty(telegram: Telegram) -> None:
    assert await ask(telegram, "sendMessage", text="x") == "Bad Request: chat_id is empty"


async def test_who_blocked_the_bot_gets_nothing_until_they_start_again(
    bot: Bot, aki: Person
) -> None:
    aki.blocks()
    with pytest.raises(Forbidden, match="bot was blocked by the user"):
        await bot.send_message(aki.id, "hi")
    with pytest.raises(Forbidden, match="bot was blocked by the user"):
        await bot.send_photo(aki.id, picture())
    assert len(aki.sees) == 1
    aki.start()
    await bot.send_message(aki.id, "welcome back")


async def test_a_deleted_account_is_deactivated(bot: Bot, aki: Person) -> None:
    aki.deletes_account()
    with pytest.raises(Forbidden, match="user is deactivated"):
        await bot.send_message(aki.id, "hi")


async def test_a_bot_cannot_write_to_a_bot(telegram: Telegram, bot: Bot) -> None:
    other = telegram.add_bot("77:other", "other_bot")
    with pytest.raises(Forbidden, match="bot can't send messages to bots"):
        await bot.send_message(other.user.id, "hi")


async def test_a_bot_that_was_removed_is_told_so(
    telegram: Telegram, bot: Bot, mina: Person, group: Forum
) -> None:
    mina.removes(telegram.bot, group)
    with pytest.raises(Forbidden, match="bot was kicked from the supergroup chat"):
        await bot.send_message(group.id, "hi")


async def test_a_bot_that_left_is_no_member(bot: Bot, group: Forum) -> None:
    await bot.leave_chat(group.id)
    with pytest.raises(Forbidden, match="bot is not a member of the supergroup chat"):
        await bot.send_message(group.id, "hi")


async def test_a_group_that_became_a_supergroup_tells_its_new_number(
    telegram: Telegram, bot: Bot, mina: Person
) -> None:
    old = telegram.basic_group("Staff", creator=mina)
    await bot.send_message(old.id, "hi")
    new = telegram.upgrade(old)
    with pytest.raises(ChatMigrated) as moved:
        await bot.send_message(old.id, "hi")
    assert moved.value.new_chat_id == new.id
    await bot.send_message(new.id, "here")
    assert new.general[-1]["text"] == "here"


# -- replies -----------------------------------------------------------------------------------


async def test_an_answer_shows_what_it_answers_but_not_further_back(bot: Bot, aki: Person) -> None:
    question = aki.writes("How much?")
    answer = await bot.send_message(
        aki.id, "Ten.", reply_parameters=ReplyParameters(question["message_id"])
    )
    again = aki.writes("Thanks", reply_to=aki.last)
    assert answer.reply_to_message is not None
    assert answer.reply_to_message.text == "How much?"
    assert again["reply_to_message"]["text"] == "Ten."
    assert "reply_to_message" not in again["reply_to_message"]


async def test_an_answer_to_nothing_is_sent_if_that_is_allowed(bot: Bot, aki: Person) -> None:
    lenient = ReplyParameters(999, allow_sending_without_reply=True)
    sent = await bot.send_message(aki.id, "x", reply_parameters=lenient)
    assert sent.reply_to_message is None


# -- files, albums, places, people -------------------------------------------------------------


async def test_a_photo_comes_in_sizes_and_can_be_fetched(bot: Bot, aki: Person) -> None:
    content = picture(400, 300)
    sent = await bot.send_photo(aki.id, content, caption="<i>A</i> receipt", parse_mode="HTML")
    assert [(size.width, size.height) for size in sent.photo] == [(90, 67), (400, 300)]
    assert sent.caption == "A receipt"
    file = await bot.get_file(sent.photo[-1].file_id)
    assert bytes(await file.download_as_bytearray()) == content


async def test_a_file_is_sent_again_by_its_identifier(bot: Bot, aki: Person) -> None:
    sent = await bot.send_document(aki.id, b"1 teapot", filename="list.txt")
    assert sent.document is not None
    again = await bot.send_document(aki.id, sent.document.file_id)
    assert again.document is not None
    assert again.document.file_name == "list.txt"
    assert again.document.file_unique_id == sent.document.file_unique_id


Send = Callable[[Bot, int], Awaitable[Any]]


@pytest.mark.parametrize(
    ("send", "field"),
    [
        (lambda bot, to: bot.send_document(to, b"x", filename="a.pdf"), "document"),
        (lambda bot, to: bot.send_video(to, b"x"), "video"),
        (lambda bot, to: bot.send_audio(to, b"x"), "audio"),
        (lambda bot, to: bot.send_voice(to, b"x"), "voice"),
        (lambda bot, to: bot.send_animation(to, b"x"), "animation"),
        (lambda bot, to: bot.send_sticker(to, b"x"), "sticker"),
        (lambda bot, to: bot.send_location(to, 35.0, 135.7), "location"),
        (lambda bot, to: bot.send_contact(to, "+8131", "Shop"), "contact"),
    ],
)
async def test_every_kind_of_message_arrives(
    bot: Bot, aki: Person, send: Send, field: str
) -> None:
    message = await send(bot, aki.id)
    assert getattr(message, field) is not None
    assert field in aki.last


@pytest.mark.parametrize(
    ("method", "params", "why"),
    [
        ("sendPhoto", {}, "there is no photo in the request"),
        ("sendVoice", {}, "there is no voice in the request"),
        ("sendPhoto", {"photo": "nonsense"}, "wrong file identifier/HTTP URL specified"),
        ("sendPhoto", {"photo": "https://a.example/x.jpg"}, "failed to get HTTP URL content"),
        ("sendMediaGroup", {}, 'parameter "media" is required'),
        ("sendMediaGroup", {"media": "{}"}, "expected an Array of InputMedia"),
        ("sendMediaGroup", {"media": [{}]}, "can't parse InputMedia: media not found"),
        (
            "sendMediaGroup",
            {"media": [{"type": "animation", "media": "x"}]},
            "can't parse InputMedia: type \"animation\" can't be used in sendMediaGroup",
        ),
        ("sendContact", {"phone_number": "1"}, 'parameter "first_name" is required'),
        ("sendLocation", {"longitude": 1}, "latitude is empty"),
        ("sendLocation", {"longitude": 1, "latitude": 91}, "wrong location specified"),
        ("sendChatAction", {}, "wrong parameter action in request"),
        ("sendChatAction", {"action": "dancing"}, "wrong parameter action in request"),
        ("getFile", {}, "file_id not specified"),
        ("getFile", {"file_id": "x"}, "invalid file_id"),
    ],
)
async def test_what_a_request_may_not_lack(
    telegram: Telegram, aki: Person, method: str, params: dict[str, Any], why: str
) -> None:
    assert await ask(telegram, method, chat_id=aki.id, **params) == f"Bad Request: {why}"


async def test_what_is_no_picture_cannot_be_a_photo(bot: Bot, aki: Person) -> None:
    with pytest.raises(BadRequest, match="Image_process_failed"):
        await bot.send_photo(aki.id, b"hello")


async def test_an_empty_file_is_refused(bot: Bot, aki: Person) -> None:
    with pytest.raises(BadRequest, match="File must be non-empty"):
        await bot.send_document(aki.id, b"")


async def test_a_photo_is_no_document(bot: Bot, aki: Person) -> None:
    sent = await bot.send_photo(aki.id, picture())
    with pytest.raises(BadRequest, match="Can't use file of type photo as document"):
        await bot.send_document(aki.id, sent.photo[-1].file_id)


async def test_a_caption_has_1024_units(bot: Bot, aki: Person) -> None:
    await bot.send_photo(aki.id, picture(), caption=f"<b>{'é' * 1024}</b>", parse_mode="HTML")
    with pytest.raises(BadRequest, match="Message caption is too long"):
        await bot.send_photo(aki.id, picture(), caption="é" * 1025)


async def test_an_album_shares_a_group_and_has_ten_at_most(bot: Bot, aki: Person) -> None:
    photos = [InputMediaPhoto(picture(), caption="first" if n == 0 else None) for n in range(10)]
    sent = await bot.send_media_group(aki.id, photos)
    assert len({message.media_group_id for message in sent}) == 1
    assert [message.caption for message in sent] == ["first"] + [None] * 9
    with pytest.raises(BadRequest, match="Too many messages to send as an album"):
        await bot.send_media_group(aki.id, [InputMediaPhoto(picture()) for _ in range(11)])


async def test_documents_and_photos_do_not_mix_in_an_album(bot: Bot, aki: Person) -> None:
    with pytest.raises(BadRequest, match="Can't use the media of the specified type in the album"):
        await bot.send_media_group(
            aki.id, [InputMediaPhoto(picture()), InputMediaDocument(b"x", filename="x.txt")]
        )
    assert len(aki.sees) == 1


# -- copies and forwards -----------------------------------------------------------------------


async def test_a_copy_has_no_link_to_the_original_and_may_have_another_caption(
    bot: Bot, aki: Person, mina: Person, group: Forum
) -> None:
    photo = mina.sends_photo(group, caption="for *you*")
    copied = await bot.copy_message(aki.id, group.id, photo["message_id"])
    assert aki.last["caption"] == "for *you*"
    assert "forward_origin" not in aki.last
    assert copied.message_id == aki.last["message_id"]
    await bot.copy_message(aki.id, group.id, photo["message_id"], caption="new")
    assert aki.last["caption"] == "new"


async def test_a_forward_names_who_wrote_it(
    bot: Bot, aki: Person, mina: Person, group: Forum
) -> None:
    said = mina.writes("It arrived.", group)
    sent = await bot.forward_message(aki.id, group.id, said["message_id"])
    assert sent.forward_origin is not None
    assert aki.last["forward_origin"]["sender_user"]["first_name"] == "Mina"


async def test_an_album_is_copied_as_an_album(
    bot: Bot, aki: Person, mina: Person, group: Forum
) -> None:
    album = mina.sends_album(group, count=3, caption="photos")
    ids = [message["message_id"] for message in album]
    copied = await bot.copy_messages(aki.id, group.id, ids)
    assert len(copied) == 3
    groups = {message["media_group_id"] for message in aki.sees[-3:]}
    assert len(groups) == 1
    assert groups != {album[0]["media_group_id"]}


@pytest.mark.parametrize(
    ("method", "params", "why"),
    [
        ("copyMessage", {"message_id": 1}, 'parameter "from_chat_id" is required'),
        ("copyMessage", {"from_chat_id": "AKI", "message_id": 99}, "message to copy not found"),
        (
            "forwardMessage",
            {"from_chat_id": "AKI", "message_id": 99},
            "message to forward not found",
        ),
        ("copyMessages", {"from_chat_id": "AKI"}, "message identifiers are not specified"),
        (
            "copyMessages",
            {"from_chat_id": "AKI", "message_ids": [99]},
            "there are no messages to forward",
        ),
        (
            "copyMessages",
            {"from_chat_id": "AKI", "message_ids": list(range(1, 102))},
            "too many message identifiers specified",
        ),
    ],
)  # fmt: skip
async def test_what_cannot_be_copied(
    telegram: Telegram, aki: Person, method: str, params: dict[str, Any], why: str
) -> None:
    params = {name: aki.id if value == "AKI" else value for name, value in params.items()}
    assert await ask(telegram, method, chat_id=aki.id, **params) == f"Bad Request: {why}"


async def test_protected_content_is_not_forwarded(bot: Bot, aki: Person) -> None:
    sent = await bot.send_message(aki.id, "secret", protect_content=True)
    with pytest.raises(BadRequest, match="Message can't be forwarded"):
        await bot.forward_message(aki.id, aki.id, sent.message_id)


async def test_dates_come_from_the_clock_of_the_world(bot: Bot, aki: Person, clock: Clock) -> None:
    first = await bot.send_message(aki.id, "1")
    clock.forward(days=7)
    second = await bot.send_message(aki.id, "2")
    assert (second.date - first.date).days == 7
