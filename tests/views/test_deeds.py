"""History in another language: every deed and every label has words of its own."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

from domain.history import _facts
from tests.views.files import EVERY_STAGE
from views.deeds import of_deed, of_label
from views.texts import Reader

ACTIONS = Path(__file__).parents[2] / "actions"
RUSSIAN = Reader("ru").say


def _written() -> Iterator[str]:
    """What actions write into history as it stands."""
    for path in sorted(ACTIONS.glob("*.py")):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            match node:
                case ast.Call(ast.Name("Change"), [ast.Constant(str(what)), *_]):
                    yield what
                case _:
                    pass


@pytest.mark.parametrize("what", sorted(set(_written()) - {"moved"}))
def test_every_deed_has_words(what: str) -> None:
    assert of_deed(what, RUSSIAN) != what


@pytest.mark.parametrize(
    ("what", "shown"),
    [
        ("line 2 rejected", "товар 2 отклонён"),
        ("line 1 bought at 12.00 USD, line 2 asked at 20.00 USD",
         "товар 1 куплен за 12.00 USD, товар 2: спросили о цене 20.00 USD"),
        ("line 2: damaged: accept", "товар 2: прибыл повреждённым: согласие"),
        ("asked: lines 1, 2, cancel", "запрос: отменить товар 1, 2"),
        ("payment confirmed: 28.00 USD", "платёж подтверждён: 28.00 USD"),
        ("parcel 1: EMS EE123456785JP", "посылка 1: EMS EE123456785JP"),
        ("cancelled (staff), 8.50 USD kept", "отменён, удержано 8.50 USD"),
        ("something <new>", "something <new>"),
    ],
)  # fmt: skip
def test_a_deed_in_russian(what: str, shown: str) -> None:
    assert of_deed(what, RUSSIAN) == shown


def test_in_english_a_deed_is_as_it_was_written() -> None:
    assert of_deed("asked: lines 1, 2, cancel", Reader().say) == "asked: lines 1, 2, cancel"


def test_every_label_has_words() -> None:
    labels = {label for order in EVERY_STAGE for label in _facts(order) if label}
    offers = {"1st bill offers", "1st bill by", "1st bill extra"}  # never there
    assert [x for x in sorted(labels - offers) if of_label(x, RUSSIAN) == x] == []
