"""The course of a soak: everybody writes, everything fails, and what came of it is compared."""

from __future__ import annotations

import asyncio
import random
import signal
import time
from collections.abc import Callable
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass
from pathlib import Path
from typing import Final, Protocol

from benchmarks.scene import Scene
from benchmarks.soak.crowd import Crowd
from benchmarks.soak.mishaps import Mishaps, Size
from benchmarks.soak.proof import Books, Evidence, anew, broken, waiting
from benchmarks.witness import Witness
from sandbox.server import create_app, serve

AHEAD: Final = 300  # so many may be on their way when the next one is written
PATIENCE_SECONDS: Final = 120.0  # without a single message


class Bot(Protocol):
    """A process that is killed and started again."""

    async def start(self) -> None: ...

    async def end(self, how: signal.Signals) -> int: ...


Bots = Callable[[str, Scene], AbstractAsyncContextManager[Bot]]  # at this address


@dataclass(slots=True)
class Report:
    """What came of it."""

    messages: int
    edits: int
    seconds: float
    waits: list[float]  # sorted
    repeated: int
    told: int
    kills: int
    mishaps: dict[str, int]
    broken: list[str]


class Soak:
    def __init__(self, size: Size, folder: Path) -> None:
        self._size = size
        self._chance = random.Random(size.seed)
        self._telegram = Witness(size.hurry)
        self._scene = Scene(
            self._telegram, folder, customers=size.customers, agencies=size.agencies
        )
        self._crowd = Crowd(self._scene, self._chance)
        self._mishaps = Mishaps(self._scene, self._crowd, size, self._chance)
        self._kills: list[float] = []

    async def run(self, bots: Bots) -> Report:
        await self._scene.prepare()
        async with serve(create_app(self._telegram)) as url, bots(url, self._scene) as bot:
            await bot.start()
            try:
                await self._until(lambda: self._scene.has_topics)
                begun = time.monotonic()
                async with asyncio.TaskGroup() as group:
                    group.create_task(self._kill_again_and_again(bot))
                    group.create_task(self._write_all())
                ended = self._telegram.arrivals[-1].at
                await self._until(self._is_at_rest)
            finally:
                await bot.end(signal.SIGTERM)
        return self._report(ended - begun)

    async def _kill_again_and_again(self, bot: Bot) -> None:
        for at in self._mishaps.kills_at:
            await self._until_seen(at)
            await asyncio.sleep(self._chance.random() * 0.3)
            await bot.end(signal.SIGKILL)
            self._kills.append(time.monotonic())
            await bot.start()

    async def _write_all(self) -> None:
        size, crowd = self._size, self._crowd
        while len(crowd.written) < size.messages:
            if len(crowd.written) - len(crowd.seen) >= min(AHEAD, size.messages // 4):
                await self._until_seen(len(crowd.seen) + 1)
            self._mishaps.happen()
            crowd.write()
            await asyncio.sleep(0)
        self._mishaps.end()
        await self._until_seen(size.messages)
        self._telegram.faults.clear()

    async def _until_seen(self, count: int) -> None:
        await self._until(lambda: len(self._crowd.seen) >= count)

    async def _until(self, condition: Callable[[], bool]) -> None:
        """Give up when nothing at all arrives any more."""
        last, since = -1, time.monotonic()
        while not condition():
            if len(self._telegram.arrivals) != last:
                last, since = len(self._telegram.arrivals), time.monotonic()
            if time.monotonic() > since + PATIENCE_SECONDS:
                missing = sorted(self._crowd.written.keys() - self._crowd.seen.keys())
                raise TimeoutError(f"nothing arrives; missing: {missing[:20]}")
            await asyncio.sleep(0.01)

    def _is_at_rest(self) -> bool:
        left = waiting(self._scene.path)
        return not left["letters that wait"] and not left["updates that wait"]

    def evidence(self) -> Evidence:
        scene = self._scene
        return Evidence(
            self._crowd.written,
            self._telegram.arrivals,
            Books.read(scene.path),
            people={order: person.id for order, person in scene.customers.items()},
            topics=scene.orders_of_topics,
            groups={order: scene.group(order).id for order in scene.customers},
            pictures=self._telegram.pictures,
            kills=self._kills,
            too_fast=self._telegram.strict.broken,
        )

    def _report(self, seconds: float) -> Report:
        seen = self.evidence()
        came, written = seen.came(), self._crowd.written
        return Report(
            len(written),
            self._crowd.edits,
            seconds,
            sorted(those[0].at - written[number].at for number, those in came.items()),
            sum(len(anew(those)) > 1 for those in came.values()),
            len(seen.told()),
            len(self._kills),
            self._mishaps.count,
            broken(seen),
        )
