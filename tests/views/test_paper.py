"""Paper has letters for all that we write, in every language of ours."""

from __future__ import annotations

import pytest
from fontTools.ttLib import TTFont
from noto_cjk_sans_jp_regular import FONT_PATH

from domain.money import Currency, Money
from views.amounts import amount
from views.paper import printable

LETTERS = {
    "es": "ABCÁÉÍÑÓÚÜabcáéíñóúü¿¡ºª",
    "ja": "日本語ひらがなカタカナー、。（）「」￥¥",
    "ru": "АБВГДЕЁЖЗИЙКЛМНОПРСТУФХЦЧШЩЪЫЬЭЮЯабвгдеёжзийклмнопрстуфхцчшщъыьэюя«»—№",
}


@pytest.fixture(scope="module")
def known() -> set[int]:
    """The letters that the font has."""
    with TTFont(FONT_PATH, fontNumber=0) as font:
        return set(font.getBestCmap())


@pytest.mark.parametrize("language", LETTERS)
def test_the_font_has_the_letters_of_a_language(language: str, known: set[int]) -> None:
    assert [letter for letter in LETTERS[language] if ord(letter) not in known] == []


@pytest.mark.parametrize("language", ["en", "es", "ja", "ru"])
def test_every_amount_can_be_printed(language: str, known: set[int]) -> None:
    shown = [printable(amount(Money(-123456789, each), language)) for each in Currency]
    assert {letter for text in shown for letter in text if ord(letter) not in known} == set()


@pytest.mark.parametrize(
    ("written", "printed"),
    [
        ("1\u00a0000,00\u00a0₽", "1\u00a0000,00\u00a0RUB"),
        ("₹1,234.00", "INR\u00a01,234.00"),
        ("-₱5.00", "-PHP\u00a05.00"),
        ("3 нояб. 2026\u202fг.", "3 нояб. 2026\u00a0г."),
        ("$83.20 · 83,20\u00a0US$", "$83.20 · 83,20\u00a0US$"),
    ],
)
def test_a_sign_that_the_font_lacks_is_written_as_its_code(written: str, printed: str) -> None:
    assert printable(written) == printed
