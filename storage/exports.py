"""What `daiko export` reads: every table as rows for people and other programs."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any, Final

from sqlalchemy import Select, bindparam, select
from sqlalchemy.sql.elements import ColumnElement

from domain.money import Currency, Money
from storage.database import Tx
from storage.ledger_tables import account, ledger_event, payment, payout, transfer
from storage.moments import from_ms
from storage.tables import bill, history, line, note, orders

PAGE: Final = 1_000

Cells = Mapping[str, object]


@dataclass(frozen=True, slots=True)
class Export:
    """A file: its name, its columns, and where its rows come from."""

    name: str
    columns: tuple[str, ...]
    rows: Select[Any]
    cells: Callable[[Any], Iterable[object]]


async def rows_of(tx: Tx, export: Export) -> AsyncIterator[list[str]]:
    """Every row as text, in the order of its number, a page at a time."""
    after = 0
    while page := await tx.all(export.rows, after=after, most=PAGE):
        for row in page:
            yield ["" if cell is None else str(cell) for cell in export.cells(row)]
        after = page[-1].cursor


def _paged(query: Select[Any], cursor: ColumnElement[int]) -> Select[Any]:
    return (
        query.add_columns(cursor.label("cursor"))
        .where(cursor > bindparam("after"))
        .order_by(cursor)
        .limit(bindparam("most"))
    )


def _iso(moment: int | None) -> str:
    """ISO 8601, UTC, to the millisecond where there is one."""
    if moment is None:
        return ""
    written = from_ms(moment).isoformat(timespec="milliseconds" if moment % 1000 else "seconds")
    return written.replace("+00:00", "Z")


def _amount(minor: int | None, currency: str) -> str:
    return "" if minor is None else Money(minor, Currency(currency)).plain()


_debit, _credit = account.alias("debited"), account.alias("credited")
_LINE_CURSOR: Final = line.c.order_id * 1_000 + line.c.no  # an order has far fewer lines

EXPORTS: Final = (
    Export(
        "orders",
        (
            "number", "state", "customer", "applied_at", "due_at", "shipped_at",
            "completed_at", "cancelled_at", "reason", "flags",
        ),
        _paged(select(orders), orders.c.id),
        lambda r: (
            r.id, r.stage, r.customer_id, _iso(r.applied_at), _iso(r.due_at), _iso(r.shipped_at),
            _iso(r.completed_at), _iso(r.cancelled_at), r.reason, r.flags,
        ),
    ),
    Export(
        "lines",
        ("order", "line", "state", "quantity", "arrived", "unit_price", "description"),
        _paged(
            select(line, orders.c.currency).join(orders, orders.c.id == line.c.order_id),
            _LINE_CURSOR,
        ),
        lambda r: (
            r.order_id, r.no, r.state, r.quantity, r.arrived,
            _amount(r.unit_price if r.bought_price is None else r.bought_price, r.currency),
            r.description,
        ),
    ),
    Export(
        "bills",
        ("order", "kind", "version", "total", "paid", "state", "issued_at"),
        _paged(select(bill), bill.c.id),
        lambda r: (
            r.order_id, r.kind, r.version, _amount(r.total, r.currency),
            _amount(r.paid, r.currency), r.state, _iso(r.issued_at),
        ),
    ),
    Export(
        "payments",
        ("id", "order", "kind", "method", "claimed", "received", "state", "reference"),
        _paged(
            select(payment, bill.c.kind).outerjoin(bill, bill.c.id == payment.c.bill_id),
            payment.c.id,
        ),
        lambda r: (
            r.id, r.order_id, r.kind or r.purpose, r.method, _amount(r.claimed, r.currency),
            _amount(r.received, r.currency), r.state, r.bank_ref or r.paypal_capture,
        ),
    ),
    Export(
        "payouts",
        ("id", "customer", "amount", "fee", "state"),
        _paged(
            select(
                payout.c.id,
                payout.c.customer_id,
                payout.c.amount,
                payout.c.fee,
                payout.c.state,
                payout.c.currency,
            ),
            payout.c.id,
        ),
        lambda r: (
            r.id, r.customer_id, _amount(r.amount, r.currency), _amount(r.fee, r.currency),
            r.state,
        ),
    ),
    Export(
        "ledger",
        (
            "event", "key", "at", "leg", "debit", "credit",
            "currency", "amount", "actor", "approved_by",
        ),
        _paged(
            select(
                transfer.c.event_id,
                transfer.c.leg,
                transfer.c.currency,
                transfer.c.amount,
                ledger_event.c.key,
                ledger_event.c.at,
                ledger_event.c.actor,
                ledger_event.c.approved_by,
                _debit.c.code.label("debit"),
                _credit.c.code.label("credit"),
            )
            .join(ledger_event, ledger_event.c.id == transfer.c.event_id)
            .join(_debit, _debit.c.id == transfer.c.debit_id)
            .join(_credit, _credit.c.id == transfer.c.credit_id),
            transfer.c.id,
        ),
        lambda r: (
            r.event_id, r.key, _iso(r.at), r.leg, r.debit, r.credit,
            r.currency, _amount(r.amount, r.currency), r.actor, r.approved_by,
        ),
    ),
    Export(
        "messages",
        ("order", "direction", "at", "kind", "delivered"),
        _paged(select(note), note.c.id),
        lambda r: (r.order_id, r.direction, _iso(r.at), r.media or "text", _iso(r.delivered_at)),
    ),
    Export(
        "history",
        ("order", "at", "who", "before", "after", "why"),
        _paged(select(history), history.c.id),
        lambda r: (
            r.order_id, _iso(r.at), r.who, r.before, r.after,
            f"{r.what}: {r.why}" if r.why else r.what,
        ),
    ),
)  # fmt: skip
