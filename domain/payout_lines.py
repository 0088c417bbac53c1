"""The one-line commands about pay-outs, and about money that staff give or forgive."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Final, NoReturn

from domain import lines
from domain.finance_lines import customer, number
from domain.ids import OrderId, PayoutId
from domain.money import Currency, Money
from domain.refusals import BadLine


@dataclass(frozen=True, slots=True)
class ShowPayouts:
    pass


@dataclass(frozen=True, slots=True)
class StartPayout:
    payout: PayoutId


@dataclass(frozen=True, slots=True)
class SendPayout:
    payout: PayoutId
    reference: str


@dataclass(frozen=True, slots=True)
class RefusePayout:
    payout: PayoutId
    reason: str


@dataclass(frozen=True, slots=True)
class BouncePayout:
    payout: PayoutId


@dataclass(frozen=True, slots=True)
class AllowPayout:
    customer: str


@dataclass(frozen=True, slots=True)
class GiveGoodwill:
    customer: str
    amount: Money
    reason: str


@dataclass(frozen=True, slots=True)
class WriteOff:
    customer: str
    amount: Money
    reason: str


@dataclass(frozen=True, slots=True)
class RefundOrder:
    order: OrderId
    amount: Money
    reason: str


Command = (
    ShowPayouts
    | StartPayout
    | SendPayout
    | RefusePayout
    | BouncePayout
    | AllowPayout
    | GiveGoodwill
    | WriteOff
    | RefundOrder
)


def read(word: str, rest: str, currency: Currency) -> Command:
    """Read what follows a command's word; KeyError when there is no such command."""
    return READERS[word](rest, currency)


def _payouts(rest: str, _: Currency) -> ShowPayouts:
    if rest:
        _odd("payouts", "alone")
    return ShowPayouts()


def _payout(rest: str, _: Currency) -> Command:
    first, more = _first("payout", rest)
    which = PayoutId(number("payout", first))
    word, _space, tail = more.partition(" ")
    if more == "start":
        return StartPayout(which)
    if more == "bounced":
        return BouncePayout(which)
    if word == "sent":
        return SendPayout(which, lines.reference("payout", tail))
    if word == "refuse":
        return RefusePayout(which, lines.reason("payout", tail))
    return _odd("payout", "alone" if word in ("start", "bounced") else "two words")


def _allow(rest: str, _: Currency) -> AllowPayout:
    whom, more = _first("allow_payout", rest)
    if more or rest.endswith(" "):
        _odd("allow_payout", "two words")
    return AllowPayout(customer("allow_payout", whom))


def _goodwill(rest: str, currency: Currency) -> GiveGoodwill:
    return GiveGoodwill(*_given("goodwill", rest, currency))


def _writeoff(rest: str, currency: Currency) -> WriteOff:
    return WriteOff(*_given("writeoff", rest, currency))


def _given(command: str, rest: str, currency: Currency) -> tuple[str, Money, str]:
    whom, more = _first(command, rest)
    whom = customer(command, whom)
    return whom, *_amount_and_reason(command, more, currency)


def _refund(rest: str, currency: Currency) -> RefundOrder:
    which, more = _first("refund", rest)
    order = OrderId(number("refund", which.removeprefix("#")))
    return RefundOrder(order, *_amount_and_reason("refund", more, currency))


def _amount_and_reason(command: str, text: str, currency: Currency) -> tuple[Money, str]:
    amount, _, why = text.partition(" ")
    if not amount:
        _odd(command, "two words")
    return lines.amount(command, amount, currency), lines.reason(command, why)


def _first(command: str, rest: str) -> tuple[str, str]:
    if not rest.startswith(" "):
        _odd(command, "spaces" if rest else "two words")
    first, _, more = rest[1:].partition(" ")
    if not first:
        _odd(command, "spaces" if rest[1:] else "two words")
    return first, more


def _odd(command: str, why: str) -> NoReturn:
    raise BadLine(command, why)


READERS: Final[Mapping[str, Callable[[str, Currency], Command]]] = MappingProxyType(
    {
        "payouts": _payouts,
        "payout": _payout,
        "allow_payout": _allow,
        "goodwill": _goodwill,
        "writeoff": _writeoff,
        "refund": _refund,
    }
)
