"""What waits at the staff's desk: a statement a kind of work, each on columns with an index."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any, Final
from zoneinfo import ZoneInfo

from sqlalchemy import Select, bindparam, func, literal_column, or_, select
from sqlalchemy.sql.elements import ColumnElement

from domain.ids import AgencyId, InquiryId, OrderId, TopicId
from domain.money import Currency, Money
from domain.orders import ENDED, Flag, LineState, Question, Stage
from domain.payments import PaymentState, PayoutState
from domain.queue import Bite, Kind, Waiting
from storage.database import Row, Tx
from storage.first_lines import FIRST_LINE
from storage.ledger_tables import payment, payout
from storage.moments import from_ms, to_ms
from storage.tables import line, note, orders, person, unanswered
from storage.talk_tables import inquiry

LAST_MOMENT: Final = timedelta(milliseconds=1)  # an order's deadline is the instant after it
_HELD: Final = orders.c.flags.like(f"%{Flag.ON_HOLD.value}%")


def _select(
    since: ColumnElement[Any],
    *more: ColumnElement[Any],
    topic: ColumnElement[Any] = orders.c.topic_id,
    taken_by: ColumnElement[Any] = orders.c.taken_by,
) -> Select[Any]:
    """What is shown of each, and how many there are in all."""
    return select(
        orders.c.id.label("order_id"),
        topic.label("topic_id"),
        taken_by.label("taken_by"),
        orders.c.due_at,
        orders.c.stage,
        person.c.name,
        FIRST_LINE.label("what"),
        since.label("since"),
        func.count().over().label("total"),
        *more,
    ).limit(bindparam("most"))


def _orders(where: ColumnElement[bool], *, held: bool = False) -> Select[Any]:
    """Orders, the longest waiting first; what is on hold waits for nothing else."""
    since = func.coalesce(orders.c.waits_since, orders.c.applied_at)
    rests = _HELD if held else ~_HELD
    query = _select(since).join_from(orders, person, person.c.id == orders.c.customer_id)
    return query.where(where, rests).order_by(since, orders.c.id)


def _at(stage: Stage) -> Select[Any]:
    return _orders(orders.c.stage == stage.value)


def _flagged(flag: Flag, *, held: bool = False) -> Select[Any]:
    # The index holds only those that have a flag.
    where = (orders.c.flags != "") & orders.c.flags.like(f"%{flag.value}%")
    return _orders(where & orders.c.stage.not_in(sorted(ENDED)) if held else where, held=held)


def _lines(asked: ColumnElement[bool], since: ColumnElement[Any]) -> Select[Any]:
    """Orders with a line that something is asked about."""
    oldest = func.min(since)
    return (
        _select(oldest)
        .join_from(line, orders, orders.c.id == line.c.order_id)
        .join(person, person.c.id == orders.c.customer_id)
        .where(asked, ~_HELD, orders.c.stage.not_in(sorted(ENDED)))
        .group_by(orders.c.id, person.c.id)
        .order_by(oldest, orders.c.id)
    )


_TO_BUY: Final = (
    select(line.c.no)
    .where(
        line.c.order_id == orders.c.id,
        line.c.state == LineState.TO_BUY.value,
        or_(line.c.question.is_(None), line.c.question == Question.SPLIT.value),
        line.c.wanted.is_(None),
    )
    .exists()
)
# Nothing is billed or sent while the customer is asked about a line.
_DECIDED: Final = orders.c.flags.not_like(f"%{Flag.DECISION_NEEDED.value}%")
_PAYMENTS: Final = (
    _select(
        payment.c.reported_at,
        payment.c.id.label("number"),
        payment.c.claimed.label("amount"),
        payment.c.currency,
        func.sum(payment.c.claimed).over().label("sum"),
    )
    .join_from(payment, person, person.c.id == payment.c.customer_id)
    .join(orders, orders.c.id == payment.c.order_id, isouter=True)
    .where(payment.c.state == PaymentState.REPORTED)
    .order_by(payment.c.reported_at, payment.c.id)
)
# Word by word as the index has it, or SQLite does not see that it fits.
_UNDECIDED: Final[list[ColumnElement[str]]] = [
    literal_column(f"'{state}'") for state in (PayoutState.HELD, PayoutState.STARTED)
]
_PAYOUTS: Final = (
    _select(
        payout.c.requested_at,
        payout.c.id.label("number"),
        (payout.c.amount - payout.c.fee).label("amount"),
        payout.c.currency,
        payout.c.due_on,
    )
    .join_from(payout, person, person.c.id == payout.c.customer_id)
    .join(orders, orders.c.id == 0, isouter=True)  # it belongs to none
    .where(payout.c.state.in_(_UNDECIDED))
    .order_by(payout.c.due_on, payout.c.id)
)
# What the customer has been waiting with: the first words since then, of this thread.
_SAID: Final = (
    select(note.c.text)
    .where(
        or_(
            note.c.order_id == unanswered.c.order_id,
            note.c.inquiry_id == unanswered.c.inquiry_id,
        ),
        note.c.direction == "to_agency",
        note.c.at >= unanswered.c.since,
        note.c.text != "",
    )
    .order_by(note.c.id)
    .limit(1)
    .correlate(unanswered)
    .scalar_subquery()
)
_MESSAGES: Final = (
    _select(
        unanswered.c.since,
        unanswered.c.inquiry_id,
        _SAID.label("said"),
        topic=func.coalesce(orders.c.topic_id, inquiry.c.topic_id),
        taken_by=func.coalesce(orders.c.taken_by, inquiry.c.taken_by),
    )
    .join_from(unanswered, orders, orders.c.id == unanswered.c.order_id, isouter=True)
    .join(inquiry, inquiry.c.id == unanswered.c.inquiry_id, isouter=True)
    .join(person, person.c.id == func.coalesce(orders.c.customer_id, inquiry.c.customer_id))
    .where(person.c.muted_at.is_(None))
    .order_by(unanswered.c.since, unanswered.c.id)
)
KINDS: Final[Mapping[Kind, Select[Any]]] = {
    Kind.MESSAGES: _MESSAGES,
    Kind.ESTIMATES: _at(Stage.APPLIED),
    Kind.PAYMENTS: _PAYMENTS,
    Kind.BUYING: _orders((orders.c.stage == Stage.PURCHASING.value) & _TO_BUY),
    Kind.REQUESTS: _lines(
        line.c.wanted.is_not(None), func.coalesce(orders.c.waits_since, orders.c.applied_at)
    ),
    Kind.DECISIONS: _lines(
        line.c.question.is_not(None), func.coalesce(line.c.asked_at, orders.c.applied_at)
    ),
    Kind.ARRIVALS: _at(Stage.AWAITING_ARRIVAL),
    Kind.BILLING: _at(Stage.AT_WAREHOUSE).where(_DECIDED),
    Kind.SHIPPING: _at(Stage.READY_TO_SHIP).where(_DECIDED),
    Kind.PROBLEMS: _flagged(Flag.PROBLEM_OPEN),
    Kind.HELD: _flagged(Flag.ON_HOLD, held=True),
    Kind.PAYOUTS: _PAYOUTS,
}
_BITES: Final = (
    select(orders.c.id, orders.c.due_at, orders.c.stage, orders.c.topic_id)
    .where(
        orders.c.due_at.is_not(None),
        orders.c.frozen_at.is_(None),
        orders.c.flags == "",
        orders.c.due_at <= bindparam("until"),
    )
    .order_by(orders.c.due_at, orders.c.id)
    .limit(bindparam("most"))
)


@dataclass(frozen=True, slots=True)
class Found:
    """The oldest of a kind, how many there are in all, and for payments their sum."""

    count: int = 0
    oldest: tuple[Waiting, ...] = ()
    amount: Money | None = None


def _of_default(query: Select[Any]) -> Select[Any]:
    """Of the agency of the settings, and what belongs to no order."""
    return query.where(orders.c.agency_id.is_(None))


def _of_another(query: Select[Any]) -> Select[Any]:
    return query.where(orders.c.agency_id == bindparam("agency"))


_OWN: Final = {kind: _of_default(query) for kind, query in KINDS.items()}
_THEIRS: Final = {kind: _of_another(query) for kind, query in KINDS.items()}
_OWN_BITES, _THEIR_BITES = _of_default(_BITES), _of_another(_BITES)


class Queues:
    """What waits at the desk of one agency."""

    def __init__(self, tx: Tx, zone: ZoneInfo, agency: AgencyId | None = None) -> None:
        self._tx = tx
        self._zone = zone
        self._agency = agency

    async def _all(self, own: Select[Any], theirs: Select[Any], **values: object) -> list[Row]:
        if self._agency is None:
            return await self._tx.all(own, **values)
        return await self._tx.all(theirs, agency=self._agency, **values)

    async def of(self, kind: Kind, most: int) -> Found:
        """The `most` longest waiting of a kind."""
        rows = await self._all(_OWN[kind], _THEIRS[kind], most=most)
        if not rows:
            return Found()
        amount = None
        if kind is Kind.PAYMENTS:
            amount = Money(int(rows[0].sum), Currency(rows[0].currency))
        return Found(rows[0].total, tuple(self._waiting(kind, row) for row in rows), amount)

    def _waiting(self, kind: Kind, row: Row) -> Waiting:
        of_money, of_words = kind in (Kind.PAYMENTS, Kind.PAYOUTS), kind is Kind.MESSAGES
        return Waiting(
            kind=kind,
            customer=row.name,
            since=from_ms(row.since),
            order=None if row.order_id is None else OrderId(row.order_id),
            inquiry=InquiryId(row.inquiry_id) if of_words and row.inquiry_id else None,
            number=row.number if of_money else 0,
            what=row.what or "",
            said=(row.said if of_words else "") or "",
            amount=Money(row.amount, Currency(row.currency)) if of_money else None,
            due=self._due(kind, row),
            topic=None if row.topic_id is None else TopicId(row.topic_id),
            taken_by=row.taken_by or "",
        )

    def _due(self, kind: Kind, row: Row) -> datetime | None:
        """A deadline that is written down; the desk's own are reckoned from `since`."""
        if kind is Kind.PAYOUTS:
            return datetime.combine(date.fromisoformat(row.due_on), time.max, self._zone)
        if kind is Kind.ESTIMATES and row.due_at is not None:
            due: datetime = from_ms(row.due_at)
            return due - LAST_MOMENT
        return None

    async def bites(self, until: datetime, most: int) -> list[Bite]:
        """Orders whose running deadline ends by then, the first one first."""
        rows = await self._all(_OWN_BITES, _THEIR_BITES, until=to_ms(until), most=most)
        return [
            Bite(OrderId(row.id), from_ms(row.due_at), row.stage, row.topic_id or 0)
            for row in rows
        ]
