"""What need not be read of an update: the message under a pressed button, but for its place."""

from __future__ import annotations

from typing import Any, Final

LOOKED_AT: Final = frozenset(
    ("message_id", "date", "chat", "message_thread_id", "is_topic_message", "photo")
)


def without_ballast(update: dict[str, Any]) -> dict[str, Any]:
    """A press without the text and the keys it was made under: reading those costs the most."""
    query = update.get("callback_query")
    message = query.get("message") if isinstance(query, dict) else None
    if not isinstance(query, dict) or not isinstance(message, dict):
        return update
    light = {name: value for name, value in message.items() if name in LOOKED_AT}
    if light.keys() <= {"message_id", "date", "chat"}:
        light["date"] = 0  # Telegram's sign for a message of which only this is known
    return {**update, "callback_query": {**query, "message": light}}
