"""Money: what is read, what is refused, and what conversion does with half a cent."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from babel.numbers import get_currency_precision
from hypothesis import given
from hypothesis import strategies as st

from domain.money import (
    LARGEST,
    Currency,
    Money,
    add_up,
    convert,
    parse_amount,
    parse_currency,
    parse_rate,
    parse_signed_amount,
)
from domain.refusals import BadAmount

USD, JPY, KWD = Currency.USD, Currency.JPY, Currency.KWD


def usd(minor: int) -> Money:
    return Money(minor, USD)


def yen(minor: int) -> Money:
    return Money(minor, JPY)


@pytest.mark.parametrize(
    ("typed", "currency", "minor"),
    [
        ("83.20", USD, 8_320),
        ("83.2", USD, 8_320),
        ("83", USD, 8_300),
        ("$83.20", USD, 8_320),
        ("$ 83.20", USD, 8_320),
        ("USD 83.20", USD, 8_320),
        ("83.20 USD", USD, 8_320),
        (" 83.20\n", USD, 8_320),
        ("0", USD, 0),
        ("0.05", USD, 5),
        ("007", USD, 700),
        ("12000", JPY, 12_000),
        ("¥12000", JPY, 12_000),
        ("12000円", JPY, 12_000),
        ("1.234", KWD, 1_234),
        ("83.20€", Currency.EUR, 8_320),
        ("83,20", USD, 8_320),
        ("83,2", USD, 8_320),
        ("$83,20", USD, 8_320),
        ("83,20 €", Currency.EUR, 8_320),
        ("83,20\u00a0US$", USD, 8_320),  # as Spanish shows it
        ("US$83.20", USD, 8_320),
        ("0,05", USD, 5),
        ("1234567,89", USD, 123_456_789),
        ("1,25", KWD, 1_250),
        ("10000000000.00", USD, LARGEST),
    ],
)
def test_an_amount_is_read(typed: str, currency: Currency, minor: int) -> None:
    assert parse_amount(typed, currency) == Money(minor, currency)


@pytest.mark.parametrize(
    ("typed", "currency", "why"),
    [
        ("1,000", USD, "comma"),
        ("1,000.00", USD, "comma"),
        ("1.000,00", USD, "comma"),
        ("1,234", KWD, "comma"),  # dinars and fils, or thousands?
        ("83,205", USD, "comma"),
        ("1,2,3", USD, "comma"),
        ("1,20", JPY, "comma"),
        (",5", USD, "form"),
        ("5,", USD, "form"),
        ("83,,20", USD, "form"),
        ("83, 20", USD, "form"),
        ("-83,20", USD, "sign"),
        (".5", USD, "form"),
        ("5.", USD, "form"),
        ("1e3", USD, "form"),
        ("NaN", USD, "form"),
        ("inf", USD, "form"),
        ("0x10", USD, "form"),
        ("1_000", USD, "form"),
        ("1 000", USD, "form"),
        ("٣", USD, "form"),  # Arabic
        ("８３", USD, "form"),  # full width
        ("१२", USD, "form"),  # Devanagari
        ("²", USD, "form"),
        ("", USD, "form"),
        ("$", USD, "form"),
        ("$$5", USD, "currency"),
        ("five", USD, "form"),
        ("5 5", USD, "form"),
        ("-5", USD, "sign"),
        ("$-5", USD, "sign"),
        ("−5", USD, "sign"),
        ("+5", USD, "sign"),
        ("€5", USD, "currency"),
        ("5 JPY", USD, "currency"),
        ("$5", JPY, "currency"),
        ("83.205", USD, "decimals"),
        ("100.5", JPY, "decimals"),
        ("100.0", JPY, "decimals"),
        ("1.2345", KWD, "decimals"),
        ("10000000000.01", USD, "size"),
        ("9" * 5_000, USD, "size"),
    ],
)
def test_what_could_mean_something_else_is_refused(
    typed: str, currency: Currency, why: str
) -> None:
    with pytest.raises(BadAmount) as refusal:
        parse_amount(typed, currency)
    assert (refusal.value.typed, refusal.value.why) == (typed, why)
    parse_amount(refusal.value.example, currency)


def test_a_decimal_comma_is_no_zero_and_no_way_below_it() -> None:
    with pytest.raises(BadAmount):
        parse_amount("0,00", USD, positive=True)
    assert parse_signed_amount("-5,50", USD) == usd(-550)


def test_zero_is_refused_where_there_must_be_something() -> None:
    for typed, currency, example in (("0.00", USD, "83.20"), ("0", JPY, "8320")):
        with pytest.raises(BadAmount) as refusal:
            parse_amount(typed, currency, positive=True)
        no = refusal.value
        assert (no.typed, no.why, no.example) == (typed, "zero", example)
    assert parse_amount("0.01", USD, positive=True) == usd(1)


@pytest.mark.parametrize("typed", ["10000000000000", "1000000000001"])
def test_a_refusal_has_an_example_of_the_currency(typed: str) -> None:
    with pytest.raises(BadAmount) as refusal:
        parse_amount(typed, JPY)
    assert (refusal.value.why, refusal.value.example) == ("size", "8320")


def test_zeros_before_an_amount_mean_nothing() -> None:
    assert parse_amount("0" * 30 + "1.50", USD) == usd(150)


@pytest.mark.parametrize("typed", ["$\t5", "$X5", "5\tUSD", "5X$", "$\n5"])
def test_only_a_blank_may_stand_beside_a_sign(typed: str) -> None:
    assert parse_amount("$ 5", USD) == parse_amount("5 USD", USD) == usd(500)
    with pytest.raises(BadAmount):
        parse_amount(typed, USD)


@pytest.mark.parametrize(
    ("typed", "minor"), [("5.00", 500), ("-5.00", -500), ("-$5", -500), ("−5", -500), ("+5", 500)]
)
def test_an_adjustment_has_a_sign(typed: str, minor: int) -> None:
    assert parse_signed_amount(typed, USD) == usd(minor)


@pytest.mark.parametrize("typed", ["--5", "-0", "0", "- ", "5-"])
def test_a_doubtful_sign_is_refused(typed: str) -> None:
    with pytest.raises(BadAmount):
        parse_signed_amount(typed, USD)


@given(st.integers(-LARGEST, LARGEST), st.sampled_from([USD, JPY, KWD, Currency.EUR]))
def test_what_is_written_plainly_is_read_back(minor: int, currency: Currency) -> None:
    plain = Money(minor, currency).plain()
    assert parse_amount(plain.removeprefix("-"), currency) == Money(abs(minor), currency)
    assert plain.startswith("-") == (minor < 0)


@pytest.mark.parametrize(
    ("amount", "plain"),
    [
        (usd(8_320), "83.20"),
        (usd(5), "0.05"),
        (usd(-200), "-2.00"),
        (yen(0), "0"),
        (yen(1_200), "1200"),
        (Money(1_234, KWD), "1.234"),
    ],
)
def test_an_amount_written_plainly(amount: Money, plain: str) -> None:
    assert amount.plain() == plain


def test_two_currencies_never_meet() -> None:
    mixes: tuple[Callable[[], object], ...] = (
        lambda: usd(5) + yen(5),
        lambda: usd(5) - yen(5),
        lambda: usd(5) < yen(5),
        lambda: usd(5) >= yen(5),
        lambda: add_up([usd(5)], JPY),
    )
    for mix in mixes:
        with pytest.raises(TypeError, match="do not go together"):
            mix()
    assert usd(5) != yen(5)


@pytest.mark.parametrize("minor", [12.0, True, "5", None])
def test_only_whole_numbers_hold_money(minor: Any) -> None:
    with pytest.raises(TypeError, match="not money"):
        Money(minor, USD)
    with pytest.raises(TypeError, match="a whole number of times"):
        usd(5).times(minor)


def test_money_is_not_multiplied_or_divided() -> None:
    five: Any = usd(5)
    for wrong in ("five * 1.1", "five * 2", "five / 2", "five // 2", "five + 5", "5 + five"):
        with pytest.raises(TypeError):
            eval(wrong, {"five": five})


def test_reckoning() -> None:
    assert usd(500) + usd(20) - usd(5) == usd(515)
    assert usd(1_250).times(3) == usd(3_750)
    assert add_up([usd(1), usd(2)], USD) == usd(3)
    assert add_up([], JPY) == yen(0)
    assert max(usd(1), usd(3), usd(2)) == usd(3)
    assert -usd(5) == usd(-5)


@pytest.mark.parametrize(
    ("price", "rate", "into", "converted"),
    [
        (yen(1_200), "0.0066", USD, usd(792)),  # 7.92
        (yen(75), "0.0066", USD, usd(50)),  # 0.495: half goes up
        (yen(74), "0.0066", USD, usd(49)),  # 0.4884
        (yen(1), "0.0049", USD, usd(0)),
        (yen(1), "0.005", USD, usd(1)),
        (usd(101), "150", JPY, yen(152)),  # 151.5
        (usd(100), "1", USD, usd(100)),
        (usd(1_000), "0.3075", KWD, Money(3_075, KWD)),
        (yen(0), "0.0066", USD, usd(0)),
        (yen(LARGEST), "0.1", Currency.EUR, Money(10 * LARGEST, Currency.EUR)),
    ],
)
def test_a_shops_price_is_converted_half_up(
    price: Money, rate: str, into: Currency, converted: Money
) -> None:
    assert convert(price, parse_rate(rate), into) == converted


def test_conversion_rounds_each_unit_and_not_the_line() -> None:
    rate = parse_rate("0.0066")
    assert convert(yen(75), rate, USD).times(3) == usd(150)
    assert convert(yen(75).times(3), rate, USD) == usd(149)


@given(st.integers(0, 10**9), st.integers(1, 10**8))
def test_conversion_is_never_off_by_more_than_half_a_cent(
    minor: int, tenth_millionths: int
) -> None:
    rate = parse_rate(f"{tenth_millionths // 10**7}.{tenth_millionths % 10**7:07}")
    exact = minor * rate.value * 100
    assert 0 <= 2 * (convert(yen(minor), rate, USD).minor - exact) + 1 <= 2


@pytest.mark.parametrize("typed", ["0", "0.000", "", "-1", "1e-3", "1/3", ".5", "1,5", "٣", "nan"])
def test_a_doubtful_rate_is_refused(typed: str) -> None:
    with pytest.raises(BadAmount) as refusal:
        parse_rate(typed)
    no = refusal.value
    assert (no.typed, no.why, no.example) == (typed, "form", "0.0066")


def test_a_rate_remembers_how_it_was_typed() -> None:
    assert parse_rate(" 0.00660 ").text == "0.00660"


def test_a_currency_is_read_by_its_code() -> None:
    assert parse_currency("jpy") is JPY
    with pytest.raises(BadAmount) as refusal:
        parse_currency("XXX")
    no = refusal.value
    assert (no.typed, no.why, no.example) == ("XXX", "currency", "JPY")


def test_nothing_below_zero_is_a_price() -> None:
    with pytest.raises(ValueError, match="not a price"):
        convert(yen(-1), parse_rate("0.0066"), USD)


def test_decimals_are_those_of_the_standard() -> None:
    zero = {"BIF", "CLP", "DJF", "GNF", "ISK", "JPY", "KMF", "KRW", "PYG", "RWF", "UGX", "VND"}
    zero |= {"VUV", "XAF", "XOF", "XPF"}
    three = {"BHD", "IQD", "JOD", "KWD", "LYD", "OMR", "TND"}
    for currency in Currency:
        assert currency.decimals == (0 if currency in zero else 3 if currency in three else 2)


@pytest.mark.parametrize("currency", ["USD", "EUR", "GBP", "JPY", "CNY", "KRW", "RUB", "AUD"])
def test_what_is_shown_has_the_decimals_that_are_counted(currency: str) -> None:
    assert Currency(currency).decimals == get_currency_precision(currency)
