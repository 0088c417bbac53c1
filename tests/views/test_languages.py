"""Money, moments and names as each of our languages writes them."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest

from domain.money import Currency, Money
from tests.views.files import usd
from views import languages
from views.amounts import amount
from views.moments import Dated, Deadline, ShortDay, dated, day, deadline, moment, short_day

AT = datetime(2026, 11, 30, 15, 0, tzinfo=UTC)
YEN = Money(1200, Currency.JPY)


@pytest.mark.parametrize(
    ("language", "shown"),
    [
        ("en", ["$83.20", "-$2.00", "$1,234,567.89", "¥1,200"]),
        ("ja", ["$83.20", "-$2.00", "$1,234,567.89", "￥1,200"]),
        ("es", ["83,20\u00a0US$", "-2,00\u00a0US$", "1.234.567,89\u00a0US$", "1.200\u00a0JPY"]),
        (
            "ru",
            [
                "83,20\u00a0$",
                "-2,00\u00a0$",
                "1\u00a0234\u00a0567,89\u00a0$",
                "1\u00a0200\u00a0¥",
            ],
        ),
    ],
)
def test_money_is_written_as_the_language_does(language: str, shown: list[str]) -> None:
    amounts = (usd(8320), usd(-200), usd(123456789), YEN)
    assert [amount(each, language) for each in amounts] == shown


@pytest.mark.parametrize(
    ("language", "shown"),
    [
        ("ja", "12月1日(火) 00:00 JST"),
        ("es", "mar, 1 dic, 00:00 JST"),
        ("ru", "вт, 1 дек., 00:00 JST"),
    ],
)
def test_moments_are_written_as_the_language_does(language: str, shown: str) -> None:
    assert moment(AT, language, "Asia/Tokyo") == shown


@pytest.mark.parametrize(
    ("language", "shown"),
    [
        ("ja", "11月30日(月) 23:59 JST"),
        ("es", "lun, 30 nov, 23:59 JST"),
        ("ru", "пн, 30 нояб., 23:59 JST"),
    ],
)
def test_a_deadline_is_the_minute_before_in_every_language(language: str, shown: str) -> None:
    assert deadline(Deadline(AT), language, "Asia/Tokyo") == shown


@pytest.mark.parametrize(
    ("language", "long", "of_year", "short"),
    [
        ("ja", "2026年11月30日(月) 15:00 UTC", "2026年11月3日", "11月30日"),
        ("es", "lun, 30 nov 2026, 15:00 UTC", "3 nov 2026", "30 nov"),
        ("ru", "пн, 30 нояб. 2026, 15:00 UTC", "3 нояб. 2026", "30 нояб."),
    ],
)
def test_days_with_their_year_and_without(
    language: str, long: str, of_year: str, short: str
) -> None:
    assert dated(Dated(AT), language, "UTC") == long
    assert day(date(2026, 11, 3), language) == of_year
    assert short_day(ShortDay(AT), language, "UTC") == short


@pytest.mark.parametrize(
    ("tag", "name"), [("en", "English"), ("", "English"), ("tlh", "English"), ("en-GB", "English")]
)
def test_whoever_has_no_catalog_reads_english(tag: str, name: str) -> None:
    assert languages.name_of(tag) == name


def test_english_is_offered_first() -> None:
    assert languages.offered()[0] == "en"


@pytest.mark.parametrize(
    ("tag", "is_one"),
    [("ja", True), ("pt-br", True), ("fil", True), ("zz", False), ("xx-yy", False), ("", False)],
)
def test_a_language_that_does_not_exist_is_known_as_such(tag: str, is_one: bool) -> None:
    assert languages.is_language(tag) is is_one
