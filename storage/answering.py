"""Customers who wait for an answer: since when, and when it rings."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from sqlalchemy import bindparam, func, or_, select

from domain.ids import InquiryId, OrderId
from domain.messages import Thread
from storage.database import Tx, upsert
from storage.moments import from_ms, to_ms
from storage.tables import orders, person, unanswered
from storage.talk_tables import inquiry

# Nothing equals NULL: of an order and an inquiry, only the one that there is can be found.
_THIS: Final = or_(
    unanswered.c.order_id == bindparam("of_order"),
    unanswered.c.inquiry_id == bindparam("of_inquiry"),
)
_LOCK: Final = select(unanswered).where(_THIS).with_for_update()
# Who waits already, waits on.
_WAITS_FOR_ORDER: Final = upsert(unanswered, ["order_id"], ["order_id"])
_WAITS_FOR_INQUIRY: Final = upsert(unanswered, ["inquiry_id"], ["inquiry_id"])
_ANSWERED: Final = unanswered.delete().where(_THIS)
_RUNG: Final = (
    unanswered.update().where(_THIS).values(ring_at=bindparam("again"), rung=bindparam("times"))
)
# For whoever is muted it does not ring; they wait on all the same.
_DUE: Final = (
    select(unanswered.c.order_id, unanswered.c.inquiry_id)
    .join_from(unanswered, orders, orders.c.id == unanswered.c.order_id, isouter=True)
    .join(inquiry, inquiry.c.id == unanswered.c.inquiry_id, isouter=True)
    .join(person, person.c.id == func.coalesce(orders.c.customer_id, inquiry.c.customer_id))
    .where(
        unanswered.c.ring_at.is_not(None),
        unanswered.c.ring_at <= bindparam("now"),
        person.c.muted_at.is_(None),
    )
    .order_by(unanswered.c.ring_at)
    .limit(bindparam("most"))
)


@dataclass(frozen=True, slots=True)
class Open:
    """A customer's first message that has no answer yet."""

    thread: Thread
    since: datetime
    ring_at: datetime | None
    rung: int  # how often it has


class Answering:
    def __init__(self, tx: Tx) -> None:
        self._tx = tx

    async def wrote(self, thread: Thread, since: datetime, ring_at: datetime) -> None:
        """A customer wrote; if they wait already, it is since their first message."""
        statement = _WAITS_FOR_ORDER if thread.order is not None else _WAITS_FOR_INQUIRY
        await self._tx.run(
            statement,
            order_id=thread.order,
            inquiry_id=thread.inquiry,
            since=to_ms(since),
            ring_at=to_ms(ring_at),
        )

    async def answered(self, thread: Thread) -> bool:
        """Nobody waits any longer; whether somebody did."""
        return await self._tx.run(_ANSWERED, **_this(thread)) > 0

    async def due(self, now: datetime, most: int) -> list[Thread]:
        """Where the bell is to ring, the longest waiting first."""
        return [_thread(row) for row in await self._tx.all(_DUE, now=to_ms(now), most=most)]

    async def lock(self, thread: Thread) -> Open | None:
        row = await self._tx.one(_LOCK, **_this(thread))
        if row is None:
            return None
        return Open(thread, from_ms(row.since), from_ms(row.ring_at), row.rung)

    async def rung(self, thread: Thread, times: int, again: datetime | None) -> None:
        """It has rung so often; when it does again, if it does."""
        await self._tx.run(_RUNG, times=times, again=to_ms(again), **_this(thread))


def _this(thread: Thread) -> dict[str, object]:
    return {"of_order": thread.order, "of_inquiry": thread.inquiry}


def _thread(row: Any) -> Thread:
    return Thread(
        None if row.order_id is None else OrderId(row.order_id),
        None if row.inquiry_id is None else InquiryId(row.inquiry_id),
    )
