"""Business days: what is promised within three of them is due on which day."""

from __future__ import annotations

from collections.abc import Container
from datetime import date, timedelta
from typing import Final

SATURDAY: Final = 5
CLOSED_MAX: Final = 60  # no country closes for longer: a calendar that says so is wrong


def is_business_day(day: date, holidays: Container[date]) -> bool:
    return day.weekday() < SATURDAY and day not in holidays


def business_days_after(day: date, count: int, holidays: Container[date]) -> date:
    """The last of the `count` business days that follow a day, which itself does not count."""
    for _ in range(count):
        day = _next(day, holidays)
    return day


def _next(day: date, holidays: Container[date]) -> date:
    for distance in range(1, CLOSED_MAX):
        following = day + timedelta(days=distance)
        if is_business_day(following, holidays):
            return following
    raise ValueError(f"no business day follows {day}")
