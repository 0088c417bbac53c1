"""Moving an order to another agency: whole, with its history, and with all that waits for it."""

from __future__ import annotations

from dataclasses import replace

from actions import agreeing
from actions.calendar import business_time_from
from actions.work import Work
from domain import moving
from domain.actors import KEEPER
from domain.agency import Agency
from domain.answering import ANSWER_WITHIN
from domain.ids import OrderId, TopicId
from domain.letters import LeftTopic, ToChat, ToTopic, Urgency
from domain.messages import Thread
from domain.moving import Move
from domain.moving_notices import OrderCame, OrderMoved
from domain.orders import Order, Role
from domain.refusals import NoOtherAgency


async def agencies(work: Work) -> list[Agency]:
    """All that an order could be given to, that of the settings first."""
    default = work.agency.settings
    others = await work.uow.agencies.with_groups(default)
    if not others:
        raise NoOtherAgency
    return [default, *others]


async def look(work: Work, order_id: OrderId, there: Agency, *, seen: int | None = None) -> Move:
    """What would happen; refuses what may not be. Nothing is changed."""
    order = await work.lock(order_id, seen=seen)
    here = work.agency
    report = await work.uow.payments.open_report(order_id)
    must_wait = report is not None and work.by != KEEPER  # who moves what nobody can decide
    moving.moved(order, here, there, work.now, is_reported=must_wait)
    proposals = await work.uow.proposals.open_in(order_id)
    elsewhere = moving.pays_elsewhere(order, here, there)
    reported = None
    if report is not None and here.bank_account != there.bank_account:
        reported = report.claimed
    return Move(order, here, there, elsewhere, order.taken_by, len(proposals), reported)


async def move(work: Work, order_id: OrderId, there: Agency, *, seen: int | None = None) -> Move:
    """Give an order to another agency: from here on everything of it happens in its group."""
    would = await look(work, order_id, there, seen=seen)
    here, order = would.here, would.order
    moved = moving.moved(order, here, there, work.now, is_reported=False)
    await _forget_proposals(work, order_id)
    card, topic = await _leave(work, order)
    work.agency = there  # whose calendar counts from now on
    kept = await work.save(moved, moving.change(order, here, there))
    await work.redraw(kept, Urgency.NOTICE)  # the card stands at the head of its new topic
    waits = await _carry_bell_over(work, order_id, there)
    by = work.by.name if work.by.role is Role.STAFF else ""
    came = OrderCame(order_id, here.name, by, waits, would.pays_elsewhere, would.reported)
    await work.tell_staff(kept, came)
    await work.uow.outbox.send_all_on(ToTopic(order_id, here.id), work.now)
    if topic is not None:
        left = LeftTopic(order_id, there.name, card)
        await work.uow.outbox.put(left, ToChat(here.staff_chat, topic))
    await work.tell_customer(
        kept, OrderMoved(order_id, here.name, there.name, would.pays_elsewhere)
    )
    return replace(would, order=kept)


async def _forget_proposals(work: Work, order_id: OrderId) -> None:
    """Who agrees is asked anew by those who are in charge then."""
    for proposal in await work.uow.proposals.open_in(order_id):
        await agreeing.forget(work, proposal.wish.subject)


async def _leave(work: Work, order: Order) -> tuple[int, TopicId | None]:
    """Its topic stays behind, with its card; the next one is opened by what is said first."""
    orders = work.uow.orders
    topic, card = await orders.topic(order.id), await orders.topic_card(order.id)
    if topic is not None:
        await orders.leave_topic(order.id, order.agency, topic)
        await orders.without_topic(order.id)
    return card or 0, topic


async def _carry_bell_over(work: Work, order_id: OrderId, there: Agency) -> bool:
    """Who waits for an answer waits since they wrote; it rings anew where it can be heard."""
    waits = await work.uow.answering.lock(Thread(order=order_id))
    if waits is None:
        return False
    ring_at = business_time_from(there, waits.since, ANSWER_WITHIN)
    await work.uow.answering.rung(waits.thread, 0, ring_at)
    return True
