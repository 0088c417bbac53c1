"""What PayPal says of a payment, what we make of it, and when we ask again."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Final, Literal

from domain.ids import PaymentId
from domain.money import Currency, Money
from domain.orders import Flag, Order
from domain.payments import Payment, PaymentState
from domain.reports import payment_code

# PayPal takes these, with as many decimals as we count. (It takes HUF and TWD without any.)
CURRENCIES: Final = frozenset(
    Currency(code)
    for code in (
        "AUD", "BRL", "CAD", "CHF", "CNY", "CZK", "DKK", "EUR", "GBP", "HKD", "ILS", "JPY", "MXN",
        "MYR", "NOK", "NZD", "PHP", "PLN", "SEK", "SGD", "THB", "USD",
    )
)  # fmt: skip


class Standing(StrEnum):
    """How a payment stands with PayPal."""

    OPEN = "open"  # the customer has not agreed to it
    APPROVED = "approved"  # the customer has; nothing has moved
    PENDING = "pending"  # captured, and PayPal is not sure yet: no money
    COMPLETED = "completed"
    DECLINED = "declined"
    GONE = "gone"  # PayPal does not know it any more


class CaptureState(StrEnum):
    COMPLETED = "COMPLETED"
    PARTIALLY_REFUNDED = "PARTIALLY_REFUNDED"
    REFUNDED = "REFUNDED"
    PENDING = "PENDING"
    DECLINED = "DECLINED"
    FAILED = "FAILED"


_ARRIVED: Final = frozenset(
    {CaptureState.COMPLETED, CaptureState.PARTIALLY_REFUNDED, CaptureState.REFUNDED}
)


@dataclass(frozen=True, slots=True)
class Capture:
    """Money that PayPal took from the customer for us."""

    id: str
    state: CaptureState
    gross: Money
    fee: Money


@dataclass(frozen=True, slots=True)
class Refund:
    """Money that went back to the customer."""

    id: str
    amount: Money
    is_done: bool
    made_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Checkout:
    """An order as PayPal calls it: one payment from its page to its refunds."""

    id: str
    status: str  # PayPal's own word
    captures: tuple[Capture, ...] = ()
    refunds: tuple[Refund, ...] = ()
    link: str = ""  # where the customer agrees to it

    @property
    def arrived(self) -> Capture | None:
        """The capture that is money."""
        return next((c for c in self.captures if c.state in _ARRIVED), None)

    @property
    def standing(self) -> Standing:
        states = {capture.state for capture in self.captures}
        if states & _ARRIVED:
            return Standing.COMPLETED
        if CaptureState.PENDING in states:
            return Standing.PENDING
        if states:
            return Standing.DECLINED
        if self.status == "VOIDED":
            return Standing.GONE
        return Standing.APPROVED if self.status == "APPROVED" else Standing.OPEN


# What may be taken ----------------------------------------------------------------------------


# Why nothing is captured although the customer agreed: it was paid otherwise or cancelled, another
# amount is due now, the order is on hold, a transfer was reported meanwhile.
Obstacle = Literal["not_due", "changed", "on_hold", "under_review"]


def obstacle(payment: Payment, order: Order, review: Payment | None) -> Obstacle | None:
    """What stands against taking the money for a bill; None: nothing does."""
    bill = order.bill_due
    if bill is None or bill.is_covered:
        return "not_due"
    if bill.id != payment.bill or bill.remaining != payment.claimed:
        return "changed"
    if Flag.ON_HOLD in order.flags:
        return "on_hold"
    if review is not None and review.id != payment.id:
        return "under_review"
    return None


def description(payment: Payment) -> str:
    """What the customer reads at PayPal."""
    return "Deposit" if payment.order is None else f"Order #{payment.order}"


def invoice(payment: Payment) -> str:
    """Unique for ever: PayPal refuses a second capture under the same one."""
    what = "PAYIN" if payment.order is None else payment_code(payment.order)
    return f"{what}-{payment.id}-{payment.paypal_request[:8]}"


def return_payload(payment: PaymentId) -> str:
    """What the link back from PayPal's page says: `?start=paypal_17`."""
    return f"paypal_{payment}"


# When to look again ---------------------------------------------------------------------------

_SECOND, _HOUR, _DAY = timedelta(seconds=1), timedelta(hours=1), timedelta(days=1)

# After the page was made, after the customer agreed, after the capture was held back.
WAITING: Final = tuple(
    _SECOND * seconds
    for seconds in (10, 30, 60, 120, 300, 600, 1_200, 2_400, 4_800, 9_600, 18_000, 23_400)
)
LAPSES_AFTER: Final = WAITING[-1]  # PayPal keeps a page that nobody agreed to for 6 hours
# After the money arrived: it may be given back for 180 days.
WATCHING: Final = (
    _HOUR, 6 * _HOUR, *(_DAY * days for days in (1, 2, 4, 7, 14, 30, 60, 90, 120, 150, 180)),
)  # fmt: skip
LINK_FRESH: Final = timedelta(hours=2)  # a page that was made before that is not offered again

DISPUTES_EVERY: Final = _HOUR


def next_look(state: PaymentState, since: datetime, now: datetime) -> datetime | None:
    """When to ask PayPal again about a payment that is so `since` then; None: no more."""
    match state:
        case PaymentState.CREATED:
            return _next_of(WAITING, since, now)
        case PaymentState.APPROVED | PaymentState.PENDING:
            return _next_of(WAITING, since, now) or now + LAPSES_AFTER
        case PaymentState.CONFIRMED:
            return _next_of(WATCHING, since, now)
        case _:
            return None


def _next_of(spans: tuple[timedelta, ...], since: datetime, now: datetime) -> datetime | None:
    return next((since + span for span in spans if since + span > now), None)


# Disputes -------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Dispute:
    """A customer, or their bank, wants the money of a capture back."""

    id: str
    capture: str
    reason: str  # PayPal's own word
    amount: Money  # what is disputed
    is_resolved: bool = False
    taken: Money | None = None  # from us, once it is resolved against us
    fee: Money | None = None  # what PayPal charges us for it
    answer_by: datetime | None = None  # until when PayPal waits for our side of it
    opened_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Return:
    """Money of a payment that went back, as we wrote it down."""

    key: str  # `refund:<id>` or `reversal:<dispute>`
    amount: Money
    at: datetime
    is_booked: bool

    @property
    def is_refund(self) -> bool:
        return self.key.startswith("refund:")


# PayPal may say of the very same money that it was refunded and that a dispute took it: a seller
# who accepts a claim refunds it. What came first is booked, the other is not.


def is_reversed_already(refund: Refund, known: Iterable[Return]) -> bool:
    """Whether a lost dispute took just this much, and no refund has answered for it yet."""
    alike = [each for each in known if each.amount == refund.amount]
    taken = sum(each.is_booked and not each.is_refund for each in alike)
    answered = sum(each.is_refund and not each.is_booked for each in alike)
    return taken > answered


def is_refunded_already(dispute: Dispute, known: Iterable[Return]) -> bool:
    """Whether just what it took was refunded since it was opened."""
    if dispute.opened_at is None:
        return False
    alike = [each for each in known if each.amount == dispute.taken]
    refunded = sum(x.is_booked and x.is_refund and x.at >= dispute.opened_at for x in alike)
    answered = sum(not x.is_refund and not x.is_booked for x in alike)
    return refunded > answered
