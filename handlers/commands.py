"""The commands Telegram offers while somebody types: only those that work."""

from __future__ import annotations

from html import unescape
from typing import Final

from views import menu, staff
from views.texts import SOURCE, Reader, languages

Listed = tuple[tuple[str, str], ...]


def private(language: str = SOURCE) -> Listed:
    say = Reader(language).say
    return tuple((name, unescape(meaning)) for name, meaning in menu.commands(say))


def in_staff_group(language: str = SOURCE) -> Listed:
    return tuple(staff.menu(Reader(language).say))


def translated() -> dict[str, Listed]:
    """The customers' commands in each language but English."""
    return {language: private(language) for language in languages() if language != SOURCE}


PRIVATE: Final = private()
STAFF: Final = in_staff_group()
