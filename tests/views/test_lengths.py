"""Cutting: as Telegram counts, and never inside a character."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sandbox.html import parse_html
from sandbox.limits import utf16_length
from views.lengths import block, cut, cut_html, length, linked, one_line, plain, visible_length

FAMILY = "👨‍👩‍👧‍👦"


def test_an_emoji_counts_twice() -> None:
    assert length("aé🟢") == 4


@pytest.mark.parametrize(
    ("text", "limit", "kept"),
    [
        ("mug", 3, "mug"),
        ("mugs", 3, "mu…"),
        ("a🟢🟢", 4, "a🟢…"),
        ("a🟢🟢", 3, "a…"),
        (f"ab{FAMILY}cd", 9, "ab…"),
        ("cafe\u0301s", 5, "caf…"),
        ("two words", 5, "two…"),
    ],
)
def test_what_is_cut_ends_before_a_whole_character(text: str, limit: int, kept: str) -> None:
    assert cut(text, limit) == kept


@given(st.text(max_size=200), st.integers(1, 60))
def test_what_is_cut_is_never_longer_than_the_limit(text: str, limit: int) -> None:
    assert utf16_length(cut(text, limit)) <= limit


def test_one_line_has_no_line_ends_and_turns_no_writing_around() -> None:
    assert one_line(" a\n\nb\t c\u202e ", 20) == "a b c"
    assert one_line("مرحبا", 20) == "\u2068مرحبا\u2069"


def test_a_block_keeps_its_lines() -> None:
    assert block("Aki\n1 Long Street\n", 100) == "Aki\n1 Long Street"


def test_an_address_in_a_text_is_short_to_read_and_whole_to_tap() -> None:
    url = "https://shop.example/" + "x" * 100
    shown = linked(f"size M {url} blue", 160)
    assert shown.startswith(f'size M <a href="{url}">shop.example/xxx')
    assert shown.endswith("…</a> blue")


def test_an_address_cannot_carry_markup() -> None:
    assert linked('https://a.example/?q="><b>', 100) == (
        '<a href="https://a.example/?q=">a.example/?q=</a>&#34;&gt;&lt;b&gt;'
    )


@given(st.text(alphabet="ab <>&\"'🟢\nhtps:/.مر\u202e", max_size=300), st.integers(2, 200))
def test_linked_text_is_valid_and_within_its_limit(text: str, limit: int) -> None:
    shown, _ = parse_html(linked(f"https://a.example/x {text}", limit))
    assert utf16_length(shown.replace("\u2068", "").replace("\u2069", "")) <= limit + 1


def test_html_is_cut_with_every_tag_closed() -> None:
    assert cut_html("<b>hello &amp; <i>world</i></b>", 100) == "<b>hello &amp; <i>world</i></b>"
    assert cut_html("<b>hello &amp; <i>world</i></b>", 8) == "<b>hello &amp;…</b>"
    assert cut_html("<b>hello &amp; <i>world</i></b>", 11) == "<b>hello &amp; <i>wo…</i></b>"
    assert cut_html('<a href="https://x.example/">a long link</a>', 6) == (
        '<a href="https://x.example/">a lon…</a>'
    )


PIECES = st.lists(
    st.sampled_from(
        ["<b>x</b>", "<i>🟢🟢</i>", "&amp;", "&lt;", "plain ", "<code>a<b>c</b></code>"]
    ),
    max_size=30,
)


@given(PIECES, st.integers(1, 40))
def test_html_that_is_cut_is_still_html(pieces: list[str], limit: int) -> None:
    shown = cut_html("".join(pieces), limit)
    assert utf16_length(parse_html(shown)[0]) <= limit
    assert visible_length(shown) <= limit


def test_plain_is_what_is_read() -> None:
    assert plain("<b>Tom</b> &amp; Co &#39;s") == "Tom & Co 's"
