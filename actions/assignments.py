"""Assignment: which member of staff looks after an order, or an inquiry."""

from __future__ import annotations

from dataclasses import dataclass, replace

from actions.work import Work
from domain.ids import InquiryId, OrderId
from domain.orders import Change
from domain.refusals import OwnOrder


@dataclass(frozen=True, slots=True)
class Taken:
    """Whose it was before; empty: nobody's."""

    was: str = ""
    is_new: bool = True


async def take(work: Work, order_id: OrderId) -> Taken:
    """Whoever asks looks after the order from now on, also if somebody else did."""
    order, name = await work.lock(order_id), _name(work)
    if order.taken_by == name:
        return Taken(name, is_new=False)
    change = Change("taken", order.taken_by, name)
    await work.save(replace(order, taken_by=name), change)
    return Taken(order.taken_by)


async def take_inquiry(work: Work, number: InquiryId) -> Taken:
    inquiry, name = await work.uow.inquiries.get(number), _name(work)
    if inquiry.customer == work.by.id:
        raise OwnOrder
    if inquiry.taken_by == name:
        return Taken(name, is_new=False)
    await work.uow.inquiries.take(number, name)
    return Taken(inquiry.taken_by)


def _name(work: Work) -> str:
    return f"{work.by.signature} {work.by.name}"
