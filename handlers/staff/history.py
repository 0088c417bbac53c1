"""The history of an order, page by page."""

from __future__ import annotations

from telegram import Update

from actions.work import Work
from domain.ids import OrderId
from domain.letters import Drawn, Screen
from domain.refusals import StaleButton
from handlers.desk import DeskContext
from handlers.staff.access import State, require_here, require_member
from views import order_history
from views.buttons import OrderHistory
from views.order_history import ENTRIES_A_PAGE
from views.texts import Texts


async def shown(work: Work, order: OrderId, number: int, say: Texts) -> Screen:
    """Page `number`, from the newest, 0; a page that is not there is the last one."""
    count = order_history.pages(await work.uow.orders.history_count(order))
    number = max(0, min(number, count - 1))
    entries = await work.uow.orders.history(order, ENTRIES_A_PAGE, number * ENTRIES_A_PAGE)
    return order_history.page(order, entries, number, count, say)


async def turned(update: Update, context: DeskContext) -> State:
    """Another page, in place of the one under the finger."""
    desk, query = context.desk, update.callback_query
    require_member(desk)
    press = OrderHistory.unpack((query.data if query else None) or "")
    if press is None:
        raise StaleButton
    await require_here(desk, press.order)
    screen = await shown(desk.work, press.order, press.page, desk.say)
    await desk.put(Drawn(screen, edits=desk.message))
    return None
