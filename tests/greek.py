"""A language for tests: all our texts in Greek letters, so that what was not translated shows.

Real Greek it is not. What keeps Latin letters on a screen is what people typed, a command, or a
text that escaped the catalogs.
"""

from __future__ import annotations

import re
from pathlib import Path
from typing import Final

from babel.messages.catalog import Catalog

from sandbox.html import parse_html
from tests.languages import forget_languages
from views import catalogs, texts

LANGUAGE: Final = "el"
_LATIN: Final = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"
_GREEK: Final = "ΑΒΨΔΕΦΓΗΙΞΚΛΜΝΟΠΘΡΣΤΥΩΫΧΨΖαβψδεφγηιξκλμνοπθρστυωϋχψζ"
_LETTERS: Final = str.maketrans(_LATIN, _GREEK)
_LEFT: Final = re.compile(r"(\{\{|\}\}|\{\w+\}|<[^<>]*>|&\w+;)")  # what a translator leaves alone
_WORD: Final = re.compile(r"[A-Za-z]{2,}")
_COMMAND: Final = re.compile(
    r"/[a-z_]+\S*|https?://\S+|[\w.]+@[\w.]+|@\w+|\S*=\S*|\bP[0-9A-Z]{8}\b"  # or a payment code
)


def greek(text: str) -> str:
    """A text of ours as this language has it."""
    parts = _LEFT.split(text)
    return "".join(part if at % 2 else part.translate(_LETTERS) for at, part in enumerate(parts))


def write_catalog(folder: Path) -> None:
    """All that is said, in Greek letters."""
    found, _ = catalogs.extract()
    made = Catalog(locale=LANGUAGE, domain=texts.DOMAIN)
    for message in catalogs.template(found):
        match message.id:
            case str(text) if text:
                made.add(text, greek(text))
            case [str(one), str(many)]:
                made.add((one, many), [greek(one), greek(many)])
    catalogs._write(catalogs._catalog_path(folder, LANGUAGE), made)
    forget_languages()


def english_in(html: str) -> set[str]:
    """The words in Latin letters, without commands, addresses and what stands in code."""
    shown, _ = parse_html(re.sub(r"<(code|pre)>.*?</\1>", " ", html, flags=re.DOTALL))
    return set(_WORD.findall(_COMMAND.sub(" ", shown)))
