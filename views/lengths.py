"""How long a text may be: counted as Telegram counts, cut where no character is broken."""

from __future__ import annotations

import re
import unicodedata
from html import unescape
from typing import Final

from markupsafe import Markup, escape

TEXT_MAX: Final = 4096  # of a message, markup not counted
CAPTION_MAX: Final = 1024
_TAG: Final = re.compile(r"<[^>]*>")
_PIECE: Final = re.compile(r"<(/?)([a-zA-Z-]+)[^>]*>|&[#\w]+;|[^<&]|[<&]", re.DOTALL)
_STEPS_BACK: Final = 20  # longest cluster we respect; longer ones are mischief
_JOINER: Final = "\u200d"
_URL: Final = re.compile(r"https?://[^\s<>\"]+")
_URL_SHOWN: Final = 48
# Marks that turn the direction of what follows them, beyond the text they stand in.
_BIDI: Final = dict.fromkeys([*range(0x202A, 0x202F), *range(0x2066, 0x206A)])


def length(text: str) -> int:
    """UTF-16 code units: an emoji counts twice."""
    if text.isascii():
        return len(text)
    return len(text) + sum(1 for letter in text if letter > "\uffff")


def visible_length(html: str) -> int:
    """The length of what is left when the markup is read."""
    return length(plain(html))


def plain(html: str) -> str:
    """Telegram HTML as somebody reads it where no markup is understood: an alert, a button."""
    return unescape(_TAG.sub("", html))


def cut(text: str, limit: int) -> str:
    """At most `limit` long; what was cut ends in `…`, never inside a character."""
    if length(text) <= limit:
        return text
    kept, used = 0, 1  # the ellipsis
    for letter in text:
        used += 2 if letter > "\uffff" else 1
        if used > limit:
            break
        kept += 1
    return text[: _whole(text, kept)].rstrip() + "…"


def _whole(text: str, kept: int) -> int:
    """Go back to where no cluster (a letter with its accents, a family of emoji) is cut."""
    end = kept
    for _ in range(_STEPS_BACK):
        if end == 0 or not (_continues(text[end]) or text[end - 1] == _JOINER):
            return end
        end -= 1
    return kept


def _continues(letter: str) -> bool:
    is_tone = "\U0001f3fb" <= letter <= "\U0001f3ff"
    return letter == _JOINER or is_tone or unicodedata.category(letter) in ("Mn", "Me", "Mc")


def one_line(text: str, limit: int) -> str:
    """What somebody typed, to stand inside a line of ours."""
    return isolated(cut(" ".join(text.translate(_BIDI).split()), limit))


def block(text: str, limit: int) -> str:
    """What somebody typed, its lines as they were."""
    return isolated(cut(text.translate(_BIDI).strip(), limit))


def isolated(text: str) -> str:
    """Right-to-left writing is kept from turning the words around it."""
    if text.isascii() or not any(unicodedata.bidirectional(c) in ("R", "AL") for c in text):
        return text
    return f"\u2068{text}\u2069"


def linked(text: str, limit: int) -> Markup:
    """`one_line` with its addresses short to read and whole to tap."""
    typed = " ".join(text.translate(_BIDI).split())
    parts, at, left = [], 0, limit
    for match in _URL.finditer(typed):
        before = cut(typed[at : match.start()], left)
        left -= length(before)
        if left <= 1:
            parts.append(escape(before))
            return Markup("").join(parts)
        shown = cut(match[0].split("://", 1)[1], min(_URL_SHOWN, left))
        parts += [escape(isolated(before)), Markup('<a href="{}">{}</a>').format(match[0], shown)]
        left -= length(shown)
        at = match.end()
    parts.append(escape(isolated(cut(typed[at:], left)) if left > 1 else ""))
    return Markup("").join(parts)


def cut_html(html: str, limit: int) -> Markup:
    """At most `limit` of Telegram HTML to be seen; every tag that was opened is closed."""
    if visible_length(html) <= limit:
        return Markup(html)
    kept: list[str] = []
    open_tags: list[str] = []
    used = 1
    for piece in _PIECE.finditer(html):
        if name := piece[2]:
            open_tags.pop() if piece[1] and open_tags else open_tags.append(name)
        else:
            used += length(unescape(piece[0]))
            if used > limit:
                break
        kept.append(piece[0])
    closing = "".join(f"</{name}>" for name in reversed(open_tags))
    return Markup("".join(kept).rstrip() + "…" + closing)
