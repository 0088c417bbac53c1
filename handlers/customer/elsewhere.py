"""What is answered politely and does nothing: other places, other kinds, unknown commands."""

from __future__ import annotations

from telegram import Update

from domain.letters import Drawn
from domain.refusals import StaleButton
from handlers.customer import CUSTOMER
from handlers.desk import Desk, DeskContext
from handlers.forms import State, leave, show
from views import writing as view


async def please_in_private(_update: Update, context: DeskContext) -> None:
    """A customer's command in a group, in a channel, or from a bot."""
    desk = context.desk
    screen = view.please_in_private(context.bot.username, desk.say)
    await desk.put(Drawn(screen, replies_to=desk.message))


async def cancel(desk: Desk) -> State:
    """Leave what one is in the middle of."""
    state = await leave(desk, CUSTOMER)
    if state is None:
        await show(desk, view.nothing_to_leave(desk.say))
    return state


async def unknown_command(desk: Desk) -> State:
    await show(desk, view.unknown_command(desk.say))
    return None


async def outdated(_update: Update, _context: DeskContext) -> None:
    """A key of a form that is no longer open, or bytes that are no button of ours."""
    raise StaleButton
