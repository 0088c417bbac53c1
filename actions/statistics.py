"""The figures of the last days, gathered for a picture."""

from __future__ import annotations

from bisect import bisect_right
from datetime import date, datetime, time, timedelta
from statistics import median

from actions.queues import tallies
from actions.work import Work
from domain.money import Money
from domain.orders import Stage
from domain.statistics import Figures, Flow, Leap, buckets
from storage.statistics import Statistics


async def gather(work: Work, days: int) -> Figures:
    """The last `days` days where the agency is, today included."""
    zone = work.agency.timezone
    today = work.now.astimezone(zone).date()
    first = today - timedelta(days=days - 1)
    since = datetime.combine(first, time(), zone)
    of = Statistics(work.uow.tx)
    counts, stages = await of.counts(since), await of.stages()
    return Figures(
        since=first,
        until=today,
        applied=counts.applied,
        completed=counts.completed,
        cancelled=counts.cancelled,
        stages=tuple((stage, stages[stage]) for stage in Stage if stage in stages),
        flows=_flows(work, await of.money(since, work.agency.currency), first, today),
        medians=_medians(await of.leaps(since)),
        waiting=await tallies(work),
    )


def _flows(
    work: Work, moved: list[tuple[datetime, Money, Money]], first: date, last: date
) -> tuple[Flow, ...]:
    starts, nothing = buckets(first, last), Money(0, work.agency.currency)
    sums = [[nothing, nothing] for _ in starts]
    for at, came, went in moved:
        of = sums[bisect_right(starts, at.astimezone(work.agency.timezone).date()) - 1]
        of[0], of[1] = of[0] + came, of[1] + went
    return tuple(Flow(day, came, went) for day, (came, went) in zip(starts, sums, strict=True))


def _medians(leaps: dict[Leap, list[int]]) -> tuple[tuple[Leap, timedelta, int], ...]:
    return tuple(
        (leap, timedelta(milliseconds=median(took)), len(took))
        for leap, took in leaps.items()
        if took
    )
