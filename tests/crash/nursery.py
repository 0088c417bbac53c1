"""The bot as a process, to be killed and started again."""

from __future__ import annotations

import asyncio
import contextlib
import os
import signal
import sys
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any, Final

from benchmarks.hurry import Hurry
from sandbox.telegram import TOKEN

ROOT: Final = Path(__file__).parent.parent.parent


class Bot:
    """The bot's process, and the one that bears it again and again."""

    def __init__(self, nursery: asyncio.subprocess.Process) -> None:
        self._nursery = nursery
        self._pid = 0

    async def start(self) -> None:
        self._pid = await self._ask("start")

    async def end(self, how: signal.Signals) -> int:
        """Its status, as `waitpid` tells it."""
        os.kill(self._pid, how)
        return await self._ask(f"wait {self._pid}")

    async def _ask(self, what: str) -> int:
        assert self._nursery.stdin is not None
        assert self._nursery.stdout is not None
        self._nursery.stdin.write(f"{what}\n".encode())
        return int(await self._nursery.stdout.readline())


@contextlib.asynccontextmanager
async def nursery(
    trade: str, url: str, group: int, database: str, hurry: Hurry | None = None
) -> AsyncIterator[Bot]:
    words = hurry.words if hurry else ()
    process = await asyncio.create_subprocess_exec(
        sys.executable,
        *("-m", "tests.crash.child", trade, url, TOKEN, str(group), database, *words),
        cwd=ROOT,
        stdin=asyncio.subprocess.PIPE,
        stdout=asyncio.subprocess.PIPE,
    )
    yield Bot(process)
    assert process.stdin is not None
    process.stdin.close()
    await process.wait()


async def until(condition: Any, seconds: float = 60) -> None:
    async with asyncio.timeout(seconds):
        while not await condition():  # noqa: ASYNC110  # the bot is another process
            await asyncio.sleep(0.05)
