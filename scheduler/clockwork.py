"""What a sweep is, and what it gets to work with."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import datetime, timedelta

from domain.agency import Agency
from storage.database import Database


@dataclass(frozen=True, slots=True)
class Clockwork:
    """The books, the agency, and the time."""

    database: Database
    agency: Agency
    clock: Callable[[], datetime]

    @property
    def now(self) -> datetime:
        return self.clock()


@dataclass(frozen=True, slots=True)
class Sweep:
    """Looks for what time has done, and says how many things it dealt with."""

    name: str
    run: Callable[[Clockwork], Awaitable[int]]
    every: timedelta = timedelta(minutes=1)
