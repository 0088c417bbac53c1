"""The agency's calendar: its country's public and bank holidays, in its time zone."""

from __future__ import annotations

from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

import pytest

from actions.calendar import business_days_from
from domain.agency import Agency
from domain.money import Currency


def agency(holidays: str, zone: str = "Asia/Tokyo") -> Agency:
    return Agency("Daiko", Currency.USD, ZoneInfo(zone), staff_chat=-100, holidays=holidays)


@pytest.mark.parametrize(
    ("asked", "due"),
    [
        (date(2026, 12, 29), date(2027, 1, 5)),  # the banks' New Year
        (date(2026, 5, 1), date(2026, 5, 11)),  # Golden Week
    ],
)
def test_public_and_bank_holidays_of_the_agencys_country_count(asked: date, due: date) -> None:
    noon = datetime(asked.year, asked.month, asked.day, 3, tzinfo=UTC)
    assert business_days_from(agency("JP"), noon, 3) == due


def test_the_day_is_that_of_the_agencys_time_zone() -> None:
    late = datetime(2026, 11, 2, 16, tzinfo=UTC)  # the 3rd in Tokyo
    assert business_days_from(agency(""), late, 1) == date(2026, 11, 4)
    assert business_days_from(agency("", "UTC"), late, 1) == date(2026, 11, 3)
