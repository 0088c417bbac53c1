"""Whose money a line of the bank's file may be, and when nothing is guessed."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime

import pytest

from domain.bank_lines import BankLine, by_code, by_sender, read_bank_amount
from domain.codes import customer_code
from domain.ids import PaymentId, PersonId
from domain.money import Currency, Money
from domain.payments import Method, Payment, Purpose
from domain.refusals import BadAmount

AKI = PersonId(7)


def usd(minor: int) -> Money:
    return Money(minor, Currency.USD)


def reported(number: int = 1, minor: int = 10_000, sender: str = "Aki Tanaka") -> Payment:
    return Payment(
        id=PaymentId(number),
        customer=AKI,
        purpose=Purpose.PAY_IN,
        method=Method.BANK,
        claimed=usd(minor),
        reported_at=datetime(2026, 11, 2, tzinfo=UTC),
        code=customer_code(AKI),
        transferred_on=date(2026, 11, 2),
        sender=sender,
    )


LINE = BankLine("B17", usd(10_000), date(2026, 11, 3), "TANAKA, AKI", "")


def test_a_code_finds_its_report_whatever_the_amount() -> None:
    line = replace(LINE, text="pay in p9l", amount=usd(50), sender="somebody else")
    assert by_code(line, [reported(1), reported(2, 9_900)]) == reported(1)


def test_of_two_reports_with_the_code_the_one_of_the_same_amount_is_meant() -> None:
    line = replace(LINE, text="P9L", amount=usd(9_900))
    assert by_code(line, [reported(1), reported(2, 9_900)]) == reported(2, 9_900)


def test_without_a_code_sender_amount_and_day_must_agree() -> None:
    assert by_sender(LINE, [reported()]) == reported()
    assert by_sender(replace(LINE, sender="aki  TANAKA"), [reported()]) == reported()


@pytest.mark.parametrize(
    "line",
    [
        replace(LINE, sender=""),
        replace(LINE, sender="Ben Tanaka"),
        replace(LINE, amount=usd(9_999)),
        replace(LINE, paid_on=date(2026, 10, 31)),
        replace(LINE, paid_on=date(2026, 11, 10)),
    ],
)
def test_one_thing_that_differs_is_enough_for_no_guess(line: BankLine) -> None:
    assert by_sender(line, [reported()]) is None


@pytest.mark.parametrize("day", [date(2026, 11, 1), date(2026, 11, 9)])
def test_the_days_around_the_transfer_still_agree(day: date) -> None:
    assert by_sender(replace(LINE, paid_on=day), [reported()]) == reported()


def test_two_reports_that_agree_are_no_guess() -> None:
    assert by_sender(LINE, [reported(1), reported(2)]) is None


def test_an_amount_alone_is_never_a_guess() -> None:
    line = replace(LINE, sender="", text="transfer")
    assert by_code(line, [reported()]) is None
    assert by_sender(line, [replace(reported(), sender="")]) is None


@pytest.mark.parametrize(
    ("text", "minor"),
    [
        ("100.00", 10_000),
        ("100", 10_000),
        ("1,234.56", 123_456),
        ("1.234,56", 123_456),
        ("1 234.56", 123_456),
        ("87,40", 8_740),
        ("+5.00", 500),
        ("-12.30", -1_230),
        ("$12.00", 1_200),
    ],
)
def test_amounts_are_read_as_banks_write_them(text: str, minor: int) -> None:
    assert read_bank_amount(text, Currency.USD) == usd(minor)


@pytest.mark.parametrize(
    "text", ["", "1,000", "1.000", "1,23,456.00", "1e3", "12.345", "--5", "x"]
)
def test_an_amount_that_could_mean_something_else_is_not_read(text: str) -> None:
    with pytest.raises(BadAmount):
        read_bank_amount(text, Currency.USD)
