"""A stretch of text with a meaning, counted in UTF-16 code units."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from types import MappingProxyType
from typing import Any, Final, NamedTuple

NOTHING: Final[Mapping[str, Any]] = MappingProxyType({})
# Among those that begin and end together, the one of lower rank comes first.
RANKS: Final = {
    "blockquote": 0, "expandable_blockquote": 0, "pre": 10, "code": 20, "text_link": 49,
    "text_mention": 49, "bold": 90, "italic": 91, "underline": 92, "strikethrough": 93,
    "spoiler": 94, "custom_emoji": 99,
}  # fmt: skip


class Span(NamedTuple):
    kind: str
    offset: int
    length: int
    extra: Mapping[str, Any] = NOTHING

    @property
    def end(self) -> int:
        return self.offset + self.length

    @property
    def as_json(self) -> dict[str, Any]:
        return {"offset": self.offset, "length": self.length, "type": self.kind, **self.extra}

    def at(self, start: int, end: int) -> Span:
        return Span(self.kind, start, end - start, self.extra)

    def overlaps(self, other: Span) -> bool:
        return self.offset < other.end and other.offset < self.end

    def minus(self, hole: Span) -> list[Span]:
        if not self.overlaps(hole):
            return [self]
        parts = []
        if self.offset < hole.offset:
            parts.append(self.at(self.offset, hole.offset))
        if hole.end < self.end:
            parts.append(self.at(hole.end, self.end))
        return parts


def sort_spans(spans: Iterable[Span]) -> list[Span]:
    return sorted(spans, key=_rank)


def _rank(span: Span) -> tuple[int, int, int]:
    return span.offset, -span.length, RANKS.get(span.kind, 50)
