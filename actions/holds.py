"""Holds: staff stop an order, with a reason, and let it go on."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

from actions.work import Work
from domain.deadlines import freeze, unfreeze
from domain.ids import OrderId
from domain.notices import HoldPlaced, HoldReleased
from domain.orders import Change, Flag, Order
from domain.refusals import NotNow, OrderFlagged


async def hold(work: Work, order_id: OrderId, reason: str, *, seen: int | None = None) -> Order:
    """Stop an order and its clock."""
    order = await work.lock(order_id, seen=seen)
    if order.is_ended:
        raise NotNow(order.stage)
    if Flag.ON_HOLD in order.flags:
        raise OrderFlagged(Flag.ON_HOLD)
    order = await work.save(stopped(order, reason, work.now), Change("on hold", why=reason))
    await work.tell_customer(order, HoldPlaced(order.id, reason))
    return order


def stopped(order: Order, reason: str, now: datetime) -> Order:
    """On hold: until it is released nothing of it goes on, and no clock runs."""
    return replace(freeze(order, now), flags=order.flags | {Flag.ON_HOLD}, reason=reason)


async def parts(work: Work, order: Order) -> list[Order]:
    """The orders that were split off it or make it good, and those of them in turn."""
    found: list[Order] = []
    for number in await work.uow.orders.linked(order):
        if number != order.linked_to:
            part = await work.uow.orders.get(number)
            found += [part, *await parts(work, part)]
    return found


async def lock_with_parts(work: Work, order_id: OrderId) -> tuple[Order, tuple[OrderId, ...]]:
    """Take an order and its parts, the lowest number first: before payments and money."""
    found = await parts(work, await work.lock(order_id))
    numbers = tuple(sorted(part.id for part in found))
    for number in numbers:
        await work.lock(number)
    return await work.lock(order_id), numbers  # whose agency acts


async def release(work: Work, order_id: OrderId, *, seen: int | None = None) -> Order:
    """Let an order go on; its clock goes on where it stood, unless something else stops it."""
    order = await work.lock(order_id, seen=seen)
    if Flag.ON_HOLD not in order.flags:
        raise NotNow(order.stage)
    order = replace(order, flags=order.flags - {Flag.ON_HOLD}, reason="")
    if await work.uow.payments.in_review(order.id) is None:
        order = unfreeze(order, work.now)
    order = await work.save(order, Change("released"))
    due_at = order.due_at if order.frozen_at is None else None
    await work.tell_customer(order, HoldReleased(order.id, due_at))
    return order
