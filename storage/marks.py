"""Marks: small facts about the whole, by name: when the books were proved, what failed then."""

from __future__ import annotations

from typing import Final

from sqlalchemy import bindparam, select

from storage.database import Tx, upsert
from storage.queue_tables import mark

_FIND: Final = select(mark.c.value).where(mark.c.name == bindparam("called"))
_SET: Final = upsert(mark, ["name"], ["value"])


class Marks:
    def __init__(self, tx: Tx) -> None:
        self._tx = tx

    async def find(self, name: str) -> str:
        """The mark of this name; empty where there is none."""
        row = await self._tx.one(_FIND, called=name)
        return "" if row is None else str(row.value)

    async def set(self, name: str, value: str) -> None:
        await self._tx.run(_SET, name=name, value=value)
