"""APScheduler, told to run the sweeps; one that fails rings, and does not stop the others."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable, Sequence
from datetime import UTC, datetime, timedelta
from typing import Final, Protocol

import structlog
from apscheduler.schedulers.asyncio import AsyncIOScheduler

from domain.letters import Told, ToStaff
from domain.notices import Alarm
from scheduler.sweeps import Clockwork, Sweep
from storage.unit_of_work import unit_of_work

log = structlog.get_logger(__name__)

FIRST_AFTER: Final = timedelta(seconds=2)
EVERY_MAX: Final = timedelta(minutes=1)
LATE_SECONDS: Final = 180.0


class Tally(Protocol):
    """Counts what the sweeps did."""

    def __call__(self, sweep: str, result: str, dealt_with: int) -> None: ...


class Runner:
    """Runs each sweep soon after the start, and then at its own pace; never two of one at once."""

    def __init__(
        self,
        clockwork: Callable[[], Clockwork],
        sweeps: Sequence[Sweep],
        *,
        tally: Tally,
        promised: Callable[[], None],
        where: Callable[[BaseException], str],
    ) -> None:
        self._clockwork = clockwork
        self._sweeps = sweeps
        self._tally = tally
        self._promised = promised
        self._where = where
        self._failing: set[str] = set()
        self._ran_at = time.monotonic()

    @property
    def is_late(self) -> bool:
        """Whether no sweep has run for longer than any may take to come round."""
        return time.monotonic() - self._ran_at > LATE_SECONDS

    async def run(self) -> None:
        """Keep time until cancelled."""
        self._ran_at = time.monotonic()
        scheduler = AsyncIOScheduler(
            timezone="UTC",
            # Without a grace time, what an outage delayed by more than a second is dropped.
            job_defaults={"coalesce": True, "max_instances": 1, "misfire_grace_time": None},
        )
        for sweep in self._sweeps:
            scheduler.add_job(
                self._run,
                "interval",
                [sweep],
                id=sweep.name,
                seconds=min(sweep.every, EVERY_MAX).total_seconds(),
                next_run_time=datetime.now(UTC) + FIRST_AFTER,
            )
        scheduler.start()
        try:
            await asyncio.Event().wait()
        finally:
            scheduler.shutdown(wait=False)

    async def sweep_all(self) -> int:
        """Run every sweep once, in the order of the table."""
        return sum([await self._run(sweep) for sweep in self._sweeps])

    async def _run(self, sweep: Sweep) -> int:
        started = time.perf_counter()
        self._ran_at = time.monotonic()
        try:
            dealt_with = await sweep.run(self._clockwork())
        except Exception as error:
            await self._failed(sweep, error)
            return 0
        self._failing.discard(sweep.name)
        self._tally(sweep.name, "done", dealt_with)
        self._promised()
        spent = round((time.perf_counter() - started) * 1_000, 1)
        level = log.info if dealt_with else log.debug
        level("sweep", name=sweep.name, dealt_with=dealt_with, ms=spent)
        return dealt_with

    async def _failed(self, sweep: Sweep, error: Exception) -> None:
        """Ring once for as long as it goes on failing."""
        where = self._where(error)
        log.error("sweep failed", name=sweep.name, error=where)
        self._tally(sweep.name, "failed", 0)
        if sweep.name in self._failing:
            return
        try:
            async with unit_of_work(self._clockwork().database) as uow:
                await uow.outbox.put(Told(Alarm(f"sweep {sweep.name}", where)), ToStaff())
        except Exception as worse:  # then it is the database that is in trouble
            log.error("sweep's failure not told", name=sweep.name, error=self._where(worse))
            return
        self._failing.add(sweep.name)
        self._promised()
