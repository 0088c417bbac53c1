"""Messages between customers and the agency: the record, whatever became of carrying them."""

from __future__ import annotations

from datetime import datetime
from typing import Any, Final, Literal

from sqlalchemy import bindparam, func, select

from domain.files import Note
from domain.ids import NoteId, OrderId, PersonId
from domain.messages import Said
from storage.database import Tx
from storage.moments import from_ms, to_ms
from storage.tables import note

_ADD: Final = note.insert().returning(note.c.id)
_GET: Final = select(note).where(note.c.id == bindparam("id"))
_PAGE: Final = (
    select(note)
    .where(note.c.order_id == bindparam("order"))
    .order_by(note.c.id.desc())
    .limit(bindparam("most"))
    .offset(bindparam("skip"))
)
_COUNT: Final = select(func.count().label("count")).where(note.c.order_id == bindparam("order"))
_DELIVERED: Final = (
    note.update()
    .where(note.c.id == bindparam("which"))
    .values(delivered_at=bindparam("now"), delivered_as=bindparam("message"), trouble="")
)
_UNDELIVERED: Final = (
    note.update().where(note.c.id == bindparam("which")).values(trouble=bindparam("why"))
)


class Notes:
    def __init__(self, tx: Tx) -> None:
        self._tx = tx

    async def add(
        self,
        order: OrderId,
        direction: Literal["to_agency", "to_customer"],
        author: PersonId,
        said: Said,
        now: datetime,
    ) -> NoteId:
        row = await self._tx.one(
            _ADD,
            order_id=order,
            direction=direction,
            author_id=author,
            at=to_ms(now),
            chat=said.chat,
            message=said.message,
            text=said.html,
            media=said.media,
            file=said.file,
        )
        assert row is not None
        return NoteId(row.id)

    async def get(self, note_id: NoteId) -> Note:
        """LookupError when there is none."""
        row = await self._tx.one(_GET, id=note_id)
        if row is None:
            raise LookupError(note_id)
        return _note(row)

    async def page(self, order: OrderId, skip: int = 0, most: int = 10) -> list[Note]:
        """`most` notes, `skip` from the newest; oldest of them first."""
        rows = await self._tx.all(_PAGE, order=order, skip=skip, most=most)
        return [_note(row) for row in reversed(rows)]

    async def count(self, order: OrderId) -> int:
        row = await self._tx.one(_COUNT, order=order)
        return int(row.count) if row else 0

    async def delivered(self, note_id: NoteId, message: int, now: datetime) -> None:
        await self._tx.run(_DELIVERED, which=note_id, message=message, now=to_ms(now))

    async def undelivered(self, note_id: NoteId, why: str) -> None:
        await self._tx.run(_UNDELIVERED, which=note_id, why=why)


def _note(row: Any) -> Note:
    return Note(
        id=NoteId(row.id),
        order=OrderId(row.order_id),
        direction=row.direction,
        author=PersonId(row.author_id),
        at=from_ms(row.at),
        chat=row.chat,
        message=row.message,
        text=row.text,
        media=row.media,
        file=row.file,
        delivered_at=from_ms(row.delivered_at),
        trouble=row.trouble,
    )
