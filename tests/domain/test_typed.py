"""What people type is read in one way only, or refused with what is wanted."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain import typed
from domain.money import Currency, Money
from domain.refusals import (
    BadAmount,
    BadDate,
    BadPeriod,
    BadQuantity,
    BadTimezone,
    CardNumber,
    Refused,
    TextWanted,
    TooLong,
    TooShort,
)
from domain.typed import (
    clean,
    read_address,
    read_date,
    read_description,
    read_note,
    read_quantity,
    read_sender,
    read_timezone,
)

TODAY = date(2026, 11, 23)
APPLIED = date(2026, 11, 20)


@pytest.mark.parametrize(
    ("typed", "quantity"),
    [("1", 1), (" 12 ", 12), ("999", 999), ("007", 7), ("2\n", 2), ("１２", 12)],
)
def test_a_quantity_is_a_whole_number_from_1_to_999(typed: str, quantity: int) -> None:
    assert read_quantity(typed) == quantity


@pytest.mark.parametrize(
    "typed",
    ["0", "-1", "+1", "1.5", "1,5", "two", "1,000,000", "1000000", "1000", "٣", "²", "1e2",
     "", " ", "1 2", "1_0", "0x1", "99999999999999999999"],
)  # fmt: skip
def test_any_other_quantity_is_refused(typed: str) -> None:
    with pytest.raises(BadQuantity):
        read_quantity(typed)


def test_a_refused_quantity_is_repeated_only_in_part() -> None:
    with pytest.raises(BadQuantity) as refusal:
        read_quantity("9" * 5000)
    assert refusal.value.typed == "9" * 40


def test_a_description_may_have_1000_characters_and_no_more() -> None:
    assert read_description("x" * 1000) == "x" * 1000
    with pytest.raises(TooLong) as refusal:
        read_description("x" * 5000)
    assert (refusal.value.limit, refusal.value.length) == (1000, 5000)


@pytest.mark.parametrize("typed", ["", "   ", "\n\n", "\u200b", "\u2060 \u200d", "\x00\x07"])
def test_what_nobody_can_see_is_no_description(typed: str) -> None:
    with pytest.raises(TextWanted):
        read_description(typed)


def test_markup_stays_text() -> None:
    assert read_description(" <b>1 & 2</b> ") == "<b>1 & 2</b>"


def test_a_note_may_have_500_characters_and_no_more() -> None:
    assert len(read_note("n" * 500)) == 500
    with pytest.raises(TooLong):
        read_note("n" * 501)


def test_an_address_keeps_its_lines() -> None:
    assert read_address(" Aki Mori \r\n1-2 Chuo\t3\r\nKyoto ") == "Aki Mori\n1-2 Chuo 3\nKyoto"


@pytest.mark.parametrize("typed", ["", "   ", "123456789", "         x", "\u200b" * 20])
def test_an_address_has_at_least_10_characters(typed: str) -> None:
    with pytest.raises(TooShort) as refusal:
        read_address(typed)
    assert refusal.value.limit == 10


def test_an_address_has_at_most_500_characters() -> None:
    assert read_address("1234567890") == "1234567890"
    assert len(read_address("a" * 500)) == 500
    with pytest.raises(TooLong):
        read_address("a" * 501)


def test_a_senders_name_is_one_line() -> None:
    assert read_sender(" Aki \n Mori ") == "Aki Mori"
    with pytest.raises(TooLong):
        read_sender("a" * 101)


@pytest.mark.parametrize(
    ("typed", "day"),
    [
        ("2026-11-22", date(2026, 11, 22)),
        (" 2026-11-23 ", TODAY),
        ("2026-10-21", date(2026, 10, 21)),  # 30 days before the application
    ],
)
def test_a_transfers_date_is_read(typed: str, day: date) -> None:
    assert read_date(typed, TODAY, APPLIED) == day


@pytest.mark.parametrize(
    ("typed", "why"),
    [
        ("2026-11-24", "future"),
        ("2026-10-20", "past"),
        ("22.11.2026", "form"),
        ("2026-02-30", "form"),
        ("2026-1-2", "form"),
        ("２０２６-11-22", "form"),
        ("yesterday", "form"),
        ("0000-00-00", "form"),
        ("", "form"),
    ],
)
def test_another_date_is_refused_with_the_reason(typed: str, why: str) -> None:
    with pytest.raises(BadDate) as refusal:
        read_date(typed, TODAY, APPLIED)
    assert refusal.value.why == why


@pytest.mark.parametrize(
    ("typed", "zone"),
    [
        ("Asia/Tokyo", "Asia/Tokyo"),
        ("asia/tokyo", "Asia/Tokyo"),
        (" Tokyo ", "Asia/Tokyo"),
        ("Osaka", "Asia/Tokyo"),
        ("New York", "America/New_York"),
        ("new_york", "America/New_York"),
        ("São Paulo", "America/Sao_Paulo"),
        ("St. Petersburg", "Europe/Moscow"),
        ("Buenos Aires", "America/Buenos_Aires"),
        ("Kyiv", "Europe/Kyiv"),
        ("utc", "UTC"),
    ],
)
def test_a_time_zone_is_named_by_itself_or_by_a_city(typed: str, zone: str) -> None:
    assert read_timezone(typed) == zone


@pytest.mark.parametrize("typed", ["", "Atlantis", "../etc/passwd", "Asia", "JST-9", "x" * 5000])
def test_an_unknown_time_zone_is_refused(typed: str) -> None:
    with pytest.raises(BadTimezone) as refusal:
        read_timezone(typed)
    assert len(refusal.value.typed) <= 40


@given(st.text())
def test_whatever_is_typed_is_read_or_refused_and_can_be_stored(typed: str) -> None:
    assert "\x00" not in clean(typed)
    clean(typed).encode()
    for read in (read_description, read_note, read_address, read_quantity, read_timezone):
        try:
            read(typed)
        except Refused:
            continue


# Money ----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "text",
    [
        "4111111111111111",
        "4111 1111 1111 1111",
        "my card 4111-1111-1111-1111 exp 12/30",
        "４１１１１１１１１１１１１１１１",
        "378282246310005",
        "6304000000000000018",
    ],
)
def test_a_card_number_is_refused_wherever_money_is_typed(text: str) -> None:
    assert typed.has_card_number(text)
    for read in (typed.read_sender, lambda x: typed.read_amount(x, Currency.USD)):
        with pytest.raises(CardNumber):
            read(text)


@pytest.mark.parametrize(
    "text",
    [
        "4111111111111112",  # not by Luhn's rule
        "0000000000000000",
        "1000000000000000",
        "411111111111",  # twelve
        "41111111111111111111",  # twenty
        "Aki Tanaka",
        "83.20",
    ],
)
def test_other_numbers_are_no_card_numbers(text: str) -> None:
    assert not typed.has_card_number(text)


def test_only_a_whole_message_counts_where_anything_may_be_written() -> None:
    assert typed.is_card_number(" 4111 1111 1111 1111 ")
    assert not typed.is_card_number("item 4111111111111111")


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("1,000", "comma"),
        (".5", "form"),
        ("1e3", "form"),
        ("-1", "sign"),
        ("0", "zero"),
        ("１００", "form"),
        ("1000000000000000", "size"),
        ("1.005", "decimals"),
    ],
)
def test_an_amount_in_an_odd_form_is_refused(text: str, why: str) -> None:
    with pytest.raises(BadAmount) as refusal:
        typed.read_amount(text, Currency.USD)
    assert refusal.value.why == why


def test_an_amount_may_have_the_currencys_sign() -> None:
    assert typed.read_amount("$12", Currency.USD) == Money(1200, Currency.USD)


@pytest.mark.parametrize(
    "text",
    ["2026-01-01 2026-03-31", "2026-01-01 - 2026-03-31", "2026-01-01–2026-03-31"],
)
def test_a_period_is_two_days(text: str) -> None:
    assert typed.read_period(text, TODAY) == (date(2026, 1, 1), date(2026, 3, 31))


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("2026-01-01", "form"),
        ("01/01/2026 31/03/2026", "form"),
        ("2026-02-30 2026-03-31", "form"),
        ("2026-03-31 2026-01-01", "order"),
        ("2026-11-24 2026-12-01", "future"),
        ("2010-01-01 2026-01-01", "long"),
    ],
)
def test_a_period_that_is_none_is_refused(text: str, why: str) -> None:
    with pytest.raises(BadPeriod) as refusal:
        typed.read_period(text, TODAY)
    assert refusal.value.why == why


def test_a_period_may_be_a_day_and_may_end_later() -> None:
    assert typed.check_period(TODAY, TODAY, TODAY) == (TODAY, TODAY)
    assert typed.read_period("2026-11-01 2026-11-30", TODAY)[1] == date(2026, 11, 30)
