"""What the clocks tell: reminders before a deadline, and what waits for staff."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from domain.ids import OrderId
from domain.money import Money
from domain.turns import Turn

# To the customer ------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class DeadlineNear:
    """The 7 days end soon; the order says when. A warning gives a day, however late it comes."""

    order: OrderId
    is_warning: bool = False
    kind: Literal["deadline_near"] = "deadline_near"


# To staff -------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class EstimateMissing:
    """An application ends soon, and nobody has priced it."""

    order: OrderId
    kind: Literal["estimate_missing"] = "estimate_missing"


@dataclass(frozen=True, slots=True)
class StaffAwaited:
    """It has been staff's turn for some business days."""

    order: OrderId
    turn: Turn
    since: datetime
    kind: Literal["staff_awaited"] = "staff_awaited"


@dataclass(frozen=True, slots=True)
class SecondBillUnpaid:
    """The reminders of the 2nd bill did not help: a person may."""

    order: OrderId
    remaining: Money
    days: int
    kind: Literal["second_bill_unpaid"] = "second_bill_unpaid"


@dataclass(frozen=True, slots=True)
class CustomerAsleep:
    """It is night where the customer is: what they were to be told waits until then."""

    order: OrderId
    until: datetime
    kind: Literal["customer_asleep"] = "customer_asleep"


ClockNotice = DeadlineNear | EstimateMissing | StaffAwaited | SecondBillUnpaid | CustomerAsleep
