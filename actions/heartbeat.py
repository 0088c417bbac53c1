"""The clocks' heartbeat: whether somebody kept time, and when nobody did."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Final

from actions.work import Work
from domain.deadlines import Outage
from domain.notices import Alarm

BEATEN: Final = "clocks looked at"
OUTAGE: Final = "nobody looked at the clocks"
NOTICED_AFTER: Final = timedelta(hours=1)
EVERY: Final = timedelta(minutes=1)
REMEMBERED: Final = timedelta(days=1)  # what broke off so soon again was one outage


async def beat(work: Work) -> Outage | None:
    """Leave the mark that the clocks are looked at; the last time when they were not."""
    marks = work.uow.marks
    outage, last = _read(await marks.find(OUTAGE)), await marks.find(BEATEN)
    if not last:
        await marks.set(BEATEN, work.now.isoformat())
        return outage
    beaten_at = datetime.fromisoformat(last)
    if work.now - beaten_at > NOTICED_AFTER:
        outage = await _noticed(work, beaten_at, outage)
    if work.now - beaten_at >= EVERY:
        await marks.set(BEATEN, work.now.isoformat())
    return outage


async def _noticed(work: Work, since: datetime, before: Outage | None) -> Outage:
    if before is not None and since - before.until < REMEMBERED:
        since = before.since
    await work.uow.marks.set(OUTAGE, f"{since.isoformat()} {work.now.isoformat()}")
    await work.tell_general(Alarm("the bot was away; deadlines in that time end a day later"))
    return Outage(since, work.now)


def _read(kept: str) -> Outage | None:
    if not kept:
        return None
    since, until = kept.split()
    return Outage(datetime.fromisoformat(since), datetime.fromisoformat(until))
