"""Shipping: parcels with their carriers and tracking numbers."""

from __future__ import annotations

from dataclasses import replace
from typing import Final

from actions.work import Work
from domain.deadlines import after_days, restart
from domain.ids import OrderId
from domain.notices import ParcelShipped, TrackingCorrected
from domain.orders import (
    Change,
    Event,
    LineState,
    Order,
    Parcel,
    Role,
    Stage,
    advance,
    with_lines,
)
from domain.refusals import NoSuchParcel, NotNow, ParcelKnown

_SHIPPED: Final = frozenset({LineState.ARRIVED, LineState.BOUGHT})


async def ship(
    work: Work, order_id: OrderId, carrier: str, tracking: str, *, seen: int | None = None
) -> Order:
    """A parcel goes out: the first one ships the order, the last one starts the 30 days."""
    order = await work.lock_to_work(order_id, seen=seen)
    if any(parcel.tracking == tracking for parcel in order.parcels):
        raise ParcelKnown(tracking)
    if order.stage is not Stage.SHIPPED:
        order = advance(order, Event.SHIP, Role.STAFF)
    gone = [replace(x, state=LineState.SHIPPED) for x in order.live_lines if x.state in _SHIPPED]
    order = with_lines(order, gone)
    due_at = after_days(work.now, work.agency.complete_after_days, work.agency.timezone)
    parcels = (*order.parcels, Parcel(carrier, tracking, work.now))
    order = restart(replace(order, parcels=parcels, shipped_at=work.now), due_at, work.now)
    order = await work.save(order, Change(f"parcel {len(parcels)}", after=f"{carrier} {tracking}"))
    notice = ParcelShipped(order.id, carrier, tracking, len(parcels), due_at)
    await work.tell_customer(order, notice)
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
    """A parcel's number was wrong; the days go on as they were."""
    order = await work.lock(order_id, seen=seen)
    if order.stage is not Stage.SHIPPED:
        raise NotNow(order.stage)
    if all(parcel.tracking != was for parcel in order.parcels):
        raise NoSuchParcel(was)
    if tracking != was and any(parcel.tracking == tracking for parcel in order.parcels):
        raise ParcelKnown(tracking)
    parcels = tuple(
        replace(parcel, carrier=carrier, tracking=tracking) if parcel.tracking == was else parcel
        for parcel in order.parcels
    )
    order = replace(order, parcels=parcels)
    order = await work.save(order, Change("tracking corrected", was, f"{carrier} {tracking}"))
    await work.tell_customer(order, TrackingCorrected(order.id, carrier, tracking, was))
    return order
