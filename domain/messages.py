"""Messages between customer and agency: what was said, and until when a thread is open."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from domain.orders import Flag, Order


@dataclass(frozen=True, slots=True)
class Said:
    """What somebody wrote about an order, as it was taken from Telegram."""

    chat: int
    message: int
    html: str = ""  # Telegram HTML of the text or caption, safe to send
    media: str = ""  # "photo" and the like; empty for text
    file: str = ""  # a Telegram file id


def is_thread_open(order: Order, days: int, now: datetime) -> bool:
    """[R] Ongoing orders, `days` after the end, and as long as a problem is open."""
    ended_at = order.completed_at or order.cancelled_at
    if ended_at is None or Flag.PROBLEM_OPEN in order.flags:
        return True
    return now < ended_at + timedelta(days=days)
