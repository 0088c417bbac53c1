"""What happens because time passes: an order's clocks remind, ask, ring and bite.

The sweep's list is stale by now: what counts is the order as it is under the lock. Nothing bites
that was not announced: its warning was handed over at least 24 hours ago. Where that came late,
the deadline moves.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Final
from zoneinfo import ZoneInfo

from actions import questions, reminders
from actions.calendar import closed_around
from actions.cancellations import cancel_because
from actions.receptions import complete
from actions.work import Work
from domain.agenda import Mark, agenda, due, next_at, put_off, without_old_keys
from domain.deadlines import WARNED, Clock, Outage, What, after_outage
from domain.ids import OrderId
from domain.orders import UNPAID, Change, Order
from domain.quiet_hours import zone_of

AGAIN_AFTER: Final = timedelta(hours=1)  # a warning is on its way still


class Looked(StrEnum):
    """What came of a look at an order."""

    NOTHING = "nothing"
    SAID = "said"
    BITTEN = "bitten"


@dataclass(frozen=True, slots=True)
class Sight:
    """What an order's clocks have to know besides the order."""

    zone: ZoneInfo | None  # the customer's
    handed: Mapping[str, datetime]  # when its warnings were handed over
    under_review: bool

    def agenda(self, work: Work, order: Order) -> tuple[Mark, ...]:
        return agenda(
            order,
            work.agency,
            work.now,
            zone=self.zone,
            holidays=closed_around(work.agency, work.now),
            under_review=self.under_review,
        )


async def look(work: Work, order_id: OrderId, outage: Outage | None = None) -> Looked:
    """Do what an order's clocks ask for now; it may have been dealt with a moment ago."""
    order = await work.lock(order_id)
    if outage is not None:
        order = await _keep(work, order, after_outage(order, outage), "the bot was away")
    sight = await _sight(work, order)
    order = await _put_off_by_hand_over(work, order, sight)
    marks = sight.agenda(work, order)
    asked = due(order, marks, work.now)
    for mark in asked:
        if mark.what is What.BITE and _may_bite(mark, marks, sight, work.now):
            await _bite(work, order, mark)
            return Looked.BITTEN
    said = [mark for mark in asked if mark.what is not What.BITE]
    for mark in said:
        order = await _say(work, order, mark)
    await work.uow.orders.rest(order, _wakes_at(work, order, sight))
    return Looked.SAID if said else Looked.NOTHING


async def _sight(work: Work, order: Order) -> Sight:
    person = await work.uow.people.find(order.customer)
    reviewed = order.stage in UNPAID and await work.uow.payments.in_review(order.id) is not None
    handed = await work.uow.warnings.of(order.id) if order.reminded else {}
    return Sight(zone_of(person.timezone) if person else None, handed, reviewed)


def _wakes_at(work: Work, order: Order, sight: Sight) -> datetime | None:
    """When to look again; for a bite that is held back, when it may be so no longer."""
    marks = sight.agenda(work, order)
    moments = [next_at(order, [mark for mark in marks if mark.at > work.now], work.now)]
    for mark in due(order, marks, work.now):
        if mark.what is What.BITE:
            warned_at = sight.handed.get(_warning_of(mark, marks))
            held = work.now + AGAIN_AFTER if warned_at is None else warned_at + WARNED
            moments.append(max(mark.at, held))
        else:
            moments.append(mark.at)
    return min((moment for moment in moments if moment is not None), default=None)


# Announced, or put off ------------------------------------------------------------------------


def _warning_of(bite: Mark, marks: tuple[Mark, ...]) -> str:
    return next(mark.key for mark in marks if mark.about == bite.about and mark.is_warning)


def _may_bite(bite: Mark, marks: tuple[Mark, ...], sight: Sight, now: datetime) -> bool:
    handed_at = sight.handed.get(_warning_of(bite, marks))
    return handed_at is not None and now >= handed_at + WARNED


async def _put_off_by_hand_over(work: Work, order: Order, sight: Sight) -> Order:
    """Where a warning was on its way for long, the deadline is a day after its arrival."""
    for mark in sight.agenda(work, order):
        handed_at = sight.handed.get(mark.key) if mark.is_warning else None
        if handed_at is None:
            continue
        moved, key = put_off(order, mark, handed_at)
        if key != mark.key:
            await work.uow.warnings.handed(order.id, key, handed_at)
        order = await _keep(work, order, _said(moved, key), "its warning came late")
    return order


async def _keep(work: Work, before: Order, after: Order, why: str) -> Order:
    """Keep a deadline that moved; where none did there is nothing to keep."""
    if (before.due_at, before.lines) == (after.due_at, after.lines):
        return after
    return await work.save(after, Change("deadline moved", why=why))


def _said(order: Order, key: str) -> Order:
    return replace(order, reminded=order.reminded | {key})


# Saying and biting ----------------------------------------------------------------------------


async def _say(work: Work, order: Order, mark: Mark) -> Order:
    key = mark.key
    if mark.is_warning:
        moved, key = put_off(order, mark, work.now)
        order = await _keep(work, order, _said(moved, key), "its warning is late")
    await reminders.tell(work, order, mark, warns=key if mark.is_warning else "")
    change = Change(mark.what, after=f"{mark.clock} {mark.name}")
    await work.uow.orders.remember(order, change, work.by, work.now)
    return without_old_keys(_said(order, key), work.agency)


async def _bite(work: Work, order: Order, mark: Mark) -> None:
    match mark.clock:
        case Clock.DECISION:
            assert mark.line is not None
            await questions.lapse(work, order, mark.line)
        case Clock.COMPLETION:
            await complete(work, order, "clock")
        case _:
            await cancel_because(work, order, "unpaid")
