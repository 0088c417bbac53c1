"""Money: exact amounts, counted in the smallest unit of their currency."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from fractions import Fraction
from typing import Final

from domain.currencies import Currency
from domain.refusals import BadAmount

__all__ = [
    "LARGEST",
    "Currency",
    "Money",
    "Rate",
    "add_up",
    "convert",
    "parse_amount",
    "parse_currency",
    "parse_rate",
    "parse_signed_amount",
]

LARGEST: Final = 10**12  # minor units in one amount; the ledger takes no larger transfer


@dataclass(frozen=True, slots=True)
class Money:
    """An amount of one currency; two currencies never meet by accident."""

    minor: int  # cents or yen; a float never holds money
    currency: Currency

    def __post_init__(self) -> None:
        if type(self.minor) is not int or type(self.currency) is not Currency:
            raise TypeError(f"not money: {self.minor!r} {self.currency!r}")

    def __add__(self, other: Money) -> Money:
        return Money(self.minor + self._same(other), self.currency)

    def __sub__(self, other: Money) -> Money:
        return Money(self.minor - self._same(other), self.currency)

    def __neg__(self) -> Money:
        return Money(-self.minor, self.currency)

    def __lt__(self, other: Money) -> bool:
        return self.minor < self._same(other)

    def __le__(self, other: Money) -> bool:
        return self.minor <= self._same(other)

    def __gt__(self, other: Money) -> bool:
        return self.minor > self._same(other)

    def __ge__(self, other: Money) -> bool:
        return self.minor >= self._same(other)

    # No __bool__: `bought or estimated` must not take a price of zero for none.

    @property
    def is_zero(self) -> bool:
        return self.minor == 0

    @property
    def is_positive(self) -> bool:
        return self.minor > 0

    @property
    def nothing(self) -> Money:
        """Zero of the same currency."""
        return Money(0, self.currency)

    def times(self, quantity: int) -> Money:
        if type(quantity) is not int:
            raise TypeError(f"money is taken a whole number of times, not {quantity!r}")
        return Money(self.minor * quantity, self.currency)

    def plain(self) -> str:
        """The amount as files and other programs read it: `83.20`, `-2.00`, `1200`."""
        decimals = self.currency.decimals
        sign, digits = "-" * (self.minor < 0), str(abs(self.minor)).rjust(decimals + 1, "0")
        return sign + (f"{digits[:-decimals]}.{digits[-decimals:]}" if decimals else digits)

    def _same(self, other: Money) -> int:
        if type(other) is not Money or other.currency is not self.currency:
            raise TypeError(f"{self!r} and {other!r} do not go together")
        return other.minor


def add_up(amounts: Iterable[Money], currency: Currency) -> Money:
    """The sum of amounts, of which there may be none."""
    return sum(amounts, start=Money(0, currency))


# What people type -----------------------------------------------------------------------------

_AMOUNT: Final = re.compile(r"([0-9]+)(?:\.([0-9]+))?")
_DECIMAL_COMMA: Final = re.compile(r"([0-9]+),([0-9]{1,2})")  # three digits may be thousands
_COMMAS: Final = re.compile(r"[0-9]+(?:[.,][0-9]+)*")
_BLANKS: Final = " \u00a0"  # between amount and sign; what we show has the wide one
_SIGNED: Final = re.compile(r"[-−+]")
_RATE: Final = re.compile(r"[0-9]{1,12}(\.[0-9]{1,12})?")


def parse_amount(text: str, currency: Currency, *, positive: bool = False) -> Money:
    """Read `83.20`, `83,20`, `83` or `$83.20`; refuse whatever could mean something else."""
    written = _with_point(_without_sign(text, currency), currency)
    match = _AMOUNT.fullmatch(written)
    if match is None:
        raise BadAmount(text, _why(written), _example(currency))
    whole, part = match[1].lstrip("0"), match[2] or ""
    if len(part) > currency.decimals:
        raise BadAmount(text, "decimals", _example(currency))
    if len(whole) > len(str(LARGEST)):
        raise BadAmount(text, "size", _example(currency))
    minor = int((whole + part.ljust(currency.decimals, "0")) or "0")
    if minor > LARGEST:
        raise BadAmount(text, "size", _example(currency))
    if positive and minor == 0:
        raise BadAmount(text, "zero", _example(currency))
    return Money(minor, currency)


def parse_signed_amount(text: str, currency: Currency) -> Money:
    """Read an amount that may be below zero: `5.00`, `-5.00`, `-$5.00`."""
    typed = text.strip()
    if typed.startswith(("-", "−")):  # phones write a true minus
        return -parse_amount(typed[1:], currency, positive=True)
    return parse_amount(typed.removeprefix("+"), currency, positive=True)


def parse_currency(text: str) -> Currency:
    try:
        return Currency(text.strip().upper())
    except ValueError:
        raise BadAmount(text, "currency", "JPY") from None


def _with_point(written: str, currency: Currency) -> str:
    """`83,20` as `83.20`, where a comma with so many digits after it can only begin the cents."""
    if currency.decimals < 2:
        return written
    match = _DECIMAL_COMMA.fullmatch(written)
    return f"{match[1]}.{match[2]}" if match else written


def _without_sign(text: str, currency: Currency) -> str:
    written = text.strip()
    for sign in (*sorted(currency.signs, key=len, reverse=True), currency.value):
        if written.startswith(sign):
            return written.removeprefix(sign).lstrip(_BLANKS)
        if written.endswith(sign):
            return written.removesuffix(sign).rstrip(_BLANKS)
    return written


def _why(written: str) -> str:
    if _SIGNED.match(written):
        return "sign"
    if "," in written and _COMMAS.fullmatch(written):
        return "comma"
    rest = re.sub(r"[0-9.\s]", "", written)
    is_foreign = any(rest in (other.value, *other.signs) for other in Currency)
    return "currency" if rest and is_foreign else "form"


def _example(currency: Currency) -> str:
    return Money(8320, currency).plain()


# From the shop's currency to the account's ----------------------------------------------------


@dataclass(frozen=True, slots=True)
class Rate:
    """What one unit of the shop's currency costs in the account's; exact."""

    value: Fraction
    text: str  # as it was typed and is shown


def parse_rate(text: str) -> Rate:
    """Read `0.0066`; refuse zero and everything that is not a plain decimal number."""
    written = text.strip()
    if _RATE.fullmatch(written) is None or not (value := Fraction(written)):
        raise BadAmount(text, "form", "0.0066")
    return Rate(value, written)


def convert(price: Money, rate: Rate, into: Currency) -> Money:
    """What a price of the shop is in the account's currency, half up."""
    if price.minor < 0:
        raise ValueError(f"not a price: {price!r}")
    exact = price.minor * rate.value * 10**into.decimals / 10**price.currency.decimals
    return Money((2 * exact.numerator + exact.denominator) // (2 * exact.denominator), into)
