"""Parcels under way: sent, arrived one by one, or come back."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime
from typing import Final

from domain.orders import (
    Event,
    LineState,
    Order,
    Parcel,
    Role,
    Stage,
    advance,
    with_lines,
)
from domain.refusals import NoSuchParcel, NotNow, ParcelBack

_TO_SEND: Final = frozenset({LineState.ARRIVED, LineState.BOUGHT})
# Where the other parcels of an order wait for a new bill, or are on their way again.
_SENT_AGAIN: Final = frozenset(
    {Stage.AT_WAREHOUSE, Stage.AWAITING_SECOND_PAYMENT, Stage.READY_TO_SHIP}
)


def sent(order: Order, carrier: str, tracking: str, now: datetime) -> Order:
    """The order with one more parcel on its way; what is in it is shipped."""
    gone = [replace(x, state=LineState.SHIPPED) for x in order.live_lines if x.state in _TO_SEND]
    parcels = (*order.parcels, Parcel(carrier, tracking, now))
    packed_at = order.packed_at or now
    return replace(with_lines(order, gone), parcels=parcels, shipped_at=now, packed_at=packed_at)


def under_way(order: Order) -> tuple[Parcel, ...]:
    """Those that have not come back: they arrived, or will."""
    return tuple(parcel for parcel in order.parcels if parcel.returned_at is None)


def is_all_there(order: Order) -> bool:
    """Whether the customer has ticked every parcel that is under way."""
    parcels = under_way(order)
    return bool(parcels) and all(parcel.arrived_at for parcel in parcels)


def is_receivable(order: Order) -> bool:
    """Whether a parcel is on its way: all of it, or what is left while another is sent again."""
    return order.stage is Stage.SHIPPED or (order.stage in _SENT_AGAIN and bool(under_way(order)))


def ticked(order: Order, number: int, now: datetime) -> Order:
    """The customer says that this parcel is there; said twice, it is not there after all."""
    if not 1 <= number <= len(order.parcels):
        raise NoSuchParcel(str(number))
    parcel = order.parcels[number - 1]
    if not is_receivable(order):
        raise NotNow(order.stage)
    if parcel.returned_at is not None:
        raise ParcelBack(parcel.tracking)
    arrived_at = now if parcel.arrived_at is None else None
    return _with(order, parcel, replace(parcel, arrived_at=arrived_at))


def returned(order: Order, tracking: str, now: datetime) -> Order:
    """A parcel has come back to the warehouse: it is sent again on a new bill.

    Nobody knows which items were in which parcel. So the lines go back with the last parcel only;
    until then they stay as they are, and the others keep what was said of them.
    """
    parcel = find(order, tracking)
    if parcel.returned_at is not None:
        raise ParcelBack(tracking)
    order = _with(order, parcel, replace(parcel, returned_at=now, arrived_at=None))
    if order.stage is Stage.SHIPPED:
        order = advance(order, Event.PARCEL_RETURNED, Role.STAFF)
        order = replace(order, arrived_at=now, packed_at=None)
    elif order.stage not in _SENT_AGAIN:
        raise NotNow(order.stage)
    return order if under_way(order) else _all_back(order)


def _all_back(order: Order) -> Order:
    shipped = [x for x in order.live_lines if x.state is LineState.SHIPPED]
    return with_lines(order, [replace(x, state=LineState.ARRIVED) for x in shipped])


def find(order: Order, tracking: str) -> Parcel:
    for parcel in order.parcels:
        if parcel.tracking == tracking:
            return parcel
    raise NoSuchParcel(tracking)


def _with(order: Order, was: Parcel, now: Parcel) -> Order:
    parcels = tuple(now if parcel is was else parcel for parcel in order.parcels)
    return replace(order, parcels=parcels)
