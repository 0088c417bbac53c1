"""Messages from customers to the agency: how many a second, how long they take, how that grows.

`python -m benchmarks.relay` lets 1, 10, 100 and 300 customers write at once, each the next message
when the one before has arrived: with bare echo bots in the same chat, with Daiko in the topic of
the order. First without Telegram's limits, which shows what a bot costs, and evenly at a pace that
Telegram would allow; then within the limits, by a faster clock, which shows how much of what they
allow is used. Ends with 1 when a bound is broken.
"""

from __future__ import annotations

import argparse
import asyncio
import contextlib
import itertools
import sys
import tempfile
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from benchmarks.hurry import Hurry
from benchmarks.sandbox_process import BotProcess
from benchmarks.scene import Scene
from benchmarks.witness import Witness, mark, marks
from sandbox.people import Person
from sandbox.server import create_app, serve
from sandbox.telegram import TOKEN

CUSTOMERS: Final = 300
# So many at once, and messages of each customer: none writes more than ten in a minute, which
# Daiko would slow down.
STAGES: Final = ((1, 1), (10, 2), (100, 3), (CUSTOMERS, 3))
STEADY_PER_SECOND: Final = 20  # of the 30 that Telegram takes from a bot
LIMITED: Final = Hurry(second=2, minute=15)
LIMITED_CUSTOMERS: Final = 60
LIMITED_EACH: Final = 3
ECHOES: Final = ("ptb", "ptb-aiohttp", "aiogram")
PATIENCE_SECONDS: Final = 120.0
GROWTH_MAX: Final = 1.5  # in CPU a message, from ten customers at once to all
USED_MIN: Final = 0.6  # of what the limits allow

Message = dict[str, Any]
Writer = Callable[[], Awaitable[float]]  # writes, and says how many seconds it was on its way


class Post:
    """Writes in people's names, and waits until the bot has written it where it belongs."""

    def __init__(self, telegram: Witness) -> None:
        self._numbers = itertools.count(1)
        self._awaited: dict[int, asyncio.Future[Message]] = {}
        telegram.listeners.append(self._look)

    def _look(self, event: dict[str, Any]) -> None:
        if event["type"] != "message" or not event["message"]["from"]["is_bot"]:
            return
        found = marks(event["message"].get("text", ""))
        if found is not None and (future := self._awaited.pop(found[0], None)) is not None:
            future.set_result(event["message"])

    async def send(self, who: Person, **where: Any) -> Message:
        """As it arrived."""
        number = next(self._numbers)
        arrived = asyncio.get_running_loop().create_future()
        self._awaited[number] = arrived
        who.writes(f"Where is my teapot? {mark(number, 1)}", **where)
        return await asyncio.wait_for(arrived, PATIENCE_SECONDS)

    def writer(self, who: Person, **where: Any) -> Writer:
        async def write() -> float:
            begun = time.monotonic()
            await self.send(who, **where)
            return time.monotonic() - begun

        return write


@dataclass(frozen=True, slots=True)
class Figures:
    """What was measured in one stage."""

    bot: str
    stage: str
    seconds: float
    cpu_seconds: float
    waits: Sequence[float]

    @property
    def rate(self) -> float:
        return len(self.waits) / self.seconds

    @property
    def cpu_ms(self) -> float:
        return self.cpu_seconds / len(self.waits) * 1000

    def wait_ms(self, share: float) -> float:
        waits = sorted(self.waits)
        return 1000 * waits[min(int(len(waits) * share), len(waits) - 1)]


# Stages -----------------------------------------------------------------------------------------


async def at_once(writers: Sequence[Writer], active: int, each: int) -> list[float]:
    """So many write at a time, each the next when the one before has arrived."""

    async def one_after_another(mine: Sequence[Writer]) -> list[float]:
        return [await write() for _ in range(each) for write in mine]

    shares = [writers[number::active] for number in range(active)]
    waits = await asyncio.gather(*map(one_after_another, shares))
    return [wait for those in waits for wait in those]


async def evenly(writers: Sequence[Writer], per_second: float) -> list[float]:
    """Everybody once, one after the other, whatever has arrived."""
    begun, tasks = time.monotonic(), []
    for number, write in enumerate(writers):
        await asyncio.sleep(begun + number / per_second - time.monotonic())
        tasks.append(asyncio.ensure_future(write()))
    return await asyncio.gather(*tasks)


async def measured(
    bot: BotProcess, name: str, stage: str, course: Awaitable[list[float]]
) -> Figures:
    cpu, begun = bot.spent().cpu_seconds, time.monotonic()
    waits = await course
    seconds = time.monotonic() - begun
    return Figures(name, stage, seconds, bot.spent().cpu_seconds - cpu, waits)


async def stages(bot: BotProcess, name: str, writers: Sequence[Writer]) -> AsyncIterator[Figures]:
    for active, each in STAGES:
        yield await measured(bot, name, f"{active} at once", at_once(writers, active, each))
    stage = f"evenly {STEADY_PER_SECOND}/s"
    yield await measured(bot, name, stage, evenly(writers, STEADY_PER_SECOND))


# The bots ---------------------------------------------------------------------------------------


@contextlib.asynccontextmanager
async def running(
    command: Sequence[str], environment: dict[str, str]
) -> AsyncIterator[BotProcess]:
    bot = BotProcess(command, environment)
    try:
        yield bot
    finally:
        await asyncio.to_thread(bot.stop)


async def echoes(scene: Scene, post: Post, url: str) -> AsyncIterator[Figures]:
    """Bare bots that say back what they hear."""
    writers = [post.writer(person) for person in scene.customers.values()]
    for kind in ECHOES:
        async with running(["-m", "benchmarks.echo", kind, url, TOKEN], {}) as bot:
            await at_once(writers, 10, 1)  # when it is there, and warm
            async for figures in stages(bot, kind, writers):
                yield figures


async def writers_to_agency(scene: Scene, post: Post) -> list[Writer]:
    """Customers who have heard of the agency, and answer to that."""
    while not scene.has_topics:  # noqa: ASYNC110  # the bot is another process
        await asyncio.sleep(0.05)
    heard = await asyncio.gather(*(
        post.send(scene.boss(order), to=scene.group(order), topic=scene.topic(order))
        for order in scene.customers
    ))  # fmt: skip
    everybody = zip(scene.customers.values(), heard, strict=True)
    return [post.writer(person, reply_to=message) for person, message in everybody]


async def daiko(scene: Scene, post: Post, url: str) -> AsyncIterator[Figures]:
    async with running(["-m", "benchmarks.daiko_bot"], scene.settings(url)) as bot:
        writers = await writers_to_agency(scene, post)
        async for figures in stages(bot, "daiko", writers):
            yield figures


async def within_limits(folder: Path, hurry: Hurry) -> AsyncIterator[Figures]:
    """All at once, and evenly at half of what a group takes."""
    scene = Scene(Witness(hurry), folder, customers=LIMITED_CUSTOMERS)
    await scene.prepare()
    command = ["-m", "benchmarks.daiko_bot", "--hurry", *hurry.words]
    async with (
        serve(create_app(scene.telegram)) as url,
        running(command, scene.settings(url)) as bot,
    ):
        writers = await writers_to_agency(scene, Post(scene.telegram))
        all_at_once = at_once(writers, LIMITED_CUSTOMERS, LIMITED_EACH)
        yield await measured(bot, "daiko", "as many as allowed", all_at_once)
        half = hurry.group_per_second / 2
        yield await measured(bot, "daiko", "half of that", evenly(writers, half))
    if broken := scene.telegram.strict.broken:
        raise RuntimeError(f"sent too fast, {len(broken)} times")


# The verdict ------------------------------------------------------------------------------------


async def without_limits(folder: Path) -> list[Figures]:
    scene = Scene(Witness(None), folder, customers=CUSTOMERS)
    post, found = Post(scene.telegram), list[Figures]()
    await scene.prepare()
    async with serve(create_app(scene.telegram)) as url:
        for course in (echoes(scene, post, url), daiko(scene, post, url)):
            async for figures in course:
                found.append(figures)
                show(figures, found)
    return found


def show(figures: Figures, others: Sequence[Figures]) -> None:
    same = [other for other in others if other.stage == figures.stage and other is not figures]
    ratios = "".join(
        f"\n{'':12s}{figures.rate / other.rate:.2f} x {other.bot},"
        f" for {figures.cpu_ms / other.cpu_ms:.1f} x its CPU"
        for other in same
        if figures.bot == "daiko" and "once" in figures.stage
    )
    print(
        f"{figures.bot:11s} {figures.stage:>12s}: {figures.rate:5.0f} messages/s,"
        f" {figures.cpu_ms:5.2f} ms CPU each, p50 {figures.wait_ms(0.5):6.1f} ms,"
        f" p99 {figures.wait_ms(0.99):6.1f} ms{ratios}",
        flush=True,
    )


def too_much(found: Sequence[Figures]) -> list[str]:
    """Where more customers make a message dearer."""
    cost = {figures.stage: figures.cpu_ms for figures in found if figures.bot == "daiko"}
    few, many = cost["10 at once"], cost[f"{CUSTOMERS} at once"]
    if many <= GROWTH_MAX * few:
        return []
    return [f"{many:.1f} ms of CPU a message, and {few:.1f} with ten customers at once"]


def too_slow(limited: Figures, allowed: float) -> list[str]:
    if limited.rate >= USED_MIN * allowed:
        return []
    return [f"{limited.rate:.1f} messages/s, where the limits allow {allowed:.1f}"]


async def measure(hurry: Hurry) -> list[str]:
    """What is not as it has to be."""
    with tempfile.TemporaryDirectory() as folder:
        broken = too_much(await without_limits(Path(folder)))
    allowed = hurry.group_per_second
    print(f"within limits, of which the group's allows {allowed:.1f} messages/s:", flush=True)
    with tempfile.TemporaryDirectory() as folder:
        limited = [figures async for figures in within_limits(Path(folder), hurry)]
    for figures in limited:
        show(figures, ())
    return broken + too_slow(limited[0], allowed)


def main() -> int:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.parse_args()
    broken = asyncio.run(measure(LIMITED))
    for bound in broken:
        print(f"BROKEN: {bound}")
    return 1 if broken else 0


if __name__ == "__main__":
    sys.exit(main())
