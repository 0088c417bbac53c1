"""Places: numbers Telegram gave to things that belong to no order, by our name for them."""

from __future__ import annotations

from typing import Final

from sqlalchemy import bindparam, select

from storage.database import Tx, upsert
from storage.queue_tables import place

_FIND: Final = select(place.c.number).where(place.c.name == bindparam("called"))
_SET: Final = upsert(place, ["name"], ["number"])
_FORGET_BELOW: Final = place.delete().where(
    place.c.name.startswith(bindparam("kind")), place.c.number < bindparam("least")
)
_FORGET: Final = place.delete().where(place.c.name == bindparam("called"))


class Places:
    def __init__(self, tx: Tx) -> None:
        self._tx = tx

    async def find(self, name: str) -> int | None:
        row = await self._tx.one(_FIND, called=name)
        return None if row is None else int(row.number)

    async def set(self, name: str, number: int) -> None:
        await self._tx.run(_SET, name=name, number=number)

    async def forget_below(self, kind: str, least: int) -> None:
        """Of the names that begin so, those with a smaller number."""
        await self._tx.run(_FORGET_BELOW, kind=kind, least=least)

    async def forget(self, name: str) -> None:
        await self._tx.run(_FORGET, called=name)
