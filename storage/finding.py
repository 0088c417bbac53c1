"""Finding: orders and people by a number, a name, a code, or words."""

from __future__ import annotations

from collections.abc import Sequence
from html import escape
from typing import Any, Final

from sqlalchemy import Select, bindparam, func, or_, select
from sqlalchemy.sql.elements import ColumnElement

from domain.finding import (
    ESCAPE,
    FOUND_MAX,
    FoundInquiry,
    FoundOrder,
    FoundPerson,
    pattern_of,
    spellings,
)
from domain.ids import AgencyId, InquiryId, OrderId, PersonId, TopicId
from storage.database import Tx
from storage.first_lines import FIRST_LINE
from storage.tables import line, note, orders, parcel, person
from storage.talk_tables import inquiry

NEWEST: Final = 50_000  # so many of the newest lines and messages are searched for words

_ORDERS: Final = (
    select(
        orders.c.id,
        orders.c.stage,
        orders.c.topic_id,
        person.c.name,
        FIRST_LINE.label("what"),
    )
    .join_from(orders, person, person.c.id == orders.c.customer_id)
    .where(func.coalesce(orders.c.agency_id, 0) == bindparam("agency"))
    .order_by(orders.c.id.desc())
    .limit(FOUND_MAX)
)
_PEOPLE: Final = (
    select(person.c.id, person.c.name, person.c.username)
    .order_by(person.c.met_at.desc())
    .limit(FOUND_MAX)
)
_SPELT: Final = ("as_typed", "small", "capital", "large")


def _has_words(*columns: ColumnElement[Any]) -> ColumnElement[bool]:
    """Whether one of the columns has the words in it, in one of their spellings."""
    small = [func.lower(each).like(bindparam("small"), escape=ESCAPE) for each in columns]
    others = [
        each.like(bindparam(name), escape=ESCAPE)
        for each in columns
        for name in _SPELT
        if name != "small"
    ]
    return or_(*small, *others)


def _some(name: str) -> Any:
    return bindparam(name, expanding=True)


_LINES: Final = (
    select(line.c.order_id, line.c.description, line.c.note)
    .order_by(line.c.order_id.desc())
    .limit(NEWEST)
    .subquery()
)
_NOTES: Final = (
    select(note.c.order_id, note.c.text).order_by(note.c.id.desc()).limit(NEWEST).subquery()
)
_BY_NUMBER: Final = _ORDERS.where(orders.c.id.in_(_some("numbers")))
_BY_TRACKING: Final = _ORDERS.where(
    orders.c.id.in_(select(parcel.c.order_id).where(parcel.c.tracking.in_(_some("numbers"))))
)
_OF_PEOPLE: Final = _ORDERS.where(orders.c.customer_id.in_(_some("people")))
_BY_ITEM: Final = _ORDERS.where(
    orders.c.id.in_(
        select(_LINES.c.order_id).where(_has_words(_LINES.c.description, _LINES.c.note))
    )
)
_BY_MESSAGE: Final = _ORDERS.where(
    orders.c.id.in_(select(_NOTES.c.order_id).where(_has_words(_NOTES.c.text)))
)
_ASKED: Final = (
    select(note.c.inquiry_id, note.c.text)
    .where(note.c.inquiry_id.is_not(None))
    .order_by(note.c.id.desc())
    .limit(NEWEST)
    .subquery()
)
_FIRST_WORDS: Final = (
    select(note.c.text)
    .where(note.c.inquiry_id == inquiry.c.id, note.c.text != "")
    .order_by(note.c.id)
    .limit(1)
    .correlate(inquiry)
    .scalar_subquery()
)
_INQUIRIES: Final = (
    select(inquiry.c.id, inquiry.c.topic_id, person.c.name, _FIRST_WORDS.label("said"))
    .join_from(inquiry, person, person.c.id == inquiry.c.customer_id)
    .order_by(inquiry.c.id.desc())
    .limit(FOUND_MAX)
)
_INQUIRIES_OF: Final = _INQUIRIES.where(inquiry.c.customer_id.in_(_some("people")))
_INQUIRIES_WITH: Final = _INQUIRIES.where(
    inquiry.c.id.in_(select(_ASKED.c.inquiry_id).where(_has_words(_ASKED.c.text)))
)
_BY_ID: Final = _PEOPLE.where(person.c.id.in_(_some("numbers")))
_BY_NAME: Final = _PEOPLE.where(_has_words(person.c.name, person.c.username))


class Finding:
    """Among the orders of one agency; people are everybody's."""

    def __init__(self, tx: Tx, agency: AgencyId | None = None) -> None:
        self._tx = tx
        self._agency = agency

    async def by_number(self, numbers: Sequence[int]) -> tuple[FoundOrder, ...]:
        return await self._orders(_BY_NUMBER, numbers=list(numbers)) if numbers else ()

    async def by_tracking(self, tracking: str) -> tuple[FoundOrder, ...]:
        numbers = list(dict.fromkeys((tracking, tracking.upper(), tracking.lower())))
        return await self._orders(_BY_TRACKING, numbers=numbers)

    async def of_people(self, people: Sequence[PersonId]) -> tuple[FoundOrder, ...]:
        """The newest orders of some people."""
        return await self._orders(_OF_PEOPLE, people=list(people)) if people else ()

    async def by_words(self, words: str) -> tuple[FoundOrder, ...]:
        """Orders with the words in an item, then those with them in a message."""
        spelt = _spelt(words)
        of_items = await self._orders(_BY_ITEM, **spelt)
        of_messages = await self._orders(_BY_MESSAGE, **_spelt(escape(words)))  # HTML
        found = {each.order: each for each in (*of_items, *of_messages)}
        return tuple(found.values())[:FOUND_MAX]

    async def inquiries(self, people: Sequence[PersonId], words: str) -> tuple[FoundInquiry, ...]:
        """The newest of some people, then those with the words in a message; at the front desk."""
        if self._agency is not None:
            return ()
        rows = []
        if people:
            rows += await self._tx.all(_INQUIRIES_OF, people=list(people))
        if words:
            rows += await self._tx.all(_INQUIRIES_WITH, **_spelt(escape(words)))
        found = {row.id: _inquiry(row) for row in rows}
        return tuple(found.values())[:FOUND_MAX]

    async def people(self, numbers: Sequence[int]) -> tuple[FoundPerson, ...]:
        return await self._people(_BY_ID, numbers=list(numbers)) if numbers else ()

    async def called(self, name: str) -> tuple[FoundPerson, ...]:
        return await self._people(_BY_NAME, **_spelt(name.removeprefix("@")))

    async def _orders(self, statement: Select[Any], **values: object) -> tuple[FoundOrder, ...]:
        rows = await self._tx.all(statement, agency=self._agency or 0, **values)
        return tuple(
            FoundOrder(
                OrderId(row.id),
                row.stage,
                row.name,
                row.what or "",
                None if row.topic_id is None else TopicId(row.topic_id),
            )
            for row in rows
        )

    async def _people(self, statement: Select[Any], **values: object) -> tuple[FoundPerson, ...]:
        rows = await self._tx.all(statement, **values)
        return tuple(FoundPerson(PersonId(row.id), row.name, row.username) for row in rows)


def _inquiry(row: Any) -> FoundInquiry:
    topic = None if row.topic_id is None else TopicId(row.topic_id)
    return FoundInquiry(InquiryId(row.id), row.name, row.said or "", topic)


def _spelt(words: str) -> dict[str, str]:
    return {name: pattern_of(spelt) for name, spelt in zip(_SPELT, spellings(words), strict=True)}
