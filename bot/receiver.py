"""Taking updates in: kept first, acknowledged afterwards, parsed by somebody else."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Callable, Sequence
from datetime import datetime
from typing import Any, Final

import structlog
from telegram.error import Conflict, RetryAfter, TelegramError

from bot.request import Api
from bot.verdicts import seconds_of
from storage.database import Database, retrying
from storage.inbox import Inbox, Received

log = structlog.get_logger(__name__)

ALLOWED_UPDATES: Final = (
    "message",
    "edited_message",
    "callback_query",
    "message_reaction",
    "my_chat_member",
    "chat_member",
)
POLL_SECONDS: Final = 25
POLL_MARGIN_SECONDS: Final = 10
PAUSE_SECONDS: Final = 1.0
PAUSE_SECONDS_MAX: Final = 30.0
BATCH: Final = 100
ENOUGH: Final = 10  # updates at hand that keep the dispatcher busy for a while
GATHER_SECONDS: Final = 0.02


class NotAnUpdate(ValueError):
    """What came is not one of Telegram's updates."""


def received(raw: object) -> Received:
    """An update as it is kept. It need not be one that the library can parse."""
    if not isinstance(raw, dict) or type(raw.get("update_id")) is not int:
        raise NotAnUpdate
    payload = json.dumps(raw, ensure_ascii=False, separators=(",", ":"))
    return Received(raw["update_id"], lane_of(raw), payload)


def lane_of(raw: dict[str, Any]) -> int:
    """The chat whose order an update keeps; else who sent it; else 0."""
    for event in raw.values():
        if isinstance(event, dict):
            return _number(_chat_of(event)) or _number(event.get("from") or event.get("user"))
    return 0


def _chat_of(event: dict[str, Any]) -> object:
    if "chat" in event:
        return event["chat"]
    message = event.get("message")  # the one under a pressed button
    return message.get("chat") if isinstance(message, dict) else None


def _number(who: object) -> int:
    number = who.get("id") if isinstance(who, dict) else None
    return number if type(number) is int else 0


class Receiver:
    """Writes updates into the inbox, whichever way they come."""

    def __init__(
        self,
        database: Database,
        api: Api,
        clock: Callable[[], datetime],
        stored: Callable[[], None],
        count_at_hand: Callable[[], int],
    ) -> None:
        self._database = database
        self._api = api
        self._clock = clock
        self._stored = stored
        self._count_at_hand = count_at_hand
        self._offset: int | None = None
        self.is_well = True  # Telegram answered when it was last asked

    async def store(self, updates: Sequence[Received]) -> None:
        """Keep updates for good; those that came before are left as they are."""
        now = self._clock()
        await retrying(self._database, lambda tx: Inbox(tx).take_in(updates, now))
        self._stored()

    async def poll(self, *, patience: int = POLL_SECONDS) -> int:
        """Ask Telegram once. It forgets what we keep when it is asked for what comes after."""
        raws = await self._api.call(
            "getUpdates",
            offset=self._offset,
            timeout=patience,
            limit=BATCH,
            allowed_updates=ALLOWED_UPDATES,
            read_timeout=patience + POLL_MARGIN_SECONDS,
        )
        self.is_well = True
        if raws:
            await self.store([received(raw) for raw in raws])
            self._offset = raws[-1]["update_id"] + 1
        return len(raws)

    async def poll_forever(self) -> None:
        """Until cancelled. No error of the network's ends it."""
        pause = 0.0
        while True:
            try:
                await self.poll()
                pause = 0.0
                await self._gather()
            except TelegramError as error:
                self.is_well = False
                pause = _pause_after(error, pause)
                log.warning("polling failed", error=type(error).__name__, again_in=pause)
                await asyncio.sleep(pause)

    async def _gather(self) -> None:
        """While there is enough to do, let some more come: asking costs the same for each."""
        if self._count_at_hand() >= ENOUGH:
            await asyncio.sleep(GATHER_SECONDS)


def _pause_after(error: TelegramError, pause: float) -> float:
    if isinstance(error, RetryAfter):
        return seconds_of(error)
    if isinstance(error, Conflict):  # somebody else polls, or a webhook is set
        return PAUSE_SECONDS_MAX / 3
    return min(PAUSE_SECONDS_MAX, pause * 2 or PAUSE_SECONDS)
