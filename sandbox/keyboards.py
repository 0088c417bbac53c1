"""Inline keyboards, checked as Telegram checks them."""

from __future__ import annotations

from typing import Any, Final

from sandbox.errors import bad_request
from sandbox.html import checked_link
from sandbox.limits import BUTTON_COUNT_MAX, BUTTONS_IN_ROW_MAX, CALLBACK_DATA_BYTES_MAX
from sandbox.params import Params

Json = dict[str, Any]

CAN_NOT: Final = "can't parse inline keyboard button: "
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
    rows = markup.get("inline_keyboard")
    if rows is None:
        return None
    if not isinstance(rows, list):
        raise bad_request('field "inline_keyboard" of the InlineKeyboardMarkup must be an Array')
    keyboard = [[_button(button) for button in _row(row)] for row in rows]
    keyboard = [row for row in keyboard if row]
    if sum(len(row) for row in keyboard) > BUTTON_COUNT_MAX:
        raise bad_request("reply markup is too long")
    return {"inline_keyboard": keyboard} if keyboard else None


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
        told[action] = button[action]
    return told


def _url(url: Any) -> str:
    if not isinstance(url, str):
        raise bad_request(f'{CAN_NOT}Field "url" must be of type String')
    link = checked_link(url)
    if not link:
        raise bad_request(f"inline keyboard button URL '{url}' is invalid: Wrong HTTP URL")
    return link


def _data(data: Any) -> str:
    if not isinstance(data, str):
        raise bad_request(f'{CAN_NOT}Field "callback_data" must be of type String')
    if len(data.encode()) > CALLBACK_DATA_BYTES_MAX:
        raise bad_request("BUTTON_DATA_INVALID")
    return data
