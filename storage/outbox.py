"""The outbox: letters that are owed, until Telegram has taken them."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Annotated, Any, Final

from pydantic import Field, TypeAdapter
from sqlalchemy import bindparam, func, select, union_all

from domain.ids import LetterId
from domain.letters import Content, Recipient, ToTopic, Urgency
from storage.database import Tx
from storage.moments import from_ms, to_ms
from storage.queue_tables import outbox
from storage.tables import orders

_CONTENT: Final[TypeAdapter[Content]] = TypeAdapter(
    Annotated[Content, Field(discriminator="kind")]
)
_RECIPIENT: Final[TypeAdapter[Recipient]] = TypeAdapter(
    Annotated[Recipient, Field(discriminator="to")]
)

FELL_DUE_MAX: Final = 500
SHUT: Final = "shut"  # why a letter waits: its staff group lets nothing in
RIGHTS: Final = "rights"  # or lets not everything in
SENT_ON: Final = "its order was moved"

_AGENCY: Final = select(orders.c.agency_id).where(orders.c.id == bindparam("of"))
_PUT: Final = outbox.insert().returning(outbox.c.id)
_COLUMNS: Final = (
    outbox.c.id,
    outbox.c.recipient,
    outbox.c.content,
    outbox.c.urgency,
    outbox.c.attempts,
    outbox.c.due_at,
    outbox.c.tried_at,
)


def _some(urgency: Urgency) -> Any:
    """The first letters of one urgency behind a given one; `room` may be nought."""
    name = urgency.name.lower()
    first = (
        select(*_COLUMNS)
        .where(
            outbox.c.settled_at.is_(None),
            outbox.c.urgency == urgency.value,
            outbox.c.id > bindparam(f"after_{name}"),
            outbox.c.due_at <= bindparam("now"),
        )
        .order_by(outbox.c.id)
        .limit(bindparam(f"room_{name}"))
    )
    return select(first.subquery())


_FELL_DUE: Final = select(
    select(*_COLUMNS)
    .where(
        outbox.c.settled_at.is_(None),
        outbox.c.due_at > bindparam("since"),
        outbox.c.due_at <= bindparam("now"),
    )
    .order_by(outbox.c.due_at, outbox.c.id)
    .limit(bindparam("room_due"))
    .subquery()
)
_WAITING: Final = union_all(*(_some(urgency) for urgency in Urgency), _FELL_DUE)
_SETTLE: Final = (
    outbox.update()
    .where(outbox.c.id == bindparam("which"))
    .values(
        settled_at=bindparam("now"),
        trouble=bindparam("why"),
        message_id=bindparam("message"),
        attempts=bindparam("times"),
    )
)
_PUT_OFF: Final = (
    outbox.update()
    .where(outbox.c.id == bindparam("which"), outbox.c.settled_at.is_(None))
    .values(
        due_at=bindparam("until"),
        attempts=bindparam("times"),
        tried_at=bindparam("since"),
        trouble=bindparam("why"),
    )
)
_COUNT_WAITING: Final = (
    select(func.count().label("count")).select_from(outbox).where(outbox.c.settled_at.is_(None))
)
_NEXT_DUE: Final = select(func.min(outbox.c.due_at).label("at")).where(
    outbox.c.settled_at.is_(None), outbox.c.due_at > bindparam("now")
)
_SENT_SINCE: Final = (
    select(*_COLUMNS, outbox.c.settled_at)
    .where(outbox.c.settled_at > bindparam("since"), outbox.c.message_id.is_not(None))
    .order_by(outbox.c.settled_at)
)
_STILL_PUT_OFF: Final = (
    select(*_COLUMNS)
    .where(
        outbox.c.settled_at.is_(None),
        outbox.c.due_at > bindparam("now"),
        outbox.c.tried_at.is_not(None),
        outbox.c.attempts < bindparam("times"),
        outbox.c.trouble != RIGHTS,  # the others pass it
    )
    .order_by(outbox.c.id)
)
_FORGET_TO: Final = outbox.delete().where(
    outbox.c.recipient.in_(bindparam("recipients", expanding=True))
)
_SAME_TOPIC: Final = (
    select(*_COLUMNS)
    .where(outbox.c.settled_at.is_(None), outbox.c.recipient == bindparam("recipient"))
    .order_by(outbox.c.id)
)
_SEND_ON: Final = (
    outbox.update()
    .where(outbox.c.id == bindparam("which"), outbox.c.settled_at.is_(None))
    .values(settled_at=bindparam("now"), trouble=SENT_ON)
)
_SHUT_OUT: Final = (
    select(outbox.c.recipient, outbox.c.trouble, outbox.c.tried_at)
    .where(
        outbox.c.settled_at.is_(None),
        outbox.c.trouble.in_(bindparam("troubles", expanding=True)),
        outbox.c.tried_at < bindparam("before"),
    )
    .order_by(outbox.c.tried_at)
)
_FORGET: Final = outbox.delete().where(outbox.c.settled_at < bindparam("before"))


class Unreadable(Exception):
    """A letter that this version of the program cannot read."""


@dataclass(frozen=True, slots=True)
class Letter:
    """A letter that waits to be sent."""

    id: LetterId
    to: Recipient
    content: Content
    urgency: Urgency
    attempts: int = 0
    tried_at: datetime | None = None
    due: datetime | None = None  # not before; None: at once


@dataclass(frozen=True, slots=True)
class Envelope:
    """A letter as it lies in the table."""

    id: LetterId
    recipient: str
    content: str
    urgency: Urgency
    attempts: int
    tried_at: datetime | None

    def open(self) -> Letter:
        """Read it, or raise `Unreadable`."""
        try:
            to = _RECIPIENT.validate_json(self.recipient)
            content = _CONTENT.validate_json(self.content)
        except ValueError as error:
            raise Unreadable(type(error).__name__) from error
        return Letter(self.id, to, content, self.urgency, self.attempts, self.tried_at)


@dataclass(frozen=True, slots=True)
class Settled:
    """What became of a letter. `trouble` says why it was not delivered; empty: it was."""

    id: LetterId
    attempts: int
    message: int | None = None
    trouble: str = ""


@dataclass(frozen=True, slots=True)
class PutOff:
    """A letter that could not be sent just now."""

    id: LetterId
    attempts: int
    tried_at: datetime
    until: datetime
    trouble: str


class Outbox:
    def __init__(self, tx: Tx) -> None:
        self._tx = tx
        self.promised: list[Letter] = []  # in this transaction

    async def put(
        self,
        content: Content,
        to: Recipient,
        urgency: Urgency = Urgency.NOTICE,
        *,
        not_before: datetime | None = None,
    ) -> None:
        """Promise a letter: it is sent if, and only if, this transaction commits."""
        if isinstance(to, ToTopic):
            whose = await self._tx.one(_AGENCY, of=to.order)
            to = replace(to, agency=whose.agency_id if whose else None)
        row = await self._tx.one(
            _PUT,
            recipient=_RECIPIENT.dump_json(to).decode(),
            content=_CONTENT.dump_json(content).decode(),
            urgency=urgency.value,
            due_at=to_ms(not_before) if not_before else 0,
        )
        assert row is not None
        self.promised.append(Letter(LetterId(row.id), to, content, urgency, due=not_before))

    async def waiting(
        self,
        after: dict[Urgency, int],
        room: dict[Urgency, int],
        now: datetime,
        since: datetime | None = None,
    ) -> list[Envelope]:
        """Letters that are due: of each urgency at most `room`, with numbers above `after`.

        And those that fell due after `since`, whatever their numbers; all in their order.
        """
        values: dict[str, object] = {
            "now": to_ms(now),
            "since": to_ms(since or now),
            "room_due": FELL_DUE_MAX,
        }
        for urgency in Urgency:
            values[f"after_{urgency.name.lower()}"] = after[urgency]
            values[f"room_{urgency.name.lower()}"] = room[urgency]
        rows = await self._tx.all(_WAITING, **values)
        by_id = {row.id: _envelope(row) for row in rows}
        return [by_id[number] for number in sorted(by_id)]

    async def next_due(self, now: datetime) -> datetime | None:
        """When the next letter that waits for its moment may go."""
        row = await self._tx.one(_NEXT_DUE, now=to_ms(now))
        return from_ms(row.at) if row else None

    async def settle(self, settled: Sequence[Settled], now: datetime) -> None:
        moment = to_ms(now)
        rows = [
            {
                "which": s.id,
                "now": moment,
                "why": s.trouble,
                "message": s.message,
                "times": s.attempts,
            }
            for s in settled
        ]
        await self._tx.run_many(_SETTLE, rows)

    async def put_off(self, letters: Sequence[PutOff]) -> None:
        rows = [
            {
                "which": x.id,
                "until": to_ms(x.until),
                "times": x.attempts,
                "since": to_ms(x.tried_at),
                "why": x.trouble,
            }
            for x in letters
        ]
        await self._tx.run_many(_PUT_OFF, rows)

    async def count_waiting(self) -> int:
        row = await self._tx.one(_COUNT_WAITING)
        return int(row[0]) if row else 0

    async def sent_since(self, moment: datetime) -> list[tuple[datetime, Envelope]]:
        """What Telegram took, and when that was written down; in this order."""
        rows = await self._tx.all(_SENT_SINCE, since=to_ms(moment))
        return [(from_ms(row.settled_at), _envelope(row)) for row in rows]

    async def still_put_off(self, now: datetime, times: int) -> list[tuple[datetime, Envelope]]:
        """What was tried fewer than so many times, and until when it waits."""
        rows = await self._tx.all(_STILL_PUT_OFF, now=to_ms(now), times=times)
        return [(from_ms(row.due_at), _envelope(row)) for row in rows]

    async def send_all_on(self, old: ToTopic, now: datetime) -> None:
        """What waits for the topic of an order goes to where the order is now, in its order."""
        recipient = _RECIPIENT.dump_json(old).decode()
        for row in await self._tx.all(_SAME_TOPIC, recipient=recipient):
            # What was tried and put off waited for the other group.
            due = from_ms(row.due_at) if row.due_at and not row.attempts else None
            with suppress(Unreadable):
                await self.send_on(replace(_envelope(row).open(), due=due), now)

    async def send_on(self, letter: Letter, now: datetime) -> None:
        """It goes to where its order is now; what was sent on already is not sent twice."""
        assert isinstance(letter.to, ToTopic)
        if await self._tx.run(_SEND_ON, which=letter.id, now=to_ms(now)) != 1:
            return
        if letter.urgency is not Urgency.REDRAW:  # the new topic has its own
            await self.put(letter.content, letter.to, letter.urgency, not_before=letter.due)

    async def shut_out(self, before: datetime) -> list[tuple[Recipient, str, datetime]]:
        """What a staff group has not taken since before then, and why; the oldest first."""
        rows = await self._tx.all(_SHUT_OUT, troubles=[SHUT, RIGHTS], before=to_ms(before))
        return [
            (_RECIPIENT.validate_json(row.recipient), row.trouble, from_ms(row.tried_at))
            for row in rows
        ]

    async def forget_to(self, recipients: Sequence[Recipient]) -> None:
        """Drop whatever was promised to them, sent or not."""
        written = [_RECIPIENT.dump_json(to).decode() for to in recipients]
        await self._tx.run(_FORGET_TO, recipients=written)

    async def forget(self, before: datetime) -> int:
        """Drop what was settled long ago."""
        return await self._tx.run(_FORGET, before=to_ms(before))


def _envelope(row: Any) -> Envelope:
    return Envelope(
        LetterId(row.id),
        row.recipient,
        row.content,
        Urgency(row.urgency),
        row.attempts,
        from_ms(row.tried_at),
    )
