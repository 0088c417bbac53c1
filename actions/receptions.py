"""Reception: the customer reports what arrived, or that it has not; in the end it is settled."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import Final, Literal

from actions.work import Work
from domain import parcels
from domain.deadlines import postpone
from domain.ids import OrderId
from domain.ledger import order_account
from domain.notices import EndedForStaff, OrderCompleted
from domain.orders import Change, Event, Order, Role, Stage, advance
from domain.payments import settle as settlement_entry
from domain.refusals import NotNow, OrderFlagged, PostponedAlready
from domain.settlement import Settlement, settle
from domain.shipping_notices import ArrivalPostponed

POSTPONED_DAYS: Final = 15
POSTPONED_ONCE_IN: Final = timedelta(hours=24)
_POSTPONED: Final = "not arrived yet"


async def preview(work: Work, order_id: OrderId, *, seen: int | None = None) -> Settlement:
    """What the settlement would be, before it is confirmed; nothing is changed."""
    order = await work.lock(order_id, seen=seen)
    if order.stage is not Stage.SHIPPED:
        raise NotNow(order.stage)
    return await _settlement(work, order)


async def report_reception(
    work: Work, order_id: OrderId, *, seen: int | None = None
) -> Settlement:
    """Everything arrived: settle and complete the order."""
    order = await work.lock(order_id, seen=seen)
    if order.flags:
        raise OrderFlagged(min(order.flags))
    return await complete(work, order, "customer")


async def tick_parcel(
    work: Work, order_id: OrderId, number: int, *, seen: int | None = None
) -> Order:
    """One of several parcels is there, or is not after all; nothing is completed by it."""
    order = await work.lock(order_id, seen=seen)
    order = parcels.ticked(order, number, work.now)
    is_there = order.parcels[number - 1].arrived_at is not None
    what = f"parcel {number} {'arrived' if is_there else 'not arrived after all'}"
    return await work.save(order, Change(what))


async def not_arrived_yet(work: Work, order_id: OrderId, *, seen: int | None = None) -> Order:
    """Wait 15 days longer, and let staff look where it is; once in 24 hours."""
    order = await work.lock(order_id, seen=seen)
    if order.stage is not Stage.SHIPPED or order.due_at is None:
        raise NotNow(order.stage)
    if order.flags:
        raise OrderFlagged(min(order.flags))
    said_at = await work.uow.orders.last_done(order_id, _POSTPONED)
    if said_at is not None and work.now < said_at + POSTPONED_ONCE_IN:
        raise PostponedAlready(order.due_at)
    later = postpone(order, POSTPONED_DAYS, work.agency.timezone)
    assert later.due_at is not None
    await work.tell_staff(later, ArrivalPostponed(later.id, later.due_at))
    return await work.save(later, Change(_POSTPONED))


async def complete(work: Work, order: Order, by: Literal["customer", "clock"]) -> Settlement:
    """Complete a locked order and post its settlement, once."""
    event = Event.REPORT_RECEPTION if by == "customer" else Event.COMPLETE
    role = Role.CUSTOMER if by == "customer" else Role.CLOCK
    done = advance(order, event, role)
    settlement = await _settlement(work, order)
    notice = await _post(work, order, settlement, by)
    done = replace(done, completed_at=work.now, due_at=None, frozen_at=None)
    done = await work.save(done, Change(event, order.stage, done.stage))
    await work.tell_customer(done, notice)
    how: Literal["received", "clock"] = "received" if by == "customer" else "clock"
    await work.tell_staff(done, EndedForStaff(done.id, how))
    return settlement


async def _settlement(work: Work, order: Order) -> Settlement:
    account = order_account(order.id, order.customer)
    return settle(order, await work.uow.ledger.balance(account, order.currency))


async def _post(
    work: Work, order: Order, settlement: Settlement, by: Literal["customer", "clock"]
) -> OrderCompleted:
    await work.uow.ledger.lock_customer(order.customer)
    purse = await work.uow.ledger.purse(order.customer, order.currency)
    entry = settlement_entry(
        order.customer,
        order.id,
        cost=settlement.cost,
        held=settlement.paid,
        balance=purse.deposit,
        owed=purse.owed,
    )
    if entry is not None:
        await work.post(entry)
    from_deposit = min(settlement.under, purse.deposit)
    return OrderCompleted(
        order.id,
        by,
        cost=settlement.cost,
        paid=settlement.paid,
        to_deposit=settlement.over,
        from_deposit=from_deposit,
        owed=settlement.under - from_deposit,
    )
