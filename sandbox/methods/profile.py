"""Methods by which a bot describes itself, and fetches files."""

from __future__ import annotations

import re
from functools import partial
from typing import Any, Final

from sandbox.errors import bad_request
from sandbox.limits import (
    COMMAND_COUNT_MAX,
    COMMAND_DESCRIPTION_MAX,
    DOWNLOAD_BYTES_MAX,
    utf16_length,
)
from sandbox.methods.places import chat_of
from sandbox.params import Params
from sandbox.world import RIGHTS, Bot, Json, World

COMMAND: Final = re.compile(r"[a-z0-9_]{1,32}")
LANGUAGE: Final = re.compile(r"[a-z]{2}")
SCOPES: Final = (
    "default", "all_private_chats", "all_group_chats", "all_chat_administrators",
    "chat", "chat_administrators", "chat_member",
)  # fmt: skip
TEXT_LIMITS: Final = {"name": 64, "description": 512, "short_description": 120}


def get_me(world: World, bot: Bot, params: Params) -> Json:
    return {
        **bot.user.as_json,
        "can_join_groups": True,
        "can_read_all_group_messages": True,
        "supports_inline_queries": False,
        "can_connect_to_business": False,
        "has_main_web_app": False,
        "has_topics_enabled": False,
        "allows_users_to_create_topics": False,
        "can_manage_bots": False,
    }


def _language(params: Params) -> str:
    language = params.text("language_code")
    if language and not LANGUAGE.fullmatch(language):
        raise bad_request("invalid language code specified")
    return language


def _scope(world: World, bot: Bot, params: Params) -> str:
    told: Any = params.parsed("scope", "BotCommandScope") or {"type": "default"}
    if not isinstance(told, dict) or told.get("type") not in SCOPES:
        raise bad_request("can't parse BotCommandScope: Unsupported type specified")
    kind = str(told["type"])
    if kind.startswith("chat") and not told.get("chat_id"):
        raise bad_request("can't parse BotCommandScope: Can't find field \"chat_id\"")
    if kind == "chat_member" and not told.get("user_id"):
        raise bad_request("can't parse BotCommandScope: Can't find field \"user_id\"")
    if kind in ("chat", "chat_administrators", "chat_member"):
        chat = chat_of(world, bot, Params(told))
        kind = f"{kind}:{chat.id}"
    if kind.startswith("chat_member"):
        kind = f"{kind}:{told.get('user_id')}"
    return kind


def _commands_key(world: World, bot: Bot, params: Params) -> str:
    return f"{_scope(world, bot, params)}/{_language(params)}"


def set_my_commands(world: World, bot: Bot, params: Params) -> bool:
    told = params.parsed("commands", "commands") or []
    if not isinstance(told, list):
        raise bad_request("expected an Array of BotCommand")
    if len(told) > COMMAND_COUNT_MAX:
        raise bad_request("BOT_COMMANDS_TOO_MUCH")
    bot.commands[_commands_key(world, bot, params)] = [_command(one) for one in told]
    return True


def _command(told: Any) -> Json:
    if not isinstance(told, dict):
        raise bad_request("can't parse BotCommand: expected an Object")
    command = str(told.get("command", "")).removeprefix("/")
    description = str(told.get("description", "")).strip()
    if not command:
        raise bad_request("command must be non-empty")
    if not COMMAND.fullmatch(command):
        raise bad_request("BOT_COMMAND_INVALID")
    if not description:
        raise bad_request("command description must be non-empty")
    if utf16_length(description) > COMMAND_DESCRIPTION_MAX:
        raise bad_request("BOT_COMMAND_DESCRIPTION_INVALID")
    return {"command": command, "description": description}


def get_my_commands(world: World, bot: Bot, params: Params) -> list[Json]:
    return bot.commands.get(_commands_key(world, bot, params), [])


def delete_my_commands(world: World, bot: Bot, params: Params) -> bool:
    bot.commands.pop(_commands_key(world, bot, params), None)
    return True


def set_my_text(name: str, world: World, bot: Bot, params: Params) -> bool:
    """The bot's name, description or short description, in a language or in all."""
    text = params.text(name)
    if utf16_length(text) > TEXT_LIMITS[name]:
        raise bad_request(
            f"BOT_{name.upper()}_TOO_LONG" if name != "name" else "BOT_TITLE_INVALID"
        )
    language = _language(params)
    if text:
        bot.texts[name, language] = text
    else:
        bot.texts.pop((name, language), None)
    return True


def get_my_text(name: str, world: World, bot: Bot, params: Params) -> Json:
    language = _language(params)
    default = bot.user.first_name if name == "name" else ""
    fallback = bot.texts.get((name, ""), default)
    return {name: bot.texts.get((name, language), fallback)}


def set_chat_menu_button(world: World, bot: Bot, params: Params) -> bool:
    told: Any = params.parsed("menu_button", "menu button") or {"type": "default"}
    if not isinstance(told, dict) or told.get("type") not in ("default", "commands", "web_app"):
        raise bad_request("can't parse menu button: Unsupported type specified")
    chat_id = chat_of(world, bot, params).id if params.text("chat_id") else 0
    bot.menu_buttons[chat_id] = told
    return True


def get_chat_menu_button(world: World, bot: Bot, params: Params) -> Json:
    chat_id = chat_of(world, bot, params).id if params.text("chat_id") else 0
    return bot.menu_buttons.get(chat_id) or bot.menu_buttons.get(0) or {"type": "commands"}


def set_my_default_administrator_rights(world: World, bot: Bot, params: Params) -> bool:
    bot.default_rights = params.parsed("rights", "rights")
    return True


def get_my_default_administrator_rights(world: World, bot: Bot, params: Params) -> Json:
    return {"is_anonymous": False, **dict.fromkeys(RIGHTS, False), **(bot.default_rights or {})}


def get_file(world: World, bot: Bot, params: Params) -> Json:
    file_id = params.text("file_id")
    if not file_id:
        raise bad_request("file_id not specified")
    stored = world.files.find(file_id)
    if stored is None:
        raise bad_request("invalid file_id")
    if len(stored.content) > DOWNLOAD_BYTES_MAX:
        raise bad_request("file is too big")
    return {**stored.ids, "file_path": stored.path}


def get_user_profile_photos(world: World, bot: Bot, params: Params) -> Json:
    if params.number("user_id") not in world.users:
        raise bad_request("user not found")
    return {"total_count": 0, "photos": []}


def log_out(world: World, bot: Bot, params: Params) -> bool:
    """There is no other server to move to; what it answers is what matters."""
    return True


def close(world: World, bot: Bot, params: Params) -> bool:
    return True


set_my_name = partial(set_my_text, "name")
set_my_description = partial(set_my_text, "description")
set_my_short_description = partial(set_my_text, "short_description")
get_my_name = partial(get_my_text, "name")
get_my_description = partial(get_my_text, "description")
get_my_short_description = partial(get_my_text, "short_description")
