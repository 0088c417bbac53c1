"""Deadlines: when the clock may act on an order, and what makes it stand still.

Source of the rules: [R] 7 days to pay, 30 days to complete. Never fewer than the full hours, and
at the end of that day in the agency's time zone. A deadline is kept as the instant after it.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, time, timedelta
from typing import Final
from zoneinfo import ZoneInfo

from domain.orders import Order, Stage

GRACE: Final = timedelta(hours=48)  # at least so long after a refused or short payment


def end_of_day(moment: datetime, zone: ZoneInfo) -> datetime:
    """The midnight that ends the moment's day in `zone`, in UTC."""
    day = moment.astimezone(zone).date() + timedelta(days=1)
    return datetime.combine(day, time.min, zone).astimezone(UTC)


def after_days(start: datetime, days: int, zone: ZoneInfo) -> datetime:
    """The end of the day on which `days` times 24 hours have passed since `start`."""
    return end_of_day(start + timedelta(days=days), zone)


def freeze(order: Order, now: datetime) -> Order:
    """Stop the order's clock; stopping it twice changes nothing."""
    if order.frozen_at is not None:
        return order
    return replace(order, frozen_at=now)


def unfreeze(order: Order, now: datetime, *, grace: timedelta = timedelta(0)) -> Order:
    """Let the clock go on where it stood, with at least `grace` left; a flag still stops it."""
    if order.frozen_at is None or order.flags:
        return order
    stood = now - order.frozen_at
    due_at = None if order.due_at is None else max(order.due_at + stood, now + grace)
    due_from = None if order.due_from is None else order.due_from + stood
    return replace(order, frozen_at=None, due_at=due_at, due_from=due_from)


def with_grace(order: Order, now: datetime, grace: timedelta = GRACE) -> Order:
    """Let the clock go on with at least `grace` left; under a flag, that much once it goes on."""
    order = unfreeze(order, now, grace=grace)
    if order.due_at is None:
        return order
    since = now if order.frozen_at is None else order.frozen_at
    return replace(order, due_at=max(order.due_at, since + grace))


def restart(order: Order, due_at: datetime, now: datetime) -> Order:
    """A new deadline; where the clock stands still, all of its time is left once it goes on."""
    frozen_at = None if order.frozen_at is None else now
    return replace(order, due_at=due_at, due_from=now, frozen_at=frozen_at)


def postpone(order: Order, days: int, zone: ZoneInfo) -> Order:
    """So many days later on the agency's calendar, at the same time of day; asked anew by then."""
    due_at, due_from = (_days_later(each, days, zone) for each in (order.due_at, order.due_from))
    return replace(order, due_at=due_at, due_from=due_from)


def _days_later(moment: datetime | None, days: int, zone: ZoneInfo) -> datetime | None:
    if moment is None:
        return None
    return (moment.astimezone(zone) + timedelta(days=days)).astimezone(UTC)


def is_overdue(order: Order, now: datetime) -> bool:
    """Whether the clock may act: the deadline has passed, and nothing stops it."""
    if order.due_at is None or order.frozen_at is not None or order.flags:
        return False
    return now >= order.due_at and order.stage in _CLOCKED


_CLOCKED: Final = frozenset({Stage.APPLIED, Stage.AWAITING_FIRST_PAYMENT, Stage.SHIPPED})
