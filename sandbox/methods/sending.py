"""Methods that put a new message into a chat."""

from __future__ import annotations

from typing import Any, Final

from sandbox.entities import Formatted, read_text
from sandbox.errors import bad_request
from sandbox.files import describe
from sandbox.keyboards import read_keyboard
from sandbox.limits import ALBUM_MAX, CAPTION_MAX, TEXT_MAX
from sandbox.methods.places import reply_of, topic_for, topic_of, writable
from sandbox.params import Params
from sandbox.world import Bot, Json, World

CHAT_ACTIONS: Final = frozenset(
    (
        "typing", "upload_photo", "record_video", "upload_video", "record_voice", "record_audio",
        "upload_voice", "upload_audio", "upload_document", "choose_sticker", "find_location",
        "pick_up_location", "record_video_note", "upload_video_note", "cancel",
    )
)  # fmt: skip
TAKES_CAPTION: Final = frozenset(("photo", "document", "video", "audio", "voice", "animation"))
MEDIA_KINDS: Final = TAKES_CAPTION - {"voice"}
# What may stand in one album: pictures and films together, the others among themselves.
ALBUM_KINDS: Final = {
    "photo": "visual",
    "video": "visual",
    "document": "document",
    "audio": "audio",
}


def post(world: World, bot: Bot, params: Params, content: Json) -> Json:
    """Check where a message goes, and write it there."""
    keyboard = read_keyboard(params)
    chat = writable(world, bot, params)
    topic = topic_of(chat, params)
    reply_to = reply_of(world, bot, chat, params)
    topic = topic_for(chat, topic, reply_to)
    if keyboard:
        content["reply_markup"] = keyboard
    if params.flag("protect_content"):
        content["has_protected_content"] = True
    told = with_mentioned(world, content)
    return world.write(chat, bot.user, told, topic=topic, reply_to=reply_to)


def with_mentioned(world: World, content: Json) -> Json:
    """Whoever is mentioned by number is told of whole; a mention of a stranger is dropped."""
    for name in {"entities", "caption_entities"} & content.keys():
        known = [_with_user(world, entity) for entity in content[name] if _is_known(world, entity)]
        content = {**content, name: known}
        if not known:
            del content[name]
    return content


def _is_known(world: World, entity: Json) -> bool:
    return "user" not in entity or entity["user"].get("id") in world.users


def _with_user(world: World, entity: Json) -> Json:
    if "user" not in entity:
        return entity
    return {**entity, "user": world.users[entity["user"]["id"]].as_json}


def text_content(params: Params) -> Json:
    if not params.text("text"):
        raise bad_request("message text is empty")
    formatted = read_text(params, "text", "entities")
    if not formatted.text:
        raise bad_request("text must be non-empty")
    if formatted.length > TEXT_MAX:
        raise bad_request("message is too long")
    content: Json = {"text": formatted.text}
    if formatted.spans:
        content["entities"] = formatted.entities()
    options = params.parsed("link_preview_options", "link preview options")
    if options:
        content["link_preview_options"] = options
    return content


def caption_content(params: Params) -> Json:
    return captioned(read_text(params, "caption", "caption_entities"))


def captioned(formatted: Formatted) -> Json:
    if formatted.length > CAPTION_MAX:
        raise bad_request("message caption is too long")
    if not formatted.text:
        return {}
    content: Json = {"caption": formatted.text}
    if formatted.spans:
        content["caption_entities"] = formatted.entities()
    return content


def send_message(world: World, bot: Bot, params: Params) -> Json:
    return post(world, bot, params, text_content(params))


def send_file(kind: str, world: World, bot: Bot, params: Params) -> Json:
    """A photo, document, video, audio, voice, animation, sticker or round video."""
    caption = caption_content(params) if kind in TAKES_CAPTION else {}
    read_keyboard(params)
    writable(world, bot, params)
    stored = world.files.asked(kind, params, kind)
    content = describe(stored) | caption
    if params.flag("has_spoiler") and kind in ("photo", "video", "animation"):
        content["has_media_spoiler"] = True
    return post(world, bot, params, content)


def send_location(world: World, bot: Bot, params: Params) -> Json:
    latitude, longitude = params.decimal("latitude"), params.decimal("longitude")
    if latitude is None:
        raise bad_request("latitude is empty")
    if longitude is None:
        raise bad_request("longitude is empty")
    if not (-90 <= latitude <= 90 and -180 <= longitude <= 180):
        raise bad_request("wrong location specified")
    return post(world, bot, params, {"location": {"latitude": latitude, "longitude": longitude}})


def send_venue(world: World, bot: Bot, params: Params) -> Json:
    """A place with its name; the location stands in the message as well."""
    title, address = params.required("title"), params.required("address")
    latitude, longitude = params.decimal("latitude"), params.decimal("longitude")
    if latitude is None or longitude is None:
        raise bad_request("latitude is empty")
    location = {"latitude": latitude, "longitude": longitude}
    venue = {"location": location, "title": title, "address": address}
    return post(world, bot, params, {"location": location, "venue": venue})


def send_contact(world: World, bot: Bot, params: Params) -> Json:
    params.required("phone_number")
    params.required("first_name")
    names = ("phone_number", "first_name", "last_name", "vcard")
    contact = {name: params.text(name) for name in names if params.text(name)}
    return post(world, bot, params, {"contact": contact})


def send_media_group(world: World, bot: Bot, params: Params) -> list[Json]:
    """An album: messages that share a `media_group_id`."""
    params.required("media")
    told = params.parsed("media", "media")
    if not isinstance(told, list):
        raise bad_request("expected an Array of InputMedia")
    if not told:
        raise bad_request("there are no messages to send")
    if len(told) > ALBUM_MAX:
        raise bad_request("too many messages to send as an album")
    writable(world, bot, params)
    contents = [media_content(world, params, media) for media in told]
    if len({ALBUM_KINDS[media["type"]] for media in told}) > 1:
        raise bad_request("Can't use the media of the specified type in the album")
    # One alone is taken, whatever the documentation says, and is no album.
    album = {"media_group_id": f"1{world.unique():017d}"} if len(contents) > 1 else {}
    return [post(world, bot, params, album | content) for content in contents]


def media_content(world: World, params: Params, media: Any, *, album: bool = True) -> Json:
    """One `InputMedia`, with the files that came beside it."""
    if not isinstance(media, dict):
        raise bad_request("can't parse InputMedia: expected an Object")
    if not media.get("media"):
        raise bad_request("can't parse InputMedia: media not found")
    kind = media.get("type")
    if kind is None:
        raise bad_request("can't parse InputMedia: Can't find field \"type\"")
    if album and kind == "animation":
        raise bad_request(
            f"can't parse InputMedia: type \"{kind}\" can't be used in sendMediaGroup"
        )
    if kind not in MEDIA_KINDS:
        raise bad_request(f'can\'t parse InputMedia: type "{kind}" is unsupported')
    assert isinstance(kind, str)
    own = Params(media, params.files)
    stored = world.files.asked(kind, own, "media")
    content = describe(stored) | caption_content(own)
    if media.get("has_spoiler"):
        content["has_media_spoiler"] = True
    return content


def send_chat_action(world: World, bot: Bot, params: Params) -> bool:
    action = params.text("action").lower()
    if action not in CHAT_ACTIONS:
        raise bad_request("wrong parameter action in request")
    chat = writable(world, bot, params)
    # Any number is taken here, even that of a deleted topic; General has to be named, as 1.
    thread_id = params.number("message_thread_id")
    if action != "cancel":
        world.announce({"type": "typing", "chat_id": chat.id, "thread_id": thread_id or None})
    return True
