"""The first answer: four hours in which the agency is open, whatever lies between them."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from domain.answering import ANSWER_WITHIN, business_time_after

TOKYO = ZoneInfo("Asia/Tokyo")
BERLIN = ZoneInfo("Europe/Berlin")


def at(text: str, zone: ZoneInfo = TOKYO) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=zone).astimezone(UTC)


@pytest.mark.parametrize(
    ("written", "due"),
    [
        ("2026-11-02 09:00:00", "2026-11-02 13:00:00"),  # a Monday
        ("2026-11-02 14:00:00", "2026-11-02 18:00:00"),
        ("2026-11-02 14:00:01", "2026-11-04 09:00:01"),  # the 3rd is a holiday
        ("2026-11-02 03:00:00", "2026-11-02 13:00:00"),  # before the door opens
        ("2026-11-02 23:00:00", "2026-11-04 13:00:00"),
        ("2026-11-06 17:00:00", "2026-11-09 12:00:00"),  # a Friday
        ("2026-11-07 12:00:00", "2026-11-09 13:00:00"),  # a Saturday
    ],
)
def test_only_hours_of_business_count(written: str, due: str) -> None:
    holidays = {date(2026, 11, 3)}
    assert business_time_after(at(written), ANSWER_WITHIN, TOKYO, holidays) == at(due)


def test_a_weekend_on_which_the_clocks_change_counts_as_any_other() -> None:
    friday = at("2026-10-23 16:00", BERLIN)  # summer time ends on Sunday the 25th
    due = business_time_after(friday, timedelta(hours=4), BERLIN, frozenset())
    assert due == at("2026-10-26 11:00", BERLIN)


def test_an_agency_that_never_opens_is_refused() -> None:
    class Always:
        def __contains__(self, _day: object) -> bool:
            return True

    with pytest.raises(ValueError, match="no business hours"):
        business_time_after(at("2026-11-02 09:00"), ANSWER_WITHIN, TOKYO, Always())
