"""Deadlines: the table of the clocks, and how a deadline moves or stands still.

Source of the rules: [R] 7 days to pay, 30 days to complete. Never fewer than the full hours, and
at the end of that day in the agency's time zone. A deadline is kept as the instant after it.
`domain/agenda.py` reads the table for one order; `docs/clocks.md` is drawn from it.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime, time, timedelta
from enum import StrEnum
from typing import Final
from zoneinfo import ZoneInfo

from domain.orders import Flag, Line, Order, Role, with_lines
from domain.questions import ANSWER_WITHIN

GRACE: Final = timedelta(hours=48)  # at least so long after a refused or short payment
WARNED: Final = timedelta(hours=24)  # so long ahead a warning is handed over, or nothing bites
LATE: Final = timedelta(minutes=10)  # what sending takes; a warning later than that moves it
DAY: Final = timedelta(days=1)
_MINUTE: Final = timedelta(minutes=1)
_STOPS: Final = frozenset({Flag.ON_HOLD, Flag.PROBLEM_OPEN})


class Clock(StrEnum):
    FIRST_BILL = "first_bill"
    COMPLETION = "completion"
    DECISION = "decision"
    MISHAP = "mishap"
    SECOND_BILL = "second_bill"
    ARRIVAL = "arrival"
    STAFF = "staff"


class What(StrEnum):
    """What a clock does at a moment."""

    REMIND = "reminder"
    ASK = "question"
    RING = "alarm"
    BITE = "bite"


class Stop(StrEnum):
    """What a clock stands still for."""

    HOLD = "hold"
    PROBLEM = "open problem"
    DECISION = "open decision"
    REVIEW = "payment under review"


@dataclass(frozen=True, slots=True)
class Tick:
    """So long after a clock began, or before its deadline, it says something, or bites."""

    what: What
    to: frozenset[Role]
    after: timedelta | None = None
    before: timedelta | None = None
    every: timedelta | None = None  # and again, each time so much later
    business_days: int = 0  # instead: every so many days on which the agency works
    is_warning: bool = False  # nothing bites before this one was handed over a day ago


@dataclass(frozen=True, slots=True)
class Rule:
    """A clock: what it counts from, what it does in the end, what stops it, what it says."""

    counts_from: str
    bites: str
    stops: frozenset[Stop]
    ticks: tuple[Tick, ...]


_CUSTOMER: Final = frozenset({Role.CUSTOMER})
_STAFF: Final = frozenset({Role.STAFF})
_BOTH: Final = _CUSTOMER | _STAFF


def _hours(count: int) -> timedelta:
    return timedelta(hours=count)


def _days(count: int) -> timedelta:
    return timedelta(days=count)


CLOCKS: Final[Mapping[Clock, Rule]] = {
    Clock.FIRST_BILL: Rule(
        "the application, or the newest estimate: 7 days, to the end of that day",
        "the order is cancelled",
        frozenset(Stop),
        (
            Tick(What.REMIND, _CUSTOMER, before=_hours(72)),
            Tick(What.REMIND, _CUSTOMER, before=_hours(24), is_warning=True),
            Tick(What.REMIND, _CUSTOMER, before=_hours(3)),
            Tick(What.BITE, _BOTH, before=_hours(0)),
        ),
    ),
    Clock.COMPLETION: Rule(
        "the last parcel: 30 days (the last question on day 29), to the end of that day",
        "the order completes and is settled",
        frozenset({Stop.HOLD, Stop.PROBLEM, Stop.DECISION}),
        (
            Tick(What.ASK, _CUSTOMER, after=_days(14)),
            Tick(What.ASK, _CUSTOMER, after=_days(23)),
            Tick(What.ASK, _CUSTOMER, before=_days(1), is_warning=True),
            Tick(What.BITE, _BOTH, before=_hours(0)),
        ),
    ),
    Clock.DECISION: Rule(
        "a question about an item that is not bought, or about a split",
        "the item is dropped, or the offer is off",
        frozenset({Stop.HOLD}),
        (
            Tick(What.REMIND, _CUSTOMER, after=_hours(24)),
            Tick(What.REMIND, _CUSTOMER, before=_hours(24), is_warning=True),
            Tick(What.BITE, _BOTH, before=_hours(0)),
        ),
    ),
    Clock.MISHAP: Rule(
        "a question about goods that came short, wrong or damaged",
        "",
        frozenset({Stop.HOLD}),
        (
            Tick(What.REMIND, _CUSTOMER, after=_hours(24)),
            Tick(What.REMIND, _CUSTOMER, after=_hours(48)),
            Tick(What.RING, _STAFF, after=ANSWER_WITHIN, every=ANSWER_WITHIN),
        ),
    ),
    Clock.SECOND_BILL: Rule(
        "the customer's turn to pay the 2nd bill, or to request the shipping",
        "",
        frozenset(Stop),
        (
            Tick(What.REMIND, _CUSTOMER, after=_days(3)),
            Tick(What.REMIND, _CUSTOMER, after=_days(7)),
            Tick(What.REMIND, _BOTH, after=_days(14), every=_days(7)),
        ),
    ),
    Clock.ARRIVAL: Rule(
        "the purchase of what has not arrived",
        "",
        frozenset({Stop.HOLD}),
        (Tick(What.RING, _STAFF, after=_days(10), every=_days(5)),),
    ),
    Clock.STAFF: Rule(
        "staff's turn: application, payment report, purchase, request, 2nd bill, shipping, "
        "problem, hold",
        "",
        frozenset(),
        (Tick(What.RING, _STAFF, business_days=2),),
    ),
}


# Days -----------------------------------------------------------------------------------------


def end_of_day(moment: datetime, zone: ZoneInfo) -> datetime:
    """The midnight that ends the moment's day in `zone`, in UTC."""
    day = moment.astimezone(zone).date() + timedelta(days=1)
    return datetime.combine(day, time.min, zone).astimezone(UTC)


def after_days(start: datetime, days: int, zone: ZoneInfo) -> datetime:
    """The end of the day on which `days` times 24 hours have passed since `start`."""
    return end_of_day(start + timedelta(days=days), zone)


def _full_minute(moment: datetime) -> datetime:
    """The moment, or the next one that can be said in hours and minutes."""
    whole = moment.replace(second=0, microsecond=0)
    return whole if whole == moment else whole + _MINUTE


# Standing still and going on ------------------------------------------------------------------


def freeze(order: Order, now: datetime) -> Order:
    """Stop the order's clock; stopping it twice changes nothing."""
    if order.frozen_at is not None:
        return order
    return replace(order, frozen_at=now)


def unfreeze(order: Order, now: datetime, *, grace: timedelta = timedelta(0)) -> Order:
    """Let the clock go on where it stood, with at least `grace` left; a flag still stops it."""
    if order.frozen_at is None or order.flags & _STOPS:
        return order
    due_at, stood = order.due_at, now - order.frozen_at
    order = replace(_asked_later(order, order.frozen_at, now), frozen_at=None)
    return order if due_at is None else _due(order, max(due_at + stood, now + grace))


def _asked_later(order: Order, since: datetime, now: datetime) -> Order:
    """What a customer is to decide waits for them as long as it did before."""
    asked = [
        replace(line, asked_at=line.asked_at + (now - max(line.asked_at, since)))
        for line in order.live_lines
        if line.asked_at is not None
    ]
    return with_lines(order, asked)


def with_grace(order: Order, now: datetime, grace: timedelta = GRACE) -> Order:
    """Let the clock go on with at least `grace` left; under a flag, that much once it goes on."""
    order = unfreeze(order, now, grace=grace)
    if order.due_at is None:
        return order
    since = now if order.frozen_at is None else order.frozen_at
    return _due(order, max(order.due_at, since + grace))


def _due(order: Order, due_at: datetime) -> Order:
    """Another deadline, and what the days count from with it: all is said anew."""
    if order.due_at is None or order.due_from is None:
        return replace(order, due_at=due_at)
    return replace(order, due_at=due_at, due_from=order.due_from + (due_at - order.due_at))


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


# When we were not there -----------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Outage:
    """When we heard nothing and told nobody."""

    since: datetime
    until: datetime

    def holds(self, moment: datetime) -> bool:
        return self.since < moment <= self.until


def after_outage(order: Order, outage: Outage) -> Order:
    """What ran out while we were away ends a day after our return, and is announced anew."""
    if order.frozen_at is not None:
        return order
    ends_at = _full_minute(outage.until + WARNED)
    if order.due_at is not None and outage.holds(order.due_at):
        order = _due(order, ends_at)
    return with_lines(order, [_asked_after(line, outage, ends_at) for line in order.live_lines])


def _asked_after(line: Line, outage: Outage, ends_at: datetime) -> Line:
    if line.asked_at is None or not outage.holds(line.asked_at + ANSWER_WITHIN):
        return line
    return replace(line, asked_at=ends_at - ANSWER_WITHIN)


def announced(due_at: datetime, at: datetime) -> datetime:
    """The deadline, if its warning goes out, or went out, at this moment."""
    earliest = at + WARNED
    return due_at if earliest <= due_at + LATE else _full_minute(earliest)
