"""The reception report: everything arrived, a parcel did, or it has not arrived yet."""

from __future__ import annotations

from actions import receptions
from domain.deadlines import postpone
from domain.letters import Card
from domain.orders import Stage
from domain.parcels import is_all_there, is_receivable
from domain.refusals import NotNow, OrderFlagged
from handlers.customer.cards import file_of, file_under
from handlers.desk import Desk
from handlers.forms import State, show
from views import reception as view
from views.buttons import Do, ParcelTick


async def report(desk: Desk, press: Do) -> State:
    """*Reception report*: which of the two it is."""
    file = await file_under(desk, press)
    if not is_receivable(file.order):
        raise NotNow(file.order.stage)
    await show(desk, view.report(file.order, desk.say))
    return None


async def tick(desk: Desk, press: ParcelTick) -> State:
    """One of several parcels is there; with the last one the settlement is shown."""
    order = await receptions.tick_parcel(desk.work, press.order, press.number, seen=press.seen)
    if not is_all_there(order) or order.flags or order.stage is not Stage.SHIPPED:
        await show(desk, view.report(order, desk.say))
        return None
    settled = await receptions.preview(desk.work, order.id)
    await show(desk, view.settlement(await file_of(desk, order.id), settled, desk.say))
    return None


async def not_arrived(desk: Desk, press: Do) -> State:
    """What waiting longer means; nothing changes before it is confirmed."""
    order = (await file_under(desk, press)).order
    if order.stage is not Stage.SHIPPED or order.due_at is None:
        raise NotNow(order.stage)
    if order.flags:
        raise OrderFlagged(min(order.flags))
    zone = (await desk.agency_of(order.id)).timezone
    later = postpone(order, receptions.POSTPONED_DAYS, zone)
    await show(desk, view.not_arrived(order, later, desk.say))
    return None


async def not_arrived_confirmed(desk: Desk, press: Do) -> State:
    await receptions.not_arrived_yet(desk.work, press.order, seen=press.seen)
    desk.toast(view.looked_for(desk.say))
    await show(desk, Card(press.order))
    return None


async def everything_arrived(desk: Desk, press: Do) -> State:
    """The settlement as it would be; nothing moves before it is confirmed."""
    file = await file_under(desk, press)
    if file.order.flags:
        raise OrderFlagged(min(file.order.flags))
    settled = await receptions.preview(desk.work, press.order, seen=press.seen)
    await show(desk, view.settlement(file, settled, desk.say))
    return None


async def confirmed(desk: Desk, press: Do) -> State:
    await receptions.report_reception(desk.work, press.order, seen=press.seen)
    desk.toast(view.thanks(desk.say))
    await show(desk, Card(press.order))
    return None
