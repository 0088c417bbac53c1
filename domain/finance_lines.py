"""The one-line commands about money that belong to no order's topic."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Final, NoReturn

from domain import lines
from domain.ids import OrderId, PaymentId
from domain.money import Currency, Money
from domain.refusals import BadLine

_NUMBER: Final = re.compile(r"[1-9][0-9]{0,17}")
_NAME: Final = re.compile(r"@[A-Za-z][A-Za-z0-9_]{3,31}")


@dataclass(frozen=True, slots=True)
class ShowPayIns:
    pass


@dataclass(frozen=True, slots=True)
class ConfirmPayIn:
    payment: PaymentId
    received: Money
    reference: str


@dataclass(frozen=True, slots=True)
class RefusePayIn:
    payment: PaymentId
    reason: str


@dataclass(frozen=True, slots=True)
class KeepUnknown:
    """Money of an unknown sender."""

    amount: Money
    reference: str


@dataclass(frozen=True, slots=True)
class MatchUnknown:
    """Its owner was found: a customer, as staff name them, or an order."""

    reference: str
    customer: str = ""
    order: OrderId | None = None


@dataclass(frozen=True, slots=True)
class CorrectTransfer:
    """What was booked for the wrong one; or, with what arrived in truth, as a wrong amount.

    Zero: nothing arrived.
    """

    reference: str
    reason: str
    right: Money | None = None


Command = ShowPayIns | ConfirmPayIn | RefusePayIn | KeepUnknown | MatchUnknown | CorrectTransfer


def read(word: str, rest: str, currency: Currency) -> Command:
    """Read what follows a command's word; KeyError when there is no such command."""
    return READERS[word](rest, currency)


def customer(command: str, text: str) -> str:
    """How staff name a customer: Telegram's number, or `@name`."""
    if _NUMBER.fullmatch(text) is None and _NAME.fullmatch(text) is None:
        _odd(command, "customer")
    return text


def number(command: str, text: str) -> int:
    if _NUMBER.fullmatch(text) is None:
        _odd(command, "number")
    return int(text)


def _payins(rest: str, _: Currency) -> ShowPayIns:
    if rest:
        _odd("payins", "alone")
    return ShowPayIns()


def _payin(rest: str, currency: Currency) -> ConfirmPayIn | RefusePayIn:
    first, more = _first("payin", rest)
    payment = PaymentId(number("payin", first))
    word, _, why = more.partition(" ")
    if word == "refuse":
        return RefusePayIn(payment, lines.reason("payin", why))
    received, reference = _two("payin", more)
    return ConfirmPayIn(
        payment,
        lines.amount("payin", received, currency),
        lines.reference("payin", reference),
    )


def _suspense(rest: str, currency: Currency) -> KeepUnknown:
    amount, reference = _two("suspense", _rest("suspense", rest))
    return KeepUnknown(
        lines.amount("suspense", amount, currency), lines.reference("suspense", reference)
    )


def _match(rest: str, _: Currency) -> MatchUnknown:
    reference, whose = _two("match", _rest("match", rest))
    reference = lines.reference("match", reference)
    if whose.startswith("#"):
        return MatchUnknown(reference, order=OrderId(number("match", whose[1:])))
    return MatchUnknown(reference, customer("match", whose))


def _correct(rest: str, currency: Currency) -> CorrectTransfer:
    reference, why = _first("correct", rest)
    reference, right = lines.reference("correct", reference), None
    word, _, more = why.partition(" ")
    if word.startswith("amount="):
        right, why = lines.price("correct", word.removeprefix("amount="), currency), more
    return CorrectTransfer(reference, lines.reason("correct", why), right)


def _rest(command: str, rest: str) -> str:
    if not rest.startswith(" "):
        _odd(command, "spaces" if rest else "two words")
    return rest[1:]


def _first(command: str, rest: str) -> tuple[str, str]:
    first, _, more = _rest(command, rest).partition(" ")
    return first, more


def _two(command: str, text: str) -> tuple[str, str]:
    words = text.split(" ")
    if not all(words):
        _odd(command, "spaces" if text else "two words")
    if len(words) != 2:
        _odd(command, "two words")
    return words[0], words[1]


def _odd(command: str, why: str) -> NoReturn:
    raise BadLine(command, why)


READERS: Final[Mapping[str, Callable[[str, Currency], Command]]] = MappingProxyType(
    {
        "payins": _payins,
        "payin": _payin,
        "suspense": _suspense,
        "match": _match,
        "correct": _correct,
    }
)
