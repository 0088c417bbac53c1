"""What waits at the staff's desk: of which kind, about whom, since when, and until when."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Final

from domain.ids import InquiryId, OrderId, TopicId
from domain.money import Money

STAFF_DAYS: Final = 2  # business days within which staff take the next step


class Kind(StrEnum):
    """The kinds of work, in the order of an order's life; the letters go into buttons."""

    MESSAGES = "ms"
    ESTIMATES = "es"
    PAYMENTS = "pa"
    BUYING = "bu"
    REQUESTS = "rq"
    DECISIONS = "de"  # these wait for the customer
    ARRIVALS = "ar"
    BILLING = "bi"
    SHIPPING = "sh"
    PROBLEMS = "pr"
    HELD = "he"
    PAYOUTS = "po"


@dataclass(frozen=True, slots=True)
class Waiting:
    """One thing that waits."""

    kind: Kind
    customer: str
    since: datetime
    order: OrderId | None = None
    inquiry: InquiryId | None = None
    number: int = 0  # of a pay-in or a pay-out, which belong to no order
    what: str = ""  # the order's first line that is still wanted
    said: str = ""  # the message that waits for an answer, in Telegram HTML
    amount: Money | None = None
    due: datetime | None = None
    topic: TopicId | None = None
    taken_by: str = ""

    def is_late(self, now: datetime) -> bool:
        return self.due is not None and self.due <= now


@dataclass(frozen=True, slots=True)
class Queue:
    """A page of what waits: all kinds together, or one of them."""

    now: datetime
    counts: Mapping[Kind, int]  # of every kind, also where nothing waits
    shown: tuple[Waiting, ...] = ()
    kind: Kind | None = None
    page: int = 0  # from 0
    pages: int = 1
    finance_topic: int = 0  # where pay-ins and pay-outs are worked; 0 where there is none yet

    @property
    def total(self) -> int:
        return sum(self.counts.values())


@dataclass(frozen=True, slots=True)
class Tally:
    """How much of a kind waits, and how much of it too long."""

    kind: Kind
    count: int
    late: int = 0
    amount: Money | None = None  # payments: how much is to be confirmed in all


@dataclass(frozen=True, slots=True)
class Bite:
    """An order whose deadline ends today: it will be cancelled, or completed."""

    order: OrderId
    at: datetime
    stage: str
    topic: int = 0
