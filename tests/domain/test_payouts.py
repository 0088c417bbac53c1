"""Who may pay out, where to, and what people are shown of it."""

from __future__ import annotations

from dataclasses import replace

import pytest

from domain.money import Currency, Money
from domain.payments import Method
from domain.payouts import Standing, check, hint_of, read_details
from domain.refusals import (
    BadEmail,
    CardNumber,
    DepositTooSmall,
    NotUsedYet,
    OwingFirst,
    PayoutTooSmall,
    Refused,
    TextWanted,
    TooLong,
)


def usd(minor: int) -> Money:
    return Money(minor, Currency.USD)


USED = Standing(usd(5_000), usd(0), usd(200), has_used=True, returned=usd(0), paid_out=usd(0))
NEVER = replace(USED, has_used=False)


@pytest.mark.parametrize("minor", [201, 5_000])
def test_who_has_used_the_service_pays_out_anything_above_the_charge(minor: int) -> None:
    check(usd(minor), USED)


@pytest.mark.parametrize(
    ("minor", "standing", "refusal"),
    [
        (200, USED, PayoutTooSmall),
        (1, USED, PayoutTooSmall),
        (5_001, USED, DepositTooSmall),
        (201, replace(USED, owed=usd(1)), OwingFirst),
        (201, NEVER, NotUsedYet),
        (1_001, replace(NEVER, returned=usd(1_000)), NotUsedYet),
        (601, replace(NEVER, returned=usd(1_000), paid_out=usd(400)), NotUsedYet),
        (201, replace(NEVER, returned=usd(400), paid_out=usd(1_000)), NotUsedYet),
    ],
)
def test_anybody_else_is_told_why_not(
    minor: int, standing: Standing, refusal: type[Refused]
) -> None:
    with pytest.raises(refusal):
        check(usd(minor), standing)


def test_what_was_returned_can_always_be_paid_out() -> None:
    check(usd(1_000), replace(NEVER, returned=usd(1_000)))
    check(usd(600), replace(NEVER, returned=usd(1_000), paid_out=usd(400)))


def test_staff_can_allow_all_of_it() -> None:
    check(usd(5_000), replace(NEVER, allowed_by="staff:42 Mina"))


def test_without_a_charge_any_amount_can_be_paid_out() -> None:
    check(usd(1), replace(USED, charge=usd(0)))


def test_staff_are_needed_when_the_charge_would_eat_what_may_be_paid_out() -> None:
    assert NEVER.needs_staff
    assert replace(NEVER, returned=usd(200)).needs_staff
    assert not replace(NEVER, returned=usd(201)).needs_staff
    assert not USED.needs_staff


# Where to -------------------------------------------------------------------------------------


def test_bank_details_are_free_text_up_to_500() -> None:
    assert read_details("  First Bank\nIBAN 12 ", Method.BANK) == "First Bank\nIBAN 12"
    assert len(read_details("x" * 500, Method.BANK)) == 500
    with pytest.raises(TooLong):
        read_details("x" * 501, Method.BANK)
    with pytest.raises(TextWanted):
        read_details(" \u200b ", Method.BANK)


@pytest.mark.parametrize("method", [Method.BANK, Method.PAYPAL])
def test_the_number_of_a_card_is_refused(method: Method) -> None:
    with pytest.raises(CardNumber):
        read_details("4111 1111 1111 1111", method)


@pytest.mark.parametrize("address", ["aki@example.com", "a.b+c@mail.example.co.jp"])
def test_paypal_wants_an_address(address: str) -> None:
    assert read_details(f" {address}\n", Method.PAYPAL) == address


@pytest.mark.parametrize(
    "typed",
    [
        "",
        "aki",
        "aki@example",
        "@example.com",
        "a b@example.com",
        "a@b@example.com",
        "a@.com",
        "a@example.com\nb@example.com",
        "<a@example.com>",
        "a@" + "x" * 250 + ".com",
    ],
)
def test_what_is_no_address_is_refused(typed: str) -> None:
    with pytest.raises(BadEmail):
        read_details(typed, Method.PAYPAL)


@pytest.mark.parametrize(
    ("details", "hint"),
    [
        ("Aki, First Bank, IBAN DE89 3704 0044 0532 0130 00", "***3000"),
        ("Account 123-4567, branch 001", "***4567"),
        ("Account 123456", "***3456"),
        ("Account 12345", "***"),
        ("My mother's", "***"),
    ],
)
def test_a_hint_shows_the_last_four_of_a_long_number(details: str, hint: str) -> None:
    assert hint_of(details, Method.BANK) == hint


def test_a_hint_of_an_address_shows_its_first_letter() -> None:
    assert hint_of("aki@example.com", Method.PAYPAL) == "a***@example.com"
