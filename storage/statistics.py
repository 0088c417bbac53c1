"""Figures for `/stats`: how many orders are where, what money moved, and when an order got on."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Final

from sqlalchemy import bindparam, case, func, select

from domain.bills import BillKind
from domain.ledger import BANK, PAYPAL, Kind
from domain.money import Currency, Money
from domain.orders import ENDED, Stage
from domain.statistics import Leap
from storage.database import Tx
from storage.ledger_tables import account, ledger_event, transfer
from storage.moments import from_ms, to_ms
from storage.tables import bill, line, orders

QUARTER: Final = 15 * 60 * 1000  # of an hour, in ms: every time zone begins its days at one
ORDERS_MAX: Final = 5_000  # the newest are timed

_STAGES: Final = (
    select(orders.c.stage, func.count().label("count"))
    .where(orders.c.stage.in_(sorted(set(Stage) - ENDED)))
    .group_by(orders.c.stage)
)
_COUNTS: Final = select(
    func.coalesce(
        func.sum(case((orders.c.applied_at >= bindparam("since"), 1), else_=0)), 0
    ).label("applied"),
    func.count(case((orders.c.completed_at >= bindparam("since"), 1))).label("completed"),
    func.count(case((orders.c.cancelled_at >= bindparam("since"), 1))).label("cancelled"),
)
_ours = select(account.c.id).where(account.c.code.in_([BANK.code, PAYPAL.code]))
_quarter = ledger_event.c.at // QUARTER
_is_in = transfer.c.debit_id.in_(_ours)
_is_out = transfer.c.credit_id.in_(_ours)
# What was booked wrongly never came: its reverse is no money that left.
_is_undone = _is_out & (ledger_event.c.kind == Kind.CORRECTION.value)
_MONEY: Final = (
    select(
        _quarter.label("quarter"),
        func.sum(
            case((_is_in, transfer.c.amount), (_is_undone, -transfer.c.amount), else_=0)
        ).label("came"),
        func.sum(case((_is_out & ~_is_undone, transfer.c.amount), else_=0)).label("went"),
    )
    .join_from(transfer, ledger_event, ledger_event.c.id == transfer.c.event_id)
    .join(account, account.c.id == transfer.c.debit_id)
    .where(
        ledger_event.c.at >= bindparam("since"),
        account.c.currency == bindparam("currency"),
        _is_in != _is_out,
    )
    .group_by(_quarter)
    .order_by(_quarter)
)


def _issued(kind: BillKind):  # type: ignore[no-untyped-def]
    return (
        select(func.min(bill.c.issued_at))
        .where(bill.c.order_id == orders.c.id, bill.c.kind == kind.value)
        .correlate(orders)
        .scalar_subquery()
    )


_paid = (
    select(func.min(ledger_event.c.at))
    .where(
        ledger_event.c.order_id == orders.c.id,
        ledger_event.c.kind.in_([Kind.BILL_PAYMENT, Kind.FROM_DEPOSIT]),
    )
    .correlate(orders)
    .scalar_subquery()
)
_bought = (
    select(func.max(line.c.bought_at))
    .where(line.c.order_id == orders.c.id)
    .correlate(orders)
    .scalar_subquery()
)
_WAYS: Final = (
    select(
        orders.c.applied_at,
        _issued(BillKind.FIRST).label("estimated_at"),
        _paid.label("paid_at"),
        _bought.label("bought_at"),
        orders.c.arrived_at,
        _issued(BillKind.SECOND).label("billed_at"),
        orders.c.shipped_at,
        orders.c.completed_at,
    )
    .order_by(orders.c.id.desc())
    .limit(ORDERS_MAX)
)
_LEAPS: Final = (
    (Leap.ESTIMATE, "applied_at", "estimated_at"),
    (Leap.PAYMENT, "estimated_at", "paid_at"),
    (Leap.PURCHASE, "paid_at", "bought_at"),
    (Leap.ARRIVAL, "bought_at", "arrived_at"),
    (Leap.SECOND_BILL, "arrived_at", "billed_at"),
    (Leap.SHIPPING, "billed_at", "shipped_at"),
    (Leap.RECEPTION, "shipped_at", "completed_at"),
)


@dataclass(frozen=True, slots=True)
class Counts:
    applied: int
    completed: int
    cancelled: int


class Statistics:
    def __init__(self, tx: Tx) -> None:
        self._tx = tx

    async def stages(self) -> dict[Stage, int]:
        """How many ongoing orders are at each stage."""
        rows = await self._tx.all(_STAGES)
        return {Stage(row.stage): row.count for row in rows}

    async def counts(self, since: datetime) -> Counts:
        row = await self._tx.one(_COUNTS, since=to_ms(since))
        assert row is not None
        return Counts(row.applied, row.completed, row.cancelled)

    async def money(
        self, since: datetime, currency: Currency
    ) -> list[tuple[datetime, Money, Money]]:
        """What came to the agency's accounts and left them, each quarter of an hour."""
        rows = await self._tx.all(_MONEY, since=to_ms(since), currency=currency.value)
        return [
            (
                from_ms(int(row.quarter) * QUARTER),
                Money(int(row.came), currency),
                Money(int(row.went), currency),
            )
            for row in rows
        ]

    async def leaps(self, since: datetime) -> dict[Leap, list[int]]:
        """How many milliseconds each part of the way took, where it ended since then."""
        start = to_ms(since)
        found: dict[Leap, list[int]] = {leap: [] for leap, _, _ in _LEAPS}
        for row in await self._tx.all(_WAYS):
            for leap, begins, ends in _LEAPS:
                begun, ended = getattr(row, begins), getattr(row, ends)
                if begun is not None and ended is not None and ended >= start:
                    found[leap].append(max(0, ended - begun))
        return found
