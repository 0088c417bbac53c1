"""Links into the staff group: a tap opens the topic."""

from __future__ import annotations


def to_topic(chat: int, topic: int) -> str:
    """A supergroup's number has -100 in front of it, which links leave out."""
    return f"https://t.me/c/{str(chat).removeprefix('-100')}/{topic}"
