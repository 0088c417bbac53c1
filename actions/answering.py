"""First answers: whoever writes waits for one, and it rings when it does not come."""

from __future__ import annotations

from datetime import datetime
from typing import Final

from actions.calendar import business_time_from
from actions.work import Work
from domain.answering import ANSWER_WITHIN
from domain.desk_notices import Unanswered
from domain.ids import InquiryId, OrderId
from domain.letters import Recipient, Told, ToStaff, topic_of
from domain.messages import Thread
from domain.refusals import OwnOrder
from domain.talk_notices import InquiryUnanswered
from storage.answering import Open

RINGS: Final = 2  # in the topic, then in General
BATCH: Final = 200


async def wrote(work: Work, thread: Thread) -> None:
    """A customer wrote: somebody is to answer."""
    await work.uow.answering.wrote(thread, work.now, await _ring_at(work, thread))


async def has_waited(work: Work, thread: Thread, since: datetime) -> None:
    """What was held back until now has no answer yet."""
    await work.uow.answering.wrote(thread, since, await _ring_at(work, thread))


async def answered(work: Work, thread: Thread) -> bool:
    """Somebody did, or there is nothing to answer; whether somebody waited."""
    return await work.uow.answering.answered(thread)


async def _ring_at(work: Work, thread: Thread) -> datetime:
    agency = work.agency  # inquiries are the front desk's
    if thread.order is not None:
        agency = await work.uow.agencies.in_charge(thread.order, work.agency)
    return business_time_from(agency, work.now, ANSWER_WITHIN)


async def due(work: Work) -> list[Thread]:
    return await work.uow.answering.due(work.now, BATCH)


async def ring(work: Work, thread: Thread) -> bool:
    """Ring once in the topic and, if that is not heard, once in General."""
    waits = await work.uow.answering.lock(thread)
    if waits is None or waits.ring_at is None or waits.ring_at > work.now:
        return False
    again = waits.rung > 0
    to = await _general(work, thread) if again else topic_of(thread)
    await work.uow.outbox.put(Told(await _bell(work, waits, again=again)), to)
    rung = waits.rung + 1
    again_at = None if rung == RINGS else await _ring_at(work, thread)
    await work.uow.answering.rung(thread, rung, again_at)
    return True


async def _general(work: Work, thread: Thread) -> Recipient:
    if thread.order is None:
        return ToStaff()
    return ToStaff(agency=await work.uow.orders.agency(thread.order))


async def _bell(work: Work, waits: Open, *, again: bool) -> Unanswered | InquiryUnanswered:
    order, inquiry = waits.thread.order, waits.thread.inquiry
    if order is not None:
        topic = await work.uow.orders.topic(order) or 0
        return Unanswered(order, waits.since, again, topic)
    assert inquiry is not None
    topic = await work.uow.inquiries.topic(inquiry) or 0
    return InquiryUnanswered(inquiry, waits.since, again, topic)


async def needs_no_answer(work: Work, order_id: OrderId) -> bool:
    """What the customer wrote was read, and asks for nothing; whether they waited."""
    await work.lock(order_id)
    return await answered(work, Thread(order_id))


async def inquiry_needs_no_answer(work: Work, number: InquiryId) -> bool:
    if (await work.uow.inquiries.get(number)).customer == work.by.id:
        raise OwnOrder
    return await answered(work, Thread(inquiry=number))
