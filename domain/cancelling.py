"""Cancelling: when a customer may; by staff, what is returned or kept, and when it takes two."""

from __future__ import annotations

from enum import StrEnum

from domain.money import Money
from domain.orders import UNPAID, LineState, Order
from domain.questions import BEFORE_PURCHASE

_BOUGHT = frozenset({LineState.BOUGHT, LineState.ARRIVED, LineState.SHIPPED})


class Paid(StrEnum):
    """What an amount in the order's account was paid for."""

    FIRST = "first"
    SECOND = "second"
    REST = "rest"  # parcels that came back, an order that was split


def can_cancel(order: Order) -> bool:
    """Whether its customer may cancel it at once; otherwise it is a request, or for staff.

    Before payment, and instead of deciding about what is dearer, or not quite what was
    wanted, while nothing of the order is bought.
    """
    if order.stage in UNPAID:
        return True
    lines = order.live_lines
    return any(line.question in BEFORE_PURCHASE for line in lines) and all(
        line.state is LineState.TO_BUY and line.arrived == 0 for line in lines
    )


def takes_two(order: Order) -> bool:
    """Once anything was bought somebody has lost money by it: two finance people decide."""
    return any(
        line.state in _BOUGHT or line.bought_at is not None or line.bought_price is not None
        for line in order.lines
    )


def amounts(order: Order, held: Money) -> dict[Paid, Money]:
    """What is left in the order's account, by what it was paid for; all of it together is `held`.

    What went back meanwhile was taken from what was paid last.
    """
    found: dict[Paid, Money] = {}
    for paid, bill in ((Paid.FIRST, order.first_bill), (Paid.SECOND, order.second_bill)):
        if bill is not None:
            found[paid] = min(bill.paid, held)
            held = held - found[paid]
    found[Paid.REST] = held
    return {paid: amount for paid, amount in found.items() if amount.is_positive}
