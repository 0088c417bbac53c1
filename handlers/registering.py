"""`/register CODE`: a group becomes the staff group of an agency."""

from __future__ import annotations

from typing import Final

from telegram import Message, Update
from telegram.ext import MessageHandler, filters

from actions import agencies
from domain import lines
from domain.letters import Drawn, Screen
from handlers.conversation import Handlers
from handlers.desk import Desk, DeskContext
from handlers.staff.access import is_anonymous, is_by_bot
from views import agencies as view
from views import staff

WORD: Final = "register"


class _Registers(filters.MessageFilter):
    def filter(self, message: Message) -> bool:
        head = lines.head_of(message.text or "")
        return head is not None and head.word == WORD


HERE: Final = (
    filters.ChatType.GROUPS & filters.UpdateType.MESSAGE & _Registers(name="registers a group")
)


def routes() -> Handlers:
    return [MessageHandler(HERE, register)]


async def register(update: Update, context: DeskContext) -> None:
    """Answered in the group, whatever comes of it."""
    desk, message = context.desk, update.message
    assert message is not None
    head = lines.head_of(message.text or "")
    if head is None or is_by_bot(message):
        return
    if head.bot and head.bot.lower() != context.bot.username.lower():
        return
    answer = await _answer(desk, message, head.rest.strip())
    await desk.put(Drawn(Screen(answer), replies_to=desk.message))


async def _answer(desk: Desk, message: Message, code: str) -> str:
    if is_anonymous(message):
        return staff.anonymous(desk.say)
    if not desk.membership.is_admin:
        return view.only_administrators(desk.say)
    if desk.is_staff_chat:
        return view.registered_already(desk.agency.name, desk.say)
    if known := await desk.uow.agencies.at(desk.chat):
        return view.registered_already(known.name, desk.say)
    if not (message.chat.is_forum and desk.membership.has_our_topics):
        return view.not_prepared(desk.say)
    if not code:
        return view.code_wanted(desk.say)
    by = f"staff:{desk.person}"
    registered = await agencies.register(desk.uow, code, desk.chat, by, desk.now)
    if registered is None:
        return view.no_such_code(desk.say)
    return view.registered(registered.name, desk.say)
