"""Agencies beside that of the settings: made at the command line, registered in their group."""

from __future__ import annotations

import hashlib
from datetime import datetime
from typing import Final

from sqlalchemy import bindparam, select

from domain.agency import CODE_LIFE, Agency, OtherAgency
from domain.ids import AgencyId, OrderId
from storage.agency_tables import agency
from storage.database import Row, Tx, upsert
from storage.moments import from_ms, to_ms
from storage.tables import orders

_WORDS: Final = ("timezone", "language", "holidays", "bank_account", "currency_display")
_ALL: Final = select(agency).order_by(agency.c.id)
_CALLED: Final = select(agency).where(agency.c.name == bindparam("called")).with_for_update()
_AT: Final = select(agency).where(agency.c.staff_chat == bindparam("chat"))
_GET: Final = select(agency).where(agency.c.id == bindparam("id"))
_ADD: Final = upsert(agency, ["name"], [*_WORDS, "code_hash", "code_until"])
_IN_CHARGE: Final = (
    select(agency)
    .join_from(orders, agency, agency.c.id == orders.c.agency_id)
    .where(orders.c.id == bindparam("of"))
)
# One statement looks and takes: of two groups with one code the second finds it used.
_REGISTER: Final = (
    agency.update()
    .where(
        agency.c.code_hash == bindparam("hashed"),
        agency.c.code_until > bindparam("now"),
        agency.c.staff_chat.is_(None),
    )
    .values(
        staff_chat=bindparam("chat"), registered_at=bindparam("now"), registered_by=bindparam("by")
    )
)


_REGROUP: Final = (
    agency.update()
    .where(agency.c.staff_chat == bindparam("old"))
    .values(staff_chat=bindparam("new"))
)
_CHANGE: Final = (
    agency.update()
    .where(agency.c.id == bindparam("which"))
    .values({word: bindparam(f"new_{word}") for word in ("name", *_WORDS)})
)


class Agencies:
    def __init__(self, tx: Tx) -> None:
        self._tx = tx
        self.changed = False  # a group was registered in this transaction

    async def all(self) -> list[OtherAgency]:
        return [_other(row) for row in await self._tx.all(_ALL)]

    async def get(self, number: AgencyId) -> OtherAgency:
        row = await self._tx.one(_GET, id=number)
        if row is None:
            raise LookupError(f"agency {number}")
        return _other(row)

    async def with_groups(self, default: Agency) -> list[Agency]:
        """Those that can have orders: with a group, and beside that of the settings."""
        return [each.beside(default) for each in await self.all() if each.staff_chat is not None]

    async def in_charge(self, order: OrderId, default: Agency) -> Agency:
        """The agency whose order this is."""
        row = await self._tx.one(_IN_CHARGE, of=order)
        return default.settings if row is None else _other(row).beside(default)

    async def called(self, name: str) -> OtherAgency | None:
        """The agency of this name, locked."""
        row = await self._tx.one(_CALLED, called=name)
        return None if row is None else _other(row)

    async def at(self, chat: int) -> OtherAgency | None:
        """The agency whose group this is."""
        row = await self._tx.one(_AT, chat=chat)
        return None if row is None else _other(row)

    async def add(self, name: str, words: dict[str, str | None], code: str, now: datetime) -> None:
        """A new one; or one that waits for its group gets another code."""
        own = {word: words.get(word) for word in _WORDS}
        until = to_ms(now + CODE_LIFE)
        await self._tx.run(_ADD, name=name, code_hash=_hash(code), code_until=until, **own)

    async def register(self, code: str, chat: int, by: str, now: datetime) -> bool:
        """Give the agency of this code its group. False: the code is unknown, used or too old."""
        values = {"hashed": _hash(code), "now": to_ms(now), "chat": chat, "by": by}
        self.changed = await self._tx.run(_REGISTER, **values) == 1
        return self.changed

    async def regroup(self, old: int, new: int) -> None:
        """A group has another number from now on."""
        await self._tx.run(_REGROUP, old=old, new=new)

    async def change(self, changed: OtherAgency) -> None:
        """Keep what is its own, as it is now."""
        words = {f"new_{word}": getattr(changed, word) for word in ("name", *_WORDS)}
        await self._tx.run(_CHANGE, which=changed.id, **words)


def _hash(code: str) -> str:
    return hashlib.sha256(code.encode()).hexdigest()


def _other(row: Row) -> OtherAgency:
    return OtherAgency(
        id=AgencyId(row.id),
        name=row.name,
        timezone=row.timezone,
        language=row.language,
        holidays=row.holidays,
        bank_account=row.bank_account,
        currency_display=row.currency_display,
        staff_chat=row.staff_chat,
        code_until=from_ms(row.code_until),
    )
