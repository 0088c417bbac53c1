"""Warnings: what people were told of what would bite, and when Telegram took it."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Final

from sqlalchemy import bindparam, select

from domain.ids import OrderId
from storage.database import Tx, upsert
from storage.moments import from_ms, to_ms
from storage.orders import Orders
from storage.tables import warning

_OF: Final = select(warning.c.key, warning.c.handed_at).where(
    warning.c.order_id == bindparam("order")
)
_HANDED: Final = upsert(warning, ["order_id", "key"], ["handed_at"])


class Warnings:
    def __init__(self, tx: Tx) -> None:
        self._tx = tx

    async def of(self, order: OrderId) -> Mapping[str, datetime]:
        """When each of an order's warnings was handed over, by its key."""
        rows = await self._tx.all(_OF, order=order)
        return {row.key: from_ms(row.handed_at) for row in rows}

    async def handed(self, order: OrderId, key: str, at: datetime) -> None:
        """It is with Telegram, or with staff: the clocks look at the order again."""
        await self._tx.run(_HANDED, order_id=order, key=key, handed_at=to_ms(at))
        await Orders(self._tx).wake(order, at)
