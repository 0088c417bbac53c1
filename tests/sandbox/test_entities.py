"""Texts are parsed, cleaned and completed as Telegram does it, and refused in its words."""

from __future__ import annotations

from typing import Any

import pytest

from sandbox.entities import Formatted, read_text, tidy
from sandbox.errors import Declined
from sandbox.limits import utf16_length
from sandbox.params import Params


def formatted(text: str, mode: str = "HTML", **more: Any) -> Formatted:
    return read_text(Params({"text": text, "parse_mode": mode, **more}), "text", "entities")


def spans(text: str, mode: str = "HTML") -> tuple[str, list[tuple[str, int, int]]]:
    told = formatted(text, mode)
    return told.text, [(span.kind, span.offset, span.length) for span in told.spans]


@pytest.mark.parametrize(
    ("html", "text", "found"),
    [
        ("<b>Hi</b> there", "Hi there", [("bold", 0, 2)]),
        ("<strong>a</strong><em>b</em>", "ab", [("bold", 0, 1), ("italic", 1, 1)]),
        ("<b>a<i>b</i></b>", "ab", [("bold", 0, 2), ("italic", 1, 1)]),
        ("<B>a</B >", "a", [("bold", 0, 1)]),
        ("<b>a</>", "a", [("bold", 0, 1)]),
        ("1 &lt; 2 &amp;&amp; 3 &gt; &quot;2&quot;", '1 < 2 && 3 > "2"', []),
        ("&#128512;&#x41; &nbsp; &foo;", "😀A &nbsp; &foo;", []),
        ("😀<b>x</b>", "😀x", [("bold", 2, 1)]),
        ("<code>a &lt;b&gt;</code>", "a <b>", [("code", 0, 5)]),
        ("<pre>x</pre>", "x", [("pre", 0, 1)]),
        ("<tg-spoiler>x</tg-spoiler>", "x", [("spoiler", 0, 1)]),
        ('<span class="tg-spoiler">x</span>', "x", [("spoiler", 0, 1)]),
        ("<blockquote>x</blockquote>", "x", [("blockquote", 0, 1)]),
        ("<blockquote expandable>x</blockquote>", "x", [("expandable_blockquote", 0, 1)]),
        ('<a href="https://a.example/?q=1&amp;r=2">x</a>', "x", [("text_link", 0, 1)]),
        ('<a href="tg://user?id=42">x</a>', "x", [("text_mention", 0, 1)]),
        ('<a href="javascript:alert(1)">x</a>', "x", []),
        ("<b></b>x", "x", []),
        ("<b>  </b>x", "x", []),
        ("  <b> a </b>  ", "a", [("bold", 0, 1)]),
        ("<b>x<code>y</code>z</b>", "xyz", [("bold", 0, 1), ("code", 1, 1), ("bold", 2, 1)]),
        ("<b>a <b>b</b></b>", "a b", [("bold", 0, 3)]),
    ],
)
def test_html_is_parsed(html: str, text: str, found: list[tuple[str, int, int]]) -> None:
    assert spans(html) == (text, found)


@pytest.mark.parametrize(
    ("html", "why"),
    [
        ("<script>x</script>", 'Unsupported start tag "script" at byte offset 0'),
        ("ä<p>x</p>", 'Unsupported start tag "p" at byte offset 2'),
        ("<b>unclosed", 'Can\'t find end tag corresponding to start tag "b"'),
        ("x</b>", "Unexpected end tag at byte offset 1"),
        (
            "<b><i>test</b></i>",
            'Unmatched end tag at byte offset 10, expected "</i>", found "</b>"',
        ),
        ("5 < 6", 'Unsupported start tag "" at byte offset 2'),
        ("a <", "Unclosed start tag at byte offset 2"),
        ("<b", "Unclosed start tag at byte offset 0"),
        ("<b>x</b", "Unclosed end tag at byte offset 4"),
        (
            "<a href>x</a>",
            'Expected equal sign in declaration of an attribute of the tag "a" at byte offset 0',
        ),
        ("<a =x>x</a>", 'Empty attribute name in the tag "a" at byte offset 0'),
        ("<a href=a/b>x</a>", "Unexpected end of name token at byte offset 8"),
        ('<a href="x>x</a>', "Unclosed start tag at byte offset 0"),
        ("<span>x</span>", 'Tag "span" must have class "tg-spoiler" at byte offset 0'),
        (
            '<tg-emoji emoji-id="x">x</tg-emoji>',
            "Invalid custom emoji identifier specified",
        ),
    ],
)
def test_wrong_html_is_refused_in_telegrams_words(html: str, why: str) -> None:
    with pytest.raises(Declined) as no:
        formatted(html)
    assert no.value.description == f"Bad Request: can't parse entities: {why}"


def test_a_language_makes_code_within_pre_one_block() -> None:
    (span,) = formatted('<pre><code class="language-py">x = 1</code></pre>').spans
    assert (span.kind, span.length, dict(span.extra)) == ("pre", 5, {"language": "py"})


def test_a_link_is_kept_as_telegram_writes_it() -> None:
    (span,) = formatted('<a href="EXAMPLE.com">x</a>').spans
    assert dict(span.extra) == {"url": "http://example.com/"}


@pytest.mark.parametrize(
    ("markdown", "text", "found"),
    [
        ("*bold* _it_", "bold it", ["bold", "italic"]),
        ("__un__ ~st~", "un st", ["underline", "strikethrough"]),
        ("||sp|| `co*de`", "sp co*de", ["spoiler", "code"]),
        ("```py\nx = 1```", "x = 1", ["pre"]),
        ("[x](https://a.example/)", "x", ["text_link"]),
        (r"hello\. 1\+1\=2", "hello. 1+1=2", []),
    ],
)  # fmt: skip
def test_markdown_v2_is_parsed(markdown: str, text: str, found: list[str]) -> None:
    told = formatted(markdown, "MarkdownV2")
    assert (told.text, [span.kind for span in told.spans]) == (text, found)


@pytest.mark.parametrize(
    ("markdown", "why"),
    [
        ("hello.", "Character '.' is reserved and must be escaped with the preceding '\\'"),
        ("a-b", "Character '-' is reserved and must be escaped with the preceding '\\'"),
        ("a|b", "Character '|' is reserved and must be escaped with the preceding '\\'"),
        ("*unclosed", "Can't find end of Bold entity at byte offset 0"),
        ("[x](https://a.example/", "Can't find end of a URL at byte offset 4"),
    ],
)
def test_wrong_markdown_is_refused(markdown: str, why: str) -> None:
    with pytest.raises(Declined) as no:
        formatted(markdown, "MarkdownV2")
    assert no.value.description == f"Bad Request: can't parse entities: {why}"


def test_an_unknown_parse_mode_is_refused() -> None:
    with pytest.raises(Declined, match="unsupported parse_mode"):
        formatted("x", "BBCode")


@pytest.mark.parametrize(
    ("text", "kind", "found"),
    [
        ("/start order_1", "bot_command", "/start"),
        ("see /new@daiko_bot now", "bot_command", "/new@daiko_bot"),
        ("ask @aki_m, please", "mention", "@aki_m"),
        ("order #rush12!", "hashtag", "#rush12"),
        ("in $USD", "cashtag", "$USD"),
        ("write to a.b+c@mail.example.com.", "email", "a.b+c@mail.example.com"),
        ("it is https://shop.example/x?y=1#z, red", "url", "https://shop.example/x?y=1#z"),
        ("(see https://a.example/b_(c))", "url", "https://a.example/b_(c)"),
        ("on amazon.co.jp/dp/1", "url", "amazon.co.jp/dp/1"),
    ],
)
def test_what_telegram_finds_in_plain_text(text: str, kind: str, found: str) -> None:
    (span,) = tidy(text, []).spans
    assert (span.kind, text[span.offset : span.offset + span.length]) == (kind, found)


@pytest.mark.parametrize(
    "text", ["1/2", "a/b", "#12", "$83.20", "user@", "9.30am", "3.14", "v1.2.3", "//note", "a@b"]
)
def test_what_only_looks_like_something_is_left_alone(text: str) -> None:
    assert tidy(text, []).spans == []


def test_nothing_is_found_within_code_or_a_link() -> None:
    told = formatted('<code>/new</code> <a href="https://a.example">@aki_m</a>')
    assert [span.kind for span in told.spans] == ["code", "text_link"]


def test_control_characters_become_spaces_and_carriage_returns_vanish() -> None:
    told = formatted("a\r\n<b>b\tc</b>\x00")
    assert told.text == "a\nb c"
    assert [(span.offset, span.length) for span in told.spans] == [(2, 3)]


def test_lengths_count_utf16_code_units_after_parsing() -> None:
    assert utf16_length("a😀é") == 4
    assert formatted("<b>😀</b>&amp;").length == 3


@pytest.mark.parametrize(
    ("entity", "why"),
    [
        (
            {"type": "bold", "offset": 100, "length": 1},
            "entity begins after the end of the text at UTF-16 offset 100",
        ),
        (
            {"type": "bold", "offset": 0, "length": 100},
            "entity beginning at UTF-16 offset 0 ends after the end of the text at UTF-16 "
            "offset 100",
        ),
        (
            {"type": "bold", "offset": -1, "length": 1},
            "receive an entity with incorrect offset -1",
        ),
        (
            {"type": "shiny", "offset": 0, "length": 1},
            "can't parse MessageEntity: Unsupported type specified",
        ),
        (
            {"type": "text_link", "offset": 0, "length": 1},
            "can't parse MessageEntity: Can't find field \"url\"",
        ),
        (
            {"type": "text_link", "offset": 0, "length": 1, "url": "not-a-url"},
            "entity URL 'not-a-url' is invalid: Wrong HTTP URL",
        ),
    ],
)
def test_wrong_entities_are_refused(entity: dict[str, Any], why: str) -> None:
    with pytest.raises(Declined) as no:
        formatted("hello", "", entities=[entity])
    assert no.value.description == f"Bad Request: {why}"


def test_given_entities_are_kept_and_those_telegram_finds_itself_are_not_taken() -> None:
    told = formatted(
        "hello",
        "",
        entities=[
            {"type": "italic", "offset": 0, "length": 2},
            {"type": "url", "offset": 0, "length": 5},
        ],
    )
    assert [span.as_json for span in told.spans] == [{"type": "italic", "offset": 0, "length": 2}]
