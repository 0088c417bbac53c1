"""Formatted text as Telegram takes it: parsed from HTML or given, cleaned, trimmed, completed."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, Final

from sandbox.errors import Declined, bad_request
from sandbox.finding import find_entities
from sandbox.html import checked_url, parse_html
from sandbox.limits import utf16_length
from sandbox.markdown import parse_markdown_v2
from sandbox.params import Params
from sandbox.span import Span, sort_spans

CONTROL = re.compile(r"[\x00-\x09\x0b\x0c\x0e-\x1f\u2028-\u202e]|\r")
GIVEN: Final = frozenset(
    (
        "bold", "italic", "underline", "strikethrough", "spoiler", "blockquote",
        "expandable_blockquote", "code", "pre", "text_link", "text_mention", "custom_emoji",
    )
)  # fmt: skip
FOUND_ONLY: Final = frozenset(
    ("mention", "hashtag", "cashtag", "bot_command", "url", "email", "phone_number")
)
STYLES: Final = frozenset(("bold", "italic", "underline", "strikethrough", "spoiler"))
VERBATIM: Final = frozenset(("code", "pre"))


@dataclass(frozen=True, slots=True)
class Formatted:
    text: str
    spans: list[Span]

    @property
    def length(self) -> int:
        return utf16_length(self.text)

    def entities(self) -> list[dict[str, Any]]:
        return [span.as_json for span in self.spans]


def read_text(params: Params, name: str, entities: str) -> Formatted:
    """The text of a request, by its `parse_mode` or with the entities it brings."""
    raw = params.text(name)
    mode = params.text("parse_mode").lower()
    if mode and mode != "none":
        return _parsed(raw, mode)
    return tidy(raw, _given(params, entities))


@lru_cache(maxsize=512)
def _parsed(raw: str, mode: str) -> Formatted:
    match mode:
        case "html":
            return tidy(*parse_html(raw))
        case "markdownv2":
            return tidy(*parse_markdown_v2(raw))
        case _:
            raise bad_request("unsupported parse_mode")


def _given(params: Params, name: str) -> list[Span]:
    told = params.parsed(name, "entities")
    if not isinstance(told, list):
        return []
    return [span for one in told if (span := _span(one)) is not None]


def _unparsed(why: str) -> Declined:
    return bad_request(f"can't parse MessageEntity: {why}")


def _span(told: Any) -> Span | None:
    if not isinstance(told, dict):
        raise _unparsed("expected an Object")
    kind = _field(told, "type", str, "String")
    offset = _field(told, "offset", int, "Number")
    length = _field(told, "length", int, "Number")
    if kind not in GIVEN:
        if kind not in FOUND_ONLY:
            raise _unparsed("Unsupported type specified")
        return None  # Telegram finds these by itself
    if offset < 0:
        raise bad_request(f"receive an entity with incorrect offset {offset}")
    if length < 0:
        raise bad_request(f"receive an entity with incorrect length {length}")
    return Span(kind, offset, length, _extra(kind, told))


def _field(told: dict[str, Any], name: str, kind: type, called: str) -> Any:
    value = told.get(name)
    if value is None:
        raise _unparsed(f'Can\'t find field "{name}"')
    if not isinstance(value, kind):
        raise _unparsed(f'Field "{name}" must be of type {called}')
    return value


def _extra(kind: str, told: dict[str, Any]) -> dict[str, Any]:
    match kind:
        case "text_link":
            url = _field(told, "url", str, "String")
            return {"url": checked_url(url, "entity URL")}
        case "text_mention":
            return {"user": _field(told, "user", dict, "Object")}
        case "custom_emoji":
            emoji_id = _field(told, "custom_emoji_id", str, "String")
            if not emoji_id.isdigit() or int(emoji_id) >= 2**63:
                raise _unparsed('Field "custom_emoji_id" must be a valid Number')
            return {"custom_emoji_id": emoji_id}
        case "pre" if told.get("language"):
            return {"language": str(told["language"])}
    return {}


def tidy(text: str, spans: list[Span], *, find: bool = True) -> Formatted:
    """What becomes of a text on its way: no control characters, no blank edges."""
    _check_bounds(text, spans)
    text, spans = _clean(text, spans)
    spans = _without_blanks(text, spans)
    text, spans = _trim(text, spans)
    spans = _untangle(spans)
    if find:
        spans = _completed(text, spans)
    return Formatted(text, spans)


def _check_bounds(text: str, spans: list[Span]) -> None:
    length = utf16_length(text)
    for span in spans:
        if span.offset < 0 or span.length <= 0:
            continue
        if span.offset >= length:
            raise bad_request(
                f"entity begins after the end of the text at UTF-16 offset {span.offset}"
            )
        if span.end > length:
            raise bad_request(
                f"entity beginning at UTF-16 offset {span.offset} "
                f"ends after the end of the text at UTF-16 offset {span.end}"
            )


def _clean(text: str, spans: list[Span]) -> tuple[str, list[Span]]:
    """Control characters become spaces; carriage returns and writing directions vanish."""
    if not CONTROL.search(text):
        return text, [span for span in spans if span.length > 0 and span.offset >= 0]
    gone = []
    kept = []
    place = 0
    for letter in text:
        if letter == "\r" or "\u2028" <= letter <= "\u202e":
            gone.append(place)
        else:
            kept.append(" " if letter < " " and letter != "\n" else letter)
        place += 2 if letter > "\uffff" else 1

    def moved(at: int) -> int:
        return at - sum(1 for lost in gone if lost < at)

    return "".join(kept), [
        span.at(moved(span.offset), moved(span.end))
        for span in spans
        if moved(span.end) > moved(span.offset)
    ]


def _without_blanks(text: str, spans: list[Span]) -> list[Span]:
    """Spans begin with something visible; those of blanks only are dropped."""
    plain = utf16_length(text) == len(text)
    if plain and all(text[span.offset] not in " \n" for span in spans):
        return spans
    units = text.encode("utf-16-le")
    blanks = (b" \0", b"\n\0")
    kept = []
    for span in spans:
        start = span.offset
        while start < span.end and units[2 * start : 2 * start + 2] in blanks:
            start += 1
        if start < span.end:
            kept.append(span.at(start, span.end))
    return kept


def _trim(text: str, spans: list[Span]) -> tuple[str, list[Span]]:
    right = text.rstrip(" \n")
    trimmed = right.lstrip(" \n")
    if len(trimmed) == len(text):
        return text, spans
    cut = len(right) - len(trimmed)  # blanks are one unit each
    length = utf16_length(trimmed)
    return trimmed, [
        span.at(max(0, span.offset - cut), min(length, span.end - cut))
        for span in spans
        if span.offset - cut < length and span.end - cut > 0
    ]


def _untangle(spans: list[Span]) -> list[Span]:
    """Code holds nothing else, a style is not within itself, links and code do not cross."""
    if len(spans) < 2:
        return spans
    fixed: list[Span] = []
    for span in sort_spans(spans):
        if span.kind in STYLES:
            continue
        if not any(_clash(span, other) for other in fixed):
            fixed.append(span)
    verbatim = [span for span in fixed if span.kind in VERBATIM]
    for style in sort_spans([span for span in spans if span.kind in STYLES]):
        for part in _without(style, verbatim):
            if not any(part.kind == other.kind and part.overlaps(other) for other in fixed):
                fixed.append(part)
    return sort_spans(fixed)


def _clash(span: Span, other: Span) -> bool:
    if not span.overlaps(other):
        return False
    quote = other.kind.endswith("blockquote")
    return not quote or span.end > other.end or span.kind.endswith("blockquote")


def _without(style: Span, holes: list[Span]) -> list[Span]:
    parts = [style]
    for hole in holes:
        parts = [piece for part in parts for piece in part.minus(hole)]
    return parts


def _completed(text: str, spans: list[Span]) -> list[Span]:
    """Commands, mentions and links that Telegram sees in the text by itself."""
    solid = [s for s in spans if s.kind not in STYLES and not s.kind.endswith("blockquote")]
    found = [
        span for span in find_entities(text) if not any(span.overlaps(other) for other in solid)
    ]
    return sort_spans(spans + found) if found else sort_spans(spans)
