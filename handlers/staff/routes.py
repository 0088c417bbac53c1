"""The staff's side of the table of contents: what is pressed and written in their group."""

from __future__ import annotations

from typing import Final

from telegram import Message
from telegram.ext import CallbackQueryHandler, MessageHandler, filters

from domain.lines import SLASHES
from handlers.conversation import Handlers, StoredConversation
from handlers.staff import (
    agreeing,
    board,
    commands,
    duties,
    history,
    inquiries,
    moving,
    pay_ins,
    payouts,
    relay,
)
from handlers.staff.access import EDITED, WRITTEN
from views.buttons import (
    Agree,
    AgreeTo,
    BookLine,
    InquiryDo,
    OrderHistory,
    PayInDo,
    PayoutDo,
    StaffDo,
    StaffKey,
    StaffLine,
)


class _IsAnswer(filters.MessageFilter):
    """Neither a command nor a note among staff."""

    def filter(self, message: Message) -> bool:
        return not (message.text or message.caption or "").startswith(SLASHES)


IS_ANSWER: Final = _IsAnswer(name="an answer")
KEYS: Final = rf"^({StaffKey.code}|{Agree.code}):"
PAY_IN: Final = rf"^{PayInDo.code}:"
PAYOUT: Final = rf"^{PayoutDo.code}:"
CARD: Final = rf"^({StaffDo.code}|{StaffLine.code}):"


def staff_routes() -> Handlers:
    """In the order in which they are asked; a handler belongs to one application."""
    return [
        StoredConversation(
            name=duties.NAME,
            entry_points=[
                CallbackQueryHandler(duties.pressed_card, pattern=CARD),
                MessageHandler(WRITTEN & commands.IS_COMMAND, commands.typed),
            ],
            states={
                duties.ASKED: [
                    CallbackQueryHandler(duties.pressed_key, pattern=KEYS),
                    MessageHandler(WRITTEN & IS_ANSWER, duties.typed),
                ]
            },
            fallbacks=[],
        ),
        StoredConversation(
            name=payouts.NAME,
            entry_points=[CallbackQueryHandler(payouts.pressed_duty, pattern=PAYOUT)],
            states={
                payouts.ASKED: [
                    CallbackQueryHandler(payouts.pressed_key, pattern=KEYS),
                    MessageHandler(WRITTEN & IS_ANSWER, payouts.typed),
                ]
            },
            fallbacks=[],
        ),
        StoredConversation(
            name=pay_ins.NAME,
            entry_points=[CallbackQueryHandler(pay_ins.pressed_duty, pattern=PAY_IN)],
            states={
                pay_ins.ASKED: [
                    CallbackQueryHandler(pay_ins.pressed_key, pattern=KEYS),
                    MessageHandler(WRITTEN & IS_ANSWER, pay_ins.typed),
                ]
            },
            fallbacks=[],
        ),
        CallbackQueryHandler(history.turned, pattern=rf"^{OrderHistory.code}:"),
        CallbackQueryHandler(pay_ins.pressed_line, pattern=rf"^{BookLine.code}:"),
        CallbackQueryHandler(agreeing.pressed, pattern=rf"^{AgreeTo.code}:"),
        CallbackQueryHandler(inquiries.pressed, pattern=rf"^{InquiryDo.code}:"),
        *board.presses(),
        *moving.presses(),
        CallbackQueryHandler(duties.pressed_elsewhere, pattern=KEYS),
        MessageHandler(WRITTEN, relay.written),
        MessageHandler(EDITED, relay.edited),
    ]
