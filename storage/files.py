"""An order's file, gathered for a card or a notice."""

from __future__ import annotations

from typing import Final

from domain.files import OrderFile
from domain.ids import OrderId, PersonId
from domain.orders import Stage
from storage.database import Tx
from storage.ledger import Ledger
from storage.notes import Notes
from storage.orders import Orders
from storage.payments import Payments
from storage.people import People

NOTES_A_PAGE: Final = 10


class Files:
    def __init__(self, tx: Tx) -> None:
        self._tx = tx

    async def load(
        self, order_id: OrderId, *, of: PersonId | None = None, page: int = 0
    ) -> OrderFile:
        """Everything a screen about this order can show; refuses what is not `of`'s.

        `page` counts pages of messages from the newest, 0.
        """
        orders = Orders(self._tx)
        order = await orders.get(order_id, of=of)
        notes = Notes(self._tx)
        ledger = Ledger(self._tx)
        purse, held = await ledger.purse_and_held(order.customer, order_id, order.currency)
        is_cancelled = order.stage is Stage.CANCELLED
        return OrderFile(
            order=order,
            customer=await People(self._tx).get(order.customer),
            purse=purse,
            held=held,
            kept=await ledger.earned(order_id, order.currency) if is_cancelled else None,
            payments=tuple(await Payments(self._tx).of_order(order_id)),
            notes=tuple(await notes.page(order_id, page * NOTES_A_PAGE, NOTES_A_PAGE)),
            notes_count=await notes.count(order_id),
            linked=await orders.linked(order),
        )
