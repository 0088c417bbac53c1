"""Inquiries: customers' questions to the front desk, each with a topic of its own."""

from __future__ import annotations

from datetime import datetime
from typing import Any, Final

from sqlalchemy import bindparam, func, select

from domain.ids import InquiryId, OrderId, PersonId, TopicId
from domain.messages import INQUIRY_LASTS, Inquiry
from storage.database import Tx
from storage.moments import from_ms, to_ms
from storage.talk_tables import inquiry

_GET: Final = select(inquiry).where(inquiry.c.id == bindparam("id"))
_LAST: Final = (
    select(inquiry)
    .where(
        inquiry.c.customer_id == bindparam("who"),
        inquiry.c.last_at > bindparam("since"),
        func.coalesce(inquiry.c.order_id, 0) == bindparam("about"),
    )
    .order_by(inquiry.c.id.desc())
    .limit(1)
)
_OPEN: Final = inquiry.insert().returning(inquiry.c.id)
_GO_ON: Final = (
    inquiry.update().where(inquiry.c.id == bindparam("which")).values(last_at=bindparam("now"))
)
_SET_TOPIC: Final = (
    inquiry.update().where(inquiry.c.id == bindparam("which")).values(topic_id=bindparam("topic"))
)
_TAKE: Final = (
    inquiry.update().where(inquiry.c.id == bindparam("which")).values(taken_by=bindparam("whose"))
)
_BY_TOPIC: Final = select(inquiry.c.id).where(inquiry.c.topic_id == bindparam("topic"))


class Inquiries:
    def __init__(self, tx: Tx) -> None:
        self._tx = tx

    async def get(self, number: InquiryId) -> Inquiry:
        """LookupError when there is none."""
        if (row := await self._tx.one(_GET, id=number)) is None:
            raise LookupError(number)
        return _inquiry(row)

    async def last(
        self, customer: PersonId, about: OrderId | None, now: datetime
    ) -> Inquiry | None:
        """The one that what they write now belongs to."""
        row = await self._tx.one(
            _LAST, who=customer, about=about or 0, since=to_ms(now - INQUIRY_LASTS)
        )
        return None if row is None else _inquiry(row)

    async def open(self, customer: PersonId, about: OrderId | None, now: datetime) -> InquiryId:
        row = await self._tx.one(
            _OPEN,
            customer_id=customer,
            order_id=about,
            opened_at=to_ms(now),
            last_at=to_ms(now),
        )
        assert row is not None
        return InquiryId(row.id)

    async def go_on(self, number: InquiryId, now: datetime) -> None:
        """Something was said in it."""
        await self._tx.run(_GO_ON, which=number, now=to_ms(now))

    async def take(self, number: InquiryId, whose: str) -> None:
        await self._tx.run(_TAKE, which=number, whose=whose)

    async def topic(self, number: InquiryId) -> TopicId | None:
        row = await self._tx.one(_GET, id=number)
        return TopicId(row.topic_id) if row and row.topic_id else None

    async def set_topic(self, number: InquiryId, topic: TopicId | None) -> None:
        await self._tx.run(_SET_TOPIC, which=number, topic=topic)

    async def by_topic(self, topic: int) -> InquiryId | None:
        row = await self._tx.one(_BY_TOPIC, topic=topic)
        return None if row is None else InquiryId(row.id)


def _inquiry(row: Any) -> Inquiry:
    return Inquiry(
        InquiryId(row.id),
        PersonId(row.customer_id),
        None if row.order_id is None else OrderId(row.order_id),
        from_ms(row.opened_at),
        from_ms(row.last_at),
        row.taken_by,
    )
