"""Goods that are sent again: a linked order with nothing to pay, and what if they never come."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

from actions.work import Work
from domain.actors import CLOCK
from domain.ids import OrderId
from domain.letters import Urgency
from domain.orders import Change, Line, LineState, Order, Stage
from domain.problems import (
    is_for_nothing,
    is_open,
    not_coming,
    nothing_to_pay,
    open_again,
    sent_again,
)
from domain.shipping_notices import ReplacementFailed, SentAgain

_STAGES = {LineState.TO_BUY: Stage.PURCHASING, LineState.ARRIVED: Stage.AT_WAREHOUSE}


async def open_linked(
    work: Work, order: Order, lines: Iterable[Line], state: LineState, why: str
) -> Order:
    """A new order of these items, to be bought or in the warehouse; its topic has its card."""
    asked = sent_again(order, lines, state, work.now)
    change = Change(f"sent again for #{order.id}", after=asked.stage, why=why)
    number: OrderId = (await work.add(asked, change)).id
    linked = await work.lock(number)
    linked = replace(nothing_to_pay(linked, work.now), stage=_STAGES[state])
    linked = await work.save(linked, Change("nothing to pay", asked.stage, linked.stage))
    await work.redraw(linked, Urgency.NOTICE)  # the card stands at the head of the topic
    is_bought = state is LineState.ARRIVED
    await work.tell_staff(linked, SentAgain(linked.id, order.id, why, is_bought))
    return linked


async def look_after(work: Work, was: Order, order: Order) -> None:
    """What a replacement does not bring is still to be made good: its problem is open again.

    It is open in the order that was paid, whose money can go back, and waits there for staff.
    """
    missing = not_coming(was, order)
    if not missing:
        return
    beside = Work(work.uow, work.agency.settings, work.now, CLOCK)  # perhaps of another agency
    first = await beside.lock(await _paid_for(work, order))
    if first.stage is not Stage.CANCELLED:
        known, first = is_open(first), open_again(first, work.now)
        change = Change("problem open again", after=f"#{order.id}", why=_named(missing))
        first = await beside.save(first, change)
        if not known:
            await beside.tell_customer(first, ReplacementFailed(first.id, order.id, "customer"))
    numbers = tuple((line.no, line.quantity) for line in missing)
    await beside.tell_staff(first, ReplacementFailed(first.id, order.id, "staff", numbers))


async def _paid_for(work: Work, order: Order) -> OrderId:
    """The order at the beginning: what makes good may itself be made good, or be split."""
    while order.linked_to is not None and is_for_nothing(order):
        order = await work.uow.orders.get(order.linked_to)
    return order.id


def _named(lines: Iterable[Line]) -> str:
    return "missing: " + ", ".join(f"{line.quantity} of line {line.no}" for line in lines)
