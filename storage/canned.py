"""Canned replies: what staff say often, once a language."""

from __future__ import annotations

from datetime import datetime
from typing import Any, Final

from sqlalchemy import bindparam, select

from domain.canned import Canned
from domain.ids import OrderId
from storage.database import Tx, upsert
from storage.moments import to_ms
from storage.tables import canned, note

_COLUMNS: Final = (canned.c.id, canned.c.name, canned.c.language, canned.c.text)
_ALL: Final = select(*_COLUMNS).order_by(canned.c.name, canned.c.language)
_CALLED: Final = (
    select(*_COLUMNS).where(canned.c.name == bindparam("called")).order_by(canned.c.language)
)
_GET: Final = select(*_COLUMNS).where(canned.c.id == bindparam("id"))
_SET: Final = upsert(canned, ["name", "language"], ["text", "changed_by", "changed_at"])
_DELETE: Final = canned.delete().where(canned.c.id == bindparam("which"))
_WAS_SENT: Final = (
    select(note.c.id)
    .where(
        note.c.order_id == bindparam("order"),
        note.c.chat == bindparam("chat"),
        note.c.message == bindparam("preview"),
    )
    .limit(1)
)


class CannedReplies:
    def __init__(self, tx: Tx) -> None:
        self._tx = tx

    async def all(self) -> list[Canned]:
        return [_canned(row) for row in await self._tx.all(_ALL)]

    async def called(self, name: str) -> list[Canned]:
        """One reply in all its languages."""
        return [_canned(row) for row in await self._tx.all(_CALLED, called=name)]

    async def find(self, number: int) -> Canned | None:
        row = await self._tx.one(_GET, id=number)
        return None if row is None else _canned(row)

    async def set(self, name: str, language: str, text: str, by: str, now: datetime) -> None:
        await self._tx.run(
            _SET, name=name, language=language, text=text, changed_by=by, changed_at=to_ms(now)
        )

    async def delete(self, number: int) -> None:
        await self._tx.run(_DELETE, which=number)

    async def was_sent(self, order: OrderId, chat: int, preview: int) -> bool:
        """Whether what a preview shows is on its way already: two pressed at once."""
        row = await self._tx.one(_WAS_SENT, order=order, chat=chat, preview=preview)
        return row is not None


def _canned(row: Any) -> Canned:
    return Canned(row.id, row.name, row.language, row.text)
