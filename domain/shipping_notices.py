"""What is told of the 2nd bill, of parcels under way, and of problems that were a mistake."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from domain.ids import LineNo, OrderId
from domain.money import Money

# To the customer ------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class SecondBillReminder:
    """The 2nd bill has waited for so many days; it never bites."""

    order: OrderId
    remaining: Money
    days: int
    kind: Literal["second_bill_reminder"] = "second_bill_reminder"


@dataclass(frozen=True, slots=True)
class OrderPacked:
    """From here on method and address stay as they are."""

    order: OrderId
    kind: Literal["order_packed"] = "order_packed"


@dataclass(frozen=True, slots=True)
class OrderUnpacked:
    """It is not packed after all: method and address can be changed again."""

    order: OrderId
    kind: Literal["order_unpacked"] = "order_unpacked"


@dataclass(frozen=True, slots=True)
class ArrivalQuestion:
    """Has it arrived? Without an answer the order completes when its days are over.

    The last time it is asked gives a day, however late it comes.
    """

    order: OrderId
    is_last: bool = False
    kind: Literal["arrival_question"] = "arrival_question"


@dataclass(frozen=True, slots=True)
class ParcelReturned:
    """A parcel came back to the warehouse; `linked` is the order that sends it again."""

    order: OrderId
    carrier: str
    tracking: str
    reason: str
    linked: OrderId | None = None
    kind: Literal["parcel_returned"] = "parcel_returned"


# To both --------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class ReplacementFailed:
    """What `other` was to send again will not come, so many of each line: the problem is open."""

    order: OrderId
    other: OrderId
    to: Literal["customer", "staff"]
    lines: tuple[tuple[LineNo, int], ...] = ()
    kind: Literal["replacement_failed"] = "replacement_failed"


# To staff -------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class ShippingChanged:
    """After payment: another method or another address. `due` is what is to be paid more."""

    order: OrderId
    method_was: str
    method: str
    address_was: str
    address: str
    due: Money
    kind: Literal["shipping_changed"] = "shipping_changed"


@dataclass(frozen=True, slots=True)
class ArrivalPostponed:
    """The customer says that it has not arrived yet."""

    order: OrderId
    due_at: datetime
    kind: Literal["arrival_postponed"] = "arrival_postponed"


@dataclass(frozen=True, slots=True)
class ProblemWithdrawn:
    """The customer says that the problem was a mistake."""

    order: OrderId
    kind: Literal["problem_withdrawn"] = "problem_withdrawn"


@dataclass(frozen=True, slots=True)
class SentAgain:
    """A new order that makes good `other`: bought anew, or what came back waits to be sent."""

    order: OrderId
    other: OrderId
    reason: str
    is_bought: bool
    kind: Literal["sent_again"] = "sent_again"


ShippingNotice = (
    SecondBillReminder
    | OrderPacked
    | OrderUnpacked
    | ArrivalQuestion
    | ParcelReturned
    | ShippingChanged
    | ArrivalPostponed
    | ProblemWithdrawn
    | SentAgain
    | ReplacementFailed
)
