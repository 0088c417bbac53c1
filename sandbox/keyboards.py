"""Inline keyboards, checked as Telegram checks them."""

from __future__ import annotations

from typing import Any, Final

from sandbox.errors import bad_request
from sandbox.html import checked_url
from sandbox.limits import (
    BUTTON_COUNT_MAX,
    BUTTONS_IN_ROW_MAX,
    CALLBACK_DATA_BYTES_MAX,
    COPY_TEXT_MAX,
    utf16_length,
)
from sandbox.params import Params

Json = dict[str, Any]

CAN_NOT: Final = "can't parse inline keyboard button: "
FLAGS: Final = (
    "force_reply", "remove_keyboard", "selective", "one_time_keyboard", "is_persistent",
    "resize_keyboard",
)  # fmt: skip
OTHER_ACTIONS: Final = (
    "web_app", "login_url", "switch_inline_query", "switch_inline_query_current_chat",
    "switch_inline_query_chosen_chat", "copy_text", "callback_game", "pay",
)  # fmt: skip


def read_keyboard(params: Params) -> Json | None:
    """The inline keyboard of a request; other markups are for people's own keyboards."""
    markup = params.parsed("reply_markup", "reply markup")
    if markup is None:
        return None
    if not isinstance(markup, dict):
        raise bad_request("object expected as reply markup")
    _check_other_markups(markup)
    rows = markup.get("inline_keyboard")
    if rows is None:
        return None
    if not isinstance(rows, list):
        raise bad_request('field "inline_keyboard" must be of type Array')
    keyboard = [[_button(button) for button in _row(row)] for row in rows]
    keyboard = [row for row in keyboard if row]
    if sum(len(row) for row in keyboard) > BUTTON_COUNT_MAX:
        raise bad_request("reply markup is too long")
    return {"inline_keyboard": keyboard} if keyboard else None


def _check_other_markups(markup: Json) -> None:
    """Keyboards of people's own are taken and not shown in the sandbox."""
    if not isinstance(markup.get("keyboard", []), list):
        raise bad_request('field "keyboard" must be of type Array')
    for name in FLAGS:
        if not isinstance(markup.get(name, False), bool):
            raise bad_request(f'field "{name}" must be of type Boolean')


def _row(row: Any) -> list[Any]:
    if not isinstance(row, list):
        raise bad_request(
            "can't parse inline keyboard: "
            'field "inline_keyboard" of the InlineKeyboardMarkup must be an Array of Arrays'
        )
    if len(row) > BUTTONS_IN_ROW_MAX:
        raise bad_request("reply markup is too long")
    return row


def _button(button: Any) -> Json:
    if not isinstance(button, dict):
        raise bad_request(f"{CAN_NOT}InlineKeyboardButton must be an Object")
    text = button.get("text")
    if text is None:
        raise bad_request(f'{CAN_NOT}Can\'t find field "text"')
    if not isinstance(text, str):
        raise bad_request(f'{CAN_NOT}Field "text" must be of type String')
    if not text.strip():
        raise bad_request("inline keyboard button text must be non-empty")
    told: Json = {"text": text}
    if url := button.get("url"):
        told["url"] = _url(url)
    elif data := button.get("callback_data"):
        told["callback_data"] = _data(data)
    else:
        action = next((name for name in OTHER_ACTIONS if name in button), None)
        if action is None:
            raise bad_request(f"{CAN_NOT}Text buttons are unallowed in the inline keyboard")
        if action in ("pay", "callback_game"):
            raise bad_request("BUTTON_TYPE_INVALID")
        told[action] = button[action]
        if action == "copy_text":
            _check_copied(button[action])
    return told


def _check_copied(copied: Any) -> None:
    text = copied.get("text") if isinstance(copied, dict) else None
    if not isinstance(text, str) or not 0 < utf16_length(text) <= COPY_TEXT_MAX:
        raise bad_request("BUTTON_COPY_TEXT_INVALID")


def _url(url: Any) -> str:
    if not isinstance(url, str):
        raise bad_request(f'{CAN_NOT}Field "url" must be of type String')
    return checked_url(url, "inline keyboard button URL")


def _data(data: Any) -> str:
    if not isinstance(data, str):
        raise bad_request(f'{CAN_NOT}Field "callback_data" must be of type String')
    if len(data.encode()) > CALLBACK_DATA_BYTES_MAX:
        raise bad_request("BUTTON_DATA_INVALID")
    return data
