"""What every press on a card begins with: the order as it is, and whether the card is."""

from __future__ import annotations

from domain.bills import Bill
from domain.files import OrderFile
from domain.ids import OrderId
from domain.orders import Flag
from domain.refusals import CardOutdated, NothingToPay, OrderFlagged, UnderReview
from domain.second_bills import open_for_choice
from handlers.desk import Desk
from views.buttons import Decide, Do, ItemDo, LineButton, Tab


async def file_under(desk: Desk, press: Do | Decide | ItemDo | LineButton | Tab) -> OrderFile:
    """The order of the pressed card; refuses what is not the customer's, and outdated cards."""
    file = await desk.uow.files.load(press.order, of=desk.person)
    if file.order.version != press.seen:
        raise CardOutdated(file.order.id)
    await desk.speak_for(file.order)
    return file


def bill_to_pay(file: OrderFile) -> Bill:
    """The bill that is due, unless something keeps it from being paid just now."""
    order, bill = file.order, file.order.bill_due
    if Flag.ON_HOLD in order.flags:
        raise OrderFlagged(Flag.ON_HOLD)
    if bill is None:
        raise NothingToPay(order.id)
    if file.review is not None:
        raise UnderReview(order.id)
    return bill


def bill_to_choose(file: OrderFile) -> Bill:
    """The 2nd bill, as long as its method and the address can be chosen."""
    if Flag.ON_HOLD in file.order.flags:
        raise OrderFlagged(Flag.ON_HOLD)
    bill = open_for_choice(file.order)
    if file.review is not None:
        raise UnderReview(file.order.id)
    return bill


async def file_of(desk: Desk, order: int) -> OrderFile:
    """The order of a form that is open: whose it is, is looked up each time."""
    file = await desk.uow.files.load(OrderId(order), of=desk.person)
    await desk.speak_for(file.order)
    return file
