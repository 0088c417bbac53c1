"""What somebody answered: typed, photographed or pressed, as Telegram tells it."""

from __future__ import annotations

import json
from dataclasses import dataclass
from enum import Enum, auto
from typing import Any, Final

from telegram import Message, Update
from telegram.ext import filters

from domain.messages import Said


class Kind(Enum):
    """How an answer came."""

    TEXT = auto()
    PHOTO = auto()
    KEY = auto()
    MEDIA = auto()  # anything else that can be carried: a voice, a file, a place, …
    OTHER = auto()  # a poll, a game, …


TEXT: Final = frozenset({Kind.TEXT})
PHOTO: Final = frozenset({Kind.PHOTO})
KEYS: Final = frozenset({Kind.KEY})
ANYTHING: Final = frozenset({Kind.TEXT, Kind.PHOTO, Kind.MEDIA})  # that can be carried

# In this order: an animation says that it is a document as well, a venue that it is a location.
_FILES: Final = (
    "animation",
    "video",
    "video_note",
    "voice",
    "audio",
    "sticker",
    "document",
)
_PLACES: Final[dict[str, tuple[str, ...]]] = {
    "venue": (
        "title",
        "address",
        "foursquare_id",
        "foursquare_type",
        "google_place_id",
        "google_place_type",
    ),
    "location": ("latitude", "longitude", "horizontal_accuracy"),
    "contact": ("phone_number", "first_name", "last_name", "vcard"),
}


@dataclass(frozen=True, slots=True)
class Heard:
    """An answer as it came."""

    kind: Kind
    text: str = ""  # what was typed, or the words under a photo
    html: str = ""  # the same as Telegram HTML, safe to send
    photo: str = ""  # a Telegram file id
    value: str = ""  # of a pressed key
    chat: int = 0
    message: int = 0
    said: Said | None = None  # as it would be carried

    @classmethod
    def of(cls, said: Said, text: str) -> Heard:
        """What was said some time ago."""
        kind = {"": Kind.TEXT, "photo": Kind.PHOTO}.get(said.media, Kind.MEDIA)
        photo = said.file if kind is Kind.PHOTO else ""
        return cls(kind, text, said.html, photo, chat=said.chat, message=said.message, said=said)


# What somebody wrote just now: no command, no edit, nothing that Telegram says by itself.
ANSWERS: Final = filters.UpdateType.MESSAGE & ~filters.COMMAND & ~filters.StatusUpdate.ALL


def hear(update: Update) -> Heard:
    """What a message says."""
    message = update.message
    if message is None:
        raise LookupError("nothing was written in this update")
    return heard_in(message)


def heard_in(message: Message) -> Heard:
    chat, number, said = message.chat_id, message.message_id, said_in(message)
    if said is None:
        return Heard(Kind.OTHER, chat=chat, message=number)
    words = message.text or message.caption or ""
    return Heard.of(said, words)


def said_in(message: Message) -> Said | None:
    """A message as we keep and carry it; None for what cannot be carried."""
    medium, file, data = _medium(message)
    if not (message.text or medium):
        return None
    html = message.text_html if message.text else message.caption_html if message.caption else ""
    answered = message.reply_to_message
    return Said(
        message.chat_id,
        message.message_id,
        html,
        medium,
        file,
        data,
        album=message.media_group_id or "",
        replies_to=answered.message_id if answered else 0,
    )


def _medium(message: Message) -> tuple[str, str, str]:
    """What it is, the number of its file, and what it says where there is no file."""
    if message.photo:
        return "photo", message.photo[-1].file_id, ""
    for name in _FILES:
        if (found := getattr(message, name)) is not None:
            return name, found.file_id, ""
    for name, fields in _PLACES.items():
        if (found := getattr(message, name)) is not None:
            return name, "", json.dumps(_told(found, fields), ensure_ascii=False)
    return "", "", ""


def _told(place: Any, fields: tuple[str, ...]) -> dict[str, object]:
    location = getattr(place, "location", None)
    told = {} if location is None else _told(location, ("latitude", "longitude"))
    for name in fields:
        value = getattr(place, name, None)
        if value is not None:
            told[name] = value
    return told
