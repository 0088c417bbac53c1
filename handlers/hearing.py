"""What somebody answered: typed, photographed or pressed, as Telegram tells it."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum, auto
from typing import Final

from telegram import Update
from telegram.ext import filters


class Kind(Enum):
    """How an answer came."""

    TEXT = auto()
    PHOTO = auto()
    KEY = auto()
    OTHER = auto()  # a sticker, a voice message, …


TEXT: Final = frozenset({Kind.TEXT})
PHOTO: Final = frozenset({Kind.PHOTO})
KEYS: Final = frozenset({Kind.KEY})


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


# What somebody wrote just now: no command, no edit, nothing that Telegram says by itself.
ANSWERS: Final = filters.UpdateType.MESSAGE & ~filters.COMMAND & ~filters.StatusUpdate.ALL


def hear(update: Update) -> Heard:
    """What a message says, if it is text or a photo."""
    message = update.message
    if message is None:
        raise LookupError("nothing was written in this update")
    chat, number = message.chat_id, message.message_id
    if message.text:
        return Heard(Kind.TEXT, message.text, message.text_html, chat=chat, message=number)
    if message.photo:
        html = message.caption_html if message.caption else ""
        photo = message.photo[-1].file_id
        return Heard(Kind.PHOTO, message.caption or "", html, photo, chat=chat, message=number)
    return Heard(Kind.OTHER, chat=chat, message=number)
