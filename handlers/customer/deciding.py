"""The customer's word: cancelling an order, and what to do about a price that rose."""

from __future__ import annotations

from actions import cancellations, purchases
from domain.letters import Card
from domain.refusals import LineNotNow, NotNow, StaleButton, UnderReview
from handlers.customer.cards import file_under
from handlers.desk import Desk
from handlers.forms import State, show
from views import card
from views import deciding as view
from views.buttons import Choice, Decide, Do


async def cancel(desk: Desk, press: Do) -> State:
    """What is lost; a payment report under review has to be withdrawn first."""
    file = await file_under(desk, press)
    if file.report is not None:
        raise UnderReview(press.order)
    if not card.can_cancel(file):
        raise NotNow(file.order.stage)
    await show(desk, view.cancel(file, desk.say))
    return None


async def cancel_confirmed(desk: Desk, press: Do) -> State:
    order = await cancellations.cancel(desk.work, press.order, seen=press.seen)
    desk.toast(view.cancelled(order, desk.say))
    await show(desk, Card(press.order))
    return None


async def decide(desk: Desk, press: Decide) -> State:
    """*Accept* or *Drop item*: first what it means, then, confirmed, the thing itself."""
    match press.choice:
        case Choice.ACCEPT | Choice.DROP:
            await _preview(desk, press)
        case Choice.ACCEPT_CONFIRM | Choice.DROP_CONFIRM:
            await _decided(desk, press, accepts=press.choice is Choice.ACCEPT_CONFIRM)
        case _:
            raise StaleButton
    return None


async def _preview(desk: Desk, press: Decide) -> None:
    order = (await file_under(desk, press)).order
    line = order.line(press.line)
    if line.asked_price is None:
        raise LineNotNow(line.no, line.state)
    if press.choice is Choice.ACCEPT:
        await show(desk, view.accept(order, line, line.asked_price, desk.say))
    else:
        await show(desk, view.drop(order, line, desk.say))


async def _decided(desk: Desk, press: Decide, *, accepts: bool) -> None:
    order = await purchases.decide_price(
        desk.work, press.order, press.line, accepts, seen=press.seen
    )
    said = view.accepted if accepts else view.dropped
    desk.toast(said(order.line(press.line), desk.say))
    await show(desk, Card(press.order))
