"""*Agree*: a second finance member carries out what the first one proposed."""

from __future__ import annotations

from telegram import Update

from actions import agreeing
from domain.refusals import StaleButton
from handlers.desk import DeskContext
from handlers.staff import commands
from handlers.staff.access import State, require_member
from views.buttons import AgreeTo


async def pressed(update: Update, context: DeskContext) -> State:
    """Whoever presses says the same line as who proposed it, wherever that was."""
    desk, query = context.desk, update.callback_query
    require_member(desk)
    button = AgreeTo.unpack((query.data if query else None) or "")
    if button is None:
        raise StaleButton
    return await commands.again(desk, await agreeing.proposal(desk.work, button.proposal))
