"""Small catalogs for tests, and languages looked up anew."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from babel.messages.catalog import Catalog
from babel.messages.pofile import write_po

from views import texts


def catalog(folder: Path, language: str, words: Mapping[str, str]) -> None:
    """Write a language's catalog with these texts in it."""
    made = Catalog(locale=language, domain=texts.DOMAIN)
    for text, translated in words.items():
        made.add(text, translated)
    path = folder / language / "LC_MESSAGES" / f"{texts.DOMAIN}.po"
    path.parent.mkdir(parents=True)
    with path.open("wb") as file:
        write_po(file, made)


def forget_languages() -> None:
    """What was found of another folder is found anew."""
    for known in (
        texts.languages,
        texts.known_language,
        texts.texts_for,
        texts._translations,
    ):
        known.cache_clear()
