"""Conversations: where somebody is in the middle of something, and what they said so far."""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from sqlalchemy import bindparam, select

from storage.database import Tx, upsert
from storage.moments import to_ms
from storage.queue_tables import conversation

_IS_SPOT: Final = (
    (conversation.c.chat == bindparam("in_chat"))
    & (conversation.c.person == bindparam("of"))
    & (conversation.c.thread == bindparam("in_thread"))
)
_LOAD: Final = select(conversation.c.name, conversation.c.state, conversation.c.data).where(
    _IS_SPOT, conversation.c.expires_at > bindparam("now")
)
_SAVE: Final = upsert(
    conversation, ["chat", "person", "thread", "name"], ["state", "data", "expires_at"]
)
_DROP: Final = conversation.delete().where(_IS_SPOT, conversation.c.name == bindparam("called"))
_FORGET: Final = conversation.delete().where(conversation.c.expires_at <= bindparam("now"))


@dataclass(frozen=True, slots=True)
class Spot:
    """A person in a place: there they are in the middle of one thing at a time."""

    chat: int
    person: int
    thread: int = 0


@dataclass(frozen=True, slots=True)
class Talk:
    """A conversation as it is stored: its state and its data, as JSON."""

    name: str
    state: str
    data: str

    @classmethod
    def of(cls, name: str, state: object, data: dict[str, Any]) -> Talk:
        return cls(name, json.dumps(state), json.dumps(data, ensure_ascii=False))


class Conversations:
    def __init__(self, tx: Tx) -> None:
        self._tx = tx

    async def load(self, spot: Spot, now: datetime) -> list[Talk]:
        rows = await self._tx.all(_LOAD, **_spot(spot), now=to_ms(now))
        return [Talk(row.name, row.state, row.data) for row in rows]

    async def save(self, spot: Spot, talks: Iterable[Talk], until: datetime) -> None:
        for talk in talks:
            await self._tx.run(
                _SAVE,
                chat=spot.chat,
                person=spot.person,
                thread=spot.thread,
                name=talk.name,
                state=talk.state,
                data=talk.data,
                expires_at=to_ms(until),
            )

    async def drop(self, spot: Spot, names: Iterable[str]) -> None:
        for name in names:
            await self._tx.run(_DROP, **_spot(spot), called=name)

    async def forget(self, now: datetime) -> int:
        """Drop what nobody came back to."""
        return await self._tx.run(_FORGET, now=to_ms(now))


def _spot(spot: Spot) -> dict[str, object]:
    return {"in_chat": spot.chat, "of": spot.person, "in_thread": spot.thread}
