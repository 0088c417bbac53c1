"""Buying: how much a line may cost before its customer is asked."""

from __future__ import annotations

from domain.money import Money
from domain.orders import Line, Order
from domain.refusals import LineNotNow


def approved_price(order: Order, line: Line) -> Money:
    """The unit price the customer agreed to."""
    if line.unit_price is None:
        raise LineNotNow(line.no, line.state)
    return line.unit_price


def is_within(order: Order, line: Line, price: Money) -> bool:
    """Whether a real unit price stays within the tolerance, exactly and in whole minor units."""
    agreed = approved_price(order, line)
    return price.minor * 100 <= agreed.minor * (100 + order.tolerance_percent)
