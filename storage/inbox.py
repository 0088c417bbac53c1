"""The inbox: updates as Telegram sent them, each worked once, in order within its chat."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import Enum, auto
from typing import Final

from sqlalchemy import bindparam, func, select

from storage.database import Tx, insert_ignoring
from storage.moments import from_ms, to_ms
from storage.queue_tables import IS_WAITING, inbox, lane

_TAKE_IN: Final = insert_ignoring(inbox)
_OPEN_LANE: Final = insert_ignoring(lane)
_WAITING: Final = (
    select(inbox.c.update_id, inbox.c.lane, inbox.c.payload, inbox.c.attempts, inbox.c.due_at)
    .where(IS_WAITING, inbox.c.update_id > bindparam("after"))
    .order_by(inbox.c.update_id)
    .limit(bindparam("most"))
)
_LOCK_LANE: Final = (
    select(lane.c.id).where(lane.c.id == bindparam("which")).with_for_update(skip_locked=True)
)
_OLDEST: Final = select(func.min(inbox.c.update_id).label("update_id")).where(
    IS_WAITING, inbox.c.lane == bindparam("which")
)
_DONE: Final = (
    inbox.update()
    .where(inbox.c.update_id == bindparam("which"), IS_WAITING)
    .values(done_at=bindparam("now"), payload="", error="")
)
_PUT_OFF: Final = (
    inbox.update()
    .where(inbox.c.update_id == bindparam("which"), IS_WAITING)
    .values(attempts=inbox.c.attempts + 1, due_at=bindparam("until"), error=bindparam("why"))
)
_PARK: Final = (
    inbox.update()
    .where(inbox.c.update_id == bindparam("which"), IS_WAITING)
    .values(attempts=inbox.c.attempts + 1, parked_at=bindparam("now"), error=bindparam("why"))
)
_PARKED: Final = (
    select(inbox.c.update_id, inbox.c.parked_at, inbox.c.error)
    .where(inbox.c.parked_at.is_not(None))
    .order_by(inbox.c.update_id)
)
_REPLAY: Final = (
    inbox.update()
    .where(inbox.c.update_id == bindparam("which"), inbox.c.parked_at.is_not(None))
    .values(parked_at=None, attempts=0, due_at=0)
)
_COUNT_WAITING: Final = select(func.count().label("count")).select_from(inbox).where(IS_WAITING)
_COUNT_PARKED: Final = (
    select(func.count().label("count")).select_from(inbox).where(inbox.c.parked_at.is_not(None))
)
_FORGET: Final = inbox.delete().where(inbox.c.done_at < bindparam("before"))


@dataclass(frozen=True, slots=True)
class Received:
    """An update as it came, and the chat whose order it keeps."""

    update_id: int
    lane: int
    payload: str


@dataclass(frozen=True, slots=True)
class Waiting:
    """An update that is to be worked."""

    update_id: int
    lane: int
    payload: str
    attempts: int
    due_at: datetime


@dataclass(frozen=True, slots=True)
class Parked:
    update_id: int
    parked_at: datetime
    error: str


class Claim(Enum):
    """What came of asking for an update."""

    OURS = auto()
    ELSEWHERE = auto()  # another process works in this chat
    GONE = auto()  # it was worked meanwhile, or an older one must come first


class Inbox:
    def __init__(self, tx: Tx) -> None:
        self._tx = tx

    async def take_in(self, updates: Sequence[Received], now: datetime) -> None:
        """Keep updates; those that are there already are left as they are."""
        await self._tx.run_many(_OPEN_LANE, [{"id": x} for x in sorted({u.lane for u in updates})])
        moment = to_ms(now)
        rows = [
            {"update_id": u.update_id, "lane": u.lane, "payload": u.payload, "received_at": moment}
            for u in updates
        ]
        await self._tx.run_many(_TAKE_IN, rows)

    async def waiting(self, after: int, most: int) -> list[Waiting]:
        """The next updates to be worked, in Telegram's order."""
        rows = await self._tx.all(_WAITING, after=after, most=most)
        return [
            Waiting(r.update_id, r.lane, r.payload, r.attempts, from_ms(r.due_at)) for r in rows
        ]

    async def claim(self, update: Waiting) -> Claim:
        """Ask to work an update in this transaction."""
        # One process has a SQLite file, and its lanes give out one update of a chat at a time.
        is_shared = self._tx.engine != "sqlite"
        if is_shared and await self._tx.one(_LOCK_LANE, which=update.lane) is None:
            return Claim.ELSEWHERE
        oldest = await self._tx.one(_OLDEST, which=update.lane)
        ours = oldest is not None and oldest.update_id == update.update_id
        return Claim.OURS if ours else Claim.GONE

    async def finish(self, update_id: int, now: datetime) -> None:
        """Mark an update as worked. What people wrote is not kept here any longer."""
        if await self._tx.run(_DONE, which=update_id, now=to_ms(now)) != 1:
            raise RuntimeError(f"update {update_id} was worked by somebody else")

    async def put_off(self, update_id: int, until: datetime, why: str) -> None:
        await self._tx.run(_PUT_OFF, which=update_id, until=to_ms(until), why=why)

    async def park(self, update_id: int, now: datetime, why: str) -> None:
        """Put an update aside that cannot be worked; its chat goes on without it."""
        if await self._tx.run(_PARK, which=update_id, now=to_ms(now), why=why) != 1:
            raise RuntimeError(f"update {update_id} was worked by somebody else")

    async def parked(self) -> list[Parked]:
        rows = await self._tx.all(_PARKED)
        return [Parked(r.update_id, from_ms(r.parked_at), r.error) for r in rows]

    async def replay(self, update_id: int) -> bool:
        """Let a parked update be worked once more; False when it is not parked."""
        return await self._tx.run(_REPLAY, which=update_id) == 1

    async def count_waiting(self) -> int:
        row = await self._tx.one(_COUNT_WAITING)
        return int(row[0]) if row else 0

    async def count_parked(self) -> int:
        row = await self._tx.one(_COUNT_PARKED)
        return int(row[0]) if row else 0

    async def forget(self, before: datetime) -> int:
        """Drop what was done long ago; Telegram repeats an update for a day at most."""
        return await self._tx.run(_FORGET, before=to_ms(before))
