"""Languages to choose from: those that have a catalog, each by its own name."""

from __future__ import annotations

from typing import Final

from babel import Locale, UnknownLocaleError

from domain.letters import Screen
from views.buttons import ChooseLanguage, Go, Place
from views.texts import Reader, known_language, languages

NAMES: Final = {"en": "English", "ja": "日本語", "es": "Español", "ru": "Русский"}


def offered() -> tuple[str, ...]:
    """Ours in our order, then whatever else has a catalog."""
    there = languages()
    ours = [language for language in NAMES if language in there]
    return (*ours, *(language for language in there if language not in NAMES))


def name_of(tag: str) -> str:
    """What somebody who was met as `tag` reads: `pt-br` is English here."""
    language = known_language(tag)
    name = NAMES.get(language) or Locale.parse(language).get_display_name()
    return name or language


def is_language(tag: str) -> bool:
    """Whether there is such a language: `ja`, `pt-br`; ours or not."""
    try:
        Locale.parse(tag, sep="-")
    except (ValueError, UnknownLocaleError):
        return False
    return True


def choose(reader: Reader) -> Screen:
    say = reader.say
    text = say(
        "<b>Language</b>\n\nIn which language shall I write to you? Messages between you and our "
        "staff are passed on as they are written."
    )
    keys = [ChooseLanguage(tag).key(name_of(tag)) for tag in offered()]
    rows = [tuple(keys[n : n + 2]) for n in range(0, len(keys), 2)]
    return Screen(str(text), (*rows, (Go(Place.SETTINGS).key(say.label("Back")),)))


def chosen(reader: Reader) -> Screen:
    """Said in the language that was chosen."""
    say = reader.say
    text = say(
        "Done. I write to you in <b>{language}</b> from now on.", language=name_of(reader.language)
    )
    return Screen(str(text), ((Go(Place.SETTINGS).key(say.label("Back")),),))
