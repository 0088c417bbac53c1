"""How and where to ship: the form that the 2nd bill begins with, and a bill of zero."""

from __future__ import annotations

from actions import second_bills
from domain.bills import Bill, BillKind, Method
from domain.files import OrderFile
from domain.ids import OrderId
from domain.letters import Card, Screen
from domain.orders import Stage
from domain.refusals import CardOutdated, NoMethod, StaleButton
from domain.second_bills import difference
from domain.typed import read_address
from handlers.customer import CUSTOMER
from handlers.customer.cards import bill_to_choose, bill_to_pay, file_of, file_under
from handlers.desk import Desk
from handlers.forms import DONE, Form, Given, Question, State, begin, show
from handlers.hearing import KEYS, TEXT, Heard, Kind
from views import paying as view
from views.buttons import Do
from views.forms import Prompt


async def choose_again(desk: Desk, press: Do) -> State:
    """Another method, or another address, until it is packed."""
    file = await file_under(desk, press)
    return await choose(desk, file, bill_to_choose(file))


async def choose(desk: Desk, file: OrderFile, bill: Bill) -> State:
    if bill.kind is not BillKind.SECOND:
        raise NoMethod("")
    order = file.order
    given = {"order": order.id, "seen": order.version, "new_address": "", "method": ""}
    return await begin(desk, SHIPPING, given)


async def request(desk: Desk, press: Do) -> State:
    """*Request shipping*: method and address first, if they are not confirmed yet."""
    file = await file_under(desk, press)
    bill = bill_to_pay(file)
    if not bill.method:
        return await choose(desk, file, bill)
    await show_next(desk, file)
    return None


async def request_confirmed(desk: Desk, press: Do) -> State:
    await second_bills.request_shipping(desk.work, press.order, seen=press.seen)
    desk.toast(view.requested(desk.say))
    await show(desk, Card(press.order))
    return None


async def show_next(desk: Desk, file: OrderFile) -> None:
    await show(desk, await _next(desk, file))


async def _next(desk: Desk, file: OrderFile) -> Screen:
    """What follows when it is known how to ship: paying, or the word to go."""
    bill = bill_to_pay(file)
    if bill.kind is BillKind.SECOND and bill.is_covered:
        return view.request(file.order, bill, desk.say)
    return view.ways(file, bill, await desk.agency_of(file.order.id), desk.say)


# The form -------------------------------------------------------------------------------------


async def _bill(desk: Desk, given: Given) -> tuple[OrderFile, Bill]:
    file = await file_of(desk, given["order"])
    if file.order.version != given["seen"]:
        raise CardOutdated(file.order.id)
    return file, bill_to_choose(file)


async def _ask_method(desk: Desk, given: Given) -> Prompt:
    file, bill = await _bill(desk, given)
    given["methods"] = [method.name for method in bill.methods]
    return view.ask_method(file.order.id, bill.methods, bill, desk.say)


def _read_method(_desk: Desk, given: Given, heard: Heard) -> str:
    offered = {str(no): name for no, name in enumerate(given["methods"])}
    if heard.value not in offered:
        raise StaleButton
    return str(offered[heard.value])


async def _ask_address(desk: Desk, given: Given) -> Prompt:
    file, bill = await _bill(desk, given)
    order, method = file.order, _method(bill, given["method"])
    is_paid = order.stage is Stage.READY_TO_SHIP
    return view.ask_address(
        order.id,
        method,
        given["new_address"] or order.address,
        bill,
        desk.say,
        is_new=bool(given["new_address"]),
        after_payment=difference(order, method.name) if is_paid else None,
    )


def _method(bill: Bill, name: str) -> Method:
    for method in bill.methods:
        if method.name == name:
            return method
    raise NoMethod(name)


def _read_address(_desk: Desk, given: Given, heard: Heard) -> str:
    """A typed address is shown once more; *Confirm* takes the one that is shown."""
    if heard.kind is Kind.TEXT:
        given["new_address"] = read_address(heard.text)
        return ""
    if heard.value != view.CONFIRM:
        raise StaleButton
    return view.CONFIRM


def _after_address(given: Given) -> str:
    return DONE if given["address"] == view.CONFIRM else "address"


async def _done(desk: Desk, given: Given) -> Screen:
    file, _ = await _bill(desk, given)
    address = given["new_address"] or file.order.address
    order = OrderId(given["order"])
    chosen = await second_bills.choose_shipping(
        desk.work, order, given["method"], address, seen=given["seen"]
    )
    if chosen.stage is Stage.READY_TO_SHIP:
        return view.shipping_changed(chosen, desk.say)
    return await _next(desk, await file_of(desk, order))


async def _left(desk: Desk, given: Given) -> Screen:
    return view.choice_left(OrderId(given["order"]), desk.say)


SHIPPING = Form(
    side=CUSTOMER,
    name="shipping",
    questions=(
        Question("method", _ask_method, _read_method, KEYS),
        Question("address", _ask_address, _read_address, TEXT | KEYS, then=_after_address),
    ),
    done=_done,
    left=_left,
)
