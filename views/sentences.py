"""Sentences one behind the other, as the writing wants it."""

from __future__ import annotations

from typing import Final

from markupsafe import Markup

_WIDE_STOPS: Final = ("。", "！", "？")  # they bring their own room: no space after them


def together(*sentences: Markup) -> Markup:
    """What is empty is left out."""
    shown = Markup()
    for sentence in filter(None, sentences):
        gap = "" if not shown or shown.endswith(_WIDE_STOPS) else " "
        shown += gap + sentence
    return shown
