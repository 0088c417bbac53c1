"""What somebody said about an order, as it was taken from Telegram."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Said:
    chat: int
    message: int
    html: str = ""  # Telegram HTML of the text or caption, safe to send
    media: str = ""  # "photo" and the like; empty for text
    file: str = ""  # a Telegram file id
