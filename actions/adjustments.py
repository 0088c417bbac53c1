"""Adjustments: staff change what an order costs, for its settlement. Nothing is posted."""

from __future__ import annotations

from dataclasses import replace

from actions.work import Work
from domain.history import written
from domain.ids import OrderId
from domain.money import Money
from domain.notices import CostAdjusted
from domain.orders import UNPAID, Change, Order
from domain.refusals import NotNow


async def adjust(
    work: Work, order_id: OrderId, amount: Money, reason: str, *, seen: int | None = None
) -> Order:
    """Add to, or with an amount below zero take off, what a paid order costs."""
    work.require_finance()
    order = await work.lock(order_id, seen=seen)
    if order.is_ended or order.stage in UNPAID:
        raise NotNow(order.stage)
    was = amount.nothing if order.adjustment is None else order.adjustment
    order = replace(order, adjustment=was + amount)
    order = await work.save(order, Change("cost adjusted", after=written(amount), why=reason))
    await work.tell_customer(order, CostAdjusted(order.id, amount, reason))
    return order
