"""Canned replies: made, changed and listed anywhere; shown and sent in an order's topic."""

from __future__ import annotations

from markupsafe import Markup

from actions import messages
from domain import desk_lines as asked
from domain.canned import Canned, in_language
from domain.files import OrderFile
from domain.ids import OrderId
from domain.letters import Drawn, Screen
from domain.messages import Said
from domain.refusals import OwnOrder, StaleButton
from handlers.desk import Desk
from handlers.staff.access import State, reply
from views import canned as view
from views import staff
from views.buttons import CannedDo, CannedStep
from views.languages import is_language
from views.texts import Reader

# Making them ----------------------------------------------------------------------------------


async def keep(desk: Desk, order: OrderId | None, command: asked.Command) -> Markup | Screen:
    match command:
        case asked.SetCanned():
            return await _set(desk, command)
        case asked.DeleteCanned(name, language):
            return await _delete(desk, name, language)
        case _:
            file = None if order is None else await desk.uow.files.load(order)
            return view.listed(await desk.uow.canned.all(), file, desk.reader)


async def _set(desk: Desk, command: asked.SetCanned) -> Markup:
    language = command.language or desk.reader.language
    if not is_language(language):
        return staff.usage("canned", "language", desk.say)
    known = await _in(desk, command.name, language)
    if known is not None and command.is_new:
        return view.known_already(command.name, language, desk.say)
    if known is None and not command.is_new:
        return view.not_there(f"{command.name}:{language}", desk.say)
    by = desk.work.by.signature
    await desk.uow.canned.set(command.name, language, command.text, by, desk.now)
    return view.kept(command.name, language, desk.say, is_new=command.is_new)


async def _in(desk: Desk, name: str, language: str) -> Canned | None:
    found = await desk.uow.canned.called(name)
    return next((each for each in found if each.language == language), None)


async def _delete(desk: Desk, name: str, language: str) -> Markup:
    found = await desk.uow.canned.called(name)
    gone = [each for each in found if language in ("", each.language)]
    if not gone:
        return view.not_there(name, desk.say)
    for each in gone:
        await desk.uow.canned.delete(each.id)
    return view.deleted(name, len(gone), desk.say)


# Using them -----------------------------------------------------------------------------------


async def use(desk: Desk, order: OrderId | None, name: str) -> State:
    """Show what would be sent, in the customer's language."""
    if order is None:
        return await reply(desk, staff.belongs_in_topic("canned", desk.say))
    return await reply(desk, await _shown(desk, order, name))


async def _shown(desk: Desk, order: OrderId, name: str) -> Markup | Screen:
    file = await desk.uow.files.load(order)
    if file.order.customer == desk.person:
        raise OwnOrder
    found = await desk.uow.canned.called(name)
    chosen = in_language(found, file.customer.language, desk.reader.language)
    if chosen is None:
        return view.not_there(name, desk.say)
    text = _text(desk, chosen, file)
    if text is None:
        return view.lacks_value(chosen, desk.say)
    return view.preview(chosen, text, file, desk.say)


def _text(desk: Desk, chosen: Canned, file: OrderFile) -> Markup | None:
    timezone = file.customer.timezone or str(desk.agency.settings.timezone)  # as on the card
    display = desk.agency.currency_display
    return view.filled(chosen, file, Reader(file.customer.language, timezone, display))


async def pressed(desk: Desk, press: CannedDo) -> State:
    """One of the list, or the keys of a preview."""
    chosen = await desk.uow.canned.find(press.reply)
    match press.step:
        case CannedStep.CANCEL:
            await desk.put(Drawn(view.left(desk.say), edits=desk.message))
        case _ if chosen is None:
            raise StaleButton
        case CannedStep.SHOW:
            shown = await _shown(desk, press.order, chosen.name)
            screen = shown if isinstance(shown, Screen) else Screen(str(shown))
            await desk.put(Drawn(screen))
        case CannedStep.SEND:
            await _send(desk, press, chosen)
    return None


async def _send(desk: Desk, press: CannedDo, chosen: Canned) -> None:
    """What was looked at, and nothing else: the preview becomes the record of it."""
    order = await desk.work.lock(press.order)
    if await desk.uow.canned.was_sent(order.id, desk.chat, desk.message):
        raise StaleButton
    file = await desk.uow.files.load(order.id)
    text = _text(desk, chosen, file)
    if text is None or view.check_of(str(text)) != press.check:
        desk.toast(view.outdated(desk.say), alert=True)
        return
    said = Said(desk.chat, desk.message, str(text))
    await messages.to_customer(desk.work, order.id, said)
    await desk.put(Drawn(view.sent(chosen, text, desk.work.by.name, desk.say), edits=desk.message))
