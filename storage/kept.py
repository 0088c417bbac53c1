"""Messages that were kept and not carried, all of a customer's together."""

from __future__ import annotations

from datetime import datetime
from typing import Any, Final

from sqlalchemy import bindparam, or_, select

from domain.ids import InquiryId, NoteId, OrderId, PersonId
from domain.messages import BLOCKED, MISSED, KeptBack, Thread
from storage.database import Tx
from storage.moments import from_ms, to_ms
from storage.tables import note, orders
from storage.talk_tables import inquiry

_THEIRS: Final = or_(
    note.c.order_id.in_(select(orders.c.id).where(orders.c.customer_id == bindparam("who"))),
    note.c.inquiry_id.in_(select(inquiry.c.id).where(inquiry.c.customer_id == bindparam("who"))),
)
_OF: Final = (
    select(note.c.id, note.c.order_id, note.c.inquiry_id, note.c.at)
    .where(_THEIRS, note.c.trouble == bindparam("why"), note.c.delivered_at.is_(None))
    .order_by(note.c.id)
)
_LET_GO: Final = (
    note.update()
    .where(note.c.id == bindparam("which"))
    .values(trouble="", due_at=bindparam("due"))
)


_MISSED: Final = (
    note.update()
    .where(_THEIRS, note.c.trouble == BLOCKED, note.c.delivered_at.is_(None))
    .values(trouble=MISSED)
)


class Kept:
    def __init__(self, tx: Tx) -> None:
        self._tx = tx

    async def of(self, customer: PersonId, why: str) -> list[KeptBack]:
        """What the two sides said about this customer's orders and inquiries, oldest first."""
        return [_kept(row) for row in await self._tx.all(_OF, who=customer, why=why)]

    async def missed(self, customer: PersonId) -> None:
        """Staff hear what did not reach them while they had blocked the bot: once."""
        await self._tx.run(_MISSED, who=customer)

    async def let_go(self, note_id: NoteId, due: datetime) -> None:
        """It is carried now, and is held back by nothing."""
        await self._tx.run(_LET_GO, which=note_id, due=to_ms(due))


def _kept(row: Any) -> KeptBack:
    thread = Thread(
        None if row.order_id is None else OrderId(row.order_id),
        None if row.inquiry_id is None else InquiryId(row.inquiry_id),
    )
    return KeptBack(NoteId(row.id), thread, from_ms(row.at))
