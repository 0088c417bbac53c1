"""What staff write in an order's topic goes to its customer."""

from __future__ import annotations

from telegram import Message, Update

from actions import messages
from domain import lines
from domain.messages import Said
from handlers.desk import DeskContext
from handlers.staff.access import State, is_anonymous, is_by_bot, order_here, reply, require_member
from views import staff


async def written(update: Update, context: DeskContext) -> State:
    """Pass a message on, unless it is a note among staff; what cannot be passed on is told."""
    desk, message = context.desk, update.message
    assert message is not None
    words = message.text or message.caption or ""
    order_id = await order_here(desk)
    if order_id is None or is_by_bot(message) or lines.is_note(words):
        return None
    if message.is_automatic_forward or _is_empty(message):
        return None
    if is_anonymous(message):
        return await reply(desk, staff.anonymous(desk.say))
    require_member(desk)
    if lines.head_of(words) is not None:
        return await reply(desk, staff.command_with_picture(desk.say))
    said = said_in(message)
    if said is None:
        return await reply(desk, staff.cannot_carry(desk.say))
    await messages.to_customer(desk.work, order_id, said)
    return None


def said_in(message: Message) -> Said | None:
    """A text or a photo as we keep it; None for what we cannot carry yet."""
    chat, number = message.chat_id, message.message_id
    if message.text:
        return Said(chat, number, message.text_html)
    if message.photo:
        return Said(chat, number, message.caption_html or "", "photo", message.photo[-1].file_id)
    return None


def _is_empty(message: Message) -> bool:
    """A service message of a kind that is newer than we are: nobody wrote it."""
    something = message.text or message.effective_attachment or message.story or message.giveaway
    return not something
