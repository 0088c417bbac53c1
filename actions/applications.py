"""Applying: an application becomes an order with a number."""

from __future__ import annotations

from dataclasses import replace

from actions.work import Work
from domain.deadlines import after_days, restart
from domain.ids import OrderId
from domain.letters import Urgency
from domain.notices import ApplicationArrived
from domain.orders import Application, Change, Order


async def apply(work: Work, application: Application) -> Order:
    """Take a customer's application in; its topic is opened by the first thing said in it."""
    if application.agency is not None:
        other = await work.uow.agencies.get(application.agency)
        work = replace(work, agency=other.beside(work.agency))
    order = Order(
        id=OrderId(0),
        customer=work.by.id,
        currency=work.agency.currency,
        lines=application.lines,
        address=application.address,
        preference=application.preference,
        sold_out=application.sold_out,
        tolerance_percent=application.tolerance_percent,
        applied_at=work.now,
        agency=application.agency,
    )
    due_at = after_days(work.now, work.agency.first_bill_days, work.agency.timezone)
    order = restart(order, due_at, work.now)
    change = Change("applied", after=order.stage)
    order = await work.add(order, change)
    await work.redraw(order, Urgency.NOTICE)  # the card stands at the head of the topic
    await work.tell_staff(order, ApplicationArrived(order.id))
    return order
