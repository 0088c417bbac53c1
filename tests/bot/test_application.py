"""Updates are handed to their handlers, and what those raise goes on."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Callable, Coroutine
from typing import Any

import pytest
from telegram import Update
from telegram.ext import ApplicationHandlerStop, TypeHandler

from bot.application import DaikoApplication, build
from bot.request import AiohttpRequest
from handlers.desk import DeskContext

Handler = Callable[[Update, DeskContext], Coroutine[Any, Any, None]]


@pytest.fixture
def application() -> DaikoApplication:
    return build("1:token", "http://127.0.0.1:1", AiohttpRequest(), AiohttpRequest())


def noting(log: list[str], what: str, error: type[Exception] | None = None) -> Handler:
    async def handle(_update: Update, _context: DeskContext) -> None:
        log.append(what)
        if error is not None:
            raise error

    return handle


async def test_at_most_one_handler_of_each_group(application: DaikoApplication) -> None:
    log: list[str] = []
    application.add_handler(TypeHandler(int, noting(log, "never")))
    for what in ("first", "second"):
        application.add_handler(TypeHandler(Update, noting(log, what)))
    application.add_handler(TypeHandler(Update, noting(log, "before all")), group=-1)
    application.add_handler(TypeHandler(Update, noting(log, "afterwards")), group=1)
    await application.process_update(Update(1))
    assert log == ["before all", "first", "afterwards"]


async def test_a_handler_may_stop_the_others(application: DaikoApplication) -> None:
    log: list[str] = []
    application.add_handler(TypeHandler(Update, noting(log, "stops", ApplicationHandlerStop)))
    application.add_handler(TypeHandler(Update, noting(log, "never")), group=1)
    await application.process_update(Update(1))
    assert log == ["stops"]


async def test_an_error_is_not_swallowed(application: DaikoApplication) -> None:
    log: list[str] = []
    application.add_handler(TypeHandler(Update, noting(log, "fails", KeyError)))
    application.add_handler(TypeHandler(Update, noting(log, "never")), group=1)
    with pytest.raises(KeyError):
        await application.process_update(Update(1))
    assert log == ["fails"]


async def test_nobody_is_remembered(application: DaikoApplication) -> None:
    application.add_handler(TypeHandler(Update, noting([], "")))
    chat = {"id": 7, "type": "private"}
    message = {"message_id": 1, "date": 1, "chat": chat, "text": "x"}
    update = Update.de_json({"update_id": 1, "message": message}, application.bot)
    await application.process_update(update)
    assert (dict(application.chat_data), dict(application.user_data)) == ({}, {})
    assert not application._chat_ids_to_be_updated_in_persistence


def test_a_bot_without_keys_holds_no_cryptography_in_memory() -> None:
    asked = (
        "import sys, bot.cli, bot.rooms; assert not any('cryptography' in m for m in sys.modules);"
        "from storage.vault import Vault; from cryptography.fernet import Fernet;"
        "import cryptography.hazmat.backends;"
        "assert Vault([Fernet.generate_key().decode()]).has_key"
    )
    subprocess.run([sys.executable, "-c", asked], check=True, timeout=60)
