"""Telegram's MarkdownV2: every mark is closed, every other special character escaped."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Final

from sandbox.errors import Declined, bad_request
from sandbox.html import USER_LINK, checked_link
from sandbox.limits import utf16_length
from sandbox.span import Span, sort_spans

RESERVED: Final = "_*[]()~`>#+-=|{}.!"
# The longer marks first, as they are looked for first.
MARKS: Final = {
    "```": "pre", "||": "spoiler", "__": "underline", "*": "bold", "_": "italic",
    "~": "strikethrough", "`": "code",
}  # fmt: skip
NAMES: Final = {
    "bold": "Bold", "italic": "Italic", "underline": "Underline", "spoiler": "Spoiler",
    "strikethrough": "Strikethrough", "code": "Code", "pre": "Pre", "text_link": "TextUrl",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Open:
    kind: str
    mark: str
    at: int  # where it stands in the source
    offset: int  # where it begins in the result, UTF-16 units
    language: str = ""


def parse_markdown_v2(text: str) -> tuple[str, list[Span]]:
    return _Parser(text).parse()


def _wrong(why: str) -> Declined:
    return bad_request(f"can't parse entities: {why}")


class _Parser:
    def __init__(self, text: str) -> None:
        self.text = text
        self.at = 0
        self.result: list[str] = []
        self.utf16 = 0
        self.stack: list[Open] = []
        self.spans: list[Span] = []

    def parse(self) -> tuple[str, list[Span]]:
        while self.at < len(self.text):
            self._step()
        if self.stack:
            raise self._unclosed(self.stack[-1])
        return "".join(self.result), sort_spans(self.spans)

    def _unclosed(self, opened: Open) -> Declined:
        offset = len(self.text[: opened.at].encode())
        return _wrong(f"Can't find end of {NAMES[opened.kind]} entity at byte offset {offset}")

    def _step(self) -> None:
        letter = self.text[self.at]
        if letter == "\\" and "!" <= self.text[self.at + 1 : self.at + 2] <= "~":
            self._put(self.text[self.at + 1], 2)
        elif letter not in self._special():
            self._put(letter, 1)
        elif self.stack and self.text.startswith(self._closing(), self.at):
            self._close()
        else:
            self._open()

    def _special(self) -> str:
        return "`" if self.stack and self.stack[-1].kind in ("code", "pre") else RESERVED

    def _closing(self) -> str:
        opened = self.stack[-1]
        # `__` closes an underline, never two italics.
        if opened.kind == "italic" and self.text.startswith("__", self.at):
            return "\0"
        return "]" if opened.kind == "text_link" else opened.mark

    def _put(self, letter: str, width: int) -> None:
        self.result.append(letter)
        self.utf16 += utf16_length(letter)
        self.at += width

    def _open(self) -> None:
        if self.text[self.at] == "[":
            self.stack.append(Open("text_link", "[", self.at, self.utf16))
            self.at += 1
            return
        mark = next((mark for mark in MARKS if self.text.startswith(mark, self.at)), None)
        if mark is None or self._special() == "`":
            raise _wrong(
                f"Character '{self.text[self.at]}' is reserved and must be escaped "
                "with the preceding '\\'"
            )
        begin = self.at
        self.at += len(mark)
        language = self._language() if mark == "```" else ""
        self.stack.append(Open(MARKS[mark], mark, begin, self.utf16, language))

    def _language(self) -> str:
        """The word behind the opening mark, and the line break that ends it."""
        line, newline, _ = self.text[self.at :].partition("\n")
        language = line if newline and line and not set(line) & set(" `") else ""
        self.at += len(language)
        if self.text.startswith("\n", self.at):
            self.at += 1
        return language

    def _close(self) -> None:
        opened = self.stack.pop()
        extra: dict[str, Any] = {"language": opened.language} if opened.language else {}
        kind = opened.kind
        self.at += len(opened.mark)
        if kind == "text_link":
            url = self._url()
            user = USER_LINK.match(url)
            kind = "text_mention" if user else kind
            link = checked_link(url)
            if not user and not link:
                return
            extra = {"user": {"id": int(user[1])}} if user else {"url": link}
        if self.utf16 > opened.offset:
            self.spans.append(Span(kind, opened.offset, self.utf16 - opened.offset, extra))

    def _url(self) -> str:
        begin = self.at + 1
        if not self.text.startswith("(", self.at):
            return ""  # then it is not a link, and not an error either
        url = []
        self.at += 1
        while self.at < len(self.text) and self.text[self.at] != ")":
            if self.text[self.at] == "\\":
                self.at += 1
            url.append(self.text[self.at : self.at + 1])
            self.at += 1
        if self.at >= len(self.text):
            offset = len(self.text[:begin].encode())
            raise _wrong(f"Can't find end of a URL at byte offset {offset}")
        self.at += 1
        return "".join(url)
