"""Another quantity of a line, or none: asked, shown what it leads to, and confirmed."""

from __future__ import annotations

from actions import changes as actions
from domain import changes
from domain.files import OrderFile
from domain.ids import OrderId
from domain.letters import Card, Drawn, Screen, Section
from domain.orders import UNPAID, Line
from domain.refusals import CardOutdated, MoreAfterPayment, SameQuantity, StaleButton
from domain.typed import read_quantity
from handlers.customer import CUSTOMER
from handlers.customer.cards import file_of, file_under
from handlers.customer.orders import is_under_photo
from handlers.desk import Desk
from handlers.forms import Form, Given, Question, State, begin, show
from handlers.hearing import TEXT, Heard
from views import changing as view
from views.buttons import Do, ItemDeed, ItemDo
from views.forms import Prompt


async def do(desk: Desk, press: ItemDo) -> State:
    match press.deed:
        case ItemDeed.ASK:
            return await _ask(desk, press)
        case ItemDeed.SHOW:
            await _preview(desk, press)
        case ItemDeed.CONFIRM:
            await _confirmed(desk, press)
        case ItemDeed.WITHDRAW:
            await _withdraw(desk, press)
        case ItemDeed.WITHDRAW_CONFIRM:
            await _withdrawn(desk, press)
        case _:
            raise StaleButton
    return None


async def _ask(desk: Desk, press: ItemDo) -> State:
    """*Change quantity*: how many instead?"""
    file = await file_under(desk, press)
    line = changes.changeable(file.order, press.line)
    if _is_reviewed(file):
        await _put(desk, view.under_review(file, line, desk.say))
        return None
    given: Given = {
        "order": file.order.id,
        "seen": file.order.version,
        "line": line.no,
        "now": line.quantity,
        "is_paid": file.order.stage not in UNPAID,
    }
    return await begin(desk, QUANTITY, given, anew=is_under_photo(desk))


def _is_reviewed(file: OrderFile) -> bool:
    return file.review is not None and file.order.stage in UNPAID


async def _put(desk: Desk, screen: Screen) -> None:
    """In place of the pressed message; what is under a photo stays, for text cannot replace it."""
    if is_under_photo(desk):
        await desk.put(Drawn(screen))
    else:
        await show(desk, screen)


async def _preview(desk: Desk, press: ItemDo) -> None:
    """*Cancel item*: what it leads to."""
    file = await file_under(desk, press)
    await _put(desk, _leads_to(desk, file, press.line, press.quantity))


def _leads_to(desk: Desk, file: OrderFile, no: int, quantity: int) -> Screen:
    effect = changes.effect(file.order, no, quantity)
    line = file.order.line(no)
    if _is_reviewed(file):
        return view.under_review(file, line, desk.say)
    return view.preview(file, line, quantity, effect, desk.say)


async def _confirmed(desk: Desk, press: ItemDo) -> None:
    order = await actions.change(
        desk.work, press.order, press.line, press.quantity, seen=press.seen
    )
    desk.toast(view.done(order, press.line, desk.say))
    section = Section.PROGRESS if order.is_ended else Section.ITEMS
    await show(desk, Card(press.order, section))


# Requests -------------------------------------------------------------------------------------


async def ask_all(desk: Desk, file: OrderFile) -> State:
    """*Cancel order*, once it is paid: what is asked for."""
    changes.requestable(file.order)
    await show(desk, view.ask_all(file.order, desk.say))
    return None


async def asked_all(desk: Desk, press: Do) -> State:
    await actions.request_all(desk.work, press.order, seen=press.seen)
    desk.toast(view.asked(desk.say))
    await show(desk, Card(press.order))
    return None


async def _withdraw(desk: Desk, press: ItemDo) -> None:
    file = await file_under(desk, press)
    await _put(desk, view.withdraw(file.order, _meant(file, press), desk.say))


def _meant(file: OrderFile, press: ItemDo) -> tuple[Line, ...]:
    """The request about a line, or all of them."""
    if not press.line:
        return changes.requests(file.order) or changes.answered(file.order, None)
    return changes.answered(file.order, press.line)


async def _withdrawn(desk: Desk, press: ItemDo) -> None:
    await actions.withdraw(desk.work, press.order, press.line or None, seen=press.seen)
    desk.toast(view.withdrawn(desk.say))
    await show(desk, Card(press.order, Section.ITEMS))


# The form -------------------------------------------------------------------------------------


async def _ask_quantity(desk: Desk, given: Given) -> Prompt:
    order = (await _file(desk, given)).order
    return view.ask_quantity(order, order.line(given["line"]), desk.say)


async def _file(desk: Desk, given: Given) -> OrderFile:
    file = await file_of(desk, given["order"])
    if file.order.version != given["seen"]:
        raise CardOutdated(file.order.id)
    return file


def _read_quantity(_desk: Desk, given: Given, heard: Heard) -> int:
    quantity = read_quantity(heard.text, least=0)
    if quantity == given["now"]:
        raise SameQuantity(given["line"], quantity)
    if quantity > given["now"] and given["is_paid"]:
        raise MoreAfterPayment(given["line"])
    return quantity


async def _done(desk: Desk, given: Given) -> Screen:
    return _leads_to(desk, await _file(desk, given), given["line"], given["quantity"])


async def _left(desk: Desk, given: Given) -> Screen:
    file = await file_of(desk, OrderId(given["order"]))
    return view.left(file.order, desk.say)


QUANTITY = Form(
    side=CUSTOMER,
    name="quantity",
    questions=(Question("quantity", _ask_quantity, _read_quantity, TEXT),),
    done=_done,
    left=_left,
)
