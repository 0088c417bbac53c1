"""The agency's calendar: its country's public and bank holidays, and what day it is there."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from functools import lru_cache
from typing import Final

from domain.agency import Agency
from domain.answering import business_time_after
from domain.business_days import business_days_after

CATEGORIES: Final = ("public", "bank")


def today(agency: Agency, now: datetime) -> date:
    """The day it is where the agency is."""
    return now.astimezone(agency.timezone).date()


def business_days_from(agency: Agency, now: datetime, count: int) -> date:
    """The day by which something is due that is promised within so many business days."""
    day = today(agency, now)
    holidays = _holidays(agency.holidays, day.year) | _holidays(agency.holidays, day.year + 1)
    return business_days_after(day, count, holidays)


def business_time_from(agency: Agency, now: datetime, span: timedelta) -> datetime:
    """The moment by which the agency will have been open for so long."""
    year = today(agency, now).year
    holidays = _holidays(agency.holidays, year) | _holidays(agency.holidays, year + 1)
    return business_time_after(now, span, agency.timezone, holidays)


@lru_cache(maxsize=32)
def _holidays(country: str, year: int) -> frozenset[date]:
    """A year's holidays; none where no country is set: weekends only."""
    if not country:
        return frozenset()
    import holidays  # slow to load, and most need it not

    known = holidays.country_holidays(country).supported_categories
    categories = [each for each in CATEGORIES if each in known]
    return frozenset(holidays.country_holidays(country, years=year, categories=categories))


def closed_around(agency: Agency, now: datetime) -> frozenset[date]:
    """The days off of this year, of the one before and of the next."""
    return _around(agency.holidays, today(agency, now).year)


@lru_cache(maxsize=8)
def _around(country: str, year: int) -> frozenset[date]:
    return frozenset().union(*(_holidays(country, each) for each in (year - 1, year, year + 1)))
