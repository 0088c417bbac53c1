"""Orders, read and written as the domain sees them."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any, Final

from sqlalchemy import and_, bindparam, case, func, or_, select

from domain.actors import Actor
from domain.bills import Bill, BillKind, BillState, Method
from domain.history import HistoryLine, OrderGlance, complete
from domain.ids import AgencyId, BillId, LineNo, OrderId, PersonId, TopicId
from domain.money import Currency, Money
from domain.orders import (
    ENDED,
    Change,
    Flag,
    Line,
    LineState,
    Order,
    Parcel,
    Preference,
    Question,
    Role,
    SoldOut,
    Stage,
)
from domain.refusals import AlreadyDone, CardOutdated, NotYours
from storage.agency_tables import left_topic
from storage.database import Tx
from storage.first_lines import FIRST_LINE
from storage.moments import from_ms, to_ms
from storage.tables import bill, history, line, orders, parcel

_ORDER: Final = select(orders).where(orders.c.id == bindparam("id"))
_LOCK: Final = _ORDER.with_for_update()
_LINES: Final = select(line).where(line.c.order_id == bindparam("id")).order_by(line.c.no)
_BILLS: Final = (
    select(bill).where(bill.c.order_id == bindparam("id")).order_by(bill.c.kind, bill.c.version)
)
_BILL_KIND: Final = select(bill.c.kind).where(bill.c.id == bindparam("which"))
_PARCELS: Final = select(parcel).where(parcel.c.order_id == bindparam("id")).order_by(parcel.c.no)
_ADD: Final = orders.insert().returning(orders.c.id)
_CHANGED: Final = (
    "stage", "version", "agency_id", "address", "flags", "adjustment", "earlier_shipping",
    "reason", "due_at", "due_from", "frozen_at", "waits_since", "wake_at", "reminded", "taken_by",
    "arrived_at", "packed_at", "shipped_at", "completed_at", "cancelled_at",
)  # fmt: skip
_SAVE: Final = (
    orders.update()
    .where(orders.c.id == bindparam("which"), orders.c.version == bindparam("seen"))
    .values({name: bindparam(f"new_{name}") for name in _CHANGED})
)
_ADD_LINE: Final = line.insert()
_LINE_CHANGED: Final = (
    "quantity", "note", "state", "unit_price", "shop_price", "shop_currency",
    "bought_price", "asked_price", "agreed_price", "question", "asked_text", "asked_at", "wanted",
    "bought_at", "arrived", "reason",
)  # fmt: skip
_SAVE_LINE: Final = (
    line.update()
    .where(line.c.order_id == bindparam("which"), line.c.no == bindparam("number"))
    .values({name: bindparam(f"new_{name}") for name in _LINE_CHANGED})
)
_ADD_BILL: Final = bill.insert().returning(bill.c.id)
_SAVE_BILL: Final = (
    bill.update()
    .where(bill.c.id == bindparam("which"))
    .values({name: bindparam(f"new_{name}") for name in ("state", "total", "paid", "method")})
)
_ADD_PARCEL: Final = parcel.insert()
_PARCEL_CHANGED: Final = ("carrier", "tracking", "shipped_at", "arrived_at", "returned_at")
_CORRECT_PARCEL: Final = (
    parcel.update()
    .where(parcel.c.order_id == bindparam("which"), parcel.c.no == bindparam("number"))
    .values({name: bindparam(f"new_{name}") for name in _PARCEL_CHANGED})
)
_ADD_HISTORY: Final = history.insert()
_HISTORY: Final = (
    select(history)
    .where(history.c.order_id == bindparam("id"))
    .order_by(history.c.id.desc())
    .limit(bindparam("most"))
    .offset(bindparam("skip"))
)
_HISTORY_COUNT: Final = select(func.count().label("count")).where(
    history.c.order_id == bindparam("id")
)
_LAST_DEED: Final = (
    select(history.c.who, history.c.what, history.c.version)
    .where(history.c.order_id == bindparam("id"), history.c.version > bindparam("seen"))
    .order_by(history.c.id)
    .limit(1)
)
_LAST_DONE: Final = (
    select(func.max(history.c.at).label("at"))
    .where(history.c.order_id == bindparam("id"), history.c.what == bindparam("what"))
)  # fmt: skip
_CUSTOMER: Final = select(orders.c.customer_id).where(orders.c.id == bindparam("id"))
_TOPIC: Final = select(orders.c.topic_id, orders.c.topic_card_id, orders.c.agency_id).where(
    orders.c.id == bindparam("id")
)
# Only in the group of the agency in charge: the order may have moved while Telegram was asked.
_IN_CHARGE: Final = and_(
    orders.c.id == bindparam("which"),
    func.coalesce(orders.c.agency_id, 0) == bindparam("agency"),
)
_SET_TOPIC: Final = (
    orders.update().where(_IN_CHARGE).values(topic_id=bindparam("topic"), topic_card_id=None)
)
_SET_TOPIC_CARD: Final = (
    orders.update().where(_IN_CHARGE).values(topic_card_id=bindparam("message"))
)
_LEAVE_TOPIC: Final = left_topic.insert()
_NO_TOPIC: Final = (
    orders.update()
    .where(orders.c.id == bindparam("which"))
    .values(topic_id=None, topic_card_id=None)
)
_WAS_WITH: Final = (
    select(left_topic.c.id)
    .where(
        left_topic.c.order_id == bindparam("id"),
        func.coalesce(left_topic.c.agency_id, 0) == bindparam("agency"),
    )
    .limit(1)
)
# Who left it last, for a number that Telegram gave once more.
_HAS_LEFT: Final = (
    select(left_topic.c.order_id)
    .where(
        left_topic.c.topic_id == bindparam("topic"),
        func.coalesce(left_topic.c.agency_id, 0) == bindparam("agency"),
    )
    .order_by(left_topic.c.id.desc())
    .limit(1)
)
# Each group numbers its topics by itself.
_BY_TOPIC: Final = select(orders.c.id).where(
    orders.c.topic_id == bindparam("topic"),
    func.coalesce(orders.c.agency_id, 0) == bindparam("agency"),
)
_WAKING: Final = (
    select(orders.c.id)
    .where(orders.c.wake_at.is_not(None), orders.c.wake_at <= bindparam("now"))
    .order_by(orders.c.wake_at)
    .limit(bindparam("most"))
)
_NEXT_WAKING: Final = select(func.min(orders.c.wake_at).label("at")).where(
    orders.c.wake_at.is_not(None)
)
_REST: Final = (
    orders.update()
    .where(orders.c.id == bindparam("which"))
    .values(wake_at=bindparam("at"), reminded=bindparam("keys"))
)
_WAKE: Final = (
    orders.update()
    .where(orders.c.id == bindparam("which"), orders.c.wake_at > bindparam("at"))
    .values(wake_at=bindparam("at"))
)
_IS_ENDED: Final = orders.c.stage.in_([stage.value for stage in ENDED])
_NEEDS_CUSTOMER: Final = or_(
    and_(
        orders.c.stage.in_(
            [Stage.AWAITING_FIRST_PAYMENT.value, Stage.AWAITING_SECOND_PAYMENT.value]
        ),
        orders.c.frozen_at.is_(None),
    ),
    orders.c.stage == Stage.SHIPPED.value,
    orders.c.flags.like(f"%{Flag.DECISION_NEEDED.value}%"),
)
_RANK: Final = case((_IS_ENDED, 2), (_NEEDS_CUSTOMER, 0), else_=1)
_IS_LIVE: Final = line.c.state.not_in((LineState.REJECTED.value, LineState.CANCELLED.value))
_LINE_COUNT: Final = (
    select(func.coalesce(func.nullif(func.count().filter(_IS_LIVE), 0), func.count()))
    .where(line.c.order_id == orders.c.id)
    .scalar_subquery()
)
_LIST: Final = (
    select(
        orders.c.id,
        orders.c.stage,
        orders.c.applied_at,
        orders.c.due_at,
        _RANK.label("rank"),
        _LINE_COUNT.label("lines"),
        FIRST_LINE.label("first_line"),
    )
    .where(orders.c.customer_id == bindparam("who"))
    .order_by(_RANK, orders.c.id.desc())
    .limit(bindparam("most"))
    .offset(bindparam("skip"))
)
_ONGOING: Final = (
    select(orders.c.id)
    .where(orders.c.customer_id == bindparam("who"), ~_IS_ENDED)
    .order_by(orders.c.id)
    .limit(bindparam("most"))
)
_LINKED: Final = (
    select(orders.c.id).where(orders.c.linked_to == bindparam("id")).order_by(orders.c.id)
)
_COUNT: Final = select(func.count().label("count")).where(orders.c.customer_id == bindparam("who"))
_WRITABLE: Final = (
    select(orders.c.id)
    .where(
        orders.c.customer_id == bindparam("who"),
        or_(
            ~_IS_ENDED,
            orders.c.flags.like(f"%{Flag.PROBLEM_OPEN.value}%"),
            orders.c.completed_at >= bindparam("since"),
            orders.c.cancelled_at >= bindparam("since"),
        ),
    )
    .order_by(_RANK, orders.c.id.desc())
    .limit(bindparam("most"))
)


class Orders:
    def __init__(self, tx: Tx) -> None:
        self._tx = tx
        self._locked: dict[OrderId, Order] = {}

    # Reading ----------------------------------------------------------------------------------

    async def get(self, order_id: OrderId, *, of: PersonId | None = None) -> Order:
        """An order as it is now, for showing. Refuses what is not `of`'s, or not there."""
        row = await self._tx.one(_ORDER, id=order_id)
        if row is None or of not in (None, row.customer_id):
            raise NotYours
        return await self._whole(row)

    async def lock(self, order_id: OrderId, *, by: Actor, seen: int | None = None) -> Order:
        """Read an order to change it; whoever else wants it waits until we commit.

        A customer gets only their own. `seen` is the version under the finger: when somebody was
        faster a customer is told that the card is outdated, staff who it was.
        """
        row = await self._tx.one(_LOCK, id=order_id)
        if row is None or (by.role is Role.CUSTOMER and row.customer_id != by.id):
            raise NotYours
        if seen is not None and seen != row.version:
            await self._refuse_outdated(order_id, by, seen)
        order = await self._whole(row)
        self._locked[order_id] = order
        return order

    async def _refuse_outdated(self, order_id: OrderId, by: Actor, seen: int) -> None:
        deed = await self._tx.one(_LAST_DEED, id=order_id, seen=seen)
        if by.role is Role.STAFF and deed is not None:
            raise AlreadyDone(deed.who.partition(" ")[2] or deed.who, deed.what)
        raise CardOutdated(order_id)

    async def _whole(self, row: Any) -> Order:
        lines = await self._tx.all(_LINES, id=row.id)
        is_new = row.stage == Stage.APPLIED and row.version == 1
        bills = () if is_new else await self._tx.all(_BILLS, id=row.id)
        parcels = await self._tx.all(_PARCELS, id=row.id) if row.shipped_at else ()
        return _order(row, lines, bills, parcels)

    async def list_of(self, who: PersonId, skip: int, most: int) -> list[OrderGlance]:
        """A customer's orders: those that need them, the other ongoing ones, the ended ones."""
        rows = await self._tx.all(_LIST, who=who, skip=skip, most=most)
        return [
            OrderGlance(
                row.id,
                row.stage,
                row.first_line,
                row.lines,
                row.rank == 0,
                from_ms(row.applied_at),
                from_ms(row.due_at),
            )
            for row in rows
        ]

    async def linked(self, order: Order) -> tuple[OrderId, ...]:
        """The orders that this one came from, and those that came from it."""
        rows = await self._tx.all(_LINKED, id=order.id)
        first = (order.linked_to,) if order.linked_to else ()
        return (*first, *(OrderId(row.id) for row in rows))

    async def bill_kind(self, which: BillId) -> BillKind:
        """Whether a bill, of whatever version, is a 1st or a 2nd one."""
        row = await self._tx.one(_BILL_KIND, which=which)
        assert row is not None
        return BillKind(row.kind)

    async def ongoing_of(self, who: PersonId, most: int = 10) -> tuple[OrderId, ...]:
        """The numbers of a customer's orders that have not ended, the oldest first."""
        rows = await self._tx.all(_ONGOING, who=who, most=most)
        return tuple(OrderId(row.id) for row in rows)

    async def count_of(self, who: PersonId) -> int:
        row = await self._tx.one(_COUNT, who=who)
        return int(row.count) if row else 0

    async def writable_by(self, who: PersonId, since: datetime, most: int = 20) -> list[OrderId]:
        """Orders a customer can write about: ongoing, or ended at `since` or later."""
        rows = await self._tx.all(_WRITABLE, who=who, since=to_ms(since), most=most)
        return [OrderId(row.id) for row in rows]

    async def waking(self, now: datetime, *, most: int) -> list[OrderId]:
        """Orders that a clock has to look at, those that wait longest first."""
        rows = await self._tx.all(_WAKING, now=to_ms(now), most=most)
        return [OrderId(row.id) for row in rows]

    async def next_waking(self) -> datetime | None:
        """When a clock has to look at an order next."""
        row = await self._tx.one(_NEXT_WAKING)
        return from_ms(row.at) if row else None

    async def history(
        self, order_id: OrderId, most: int = 100, skip: int = 0
    ) -> list[HistoryLine]:
        """`most` lines of an order's history before the newest `skip`, the oldest first."""
        rows = await self._tx.all(_HISTORY, id=order_id, most=most, skip=skip)
        return [
            HistoryLine(from_ms(r.at), r.who, r.what, r.before, r.after, r.why)
            for r in reversed(rows)
        ]

    async def last_done(self, order_id: OrderId, what: str) -> datetime | None:
        """When this was last done to an order; None if it never was."""
        row = await self._tx.one(_LAST_DONE, id=order_id, what=what)
        return from_ms(row.at) if row and row.at is not None else None

    async def history_count(self, order_id: OrderId) -> int:
        row = await self._tx.one(_HISTORY_COUNT, id=order_id)
        return int(row.count) if row else 0

    # Writing ----------------------------------------------------------------------------------

    def locked(self, order_id: OrderId) -> Order | None:
        """An order that was locked here, as it stands in the table."""
        return self._locked.get(order_id)

    async def add(
        self,
        order: Order,
        change: Change,
        by: Actor,
        now: datetime,
        wake_at: datetime | None = None,
    ) -> Order:
        """Keep a new order; its number is the database's. Clocks look at it at `wake_at`."""
        row = await self._tx.one(_ADD, **_new_row(order, wake_at))
        assert row is not None
        kept = replace(order, id=OrderId(row.id))
        await self._tx.run_many(
            _ADD_LINE, [{"order_id": kept.id, **_line_row(x)} for x in order.lines]
        )
        await self._remember(kept, change, by, now)
        return kept

    async def save(
        self,
        order: Order,
        change: Change,
        by: Actor,
        now: datetime,
        wake_at: datetime | None = None,
    ) -> Order:
        """Keep a changed order that was locked, and a line of history: what, why, by whom."""
        was = self._locked[order.id]
        order = replace(order, version=was.version + 1)
        row = {f"new_{name}": value for name, value in _order_row(order, wake_at).items()}
        touched = await self._tx.run(_SAVE, which=order.id, seen=was.version, **row)
        if touched != 1:
            raise RuntimeError(f"order {order.id} was not locked")
        await self._save_lines(order, was)
        order = replace(
            order,
            first_bill=await self._save_bill(order, order.first_bill, was.first_bill),
            second_bill=await self._save_bill(order, order.second_bill, was.second_bill),
        )
        await self._save_parcels(order, was)
        await self._remember(order, complete(change, was, order), by, now)
        self._locked[order.id] = order
        return order

    async def rest(self, order: Order, wake_at: datetime | None) -> None:
        """Keep what the clocks said of a locked order, and when they look at it again.

        Nothing else changed: no button on any card is outdated by it.
        """
        keys = json.dumps(sorted(order.reminded))
        at = to_ms(wake_at)
        await self._tx.run(_REST, which=order.id, at=at, keys=keys)
        self._locked[order.id] = replace(self._locked[order.id], reminded=order.reminded)

    async def remember(self, order: Order, change: Change, by: Actor, now: datetime) -> None:
        """A line of history for what changes nothing in the order itself."""
        await self._remember(order, change, by, now)

    async def wake(self, order_id: OrderId, at: datetime) -> None:
        """Let the clocks look at an order no later than this, if they are to look at all."""
        await self._tx.run(_WAKE, which=order_id, at=to_ms(at))

    async def _save_lines(self, order: Order, was: Order) -> None:
        known = {x.no: x for x in was.lines}
        for each in order.lines:
            if each.no not in known:
                await self._tx.run(_ADD_LINE, order_id=order.id, **_line_row(each))
            elif each != known[each.no]:
                row = _line_row(each)
                changed = {f"new_{name}": row[name] for name in _LINE_CHANGED}
                await self._tx.run(_SAVE_LINE, which=order.id, number=each.no, **changed)

    async def _save_bill(self, order: Order, now: Bill | None, was: Bill | None) -> Bill | None:
        if now is None or now == was:
            return now
        if now.id:
            await self._update_bill(now)
            return now
        if was is not None and was.state is BillState.OPEN:  # another version takes its place
            await self._update_bill(replace(was, state=BillState.VOID))
        row = await self._tx.one(_ADD_BILL, order_id=order.id, **_bill_row(now))
        assert row is not None
        return replace(now, id=BillId(row.id))

    async def _update_bill(self, changed: Bill) -> None:
        await self._tx.run(
            _SAVE_BILL,
            which=changed.id,
            new_state=changed.state.value,
            new_total=changed.total.minor,
            new_paid=changed.paid.minor,
            new_method=changed.method,
        )

    async def _save_parcels(self, order: Order, was: Order) -> None:
        for no, each in enumerate(order.parcels, 1):
            if no > len(was.parcels):
                await self._tx.run(_ADD_PARCEL, order_id=order.id, no=no, **_parcel_row(each))
            elif each != was.parcels[no - 1]:
                changed = {f"new_{name}": value for name, value in _parcel_row(each).items()}
                await self._tx.run(_CORRECT_PARCEL, which=order.id, number=no, **changed)

    async def _remember(self, order: Order, change: Change, by: Actor, now: datetime) -> None:
        await self._tx.run(
            _ADD_HISTORY,
            order_id=order.id,
            version=order.version,
            at=to_ms(now),
            who=f"{by.signature} {by.name}".strip(),
            what=change.what,
            before=change.before,
            after=change.after,
            why=change.why,
        )

    # Its topic --------------------------------------------------------------------------------

    async def topic(self, order_id: OrderId) -> TopicId | None:
        row = await self._tx.one(_TOPIC, id=order_id)
        return TopicId(row.topic_id) if row and row.topic_id else None

    async def topic_card(self, order_id: OrderId) -> int | None:
        row = await self._tx.one(_TOPIC, id=order_id)
        return row.topic_card_id if row else None

    async def set_topic(
        self, order_id: OrderId, topic: TopicId | None, agency: AgencyId | None = None
    ) -> bool:
        """A new topic in the group of this agency, or none; its card has to be sent anew.

        False: the order is another agency's meanwhile, and nothing was changed.
        """
        return await self._tx.run(_SET_TOPIC, which=order_id, topic=topic, agency=agency or 0) == 1

    async def set_topic_card(
        self, order_id: OrderId, message: int, agency: AgencyId | None = None
    ) -> None:
        """The card stands there, unless the order is another agency's meanwhile."""
        await self._tx.run(_SET_TOPIC_CARD, which=order_id, message=message, agency=agency or 0)

    async def leave_topic(
        self, order_id: OrderId, agency: AgencyId | None, topic: TopicId
    ) -> None:
        """The order has left this topic of an agency's group."""
        await self._tx.run(_LEAVE_TOPIC, order_id=order_id, agency_id=agency, topic_id=topic)

    async def without_topic(self, order_id: OrderId) -> None:
        """Its next topic has yet to be opened."""
        await self._tx.run(_NO_TOPIC, which=order_id)

    async def was_with(self, order_id: OrderId, agency: AgencyId | None) -> bool:
        """Whether it has left a topic in the group of this agency."""
        return await self._tx.one(_WAS_WITH, id=order_id, agency=agency or 0) is not None

    async def has_left(self, topic: int, agency: AgencyId | None = None) -> OrderId | None:
        """The order that was moved away from this topic."""
        row = await self._tx.one(_HAS_LEFT, topic=topic, agency=agency or 0)
        return OrderId(row.order_id) if row else None

    async def agency(self, order_id: OrderId) -> AgencyId | None:
        """Which agency is in charge; None for that of the settings."""
        row = await self._tx.one(_TOPIC, id=order_id)
        return AgencyId(row.agency_id) if row and row.agency_id else None

    async def customer(self, order_id: OrderId) -> PersonId:
        """Whose order it is; LookupError if there is none."""
        row = await self._tx.one(_CUSTOMER, id=order_id)
        if row is None:
            raise LookupError(order_id)
        return PersonId(row.customer_id)

    async def by_topic(self, topic: int, agency: AgencyId | None = None) -> OrderId | None:
        """The order whose topic this is in the group of an agency."""
        row = await self._tx.one(_BY_TOPIC, topic=topic, agency=agency or 0)
        return OrderId(row.id) if row else None


# Rows and values ------------------------------------------------------------------------------


def _minor(money: Money | None) -> int | None:
    return None if money is None else money.minor


def _currency(money: Money | None) -> str | None:
    return None if money is None else money.currency.value


def _order_row(order: Order, wake_at: datetime | None) -> dict[str, Any]:
    """The columns that change in an order's life."""
    return {
        "stage": order.stage.value,
        "version": order.version,
        "agency_id": order.agency,
        "address": order.address,
        "flags": ",".join(sorted(order.flags)),
        "adjustment": _minor(order.adjustment) or 0,
        "earlier_shipping": _minor(order.earlier_shipping) or 0,
        "reason": order.reason,
        "due_at": to_ms(order.due_at),
        "due_from": to_ms(order.due_from),
        "frozen_at": to_ms(order.frozen_at),
        "waits_since": to_ms(order.waits_since),
        "wake_at": to_ms(wake_at),
        "reminded": json.dumps(sorted(order.reminded)),
        "taken_by": order.taken_by,
        "arrived_at": to_ms(order.arrived_at),
        "packed_at": to_ms(order.packed_at),
        "shipped_at": to_ms(order.shipped_at),
        "completed_at": to_ms(order.completed_at),
        "cancelled_at": to_ms(order.cancelled_at),
    }


def _new_row(order: Order, wake_at: datetime | None) -> dict[str, Any]:
    return {
        **_order_row(order, wake_at),
        "linked_to": order.linked_to,
        "customer_id": order.customer,
        "currency": order.currency.value,
        "preference": order.preference.value,
        "sold_out": order.sold_out.value,
        "tolerance_percent": order.tolerance_percent,
        "applied_at": to_ms(order.applied_at),
    }


def _line_row(each: Line) -> dict[str, Any]:
    return {
        "no": each.no,
        "description": each.description,
        "quantity": each.quantity,
        "note": each.note,
        "photo": each.photo,
        "state": each.state.value,
        "unit_price": _minor(each.unit_price),
        "shop_price": _minor(each.shop_price),
        "shop_currency": _currency(each.shop_price),
        "bought_price": _minor(each.bought_price),
        "asked_price": _minor(each.asked_price),
        "agreed_price": _minor(each.agreed_price),
        "question": each.question,
        "asked_text": each.asked_text,
        "asked_at": to_ms(each.asked_at),
        "wanted": each.wanted,
        "bought_at": to_ms(each.bought_at),
        "arrived": each.arrived,
        "reason": each.reason,
    }


def _parcel_row(each: Parcel) -> dict[str, Any]:
    return {
        "carrier": each.carrier,
        "tracking": each.tracking,
        "shipped_at": to_ms(each.shipped_at),
        "arrived_at": to_ms(each.arrived_at),
        "returned_at": to_ms(each.returned_at),
    }


def _bill_row(each: Bill) -> dict[str, Any]:
    return {
        "kind": each.kind.value,
        "version": each.version,
        "state": each.state.value,
        "currency": each.total.currency.value,
        "total": each.total.minor,
        "paid": each.paid.minor,
        "shipping": _minor(each.shipping),
        "fee": _minor(each.fee),
        "rate": each.rate,
        "methods": json.dumps([[m.name, m.price.minor] for m in each.methods]),
        "method": each.method,
        "extra": _minor(each.extra),
        "extra_reason": each.extra_reason,
        "issued_at": to_ms(each.issued_at),
    }


def _order(row: Any, lines: Sequence[Any], bills: Sequence[Any], parcels: Sequence[Any]) -> Order:
    currency = Currency(row.currency)
    newest = {each.kind: each for each in bills}  # they come in the order of their versions
    return Order(
        id=OrderId(row.id),
        customer=PersonId(row.customer_id),
        currency=currency,
        lines=tuple(_line(each, currency) for each in lines),
        address=row.address,
        preference=Preference(row.preference),
        sold_out=SoldOut(row.sold_out),
        tolerance_percent=row.tolerance_percent,
        applied_at=from_ms(row.applied_at),
        stage=Stage(row.stage),
        version=row.version,
        flags=frozenset(Flag(word) for word in row.flags.split(",") if word),
        due_at=from_ms(row.due_at),
        due_from=from_ms(row.due_from),
        frozen_at=from_ms(row.frozen_at),
        waits_since=from_ms(row.waits_since),
        reminded=frozenset(json.loads(row.reminded)),
        first_bill=_bill(newest.get(BillKind.FIRST)),
        second_bill=_bill(newest.get(BillKind.SECOND)),
        parcels=tuple(_parcel(each) for each in parcels),
        adjustment=Money(row.adjustment, currency) if row.adjustment else None,
        earlier_shipping=Money(row.earlier_shipping, currency) if row.earlier_shipping else None,
        linked_to=OrderId(row.linked_to) if row.linked_to else None,
        taken_by=row.taken_by,
        arrived_at=from_ms(row.arrived_at),
        packed_at=from_ms(row.packed_at),
        shipped_at=from_ms(row.shipped_at),
        completed_at=from_ms(row.completed_at),
        cancelled_at=from_ms(row.cancelled_at),
        reason=row.reason,
        agency=AgencyId(row.agency_id) if row.agency_id else None,
    )


def _parcel(row: Any) -> Parcel:
    return Parcel(
        row.carrier,
        row.tracking,
        from_ms(row.shipped_at),
        from_ms(row.arrived_at),
        from_ms(row.returned_at),
    )


def _line(row: Any, currency: Currency) -> Line:
    def money(minor: int | None) -> Money | None:
        return None if minor is None else Money(minor, currency)

    shop = Currency(row.shop_currency) if row.shop_currency else None
    return Line(
        no=LineNo(row.no),
        description=row.description,
        quantity=row.quantity,
        note=row.note,
        photo=row.photo,
        state=LineState(row.state),
        unit_price=money(row.unit_price),
        shop_price=Money(row.shop_price, shop) if shop else None,
        bought_price=money(row.bought_price),
        asked_price=money(row.asked_price),
        agreed_price=money(row.agreed_price),
        question=Question(row.question) if row.question else None,
        asked_text=row.asked_text,
        asked_at=from_ms(row.asked_at),
        wanted=row.wanted,
        bought_at=from_ms(row.bought_at),
        arrived=row.arrived,
        reason=row.reason,
    )


def _bill(row: Any) -> Bill | None:
    if row is None:
        return None
    currency = Currency(row.currency)

    def money(minor: int | None) -> Money | None:
        return None if minor is None else Money(minor, currency)

    return Bill(
        id=BillId(row.id),
        kind=BillKind(row.kind),
        version=row.version,
        total=Money(row.total, currency),
        issued_at=from_ms(row.issued_at),
        paid=Money(row.paid, currency),
        state=BillState(row.state),
        shipping=money(row.shipping),
        fee=money(row.fee),
        rate=row.rate,
        methods=tuple(
            Method(name, Money(minor, currency)) for name, minor in json.loads(row.methods)
        ),
        method=row.method,
        extra=money(row.extra),
        extra_reason=row.extra_reason,
    )
