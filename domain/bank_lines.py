"""Lines of the bank's file, and whose money each of them may be."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum
from typing import Final

from domain.codes import Codes, codes_in
from domain.ids import BankLineId, OrderId, PaymentId, PersonId
from domain.money import Currency, Money, parse_amount
from domain.payments import Payment, reference_key

# How far the bank's day may lie from the day the customer named.
DAYS_BEFORE: Final = 1
DAYS_AFTER: Final = 7

_SPACED: Final = re.compile(r"\s")
_ENGLISH: Final = re.compile(r"[0-9]{1,3}(,[0-9]{3})*\.[0-9]{2}")
_EUROPEAN: Final = re.compile(r"[0-9]{1,3}(\.[0-9]{3})*,[0-9]{2}")


@dataclass(frozen=True, slots=True)
class BankLine:
    """Money that arrived at the bank, as its file tells of it."""

    reference: str  # one word
    amount: Money
    paid_on: date
    sender: str = ""
    text: str = ""
    id: BankLineId | None = None  # until it is stored

    @property
    def key(self) -> str:
        return reference_key(self.reference)

    @property
    def codes(self) -> Codes:
        return codes_in(f"{self.text} {self.sender} {self.reference}")


class Why(StrEnum):
    """What a suggestion rests on. Never on an amount alone."""

    CODE = "code"
    SENDER = "sender"


@dataclass(frozen=True, slots=True)
class Guess:
    """Whose money a line may be; a person has to confirm it."""

    why: Why
    customer: PersonId
    order: OrderId | None = None
    payment: PaymentId | None = None


def read_bank_amount(text: str, currency: Currency) -> Money:
    """An amount as banks write it: `1,234.56` and `1.234,56` too, where nothing else is meant.

    May be below zero: money that left.
    """
    written = _SPACED.sub("", text)
    sign = written.startswith("-")
    written = written.removeprefix("-").removeprefix("+")
    if currency.decimals == 2 and _ENGLISH.fullmatch(written):
        written = written.replace(",", "")
    elif currency.decimals == 2 and _EUROPEAN.fullmatch(written):
        written = written.replace(".", "").replace(",", ".")
    amount = parse_amount(written, currency)
    return -amount if sign else amount


# Whose is it? ---------------------------------------------------------------------------------


def by_code(line: BankLine, reports: Iterable[Payment]) -> Payment | None:
    """The report that has the line's payment code; of several, the one of the same amount."""
    codes = line.codes.all
    found = [report for report in reports if report.code in codes]
    exact = [report for report in found if report.claimed == line.amount]
    return next(iter(exact or found), None)


def by_sender(line: BankLine, reports: Iterable[Payment]) -> Payment | None:
    """The one report with this sender, this amount and a day near it; None if there are two."""
    found = [report for report in reports if _agrees(line, report)]
    return found[0] if len(found) == 1 else None


def _agrees(line: BankLine, report: Payment) -> bool:
    name = _name(line.sender)
    return (
        bool(name)
        and name == _name(report.sender)
        and line.amount == report.claimed
        and report.transferred_on is not None
        and _is_near(line.paid_on, report.transferred_on)
    )


def _name(written: str) -> tuple[str, ...]:
    """A name's words in any order: banks write `TANAKA AKI` where people write `Aki Tanaka`."""
    letters = unicodedata.normalize("NFKC", written).casefold()
    return tuple(sorted(re.findall(r"\w+", letters)))


def _is_near(paid_on: date, said: date) -> bool:
    return said - timedelta(days=DAYS_BEFORE) <= paid_on <= said + timedelta(days=DAYS_AFTER)
