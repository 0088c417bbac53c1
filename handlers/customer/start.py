"""Where everything begins: the menu, help, links to an order, and what leads elsewhere."""

from __future__ import annotations

import re
from typing import Final

from domain.ids import OrderId
from domain.letters import Card, Drawn
from domain.refusals import NotYours, StaleButton
from handlers.customer import applying, deposit, languages, orders, paypal, settings, writing
from handlers.desk import Desk
from handlers.forms import State, show
from views import menu
from views.buttons import Go, Place

_LINK: Final = re.compile(r"order_([0-9]{1,18})")
_FROM_PAYPAL: Final = re.compile(r"paypal_([0-9]{1,18})")


async def start(desk: Desk, argument: str) -> State:
    """The main menu, or the order that a link `?start=order_12` names; or back from PayPal."""
    if link := _LINK.fullmatch(argument):
        await open_by_link(desk, int(link[1]))
    elif link := _FROM_PAYPAL.fullmatch(argument):
        await paypal.come_back(desk, int(link[1]))
    elif argument.startswith("order_"):
        raise NotYours
    else:
        assert desk.actor is not None
        await desk.put(Drawn(menu.main(desk.reader, desk.agency, desk.actor.name)))
    return None


async def open_by_link(desk: Desk, number: int) -> None:
    """A link can be made by anybody: whose order it is, the database says."""
    order = await desk.uow.orders.get(OrderId(number), of=desk.person)
    await desk.put(Card(order.id))


async def help_(desk: Desk) -> State:
    await show(desk, menu.help_text(desk.reader, desk.agency))
    return None


async def go(desk: Desk, press: Go) -> State:
    """The keys that lead from anywhere to anywhere."""
    match press.place:
        case Place.MENU:
            await show(desk, menu.main(desk.reader, desk.agency))
        case Place.NEW:
            return await applying.new_order(desk)
        case Place.ORDERS:
            await orders.show_page(desk, 0)
        case Place.DEPOSIT:
            return await deposit.deposit(desk)
        case Place.INQUIRY:
            return await writing.inquiry(desk)
        case Place.SETTINGS:
            return await settings.settings(desk)
        case Place.LANGUAGE:
            return await languages.ask(desk)
        case Place.TIMEZONE:
            return await settings.ask_timezone(desk)
        case Place.HELP:
            await help_(desk)
        case _:
            raise StaleButton
    return None
