"""The staff's queue: everything that waits, the oldest deadline first."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime, time, timedelta
from typing import Final

from actions.calendar import business_days_from, business_time_from
from actions.work import Work
from domain.agency import Agency
from domain.answering import ANSWER_WITHIN
from domain.desk_notices import MorningDigest
from domain.letters import Told, ToStaff
from domain.queue import STAFF_DAYS, Kind, Queue, Tally, Waiting
from storage.places import Places
from storage.queues import Found, Queues

PAGE: Final = 8
PAGES_MAX: Final = 50
DIGEST_HOUR: Final = 8
DIGEST_MARK: Final = "digest on"
BITES_MAX: Final = 20
LATE_MAX: Final = 500  # so many of a kind are looked at; more are late enough to be seen
DECIDE_WITHIN: Final = timedelta(hours=72)
_NO_CLOCK: Final = frozenset({Kind.ARRIVALS, Kind.HELD})  # nobody here can make it faster


async def look(work: Work, kind: Kind | None = None, page: int = 0) -> Queue:
    """A page of one kind, or of all together; a page that is not there gives the nearest."""
    page = min(max(page, 0), PAGES_MAX - 1)
    found = await _found(work, (page + 1) * PAGE)
    counts = {each: found[each].count for each in Kind}
    count = sum(counts.values()) if kind is None else counts[kind]
    pages = min(max(1, -(-count // PAGE)), PAGES_MAX)
    page = min(page, pages - 1)
    wanted = found.values() if kind is None else (found[kind],)
    waiting = sorted((x for each in wanted for x in each.oldest), key=_order)
    shown = tuple(waiting[page * PAGE : (page + 1) * PAGE])
    finance = await Places(work.uow.tx).find(f"topic:finance@{work.agency.staff_chat}")
    return Queue(work.now, counts, shown, kind, page, pages, finance or 0)


async def _found(work: Work, most: int) -> Mapping[Kind, Found]:
    queues = Queues(work.uow.tx, work.agency.timezone, work.agency.id)
    found = {}
    for kind in Kind:
        of_kind = await queues.of(kind, most)
        oldest = tuple(with_deadline(work, each) for each in of_kind.oldest)
        found[kind] = replace(of_kind, oldest=oldest)
    return found


def _order(waiting: Waiting) -> tuple[bool, datetime, datetime]:
    """What has a deadline comes first, the oldest first.

    What is equally old stays as it was found: a page shows the same, whichever was seen before.
    """
    return waiting.due is None, waiting.due or waiting.since, waiting.since


def with_deadline(work: Work, waiting: Waiting) -> Waiting:
    """The deadline that is written down, or the desk's own, whichever is first."""
    if waiting.kind in _NO_CLOCK:
        return waiting
    ours = _deadline(work, waiting)
    return replace(waiting, due=ours if waiting.due is None else min(waiting.due, ours))


def _deadline(work: Work, waiting: Waiting) -> datetime:
    agency, since = work.agency, waiting.since
    match waiting.kind:
        case Kind.MESSAGES:
            return business_time_from(agency, since, ANSWER_WITHIN)
        case Kind.DECISIONS:
            return since + DECIDE_WITHIN
        case Kind.PAYOUTS if waiting.due is not None:
            return waiting.due
        case _:
            day = business_days_from(agency, since, STAFF_DAYS)
            return datetime.combine(day, time.max, agency.timezone)


# The morning's digest -------------------------------------------------------------------------


def mark_of(agency: Agency) -> str:
    return DIGEST_MARK if agency.id is None else f"{DIGEST_MARK} {agency.id}"


def digest_is_due(work: Work, last: str) -> bool:
    """From eight in the morning on, once a day."""
    local = work.now.astimezone(work.agency.timezone)
    return local.hour >= DIGEST_HOUR and last < local.date().isoformat()


async def tell_morning(work: Work) -> bool:
    """What waits, told in General; the mark and the letter are kept together, or neither."""
    marks = work.uow.marks
    last = await marks.find(mark_of(work.agency))
    if not digest_is_due(work, last):
        return False
    day = work.now.astimezone(work.agency.timezone).date()
    await marks.set(mark_of(work.agency), day.isoformat())
    if not last:  # the first day begins with an empty desk
        return False
    await work.uow.outbox.put(Told(await _digest(work)), ToStaff(agency=work.agency.id))
    return True


async def _digest(work: Work) -> MorningDigest:
    zone = work.agency.timezone
    today = work.now.astimezone(zone).date()
    midnight = datetime.combine(today + timedelta(days=1), time(), zone)
    bites = await Queues(work.uow.tx, zone, work.agency.id).bites(midnight, BITES_MAX)
    return MorningDigest(today, await tallies(work), tuple(bites))


async def tallies(work: Work) -> tuple[Tally, ...]:
    """How much of each kind waits, and how much of it too long."""
    found = await _found(work, LATE_MAX)
    return tuple(
        Tally(kind, of.count, sum(x.is_late(work.now) for x in of.oldest), of.amount)
        for kind, of in found.items()
        if of.count
    )
