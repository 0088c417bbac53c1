"""All that is kept about a customer, as rows for them: nobody else's, nothing of staff."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any, Final

from sqlalchemy import Select, bindparam, or_, select

from domain.ids import PersonId
from domain.money import Currency, Money
from domain.own_data import Rows
from storage.database import Tx
from storage.ledger_tables import payment, payout
from storage.moments import from_ms
from storage.tables import bill, line, note, orders, parcel, person
from storage.talk_tables import inquiry, note_part, note_version


@dataclass(frozen=True, slots=True)
class _Share:
    """A file: its columns, and the rows of the customer `who`."""

    name: str
    columns: tuple[str, ...]
    query: Select[Any]
    cells: Callable[[Any], Iterable[object]]


def _at(moment: int | None) -> str:
    return "" if moment is None else from_ms(moment).isoformat(timespec="seconds")


def _amount(minor: int | None, currency: str) -> str:
    return "" if minor is None else Money(minor, Currency(currency)).plain()


_IS_THEIRS: Final = orders.c.customer_id == bindparam("who")
_TALK: Final = note.outerjoin(orders, orders.c.id == note.c.order_id).outerjoin(
    inquiry, inquiry.c.id == note.c.inquiry_id
)
_IS_THEIR_TALK: Final = or_(_IS_THEIRS, inquiry.c.customer_id == bindparam("who"))

_SHARES: Final = (
    _Share(
        "settings",
        ("number", "name", "username", "language", "time_zone", "first_met_at"),
        select(person).where(person.c.id == bindparam("who")),
        lambda r: (r.id, r.name, r.username, r.language, r.timezone, _at(r.met_at)),
    ),
    _Share(
        "orders",
        (
            "number", "state", "applied_at", "shipped_at", "completed_at", "cancelled_at",
            "reason", "address", "shipping_preference", "if_sold_out", "price_tolerance_percent",
        ),
        select(orders).where(_IS_THEIRS).order_by(orders.c.id),
        lambda r: (
            r.id, r.stage, _at(r.applied_at), _at(r.shipped_at), _at(r.completed_at),
            _at(r.cancelled_at), r.reason, r.address, r.preference, r.sold_out,
            r.tolerance_percent,
        ),
    ),
    _Share(
        "lines",
        ("order", "line", "description", "note", "quantity", "state", "unit_price", "currency"),
        select(line, orders.c.currency)
        .join(orders, orders.c.id == line.c.order_id)
        .where(_IS_THEIRS)
        .order_by(line.c.order_id, line.c.no),
        lambda r: (
            r.order_id, r.no, r.description, r.note, r.quantity, r.state,
            _amount(r.unit_price if r.bought_price is None else r.bought_price, r.currency),
            r.currency,
        ),
    ),
    _Share(
        "bills",
        ("order", "bill", "version", "state", "total", "paid", "currency", "issued_at"),
        select(bill)
        .join(orders, orders.c.id == bill.c.order_id)
        .where(_IS_THEIRS)
        .order_by(bill.c.id),
        lambda r: (
            r.order_id, r.kind, r.version, r.state, _amount(r.total, r.currency),
            _amount(r.paid, r.currency), r.currency, _at(r.issued_at),
        ),
    ),
    _Share(
        "payments",
        (
            "number", "order", "for", "method", "state", "reported", "received", "currency",
            "transferred_on", "sender", "reason", "reported_at", "decided_at",
        ),
        select(payment)
        .where(payment.c.customer_id == bindparam("who"))
        .order_by(payment.c.id),
        lambda r: (
            r.id, r.order_id, r.purpose, r.method, r.state, _amount(r.claimed, r.currency),
            _amount(r.received, r.currency), r.currency, r.transferred_on, r.sender, r.reason,
            _at(r.reported_at), _at(r.decided_at),
        ),
    ),
    _Share(
        "payouts",
        ("number", "method", "state", "amount", "fee", "currency", "asked_at", "done_at"),
        select(
            payout.c.id, payout.c.method, payout.c.state, payout.c.amount, payout.c.fee,
            payout.c.currency, payout.c.requested_at, payout.c.decided_at,
        )
        .where(payout.c.customer_id == bindparam("who"))
        .order_by(payout.c.id),
        lambda r: (
            r.id, r.method, r.state, _amount(r.amount, r.currency), _amount(r.fee, r.currency),
            r.currency, _at(r.requested_at), _at(r.decided_at),
        ),
    ),
    _Share(
        "parcels",
        ("order", "carrier", "tracking_number", "shipped_at", "arrived_at", "returned_at"),
        select(parcel)
        .join(orders, orders.c.id == parcel.c.order_id)
        .where(_IS_THEIRS)
        .order_by(parcel.c.order_id, parcel.c.no),
        lambda r: (
            r.order_id, r.carrier, r.tracking, _at(r.shipped_at), _at(r.arrived_at),
            _at(r.returned_at),
        ),
    ),
    _Share(
        "messages",
        ("order", "inquiry", "from", "at", "kind", "text", "place_or_contact", "number"),
        select(note).select_from(_TALK).where(_IS_THEIR_TALK).order_by(note.c.id),
        lambda r: (
            r.order_id, r.inquiry_id, "you" if r.direction == "to_agency" else "agency", _at(r.at),
            r.media or "text", r.text, r.data, r.id,
        ),
    ),
    _Share(
        "album_parts",
        ("message", "part", "kind", "text"),
        select(note_part)
        .select_from(_TALK.join(note_part, note_part.c.note_id == note.c.id))
        .where(_IS_THEIR_TALK)
        .order_by(note_part.c.note_id, note_part.c.no),
        lambda r: (r.note_id, r.no, r.media, r.text),
    ),
    _Share(
        "message_versions",
        ("message", "version", "part", "until", "kind", "text"),
        select(note_version)
        .select_from(_TALK.join(note_version, note_version.c.note_id == note.c.id))
        .where(_IS_THEIR_TALK)
        .order_by(note_version.c.note_id, note_version.c.version),
        lambda r: (r.note_id, r.version, r.part, _at(r.until), r.media or "text", r.text),
    ),
)  # fmt: skip


async def own_data(tx: Tx, who: PersonId) -> list[Rows]:
    """Every table, as text; message texts are Telegram HTML still."""
    return [await _share(tx, share, who) for share in _SHARES]


async def _share(tx: Tx, share: _Share, who: PersonId) -> Rows:
    rows = await tx.all(share.query, who=who)
    cells = (tuple(_text(cell) for cell in share.cells(row)) for row in rows)
    return Rows(share.name, share.columns, tuple(cells))


def _text(cell: object) -> str:
    return "" if cell is None else str(cell)
