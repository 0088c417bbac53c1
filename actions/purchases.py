"""Buying: staff mark lines bought, or not to be had; above the tolerance the customer decides."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from actions.cancellations import cancel_because
from actions.work import Work
from domain.ids import OrderId
from domain.money import Money
from domain.notices import LinesBought, LineUnavailable, PriceDecided, PriceRose
from domain.orders import (
    Change,
    Flag,
    Line,
    LineState,
    Order,
    SoldOut,
    Stage,
    follow_lines,
    with_line,
    with_lines,
)
from domain.purchases import approved_price, is_within
from domain.refusals import DecisionPending, LineNotNow, NotNow


async def mark_bought(
    work: Work, order_id: OrderId, prices: Mapping[int, Money] | None, *, seen: int | None = None
) -> Order:
    """Mark lines bought at their real unit prices; None: all that are left, at the estimate.

    A price above what the customer allowed is not bought: the customer is asked.
    """
    order = await work.lock_to_work(order_id, seen=seen)
    if order.stage is not Stage.PURCHASING:
        raise NotNow(order.stage)
    wanted = _wanted(order, prices)
    bought = [_bought(line, price) for line, price in wanted if is_within(order, line, price)]
    asked = [(line, price) for line, price in wanted if not is_within(order, line, price)]
    order = with_lines(order, bought)
    order = with_lines(order, [replace(line, asked_price=price) for line, price in asked])
    if asked:
        order = replace(order, flags=order.flags | {Flag.DECISION_NEEDED})
    order = follow_lines(order)
    numbers = tuple(line.no for line in bought)
    order = await work.save(order, _bought_change(bought, asked))
    if bought:
        all_bought = order.stage is not Stage.PURCHASING
        await work.tell_customer(order, LinesBought(order.id, numbers, all_bought))
    for line, price in asked:
        limit = approved_price(order, line)
        await work.tell_customer(order, PriceRose(order.id, line.no, limit, price))
    return order


def _wanted(order: Order, prices: Mapping[int, Money] | None) -> list[tuple[Line, Money]]:
    if prices is None:
        to_buy = [line for line in order.live_lines if line.state is LineState.TO_BUY]
        pending = [line for line in to_buy if line.asked_price is not None]
        if pending:
            raise DecisionPending(pending[0].no)
        return [(line, approved_price(order, line)) for line in to_buy]
    return [(_buyable(order, no), price) for no, price in prices.items()]


def _buyable(order: Order, no: int) -> Line:
    line = order.line(no)
    if line.state is not LineState.TO_BUY:
        raise LineNotNow(no, line.state)
    if line.asked_price is not None:
        raise DecisionPending(no)
    return line


def _bought(line: Line, price: Money) -> Line:
    return replace(line, state=LineState.BOUGHT, bought_price=price)


def _bought_change(bought: list[Line], asked: list[tuple[Line, Money]]) -> Change:
    done = [f"line {x.no} bought at {x.price.plain()}" for x in bought if x.price is not None]
    open_ = [f"line {line.no} asked at {price.plain()}" for line, price in asked]
    return Change(", ".join([*done, *open_]))


async def mark_unavailable(
    work: Work, order_id: OrderId, no: int, reason: str, *, seen: int | None = None
) -> Order:
    """A line is not to be had: dropped, or everything cancelled if the customer chose so."""
    order = await work.lock_to_work(order_id, seen=seen)
    if order.stage is not Stage.PURCHASING:
        raise NotNow(order.stage)
    line = order.line(no)
    if line.state is not LineState.TO_BUY:
        raise LineNotNow(no, line.state)
    order = _dropped(order, line, reason)
    if _ends_with(order):
        return await cancel_because(work, order, "nothing_left", reason)
    order = follow_lines(order)
    change = Change(f"line {no} not available", line.state, LineState.CANCELLED, reason)
    order = await work.save(order, change)
    await work.tell_customer(order, LineUnavailable(order.id, line.no, reason))
    return order


def _dropped(order: Order, line: Line, reason: str) -> Order:
    gone = replace(line, state=LineState.CANCELLED, asked_price=None, reason=reason)
    return _without_decision(with_line(order, gone))


def _without_decision(order: Order) -> Order:
    """The flag goes when no line waits for the customer any more."""
    if any(line.asked_price is not None for line in order.live_lines):
        return order
    return replace(order, flags=order.flags - {Flag.DECISION_NEEDED})


def _ends_with(order: Order) -> bool:
    """Nothing is left, or the customer wants all or nothing and nothing was bought yet."""
    if not order.live_lines:
        return True
    untouched = all(line.state is LineState.TO_BUY for line in order.live_lines)
    return order.sold_out is SoldOut.CANCEL_EVERYTHING and untouched


async def decide_price(
    work: Work, order_id: OrderId, no: int, accepts: bool, *, seen: int | None = None
) -> Order:
    """The customer accepts a line's new price, or drops the line."""
    order = await work.lock(order_id, seen=seen)
    line = order.line(no)
    asked = line.asked_price
    if asked is None or line.state is not LineState.TO_BUY:
        raise LineNotNow(no, line.state)
    if accepts:
        agreed = replace(line, asked_price=None, unit_price=asked)
        order = _without_decision(with_line(order, agreed))
    else:
        order = _dropped(order, line, "price")
    if not order.live_lines:
        return await cancel_because(work, order, "nothing_left", "price")
    order = follow_lines(order)
    what = f"line {no}: price {asked.plain()} {'accepted' if accepts else 'declined'}"
    order = await work.save(order, Change(what))
    await work.tell_staff(order, PriceDecided(order.id, line.no, accepts, asked))
    return order
