"""What we owe people to tell them: facts, not sentences. Views turn them into words."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from domain.change_notices import ChangeNotice
from domain.clock_notices import ClockNotice
from domain.desk_notices import DeskNotice
from domain.ids import BankLineId, LineNo, OrderId, PaymentId, PersonId
from domain.money import Money
from domain.moving_notices import MovingNotice
from domain.payout_notices import PayoutNotice
from domain.paypal_notices import PaypalNotice
from domain.question_notices import QuestionNotice
from domain.shipping_notices import ShippingNotice
from domain.talk_notices import TalkNotice

# To the customer ------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class EstimateIssued:
    """The 1st bill is there. `before` is the total of the version it replaces."""

    order: OrderId
    total: Money
    due_at: datetime
    before: Money | None = None
    kind: Literal["estimate_issued"] = "estimate_issued"


@dataclass(frozen=True, slots=True)
class LineRejected:
    order: OrderId
    line: LineNo
    reason: str
    kind: Literal["line_rejected"] = "line_rejected"


@dataclass(frozen=True, slots=True)
class OrderCancelled:
    """`by` says why it ended; `returned` is what went back to the deposit, `kept` what did not."""

    order: OrderId
    by: Literal["customer", "staff", "unpaid", "nothing_left"]
    reason: str = ""
    returned: Money | None = None
    kept: Money | None = None
    kind: Literal["order_cancelled"] = "order_cancelled"


@dataclass(frozen=True, slots=True)
class PaymentConfirmed:
    """A transfer arrived. `remaining` of the bill; `to_deposit` went to the deposit."""

    order: OrderId
    bill: Literal["first", "second"]
    received: Money
    applied: Money
    remaining: Money
    to_deposit: Money
    repaid: Money
    due_at: datetime | None = None
    kind: Literal["payment_confirmed"] = "payment_confirmed"


@dataclass(frozen=True, slots=True)
class LatePayment:
    """Money for an order that had ended: it is in the deposit."""

    order: OrderId
    received: Money
    repaid: Money
    kind: Literal["late_payment"] = "late_payment"


@dataclass(frozen=True, slots=True)
class PaymentRefused:
    order: OrderId
    bill: Literal["first", "second"]
    reason: str
    due_at: datetime | None = None
    kind: Literal["payment_refused"] = "payment_refused"


@dataclass(frozen=True, slots=True)
class LinesBought:
    order: OrderId
    lines: tuple[LineNo, ...]
    all_bought: bool
    kind: Literal["lines_bought"] = "lines_bought"


@dataclass(frozen=True, slots=True)
class LineUnavailable:
    order: OrderId
    line: LineNo
    reason: str
    kind: Literal["line_unavailable"] = "line_unavailable"


@dataclass(frozen=True, slots=True)
class LinesArrived:
    order: OrderId
    lines: tuple[LineNo, ...]
    all_arrived: bool
    kind: Literal["lines_arrived"] = "lines_arrived"


@dataclass(frozen=True, slots=True)
class SecondBillIssued:
    order: OrderId
    again: bool = False
    kind: Literal["second_bill_issued"] = "second_bill_issued"


@dataclass(frozen=True, slots=True)
class ParcelShipped:
    order: OrderId
    carrier: str
    tracking: str
    number: int  # of the parcel within the order
    due_at: datetime
    kind: Literal["parcel_shipped"] = "parcel_shipped"


@dataclass(frozen=True, slots=True)
class TrackingCorrected:
    order: OrderId
    carrier: str
    tracking: str
    was: str
    kind: Literal["tracking_corrected"] = "tracking_corrected"


@dataclass(frozen=True, slots=True)
class OrderCompleted:
    """By the reception report or by the clock, with the settlement that was posted."""

    order: OrderId
    by: Literal["customer", "clock"]
    cost: Money
    paid: Money
    to_deposit: Money
    from_deposit: Money
    owed: Money
    kind: Literal["order_completed"] = "order_completed"


@dataclass(frozen=True, slots=True)
class CostAdjusted:
    order: OrderId
    amount: Money
    reason: str
    kind: Literal["cost_adjusted"] = "cost_adjusted"


@dataclass(frozen=True, slots=True)
class HoldPlaced:
    order: OrderId
    reason: str
    kind: Literal["hold_placed"] = "hold_placed"


@dataclass(frozen=True, slots=True)
class HoldReleased:
    order: OrderId
    due_at: datetime | None = None
    kind: Literal["hold_released"] = "hold_released"


@dataclass(frozen=True, slots=True)
class ProblemSolved:
    """`refunded` is in the deposit, `repaid` of it went into a debt; `linked` sends it again."""

    order: OrderId
    words: str
    outcome: Literal["nothing", "refund", "replacement"] = "nothing"
    refunded: Money | None = None
    repaid: Money | None = None
    linked: OrderId | None = None
    kind: Literal["problem_solved"] = "problem_solved"


@dataclass(frozen=True, slots=True)
class Sorry:
    """Something of ours broke while a person's update was worked; staff were told."""

    kind: Literal["sorry"] = "sorry"


# To staff -------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class ApplicationArrived:
    order: OrderId
    kind: Literal["application_arrived"] = "application_arrived"


@dataclass(frozen=True, slots=True)
class PaymentReported:
    order: OrderId
    payment: PaymentId
    bill: Literal["first", "second"]
    claimed: Money
    remaining: Money
    transferred_on: str
    sender: str
    code: str
    receipt: str = ""
    kind: Literal["payment_reported"] = "payment_reported"


@dataclass(frozen=True, slots=True)
class ReportWithdrawn:
    order: OrderId
    claimed: Money
    kind: Literal["report_withdrawn"] = "report_withdrawn"


@dataclass(frozen=True, slots=True)
class PaidFromDeposit:
    order: OrderId
    bill: Literal["first", "second"]
    amount: Money
    remaining: Money
    kind: Literal["paid_from_deposit"] = "paid_from_deposit"


@dataclass(frozen=True, slots=True)
class BillCovered:
    """A bill is paid in full: staff can go on. `what` comes next is for the view to say."""

    order: OrderId
    bill: Literal["first", "second"]
    kind: Literal["bill_covered"] = "bill_covered"


@dataclass(frozen=True, slots=True)
class ShippingChosen:
    """The customer confirmed the method and the address of the 2nd bill."""

    order: OrderId
    method: str
    address: str
    kind: Literal["shipping_chosen"] = "shipping_chosen"


@dataclass(frozen=True, slots=True)
class EndedForStaff:
    """The order was cancelled or completed by the customer or by the clock."""

    order: OrderId
    how: Literal["cancelled_by_customer", "unpaid", "received", "clock", "nothing_left"]
    kind: Literal["ended_for_staff"] = "ended_for_staff"


@dataclass(frozen=True, slots=True)
class ProblemReported:
    order: OrderId
    words: str
    kind: Literal["problem_reported"] = "problem_reported"


@dataclass(frozen=True, slots=True)
class NotDelivered:
    """A letter to the order's customer could not be delivered, and why."""

    order: OrderId
    why: str
    kind: Literal["not_delivered"] = "not_delivered"


# Money that belongs to no order, to the customer -----------------------------------------------


@dataclass(frozen=True, slots=True)
class PayInConfirmed:
    """Money is in the deposit. `balance` is what it reads now, less what is owed."""

    received: Money
    repaid: Money  # of a debt
    balance: Money
    kind: Literal["pay_in_confirmed"] = "pay_in_confirmed"


@dataclass(frozen=True, slots=True)
class PayInRefused:
    claimed: Money
    reason: str
    kind: Literal["pay_in_refused"] = "pay_in_refused"


# … and to the finance members -----------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class PayInReported:
    payment: PaymentId
    customer: PersonId
    name: str
    claimed: Money
    transferred_on: str
    sender: str
    code: str
    receipt: str = ""
    kind: Literal["pay_in_reported"] = "pay_in_reported"


@dataclass(frozen=True, slots=True)
class LineSuggested:
    """A line of the bank's file, and whose money it may be."""

    line: BankLineId
    reference: str
    amount: Money
    paid_on: str
    sender: str
    text: str
    why: Literal["code", "sender"]
    customer: PersonId
    name: str
    payment: PaymentId | None = None
    claimed: Money | None = None
    for_order: OrderId | None = None
    kind: Literal["line_suggested"] = "line_suggested"


@dataclass(frozen=True, slots=True)
class UpdateParked:
    """An update that could not be worked, put aside for `daiko replay`."""

    update: int
    error: str
    kind: Literal["update_parked"] = "update_parked"


@dataclass(frozen=True, slots=True)
class Alarm:
    """Something staff must look at that belongs to no order."""

    what: str
    detail: str = ""
    kind: Literal["alarm"] = "alarm"


Notice = (
    PayoutNotice
    | ChangeNotice
    | PaypalNotice
    | TalkNotice
    | DeskNotice
    | ClockNotice
    | QuestionNotice
    | ShippingNotice
    | MovingNotice
    | EstimateIssued
    | LineRejected
    | OrderCancelled
    | PaymentConfirmed
    | LatePayment
    | PaymentRefused
    | LinesBought
    | LineUnavailable
    | LinesArrived
    | SecondBillIssued
    | ParcelShipped
    | TrackingCorrected
    | OrderCompleted
    | CostAdjusted
    | HoldPlaced
    | HoldReleased
    | ProblemSolved
    | Sorry
    | ApplicationArrived
    | PaymentReported
    | ReportWithdrawn
    | PaidFromDeposit
    | BillCovered
    | ShippingChosen
    | EndedForStaff
    | ProblemReported
    | NotDelivered
    | PayInConfirmed
    | PayInRefused
    | PayInReported
    | LineSuggested
    | UpdateParked
    | Alarm
)


def speaks(notice: Notice) -> bool:
    """Whether it carries words of staff's own: who waits for an answer has one then."""
    return bool(getattr(notice, "words", "") or getattr(notice, "reason", ""))
