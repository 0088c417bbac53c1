"""Reading what people type: a value, or a refusal that says what is wanted."""

from __future__ import annotations

import re
import unicodedata
from datetime import date, timedelta
from functools import cache
from typing import Final
from zoneinfo import available_timezones

from domain.money import Currency, Money, parse_amount
from domain.refusals import (
    BadDate,
    BadPeriod,
    BadQuantity,
    BadTimezone,
    CardNumber,
    TextWanted,
    TooLong,
    TooShort,
)

DESCRIPTION_MAX: Final = 1000
NOTE_MAX: Final = 500
ADDRESS_MIN: Final = 10
ADDRESS_MAX: Final = 500
SENDER_MAX: Final = 100
QUANTITY_MAX: Final = 999
LINES_MAX: Final = 30
REPORT_DAYS: Final = 30  # how long before the application a transfer may have been made

PERIOD_MAX: Final = timedelta(days=3700)  # ten years

_PERIOD: Final = re.compile(
    r"([0-9]{4}-[0-9]{2}-[0-9]{2})(?:\s+|\s*(?:-|–|—|\.\.|to)\s*)([0-9]{4}-[0-9]{2}-[0-9]{2})"
)
_QUANTITY: Final = re.compile(r"[0-9\uff10-\uff19]{1,9}")  # full-width ones, too
_DATE: Final = re.compile(r"([0-9]{4})-([0-9]{2})-([0-9]{2})")
_LINE_ENDS: Final = re.compile(r"\r\n?|[\u0085\u2028\u2029]")


def clean(text: str) -> str:
    """What was typed, without what cannot be seen or stored: control characters, outer blanks."""
    lines = _LINE_ENDS.sub("\n", text).replace("\t", " ").split("\n")
    kept = ("".join(filter(_is_storable, line)).rstrip() for line in lines)
    return "\n".join(kept).strip()


def _is_storable(character: str) -> bool:
    return unicodedata.category(character) not in ("Cc", "Cs")


def _is_blank(text: str) -> bool:
    """Whether nothing would be seen of it: spaces, zero-width and other format characters."""
    return all(unicodedata.category(c) in ("Cf", "Zs", "Zl", "Zp") or c.isspace() for c in text)


def read_text(text: str, limit: int) -> str:
    """Words of any kind, at least one character and at most `limit`."""
    written = clean(text)
    if _is_blank(written):
        raise TextWanted
    if len(written) > limit:
        raise TooLong(limit, len(written))
    return written


def read_description(text: str) -> str:
    """A link, or what an item is."""
    return read_text(text, DESCRIPTION_MAX)


def read_note(text: str) -> str:
    return read_text(text, NOTE_MAX)


def read_sender(text: str) -> str:
    """The name on a bank transfer; a name has one line."""
    refuse_card(text)
    return read_text(" ".join(text.split()), SENDER_MAX)


def read_amount(text: str, currency: Currency) -> Money:
    """What a customer types as an amount of money, above zero."""
    refuse_card(text)
    return parse_amount(text, currency, positive=True)


def read_address(text: str) -> str:
    """A delivery address, its lines as they were typed."""
    written = clean(text)
    if _is_blank(written) or len(written) < ADDRESS_MIN:
        raise TooShort(ADDRESS_MIN)
    return read_text(written, ADDRESS_MAX)


def read_quantity(text: str, least: int = 1) -> int:
    """A whole number up to 999, in digits of any width; 0 only where it means none any more."""
    written = text.strip()
    if _QUANTITY.fullmatch(written) is None or not least <= int(written) <= QUANTITY_MAX:
        raise BadQuantity(clean(text)[:40], least)
    return int(written)


def read_date(text: str, today: date, applied: date) -> date:
    """The day of a transfer: `2026-11-22`, not in the future, not long before the application."""
    match = _DATE.fullmatch(text.strip())
    if match is None:
        refuse_card(text)
        raise BadDate(clean(text)[:40], "form")
    try:
        day = date(*map(int, match.groups()))
    except ValueError:
        raise BadDate(clean(text)[:40], "form") from None
    return check_date(day, today, applied)


def check_date(day: date, today: date, applied: date) -> date:
    if day > today:
        raise BadDate(day.isoformat(), "future")
    if day < applied - timedelta(days=REPORT_DAYS):
        raise BadDate(day.isoformat(), "past")
    return day


def read_period(text: str, today: date) -> tuple[date, date]:
    """Two days of a statement, both included: `2026-01-01 2026-03-31`."""
    days = _PERIOD.fullmatch(text.strip())
    if days is None:  # two dates in a row may well look like a card's number
        refuse_card(text)
    try:
        since, until = (date.fromisoformat(day) for day in days.groups()) if days else (None, None)
    except ValueError:
        since = until = None
    if since is None or until is None:
        raise BadPeriod(clean(text)[:60], "form")
    return check_period(since, until, today)


def check_period(since: date, until: date, today: date) -> tuple[date, date]:
    """A period that has begun, and is not turned around; its end may lie ahead."""
    if until < since:
        raise BadPeriod(f"{since} {until}", "order")
    if since > today:
        raise BadPeriod(f"{since} {until}", "future")
    if until - since > PERIOD_MAX:
        raise BadPeriod(f"{since} {until}", "long")
    return since, until


# Numbers of payment cards ---------------------------------------------------------------------

# 13 to 19 digits, in groups or not; nothing else about money that people type here has so many.
_CARD: Final = re.compile(r"(?<![0-9])[1-9](?:[ -]?[0-9]){12,18}(?![0-9])")


def has_card_number(text: str) -> bool:
    """Whether a card's number stands in it, in digits of whatever width."""
    plain = unicodedata.normalize("NFKC", text).replace("\u2010", "-").replace("\u2011", "-")
    return any(_is_luhn(re.sub("[ -]", "", found)) for found in _CARD.findall(plain))


def is_card_number(text: str) -> bool:
    """Whether a card's number is all that was typed."""
    plain = unicodedata.normalize("NFKC", text).strip()
    return _CARD.fullmatch(plain) is not None and has_card_number(plain)


def refuse_card(text: str) -> None:
    """No card number may be sent through a chat: it is deleted there, and refused."""
    if has_card_number(text):
        raise CardNumber


def _is_luhn(digits: str) -> bool:
    total = 0
    for place, digit in enumerate(reversed(digits)):
        value = int(digit) * (1 + place % 2)
        total += value - 9 if value > 9 else value
    return total % 10 == 0


# Time zones -----------------------------------------------------------------------------------

# Big cities that have no zone of their own, and how people call some that have.
_CITIES: Final = {
    "abu dhabi": "Asia/Dubai",
    "austin": "America/Chicago",
    "barcelona": "Europe/Madrid",
    "beijing": "Asia/Shanghai",
    "bangalore": "Asia/Kolkata",
    "bombay": "Asia/Kolkata",
    "boston": "America/New_York",
    "calcutta": "Asia/Kolkata",
    "cape town": "Africa/Johannesburg",
    "chennai": "Asia/Kolkata",
    "dallas": "America/Chicago",
    "delhi": "Asia/Kolkata",
    "frankfurt": "Europe/Berlin",
    "geneva": "Europe/Zurich",
    "gmt": "UTC",
    "guangzhou": "Asia/Shanghai",
    "hamburg": "Europe/Berlin",
    "hanoi": "Asia/Ho_Chi_Minh",
    "houston": "America/Chicago",
    "kyiv": "Europe/Kyiv",
    "kyoto": "Asia/Tokyo",
    "la": "America/Los_Angeles",
    "las vegas": "America/Los_Angeles",
    "london": "Europe/London",
    "lyon": "Europe/Paris",
    "marseille": "Europe/Paris",
    "melbourne": "Australia/Melbourne",
    "miami": "America/New_York",
    "milan": "Europe/Rome",
    "montreal": "America/Toronto",
    "mumbai": "Asia/Kolkata",
    "munich": "Europe/Berlin",
    "nagoya": "Asia/Tokyo",
    "naples": "Europe/Rome",
    "new delhi": "Asia/Kolkata",
    "nyc": "America/New_York",
    "osaka": "Asia/Tokyo",
    "ottawa": "America/Toronto",
    "philadelphia": "America/New_York",
    "porto": "Europe/Lisbon",
    "rio": "America/Sao_Paulo",
    "rio de janeiro": "America/Sao_Paulo",
    "saint petersburg": "Europe/Moscow",
    "san diego": "America/Los_Angeles",
    "san francisco": "America/Los_Angeles",
    "sapporo": "Asia/Tokyo",
    "seattle": "America/Los_Angeles",
    "sf": "America/Los_Angeles",
    "shenzhen": "Asia/Shanghai",
    "st petersburg": "Europe/Moscow",
    "tel aviv": "Asia/Jerusalem",
    "utc": "UTC",
    "washington": "America/New_York",
    "yokohama": "Asia/Tokyo",
}
_CONTINENTS: Final = (
    "Africa", "America", "Antarctica", "Arctic", "Asia", "Atlantic", "Australia", "Europe",
    "Indian", "Pacific",
)  # fmt: skip


@cache
def _zones() -> dict[str, str]:
    """Every name a zone goes by, in small letters: the whole name, and its city."""
    names = sorted(z for z in available_timezones() if z.split("/")[0] in _CONTINENTS)
    cities = {_plain(name.rsplit("/", 1)[1]): name for name in names}
    return cities | {_plain(name): name for name in names} | _CITIES


def _plain(name: str) -> str:
    letters = unicodedata.normalize("NFKD", name.replace("_", " ").replace("-", " "))
    kept = "".join(c for c in letters if not unicodedata.combining(c) and c != ".")
    return " ".join(kept.lower().split())


def read_timezone(text: str) -> str:
    """A zone's own name, or a city's: `Asia/Tokyo`, `tokyo`, `New York`, `São Paulo`."""
    zone = _zones().get(_plain(text))
    if zone is None:
        raise BadTimezone(clean(text)[:40])
    return zone
