"""Business days: weekends and holidays do not count, nor does the day itself."""

from __future__ import annotations

from datetime import date

import pytest

from domain.business_days import business_days_after


def test_weekends_do_not_count() -> None:
    assert business_days_after(date(2026, 11, 19), 3, frozenset()) == date(2026, 11, 24)


def test_the_day_itself_does_not_count_even_on_a_weekend() -> None:
    assert business_days_after(date(2026, 11, 21), 1, frozenset()) == date(2026, 11, 23)


def test_holidays_do_not_count() -> None:
    assert business_days_after(date(2026, 11, 2), 1, {date(2026, 11, 3)}) == date(2026, 11, 4)


def test_a_calendar_without_business_days_is_refused() -> None:
    class Always:
        def __contains__(self, _day: object) -> bool:
            return True

    with pytest.raises(ValueError, match="no business day"):
        business_days_after(date(2026, 11, 2), 1, Always())
