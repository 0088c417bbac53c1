"""Words: English where they are shown, other languages out of catalogs, every value escaped.

`say("Your deposit is {missing} short.", missing=money)` looks the sentence up in the reader's
language and shows money and moments as that language does. What people typed can never be markup.
"""

from __future__ import annotations

import gettext
from dataclasses import dataclass
from datetime import date, datetime
from functools import cached_property, lru_cache
from io import BytesIO
from pathlib import Path
from typing import Final, NewType

from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po
from markupsafe import Markup, escape

from domain.agency import Agency, CurrencyDisplay
from domain.money import Money
from views.amounts import amount
from views.lengths import cut
from views.moments import Dated, Deadline, ShortDay, dated, day, deadline, moment, short_day

SOURCE: Final = "en"
DOMAIN: Final = "daiko"
FOLDER: Final = Path(__file__).parent / "locale"
LABEL_MAX: Final = 60  # a phone shows about so much of a button

Phrase = NewType("Phrase", str)  # a text marked by `later`, for `say.of`


def later(text: str) -> Phrase:
    """Mark a text for the catalogs that is said elsewhere, by `say.of`."""
    return Phrase(text)


@dataclass(frozen=True)
class Reader:
    """For whom something is drawn."""

    language: str = SOURCE
    timezone: str = "UTC"
    display: CurrencyDisplay = CurrencyDisplay.SYMBOL

    @cached_property
    def say(self) -> Texts:
        return texts_for(self)


def staff_reader(agency: Agency) -> Reader:
    """Staff of an agency all read alike."""
    return Reader(agency.language, str(agency.timezone), agency.currency_display)


class Texts:
    """A reader's words. `say` is what a parameter of this type is called."""

    __slots__ = ("_by_code", "_found", "_translations", "locale", "timezone")

    def __init__(
        self,
        locale: str,
        timezone: str,
        translations: gettext.NullTranslations,
        display: CurrencyDisplay,
    ) -> None:
        self.locale = locale
        self.timezone = timezone
        self._by_code = display is CurrencyDisplay.CODE
        self._translations = translations
        self._found: dict[str, Markup] = {}

    def __call__(self, text: str, /, **values: object) -> Markup:
        """A sentence, its values escaped; safe to send as Telegram HTML."""
        found = self._found.get(text)
        if found is None:
            found = self._found[text] = Markup(self._translations.gettext(text))
        return self._filled(found, values) if values else found

    def of(self, phrase: Phrase, /, **values: object) -> Markup:
        """A text that was marked by `later`."""
        return self(phrase, **values)

    def n(self, one: str, many: str, n: int, /, **values: object) -> Markup:
        """A sentence that depends on a number, which it has as `{n}`."""
        values["n"] = n
        return self._filled(self._translations.ngettext(one, many, n), values)

    def _filled(self, text: str, values: dict[str, object]) -> Markup:
        # What `Markup.format` does, fifteen times faster: our texts have plain names only.
        shown = {name: escape(self.show(value)) for name, value in values.items()}
        return Markup(str.format_map(text, shown))

    def label(
        self, text: str, /, *, detail: object = "", emoji: str = "", **values: object
    ) -> str:
        """A button's: `[emoji ]label[ · detail]`. Plain text, for buttons are no HTML."""
        words = self._translations.gettext(text).format(**self._shown(values))
        head = f"{emoji} {words}" if emoji else words
        tail = self.show(detail)
        return cut(f"{head} · {tail}" if tail else head, LABEL_MAX)

    def show(self, value: object) -> str:
        """A value as the reader's language writes it."""
        match value:
            case str():  # Markup too: it stays markup
                return value
            case Money():
                return amount(value, self.locale, by_code=self._by_code)
            case Deadline():
                return deadline(value, self.locale, self.timezone)
            case Dated():
                return dated(value, self.locale, self.timezone)
            case ShortDay():
                return short_day(value, self.locale, self.timezone)
            case datetime():
                return moment(value, self.locale, self.timezone)
            case date():
                return day(value, self.locale)
            case _:
                return str(value)

    def _shown(self, values: dict[str, object]) -> dict[str, str]:
        return {name: self.show(value) for name, value in values.items()}


@lru_cache(maxsize=4096)
def texts_for(reader: Reader) -> Texts:
    language = known_language(reader.language)
    return Texts(language, reader.timezone, _translations(language), reader.display)


# Languages ------------------------------------------------------------------------------------


@lru_cache(maxsize=1)
def languages() -> tuple[str, ...]:
    """English, and every language that has a folder with a catalog."""
    found = (path.parts[-3] for path in FOLDER.glob(f"*/LC_MESSAGES/{DOMAIN}.po"))
    return (SOURCE, *sorted(found))


@lru_cache(maxsize=1024)
def known_language(tag: str) -> str:
    """The language of ours that fits Telegram's tag (`pt-br`, `ja`), else English."""
    wanted = tag.replace("-", "_").lower()
    known = {language.lower(): language for language in languages()}
    return known.get(wanted) or known.get(wanted.split("_")[0]) or SOURCE


@lru_cache(maxsize=32)
def _translations(language: str) -> gettext.NullTranslations:
    """Compiled in memory. Without `locale=`, a catalog would lose its language's plural rules."""
    if language == SOURCE:
        return gettext.NullTranslations()
    with (FOLDER / language / "LC_MESSAGES" / f"{DOMAIN}.po").open("rb") as file:
        catalog = read_po(file, locale=language, domain=DOMAIN)
    compiled = BytesIO()
    write_mo(compiled, catalog)
    compiled.seek(0)
    return gettext.GNUTranslations(compiled)
