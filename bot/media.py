"""Media as the Bot API wants them: a method and its values, an album, an edit."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Any, Final, NamedTuple

from bot.pieces import CAPTION_LIMIT, length, unmarked
from domain.letters import Carried, Medium
from domain.messages import WORDLESS

METHODS: Final = {
    "photo": "sendPhoto",
    "video": "sendVideo",
    "document": "sendDocument",
    "voice": "sendVoice",
    "audio": "sendAudio",
    "animation": "sendAnimation",
    "video_note": "sendVideoNote",
    "sticker": "sendSticker",
    "location": "sendLocation",
    "venue": "sendVenue",
    "contact": "sendContact",
}


@dataclass(frozen=True, slots=True)
class Handed:
    """The message that carries a letter, and the part of an album that each one carries."""

    message: int | None = None
    parts: tuple[tuple[int, int], ...] = ()
    chat: int = 0  # where it stands now


class Call(NamedTuple):
    method: str
    values: dict[str, Any]


def one(medium: Medium, text: str, *, plain: bool) -> Call:
    """Something by itself, with the words under it."""
    if not medium.file:
        return Call(METHODS[medium.kind], json.loads(medium.data))
    values: dict[str, Any] = {medium.kind: medium.file}
    if text and medium.kind not in WORDLESS:
        values |= _worded("caption", text, plain)
    return Call(METHODS[medium.kind], values)


def album(media: tuple[Medium, ...], *, plain: bool) -> Call:
    told = [_input(medium, medium.text, plain) for medium in media]
    return Call("sendMediaGroup", {"media": told})


def edit(carried: Carried, *, plain: bool) -> Call:
    """New words under what is there, or something else in its place."""
    (medium,) = carried.media
    if carried.new_file:
        return Call("editMessageMedia", {"media": _input(medium, medium.text, plain)})
    return Call("editMessageCaption", _worded("caption", medium.text, plain))


def fits_under(text: str) -> bool:
    return length(text) <= CAPTION_LIMIT


def _input(medium: Medium, text: str, plain: bool) -> dict[str, Any]:
    words = _worded("caption", text, plain) if text else {}
    return {"type": medium.kind, "media": medium.file, **words}


def _worded(name: str, text: str, plain: bool) -> dict[str, Any]:
    if plain:
        return {name: unmarked(text)}
    return {name: text, "parse_mode": "HTML"}
