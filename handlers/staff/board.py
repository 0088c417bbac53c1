"""The lines of the desk itself: what waits, what is found, what is said often, what went on."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final, TypeVar

from telegram import Update
from telegram.ext import CallbackQueryHandler

from actions import queues
from domain import desk_lines as asked
from domain import queue
from domain.ids import OrderId
from domain.letters import Drawn, Statistics
from domain.refusals import BadLine, StaleButton
from handlers.conversation import Handlers
from handlers.desk import Desk, DeskContext
from handlers.staff import canned, finding
from handlers.staff.access import (
    State,
    order_here,
    reply,
    require_front_desk,
    require_here,
    require_member,
)
from views import queue as queue_view
from views import staff
from views.buttons import Button, CannedDo, QueueTurn, ShowSpan

B = TypeVar("B", bound=Button)

WORDS: Final = frozenset(asked.READERS)
SPANS: Final = (7, 30, 365)


async def line(desk: Desk, word: str, rest: str) -> State:
    """Carry a line out, and answer it; a wrong one gets its usage."""
    try:
        command = asked.read(word, rest)
    except BadLine as bad:
        return await reply(desk, staff.usage(bad.command, bad.why, desk.say))
    match command:
        case asked.ShowQueue():
            found = await queues.look(desk.work)
            return await reply(desk, queue_view.draw(found, desk.chat, desk.say))
        case asked.Find(words):
            return await reply(desk, await finding.find(desk, words))
        case asked.ShowStatistics():
            await desk.put(Statistics(SPANS[0]))
            return None
        case asked.UseCanned(name):
            return await canned.use(desk, await order_here(desk), name)
        case _:
            return await reply(desk, await canned.keep(desk, await order_here(desk), command))


def presses() -> Handlers:
    """The buttons of the desk; handlers belong to one application."""
    return [
        CallbackQueryHandler(_turned, pattern=rf"^{QueueTurn.code}:"),
        CallbackQueryHandler(_span, pattern=rf"^{ShowSpan.code}:"),
        CallbackQueryHandler(_canned, pattern=rf"^{CannedDo.code}:"),
    ]


async def _turned(update: Update, context: DeskContext) -> State:
    """Another page, or another kind, in place of the one under the finger."""
    desk = context.desk
    press = _press(desk, update, QueueTurn.unpack)
    if press.of and press.of not in set(queue.Kind):
        raise StaleButton
    kind = queue.Kind(press.of) if press.of else None
    found = await queues.look(desk.work, kind, press.page)
    await desk.put(Drawn(queue_view.draw(found, desk.chat, desk.say), edits=desk.message))
    return None


async def _span(update: Update, context: DeskContext) -> State:
    desk = context.desk
    press = _press(desk, update, ShowSpan.unpack)
    require_front_desk(desk)
    if press.days not in SPANS:
        raise StaleButton
    await desk.put(Statistics(press.days))
    return None


async def _canned(update: Update, context: DeskContext) -> State:
    desk = context.desk
    press = _press(desk, update, CannedDo.unpack)
    await require_here(desk, OrderId(press.order))
    return await canned.pressed(desk, press)


def _press(desk: Desk, update: Update, unpack: Callable[[str], B | None]) -> B:
    require_member(desk)
    query = update.callback_query
    press = unpack((query.data if query else None) or "")
    if press is None:
        raise StaleButton
    return press
