"""What staff do in an inquiry's topic beside answering: take it, or say that nothing is asked."""

from __future__ import annotations

from typing import Final

from markupsafe import Markup
from telegram import Update

from actions import answering, assignments
from domain import lines
from domain.ids import InquiryId
from domain.letters import Drawn, Screen
from domain.refusals import BadLine, StaleButton
from handlers.desk import Desk, DeskContext
from handlers.staff.access import State, inquiry_here, reply, require_member
from views import desk_words, staff
from views.buttons import Duty, InquiryDo

DUTIES: Final = {"take": Duty.TAKE, "answered": Duty.ANSWERED}


async def line(desk: Desk, number: InquiryId, word: str, rest: str) -> State:
    """Carry a line out, and answer it; most belong in the topic of an order."""
    if (duty := DUTIES.get(word)) is None:
        return await reply(desk, staff.belongs_in_topic(word, desk.say))
    try:
        lines.read(word, rest, desk.agency.currency)
    except BadLine as bad:
        return await reply(desk, staff.usage(bad.command, bad.why, desk.say))
    return await reply(desk, await _do(desk, number, duty))


async def pressed(update: Update, context: DeskContext) -> State:
    """A key below a message of ours, in the topic it is about."""
    desk, query = context.desk, update.callback_query
    require_member(desk)
    press = InquiryDo.unpack((query and query.data) or "")
    if press is None or press.duty not in DUTIES.values():
        raise StaleButton
    if await inquiry_here(desk) != press.inquiry:
        raise StaleButton
    done = await _do(desk, press.inquiry, press.duty)
    await desk.put(Drawn(Screen(str(done))))
    return None


async def _do(desk: Desk, number: InquiryId, duty: Duty) -> Markup:
    if duty is Duty.TAKE:
        done = await assignments.take_inquiry(desk.work, number)
        return desk_words.inquiry_taken(number, done.was, desk.say, is_new=done.is_new)
    waited = await answering.inquiry_needs_no_answer(desk.work, number)
    return desk_words.needs_no_answer(desk.say, waited=waited)
