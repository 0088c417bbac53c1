"""A Telegram that sees what arrives where, whether the bot heard of it, and who sends too fast."""

from __future__ import annotations

import math
import re
import time
from contextvars import ContextVar
from dataclasses import dataclass
from typing import Any, Final

from sandbox.errors import ConnectionCut, Declined, too_many
from sandbox.limits import FloodControl
from sandbox.params import Upload
from sandbox.telegram import Answer, Telegram

MARKED: Final = re.compile(r"\bm(\d+)v(\d+)\b")


def mark(number: int, version: int) -> str:
    """By this a message is known, wherever it comes."""
    return f"m{number}v{version}"


@dataclass(slots=True)
class Arrival:
    """A marked message as the bot wrote it, or changed it."""

    at: float
    number: int
    version: int
    chat: int
    thread: int
    message: int
    edited: bool
    answered: bool = True  # the bot heard that Telegram took it


_IN_CALL: ContextVar[list[Arrival] | None] = ContextVar("in_call", default=None)


class Strict(FloodControl):
    """Counts what came too fast. In a hurry its minute passes in a fraction of ours."""

    def __init__(self, hurry: float) -> None:
        super().__init__(lambda: time.monotonic() * hurry)
        self._hurry = hurry
        self.broken: list[int] = []

    def admit(self, chat_id: int, messages: int = 1) -> None:
        try:
            super().admit(chat_id, messages)
        except Declined as no:
            self.broken.append(chat_id)
            wait = (no.parameters or {}).get("retry_after", 1)
            raise too_many(max(1, math.ceil(wait / self._hurry))) from None


class Witness(Telegram):
    """Nothing is kept but what arrived."""

    def __init__(self, hurry: float) -> None:
        super().__init__(enforce_limits=True, record_calls=False)
        self.strict = self.flood = Strict(hurry)
        self.arrivals: list[Arrival] = []
        self.listeners.append(self._see)

    def _see(self, event: dict[str, Any]) -> None:
        if event["type"] not in ("message", "edited"):
            return
        message = event["message"]
        found = MARKED.search(message.get("text") or message.get("caption") or "")
        if found is None or not message["from"]["is_bot"]:
            return
        arrival = Arrival(
            time.monotonic(),
            int(found[1]),
            int(found[2]),
            event["chat_id"],
            message.get("message_thread_id", 0),
            message["message_id"],
            event["type"] == "edited",
        )
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
            raise
