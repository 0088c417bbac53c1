"""The books, proved every night: if they are not in order, nothing is paid out."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Final

from actions.payouts import BOOKS_FAILED
from actions.work import Work
from domain.agency import Agency
from domain.notices import Alarm
from storage.proofs import Failure, prove

PROVED_ON: Final = "books proved on"
LOOKED_AT: Final = "books looked at"
NIGHTLY_HOUR: Final = 3
AGAIN_AFTER: Final = timedelta(minutes=10)  # while they are not in order


async def are_due(work: Work) -> bool:
    """Once a day, from three in the morning on; while something is wrong, again and again."""
    marks = work.uow.marks
    if await marks.find(BOOKS_FAILED):
        looked_at = await marks.find(LOOKED_AT)
        return not looked_at or work.now >= datetime.fromisoformat(looked_at) + AGAIN_AFTER
    return await marks.find(PROVED_ON) < night(work.agency, work.now)


def night(agency: Agency, now: datetime) -> str:
    """The day whose proof is the newest that is due."""
    local = now.astimezone(agency.timezone)
    return (local - timedelta(hours=NIGHTLY_HOUR)).date().isoformat()


async def look(work: Work) -> list[Failure]:
    """What is wrong with the books; nothing is changed by it."""
    return await prove(work.uow.tx)


async def conclude(work: Work, failures: list[Failure]) -> None:
    """Stop pay-outs and ring if something is wrong; let them go on when all is in order."""
    marks = work.uow.marks
    before = await marks.find(BOOKS_FAILED)
    failed = ",".join(str(failure.number) for failure in failures)
    await marks.set(BOOKS_FAILED, failed)
    await marks.set(LOOKED_AT, work.now.isoformat())
    await marks.set(PROVED_ON, night(work.agency, work.now))
    if failures and failed != before:
        await work.tell_finance(
            Alarm(
                "the books are not in order, pay-outs are stopped (daiko check)", _said(failures)
            )
        )
    elif before and not failures:
        await work.tell_finance(Alarm("the books are in order again, pay-outs go on"))


def _said(failures: list[Failure]) -> str:
    return "; ".join(f"{x.number}. {x.name}: not so ({x.count})" for x in failures)
