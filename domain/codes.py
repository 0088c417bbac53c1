"""Payment codes: what a customer writes on a transfer, and finding it in what the bank tells."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from typing import Final

from domain.ids import OrderId, PersonId
from domain.reports import payment_code

_DIGITS: Final = "23456789ABCDEFGHJKLMNPQRSTUVWXYZ"  # nothing that looks like something else
_BASE: Final = len(_DIGITS)
_VALUES: Final = {digit: value for value, digit in enumerate(_DIGITS)}
_ORDER: Final = re.compile(r"D([1-9][0-9]{0,17})[0-9A-Z]")
_CUSTOMER: Final = re.compile(rf"P([{_DIGITS}]{{1,12}})[{_DIGITS}]")
_WORD: Final = re.compile(r"[0-9A-Z]+")


def customer_code(person: PersonId) -> str:
    """What a customer writes on a pay-in: their number in base 32 and a check letter, `P7MKQ`."""
    digits, rest = "", int(person)
    while rest or not digits:
        rest, value = divmod(rest, _BASE)
        digits = _DIGITS[value] + digits
    return f"P{digits}{_check(digits)}"


def _check(digits: str) -> str:
    """Luhn's rule in base 32: one wrong letter, or two neighbours swapped, give another one."""
    total = 0
    for place, digit in enumerate(reversed(digits)):
        doubled = _VALUES[digit] * (2 - place % 2)
        total += doubled // _BASE + doubled % _BASE
    return _DIGITS[-total % _BASE]


@dataclass(frozen=True, slots=True)
class Codes:
    """The orders and customers whose codes stand in a text."""

    orders: tuple[OrderId, ...] = ()
    customers: tuple[PersonId, ...] = ()

    @property
    def all(self) -> frozenset[str]:
        return frozenset(
            [*map(payment_code, self.orders), *(customer_code(who) for who in self.customers)]
        )


def codes_in(text: str) -> Codes:
    """Codes are whole words; small letters, wide ones and hyphens are read as they are meant."""
    plain = unicodedata.normalize("NFKC", text).upper().replace("-", "")
    words = dict.fromkeys(_WORD.findall(plain))
    orders = tuple(order for word in words if (order := _order(word)) is not None)
    return Codes(orders, tuple(who for word in words if (who := _customer(word)) is not None))


def _order(word: str) -> OrderId | None:
    match = _ORDER.fullmatch(word)
    if match is None:
        return None
    order = OrderId(int(match[1]))
    return order if payment_code(order) == word else None


def _customer(word: str) -> PersonId | None:
    match = _CUSTOMER.fullmatch(word)
    if match is None:
        return None
    number = 0
    for digit in match[1]:
        number = number * _BASE + _VALUES[digit]
    person = PersonId(number)
    return person if customer_code(person) == word else None
