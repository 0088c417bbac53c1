"""An order's agenda: every moment at which one of its clocks says something, or bites.

Pure: the table in `domain/deadlines.py`, applied to one order. A moment's key names what it is
about and the deadline it belongs to, so that a deadline that has moved says everything anew.
"""

from __future__ import annotations

from collections.abc import Container, Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta
from itertools import groupby
from typing import Final
from zoneinfo import ZoneInfo

from domain.agency import Agency
from domain.business_days import business_days_after
from domain.deadlines import CLOCKS, DAY, WARNED, Clock, Stop, Tick, What, announced
from domain.ids import LineNo
from domain.orders import UNPAID, Flag, Line, LineState, Order, Role, Stage, with_line
from domain.questions import ANSWER_WITHIN, lapses, questions_of
from domain.quiet_hours import CANNOT_WAIT, LONGEST, night_began_at, night_ends_at
from domain.turns import OF_STAFF, Turn, turn

BEFORE_NIGHT: Final = timedelta(minutes=30)  # a warning that would fall into it comes so early
_EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)
_HOUR: Final = timedelta(hours=1)


@dataclass(frozen=True, slots=True)
class Mark:
    """One moment of an order."""

    clock: Clock
    about: str
    key: str
    at: datetime
    what: What
    to: frozenset[Role]
    since: datetime
    line: LineNo | None = None
    is_warning: bool = False
    earliest: datetime | None = None  # to which the customer's night may bring it forward

    @property
    def name(self) -> str:
        return self.key.rpartition(":")[2]


@dataclass(frozen=True, slots=True)
class Running:
    """A clock that runs now: since when, until when, and about what."""

    clock: Clock
    since: datetime
    about: str
    ends_at: datetime | None = None  # what it says before its deadline counts back from here
    bites_at: datetime | None = None
    line: LineNo | None = None


@dataclass(frozen=True, slots=True)
class Days:
    """When it is night for the customer, and on which days the agency works."""

    customer: ZoneInfo | None
    agency: ZoneInfo
    holidays: Container[date]
    now: datetime


def agenda(
    order: Order,
    agency: Agency,
    now: datetime,
    *,
    zone: ZoneInfo | None = None,
    holidays: Container[date] = frozenset(),
    under_review: bool = False,
) -> tuple[Mark, ...]:
    """Every moment of an order that counts now; of what comes again and again the next one, too.

    `zone` is the customer's, where they told it: no reminder falls into their night.
    """
    days = Days(zone, agency.timezone, holidays, now)
    stopped = _stopped(order, under_review)
    return tuple(
        mark
        for running in _running(order, agency)
        if not stopped & CLOCKS[running.clock].stops
        for mark in _marks(running, days)
    )


def due(order: Order, marks: Iterable[Mark], now: datetime) -> tuple[Mark, ...]:
    """What is to be done now: of each clock the last that is due, but no bite before its warning.

    What passed before it was anybody's turn is not said late.
    """
    groups = groupby(marks, key=lambda mark: mark.about)
    return tuple(each for _, group in groups if (each := _due(order, list(group), now)))


def next_at(
    order: Order, marks: Iterable[Mark], now: datetime, *, blind: bool = False
) -> datetime | None:
    """When a clock has to look at the order again; `blind`: wherever the customer may be."""
    marks = tuple(marks)
    moments = [mark.at for mark in due(order, marks, now)]
    moments += [
        mark.earliest if blind and mark.earliest else mark.at
        for mark in marks
        if mark.at > now and mark.key not in order.reminded
    ]
    return min(moments, default=None)


def put_off(order: Order, warning: Mark, at: datetime) -> tuple[Order, str]:
    """The deadline that a warning can tell if it goes out at this moment; its key is that then."""
    if warning.line is None:
        assert order.due_at is not None
        return replace(order, due_at=announced(order.due_at, at)), warning.key
    ends_at = announced(warning.since + ANSWER_WITHIN, at)
    asked_at = ends_at - ANSWER_WITHIN
    line = replace(order.line(warning.line), asked_at=asked_at)
    return with_line(order, line), f"{_asked(line, asked_at).about}:{warning.name}"


def without_old_keys(order: Order, agency: Agency) -> Order:
    """Forget what was said about deadlines that are no longer."""
    abouts = {running.about for running in _running(order, agency)}
    kept = frozenset(key for key in order.reminded if key.rpartition(":")[0] in abouts)
    return replace(order, reminded=kept)


def _due(order: Order, group: list[Mark], now: datetime) -> Mark | None:
    past = [mark for mark in group if mark.at <= now]
    if not past:
        return None
    unsaid = [mark for mark in past if mark.is_warning and mark.key not in order.reminded]
    mark = unsaid[0] if unsaid else past[-1]
    if mark.what is What.BITE or unsaid:
        return mark
    is_old = order.waits_since is not None and mark.at <= order.waits_since
    return None if is_old or mark.key in order.reminded else mark


# Which clocks run -----------------------------------------------------------------------------


def _stopped(order: Order, under_review: bool) -> frozenset[Stop]:
    review = order.frozen_at is not None or under_review
    reasons = (
        (Stop.HOLD, Flag.ON_HOLD in order.flags),
        (Stop.PROBLEM, Flag.PROBLEM_OPEN in order.flags),
        (Stop.DECISION, Flag.DECISION_NEEDED in order.flags),
        (Stop.REVIEW, review),
    )
    return frozenset(stop for stop, holds in reasons if holds)


def _running(order: Order, agency: Agency) -> Iterator[Running]:
    if order.due_at is not None and order.stage in UNPAID:
        yield _until_due(Clock.FIRST_BILL, order, order.due_at, order.due_at)
    if order.due_at is not None and order.stage is Stage.SHIPPED:
        begun = order.due_from or order.shipped_at or order.applied_at
        ends_at = min(begun + agency.complete_after_days * DAY, order.due_at)
        yield _until_due(Clock.COMPLETION, order, order.due_at, ends_at)
    for line in questions_of(order):
        if line.asked_at is not None:
            yield _asked(line, line.asked_at)
    yield from _endless(order)


def _until_due(clock: Clock, order: Order, due_at: datetime, ends_at: datetime) -> Running:
    since = order.due_from or order.applied_at
    about = f"{clock}:{_ms(order.due_from or due_at)}"
    return Running(clock, since, about, max(ends_at, due_at - DAY), due_at)


def _asked(line: Line, at: datetime) -> Running:
    clock = Clock.DECISION if lapses(line) else Clock.MISHAP
    ends_at = at + ANSWER_WITHIN
    return Running(clock, at, f"{clock}:{line.no}:{_ms(at)}", ends_at, ends_at, line.no)


def _endless(order: Order) -> Iterator[Running]:
    """Those that never bite."""
    whose = turn(order)
    since = order.waits_since or order.applied_at
    if whose is Turn.SECOND_PAYMENT:
        yield Running(Clock.SECOND_BILL, since, f"{Clock.SECOND_BILL}:{_ms(since)}")
    if bought := [x.bought_at for x in to_arrive(order) if x.bought_at]:
        yield Running(Clock.ARRIVAL, min(bought), f"{Clock.ARRIVAL}:{_ms(min(bought))}")
    if whose in OF_STAFF:
        yield Running(Clock.STAFF, since, f"{Clock.STAFF}:{whose}:{_ms(since)}")


def to_arrive(order: Order) -> tuple[Line, ...]:
    """What is bought, and not all of it at the warehouse."""
    return tuple(x for x in order.live_lines if x.state is LineState.BOUGHT and not x.question)


def _ms(moment: datetime) -> int:
    return (moment - _EPOCH) // timedelta(milliseconds=1)


# Their moments --------------------------------------------------------------------------------


def _marks(running: Running, days: Days) -> Iterator[Mark]:
    found: list[Mark] = []
    for tick in CLOCKS[running.clock].ticks:
        for name, nominal in _moments(tick, running, days):
            found.append(_mark(tick, name, nominal, running, days))
    warned_at = next((mark.at for mark in found if mark.is_warning), None)
    for mark in sorted(found, key=lambda mark: mark.at):
        # In a shorter time than usual the first questions would come after the last one.
        is_needless = warned_at is not None and mark.what is What.ASK and mark.at >= warned_at
        if mark.is_warning or not is_needless:
            yield mark


def _mark(tick: Tick, name: str, nominal: datetime, running: Running, days: Days) -> Mark:
    earliest = nominal - LONGEST - BEFORE_NIGHT if tick.is_warning else None
    return Mark(
        running.clock,
        running.about,
        f"{running.about}:{name}",
        _awake(tick, nominal, running, days),
        tick.what,
        tick.to,
        running.since,
        running.line,
        tick.is_warning,
        earliest,
    )


def _moments(tick: Tick, running: Running, days: Days) -> Iterator[tuple[str, datetime]]:
    if tick.business_days:
        yield from _business(tick.business_days, running.since, days)
    elif tick.what is What.BITE:
        assert running.bites_at is not None
        yield "end", running.bites_at
    elif tick.before is not None:
        assert running.ends_at is not None
        yield f"-{tick.before // _HOUR}h", running.ends_at - tick.before
    elif tick.after is not None:
        yield from _repeated(tick.after, tick.every, running.since, days.now)


def _repeated(
    after: timedelta, every: timedelta | None, since: datetime, now: datetime
) -> Iterator[tuple[str, datetime]]:
    """The first one, or the one that was last and the one that is next."""
    past = 0 if every is None else max(0, (now - since - after) // every)
    for number in (past, past + 1) if every and now >= since + after else (past,):
        span = after + number * (every or after)
        yield f"{span // _HOUR}h", since + span


def _business(count: int, since: datetime, days: Days) -> Iterator[tuple[str, datetime]]:
    """Every so many business days, at the time of day it began: the last one, and the next."""
    local = since.astimezone(days.agency)
    last: tuple[str, datetime] | None = None
    day, number = local.date(), 0
    while True:
        day, number = business_days_after(day, count, days.holidays), number + count
        at = datetime.combine(day, local.time(), days.agency).astimezone(UTC)
        if at > days.now:
            break
        last = f"{number}d", at
    if last is not None:
        yield last
    yield f"{number}d", at


# Not at night ---------------------------------------------------------------------------------


def _awake(tick: Tick, nominal: datetime, running: Running, days: Days) -> datetime:
    """When a customer is told: in the morning, or the evening before if it may not be later."""
    if days.customer is None or tick.what is What.BITE or Role.CUSTOMER not in tick.to:
        return nominal
    bites_at, told_at = running.bites_at, max(nominal, days.now)
    if bites_at is not None and bites_at - told_at <= CANNOT_WAIT:
        return nominal
    morning = night_ends_at(nominal, days.customer)
    if morning is None:
        return nominal
    if not tick.is_warning or bites_at is None or morning <= bites_at - WARNED:
        return morning
    return _evening_before(nominal, days.customer, days.now)


def _evening_before(nominal: datetime, zone: ZoneInfo, now: datetime) -> datetime:
    evening = night_began_at(nominal, zone) - BEFORE_NIGHT
    tonight = night_ends_at(now, zone)
    return evening if now <= evening or tonight is None else tonight
