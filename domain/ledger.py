"""The books: accounts, and entries that move money between them, never edited."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from domain.ids import EventId, OrderId, PaymentId, PayoutId, PersonId
from domain.money import LARGEST, Currency, Money

LEGS_MAX: Final = 12

# Written as the second person where SOLE_OPERATOR says that there is only one.
SELF_DECLARED: Final = "self-declared"


class Side(StrEnum):
    """Where an account grows: debit if the agency has or spends it, credit if it owes or earns."""

    DEBIT = "D"
    CREDIT = "C"


class Kind(StrEnum):
    """What happened; `money.md` in the documentation has the postings of each."""

    PAY_IN = "pay_in"
    BILL_PAYMENT = "bill_payment"
    LATE_PAYMENT = "late_payment"  # for an order that had ended
    FROM_DEPOSIT = "from_deposit"
    SETTLEMENT = "settlement"
    CANCELLATION = "cancellation"
    SPLIT = "split"  # from an order to the one that part of it became
    SUSPENSE_IN = "suspense_in"
    SUSPENSE_OUT = "suspense_out"
    PAYOUT_HOLD = "payout_hold"
    PAYOUT_SENT = "payout_sent"
    PAYOUT_REFUSED = "payout_refused"  # or withdrawn
    PAYOUT_BOUNCED = "payout_bounced"
    PAYPAL_REFUND = "paypal_refund"  # PayPal says it has given back
    PAYPAL_REVERSAL = "paypal_reversal"
    REFUND = "refund"  # staff give back
    GOODWILL = "goodwill"
    WRITE_OFF = "write_off"
    CORRECTION = "correction"


# Two different people, always: the database asks for it too.
FOUR_EYES: Final = frozenset(
    {Kind.PAYOUT_SENT, Kind.REFUND, Kind.GOODWILL, Kind.WRITE_OFF, Kind.CORRECTION}
)


@dataclass(frozen=True, slots=True)
class Account:
    code: str
    side: Side
    guarded: bool = False  # never below zero on its side
    customer: PersonId | None = None
    order: OrderId | None = None


BANK: Final = Account("asset:bank", Side.DEBIT)
PAYPAL: Final = Account("asset:paypal", Side.DEBIT)
SUSPENSE: Final = Account("liability:suspense", Side.CREDIT, guarded=True)
INCOME: Final = Account("income:orders", Side.CREDIT)
PAYOUT_FEE: Final = Account("income:payout_fee", Side.CREDIT)
PAYPAL_FEE: Final = Account("expense:paypal_fee", Side.DEBIT)
DISPUTE_FEE: Final = Account("expense:dispute_fee", Side.DEBIT)
BAD_DEBT: Final = Account("expense:bad_debt", Side.DEBIT)
GOODWILL: Final = Account("expense:goodwill", Side.DEBIT)


def receivable(customer: PersonId) -> Account:
    """What a customer owes."""
    return Account(f"asset:receivable:{customer}", Side.DEBIT, guarded=True, customer=customer)


def deposit(customer: PersonId) -> Account:
    """What a customer can spend."""
    return Account(f"liability:deposit:{customer}", Side.CREDIT, guarded=True, customer=customer)


def payout_hold(customer: PersonId) -> Account:
    """What a customer has asked to be paid out and has not been sent yet."""
    code = f"liability:payout_hold:{customer}"
    return Account(code, Side.CREDIT, guarded=True, customer=customer)


def order_account(order: OrderId, customer: PersonId) -> Account:
    """What was paid for an order and is not earned yet."""
    code = f"liability:order:{order}"
    return Account(code, Side.CREDIT, guarded=True, customer=customer, order=order)


@dataclass(frozen=True, slots=True)
class Leg:
    """One transfer: an amount above zero, debited to one account and credited to another."""

    debit: Account
    credit: Account
    amount: Money

    def __post_init__(self) -> None:
        if not 1 <= self.amount.minor <= LARGEST:
            raise ValueError(f"no transfer has the amount {self.amount!r}")
        if self.debit.code == self.credit.code:
            raise ValueError(f"{self.debit.code} cannot pay itself")


@dataclass(frozen=True, slots=True)
class Entry:
    """One event and all its legs; the books take each key once."""

    key: str
    kind: Kind
    legs: tuple[Leg, ...]
    # What was asked for. The same key asking for the same is the same event; the legs do not
    # count, since they also depend on what the balances were.
    asked: tuple[str, ...] = ()
    order: OrderId | None = None
    payment: PaymentId | None = None
    payout: PayoutId | None = None
    reverses: EventId | None = None
    memo: str = ""

    def __post_init__(self) -> None:
        if not 1 <= len(self.legs) <= LEGS_MAX:
            raise ValueError(f"{self.key} has {len(self.legs)} legs")
        if len({leg.amount.currency for leg in self.legs}) > 1:
            raise ValueError(f"{self.key} mixes currencies")

    @property
    def currency(self) -> Currency:
        return self.legs[0].amount.currency

    @property
    def accounts(self) -> dict[str, Account]:
        return {a.code: a for leg in self.legs for a in (leg.debit, leg.credit)}

    @property
    def needs_two_people(self) -> bool:
        return self.kind in FOUR_EYES

    @property
    def fingerprint(self) -> str:
        """The same for the same event, another for whatever else claims its key."""
        ids = [self.order, self.payment, self.payout, self.reverses]
        content = [self.kind, self.currency, *self.asked, *ids]
        return hashlib.sha256(json.dumps(content).encode()).hexdigest()


def leg(debit: Account, credit: Account, amount: Money) -> tuple[Leg, ...]:
    """A transfer, or none if there is nothing to move."""
    return () if amount.is_zero else (Leg(debit, credit, amount),)


def reverse(entry: Entry, event: EventId, because: str) -> Entry:
    """Undo an event that was a mistake: every leg back, in the opposite order."""
    legs: Iterable[Leg] = (Leg(x.credit, x.debit, x.amount) for x in reversed(entry.legs))
    return Entry(
        key=f"{entry.key}:reversed",
        kind=Kind.CORRECTION,
        legs=tuple(legs),
        asked=(str(event),),
        order=entry.order,
        payment=entry.payment,
        payout=entry.payout,
        reverses=event,
        memo=because,
    )
