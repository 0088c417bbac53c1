"""What staff write in an order's or an inquiry's topic goes to its customer."""

from __future__ import annotations

from telegram import Message, Update

from actions import messages
from domain import lines
from handlers.desk import DeskContext
from handlers.hearing import said_in
from handlers.staff import moving
from handlers.staff.access import (
    State,
    has_left,
    inquiry_here,
    is_anonymous,
    is_by_bot,
    order_here,
    reply,
    require_member,
)
from views import staff, staff_talk


async def written(update: Update, context: DeskContext) -> State:
    """Pass a message on, unless it is a note among staff; what cannot be passed on is told."""
    desk, message = context.desk, update.message
    assert message is not None
    words = message.text or message.caption or ""
    order = await order_here(desk)
    inquiry = None if order else await inquiry_here(desk)
    left = None if order or inquiry else await has_left(desk)
    if not (order or inquiry or left) or is_by_bot(message):
        return None
    is_inside = lines.is_note(words) or lines.head_of(words) is not None
    if is_inside and not is_anonymous(message):  # nobody's album is carried anyway
        await messages.keep_inside(desk.work, message.chat_id, message.media_group_id or "")
    if lines.is_note(words) or message.is_automatic_forward or _is_empty(message):
        return None
    if left is not None:
        return await moving.tell_left(desk, left)
    if is_anonymous(message):
        return await reply(desk, staff.anonymous(desk.say))
    require_member(desk)
    if lines.head_of(words) is not None:
        return await reply(desk, staff.command_with_picture(desk.say))
    if await messages.is_inside(desk.work, message.chat_id, message.media_group_id or ""):
        return None
    said = said_in(message)
    if said is None:
        return await reply(desk, staff_talk.cannot_carry(desk.say))
    if order:
        await messages.to_customer(desk.work, order, said)
    elif inquiry:
        await messages.answer_inquiry(desk.work, inquiry, said)
    return None


async def edited(update: Update, context: DeskContext) -> State:
    """What the customer has already is changed there; a note or a command stays inside."""
    desk, message = context.desk, update.edited_message
    assert message is not None
    if is_by_bot(message) or is_anonymous(message):
        return None
    words, said = message.text or message.caption or "", said_in(message)
    is_inside = lines.is_note(words) or lines.head_of(words) is not None
    if not (await order_here(desk) or await inquiry_here(desk)):
        left = None if is_inside else await has_left(desk)
        return None if left is None else await moving.tell_left(desk, left)
    spoken = await desk.uow.notes.at(desk.chat, message.message_id)
    if spoken is None:
        return None if is_inside else await reply(desk, staff_talk.never_sent(desk.say))
    require_member(desk)
    if is_inside or said is None:
        return await reply(desk, staff_talk.edit_stays(desk.say))
    await messages.edit(desk.work, spoken, said)
    return None


def _is_empty(message: Message) -> bool:
    """A service message of a kind that is newer than we are: nobody wrote it."""
    something = message.text or message.effective_attachment or message.story or message.giveaway
    return not something
