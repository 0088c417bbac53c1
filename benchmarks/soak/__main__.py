"""Messages between customers and agencies while everything fails: none lost, all in order.

`python -m benchmarks.soak` starts Daiko on SQLite against the sandbox. Customers and staff of
three agencies write texts, photos, albums, replies and edits, while Telegram answers 429 and 500,
takes messages and does not answer, customers block the bot, topics are deleted and the bot is
killed. Telegram's limits count, by a faster clock (`--hurry`). Prints what was broken, and ends
with 1 when something was.
"""

from __future__ import annotations

import argparse
import asyncio
import contextlib
import signal
import statistics
import sys
import tempfile
from collections.abc import AsyncIterator, Sequence
from pathlib import Path

from benchmarks import hurry
from benchmarks.hurry import REAL, Hurry
from benchmarks.sandbox_process import BotProcess
from benchmarks.scene import Scene
from benchmarks.soak.course import Bot, Bots, Report, Soak
from benchmarks.soak.mishaps import Size


class _Process:
    """`daiko run`, or the same in a hurry."""

    def __init__(self, command: Sequence[str], environment: dict[str, str]) -> None:
        self._command = command
        self._environment = environment

    async def start(self) -> None:
        self._process = BotProcess(self._command, self._environment)

    async def end(self, how: signal.Signals) -> int:
        kills = how is signal.SIGKILL
        await asyncio.to_thread(self._process.kill if kills else self._process.stop)
        return 0


def processes(its_hurry: Hurry) -> Bots:
    usual = ["-m", "bot.cli", "run"]
    hurried = ["-m", "benchmarks.daiko_bot", "--hurry", *its_hurry.words]

    @contextlib.asynccontextmanager
    async def process(url: str, scene: Scene) -> AsyncIterator[Bot]:
        yield _Process(usual if its_hurry == REAL else hurried, scene.settings(url))

    return process


def main() -> int:
    usual = Size()
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    for name in ("messages", "customers", "agencies", "kills", "faults", "seed"):
        parser.add_argument(f"--{name}", type=int, default=getattr(usual, name))
    hurry.add_to(parser, usual.hurry)
    options = vars(parser.parse_args())
    size = Size(**{**options, "hurry": Hurry.of(options["hurry"])})
    with tempfile.TemporaryDirectory() as folder:
        report = asyncio.run(Soak(size, Path(folder)).run(processes(size.hurry)))
    show(report)
    return 1 if report.broken else 0


def show(report: Report) -> None:
    waits = report.waits
    p50, p99 = statistics.median(waits), waits[int(len(waits) * 0.99)]
    print(
        f"{report.messages} messages and {report.edits} edits in {report.seconds:.0f} s:"
        f" {report.messages / report.seconds:.0f} messages/s; p50 {p50:.1f} s, p99 {p99:.1f} s"
    )
    mishaps = ", ".join(f"{count} x {name}" for name, count in sorted(report.mishaps.items()))
    print(
        f"{report.kills} x kill, {mishaps}; {report.told} told that theirs was not delivered,"
        f" {report.repeated} came again because the answer was lost"
    )
    for what in report.broken[:20]:
        print(f"BROKEN: {what}")
    if not report.broken:
        print("none lost, none out of order, none repeated needlessly, no limit broken")


if __name__ == "__main__":
    sys.exit(main())
