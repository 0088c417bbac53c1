"""Goods that are sent again for a completed order: a linked one, with nothing to pay."""

from __future__ import annotations

from dataclasses import replace

from actions.work import Work
from domain.ids import OrderId
from domain.letters import Urgency
from domain.orders import Change, LineState, Order, Stage
from domain.problems import nothing_to_pay, sent_again
from domain.shipping_notices import SentAgain

_STAGES = {LineState.TO_BUY: Stage.PURCHASING, LineState.ARRIVED: Stage.AT_WAREHOUSE}


async def open_linked(work: Work, order: Order, state: LineState, why: str) -> Order:
    """A new order of the same items, to be bought or in the warehouse; its topic has its card."""
    asked = sent_again(order, state, work.now)
    change = Change(f"sent again for #{order.id}", after=asked.stage, why=why)
    number: OrderId = (await work.add(asked, change)).id
    linked = await work.lock(number)
    linked = replace(nothing_to_pay(linked, work.now), stage=_STAGES[state])
    linked = await work.save(linked, Change("nothing to pay", asked.stage, linked.stage))
    await work.redraw(linked, Urgency.NOTICE)  # the card stands at the head of the topic
    is_bought = state is LineState.ARRIVED
    await work.tell_staff(linked, SentAgain(linked.id, order.id, why, is_bought))
    return linked
