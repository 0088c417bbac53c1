"""Telegram's own HTML: few tags, no mercy for the others, errors that count bytes."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any, Final
from urllib.parse import urlsplit

from sandbox.errors import Declined, bad_request
from sandbox.limits import utf16_length
from sandbox.span import Span, sort_spans

KINDS: Final = {
    "b": "bold", "strong": "bold", "i": "italic", "em": "italic", "u": "underline",
    "ins": "underline", "s": "strikethrough", "strike": "strikethrough", "del": "strikethrough",
    "tg-spoiler": "spoiler", "span": "spoiler", "tg-emoji": "custom_emoji", "a": "text_link",
    "pre": "pre", "code": "code", "blockquote": "blockquote",
}  # fmt: skip
SPACES: Final = " \t\r\n\0\x0b"
REFERENCE: Final = re.compile(r"&(?:#x([0-9a-fA-F]+)|#([0-9]+)|(lt|gt|amp|quot)(?![a-zA-Z]));?")
NAMED: Final = {"lt": "<", "gt": ">", "amp": "&", "quot": '"'}
NAME_TOKEN: Final = re.compile(r"[a-zA-Z0-9.-]*")
SIMPLE_TAG: Final = re.compile(r"<(/?[a-z-]+)>")
PLAIN: Final = re.compile(r"[^<&]+")
USER_LINK: Final = re.compile(r"tg://user\?id=(\d+)$")


@dataclass(slots=True)
class Open:
    tag: str
    argument: str
    offset: int  # in the result, UTF-16 units
    begins: int  # in the result, characters


def parse_html(text: str) -> tuple[str, list[Span]]:
    if "<" not in text and "&" not in text:
        return text, []
    return _Parser(text).parse()


def checked_link(url: str) -> str:
    """The address as Telegram keeps it; empty if it is none."""
    url = url.strip()
    if not url or any(letter.isspace() for letter in url):
        return ""
    try:
        parts = urlsplit(url if "://" in url else f"http://{url}")
    except ValueError:
        return ""
    if parts.scheme in ("tg", "ton", "tonsite"):
        return url
    if parts.scheme not in ("http", "https", "ftp"):
        return ""
    host = parts.hostname or ""
    if "." not in host.strip(".") and host != "localhost":
        return ""
    return (
        f"{parts.scheme}://{parts.netloc.lower()}{parts.path or '/'}"
        + (f"?{parts.query}" if parts.query else "")
        + (f"#{parts.fragment}" if parts.fragment else "")
    )


def checked_url(url: str, what: str) -> str:
    """The address as Telegram keeps it, or declined with what is wrong about it."""
    link = checked_link(url)
    if link and not (link.startswith("ftp://") and what.startswith("inline")):
        return link
    why = "Wrong HTTP URL"
    if not url.strip():
        why = "URL host is empty"
    elif "://" in url and not url.startswith(("http://", "https://")):
        why = "Unsupported URL protocol"
    raise bad_request(f"{what} '{url}' is invalid: {why}")


class _Parser:
    def __init__(self, text: str) -> None:
        self.text = text
        self.at = 0
        self.result: list[str] = []
        self.length = 0
        self.utf16 = 0
        self.stack: list[Open] = []
        self.spans: list[Span] = []

    def parse(self) -> tuple[str, list[Span]]:
        while self.at < len(self.text):
            letter = self.text[self.at]
            if letter == "&":
                self._reference()
            elif letter == "<":
                self._tag()
            else:
                plain = PLAIN.match(self.text, self.at)
                assert plain
                self.at = plain.end()
                self._put(plain[0])
        if self.stack:
            raise bad_request(
                "can't parse entities: Can't find end tag corresponding to start tag "
                f'"{self.stack[-1].tag}"'
            )
        return "".join(self.result), sort_spans(
            Span(s.kind, s.offset, s.length) if s.kind == "code" else s for s in self.spans
        )

    def _put(self, text: str) -> None:
        self.result.append(text)
        self.length += len(text)
        self.utf16 += utf16_length(text)

    def _wrong(self, what: str, at: int) -> Declined:
        offset = len(self.text[:at].encode())
        return bad_request(f"can't parse entities: {what.format(offset=offset)}")

    def _peek(self) -> str:
        return self.text[self.at] if self.at < len(self.text) else ""

    def _reference(self) -> None:
        letter, self.at = _decoded(self.text, self.at)
        self._put(letter)

    def _tag(self) -> None:
        begin = self.at
        simple = SIMPLE_TAG.match(self.text, begin)
        if simple and self._simple_tag(simple[1]):
            self.at = simple.end()
            return
        self.at += 1
        if self._peek() == "/":
            self._end_tag(begin)
        else:
            self._start_tag(begin)

    def _simple_tag(self, tag: str) -> bool:
        """The short way for what is nearly always there: a known tag, no attributes, no errors."""
        if tag[0] == "/":
            if not self.stack or self.stack[-1].tag != tag[1:]:
                return False
            opened = self.stack.pop()
            if self.utf16 > opened.offset:
                self._close(opened)
            return True
        if tag not in KINDS or tag == "span":
            return False
        self.stack.append(Open(tag, "", self.utf16, self.length))
        return True

    def _until(self, stops: str) -> str:
        start = self.at
        while self.at < len(self.text) and self.text[self.at] not in stops:
            self.at += 1
        return self.text[start : self.at]

    def _skip_spaces(self) -> None:
        while self.at < len(self.text) and self.text[self.at] in SPACES:
            self.at += 1

    def _start_tag(self, begin: int) -> None:
        tag = self._until(SPACES + ">").lower()
        if not self._peek():
            raise self._wrong("Unclosed start tag at byte offset {offset}", begin)
        if tag not in KINDS:
            named = tag.replace("{", "{{").replace("}", "}}")
            raise self._wrong(f'Unsupported start tag "{named}" at byte offset {{offset}}', begin)
        argument = ""
        while self._peek() != ">":
            self._skip_spaces()
            if self._peek() == ">":
                break
            argument = self._attribute(tag, begin) or argument
        self.at += 1
        if tag == "span" and argument != "spoiler":
            raise self._wrong(
                'Tag "span" must have class "tg-spoiler" at byte offset {offset}', begin
            )
        self.stack.append(Open(tag, argument, self.utf16, self.length))

    def _attribute(self, tag: str, begin: int) -> str:
        name = self._until(SPACES + "=>")
        if not name:
            raise self._wrong(
                f'Empty attribute name in the tag "{tag}" at byte offset {{offset}}', begin
            )
        self._skip_spaces()
        if self._peek() != "=":
            if tag == "blockquote" and name == "expandable":
                return "expandable"
            raise self._wrong(
                f'Expected equal sign in declaration of an attribute of the tag "{tag}" '
                "at byte offset {offset}",
                begin,
            )
        self.at += 1
        self._skip_spaces()
        if not self._peek():
            raise self._wrong(f'Unclosed start tag "{tag}" at byte offset {{offset}}', begin)
        value = self._value()
        if not self._peek():
            raise self._wrong("Unclosed start tag at byte offset {offset}", begin)
        return _argument(tag, name, value)

    def _value(self) -> str:
        quote = self._peek()
        if quote not in "'\"":
            begin = self.at
            token = NAME_TOKEN.match(self.text, self.at)
            assert token
            self.at = token.end()
            if self._peek() and self._peek() not in SPACES + ">":
                raise self._wrong("Unexpected end of name token at byte offset {offset}", begin)
            return token[0].lower()
        self.at += 1
        value = []
        while self._peek() and self._peek() != quote:
            letter, self.at = _decoded(self.text, self.at)
            value.append(letter)
        self.at += 1
        return "".join(value)

    def _end_tag(self, begin: int) -> None:
        if not self.stack:
            raise self._wrong("Unexpected end tag at byte offset {offset}", begin)
        self.at += 1
        tag = self._until(SPACES + ">").lower()
        self._skip_spaces()
        if self._peek() != ">":
            raise self._wrong("Unclosed end tag at byte offset {offset}", begin)
        self.at += 1
        opened = self.stack[-1]
        if tag and tag != opened.tag:
            named = tag.replace("{", "{{").replace("}", "}}")
            raise self._wrong(
                f'Unmatched end tag at byte offset {{offset}}, expected "</{opened.tag}>", '
                f'found "</{named}>"',
                begin,
            )
        self.stack.pop()
        if self.utf16 > opened.offset:
            self._close(opened)

    def _close(self, opened: Open) -> None:
        kind = KINDS[opened.tag]
        extra: dict[str, Any] = {}
        if kind == "text_link":
            url = opened.argument or "".join(self.result)[opened.begins :]
            user = USER_LINK.match(url)
            if user:
                kind, extra = "text_mention", {"user": {"id": int(user[1])}}
            elif link := checked_link(url):
                extra = {"url": link}
            else:
                return
        elif kind == "custom_emoji":
            if not opened.argument.isdigit() or int(opened.argument) == 0:
                raise bad_request(
                    "can't parse entities: Invalid custom emoji identifier specified"
                )
            extra = {"custom_emoji_id": opened.argument}
        elif kind == "blockquote" and opened.argument:
            kind = "expandable_blockquote"
        elif kind in ("pre", "code"):
            self._close_code(kind, opened)
            return
        self._span(kind, opened, extra)

    def _close_code(self, kind: str, opened: Open) -> None:
        """`<pre><code class="language-x">`, in either order, is one block with a language."""
        last = self.spans[-1] if self.spans else None
        same = (
            last is not None
            and last.kind in ("pre", "code")
            and last.kind != kind
            and (last.offset, last.end) == (opened.offset, self.utf16)
        )
        language = (
            opened.argument if kind == "code" else last.extra.get("language") if last else ""
        )
        if same and language:
            self.spans[-1] = Span(
                "pre", opened.offset, self.utf16 - opened.offset, {"language": language}
            )
            return
        self._span(kind, opened, {"language": language} if kind == "code" and language else {})

    def _span(self, kind: str, opened: Open, extra: dict[str, Any]) -> None:
        self.spans.append(Span(kind, opened.offset, self.utf16 - opened.offset, extra))


def _decoded(text: str, at: int) -> tuple[str, int]:
    """One character, a reference decoded, and where the next one begins."""
    found = REFERENCE.match(text, at) if text[at] == "&" else None
    if found is None:
        return text[at], at + 1
    if found[3]:
        return NAMED[found[3]], found.end()
    code = int(found[1], 16) if found[1] else int(found[2])
    if not 0 < code < 0x10FFFF or 0xD800 <= code <= 0xDFFF:
        return text[at], at + 1
    return chr(code), found.end()


def _argument(tag: str, name: str, value: str) -> str:
    match tag, name:
        case ("a", "href") | ("tg-emoji", "emoji-id"):
            return value
        case ("code", "class") if value.startswith("language-"):
            return value.removeprefix("language-")
        case ("span", "class") if value.startswith("tg-"):
            return value.removeprefix("tg-")
        case ("blockquote", "expandable"):
            return "expandable"
    return ""
