"""The table of contents: everything people can do here, and who answers it."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Coroutine
from typing import Any, Final

from telegram import Message, Update
from telegram.ext import BaseHandler, CallbackQueryHandler, CommandHandler, MessageHandler, filters

from handlers import registering
from handlers.conversation import Handlers
from handlers.customer import (
    CUSTOMER,
    applying,
    changing,
    deciding,
    deposit,
    elsewhere,
    languages,
    orders,
    papers,
    pay_ins,
    paying,
    payouts,
    paypal,
    problems,
    reception,
    reporting,
    rights,
    settings,
    shipping,
    start,
    writing,
)
from handlers.desk import Desk, DeskContext, current_desk
from handlers.forms import State, conversation
from handlers.hearing import ANSWERS
from handlers.pressing import deeds, on
from handlers.staff.routes import staff_routes
from views.buttons import (
    ChooseLanguage,
    ChooseTimezone,
    Decide,
    Deed,
    GetPaper,
    Go,
    HavePaid,
    HistoryPage,
    ItemDo,
    LineButton,
    OpenCard,
    OrdersPage,
    ParcelTick,
    PayOut,
    PayoutAsk,
    PurseDo,
    RightsDo,
    ShowAgain,
    Tab,
)

Answer = Callable[[Desk], Awaitable[State]]
Callback = Callable[[Update, DeskContext], Coroutine[Any, Any, State]]

COMMANDS: Final[dict[str, Answer]] = {
    "new": applying.new_order,
    "orders": orders.list_orders,
    "deposit": deposit.deposit,
    "settings": settings.settings,
    "inquiry": writing.inquiry,
    "help": start.help_,
    "terms": rights.terms,
    "privacy": rights.privacy,
    "cancel": elsewhere.cancel,
}

DEEDS: Final = {
    Deed.PAY_FIRST: paying.pay,
    Deed.PAY_SECOND: paying.pay,
    Deed.CHOOSE_SHIPPING: shipping.choose_again,
    Deed.FROM_DEPOSIT: paying.from_deposit,
    Deed.FROM_DEPOSIT_CONFIRM: paying.pay_from_deposit,
    Deed.TRANSFER: paying.transfer,
    Deed.TRANSFERRED: reporting.report,
    Deed.PAYPAL: paypal.pay_bill,
    Deed.WITHDRAW: paying.withdraw,
    Deed.WITHDRAW_CONFIRM: paying.withdraw_confirmed,
    Deed.REQUEST_SHIPPING: shipping.request,
    Deed.REQUEST_CONFIRM: shipping.request_confirmed,
    Deed.RECEPTION: reception.report,
    Deed.ARRIVED: reception.everything_arrived,
    Deed.ARRIVED_CONFIRM: reception.confirmed,
    Deed.NOT_ARRIVED: reception.not_arrived,
    Deed.NOT_ARRIVED_CONFIRM: reception.not_arrived_confirmed,
    Deed.APPLY_AGAIN: applying.apply_again,
    Deed.PROBLEM: problems.problem,
    Deed.PROBLEM_WITHDRAW: problems.withdraw,
    Deed.PROBLEM_WITHDRAW_CONFIRM: problems.withdraw_confirmed,
    Deed.CANCEL_ORDER: deciding.cancel,
    Deed.CANCEL_CONFIRM: deciding.cancel_confirmed,
    Deed.CANCEL_REQUEST: changing.asked_all,
    Deed.NEW_MESSAGE: writing.new_message,
}


def groups() -> list[Handlers]:
    """Handlers made anew, for an application has its own. In the staff group, staff come first."""
    return [[*registering.routes(), *staff_routes(), *customer_routes()]]


def customer_routes() -> Handlers:
    """In the order in which they are asked; the forms' answers come behind whatever is above."""
    return [
        conversation(
            CUSTOMER,
            [
                *_presses(),
                *_commands(),
                _told(writing.out_of_turn, OUT_OF_TURN),
                _told(writing.without_context, LOOSE),
            ],
            writing.after_long,
        ),
        CallbackQueryHandler(elsewhere.outdated),
        *_elsewhere(),
        _told(writing.edited, PRIVATE & EDITED),
    ]


def _presses() -> Handlers:
    return [
        on(Go, start.go),
        on(OrdersPage, orders.turn_page),
        on(OpenCard, orders.open_card),
        on(GetPaper, papers.bill),
        on(Tab, orders.turn_tab),
        on(LineButton, orders.show_line),
        on(ItemDo, changing.do),
        on(HavePaid, paypal.have_paid),
        on(PurseDo, pay_ins.do),
        on(HistoryPage, deposit.history),
        on(PayOut, payouts.pay_out),
        on(PayoutAsk, payouts.ask),
        on(ChooseTimezone, settings.choose_timezone),
        on(ChooseLanguage, languages.choose),
        on(RightsDo, rights.do),
        on(ParcelTick, reception.tick),
        on(Decide, deciding.decide),
        on(ShowAgain, writing.show_again),
        deeds(DEEDS),
    ]


def _commands() -> Handlers:
    known: Handlers = [
        CommandHandler(name, _without_arguments(answer), PRIVATE & WRITTEN)
        for name, answer in COMMANDS.items()
    ]
    begin: BaseHandler[Update, DeskContext, object] = CommandHandler(
        "start", _start, PRIVATE & WRITTEN
    )
    return [begin, *known, _told(elsewhere.unknown_command, PRIVATE & WRITTEN & filters.COMMAND)]


async def _start(_update: Update, context: DeskContext) -> State:
    return await start.start(context.desk, " ".join(context.args or ()))


def _without_arguments(answer: Answer) -> Callback:
    async def answered(_update: Update, context: DeskContext) -> State:
        return await answer(context.desk)

    return answered


def _told(answer: Answer, where: filters.BaseFilter) -> BaseHandler[Update, DeskContext, object]:
    return MessageHandler(where, _without_arguments(answer))


def _elsewhere() -> Handlers:
    """Customers' commands where there is no customer to be served."""
    anything = filters.UpdateType.MESSAGE | filters.UpdateType.CHANNEL_POST
    names = ["start", *COMMANDS]
    return [
        CommandHandler(names, elsewhere.please_in_private, anything & ~PRIVATE),
    ]


# Where and when -------------------------------------------------------------------------------


class _FromPerson(filters.UpdateFilter):
    def filter(self, update: Update) -> bool:
        return current_desk().actor is not None


class _NothingAsked(filters.UpdateFilter):
    def filter(self, update: Update) -> bool:
        return CUSTOMER not in current_desk().talks.states


class _SaysWhere(filters.MessageFilter):
    """One more of an album, or an answer to a message."""

    def filter(self, message: Message) -> bool:
        return bool(message.media_group_id or message.reply_to_message)


PRIVATE: Final = filters.ChatType.PRIVATE & _FromPerson(name="from a person")
WRITTEN: Final = filters.UpdateType.MESSAGE
# A live location changes by itself, every few seconds.
EDITED: Final = filters.UpdateType.EDITED_MESSAGE & ~filters.LOCATION
OUT_OF_TURN: Final = PRIVATE & ANSWERS & _SaysWhere(name="says where it belongs")
LOOSE: Final = PRIVATE & ANSWERS & _NothingAsked(name="nothing was asked")
