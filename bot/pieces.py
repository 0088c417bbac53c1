"""Telegram HTML that is too long for one message, cut at a line into several."""

from __future__ import annotations

import html
import re
from collections.abc import Iterator
from typing import Final

LIMIT: Final = 4_096
CAPTION_LIMIT: Final = 1_024

_PART: Final = re.compile(r"<(/?)([a-z-]+)[^>]*>|&[a-z#0-9]+;|\n|.", re.IGNORECASE)


def length(text: str) -> int:
    """How long Telegram takes it to be: without markup, in UTF-16 units."""
    bare = html.unescape(re.sub(r"<[^>]*>", "", text))
    return len(bare.encode("utf-16-le")) // 2


def cut(text: str, limit: int = LIMIT) -> list[str]:
    """Pieces of at most `limit`; markup that is open at a cut is closed and opened again."""
    if 2 * len(text) <= limit or length(text) <= limit:
        return [text]
    return [piece for piece in _pieces(text, limit) if length(piece)]


def _pieces(text: str, limit: int) -> Iterator[str]:
    piece = _Piece(limit)
    for part in _PART.finditer(text):
        while piece.is_full(part[0]):
            yield piece.take()
        piece.add(part)
    yield piece.all()


class _Piece:
    """One piece as it grows: its parts, the tags open in it, the last place to cut it."""

    def __init__(self, limit: int) -> None:
        self._limit = limit
        self._parts: list[tuple[str, int]] = []
        self._open: list[str] = []
        self._size = 0
        self._cut: tuple[int, list[str]] | None = None

    def is_full(self, part: str) -> bool:
        return self._size + _width(part) > self._limit

    def add(self, part: re.Match[str]) -> None:
        closing, tag = part[1], part[2]
        if tag and closing:
            self._open = self._open[:-1]
        elif tag:
            self._open = [*self._open, part[0]]
        self._parts.append((part[0], _width(part[0])))
        self._size += _width(part[0])
        if part[0] == "\n":
            self._cut = (len(self._parts), self._open)

    def take(self) -> str:
        """Give out what stands before the last line's end, and go on with the rest."""
        at, tags = self._cut or (len(self._parts), self._open)
        kept = self._parts[: at - 1] if self._cut else self._parts  # the line's end goes
        taken = "".join(part for part, _ in kept) + _closing(tags)
        rest = [(tag, 0) for tag in tags] + self._parts[at:]
        self._parts, self._size, self._cut = rest, sum(width for _, width in rest), None
        return taken.strip("\n")

    def all(self) -> str:
        return "".join(part for part, _ in self._parts).strip("\n")


def _closing(tags: list[str]) -> str:
    names = (re.match(r"<([a-z-]+)", tag, re.IGNORECASE) for tag in reversed(tags))
    return "".join(f"</{name[1]}>" for name in names if name)


def _width(part: str) -> int:
    return 0 if part.startswith("<") and len(part) > 1 else length(part)


def unmarked(text: str) -> str:
    """The words alone."""
    return html.unescape(re.sub(r"<[^>]*>", "", text))
