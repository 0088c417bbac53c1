"""Storage: since when an order's goods are all in the warehouse, and for how long."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime
from typing import Final

from domain.orders import Order, Stage

# Nothing is thrown away, however long it lies there.
STORED: Final = frozenset({Stage.AT_WAREHOUSE, Stage.AWAITING_SECOND_PAYMENT, Stage.READY_TO_SHIP})
_NOT_ALL_THERE: Final = frozenset({Stage.PURCHASING, Stage.AWAITING_ARRIVAL})


def since(order: Order, now: datetime) -> Order:
    """Remember when everything was there; forget it when something has to be bought again."""
    if order.stage in _NOT_ALL_THERE:
        return order if order.arrived_at is None else replace(order, arrived_at=None)
    if order.stage is Stage.AT_WAREHOUSE and order.arrived_at is None:
        return replace(order, arrived_at=now)
    return order


def days(order: Order, now: datetime) -> int | None:
    """Full days in the warehouse; None when the goods are not, or not all, there."""
    if order.stage not in STORED or order.arrived_at is None:
        return None
    return max((now - order.arrived_at).days, 0)
