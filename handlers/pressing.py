"""Presses: which function answers which button of a customer."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from typing import TypeVar

from telegram import Update
from telegram.constants import ChatType
from telegram.ext import BaseHandler, CallbackQueryHandler

from domain.orders import Role
from domain.refusals import StaleButton
from handlers.desk import Desk, DeskContext
from handlers.forms import State
from views.buttons import Button, Deed, Do

B = TypeVar("B", bound=Button)
Route = BaseHandler[Update, DeskContext, object]


def on(kind: type[B], handle: Callable[[Desk, B], Awaitable[State]]) -> Route:
    """Let `handle` answer presses of one kind of button; what cannot be read is an old button."""

    async def pressed(update: Update, context: DeskContext) -> State:
        desk, query = context.desk, update.callback_query
        button = kind.unpack(query.data) if query and query.data else None
        if button is None or not is_at_home(desk):
            raise StaleButton
        return await handle(desk, button)

    return CallbackQueryHandler(pressed, pattern=rf"^{kind.code}(:|$)")


def deeds(table: Mapping[Deed, Callable[[Desk, Do], Awaitable[State]]]) -> Route:
    """Let each deed of the cards be answered by its own function."""

    async def do(desk: Desk, press: Do) -> State:
        if press.deed not in table:
            raise StaleButton
        return await table[press.deed](desk, press)

    return on(Do, do)


def is_at_home(desk: Desk) -> bool:
    """A customer in their private chat: buttons work nowhere else."""
    chat = desk.update.effective_chat
    is_customer = desk.actor is not None and desk.actor.role is Role.CUSTOMER
    return chat is not None and chat.type == ChatType.PRIVATE and is_customer
