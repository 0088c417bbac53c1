"""What the bot does for as long as it runs: begun again when it breaks, led by one process."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from typing import Final

import structlog

from bot.logs import trace
from storage.database import Database, Leadership

log = structlog.get_logger(__name__)

Work = Callable[[], Awaitable[None]]

LEADER_SECONDS: Final = 2.0  # how often whoever waits asks for the lead
CONFIRM_SECONDS: Final = 5.0
PAUSE_SECONDS: Final = 1.0
PAUSE_SECONDS_MAX: Final = 30.0
STEADY_SECONDS: Final = 60.0  # whoever worked so long is not in trouble any more


class Duties:
    """Keeps works going, alone or side by side with other processes of the same bot."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self.leaderships: dict[str, Leadership] = {}
        self.troubled: set[str] = set()

    async def keep(self, name: str, work: Work) -> None:
        """Do it until it ends in good order. A database that went away comes back."""
        pause = PAUSE_SECONDS
        while True:
            begun = asyncio.get_running_loop().time()
            try:
                await work()
            except Exception as error:
                log.error("duty broke off", what=name, again_in=pause, trace=trace(error))
            else:
                return
            if asyncio.get_running_loop().time() - begun > STEADY_SECONDS:
                pause = PAUSE_SECONDS
            self.troubled.add(name)
            await asyncio.sleep(pause)
            self.troubled.discard(name)
            pause = min(pause * 2, PAUSE_SECONDS_MAX)

    async def lead(self, name: str, work: Work) -> None:
        """Do what only one process may do, whenever we are that one."""
        await self.keep(name, lambda: self._lead(name, work))

    async def _lead(self, name: str, work: Work) -> None:
        while True:
            leadership = await self._become_leader(name)
            self.leaderships[name] = leadership
            try:
                if await _while_leading(leadership, work):
                    return
            finally:
                del self.leaderships[name]
                await leadership.release()
            log.warning("no longer leading", what=name)

    async def _become_leader(self, name: str) -> Leadership:
        while True:
            if (leadership := await self._database.leader(f"daiko {name}")) is not None:
                return leadership
            await asyncio.sleep(LEADER_SECONDS)


async def _while_leading(leadership: Leadership, work: Work) -> bool:
    """Work until it ends, which is True, or until somebody else may lead."""
    working = asyncio.ensure_future(work())
    try:
        while not working.done():
            await asyncio.wait([working], timeout=CONFIRM_SECONDS)
            if not working.done() and not await leadership.confirm():
                return False
        await working
        return True
    finally:
        working.cancel()
        await asyncio.gather(working, return_exceptions=True)
