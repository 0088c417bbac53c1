"""Paging: a few at a time, a row of keys to the others, and rows of keys put together."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Generic, TypeVar

from domain.ids import OrderId
from domain.letters import Key, Section
from views.buttons import Tab
from views.texts import Texts

T = TypeVar("T")

Row = tuple[Key, ...]


@dataclass(frozen=True, slots=True)
class Page(Generic[T]):
    """Some of many. A number that is out of range gives the nearest page there is."""

    shown: tuple[T, ...]
    number: int  # from 0
    count: int

    @classmethod
    def of(cls, everything: Sequence[T], number: int, size: int) -> Page[T]:
        count = pages(len(everything), size)
        number = min(max(number, 0), count - 1)
        return cls(tuple(everything[number * size : (number + 1) * size]), number, count)


def pages(count: int, size: int) -> int:
    """How many pages hold so many; at least one."""
    return max(1, -(-count // size))


def turning(
    order: OrderId, seen: int, section: Section, number: int, count: int, say: Texts
) -> tuple[Row, ...]:
    """A row to the page before and the page after; none where there is one page."""
    row = []
    if number > 0:
        label = say.label("Previous", emoji="⬅️", detail=f"{number}/{count}")
        row.append(Tab(order, seen, section, number - 1).key(label))
    if number + 1 < count:
        label = say.label("Next", emoji="➡️", detail=f"{number + 2}/{count}")
        row.append(Tab(order, seen, section, number + 1).key(label))
    return (tuple(row),) if row else ()
