"""Buying: staff mark lines bought, or not to be had; above the tolerance the customer decides."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime

from actions import replacements
from actions.cancellations import cancel_because
from actions.work import Work
from domain.history import written
from domain.ids import OrderId
from domain.mishaps import BEFORE_BILL
from domain.money import Money
from domain.notices import LinesBought, LineUnavailable
from domain.orders import (
    Change,
    Line,
    LineState,
    Order,
    Question,
    SoldOut,
    Stage,
    with_lines,
)
from domain.purchases import all_buyable, approved_price, buyable, charged, follow, is_within
from domain.question_notices import QuestionAsked
from domain.questions import ask, dropped
from domain.refusals import BoughtAlready, DecisionPending, LineNotNow, NotNow


async def mark_bought(
    work: Work, order_id: OrderId, prices: Mapping[int, Money] | None, *, seen: int | None = None
) -> Order:
    """Mark lines bought at their real unit prices; None: all that may be, at the estimate.

    A price above what the customer allowed is not bought: the customer is asked.
    """
    order = await _lock_to_buy(work, order_id, seen)
    paid = _wanted(order, prices)
    wanted = [(line, charged(order, line, price)) for line, price in paid]
    bought = [
        _bought(line, price, work.now) for line, price in wanted if is_within(order, line, price)
    ]
    asked = [(line, price) for line, price in wanted if not is_within(order, line, price)]
    order = with_lines(order, bought)
    for line, price in asked:
        order = ask(order, line, Question.PRICE, work.now, price=price)
    order = follow(order)
    numbers = tuple(line.no for line in bought)
    ours = ", ".join(f"{written(x)} paid by us" for x in _ours(paid, wanted))
    order = await work.save(order, replace(_bought_change(bought, asked), why=ours))
    if bought:
        all_bought = order.stage is not Stage.PURCHASING
        await work.tell_customer(order, LinesBought(order.id, numbers, all_bought))
    for line, price in asked:
        await _tell_asked(work, order, line, Question.PRICE, price=price)
    return order


async def _lock_to_buy(work: Work, order_id: OrderId, seen: int | None) -> Order:
    order = await work.lock_to_work(order_id, seen=seen)
    if order.stage is not Stage.PURCHASING:
        raise NotNow(order.stage)
    return order


def _wanted(order: Order, prices: Mapping[int, Money] | None) -> list[tuple[Line, Money]]:
    if prices is None:
        return [(line, approved_price(order, line)) for line in all_buyable(order)]
    return [(buyable(order.line(no)), price) for no, price in prices.items()]


def _ours(paid: list[tuple[Line, Money]], wanted: list[tuple[Line, Money]]) -> list[Money]:
    """What we pay for, and the customer does not."""
    return [x for (_, x), (_, asked) in zip(paid, wanted, strict=True) if x != asked]


def _bought(line: Line, price: Money, now: datetime) -> Line:
    return replace(line, state=LineState.BOUGHT, bought_price=price, bought_at=now)


def _bought_change(bought: list[Line], asked: list[tuple[Line, Money]]) -> Change:
    done = [f"line {x.no} bought at {written(x.price)}" for x in bought if x.price is not None]
    open_ = [f"line {line.no} asked at {written(price)}" for line, price in asked]
    return Change(", ".join([*done, *open_]))


async def _tell_asked(
    work: Work,
    order: Order,
    line: Line,
    question: Question,
    words: str = "",
    price: Money | None = None,
) -> None:
    agreed = line.unit_price
    said = QuestionAsked(order.id, line.no, question, words, agreed, price)
    await work.tell_customer(order, said)


async def offer(
    work: Work,
    order_id: OrderId,
    no: int,
    words: str,
    price: Money | None = None,
    *,
    seen: int | None = None,
) -> Order:
    """What was asked for is missing: offer something near it, at the same price or another."""
    order = await _lock_to_buy(work, order_id, seen)
    line = buyable(order.line(no))
    price = None if price is None else charged(order, line, price)
    order = ask(order, line, Question.VARIANT, work.now, words=words, price=price)
    change = Change(f"line {no}: offered instead", why=words)
    order = await work.save(order, change)
    await _tell_asked(work, order, line, Question.VARIANT, words, price)
    return order


async def mark_unavailable(
    work: Work, order_id: OrderId, no: int, reason: str, *, seen: int | None = None
) -> Order:
    """A line is not to be had: what the customer chose for that is done, as far as it can be.

    Dropped, or everything cancelled; where something is bought already, the customer is asked.
    """
    order = await work.lock_to_work(order_id, seen=seen)
    line = order.line(no)
    if line.state in (LineState.BOUGHT, LineState.ARRIVED) and order.stage in BEFORE_BILL:
        raise BoughtAlready(no)
    if order.stage is not Stage.PURCHASING:
        raise NotNow(order.stage)
    if line.state is not LineState.TO_BUY:
        raise LineNotNow(no, line.state)
    without = dropped(order, line, reason)
    if _ends_with(without):
        return await cancel_because(work, without, "nothing_left", reason)
    if order.sold_out is SoldOut.CANCEL_EVERYTHING:
        return await _ask_about_the_rest(work, order, line, reason)
    left = without.line(no).state
    change = Change(f"line {no} not available", line.state, left, reason)
    was, order = order, await work.save(follow(without), change)
    await work.tell_customer(order, LineUnavailable(order.id, line.no, reason))
    await replacements.look_after(work, was, order)
    return order


def _ends_with(order: Order) -> bool:
    """Nothing is left, or the customer wants all or nothing and nothing was bought yet."""
    if not order.live_lines:
        return True
    untouched = all(x.state is LineState.TO_BUY and x.arrived == 0 for x in order.live_lines)
    return order.sold_out is SoldOut.CANCEL_EVERYTHING and untouched


async def _ask_about_the_rest(work: Work, order: Order, line: Line, reason: str) -> Order:
    """All or nothing was wanted, but something is bought: go on without it, or not?"""
    if line.question is Question.SOLD_OUT:
        raise DecisionPending(line.no)
    order = ask(order, replace(line, wanted=None), Question.SOLD_OUT, work.now, words=reason)
    order = await work.save(order, Change(f"line {line.no} not available: asked", why=reason))
    await _tell_asked(work, order, line, Question.SOLD_OUT, reason)
    return order
