"""Days and hours in words, in the reader's language and time zone, the zone always named."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import lru_cache
from typing import Final
from zoneinfo import ZoneInfo

from babel import Locale
from babel.dates import format_date, format_datetime

# Where a language's own short form is not the one we want; other languages go by CLDR. Russian has
# a full stop after the year there, which would be followed by that of the sentence.
_DAY: Final = {"en": "EEE d MMM"}
_DAY_OF_YEAR: Final = {"en": "EEE d MMM y", "ru": "ccc, d MMM y"}
_DATE: Final = {"en": "d MMM y", "ru": "d MMM y"}
_SHORT: Final = {"en": "d MMM"}
_BEFORE_THE_HOUR: Final = {"ja": " "}  # a Western comma is out of place there


@dataclass(frozen=True, slots=True)
class Deadline:
    """An instant after the last day; people are shown the minute before it."""

    at: datetime


@dataclass(frozen=True, slots=True)
class Dated:
    """An instant that may be long ago: shown with its year."""

    at: datetime


@dataclass(frozen=True, slots=True)
class ShortDay:
    """The day of a deadline, for buttons."""

    at: datetime


def moment(at: datetime, locale: str, timezone: str) -> str:
    """`Mon 30 Nov, 23:59 JST`"""
    return _moment(at, locale, timezone, False)


def deadline(until: Deadline, locale: str, timezone: str) -> str:
    return _moment(until.at - timedelta(minutes=1), locale, timezone, False)


def dated(when: Dated, locale: str, timezone: str) -> str:
    """`Mon 30 Nov 2026, 23:59 JST`"""
    return _moment(when.at, locale, timezone, True)


def short_day(when: ShortDay, locale: str, timezone: str) -> str:
    """`30 Nov`, of a deadline"""
    local = (when.at - timedelta(minutes=1)).astimezone(zone(timezone))
    return str(format_date(local, _pattern(_SHORT, "MMMd", locale), locale))


@lru_cache(maxsize=1024)
def day(when: date, locale: str) -> str:
    """`30 Nov 2026`"""
    return _wide(format_date(when, _pattern(_DATE, "yMMMd", locale), locale))


@lru_cache(maxsize=8192)
def _moment(at: datetime, locale: str, timezone: str, with_year: bool) -> str:
    local = at.astimezone(zone(timezone))
    if with_year:
        pattern = _pattern(_DAY_OF_YEAR, "yMMMEd", locale)
    else:
        pattern = _pattern(_DAY, "MMMEd", locale)
    between = _BEFORE_THE_HOUR.get(locale, ", ")
    shown = format_datetime(local, f"{pattern}{between}HH:mm", locale=locale)
    return f"{_wide(shown)} {zone_name(local)}"


def _wide(shown: str) -> str:
    """Russian has a narrow space before `г.`, which few fonts know."""
    return shown.replace("\u202f", "\u00a0")


def zone_name(local: datetime) -> str:
    """`JST` where the zone has letters of its own, else `UTC+5:45`."""
    name = local.tzname() or ""
    return name if name.isalpha() else offset_name(local)


def offset_name(local: datetime) -> str:
    """`UTC`, `UTC+9`, `UTC-3:30`"""
    minutes = int((local.utcoffset() or timedelta()).total_seconds()) // 60
    if minutes == 0:
        return "UTC"
    hours, rest = divmod(abs(minutes), 60)
    sign = "-" if minutes < 0 else "+"
    return f"UTC{sign}{hours}" + (f":{rest:02}" if rest else "")


@lru_cache(maxsize=512)
def zone(timezone: str) -> ZoneInfo:
    """The zone of this name; UTC when the machine knows no such zone."""
    try:
        return ZoneInfo(timezone)
    except (ValueError, OSError, KeyError):  # ZoneInfoNotFoundError is a KeyError
        return ZoneInfo("UTC")


def _pattern(own: dict[str, str], skeleton: str, locale: str) -> str:
    if locale in own:
        return own[locale]
    return _skeleton(skeleton, locale)


@lru_cache(maxsize=256)
def _skeleton(skeleton: str, locale: str) -> str:
    return str(Locale.parse(locale).datetime_skeletons[skeleton].pattern)
