"""What went on: figures of some days, as the picture of `/stats` shows them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum

from domain.money import Money
from domain.orders import Stage
from domain.queue import Tally


class Leap(StrEnum):
    """A part of an order's way that is timed."""

    ESTIMATE = "estimate"
    PAYMENT = "payment"
    PURCHASE = "purchase"
    ARRIVAL = "arrival"
    SECOND_BILL = "second bill"
    SHIPPING = "shipping"
    RECEPTION = "reception"


@dataclass(frozen=True, slots=True)
class Flow:
    """What came in and went out in some days, the first of which is `since`."""

    since: date
    money_in: Money
    money_out: Money


@dataclass(frozen=True, slots=True)
class Figures:
    since: date
    until: date
    applied: int
    completed: int
    cancelled: int
    stages: tuple[tuple[Stage, int], ...]  # of ongoing orders, as it is now
    flows: tuple[Flow, ...]  # without a gap, oldest first
    medians: tuple[tuple[Leap, timedelta, int], ...]  # how long it took, of how many
    waiting: tuple[Tally, ...]  # as it is now

    @property
    def money_in(self) -> Money:
        return _sum([flow.money_in for flow in self.flows])

    @property
    def money_out(self) -> Money:
        return _sum([flow.money_out for flow in self.flows])


def _sum(amounts: list[Money]) -> Money:
    total = amounts[0].nothing
    for amount in amounts:
        total += amount
    return total


def buckets(since: date, until: date) -> tuple[date, ...]:
    """The first days of what is summed up together: days, weeks, or months of a year."""
    days = (until - since).days + 1
    if days <= 31:
        return tuple(since + timedelta(days=n) for n in range(days))
    firsts = {since, *(_month(since + timedelta(days=n)) for n in range(days))}
    return tuple(sorted(first for first in firsts if first >= since))


def _month(day: date) -> date:
    return day.replace(day=1)
