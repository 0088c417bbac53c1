"""The updates that wait for a bot: numbered, confirmed by offset, handed out by long polling."""

from __future__ import annotations

import asyncio
import json
import time
from collections import deque
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any, Final, NamedTuple

from sandbox.errors import Declined, conflict
from sandbox.webhooks import Webhook

# Telegram sends these only to a bot that names them.
BY_REQUEST_ONLY: Final = frozenset(("chat_member", "message_reaction", "message_reaction_count"))
KINDS: Final = frozenset(
    (
        "message", "edited_message", "channel_post", "edited_channel_post",
        "business_connection", "business_message", "edited_business_message",
        "deleted_business_messages", "message_reaction", "message_reaction_count",
        "inline_query", "chosen_inline_result", "callback_query", "shipping_query",
        "pre_checkout_query", "purchased_paid_media", "poll", "poll_answer",
        "my_chat_member", "chat_member", "chat_join_request", "chat_boost",
        "removed_chat_boost",
    )
)  # fmt: skip
LIMIT_MAX: Final = 100
TIMEOUT_MAX: Final = 50

dump = json.JSONEncoder(ensure_ascii=False, separators=(",", ":")).encode


@dataclass(slots=True)
class Waiting:
    """An update as it goes over the wire; it does not change when its message does."""

    id: int
    kind: str
    chat_id: int
    body: bytes
    put_at: float
    handed_at: float | None = None


class Confirmed(NamedTuple):
    """When an update came to be, was handed out, and was confirmed."""

    update_id: int
    chat_id: int
    put_at: float
    handed_at: float | None
    confirmed_at: float


@dataclass(slots=True, eq=False)
class UpdateQueue:
    waiting: deque[Waiting] = field(default_factory=deque)
    allowed: frozenset[str] | None = None
    next_id: int = 1
    confirmed_count: int = 0
    webhook: Webhook | None = None
    history: list[Confirmed] | None = None  # kept when a benchmark asks for it
    _poll: asyncio.Future[None] | None = None

    def put(self, kind: str, payload: dict[str, Any], chat_id: int) -> int | None:
        """Number an update and let it wait; None when the bot does not want its kind."""
        if not self._wanted(kind):
            return None
        update_id = self.next_id
        self.next_id += 1
        body = dump({"update_id": update_id, kind: payload}).encode()
        self.waiting.append(Waiting(update_id, kind, chat_id, body, time.time()))
        self._wake()
        return update_id

    def _wanted(self, kind: str) -> bool:
        if self.allowed is None:
            return kind not in BY_REQUEST_ONLY
        return kind in self.allowed

    def allow(self, kinds: Iterable[str] | None) -> None:
        """An empty list means all but those that must be asked for; None changes nothing."""
        if kinds is None:
            return
        known = frozenset(kinds) & KINDS
        self.allowed = known or None

    def confirm(self, offset: int) -> None:
        """All before `offset` is done with; a negative one keeps that many from the end."""
        if offset < 0:
            keep = min(-offset, len(self.waiting))
            self._drop(len(self.waiting) - keep)
        elif offset > 0:
            done = 0
            for update in self.waiting:
                if update.id >= offset:
                    break
                done += 1
            self._drop(done)

    def clear(self) -> None:
        self._drop(len(self.waiting))

    def _drop(self, count: int) -> None:
        now = time.time()
        for _ in range(count):
            update = self.waiting.popleft()
            if self.history is not None:
                self.history.append(
                    Confirmed(update.id, update.chat_id, update.put_at, update.handed_at, now)
                )
        self.confirmed_count += count

    def peek(self, limit: int) -> list[Waiting]:
        now = time.time()
        handed: list[Waiting] = []
        for update in self.waiting:
            if len(handed) == limit:
                break
            if update.handed_at is None:
                update.handed_at = now
            handed.append(update)
        return handed

    async def poll(self, offset: int, limit: int, seconds: float) -> list[Waiting]:
        """Wait for updates; whoever polls later ends the poll of who came before."""
        if self.webhook is not None:
            raise conflict(
                "can't use getUpdates method while webhook is active; "
                "use deleteWebhook to delete the webhook first"
            )
        self.interrupt(
            conflict(
                "terminated by other getUpdates request; "
                "make sure that only one bot instance is running"
            )
        )
        self.confirm(offset)
        if not self.waiting and seconds > 0:
            await self._until_something_waits(seconds)
        return self.peek(limit)

    async def _until_something_waits(self, seconds: float) -> None:
        poll = asyncio.get_running_loop().create_future()
        self._poll = poll
        try:
            async with asyncio.timeout(seconds):
                await poll
        except TimeoutError:
            pass
        finally:
            if self._poll is poll:
                self._poll = None

    def interrupt(self, why: Declined) -> None:
        if self._poll is not None and not self._poll.done():
            self._poll.set_exception(why)
        self._poll = None

    def _wake(self) -> None:
        if self._poll is not None and not self._poll.done():
            self._poll.set_result(None)
        if self.webhook is not None:
            self.webhook.wake()
