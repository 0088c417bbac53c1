"""Quiet hours: the night where a customer is, in which nothing is sent that can wait.

Only who said where they are has a night; nobody is woken by a guess.
"""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from typing import Final
from zoneinfo import ZoneInfo

FROM: Final = time(22, 0)
UNTIL: Final = time(8, 0)
CANNOT_WAIT: Final = timedelta(hours=12)  # what bites so soon is sent at any hour
LONGEST: Final = timedelta(hours=11)  # the night in which the clocks go back


def zone_of(name: str) -> ZoneInfo | None:
    """The zone somebody chose; None where they chose none, or one this machine does not know."""
    try:
        return ZoneInfo(name) if name else None
    except (ValueError, OSError, KeyError):  # ZoneInfoNotFoundError is a KeyError
        return None


def night_ends_at(moment: datetime, zone: ZoneInfo | None) -> datetime | None:
    """When the night that this moment lies in is over; None where it is day."""
    if zone is None:
        return None
    local = moment.astimezone(zone)
    if UNTIL <= local.time() < FROM:
        return None
    days = 1 if local.time() >= FROM else 0
    return _at(local.date() + timedelta(days=days), UNTIL, zone)


def night_began_at(moment: datetime, zone: ZoneInfo) -> datetime:
    """When the night that this moment lies in began."""
    local = moment.astimezone(zone)
    days = 0 if local.time() >= FROM else 1
    return _at(local.date() - timedelta(days=days), FROM, zone)


def _at(day: date, hour: time, zone: ZoneInfo) -> datetime:
    return datetime.combine(day, hour, zone).astimezone(UTC)
