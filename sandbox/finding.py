"""Commands, mentions, tags and links, found in plain text as Telegram finds them."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

from sandbox.limits import utf16_length
from sandbox.span import Span

TOP_LEVEL: Final = (
    "com|org|net|info|biz|io|me|co|app|dev|shop|store|online|site|xyz|gov|edu|int|jp|cn|us|uk|de|"
    "fr|it|es|pt|nl|be|ch|at|pl|ru|ua|by|kr|tw|hk|sg|my|th|vn|id|in|au|nz|ca|mx|br|ar|tr|se|no|fi|"
    "dk|cz|ie|eu|tv|cc|ai|gg|ly|to"
)
TAIL: Final = r"[^\s<>\"']*"
# Each with what a text must contain to be worth a look.
PATTERNS: Final = (
    (
        "bot_command",
        "/",
        re.compile(r"(?<![\w/<>])/[a-zA-Z0-9_]{1,64}(?:@[a-zA-Z0-9_]{3,32})?(?![\w/<>@])"),
    ),
    ("mention", "@", re.compile(r"(?<!\w)@[a-zA-Z0-9_]{2,32}(?!\w)")),
    ("hashtag", "#", re.compile(r"(?<![\w·#])#(?=[\w·]*[^\W\d_])[\w·]{1,256}(?![\w·#])")),
    ("cashtag", "$", re.compile(r"(?<![\w$])\$(?:1INCH|[A-Z]{1,8})(?![\w$])")),
    (
        "email",
        "@",
        re.compile(r"(?<![\w.+@-])[\w.+-]{1,64}@(?:[a-zA-Z0-9-]+\.)+[a-zA-Z]{2,24}(?![\w@])"),
    ),
    ("url", "://", re.compile(rf"(?<!\w)(?:https?|ftp|tg|ton|tonsite)://[^\s<>\"']{TAIL}", re.I)),
)
BARE_DOMAIN: Final = re.compile(rf"\.(?:{TOP_LEVEL})(?![\w@-])", re.I)
BARE_LINK: Final = re.compile(
    rf"(?<![\w@./-])(?:[a-z0-9](?:[a-z0-9-]*[a-z0-9])?\.)+(?:{TOP_LEVEL})(?![\w@-])"
    rf"(?::\d+)?(?:[/?#]{TAIL})?",
    re.I,
)
CLOSING: Final = {")": "(", "]": "[", "}": "{"}


def find_entities(text: str) -> list[Span]:
    """Where two overlap, the one that begins first stays."""
    found = sorted(_candidates(text))
    if not found:
        return []
    spans: list[Span] = []
    last = 0
    for start, minus_end, kind in found:
        if start >= last:
            last = -minus_end
            spans.append(_measured(text, kind, start, last))
    return spans


def _candidates(text: str) -> Iterator[tuple[int, int, str]]:
    """Beginning and (below zero, so that the longer comes first) end of all that looks right."""
    for kind, sign, pattern in PATTERNS:
        if sign in text:
            for match in pattern.finditer(text):
                found = _link(match[0]) if kind == "url" else match[0]
                yield match.start(), -match.start() - len(found), kind
    if "." in text and BARE_DOMAIN.search(text):
        for match in BARE_LINK.finditer(text):
            yield match.start(), -match.start() - len(_link(match[0])), "url"


def _link(found: str) -> str:
    """A sentence's own punctuation is not part of the link that ends it."""
    while found:
        last = found[-1]
        opened = CLOSING.get(last)
        if last in ".,:;!?'\"…" or (opened and found.count(opened) < found.count(last)):
            found = found[:-1]
        else:
            break
    return found


def _measured(text: str, kind: str, start: int, end: int) -> Span:
    return Span(kind, utf16_length(text[:start]), utf16_length(text[start:end]))
