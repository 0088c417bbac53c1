"""Commands, mentions, tags and links, found in plain text as Telegram finds them."""

from __future__ import annotations

import re
from typing import Final

from sandbox.limits import utf16_length
from sandbox.span import Span

TOP_LEVEL: Final = (
    "com|org|net|info|biz|io|me|co|app|dev|shop|store|online|site|xyz|gov|edu|int|jp|cn|us|uk|de|fr|"
    "it|es|pt|nl|be|ch|at|pl|ru|ua|by|kr|tw|hk|sg|my|th|vn|id|in|au|nz|ca|mx|br|ar|tr|se|no|fi|dk|"
    "cz|ie|eu|tv|cc|ai|gg|ly|to"
)
PATTERNS: Final = (
    (
        "bot_command",
        re.compile(r"(?<![\w/<>])/[a-zA-Z0-9_]{1,64}(?:@[a-zA-Z0-9_]{3,32})?(?![\w/<>@])"),
    ),
    ("mention", re.compile(r"(?<!\w)@[a-zA-Z0-9_]{2,32}(?!\w)")),
    ("hashtag", re.compile(r"(?<![\w\u200c·#])#(?=[\w·]*[^\W\d_])[\w·]{1,256}(?![\w·#])")),
    ("cashtag", re.compile(r"(?<![\w$])\$(?:1INCH|[A-Z]{1,8})(?![\w$])")),
    (
        "email",
        re.compile(r"(?<![\w.+@-])[\w.+-]{1,64}@(?:[a-zA-Z0-9-]+\.)+[a-zA-Z]{2,24}(?![\w@])"),
    ),
    (
        "url",
        re.compile(
            r"(?<![\w@./])(?:"
            r"(?:https?|ftp|tg|ton|tonsite)://[^\s<>\"']+"
            rf"|(?:[a-z0-9](?:[a-z0-9-]*[a-z0-9])?\.)+(?:{TOP_LEVEL})(?![\w@-])(?::\d+)?(?:[/?#][^\s<>\"']*)?"
            r")",
            re.IGNORECASE,
        ),
    ),
)
CLOSING: Final = {")": "(", "]": "[", "}": "{"}
HINTS: Final = frozenset("/@#$.:")


def find_entities(text: str) -> list[Span]:
    """Where two overlap, the one that begins first stays."""
    if HINTS.isdisjoint(text):
        return []
    found = []
    for kind, pattern in PATTERNS:
        for match in pattern.finditer(text):
            start, end = match.span()
            if kind == "url":
                end = start + len(_link(match[0]))
            found.append((start, -end, kind))
    spans: list[Span] = []
    last = 0
    for start, minus_end, kind in sorted(found):
        if start >= last:
            last = -minus_end
            spans.append(_measured(text, kind, start, last))
    return spans


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
