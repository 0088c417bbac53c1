"""A Telegram that sees what arrives where, whether the bot heard of it, and who sends too fast."""

from __future__ import annotations

import asyncio
import itertools
import re
import time
from collections import Counter
from contextvars import ContextVar
from dataclasses import dataclass
from typing import Any, Final

from benchmarks.hurry import HURRIED, Hurry
from sandbox.errors import ConnectionCut, Declined
from sandbox.limits import GROUP_PER_MINUTE, OVER_ALL_PER_SECOND, FloodControl, Pace
from sandbox.params import Upload
from sandbox.telegram import Answer, Telegram

MARKED: Final = re.compile(r"\bm(\d+)v(\d+)\b")
# Before a connection is cut: at once, and every fourth time only after the bot gave up waiting.
SILENCES_SECONDS: Final = (0.0, 0.0, 0.0, 11.0)


def mark(number: int, version: int) -> str:
    """By this a message is known, wherever it comes."""
    return f"m{number}v{version}"


def marks(text: str) -> tuple[int, int] | None:
    """The number and the version that a text has."""
    found = MARKED.search(text)
    return (int(found[1]), int(found[2])) if found else None


@dataclass(slots=True)
class Arrival:
    """A marked message as the bot wrote it, or changed it."""

    at: float
    number: int
    version: int
    chat: int
    thread: int = 0
    message: int = 0
    edited: bool = False
    album: str = ""
    answered: bool = True  # the bot heard that Telegram took it


_IN_CALL: ContextVar[list[Arrival] | None] = ContextVar("in_call", default=None)


class Strict(FloodControl):
    """Remembers where too much came too fast."""

    def __init__(self, hurry: Hurry) -> None:
        super().__init__(time.monotonic)
        self._hurry = hurry
        self._all = Pace(OVER_ALL_PER_SECOND, 1 / hurry.second)
        self.broken: list[tuple[float, int]] = []  # when, and in which chat; 0: over all

    def admit(self, chat_id: int, messages: int = 1) -> None:
        self._chats.setdefault(chat_id, self._pace(chat_id))
        now = self._monotonic()
        over_all = self._all.wait(now) > 0
        try:
            super().admit(chat_id, messages)
        except Declined:
            self.broken.append((now, 0 if over_all else chat_id))
            raise

    def _pace(self, chat_id: int) -> Pace:
        if chat_id > 0:
            return Pace(1, 1 / self._hurry.second)
        return Pace(GROUP_PER_MINUTE, 60 / self._hurry.minute)


class Witness(Telegram):
    """Nothing is kept but what arrived."""

    def __init__(self, hurry: Hurry | None) -> None:
        """Without a hurry there are no limits."""
        super().__init__(enforce_limits=hurry is not None, record_calls=False)
        self.strict = self.flood = Strict(hurry or HURRIED)
        self.arrivals: list[Arrival] = []
        self.pictures: Counter[str] = Counter()  # of each album that the bot sent
        self._silences = itertools.cycle(SILENCES_SECONDS)
        self.listeners.append(self._see)

    def _see(self, event: dict[str, Any]) -> None:
        if event["type"] not in ("message", "edited"):
            return
        message, edited = event["message"], event["type"] == "edited"
        if not message["from"]["is_bot"]:
            return
        album = message.get("media_group_id", "")
        if album and not edited:
            self.pictures[album] += 1
        found = marks(message.get("text") or message.get("caption") or "")
        if found is not None:
            self._note(Arrival(
                time.monotonic(),
                *found,
                event["chat_id"],
                message.get("message_thread_id", 0),
                message["message_id"],
                edited,
                album,
            ))  # fmt: skip

    def _note(self, arrival: Arrival) -> None:
        self.arrivals.append(arrival)
        if (in_call := _IN_CALL.get()) is not None:
            in_call.append(arrival)

    async def answer(
        self,
        token: str,
        method: str,
        values: dict[str, Any],
        files: dict[str, Upload] | None = None,
    ) -> Answer:
        in_call: list[Arrival] = []
        _IN_CALL.set(in_call)
        try:
            return await super().answer(token, method, values, files)
        except ConnectionCut:
            for arrival in in_call:
                arrival.answered = False
            await asyncio.sleep(next(self._silences))
            raise
