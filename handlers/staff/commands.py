"""A line does it at once: what is written with a slash in the staff group."""

from __future__ import annotations

from dataclasses import replace
from typing import Final

from telegram import Message, Update
from telegram.ext import filters

from domain import lines
from domain.ids import OrderId
from domain.lines import Command, Head
from domain.proposals import Proposal
from domain.refusals import BadLine, NoOpenReport, NoSuchLine
from handlers.desk import Desk, DeskContext
from handlers.staff import board, duties, inquiries, moving, muting, pay_ins, payouts
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
from handlers.staff.carrying import Errand, carry_out
from views import staff
from views.agencies import at_front_desk

HELP: Final = frozenset({"help", "start"})


# Of all customers, whichever agency they came to.
FRONT_DESK: Final = frozenset({*pay_ins.WORDS, *payouts.WORDS, *muting.WORDS, "stats"})
# What arrived is shown: a photo's words can be one of these lines, and it goes along.
PICTURED: Final = frozenset({"arrived", "short", "wrong", "damaged"})


class _IsCommand(filters.MessageFilter):
    def filter(self, message: Message) -> bool:
        head = lines.head_of(message.text or message.caption or "")
        if head is None:
            return False
        return message.text is not None or (bool(message.photo) and head.word in PICTURED)


IS_COMMAND: Final = _IsCommand(name="a command")


async def typed(update: Update, context: DeskContext) -> State:
    """Answer a command; none is ever passed on to the customer."""
    desk, message = context.desk, update.message
    assert message is not None
    head = lines.head_of(message.text or message.caption or "")
    if head is None or is_by_bot(message) or _is_for_another(head, context.bot.username):
        return None
    if is_anonymous(message):
        return await reply(desk, staff.anonymous(desk.say))
    require_member(desk)
    return await _answer(desk, head, message.photo[-1].file_id if message.photo else "")


def _is_for_another(head: Head, our_name: str) -> bool:
    return bool(head.bot) and head.bot.lower() != our_name.lower()


async def _answer(desk: Desk, head: Head, photo: str = "") -> State:
    if head.word in HELP:
        text = staff.help_text(desk.say, front_desk=desk.agency.id is None)
        return await reply(desk, text)
    if head.word in FRONT_DESK and desk.agency.id is not None:
        return await reply(desk, at_front_desk(head.word, desk.say))
    if head.word in moving.WORDS | lines.READERS.keys() and (left := await has_left(desk)):
        return await moving.tell_left(desk, left)
    if head.word in moving.WORDS:
        return await moving.line(desk, head.word, head.rest)
    if head.word in board.WORDS:
        return await board.line(desk, head.word, head.rest)
    if head.word in muting.WORDS:
        return await muting.line(desk, head.word, head.rest)
    if head.word in pay_ins.WORDS:
        return await pay_ins.line(desk, head.word, head.rest)
    if head.word in payouts.WORDS:
        return await payouts.line(desk, head.word, head.rest)
    if head.word not in lines.READERS:
        is_front = desk.agency.id is None
        return await reply(desk, staff.unknown_command(head.word, desk.say, front_desk=is_front))
    order_id = await order_here(desk)
    if order_id is None and (inquiry := await inquiry_here(desk)) is not None:
        return await inquiries.line(desk, inquiry, head.word, head.rest)
    if order_id is None:
        of_both = head.word in inquiries.DUTIES and desk.agency.id is None
        words = staff.belongs_in_topic(head.word, desk.say, inquiries=of_both)
        return await reply(desk, words)
    try:
        command = lines.read(head.word, head.rest, (await desk.uow.orders.get(order_id)).currency)
    except BadLine as bad:
        return await reply(desk, staff.usage(bad.command, bad.why, desk.say))
    try:
        return await _do(desk, order_id, duties.with_photo(command, photo))
    except NoSuchLine as wrong:  # raised anew: whatever the others of its lines did is undone
        raise BadLine(head.word, "no such line") from wrong


async def again(desk: Desk, proposal: Proposal) -> State:
    """Say the line that a colleague has proposed, where it belongs."""
    head, order_id = lines.head_of(proposal.wish.line), proposal.wish.order
    assert head is not None
    if order_id is None:
        return await _answer(desk, head)
    order = await desk.uow.orders.get(order_id)
    command = lines.read(head.word, head.rest, order.currency)
    if isinstance(command, lines.ConfirmPayment):
        report = await desk.uow.payments.open_report(order_id)
        command = replace(command, unreported=report is None)
    return await reply(desk, await carry_out(Errand(desk.work, order_id, desk.say), command))


async def _do(desk: Desk, order_id: OrderId, command: Command) -> State:
    try:
        done = await carry_out(Errand(desk.work, order_id, desk.say), command)
    except NoOpenReport:
        # Refused before anything was written: what nobody reported is booked after *Confirm*.
        if not isinstance(command, lines.ConfirmPayment):
            raise
        return await duties.ask_to_book(desk, order_id, command)
    return await reply(desk, done)
