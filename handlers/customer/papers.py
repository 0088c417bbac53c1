"""A bill, or the receipt for it, as a file to keep."""

from __future__ import annotations

from domain.bills import BillKind
from domain.letters import BillPaper
from domain.refusals import StaleButton
from handlers.desk import Desk
from handlers.forms import State
from views.buttons import GetPaper


async def bill(desk: Desk, press: GetPaper) -> State:
    """As it is now: whoever asks for a bill that was paid meanwhile gets the receipt."""
    order = await desk.uow.orders.get(press.order, of=desk.person)
    if order.bill(BillKind(press.bill)) is None:
        raise StaleButton
    await desk.put(BillPaper(order.id, "first" if press.bill is BillKind.FIRST else "second"))
    return None
