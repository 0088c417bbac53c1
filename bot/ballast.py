"""Reading an update without what nobody looks at: the text and the keys above a pressed button."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any, Final

from telegram import Bot, CallbackQuery, Chat, Message, Update, User

PRESS: Final = frozenset(("id", "from", "chat_instance", "message", "data"))
WHOLE: Final = frozenset(("update_id", "callback_query"))


def read(update: dict[str, Any], bot: Bot | None) -> Update:
    """The library's object of an update; whatever it raises means that it cannot be read.

    Half of the updates are presses, and most of reading one was its message, which we drew
    ourselves: where it stands is enough, and whether it has a photo.
    """
    query = update.get("callback_query")
    message = query.get("message") if isinstance(query, dict) else None
    if not isinstance(query, dict) or not isinstance(message, dict):
        return Update.de_json(update, bot)
    if "photo" in message or query.keys() != PRESS or update.keys() != WHOLE:
        return Update.de_json(update, bot)
    press = CallbackQuery(
        query["id"],
        User.de_json(query["from"], bot),
        query["chat_instance"],
        message=_place(message, bot),
        data=query["data"],
    )
    press.set_bot(bot)
    return Update(update["update_id"], callback_query=press)


def _place(message: dict[str, Any], bot: Bot | None) -> Message:
    """Put together by hand: the library would look for a hundred things in it."""
    return Message(
        message["message_id"],
        datetime.fromtimestamp(message["date"], UTC),
        Chat.de_json(message["chat"], bot),
        message_thread_id=message.get("message_thread_id"),
        is_topic_message=message.get("is_topic_message"),
    )
