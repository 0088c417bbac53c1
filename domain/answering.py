"""The first answer: how long a customer's message may stay without one, in hours of business."""

from __future__ import annotations

from collections.abc import Container
from datetime import UTC, date, datetime, time, timedelta
from typing import Final
from zoneinfo import ZoneInfo

from domain.business_days import CLOSED_MAX, is_business_day

ANSWER_WITHIN: Final = timedelta(hours=4)
OPENS: Final = time(9)
CLOSES: Final = time(18)


def business_time_after(
    start: datetime, span: timedelta, zone: ZoneInfo, holidays: Container[date]
) -> datetime:
    """The moment when the agency has been open for `span` since `start`."""
    day = start.astimezone(zone).date()
    for _ in range(CLOSED_MAX):
        if is_business_day(day, holidays):
            # Subtracted as UTC: in one zone Python would not count an hour that a clock skips.
            opens, closes = (_at(day, hour, zone) for hour in (OPENS, CLOSES))
            left = closes - max(opens, min(start, closes))
            if span <= left:
                return closes - left + span
            span -= left
        day += timedelta(days=1)
    raise ValueError(f"no business hours follow {start}")


def _at(day: date, hour: time, zone: ZoneInfo) -> datetime:
    return datetime.combine(day, hour, zone).astimezone(UTC)
