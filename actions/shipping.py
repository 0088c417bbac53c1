"""Shipping: parcels with their carriers and tracking numbers, and those that come back."""

from __future__ import annotations

from dataclasses import replace

from actions import replacements
from actions.work import Work
from domain import parcels
from domain.deadlines import after_days, freeze, restart
from domain.ids import OrderId
from domain.messages import is_thread_open
from domain.notices import ParcelShipped, TrackingCorrected
from domain.orders import Change, Event, LineState, Order, Role, Stage, advance
from domain.questions import require_decided
from domain.refusals import NoSuchParcel, ParcelBack, ParcelKnown, ThreadClosed
from domain.shipping_notices import ParcelReturned


async def ship(
    work: Work, order_id: OrderId, carrier: str, tracking: str, *, seen: int | None = None
) -> Order:
    """A parcel goes out: the first one ships the order, the last one starts the 30 days."""
    order = await work.lock_to_work(order_id, seen=seen)
    require_decided(order)
    if any(parcel.tracking == tracking for parcel in order.parcels):
        raise ParcelKnown(tracking)
    if order.stage is not Stage.SHIPPED:
        order = advance(order, Event.SHIP, Role.STAFF)
    order = parcels.sent(order, carrier, tracking, work.now)
    due_at = after_days(work.now, work.agency.complete_after_days, work.agency.timezone)
    order = restart(order, due_at, work.now)
    if order.flags:  # a problem is open: the days wait for its end
        order = freeze(order, work.now)
    number = len(order.parcels)
    order = await work.save(order, Change(f"parcel {number}", after=f"{carrier} {tracking}"))
    await work.tell_customer(order, ParcelShipped(order.id, carrier, tracking, number, due_at))
    return order


async def correct_tracking(
    work: Work,
    order_id: OrderId,
    carrier: str,
    tracking: str,
    was: str,
    *,
    seen: int | None = None,
) -> Order:
    """A parcel's number was wrong; the days go on as they were.

    It can be put right as long as there is somebody to read it, however far the order is.
    """
    order = await work.lock(order_id, seen=seen)
    days = work.agency.message_days
    if not is_thread_open(order, days, work.now):
        raise ThreadClosed(order.id, days)
    if all(parcel.tracking != was for parcel in order.parcels):
        raise NoSuchParcel(was)
    if tracking != was and any(parcel.tracking == tracking for parcel in order.parcels):
        raise ParcelKnown(tracking)
    corrected = tuple(
        replace(parcel, carrier=carrier, tracking=tracking) if parcel.tracking == was else parcel
        for parcel in order.parcels
    )
    order = replace(order, parcels=corrected)
    order = await work.save(order, Change("tracking corrected", was, f"{carrier} {tracking}"))
    await work.tell_customer(order, TrackingCorrected(order.id, carrier, tracking, was))
    return order


async def take_back(
    work: Work, order_id: OrderId, tracking: str, reason: str, *, seen: int | None = None
) -> Order:
    """A parcel came back: it waits in the warehouse for a new 2nd bill; nothing is posted."""
    order = await work.lock(order_id, seen=seen)
    if order.stage is Stage.COMPLETED:
        return await _back_too_late(work, order, tracking, reason)
    before = order.stage
    order = parcels.returned(order, tracking, work.now)
    if before is Stage.SHIPPED:
        order = replace(order, due_at=None, due_from=None)
    change = Change(f"parcel {tracking} returned", before, order.stage, reason)
    order = await work.save(order, change)
    carrier = parcels.find(order, tracking).carrier
    await work.tell_customer(order, ParcelReturned(order.id, carrier, tracking, reason))
    return order


async def _back_too_late(work: Work, order: Order, tracking: str, reason: str) -> Order:
    """The order is settled: what came back goes on as an order of its own, its goods paid."""
    parcel = parcels.find(order, tracking)
    if parcel.returned_at is not None:
        raise ParcelBack(tracking)
    lines = order.live_lines
    linked = await replacements.open_linked(work, order, lines, LineState.ARRIVED, reason)
    back = replace(parcel, returned_at=work.now, arrived_at=None)
    kept = tuple(back if each is parcel else each for each in order.parcels)
    change = Change(f"parcel {tracking} returned", after=f"#{linked.id}", why=reason)
    order = await work.save(replace(order, parcels=kept), change)
    notice = ParcelReturned(order.id, parcel.carrier, tracking, reason, linked.id)
    await work.tell_customer(order, notice)
    return order
