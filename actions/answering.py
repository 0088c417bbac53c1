"""First answers: whoever writes waits for one, and it rings when it does not come."""

from __future__ import annotations

from datetime import datetime
from typing import Final

from actions.calendar import business_time_from
from actions.work import Work
from domain.answering import ANSWER_WITHIN
from domain.desk_notices import Unanswered
from domain.ids import OrderId
from domain.letters import Told, ToStaff, ToTopic

RINGS: Final = 2  # in the topic, then in General
BATCH: Final = 200


async def wrote(work: Work, order: OrderId) -> None:
    """A customer wrote about an order: somebody is to answer."""
    await work.uow.answering.wrote(order, work.now, await _ring_at(work, order))


async def answered(work: Work, order: OrderId) -> bool:
    """Somebody did, or there is nothing to answer; whether somebody waited."""
    return await work.uow.answering.answered(order)


async def _ring_at(work: Work, order: OrderId) -> datetime:
    agency = await work.uow.agencies.in_charge(order, work.agency)
    return business_time_from(agency, work.now, ANSWER_WITHIN)


async def due(work: Work) -> list[OrderId]:
    return await work.uow.answering.due(work.now, BATCH)


async def ring(work: Work, order_id: OrderId) -> bool:
    """Ring once in the topic and, if that is not heard, once in General."""
    waits = await work.uow.answering.lock(order_id)
    if waits is None or waits.ring_at is None or waits.ring_at > work.now:
        return False
    again = waits.rung > 0
    general = ToStaff(agency=await work.uow.orders.agency(order_id))
    to = general if again else ToTopic(order_id)
    topic = await work.uow.orders.topic(order_id) or 0
    await work.uow.outbox.put(Told(Unanswered(order_id, waits.since, again, topic)), to)
    rung = waits.rung + 1
    again_at = None if rung == RINGS else await _ring_at(work, order_id)
    await work.uow.answering.rung(order_id, rung, again_at)
    return True


async def needs_no_answer(work: Work, order_id: OrderId) -> bool:
    """What the customer wrote was read, and asks for nothing; whether they waited."""
    await work.lock(order_id)
    return await answered(work, order_id)
