"""How fast Telegram may be written to: spacing, so that no window ever holds too many."""

from __future__ import annotations

import asyncio
import math
import time
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Final

FORGET_ABOVE: Final = 10_000  # chats whose last message is remembered


@dataclass(frozen=True, slots=True)
class Limits:
    """Telegram's limits with a margin: 30 a second, 1 a second a chat, 20 a minute a group.

    A gap that is kept at our end can be shorter when it arrives.
    """

    per_second: float = 28
    chat_gap_seconds: float = 1.05
    group_count: int = 20
    group_redraw_count: int = 12  # what brings cards up to date leaves room for messages
    group_window_seconds: float = 61


USUAL: Final = Limits()
UNLIMITED: Final = Limits(math.inf, 0, 10**9, 10**9, 0)


@dataclass(slots=True)
class _Group:
    sent: deque[float] = field(default_factory=deque)
    redrawn: deque[float] = field(default_factory=deque)


class Pacer:
    """Says when a chat may be written to. Times are monotonic seconds, given by who asks."""

    def __init__(self, limits: Limits = USUAL) -> None:
        self._limits = limits
        self._gap = 1 / limits.per_second
        self._open_at = 0.0
        self._chat_at: dict[int, float] = {}
        self._groups: dict[int, _Group] = {}
        self._refused: dict[int, float] = {}

    @property
    def open_at(self) -> float:
        """When anything may be sent at all."""
        return self._open_at

    def ready_at(self, chat: int, *, redraw: bool = False, count: int = 1) -> float:
        """When `count` more messages may go to this chat."""
        at = max(self._chat_at.get(chat, 0.0), self._refused.get(chat, 0.0))
        if (group := self._groups.get(chat)) is None:
            return at
        limits, window = self._limits, self._limits.group_window_seconds
        at = max(at, _free_at(group.sent, limits.group_count, count, window))
        if redraw:
            at = max(at, _free_at(group.redrawn, limits.group_redraw_count, count, window))
        return at

    def take(self, chat: int, now: float, *, redraw: bool = False, count: int = 1) -> None:
        """Note that `count` messages go out now."""
        self._open_at = max(now, self._open_at) + self._gap * count
        if chat < 0:
            self._take_group(chat, now, redraw, count)
        else:
            self._chat_at[chat] = now + self._limits.chat_gap_seconds * count
        if len(self._chat_at) > FORGET_ABOVE:
            self._chat_at = {c: at for c, at in self._chat_at.items() if at > now}

    def _take_group(self, chat: int, now: float, redraw: bool, count: int) -> None:
        group = self._groups.setdefault(chat, _Group())
        horizon = now - self._limits.group_window_seconds
        for times, touched in ((group.sent, True), (group.redrawn, redraw)):
            while times and times[0] <= horizon:
                times.popleft()
            if touched:
                times.extend([now] * count)

    def answered(self, chat: int, now: float) -> None:
        """What went to this chat is there by now: Telegram may count from this moment only."""
        if chat > 0:
            at = now + self._limits.chat_gap_seconds
            self._chat_at[chat] = max(at, self._chat_at.get(chat, 0.0))

    def refused(self, chat: int, seconds: float, now: float) -> None:
        """Telegram said 429: nothing goes to this chat before its time.

        It does not say whether it meant the chat or the bot. Two chats at once mean the bot.
        """
        until = now + seconds
        self._refused = {c: at for c, at in self._refused.items() if at > now}
        if self._refused.keys() - {chat}:
            self._open_at = max(self._open_at, until)
        self._refused[chat] = max(until, self._refused.get(chat, 0.0))


class Turns:
    """Waiting for one's turn in the middle of something that takes several messages."""

    def __init__(self, pacer: Pacer, monotonic: Callable[[], float] = time.monotonic) -> None:
        self._pacer = pacer
        self._monotonic = monotonic

    async def wait(self, chat: int, count: int = 1) -> None:
        """Until so many more messages may go to this chat, and take their place."""
        while True:
            at = max(self._pacer.open_at, self._pacer.ready_at(chat, count=count))
            if (span := at - self._monotonic()) <= 0:
                break
            await asyncio.sleep(span)
        self._pacer.take(chat, self._monotonic(), count=count)

    async def count(self, chat: int, more: int) -> None:
        """An album goes as one message and counts as many: a group must have room for them."""
        if chat < 0:
            await self.wait(chat, more)
        else:
            self._pacer.take(chat, self._monotonic(), count=more)

    def answered(self, chat: int) -> None:
        self._pacer.answered(chat, self._monotonic())

    def refused(self, chat: int, seconds: float) -> None:
        self._pacer.refused(chat, seconds, self._monotonic())


def _free_at(times: deque[float], limit: int, count: int, window: float) -> float:
    """When there is room for `count` more within the window."""
    surplus = len(times) + min(count, limit) - limit
    return times[surplus - 1] + window if surplus > 0 else 0.0
