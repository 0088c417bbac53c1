"""Refusals: what is wrong, and what to do."""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from domain import refusals as no
from domain.refusals import Refused
from sandbox.html import parse_html
from sandbox.limits import utf16_length
from tests.views.files import AGENCY, NOW, READER, usd
from tests.views.samples import REFUSALS, N
from tests.views.test_card import NASTY
from views import refusals


def _kinds(kind: type[Refused]) -> Iterator[type[Refused]]:
    for below in kind.__subclasses__():
        yield below
        yield from _kinds(below)


def said(refused: Refused) -> str:
    return parse_html(refusals.words(refused, READER, AGENCY))[0]


def test_every_refusal_has_a_sample() -> None:
    ours = {kind for kind in _kinds(Refused) if kind.__module__.startswith("domain.")}
    assert {type(refused) for refused in REFUSALS} == ours


def test_every_refusal_has_words_of_its_own() -> None:
    unknown = said(Refused())
    words = [said(refused) for refused in REFUSALS]
    assert unknown not in words
    assert len(set(words)) == len(words)
    for each in words:
        assert each.strip("⚠️ ")[0].isupper()
        assert not re.search(r"[{}]|None|Money\(", each)


@pytest.mark.parametrize("refused", [no.CardOutdated(N), no.StaleButton()])
def test_an_old_button_is_called_outdated(refused: Refused) -> None:
    assert "outdated" in said(refused)


@pytest.mark.parametrize(
    ("refused", "words"),
    [
        (no.NotYours(), "I cannot find this order. Your orders are under /orders."),
        (
            no.CardOutdated(N),
            "This card is outdated: the order has changed. Here it is as it is now.",
        ),
        (
            no.AlreadyDone("Mina", "payment confirmed"),
            "Mina was faster: payment confirmed. Your press changed nothing.",
        ),
        (
            no.ReferenceUsed("B17", 9, usd(8320), NOW),
            "The reference B17 was used on Mon 23 Nov, 18:00 JST: $83.20 for order #9. "
            "Nothing was booked.",
        ),
        (
            no.BadLine("ship", "two words"),
            "⚠️ Something is missing, or there is too much. Nothing was changed.\n"
            "It is written like this:\n"
            "/ship EMS EE123456785JP\n"
            "/ship EMS NEWNUMBER was=OLD",
        ),
    ],
)
def test_what_is_said(refused: Refused, words: str) -> None:
    assert said(refused) == words


@pytest.mark.parametrize("refused", REFUSALS)
def test_a_refusal_fits_into_an_alert(refused: Refused) -> None:
    toast = refusals.toast(refused, READER.say)
    assert utf16_length(toast) <= 200
    assert "<" not in toast
    if not isinstance(refused, no.BadLine):
        assert toast == said(refused)


@settings(deadline=None)
@given(NASTY, st.integers(-5, 10**9))
def test_what_was_typed_is_shown_safely(typed: str, number: int) -> None:
    for refused in (
        no.AlreadyDone(typed, typed),
        no.NoMethod(typed),
        no.BadAmount(typed),
        no.NoSuchParcel(typed),
        no.ParcelKnown(typed),
        no.ReferenceUsed(typed, number, usd(number), NOW),
        no.BadLine(typed, typed),
        no.OrderFlagged(typed),
        no.NotPriced(tuple(range(500))),
    ):
        assert utf16_length(said(refused)) <= 400
        assert utf16_length(refusals.toast(refused, READER.say)) <= 200
