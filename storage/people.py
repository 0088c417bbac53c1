"""People: who wrote to the bot, as Telegram describes them, and what they chose."""

from __future__ import annotations

from datetime import datetime
from typing import Any, Final

from sqlalchemy import bindparam, func, select

from domain.files import Person
from domain.ids import PersonId
from storage.database import Tx, upsert
from storage.moments import to_ms
from storage.tables import orders, person

_COLUMNS = (
    person.c.id,
    person.c.name,
    person.c.username,
    person.c.language,
    person.c.timezone,
    person.c.blocked,
    person.c.muted_at,
    person.c.erased_at,
)
_GET: Final = select(*_COLUMNS).where(person.c.id == bindparam("id"))
_BY_USERNAME: Final = select(*_COLUMNS).where(
    func.lower(person.c.username) == bindparam("username")
)
_MEET: Final = upsert(person, ["id"], ["name", "username"])
_MEET_AGAIN: Final = (
    person.update()
    .where(person.c.id == bindparam("who"))
    .values(
        name=bindparam("new_name"),
        username=bindparam("new_username"),
        language=bindparam("new_language"),
        met_at=bindparam("now"),
        erased_at=None,
    )
)
_SET_TIMEZONE: Final = (
    person.update().where(person.c.id == bindparam("who")).values(timezone=bindparam("zone"))
)
_SET_LANGUAGE: Final = (
    person.update().where(person.c.id == bindparam("who")).values(language=bindparam("chosen"))
)
_SET_BLOCKED: Final = (
    person.update().where(person.c.id == bindparam("who")).values(blocked=bindparam("now"))
)
_SET_MUTED: Final = (
    person.update()
    .where(person.c.id == bindparam("who"))
    .values(muted_at=bindparam("since"), muted_told=0)
)
_TELL_MUTED: Final = (
    person.update()
    .where(person.c.id == bindparam("who"), person.c.muted_told == 0)
    .values(muted_told=1)
)
_ADDRESSES: Final = (
    select(orders.c.address, func.max(orders.c.id).label("newest"))
    .where(orders.c.customer_id == bindparam("who"))
    .group_by(orders.c.address)
    .order_by(func.max(orders.c.id).desc())
    .limit(bindparam("most"))
)


class People:
    def __init__(self, tx: Tx) -> None:
        self._tx = tx

    async def meet(
        self, who: PersonId, name: str, username: str, language: str, now: datetime
    ) -> Person:
        """Remember who writes; a new name replaces the old one, what they chose stays."""
        known = await self.find(who)
        if known is not None and known.erased:
            return await self._meet_again(who, name, username, language, now)
        if known is not None and (known.name, known.username) == (name, username):
            return known
        await self._tx.run(
            _MEET,
            id=who,
            name=name,
            username=username,
            language=language or "en",
            met_at=to_ms(now),
        )
        return await self.get(who)

    async def _meet_again(
        self, who: PersonId, name: str, username: str, language: str, now: datetime
    ) -> Person:
        """Whoever deleted their account begins anew, under the same number."""
        await self._tx.run(
            _MEET_AGAIN,
            who=who,
            new_name=name,
            new_username=username,
            new_language=language or "en",
            now=to_ms(now),
        )
        return await self.get(who)

    async def find(self, who: PersonId) -> Person | None:
        row = await self._tx.one(_GET, id=who)
        return None if row is None else person_of(row)

    async def get(self, who: PersonId) -> Person:
        """A person we have met; LookupError when we have not."""
        if (found := await self.find(who)) is None:
            raise LookupError(who)
        return found

    async def by_username(self, username: str) -> Person | None:
        row = await self._tx.one(_BY_USERNAME, username=username.removeprefix("@").lower())
        return None if row is None else person_of(row)

    async def set_timezone(self, who: PersonId, zone: str) -> None:
        await self._tx.run(_SET_TIMEZONE, who=who, zone=zone)

    async def set_language(self, who: PersonId, language: str) -> None:
        await self._tx.run(_SET_LANGUAGE, who=who, chosen=language)

    async def set_blocked(self, who: PersonId, blocked: bool) -> None:
        await self._tx.run(_SET_BLOCKED, who=who, now=int(blocked))

    async def set_muted(self, who: PersonId, since: datetime | None) -> None:
        """None: they are heard again."""
        await self._tx.run(_SET_MUTED, who=who, since=None if since is None else to_ms(since))

    async def tell_muted(self, who: PersonId) -> bool:
        """Whether they are to hear now that they are muted: once."""
        return await self._tx.run(_TELL_MUTED, who=who) == 1

    async def addresses(self, who: PersonId, most: int = 3) -> list[str]:
        """The delivery addresses of their orders, the newest first."""
        return [row.address for row in await self._tx.all(_ADDRESSES, who=who, most=most)]


def person_of(row: Any) -> Person:
    return Person(
        PersonId(row.id),
        row.name,
        row.username,
        row.language,
        row.timezone,
        bool(row.blocked),
        row.muted_at is not None,
        erased=row.erased_at is not None,
    )
