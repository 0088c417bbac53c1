"""What the rights of people ask: what is open, when data was had, which topics there are."""

from __future__ import annotations

from datetime import datetime
from typing import Any, Final

from sqlalchemy import Select, bindparam, func, or_, select

from domain.files import Purse
from domain.ids import AgencyId, OrderId, PaymentId, PayoutId, PersonId
from domain.orders import ENDED
from domain.payments import REVIEWED
from domain.payouts import WAITING
from domain.rights import Standing
from domain.rights_notices import OldTopic
from storage.agency_tables import left_topic
from storage.database import Tx
from storage.ledger_tables import payment, payout
from storage.moments import from_ms, to_ms
from storage.paypal_tables import paypal_dispute
from storage.tables import orders, person
from storage.talk_tables import inquiry

_HAS_ENDED: Final = orders.c.stage.in_(sorted(stage.value for stage in ENDED))
_LOCK: Final = (
    select(person.c.data_had_at).where(person.c.id == bindparam("who")).with_for_update()
)
_DATA_HAD: Final = (
    person.update().where(person.c.id == bindparam("who")).values(data_had_at=bindparam("now"))
)
_LOCK_ORDERS: Final = (
    select(orders.c.id)
    .where(orders.c.customer_id == bindparam("who"))
    .order_by(orders.c.id)
    .with_for_update()
)
_ORDERS: Final = select(orders.c.id).where(orders.c.customer_id == bindparam("who"), ~_HAS_ENDED)
_PROBLEMS: Final = select(orders.c.id).where(
    orders.c.customer_id == bindparam("who"), _HAS_ENDED, orders.c.flags != ""
)
_PAYMENTS: Final = (
    select(payment.c.id)
    .outerjoin(
        paypal_dispute,
        (paypal_dispute.c.payment_id == payment.c.id) & (paypal_dispute.c.state == "open"),
    )
    .where(
        payment.c.customer_id == bindparam("who"),
        or_(
            payment.c.state.in_(sorted(state.value for state in REVIEWED)),
            paypal_dispute.c.id.is_not(None),
        ),
    )
    .distinct()
)
_PAYOUTS: Final = select(payout.c.id).where(
    payout.c.customer_id == bindparam("who"),
    payout.c.state.in_(sorted(state.value for state in WAITING)),
)
_TOPICS: Final = (
    select(orders.c.id, orders.c.topic_id)
    .where(
        orders.c.customer_id == bindparam("who"),
        orders.c.topic_id.is_not(None),
        func.coalesce(orders.c.agency_id, 0) == bindparam("agency"),
    )
    .order_by(orders.c.id)
)
_LEFT: Final = (
    select(orders.c.id, left_topic.c.topic_id)
    .join_from(left_topic, orders, orders.c.id == left_topic.c.order_id)
    .where(
        orders.c.customer_id == bindparam("who"),
        func.coalesce(left_topic.c.agency_id, 0) == bindparam("agency"),
    )
    .order_by(orders.c.id, left_topic.c.id)
)
_INQUIRIES: Final = (
    select(inquiry.c.id, inquiry.c.topic_id)
    .where(inquiry.c.customer_id == bindparam("who"), inquiry.c.topic_id.is_not(None))
    .order_by(inquiry.c.id)
)


class Rights:
    def __init__(self, tx: Tx) -> None:
        self._tx = tx

    async def lock(self, who: PersonId) -> datetime | None:
        """One at a time for a person. Gives when their data was had last."""
        row = await self._tx.one(_LOCK, who=who)
        if row is None:
            raise LookupError(who)
        had_at: int | None = row.data_had_at
        return from_ms(had_at)

    async def data_had(self, who: PersonId, now: datetime) -> None:
        await self._tx.run(_DATA_HAD, who=who, now=to_ms(now))

    async def lock_orders(self, who: PersonId) -> None:
        """Nobody works on them until we commit."""
        await self._tx.all(_LOCK_ORDERS, who=who)

    async def standing(self, who: PersonId, purse: Purse) -> Standing:
        return Standing(
            purse,
            orders=tuple(OrderId(n) for n in await self._numbers(_ORDERS, who)),
            problems=tuple(OrderId(n) for n in await self._numbers(_PROBLEMS, who)),
            payments=tuple(PaymentId(n) for n in await self._numbers(_PAYMENTS, who)),
            payouts=tuple(PayoutId(n) for n in await self._numbers(_PAYOUTS, who)),
        )

    async def _numbers(self, query: Select[Any], who: PersonId) -> list[int]:
        return sorted(row.id for row in await self._tx.all(query, who=who))

    async def topics(self, who: PersonId, agency: AgencyId | None = None) -> list[OldTopic]:
        """Where an agency's group has what was said: about orders, and in inquiries."""
        of_orders = [
            *await self._tx.all(_TOPICS, who=who, agency=agency or 0),
            *await self._tx.all(_LEFT, who=who, agency=agency or 0),  # moved, and said here still
        ]
        of_inquiries = () if agency else await self._tx.all(_INQUIRIES, who=who)
        return [
            *(OldTopic(row.topic_id, order=OrderId(row.id)) for row in of_orders),
            *(OldTopic(row.topic_id) for row in of_inquiries),
        ]
