"""Orders for tests of the rules."""

from __future__ import annotations

from datetime import UTC, datetime

from domain.ids import LineNo, OrderId, PersonId
from domain.money import Currency, Money
from domain.orders import Line, Order, Preference, SoldOut

NOW = datetime(2026, 11, 2, 9, 0, tzinfo=UTC)


def usd(minor: int) -> Money:
    return Money(minor, Currency.USD)


def a_line(no: int = 1, quantity: int = 1, **more: object) -> Line:
    return Line(LineNo(no), f"Thing {no}", quantity, **more)  # type: ignore[arg-type]


def an_order(*lines: Line, **more: object) -> Order:
    values: dict[str, object] = {
        "id": OrderId(12),
        "customer": PersonId(7),
        "currency": Currency.USD,
        "lines": lines or (a_line(1, 2), a_line(2)),
        "address": "Aki Tanaka\n1 Long Street\nBerlin",
        "preference": Preference.CHEAPEST,
        "sold_out": SoldOut.BUY_THE_REST,
        "tolerance_percent": 5,
        "applied_at": NOW,
    }
    return Order(**(values | more))  # type: ignore[arg-type]
