"""What people are told about payments through PayPal."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from domain.ids import OrderId, PaymentId
from domain.money import Money

# To the customer ------------------------------------------------------------------------------

# Why nothing was taken. The first three: no page could be made, the next: PayPal said no.
Cause = Literal[
    "unavailable",
    "not_accepted",
    "declined",
    "denied",  # after PayPal had looked at it
    "lapsed",
    "not_due",
    "changed",
    "on_hold",
    "under_review",
]


@dataclass(frozen=True, slots=True)
class PaypalReady:
    """PayPal's page is there: the customer can pay on it."""

    payment: PaymentId
    amount: Money
    link: str
    order: OrderId | None = None
    kind: Literal["paypal_ready"] = "paypal_ready"


@dataclass(frozen=True, slots=True)
class PaypalWaiting:
    """The customer says they have paid; PayPal has not heard of it."""

    payment: PaymentId
    amount: Money
    link: str
    order: OrderId | None = None
    kind: Literal["paypal_waiting"] = "paypal_waiting"


@dataclass(frozen=True, slots=True)
class PaypalSilent:
    """The customer says they have paid; PayPal cannot be asked just now."""

    payment: PaymentId
    amount: Money
    order: OrderId | None = None
    kind: Literal["paypal_silent"] = "paypal_silent"


@dataclass(frozen=True, slots=True)
class PaypalFailed:
    """Nothing was taken, and why."""

    amount: Money
    cause: Cause
    order: OrderId | None = None
    kind: Literal["paypal_failed"] = "paypal_failed"


@dataclass(frozen=True, slots=True)
class PaypalPending:
    """PayPal looks at the payment; it is no money until it has."""

    amount: Money
    order: OrderId | None = None
    kind: Literal["paypal_pending"] = "paypal_pending"


@dataclass(frozen=True, slots=True)
class MoneyTakenBack:
    """PayPal gave the customer money back, so it is gone here. `owed` is what they owe now."""

    amount: Money
    owed: Money
    cause: Literal["refund", "dispute"]
    order: OrderId | None = None
    kind: Literal["money_taken_back"] = "money_taken_back"


# To staff -------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class PaypalArrived:
    """Money came through PayPal. `to_deposit` of it was not for a bill."""

    payment: PaymentId
    name: str
    received: Money
    fee: Money
    to_deposit: Money
    order: OrderId | None = None
    kind: Literal["paypal_arrived"] = "paypal_arrived"


@dataclass(frozen=True, slots=True)
class PaypalHeldBack:
    """PayPal reviews a payment; nothing is to be done here."""

    payment: PaymentId
    name: str
    amount: Money
    order: OrderId | None = None
    kind: Literal["paypal_held_back"] = "paypal_held_back"


@dataclass(frozen=True, slots=True)
class PaypalReturned:
    """Money of a payment went back to the customer. `owed` is what they owe now."""

    payment: PaymentId
    name: str
    amount: Money
    owed: Money
    order: OrderId | None = None
    kind: Literal["paypal_returned"] = "paypal_returned"


@dataclass(frozen=True, slots=True)
class DisputeOpened:
    payment: PaymentId
    name: str
    dispute: str
    amount: Money
    reason: str  # PayPal's own word
    answer_by: datetime | None = None
    order: OrderId | None = None
    kind: Literal["dispute_opened"] = "dispute_opened"


@dataclass(frozen=True, slots=True)
class DisputeClosed:
    """`taken` and `fee` left our account; both None: it was decided for us."""

    payment: PaymentId
    name: str
    dispute: str
    taken: Money | None = None
    fee: Money | None = None
    owed: Money | None = None
    order: OrderId | None = None
    kind: Literal["dispute_closed"] = "dispute_closed"


PaypalNotice = (
    PaypalReady
    | PaypalWaiting
    | PaypalSilent
    | PaypalFailed
    | PaypalPending
    | MoneyTakenBack
    | PaypalArrived
    | PaypalHeldBack
    | PaypalReturned
    | DisputeOpened
    | DisputeClosed
)
