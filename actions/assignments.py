"""Assignment: which member of staff looks after an order."""

from __future__ import annotations

from dataclasses import dataclass, replace

from actions.work import Work
from domain.ids import OrderId
from domain.orders import Change, Order


@dataclass(frozen=True, slots=True)
class Taken:
    """Whose the order is now, and whose it was; empty: nobody's."""

    order: Order
    was: str = ""
    is_new: bool = True


async def take(work: Work, order_id: OrderId) -> Taken:
    """Whoever asks looks after the order from now on, also if somebody else did."""
    order = await work.lock(order_id)
    name = f"{work.by.signature} {work.by.name}"
    if order.taken_by == name:
        return Taken(order, order.taken_by, is_new=False)
    taken = replace(order, taken_by=name)
    change = Change("taken", order.taken_by, name)
    return Taken(await work.save(taken, change), order.taken_by)
