"""Erasing what names a person. The books stay, with the person's number and nothing else.

Every table with something personal in it has its line here; a test goes through all tables.
"""

from __future__ import annotations

from datetime import datetime
from typing import Any, Final

from sqlalchemy import bindparam, case, or_, select

from domain.history import LABEL, PARTS
from domain.ids import InquiryId, OrderId, PersonId
from domain.letters import ToChat, ToInquiry, ToPerson, ToTopic
from domain.messages import BLOCKED, MUTED
from storage.agencies import Agencies
from storage.bank_tables import bank_line
from storage.database import Row, Tx
from storage.ledger_tables import payment, payout
from storage.moments import to_ms
from storage.outbox import Outbox
from storage.paypal_tables import paypal_task
from storage.queue_tables import conversation, inbox
from storage.tables import history, line, note, orders, person, unanswered
from storage.talk_tables import inquiry, note_part, note_version

DELETED: Final = "deleted"
NOBODY: Final = "deleted account"  # as staff read the name
ADDRESS: Final = f"address{LABEL}"  # as history labels it

_WHO: Final[Any] = bindparam("who")
_THEIR_ORDERS: Final = select(orders.c.id).where(orders.c.customer_id == _WHO)
_THEIR_INQUIRIES: Final = select(inquiry.c.id).where(inquiry.c.customer_id == _WHO)
_THEIR_NOTES: Final = select(note.c.id).where(
    or_(note.c.order_id.in_(_THEIR_ORDERS), note.c.inquiry_id.in_(_THEIR_INQUIRIES))
)


def _gone(column: Any) -> Any:
    """What was there is gone, and one sees that there was something."""
    return case((column == "", ""), else_=DELETED)


_ERASE_PERSON: Final = (
    person.update()
    .where(person.c.id == _WHO)
    .values(
        name=NOBODY,
        username="",
        language="en",
        timezone="",
        blocked=0,
        payouts_allowed_by="",
        data_had_at=None,
        erased_at=bindparam("now"),
    )
)
# What was put aside as a bug is not to be worked any more.
_ERASE_PARKED: Final = (
    inbox.update()
    .where(inbox.c.lane == _WHO, inbox.c.parked_at.is_not(None))
    .values(payload="", parked_at=None, done_at=bindparam("now"), error="")
)
_ERASE: Final = (
    orders.update()
    .where(orders.c.customer_id == _WHO)
    .values(address=DELETED, reason=_gone(orders.c.reason)),
    line.update()
    .where(line.c.order_id.in_(_THEIR_ORDERS))
    .values(note=_gone(line.c.note), photo=""),
    note_version.delete().where(note_version.c.note_id.in_(_THEIR_NOTES)),
    note_part.update()
    .where(note_part.c.note_id.in_(_THEIR_NOTES))
    .values(text=DELETED, media="", file=""),
    # What was held back has nothing left to carry.
    note.update()
    .where(note.c.id.in_(_THEIR_NOTES), note.c.trouble.in_([MUTED, BLOCKED]))
    .values(trouble=DELETED),
    note.update()
    .where(note.c.id.in_(_THEIR_NOTES))
    .values(text=DELETED, media="", file="", data="", album=""),
    # What they ask when they come again is another inquiry: nobody goes on with this one.
    inquiry.update().where(inquiry.c.customer_id == _WHO).values(last_at=0),
    unanswered.delete().where(
        or_(
            unanswered.c.order_id.in_(_THEIR_ORDERS),
            unanswered.c.inquiry_id.in_(_THEIR_INQUIRIES),
        )
    ),
    payment.update()
    .where(payment.c.customer_id == _WHO)
    .values(sender=_gone(payment.c.sender), receipt="", reason=_gone(payment.c.reason)),
    payout.update()
    .where(payout.c.customer_id == _WHO)
    .values(details_hint=_gone(payout.c.details_hint), reason=_gone(payout.c.reason)),
    paypal_task.update()
    .where(paypal_task.c.payment_id.in_(select(payment.c.id).where(payment.c.customer_id == _WHO)))
    .values(link=""),
    bank_line.update()
    .where(bank_line.c.customer_id == _WHO)
    .values(sender=_gone(bank_line.c.sender), text=""),
    conversation.delete().where(conversation.c.chat == _WHO),
)
_HISTORY: Final = (
    select(history)
    .where(
        history.c.order_id.in_(_THEIR_ORDERS),
        or_(
            history.c.before.contains(ADDRESS),
            history.c.after.contains(ADDRESS),
            history.c.who.startswith("customer"),
        ),
    )
    .order_by(history.c.id)
)
_REWRITE: Final = (
    history.update()
    .where(history.c.id == bindparam("which"))
    .values(
        who=bindparam("new_who"),
        before=bindparam("new_before"),
        after=bindparam("new_after"),
        why=bindparam("new_why"),
    )
)


class Erasure:
    def __init__(self, tx: Tx) -> None:
        self._tx = tx

    async def erase(self, who: PersonId, now: datetime) -> None:
        """All that names them, here and now; whoever looks finds numbers and amounts."""
        await self._rewrite_history(who)
        await self._forget_letters(who)
        await self._tx.run(_ERASE_PERSON, who=who, now=to_ms(now))
        await self._tx.run(_ERASE_PARKED, who=who, now=to_ms(now))
        for statement in _ERASE:
            await self._tx.run(statement, who=who)

    async def _rewrite_history(self, who: PersonId) -> None:
        rows = await self._tx.all(_HISTORY, who=who)
        await self._tx.run_many(_REWRITE, [_rewritten(row, f"customer:{who}") for row in rows])

    async def _forget_letters(self, who: PersonId) -> None:
        """To them and about their orders, sent or not: they say what is no longer known."""
        theirs = await self._tx.all(_THEIR_ORDERS, who=who)
        asked = await self._tx.all(_THEIR_INQUIRIES, who=who)
        agencies = [None, *(each.id for each in await Agencies(self._tx).all())]
        topics = [ToTopic(OrderId(row.id), each) for row in theirs for each in agencies]
        inquiries = [ToInquiry(InquiryId(row.id)) for row in asked]
        await Outbox(self._tx).forget_to([ToPerson(who), ToChat(who), *topics, *inquiries])


def _rewritten(row: Row, mine: str) -> dict[str, object]:
    is_mine = row.who.partition(" ")[0] == mine
    return {
        "which": row.id,
        "new_who": f"{mine} {DELETED}" if is_mine else row.who,
        "new_before": _without_address(row.before),
        "new_after": _without_address(row.after),
        "new_why": DELETED if is_mine and row.why else row.why,
    }


def _without_address(parts: str) -> str:
    return PARTS.join(
        f"{ADDRESS}{DELETED}" if part.startswith(ADDRESS) else part for part in parts.split(PARTS)
    )
