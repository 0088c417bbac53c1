"""What is told of pay-outs, of four eyes, and of money that staff give or forgive."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Literal

from domain.ids import OrderId, PayoutId, PersonId
from domain.money import Money

# To the finance topic -------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class PayoutRequested:
    payout: PayoutId
    customer: PersonId
    name: str
    amount: Money
    arrives: Money
    method: str
    hint: str
    due_on: date
    kind: Literal["payout_requested"] = "payout_requested"


@dataclass(frozen=True, slots=True)
class PayoutWithdrawn:
    payout: PayoutId
    name: str
    amount: Money
    kind: Literal["payout_withdrawn"] = "payout_withdrawn"


@dataclass(frozen=True, slots=True)
class PayoutLate:
    payout: PayoutId
    name: str
    arrives: Money
    state: str
    due_on: date
    kind: Literal["payout_late"] = "payout_late"


@dataclass(frozen=True, slots=True)
class PayoutOpened:
    """The account in clear. Only the number is written down; it is looked up when it is sent."""

    payout: PayoutId
    by: str
    kind: Literal["payout_opened"] = "payout_opened"


@dataclass(frozen=True, slots=True)
class PayoutWanted:
    """A customer who has not used the service asks for a pay-out."""

    customer: PersonId
    name: str
    deposit: Money
    kind: Literal["payout_wanted"] = "payout_wanted"


# To the customer ------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class PayoutStarted:
    payout: PayoutId
    arrives: Money
    due_on: date
    kind: Literal["payout_started"] = "payout_started"


@dataclass(frozen=True, slots=True)
class PayoutSent:
    payout: PayoutId
    arrives: Money
    charge: Money
    method: str
    hint: str
    reference: str
    kind: Literal["payout_sent"] = "payout_sent"


@dataclass(frozen=True, slots=True)
class PayoutRefused:
    payout: PayoutId
    amount: Money
    reason: str
    repaid: Money
    kind: Literal["payout_refused"] = "payout_refused"


@dataclass(frozen=True, slots=True)
class PayoutBounced:
    payout: PayoutId
    amount: Money
    repaid: Money
    kind: Literal["payout_bounced"] = "payout_bounced"


@dataclass(frozen=True, slots=True)
class PayoutAllowed:
    deposit: Money
    kind: Literal["payout_allowed"] = "payout_allowed"


@dataclass(frozen=True, slots=True)
class GoodwillGiven:
    amount: Money
    reason: str
    repaid: Money
    kind: Literal["goodwill_given"] = "goodwill_given"


@dataclass(frozen=True, slots=True)
class DebtWrittenOff:
    amount: Money
    reason: str
    owed: Money  # still
    kind: Literal["debt_written_off"] = "debt_written_off"


@dataclass(frozen=True, slots=True)
class MoneyGivenBack:
    """Staff refunded something of an order to the deposit."""

    order: OrderId
    amount: Money
    reason: str
    repaid: Money
    kind: Literal["money_given_back"] = "money_given_back"


@dataclass(frozen=True, slots=True)
class TransferCorrected:
    """What was booked for them by mistake is taken back; or booked as what arrived in truth."""

    was: Money
    right: Money | None
    owed: Money
    balance: Money
    order: OrderId | None = None
    is_held: bool = False
    kind: Literal["transfer_corrected"] = "transfer_corrected"


# To the order's topic -------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class CorrectedForStaff:
    order: OrderId
    was: Money
    right: Money | None
    owed: Money
    reason: str
    is_held: bool
    kind: Literal["corrected_for_staff"] = "corrected_for_staff"


PayoutNotice = (
    PayoutRequested
    | PayoutWithdrawn
    | PayoutLate
    | PayoutOpened
    | PayoutWanted
    | PayoutStarted
    | PayoutSent
    | PayoutRefused
    | PayoutBounced
    | PayoutAllowed
    | GoodwillGiven
    | DebtWrittenOff
    | MoneyGivenBack
    | TransferCorrected
    | CorrectedForStaff
)
