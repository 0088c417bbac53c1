"""How much Telegram takes: lengths in UTF-16 code units, and how often a bot may send."""

from __future__ import annotations

import math
from collections import deque
from collections.abc import Callable
from typing import Final

from sandbox.errors import too_many

TEXT_MAX: Final = 4096
CAPTION_MAX: Final = 1024
CALLBACK_DATA_BYTES_MAX: Final = 64
CALLBACK_ANSWER_MAX: Final = 200
COPY_TEXT_MAX: Final = 256
BUTTON_COUNT_MAX: Final = 100
BUTTONS_IN_ROW_MAX: Final = 8
ALBUM_MAX: Final = 10
BATCH_MAX: Final = 100
TOPIC_NAME_MAX: Final = 128
COMMAND_COUNT_MAX: Final = 100
COMMAND_DESCRIPTION_MAX: Final = 256
START_PAYLOAD_MAX: Final = 64
PHOTO_BYTES_MAX: Final = 10 * 1024 * 1024
UPLOAD_BYTES_MAX: Final = 50 * 1024 * 1024
DOWNLOAD_BYTES_MAX: Final = 20 * 1024 * 1024
DELETE_WITHIN_SECONDS: Final = 48 * 3600
QUERY_LIVES_SECONDS: Final = 15 * 60

OVER_ALL_PER_SECOND: Final = 30
GROUP_PER_MINUTE: Final = 20


def utf16_length(text: str) -> int:
    """How long Telegram finds a text: a character outside the basic plane counts twice."""
    if text.isascii():
        return len(text)
    return len(text) + sum(1 for letter in text if letter > "\uffff")


class Pace:
    """How often something may happen: `count` times in any `seconds`."""

    __slots__ = ("count", "seconds", "sent_at")

    def __init__(self, count: int, seconds: float) -> None:
        self.count = count
        self.seconds = seconds
        self.sent_at: deque[float] = deque()

    def wait(self, now: float) -> float:
        """Seconds until one more is allowed; zero when it is allowed now."""
        while self.sent_at and self.sent_at[0] <= now - self.seconds:
            self.sent_at.popleft()
        if len(self.sent_at) < self.count:
            return 0.0
        return self.sent_at[0] + self.seconds - now


class FloodControl:
    """30 messages a second over all, one a second to a person, 20 a minute to a group."""

    def __init__(self, monotonic: Callable[[], float]) -> None:
        self._monotonic = monotonic
        self._all = Pace(OVER_ALL_PER_SECOND, 1.0)
        self._chats: dict[int, Pace] = {}

    def admit(self, chat_id: int, messages: int = 1) -> None:
        """Count messages to a chat, or decline them with the seconds to wait."""
        now = self._monotonic()
        chat = self._chats.get(chat_id)
        if chat is None:
            chat = Pace(1, 1.0) if chat_id > 0 else Pace(GROUP_PER_MINUTE, 60.0)
            self._chats[chat_id] = chat
        wait = max(self._all.wait(now), chat.wait(now))
        if wait > 0:
            raise too_many(max(1, math.ceil(wait)))
        for pace in (self._all, chat):
            pace.sent_at.extend([now] * messages)
