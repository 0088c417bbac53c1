"""What a bot says about itself, and where it says it."""

from __future__ import annotations

from typing import Any

import pytest
from telegram import (
    Bot,
    BotCommandScopeAllPrivateChats,
    BotCommandScopeChat,
    MenuButtonCommands,
)
from telegram.error import BadRequest

from sandbox.people import Forum, Person
from sandbox.telegram import Telegram
from tests.sandbox.test_sending import ask


async def test_a_bot_knows_itself(bot: Bot) -> None:
    me = await bot.get_me()
    assert (me.id, me.username, me.can_read_all_group_messages) == (4839574812, "daiko_bot", True)


async def test_commands_are_kept_by_scope_and_language(bot: Bot, group: Forum) -> None:
    private, staff = BotCommandScopeAllPrivateChats(), BotCommandScopeChat(group.id)
    await bot.set_my_commands([("new", "New order")], scope=private)
    await bot.set_my_commands([("new", "新規注文")], scope=private, language_code="ja")
    await bot.set_my_commands([("queue", "What waits")], scope=staff)
    assert [c.description for c in await bot.get_my_commands(private)] == ["New order"]
    assert [c.description for c in await bot.get_my_commands(private, "ja")] == ["新規注文"]
    assert [c.command for c in await bot.get_my_commands(staff)] == ["queue"]
    assert await bot.get_my_commands() == ()
    await bot.delete_my_commands(private)
    assert await bot.get_my_commands(private) == ()


@pytest.mark.parametrize(
    ("command", "why"),
    [
        ({"command": "bad command", "description": "x"}, "BOT_COMMAND_INVALID"),
        ({"command": "New", "description": "x"}, "BOT_COMMAND_INVALID"),
        ({"command": "", "description": "x"}, "command must be non-empty"),
        ({"command": "new", "description": ""}, "command description must be non-empty"),
        ({"command": "new", "description": "x" * 257}, "BOT_COMMAND_DESCRIPTION_INVALID"),
    ],
)
async def test_what_a_command_may_not_be(
    telegram: Telegram, command: dict[str, str], why: str
) -> None:
    assert await ask(telegram, "setMyCommands", commands=[command]) == f"Bad Request: {why}"
    assert telegram.bot.commands == {}


@pytest.mark.parametrize(
    ("scope", "why"),
    [
        ({"type": "everywhere"}, "can't parse BotCommandScope: Unsupported type specified"),
        ({"type": "chat"}, "can't parse BotCommandScope: Can't find field \"chat_id\""),
        ({"type": "chat", "chat_id": 5}, "chat not found"),
    ],
)
async def test_what_a_scope_may_not_be(telegram: Telegram, scope: Any, why: str) -> None:
    answer = await ask(telegram, "setMyCommands", commands=[], scope=scope)
    assert answer == f"Bad Request: {why}"


async def test_names_and_descriptions_fall_back_to_those_without_a_language(bot: Bot) -> None:
    await bot.set_my_description("We buy for you.")
    await bot.set_my_description("Nous achetons pour vous.", "fr")
    await bot.set_my_short_description("Purchase agency")
    assert (await bot.get_my_description("fr")).description == "Nous achetons pour vous."
    assert (await bot.get_my_description("de")).description == "We buy for you."
    assert (await bot.get_my_short_description()).short_description == "Purchase agency"
    assert (await bot.get_my_name()).name == "Daiko"
    with pytest.raises(BadRequest):
        await bot.set_my_short_description("x" * 121)


async def test_the_menu_button_is_set(bot: Bot, aki: Person) -> None:
    await bot.set_chat_menu_button(menu_button=MenuButtonCommands())
    assert (await bot.get_chat_menu_button(aki.id)).type == "commands"


async def test_a_chat_tells_what_it_is(bot: Bot, aki: Person, group: Forum) -> None:
    staff = await bot.get_chat(group.id)
    assert (staff.title, staff.is_forum, staff.type) == ("Daiko staff", True, "supergroup")
    private = await bot.get_chat(aki.id)
    assert (private.first_name, private.type) == ("Aki", "private")


@pytest.mark.parametrize(
    ("method", "params", "why"),
    [
        ("getChat", {}, "chat_id is empty"),
        ("getChat", {"chat_id": 5}, "chat not found"),
        ("getChatMember", {"chat_id": "AKI"}, "invalid user_id specified"),
        ("getChatMember", {"chat_id": "AKI", "user_id": 99}, "member not found"),
        (
            "getChatAdministrators",
            {"chat_id": "AKI"},
            "there are no administrators in the private chat",
        ),
        (
            "leaveChat",
            {"chat_id": "AKI"},
            "chat member status can't be changed in private chats",
        ),
    ],
)
async def test_what_cannot_be_asked_of_a_chat(
    telegram: Telegram, aki: Person, method: str, params: dict[str, Any], why: str
) -> None:
    params = {name: aki.id if value == "AKI" else value for name, value in params.items()}
    assert await ask(telegram, method, **params) == f"Bad Request: {why}"


async def test_log_out_and_close_answer_true(bot: Bot) -> None:
    assert await bot.log_out()
    assert await bot.close()
