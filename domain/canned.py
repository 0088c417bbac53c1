"""Canned replies: a text with places for an order's values, once a language."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final

PLACES: Final = ("order", "customer", "total", "due")
TEXT_MAX: Final = 3000  # with the values and a header it still is one message
NAME_MAX: Final = 32
_PLACE: Final = re.compile(r"\{([^{}]*)\}")


@dataclass(frozen=True, slots=True)
class Canned:
    id: int
    name: str
    language: str
    text: str  # as it was typed: no markup, with places like {order}


def wrong_place(text: str) -> str | None:
    """The first thing in braces that is none of ours, or a brace that stands alone."""
    for match in _PLACE.finditer(text):
        if match[1] not in PLACES:
            return match[0]
    rest = _PLACE.sub("", text)
    return next((mark for mark in rest if mark in "{}"), None)


def parts_of(text: str) -> list[tuple[str, bool]]:
    """The text cut at its places: what stands there, and whether it is a place's name."""
    return [(part, odd % 2 == 1) for odd, part in enumerate(_PLACE.split(text)) if part]


def in_language(replies: Iterable[Canned], language: str, fallback: str) -> Canned | None:
    """The reply in a reader's language (`pt-br`, else `pt`), the agency's, or any there is."""
    by_language = {reply.language: reply for reply in replies}
    tag = language.lower().replace("_", "-")
    for wanted in (tag, tag.split("-")[0], fallback):
        if wanted in by_language:
            return by_language[wanted]
    return next(iter(by_language.values()), None)
