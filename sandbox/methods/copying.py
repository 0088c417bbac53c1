"""Methods that send again what somebody already sent."""

from __future__ import annotations

from typing import Final

from sandbox.errors import bad_request
from sandbox.keyboards import read_keyboard
from sandbox.methods.editing import SERVICE
from sandbox.methods.places import (
    chat_of,
    message_ids_of,
    message_of,
    reply_of,
    topic_for,
    topic_of,
    writable,
)
from sandbox.methods.sending import TAKES_CAPTION, caption_content
from sandbox.params import Params
from sandbox.world import Bot, Chat, Json, World

CONTENT: Final = (
    "text", "entities", "link_preview_options", "photo", "document", "video", "audio", "voice",
    "animation", "sticker", "video_note", "location", "venue", "contact", "caption",
    "caption_entities",
    "has_media_spoiler",
)  # fmt: skip


def _content(message: Json) -> Json:
    return {name: message[name] for name in CONTENT if name in message}


def _source(world: World, bot: Bot, params: Params) -> Chat:
    params.required("from_chat_id")
    return chat_of(world, bot, params, "from_chat_id")


def copy_message(world: World, bot: Bot, params: Params) -> Json:
    """Without a link to the original; a new caption may take the place of the old."""
    message = message_of(_source(world, bot, params), params, "copy")
    if not SERVICE.isdisjoint(message):
        raise bad_request("message can't be copied")
    content = _content(message)
    if "caption" in params and not TAKES_CAPTION.isdisjoint(message):
        content.pop("caption", None)
        content.pop("caption_entities", None)
        content |= caption_content(params)
    if keyboard := read_keyboard(params):
        content["reply_markup"] = keyboard
    return {"message_id": _send(world, bot, params, content)["message_id"]}


def forward_message(world: World, bot: Bot, params: Params) -> Json:
    message = message_of(_source(world, bot, params), params, "forward")
    if not SERVICE.isdisjoint(message) or message.get("has_protected_content"):
        raise bad_request("message can't be forwarded")
    return _send(world, bot, params, _content(message) | {"forward_origin": _origin(message)})


def _send(world: World, bot: Bot, params: Params, content: Json) -> Json:
    chat = writable(world, bot, params)
    topic = topic_of(chat, params)
    reply_to = reply_of(world, bot, chat, params)
    topic = topic_for(chat, topic, reply_to)
    return world.write(chat, bot.user, content, topic=topic, reply_to=reply_to)


def _origin(message: Json) -> Json:
    if "forward_origin" in message:
        origin: Json = message["forward_origin"]
        return origin
    return {"type": "user", "sender_user": message["from"], "date": message["date"]}


def copy_messages(world: World, bot: Bot, params: Params) -> list[Json]:
    return [{"message_id": one["message_id"]} for one in _many(world, bot, params, copying=True)]


def forward_messages(world: World, bot: Bot, params: Params) -> list[Json]:
    return [{"message_id": one["message_id"]} for one in _many(world, bot, params, copying=False)]


def _many(world: World, bot: Bot, params: Params, *, copying: bool) -> list[Json]:
    """Those that cannot be sent again are passed over; albums stay albums."""
    source = _source(world, bot, params)
    chat = writable(world, bot, params)
    topic = topic_for(chat, topic_of(chat, params), None)
    wanted = message_ids_of(params)
    if wanted != sorted(set(wanted)):
        raise bad_request("message identifiers must be in a strictly increasing order")
    albums: dict[str, str] = {}
    sent = []
    for message_id in wanted:
        message = source.messages.get(message_id)
        if message is None or not SERVICE.isdisjoint(message):
            continue
        content = _content(message)
        if group_id := message.get("media_group_id"):
            new_id = albums.setdefault(group_id, f"1{world.unique():017d}")
            content["media_group_id"] = new_id
        if not copying:
            content["forward_origin"] = _origin(message)
        elif params.flag("remove_caption"):
            content.pop("caption", None)
            content.pop("caption_entities", None)
        sent.append(world.write(chat, bot.user, content, topic=topic))
    if not sent:
        raise bad_request("there are no messages to forward")
    return sent
