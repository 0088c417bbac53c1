"""Messages of an order: stored first, then carried to the other side."""

from __future__ import annotations

from actions import answering
from actions.work import Work
from domain.ids import NoteId, OrderId
from domain.letters import Recipient, Relayed, ToPerson, ToTopic, Urgency
from domain.messages import Said, is_thread_open
from domain.refusals import OwnOrder, ThreadClosed


async def to_agency(work: Work, order_id: OrderId, said: Said) -> NoteId:
    """A customer writes to the agency in charge of the order."""
    order = await work.uow.orders.get(order_id, of=work.by.id)
    if not is_thread_open(order, work.agency.message_days, work.now):
        raise ThreadClosed(order.id, work.agency.message_days)
    note = await work.uow.notes.add(order.id, "to_agency", work.by.id, said, work.now)
    await answering.wrote(work, order.id)
    await _carry(work, note, ToTopic(order.id))
    return note


async def to_customer(work: Work, order_id: OrderId, said: Said) -> NoteId:
    """Staff write in the order's topic."""
    order = await work.uow.orders.get(order_id)
    if order.customer == work.by.id:
        raise OwnOrder
    note = await work.uow.notes.add(order.id, "to_customer", work.by.id, said, work.now)
    await answering.answered(work, order.id)
    await _carry(work, note, ToPerson(order.customer))
    return note


async def _carry(work: Work, note: NoteId, recipient: Recipient) -> None:
    await work.uow.outbox.put(Relayed(note), recipient, Urgency.NOTICE)
