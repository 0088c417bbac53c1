"""What people are told when an order moves to another agency: facts, not sentences."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from domain.ids import OrderId
from domain.money import Money


@dataclass(frozen=True, slots=True)
class OrderMoved:
    """To the customer: who looks after the order from now on."""

    order: OrderId
    was: str
    now: str
    pays_elsewhere: bool = False  # an open bill has another bank account now
    kind: Literal["order_moved"] = "order_moved"


@dataclass(frozen=True, slots=True)
class OrderCame:
    """To the staff of its new agency: from whom the order comes, and what to know of it."""

    order: OrderId
    was: str
    by: str  # who of its staff moved it; empty: whoever keeps the bot
    waits: bool = False  # the customer waits for an answer
    pays_elsewhere: bool = False
    reported: Money | None = None  # a transfer that waits, to the former agency's account
    kind: Literal["order_came"] = "order_came"


MovingNotice = OrderMoved | OrderCame
