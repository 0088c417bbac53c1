"""Bills: what an order costs, as the customer is asked to pay it, version by version."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from domain.ids import BillId
from domain.money import Money


class BillKind(StrEnum):
    FIRST = "first"
    SECOND = "second"


class BillState(StrEnum):
    OPEN = "open"
    PAID = "paid"
    VOID = "void"  # another version took its place, or the order was cancelled


@dataclass(frozen=True, slots=True)
class Method:
    """A way of shipping abroad and its price."""

    name: str  # one word
    price: Money


@dataclass(frozen=True, slots=True)
class Bill:
    id: BillId
    kind: BillKind
    version: int
    total: Money
    issued_at: datetime
    paid: Money  # what has moved to the order for it; carried from version to version
    state: BillState = BillState.OPEN
    shipping: Money | None = None  # 1st bill: domestic shipping
    fee: Money | None = None  # 1st bill: the agency's
    rate: str = ""  # 1st bill: the shop's currency and the frozen rate, "JPY@0.0066"
    methods: tuple[Method, ...] = ()  # 2nd bill: what can be chosen
    method: str = ""  # 2nd bill: what was chosen
    extra: Money | None = None  # 2nd bill: a line added by staff
    extra_reason: str = ""

    @property
    def remaining(self) -> Money:
        """What is still to be paid; never below zero."""
        return max(self.total - self.paid, self.total.nothing)

    @property
    def is_at_least(self) -> bool:
        """2nd bill: no method is chosen, and one of them costs more than the total says."""
        return not self.method and len({each.price for each in self.methods}) > 1

    @property
    def is_covered(self) -> bool:
        return self.paid >= self.total
