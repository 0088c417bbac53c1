"""Text that is too long for one message is cut at a line, its markup whole in each piece."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.pieces import cut, length, unmarked


def test_what_fits_is_left_alone() -> None:
    assert cut("<b>hello</b>\n" * 300) == ["<b>hello</b>\n" * 300]


def test_markup_and_escapes_do_not_count() -> None:
    assert length("<b>a &amp; b</b>") == 5


def test_what_is_beyond_the_basic_plane_counts_twice() -> None:
    assert length("😀") == 2


def test_it_is_cut_at_the_end_of_a_line() -> None:
    assert cut("one\ntwo\nthree\nfour", limit=9) == ["one\ntwo", "three", "four"]


def test_open_markup_is_closed_and_opened_again() -> None:
    text = '<b>one\n<a href="https://x.example/?a=1&amp;b=2">two\nthree</a></b>'
    assert cut(text, limit=8) == [
        '<b>one\n<a href="https://x.example/?a=1&amp;b=2">two</a></b>',
        '<b><a href="https://x.example/?a=1&amp;b=2">three</a></b>',
    ]


def test_a_line_without_an_end_is_cut_where_it_must_be() -> None:
    assert [len(piece) for piece in cut("a" * 10_000)] == [4096, 4096, 1808]


def test_an_escape_is_never_cut_in_two() -> None:
    assert cut("&amp;" * 5, limit=2) == ["&amp;&amp;", "&amp;&amp;", "&amp;"]


def test_the_words_alone() -> None:
    assert unmarked('<b>a</b> &lt;3 <a href="x">b</a>') == "a <3 b"


@pytest.mark.parametrize("limit", [7, 20])
@given(lines=st.lists(st.text("ab &<é😀", max_size=30), max_size=12), bold=st.booleans())
def test_nothing_is_lost_and_no_piece_is_too_long(
    limit: int, lines: list[str], bold: bool
) -> None:
    escaped = [line.replace("&", "&amp;").replace("<", "&lt;") for line in lines]
    text = "\n".join(f"<b>{line}</b>" if bold and line else line for line in escaped)
    pieces = cut(text, limit)
    assert all(length(piece) <= limit for piece in pieces)
    assert all(piece.count("<b>") == piece.count("</b>") for piece in pieces)
    joined = "".join(unmarked(piece) for piece in pieces)
    assert re.sub(r"\n", "", joined) == re.sub(r"\n", "", unmarked(text))


def test_few_characters_may_be_too_long_all_the_same() -> None:
    assert [length(piece) for piece in cut("😀" * 2_049)] == [4_096, 2]
