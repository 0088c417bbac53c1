"""Methods that change, mark or remove a message that is there."""

from __future__ import annotations

from typing import Any, Final

from telegram.constants import ReactionEmoji

from sandbox.errors import bad_request, not_enough_rights
from sandbox.keyboards import read_keyboard
from sandbox.limits import DELETE_WITHIN_SECONDS
from sandbox.methods.places import (
    chat_of,
    group_of,
    message_ids_of,
    message_of,
    present,
    topic_of,
    writable,
)
from sandbox.methods.sending import (
    TAKES_CAPTION,
    caption_content,
    media_content,
    text_content,
    with_mentioned,
)
from sandbox.params import Params
from sandbox.world import Bot, Chat, Group, Json, Private, World

REACTIONS: Final = frozenset(emoji.value for emoji in ReactionEmoji)
SERVICE: Final = frozenset(
    (
        "pinned_message", "forum_topic_created", "forum_topic_edited", "forum_topic_closed",
        "forum_topic_reopened", "new_chat_members", "left_chat_member", "migrate_to_chat_id",
        "migrate_from_chat_id",
    )
)  # fmt: skip
EDITED_TEXT: Final = ("text", "entities", "link_preview_options")
EDITED_CAPTION: Final = ("caption", "caption_entities")
EDITED_MEDIA: Final = (*TAKES_CAPTION, *EDITED_CAPTION, "has_media_spoiler")


def _own_message(world: World, bot: Bot, params: Params) -> tuple[Chat, Json]:
    """A message the bot may edit: there, its own, and not a service message."""
    if not params.text("chat_id") and not params.text("message_id"):
        raise bad_request("message identifier is not specified")
    chat = writable(world, bot, params)
    message = message_of(chat, params, "edit")
    if message["from"]["id"] != bot.user.id or not SERVICE.isdisjoint(message):
        raise bad_request("message can't be edited")
    return chat, message


def _replace(
    world: World, bot: Bot, chat: Chat, message: Json, fields: tuple[str, ...], new: Json
) -> Json:
    """Put new content in place of the old, if it differs at all."""
    before = {name: message[name] for name in fields if name in message}
    if _comparable(before) == _comparable(new):
        raise bad_request(
            "message is not modified: specified new message content and reply markup are "
            "exactly the same as a current content and reply markup of the message"
        )
    for name in before:
        del message[name]
    message.update(new)
    world.edited(chat, message, bot.user, silent=fields == ("reply_markup",))
    return message


def _comparable(content: Json) -> Json:
    """Without what differs each time a picture is described."""
    return {
        name: value[-1]["file_unique_id"] if name == "photo" else value
        for name, value in content.items()
    }


def _with_keyboard(content: Json, keyboard: Json | None) -> Json:
    return {**content, "reply_markup": keyboard} if keyboard else content


def edit_message_text(world: World, bot: Bot, params: Params) -> Json:
    content = _with_keyboard(with_mentioned(world, text_content(params)), read_keyboard(params))
    chat, message = _own_message(world, bot, params)
    if "text" not in message:
        raise bad_request("there is no text in the message to edit")
    return _replace(world, bot, chat, message, (*EDITED_TEXT, "reply_markup"), content)


def edit_message_caption(world: World, bot: Bot, params: Params) -> Json:
    content = _with_keyboard(with_mentioned(world, caption_content(params)), read_keyboard(params))
    chat, message = _own_message(world, bot, params)
    if TAKES_CAPTION.isdisjoint(message):
        raise bad_request("there is no caption in the message to edit")
    return _replace(world, bot, chat, message, (*EDITED_CAPTION, "reply_markup"), content)


def edit_message_media(world: World, bot: Bot, params: Params) -> Json:
    media = params.parsed("media", "media")
    keyboard = read_keyboard(params)
    chat, message = _own_message(world, bot, params)
    if TAKES_CAPTION.isdisjoint(message) and "text" not in message:
        raise bad_request("there is no media in the message to edit")
    content = _with_keyboard(media_content(world, params, media, album=False), keyboard)
    fields = (*EDITED_MEDIA, *EDITED_TEXT, "reply_markup")
    return _replace(world, bot, chat, message, fields, content)


def edit_message_reply_markup(world: World, bot: Bot, params: Params) -> Json:
    content = _with_keyboard({}, read_keyboard(params))
    chat, message = _own_message(world, bot, params)
    return _replace(world, bot, chat, message, ("reply_markup",), content)


def delete_message(world: World, bot: Bot, params: Params) -> bool:
    chat = chat_of(world, bot, params)
    if isinstance(chat, Group):
        present(bot, chat)
    message = message_of(chat, params, "delete")
    _check_deletable(world, bot, chat, message)
    world.remove(chat, message["message_id"])
    return True


def _check_deletable(world: World, bot: Bot, chat: Chat, message: Json) -> None:
    if "forum_topic_created" in message:  # the topic itself goes by deleteForumTopic
        raise bad_request("message can't be deleted")
    if isinstance(chat, Group):
        if chat.member(bot.user).may("can_delete_messages"):
            return
        if message["from"]["id"] != bot.user.id:
            raise bad_request("message can't be deleted")
    if world.timestamp() - message["date"] > DELETE_WITHIN_SECONDS:
        raise bad_request("message can't be deleted for everyone")


def delete_messages(world: World, bot: Bot, params: Params) -> bool:
    """Those that can be deleted are; the others are passed over."""
    chat = chat_of(world, bot, params)
    if isinstance(chat, Group):
        present(bot, chat)
    for message_id in message_ids_of(params):
        message = chat.messages.get(message_id)
        if message is not None:
            _check_deletable(world, bot, chat, message)
            world.remove(chat, message_id)
    return True


def set_message_reaction(world: World, bot: Bot, params: Params) -> bool:
    chat = writable(world, bot, params)
    message = message_of(chat, params, "react")
    wanted = _reactions(params.parsed("reaction", "reaction"))
    if not SERVICE.isdisjoint(message):
        raise bad_request("MESSAGE_ID_INVALID")
    put_reactions(world, chat, message["message_id"], bot.user.id, wanted)
    return True


def _reactions(told: Any) -> list[str]:
    if told is None:
        return []
    if not isinstance(told, list):
        raise bad_request("expected an Array of ReactionType")
    emoji = []
    for one in told:
        if not isinstance(one, dict):
            raise bad_request("can't parse ReactionType: expected an Object")
        if one.get("type") not in ("emoji", "custom_emoji"):
            raise bad_request("can't parse ReactionType: invalid reaction type specified")
        if one.get("emoji") not in REACTIONS:
            raise bad_request("REACTION_INVALID")
        emoji.append(one["emoji"])
    if len(emoji) > 1:
        raise bad_request("REACTIONS_TOO_MANY")
    return emoji


def put_reactions(
    world: World, chat: Chat, message_id: int, user_id: int, emoji: list[str]
) -> None:
    """Whoever reacts anew takes the former reaction back."""
    shown = chat.reactions.setdefault(message_id, {})
    if emoji:
        shown[user_id] = emoji
    else:
        shown.pop(user_id, None)
    world.announce(
        {
            "type": "reaction",
            "chat_id": chat.id,
            "message_id": message_id,
            "reactions": reactions_on(chat, message_id),
        }
    )


def reactions_on(chat: Chat, message_id: int) -> list[str]:
    return [one for emoji in chat.reactions.get(message_id, {}).values() for one in emoji]


def pin_chat_message(world: World, bot: Bot, params: Params) -> bool:
    chat = _pinnable(world, bot, params)
    message = message_of(chat, params, "pin")
    if not SERVICE.isdisjoint(message):
        raise bad_request("message can't be pinned")
    message_id = message["message_id"]
    if message_id in chat.pinned:
        return True
    chat.pinned.append(message_id)
    _announce_pin(world, chat, message_id, pinned=True)
    inner = {name: value for name, value in message.items() if name != "reply_to_message"}
    topic = (
        chat.topics.get(message.get("message_thread_id", 0)) if isinstance(chat, Group) else None
    )
    world.write(chat, bot.user, {"pinned_message": inner}, topic=topic, echo=True)
    return True


def unpin_chat_message(world: World, bot: Bot, params: Params) -> bool:
    chat = _pinnable(world, bot, params)
    if params.text("message_id"):
        message_id = message_of(chat, params, "unpin")["message_id"]
    elif chat.pinned:  # without a number, the newest
        message_id = chat.pinned[-1]
    else:
        raise bad_request("message to unpin not found")
    _unpin(world, chat, [message_id])
    return True


def unpin_all_chat_messages(world: World, bot: Bot, params: Params) -> bool:
    chat = _pinnable(world, bot, params)
    _unpin(world, chat, list(chat.pinned))
    return True


def unpin_all_forum_topic_messages(world: World, bot: Bot, params: Params) -> bool:
    chat = group_of(world, bot, params)
    _pinnable(world, bot, params)
    topic = topic_of(chat, params)
    thread_id = topic.id if topic else None
    _unpin(
        world,
        chat,
        [
            message_id
            for message_id in chat.pinned
            if chat.messages[message_id].get("message_thread_id") == thread_id
        ],
    )
    return True


def _pinnable(world: World, bot: Bot, params: Params) -> Chat:
    chat = writable(world, bot, params)
    if isinstance(chat, Private) or chat.member(bot.user).may("can_pin_messages"):  # type: ignore[attr-defined]
        return chat
    raise not_enough_rights("manage pinned messages in the chat")


def _unpin(world: World, chat: Chat, message_ids: list[int]) -> None:
    for message_id in message_ids:
        if message_id in chat.pinned:
            chat.pinned.remove(message_id)
            _announce_pin(world, chat, message_id, pinned=False)


def _announce_pin(world: World, chat: Chat, message_id: int, *, pinned: bool) -> None:
    world.announce(
        {"type": "pinned", "chat_id": chat.id, "message_id": message_id, "pinned": pinned}
    )
