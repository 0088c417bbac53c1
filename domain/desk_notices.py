"""What the desk itself tells staff: customers without an answer, and the morning's digest."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import Literal

from domain.ids import OrderId, PersonId
from domain.queue import Bite, Tally
from domain.rights_notices import AccountDeleted


@dataclass(frozen=True, slots=True)
class Unanswered:
    """A customer has had no answer for hours of business: rung in the topic, then in General.

    An inquiry has `InquiryUnanswered`.
    """

    order: OrderId
    since: datetime
    again: bool = False  # it rang in the topic, and nobody answered
    topic: int = 0  # where that is; 0 while there is none
    kind: Literal["unanswered"] = "unanswered"


@dataclass(frozen=True, slots=True)
class MorningDigest:
    """What waits this morning, what is late, what money is to be confirmed, what ends today."""

    day: date
    waiting: tuple[Tally, ...] = ()
    bites: tuple[Bite, ...] = ()
    kind: Literal["morning_digest"] = "morning_digest"


Hindrance = Literal["shut", "rights"]  # nothing gets in; or not everything


@dataclass(frozen=True, slots=True)
class ShutOut:
    """The bot cannot work in a staff group as it should: told where it can be heard."""

    agency: str
    hindrance: Hindrance
    since: datetime
    kind: Literal["shut_out"] = "shut_out"


@dataclass(frozen=True, slots=True)
class CustomerNotTold:
    """What belongs to no order, a pay-in or a pay-out, could not be told to a customer."""

    customer: PersonId
    name: str
    why: str
    kind: Literal["customer_not_told"] = "customer_not_told"


DeskNotice = CustomerNotTold | ShutOut | Unanswered | MorningDigest | AccountDeleted
