"""Customers who wait for an answer: since when, and when it rings."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Final

from sqlalchemy import bindparam, select

from domain.ids import OrderId
from storage.database import Tx, upsert
from storage.moments import from_ms, to_ms
from storage.tables import unanswered

_FIND: Final = select(unanswered).where(unanswered.c.order_id == bindparam("order"))
_LOCK: Final = _FIND.with_for_update()
_WAIT: Final = upsert(unanswered, ["order_id"], ["order_id"])  # who waits already, waits on
_ANSWERED: Final = unanswered.delete().where(unanswered.c.order_id == bindparam("which"))
_RUNG: Final = (
    unanswered.update()
    .where(unanswered.c.order_id == bindparam("which"))
    .values(ring_at=bindparam("again"), rung=bindparam("times"))
)
_DUE: Final = (
    select(unanswered.c.order_id)
    .where(unanswered.c.ring_at.is_not(None), unanswered.c.ring_at <= bindparam("now"))
    .order_by(unanswered.c.ring_at)
    .limit(bindparam("most"))
)


@dataclass(frozen=True, slots=True)
class Open:
    """A customer's first message that has no answer yet."""

    order: OrderId
    since: datetime
    ring_at: datetime | None
    rung: int  # how often it has


class Answering:
    def __init__(self, tx: Tx) -> None:
        self._tx = tx

    async def wrote(self, order: OrderId, since: datetime, ring_at: datetime) -> None:
        """A customer wrote; if they wait already, it is since their first message."""
        values = {"order_id": order, "since": to_ms(since), "ring_at": to_ms(ring_at)}
        await self._tx.run(_WAIT, **values)

    async def answered(self, order: OrderId) -> bool:
        """Nobody waits any longer; whether somebody did."""
        return await self._tx.run(_ANSWERED, which=order) > 0

    async def due(self, now: datetime, most: int) -> list[OrderId]:
        """Orders whose bell is to ring, the longest waiting first."""
        rows = await self._tx.all(_DUE, now=to_ms(now), most=most)
        return [OrderId(row.order_id) for row in rows]

    async def lock(self, order: OrderId) -> Open | None:
        row = await self._tx.one(_LOCK, order=order)
        if row is None:
            return None
        return Open(order, from_ms(row.since), from_ms(row.ring_at), row.rung)

    async def rung(self, order: OrderId, times: int, again: datetime | None) -> None:
        """It has rung so often; when it does again, if it does."""
        await self._tx.run(_RUNG, which=order, times=times, again=to_ms(again))
