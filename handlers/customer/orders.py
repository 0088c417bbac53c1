"""The customer's orders: the list, the card and its sections."""

from __future__ import annotations

from typing import Final

from domain.letters import Card, Deleted, Drawn
from domain.refusals import CardOutdated
from handlers.desk import Desk
from handlers.forms import State, show
from views import items
from views import orders as view
from views.buttons import LineButton, OpenCard, OrdersPage, Tab

PAGES_MAX: Final = 1_000_000  # a forged page is no reason to count beyond all bounds


async def show_page(desk: Desk, page: int) -> None:
    """A page of the list; a page that does not exist is the nearest one that does."""
    count = await desk.uow.orders.count_of(desk.person)
    pages = max(1, -(-count // view.ORDERS_A_PAGE))
    page = min(max(page, 0), pages - 1)
    glances = await desk.uow.orders.list_of(
        desk.person, page * view.ORDERS_A_PAGE, view.ORDERS_A_PAGE
    )
    await show(desk, view.draw(glances, page, pages, desk.reader))


async def list_orders(desk: Desk) -> State:
    await show_page(desk, 0)
    return None


async def turn_page(desk: Desk, press: OrdersPage) -> State:
    await show_page(desk, press.page)
    return None


async def open_card(desk: Desk, press: OpenCard) -> State:
    """A new card below: what it was opened from stays as it is."""
    order = await desk.uow.orders.get(press.order, of=desk.person)
    await desk.put(Card(order.id))
    return None


async def turn_tab(desk: Desk, press: Tab) -> State:
    """Another section of the card. From an outdated card, too, one gets the present one."""
    order = await desk.uow.orders.get(press.order, of=desk.person)
    if order.version != press.seen:
        raise CardOutdated(order.id)
    page = min(max(press.page, 0), PAGES_MAX)
    await put_card(desk, Card(order.id, press.section, page=page))
    return None


async def put_card(desk: Desk, card: Card) -> None:
    """In place of the pressed message; a photo cannot become a card, so it makes room for one."""
    if is_under_photo(desk):
        await desk.put(Deleted(desk.message))
        await desk.put(card)
    else:
        await show(desk, card)


def is_under_photo(desk: Desk) -> bool:
    # A message that Telegram no longer gives us has no content at all.
    return bool(getattr(desk.update.effective_message, "photo", None))


async def show_line(desk: Desk, press: LineButton) -> State:
    """One line on its own, with its photo if it has one."""
    file = await desk.uow.files.load(press.order, of=desk.person)
    await desk.speak_for(file.order)
    if file.order.version != press.seen:
        raise CardOutdated(file.order.id)
    screen = items.one(file, press.line, desk.reader)
    if screen.photo:
        await desk.put(Drawn(screen))
    else:
        await show(desk, screen)
    return None
