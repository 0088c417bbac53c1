"""The lines of the desk, read to the letter."""

from __future__ import annotations

import pytest

from domain import desk_lines as asked
from domain.canned import Canned, in_language, parts_of, wrong_place
from domain.finding import number_in, pattern_of, spellings
from domain.refusals import BadLine


@pytest.mark.parametrize(
    ("word", "rest", "command"),
    [
        ("queue", "", asked.ShowQueue()),
        ("stats", " ", asked.ShowStatistics()),
        ("find", "", asked.Find("")),
        ("find", "  blue   mug ", asked.Find("blue mug")),
        ("canned", "", asked.ListCanned()),
        ("canned", " Hello", asked.UseCanned("hello")),
        (
            "canned",
            " add hi Hello {customer}!",
            asked.SetCanned("hi", "", "Hello {customer}!", True),
        ),
        (
            "canned",
            " change hi:ja\nこんにちは\n{order}",
            asked.SetCanned("hi", "ja", "こんにちは\n{order}", False),
        ),
        ("canned", " delete hi", asked.DeleteCanned("hi", "")),
        ("canned", " delete hi:pt-br", asked.DeleteCanned("hi", "pt-br")),
    ],
)
def test_what_a_line_asks_for(word: str, rest: str, command: asked.Command) -> None:
    assert asked.read(word, rest) == command


@pytest.mark.parametrize(
    ("word", "rest", "why"),
    [
        ("queue", " all", "alone"),
        ("stats", " month", "alone"),
        ("find", " " + "x" * 101, "long words"),
        ("canned", " add hi", "two words"),
        ("canned", " delete", "two words"),
        ("canned", " hi there", "two words"),
        ("canned", " add hi {price}", "place"),
        ("canned", " add hi {order", "place"),
        ("canned", " add hi }", "place"),
        ("canned", " add hi {0.__class__}", "place"),
        ("canned", " add hi:japanese こ", "language"),
        ("canned", " add a.b text", "name"),
        ("canned", " add delete text", "name"),
        ("canned", " add hi " + "x" * 3001, "long text"),
    ],
)
def test_what_could_mean_something_else_is_refused(word: str, rest: str, why: str) -> None:
    with pytest.raises(BadLine) as bad:
        asked.read(word, rest)
    assert (bad.value.command, bad.value.why) == (word, why)


def test_a_text_is_cut_at_its_places() -> None:
    assert parts_of("Hi {customer}, {order}{due}") == [
        ("Hi ", False),
        ("customer", True),
        (", ", False),
        ("order", True),
        ("due", True),
    ]
    assert wrong_place("{order} {customer} {total} {due}") is None


def test_a_reply_comes_in_the_reader_s_language_or_the_agency_s() -> None:
    english, portuguese = Canned(1, "hi", "en", "Hi"), Canned(2, "hi", "pt", "Oi")
    brazilian = Canned(3, "hi", "pt-br", "Opa")
    assert in_language([english, portuguese, brazilian], "pt-BR", "en") is brazilian
    assert in_language([english, portuguese], "pt-br", "en") is portuguese
    assert in_language([portuguese, english], "ja", "en") is english
    assert in_language([portuguese], "ja", "en") is portuguese
    assert in_language([], "ja", "en") is None


def test_what_is_looked_for_means_itself() -> None:
    assert pattern_of("100% _! ") == "%100!% !_!! %"
    assert (number_in("12"), number_in("#12"), number_in("12a"), number_in("0")) == (
        12,
        12,
        None,
        None,
    )
    assert number_in(str(2**63)) is None
    assert spellings("été") == ("été", "été", "Été", "ÉTÉ")
