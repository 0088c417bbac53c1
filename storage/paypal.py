"""What is to be asked of PayPal, what it told unasked, and what it gave back."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Final

from sqlalchemy import bindparam, func, select

from domain.ids import EventId, PaymentId
from domain.money import Currency, Money
from domain.paypal import Return
from storage.database import Row, Tx, insert_ignoring, upsert
from storage.moments import from_ms, to_ms
from storage.paypal_tables import paypal_dispute, paypal_event, paypal_return, paypal_task
from storage.places import Places

_DISPUTES_SEEN: Final = "paypal:disputes"

_BEGIN: Final = paypal_task.insert()
_TASK: Final = select(paypal_task).where(paypal_task.c.payment_id == bindparam("payment"))
_LOCK_TASK: Final = _TASK.with_for_update()
_DUE: Final = (
    select(paypal_task.c.payment_id, paypal_task.c.due_at)
    .where(paypal_task.c.due_at.is_not(None), paypal_task.c.due_at <= bindparam("now"))
    .order_by(paypal_task.c.due_at, paypal_task.c.payment_id)
    .limit(bindparam("most"))
)
_PLAN: Final = (
    paypal_task.update()
    .where(paypal_task.c.payment_id == bindparam("payment"))
    .values(
        since=bindparam("new_since"),
        due_at=bindparam("new_due"),
        link=bindparam("new_link"),
        asked_at=None,
    )
)
_LOOK_NOW: Final = (
    paypal_task.update()
    .where(paypal_task.c.payment_id == bindparam("payment"))
    .values(due_at=bindparam("now"))
)
_ASK_NOW: Final = (
    paypal_task.update()
    .where(paypal_task.c.payment_id == bindparam("payment"))
    .values(due_at=bindparam("now"), asked_at=bindparam("now"))
)
_KEEP_EVENT: Final = insert_ignoring(paypal_event, keys=["id"])
_EVENTS: Final = (
    select(paypal_event.c.id, paypal_event.c.kind, paypal_event.c.payload)
    .where(paypal_event.c.done_at.is_(None))
    .order_by(paypal_event.c.received_at, paypal_event.c.id)
    .limit(bindparam("most"))
)
_EVENT_DONE: Final = (
    paypal_event.update()
    .where(paypal_event.c.id == bindparam("which"))
    .values(done_at=bindparam("now"), payload="")
)
_FORGET: Final = paypal_event.delete().where(paypal_event.c.done_at < bindparam("before"))
_GIVE_BACK: Final = paypal_return.insert()
_RETURNS: Final = (
    select(paypal_return)
    .where(paypal_return.c.payment_id == bindparam("payment"))
    .order_by(paypal_return.c.at, paypal_return.c.key)
)
_RETURNED: Final = select(paypal_return.c.key).where(paypal_return.c.key == bindparam("key"))
_TAKEN: Final = select(func.coalesce(func.sum(paypal_return.c.amount), 0).label("sum")).where(
    paypal_return.c.payment_id == bindparam("payment"), paypal_return.c.event_id.is_not(None)
)
_DISPUTE: Final = select(paypal_dispute.c.state).where(paypal_dispute.c.id == bindparam("which"))
_SET_DISPUTE: Final = upsert(paypal_dispute, ["id"], ["state", "at"])


@dataclass(frozen=True, slots=True)
class Task:
    """What we owe PayPal a question about."""

    payment: PaymentId
    since: datetime
    due_at: datetime | None
    asked_at: datetime | None
    link: str


@dataclass(frozen=True, slots=True)
class Told:
    """An event of the webhook, as it came."""

    id: str
    kind: str
    payload: str


class Paypal:
    def __init__(self, tx: Tx) -> None:
        self._tx = tx
        self.is_awaited = False  # something was put here that is due now

    # Questions --------------------------------------------------------------------------------

    async def begin(self, payment: PaymentId, now: datetime) -> None:
        """A new payment: PayPal is to be asked for its page at once."""
        at = to_ms(now)
        await self._tx.run(_BEGIN, payment_id=payment, since=at, due_at=at)
        self.is_awaited = True

    async def task(self, payment: PaymentId) -> Task:
        return _task(await self._tx.one(_TASK, payment=payment))

    async def lock_task(self, payment: PaymentId) -> Task:
        """Read a task to plan it anew: who asks meanwhile waits, and is not overlooked."""
        return _task(await self._tx.one(_LOCK_TASK, payment=payment))

    async def due(self, now: datetime, most: int) -> list[PaymentId]:
        """The payments PayPal is to be asked about now, the longest due first."""
        rows = await self._tx.all(_DUE, now=to_ms(now), most=most)
        return [PaymentId(row.payment_id) for row in rows]

    async def plan(
        self, payment: PaymentId, since: datetime, due_at: datetime | None, link: str
    ) -> None:
        """When to look next; whoever waited for an answer has it."""
        await self._tx.run(
            _PLAN,
            payment=payment,
            new_since=to_ms(since),
            new_due=to_ms(due_at),
            new_link=link,
        )

    async def look_now(self, payment: PaymentId, now: datetime) -> None:
        await self._tx.run(_LOOK_NOW, payment=payment, now=to_ms(now))
        self.is_awaited = True

    async def ask_now(self, payment: PaymentId, now: datetime) -> None:
        """The customer waits: look, and tell them also that nothing has happened."""
        await self._tx.run(_ASK_NOW, payment=payment, now=to_ms(now))
        self.is_awaited = True

    # Events -----------------------------------------------------------------------------------

    async def keep(self, told: Told, now: datetime) -> None:
        """Keep an event; the same again changes nothing."""
        await self._tx.run(
            _KEEP_EVENT,
            id=told.id,
            kind=told.kind,
            payload=told.payload,
            received_at=to_ms(now),
        )

    async def waiting(self, most: int) -> list[Told]:
        rows = await self._tx.all(_EVENTS, most=most)
        return [Told(row.id, row.kind, row.payload) for row in rows]

    async def done(self, event: str, now: datetime) -> None:
        await self._tx.run(_EVENT_DONE, which=event, now=to_ms(now))

    async def forget(self, before: datetime) -> int:
        """Drop events that were done long ago."""
        return await self._tx.run(_FORGET, before=to_ms(before))

    # Money that went back ---------------------------------------------------------------------

    async def gave_back(
        self, key: str, payment: PaymentId, amount: Money, event: EventId | None, at: datetime
    ) -> None:
        """Remember a refund or a reversal; without an event it is left to people."""
        await self._tx.run(
            _GIVE_BACK,
            key=key,
            payment_id=payment,
            amount=amount.minor,
            event_id=event,
            at=to_ms(at),
        )

    async def knows_return(self, key: str) -> bool:
        return await self._tx.one(_RETURNED, key=key) is not None

    async def returns(self, payment: PaymentId, currency: Currency) -> list[Return]:
        """All that went back of a payment, also what is not booked."""
        rows = await self._tx.all(_RETURNS, payment=payment)
        return [
            Return(x.key, Money(x.amount, currency), from_ms(x.at), x.event_id is not None)
            for x in rows
        ]

    async def taken_back(self, payment: PaymentId, currency: Currency) -> Money:
        """How much of a payment went back so far, as it is booked."""
        row = await self._tx.one(_TAKEN, payment=payment)
        return Money(int(row.sum) if row else 0, currency)

    # Disputes ---------------------------------------------------------------------------------

    async def dispute(self, dispute: str) -> str | None:
        """What we know of a dispute: open, won, lost; None for a new one."""
        row = await self._tx.one(_DISPUTE, which=dispute)
        return None if row is None else str(row.state)

    async def set_dispute(
        self, dispute: str, payment: PaymentId, state: str, now: datetime
    ) -> None:
        await self._tx.run(
            _SET_DISPUTE, id=dispute, payment_id=payment, state=state, at=to_ms(now)
        )

    async def disputes_seen(self) -> datetime | None:
        """Until when PayPal's disputes are known."""
        at = await Places(self._tx).find(_DISPUTES_SEEN)
        return None if at is None else from_ms(at)

    async def set_disputes_seen(self, now: datetime) -> None:
        await Places(self._tx).set(_DISPUTES_SEEN, to_ms(now))


def _task(row: Row | None) -> Task:
    if row is None:
        raise LookupError("this payment is none of PayPal's")
    return Task(
        PaymentId(row.payment_id),
        from_ms(row.since),
        from_ms(row.due_at),
        from_ms(row.asked_at),
        row.link,
    )
