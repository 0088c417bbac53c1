"""`/move` and `/messages`: an order goes to another agency, and what was said is read there."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final, TypeVar

from telegram import Update
from telegram.ext import CallbackQueryHandler

from actions import moving
from domain.agency import Agency
from domain.ids import OrderId
from domain.letters import Drawn, LeftTopic, Screen, ShownAgain
from domain.moving import called
from domain.refusals import AlreadyDone, CardOutdated, StaleButton
from handlers.conversation import Handlers
from handlers.desk import Desk, DeskContext
from handlers.staff.access import State, order_here, reply, require_here, require_member
from views import moving as view
from views import staff
from views.buttons import Button, MoveStep, MoveTo, SaidPage, SaidStep

B = TypeVar("B", bound=Button)

WORDS: Final = frozenset({"move", "messages"})


async def line(desk: Desk, word: str, rest: str) -> State:
    order = await order_here(desk)
    if order is None:
        return await reply(desk, staff.belongs_in_topic(word, desk.say))
    if word == "messages":
        return await reply(desk, await _said(desk, order, 0))
    if not rest.strip():
        return await reply(desk, await _which(desk, order))
    there = called(await moving.agencies(desk.work), rest)
    return await reply(desk, await _question(desk, order, there))


def presses() -> Handlers:
    return [
        CallbackQueryHandler(_pressed, pattern=rf"^{MoveTo.code}:"),
        CallbackQueryHandler(_turned, pattern=rf"^{SaidPage.code}:"),
    ]


# Moving ---------------------------------------------------------------------------------------


async def _which(desk: Desk, order_id: OrderId) -> Screen:
    order = await desk.uow.orders.get(order_id)
    known = await moving.agencies(desk.work)
    return view.which(order, [each for each in known if each.id != order.agency], desk.say)


async def _question(desk: Desk, order: OrderId, there: Agency, seen: int | None = None) -> Screen:
    would = await moving.look(desk.work, order, there, seen=seen)
    return view.question(would, desk.say)


async def _pressed(update: Update, context: DeskContext) -> State:
    """An agency of the list, or the keys of the question."""
    desk = context.desk
    press = _press(desk, update, MoveTo.unpack)
    await require_here(desk, press.order)
    if press.step is MoveStep.LEAVE:
        screen = Screen(str(view.left_as_it_is(press.order, desk.say)))
    else:
        screen = await _step(desk, press)
    await desk.put(Drawn(screen, edits=desk.message))
    return None


async def _step(desk: Desk, press: MoveTo) -> Screen:
    known = await moving.agencies(desk.work)
    there = next((each for each in known if (each.id or 0) == press.agency), None)
    if there is None:
        raise StaleButton
    if press.step is MoveStep.ASK:
        return await _question(desk, press.order, there)
    try:
        done = await moving.move(desk.work, press.order, there, seen=press.seen)
    except (AlreadyDone, CardOutdated):  # asked anew, about the order as it is now
        desk.toast(view.changed_meanwhile(desk.say), alert=True)
        return await _question(desk, press.order, there)
    return Screen(str(view.done(done, desk.say)))


# What was said --------------------------------------------------------------------------------


async def _said(desk: Desk, order: OrderId, page: int) -> Screen:
    file = await desk.uow.files.load(order, page=page)
    return view.said(file, page, desk.agency, desk.say)


async def _turned(update: Update, context: DeskContext) -> State:
    """Another page in place of this one; or what there is to be seen on it, below."""
    desk = context.desk
    press = _press(desk, update, SaidPage.unpack)
    await require_here(desk, press.order)
    page = max(0, min(press.page, 1_000_000))
    match press.step:
        case SaidStep.SHOW:
            await _show_pictures(desk, press.order, page)
        case SaidStep.OPEN:
            await desk.put(Drawn(await _said(desk, press.order, page)))
        case SaidStep.TURN:
            await desk.put(Drawn(await _said(desk, press.order, page), edits=desk.message))
    return None


async def _show_pictures(desk: Desk, order: OrderId, page: int) -> None:
    """Of the messages of a page; of its items and reports of payment, with the newest."""
    file = await desk.uow.files.load(order, page=page)
    for picture in view.pictures(file, desk.say) if page == 0 else ():
        await desk.put(Drawn(picture))
    for note in file.notes:
        if note.media:
            await desk.put(ShownAgain(note.id))


# Where an order was ---------------------------------------------------------------------------


async def tell_left(desk: Desk, order: OrderId) -> State:
    """Say where it is now; the topic is closed again, should the answer have opened it."""
    agency = await desk.agency_of(order)
    await reply(desk, view.went_to(order, agency.name, desk.say))
    await desk.put(LeftTopic(order, agency.name))
    return None


def _press(desk: Desk, update: Update, unpack: Callable[[str], B | None]) -> B:
    require_member(desk)
    query = update.callback_query
    press = unpack((query.data if query else None) or "")
    if press is None:
        raise StaleButton
    return press
