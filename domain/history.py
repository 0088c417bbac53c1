"""A line of an order's history: who changed what, when and why."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True)
class HistoryLine:
    at: datetime
    who: str  # "staff:42 Mina", "customer:7 Aki", "clock"
    what: str
    before: str = ""
    after: str = ""
    why: str = ""


@dataclass(frozen=True, slots=True)
class OrderGlance:
    """An order as a list shows it."""

    id: int
    stage: str
    first_line: str
    lines: int
    needs_customer: bool
    applied_at: datetime
    due_at: datetime | None
