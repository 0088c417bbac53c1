"""What is told about changes that a customer makes, or asks for."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from domain.ids import LineNo, OrderId
from domain.money import Money

# To staff -------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class ItemChanged:
    """The customer changed a quantity, 0 for none; the bill's two totals, if there is one."""

    order: OrderId
    line: LineNo
    before: int
    after: int
    was: Money | None = None
    total: Money | None = None
    kind: Literal["item_changed"] = "item_changed"


@dataclass(frozen=True, slots=True)
class EstimateWanted:
    """More than was priced: the order waits for a new estimate. `was` is the void bill's total."""

    order: OrderId
    line: LineNo
    before: int
    after: int
    was: Money
    kind: Literal["estimate_wanted"] = "estimate_wanted"


@dataclass(frozen=True, slots=True)
class ChangeRequested:
    """The order is paid: the customer asks for `wanted` of these lines, 0 for none."""

    order: OrderId
    lines: tuple[LineNo, ...]
    wanted: int
    kind: Literal["change_requested"] = "change_requested"


@dataclass(frozen=True, slots=True)
class RequestWithdrawn:
    order: OrderId
    lines: tuple[LineNo, ...]
    kind: Literal["request_withdrawn"] = "request_withdrawn"


# To the customer ------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class RequestAccepted:
    """The lines are cancelled, or fewer; `wanted` as it was asked for."""

    order: OrderId
    lines: tuple[LineNo, ...]
    wanted: int
    kind: Literal["request_accepted"] = "request_accepted"


@dataclass(frozen=True, slots=True)
class RequestDeclined:
    """The lines stay as they are, and are bought."""

    order: OrderId
    lines: tuple[LineNo, ...]
    reason: str
    kind: Literal["request_declined"] = "request_declined"


ChangeNotice = (
    ItemChanged
    | EstimateWanted
    | ChangeRequested
    | RequestWithdrawn
    | RequestAccepted
    | RequestDeclined
)
