"""Conversations live in the transaction, whatever the library does with its own."""

from __future__ import annotations

import inspect
import re
from collections.abc import Callable, Coroutine
from datetime import datetime
from types import SimpleNamespace
from typing import Any, cast

import pytest
import telegram.ext
from telegram import Update
from telegram.ext import (
    BaseHandler,
    CallbackQueryHandler,
    CommandHandler,
    ConversationHandler,
    MessageHandler,
    filters,
)

from bot.application import DaikoApplication, build
from bot.request import AiohttpRequest
from domain.agency import Agency
from handlers.conversation import StoredConversation
from handlers.desk import Desk, DeskContext, Origin, at
from handlers.talks import Talks
from storage.conversations import Talk
from storage.unit_of_work import UnitOfWork

END = ConversationHandler.END


class Room:
    """One person in one place, who keeps what the transactions would keep."""

    def __init__(self, *conversations: StoredConversation) -> None:
        self.application: DaikoApplication = build(
            "1:token", "http://127.0.0.1:1", AiohttpRequest(), AiohttpRequest()
        )
        bot = self.application.bot
        bot._bot_user = cast("Any", SimpleNamespace(username="daiko_bot"))
        self.application.add_handlers(list(conversations))
        self.kept: dict[str, Talk] = {}
        self.log: list[str] = []

    async def happens(self, update: dict[str, Any]) -> None:
        talks = Talks(self.kept.values())
        read = Update.de_json({"update_id": 1, **update}, self.application.bot)
        desk = Desk(
            cast("UnitOfWork", None),
            datetime.now().astimezone(),
            cast("Agency", None),
            read,
            Origin.of(read),
            talks=talks,
        )
        with at(desk):
            await self.application.process_update(read)
        for name in talks.ended():
            del self.kept[name]
        self.kept |= {talk.name: talk for talk in talks.changed()}

    async def writes(self, text: str) -> None:
        entities = [{"type": "bot_command", "offset": 0, "length": len(text)}]
        more = {"entities": entities} if text.startswith("/") else {}
        await self.happens({"message": self._message(text) | more})

    async def presses(self, data: str) -> None:
        press = {
            "id": "1",
            "from": self._person(),
            "chat_instance": "1",
            "data": data,
            "message": self._message("a question"),
        }
        await self.happens({"callback_query": press})

    @property
    def states(self) -> dict[str, str]:
        return {name: talk.state for name, talk in self.kept.items()}

    @staticmethod
    def _person() -> dict[str, Any]:
        return {"id": 7, "is_bot": False, "first_name": "Aki"}

    def _message(self, text: str) -> dict[str, Any]:
        chat = {"id": 7, "type": "private"}
        return {"message_id": 1, "date": 1, "chat": chat, "from": self._person(), "text": text}


Going = Callable[[Update, DeskContext], Coroutine[Any, Any, object]]


def going(state: object, note: str = "", fail: bool = False) -> Going:
    async def go(_update: Update, context: DeskContext) -> object:
        if note:
            context.desk.conversation(note).setdefault("steps", []).append(state)
        if fail:
            raise RuntimeError
        return state

    return go


def press(data: str, to: object, **more: Any) -> BaseHandler[Update, DeskContext, object]:
    return CallbackQueryHandler(going(to, **more), pattern=f"^{data}$")


def typed(to: object, **more: Any) -> BaseHandler[Update, DeskContext, object]:
    return MessageHandler(filters.TEXT & ~filters.COMMAND, going(to, **more))


def applying(**more: Any) -> StoredConversation:
    return StoredConversation(
        name="applying",
        entry_points=[CommandHandler("new", going("link", "applying"))],
        states={
            "link": [typed("quantity", note="applying")],
            "quantity": [press("ok", END), press("bug", "link", note="applying", fail=True)],
        },
        fallbacks=[CommandHandler("cancel", going(END))],
        **more,
    )


def paying() -> StoredConversation:
    return StoredConversation(
        name="paying",
        entry_points=[press("pay", "amount", note="paying")],
        states={"amount": [typed(END)]},
        fallbacks=[],
    )


async def test_it_goes_on_from_update_to_update_and_ends() -> None:
    room = Room(applying())
    await room.writes("/new")
    assert room.states == {"applying": '"link"'}
    await room.writes("https://shop.example")
    assert room.states == {"applying": '"quantity"'}
    assert room.kept["applying"].data == '{"steps": ["link", "quantity"]}'
    await room.presses("ok")
    assert room.kept == {}


async def test_an_error_leaves_it_where_it_was() -> None:
    room = Room(applying())
    await room.writes("/new")
    await room.writes("https://shop.example")
    before = dict(room.kept)
    with pytest.raises(RuntimeError):
        await room.presses("bug")
    assert room.kept == before


async def test_a_button_of_a_step_that_has_passed_is_not_handled() -> None:
    room = Room(applying())
    await room.presses("ok")
    assert room.kept == {}
    await room.writes("/new")
    await room.presses("ok")
    assert room.states == {"applying": '"link"'}


async def test_starting_another_conversation_ends_the_former() -> None:
    room = Room(applying(), paying())
    await room.writes("/new")
    await room.presses("pay")
    assert room.states == {"paying": '"amount"'}
    assert room.kept["paying"].data == '{"steps": ["amount"]}'
    await room.writes("20")
    assert room.kept == {}


async def test_starting_it_again_begins_anew() -> None:
    room = Room(applying())
    await room.writes("/new")
    await room.writes("https://shop.example")
    await room.writes("/new")
    assert room.states == {"applying": '"link"'}


async def test_nested_conversations_go_on_together() -> None:
    child = StoredConversation(
        name="address",
        entry_points=[press("address", "street")],
        states={"street": [typed("done")]},
        fallbacks=[],
        map_to_parent={"done": "review"},
    )
    parent = StoredConversation(
        name="order",
        entry_points=[CommandHandler("new", going("asked"))],
        states={"asked": [child], "review": [press("ok", END)]},
        fallbacks=[],
    )
    room = Room(parent, paying())
    await room.writes("/new")
    await room.presses("address")
    assert room.states == {"order": '"asked"', "address": '"street"'}
    await room.writes("Main St.")
    assert room.states == {"order": '"review"'}
    await room.presses("address")
    assert room.states == {"order": '"review"'}
    await room.presses("ok")
    assert room.kept == {}


async def test_data_of_a_conversation_that_never_began_is_not_kept() -> None:
    forgetful = StoredConversation(
        name="never",
        entry_points=[CommandHandler("new", going(END, "never"))],
        states={},
        fallbacks=[],
    )
    room = Room(forgetful)
    await room.writes("/new")
    assert room.kept == {}


async def test_a_state_that_does_not_exist_is_an_error_and_not_a_dead_end() -> None:
    wrong = StoredConversation(
        name="wrong",
        entry_points=[CommandHandler("new", going("nowhere"))],
        states={"somewhere": []},
        fallbacks=[],
    )
    room = Room(wrong)
    with (
        pytest.warns(UserWarning, match="unknown to the ConversationHandler"),
        pytest.raises(ValueError, match="no state 'nowhere'"),
    ):
        await room.writes("/new")


@pytest.mark.parametrize(
    "option",
    [
        {"persistent": True},
        {"conversation_timeout": 5},
        {"per_message": True},
        {"per_chat": False},
        {"per_user": False},
        {"block": False},
    ],
    ids=str,
)
def test_options_that_would_outlive_the_transaction_are_refused(option: dict[str, Any]) -> None:
    with pytest.raises(ValueError, match=next(iter(option))):
        applying(**option)


def test_a_handler_that_does_not_block_is_refused() -> None:
    unblocked: CommandHandler[DeskContext, object]
    unblocked = CommandHandler("new", going("link"), block=False)
    with pytest.raises(ValueError, match="block=False"):
        StoredConversation(name="x", entry_points=[unblocked], states={}, fallbacks=[])


# The one private attribute --------------------------------------------------------------------


def test_the_library_is_the_version_this_was_written_for() -> None:
    assert telegram.__version__.startswith("22.8")


def test_the_library_uses_its_states_only_as_ours_can_be_used() -> None:
    assert "_conversations" in ConversationHandler.__slots__
    source = inspect.getsource(ConversationHandler)
    found = re.findall(r"self\._conversations(\.\w+|\[\w+\]|\b)", source)
    # `update` and `update_no_track` only for persistence, which is refused.
    known = {".get", ".pop", "[key]", ".update", ".update_no_track", ""}
    assert set(found) <= known
