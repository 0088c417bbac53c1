"""How many updates a second: Daiko against bare echo bots, in one run on one sandbox.

`python -m benchmarks.throughput` prints updates a second, CPU an update, memory, and the ratios to
(a) python-telegram-bot as its manual shows it; then Daiko's p50 and p99 from update to answer at a
quarter of its limit. Daiko writes to SQLite with `synchronous=FULL` meanwhile, as it always does.
"""

from __future__ import annotations

import argparse
import itertools
import statistics
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from benchmarks.sandbox_process import (
    PATIENCE_SECONDS,
    BotProcess,
    Sandbox,
    sandbox,
    wait_until,
)

CUSTOMERS: Final = 200

ANSWERS: Final = frozenset({"sendmessage", "editmessagetext", "sendphoto"})

Act = dict[str, Any]
Round = Callable[[int], Act]


@dataclass(frozen=True, slots=True)
class Result:
    name: str
    updates: int
    seconds: float
    cpu_seconds: float
    peak_mb: float

    @property
    def rate(self) -> float:
        return self.updates / self.seconds


# What the customers do --------------------------------------------------------------------------


def writes(text: str) -> Round:
    return lambda user: {"user_id": user, "writes": text}


def presses(label: str) -> Round:
    return lambda user: {"user_id": user, "presses": label}


APPLY: Final = (
    writes("/start"),
    writes("/new"),
    writes("https://shop.example/teapot"),
    writes("2"),
    presses("Skip"),
    presses("Done"),
    writes("Aki Tanaka\n1 Long Street\n10115 Berlin\nGermany"),
    presses("Cheapest"),
    presses("Buy the rest"),
    presses("5 %"),
    presses("Confirm"),
)
LOOK: Final = (
    writes("/orders"),
    presses("#"),
    presses("Items"),
    presses("Bills"),
    presses("Details"),
    presses("Shipping"),
    presses("Progress"),
)
REPORT: Final = (
    writes("/orders"),
    presses("#"),
    presses("Pay 1st bill"),
    presses("Bank transfer"),
    presses("I have transferred it"),
    presses("$"),
    presses("Today"),
    writes("Aki Tanaka"),
    presses("Skip"),
    presses("Confirm"),
)
WRITE: Final = (
    writes("/orders"),
    presses("#"),
    presses("Messages"),
    presses("New message"),
    writes("When will it be shipped?"),
)


@dataclass(slots=True)
class Crowd:
    """The customers of a sandbox, who all do the next thing as soon as all were answered."""

    at: Sandbox
    users: Sequence[int]

    def plays(self, rounds: Sequence[Round]) -> tuple[int, float]:
        """(updates, seconds from the first act to the last answer)."""
        updates, seconds = 0, 0.0
        for each in rounds:
            seconds += self._round([each(user) for user in self.users])
            updates += len(self.users)
        return updates, seconds

    def _round(self, acts: list[Act]) -> float:
        self.at.post("/load/reset", {})
        begun = time.time()
        told = self.at.post("/load/do", acts)
        if told["troubles"]:
            raise RuntimeError(f"{len(told['troubles'])} could not act: {told['troubles'][0]}")
        last = 0.0

        def answered() -> bool:
            nonlocal last
            answers = self._first_answers()
            last = max(answers.values(), default=0.0)
            return len(answers) == len(acts)

        wait_until(answered, f"answers to {acts[0]}")
        return last - begun

    def _first_answers(self) -> dict[int, float]:
        """Of each customer the moment of the message that answered."""
        found: dict[int, float] = {}
        for _bot, method, chat, at in self.at.get("/load/trace")["answers"]:
            if method in ANSWERS and chat > 0:
                found.setdefault(chat, at)
        return found


# The bots ---------------------------------------------------------------------------------------


def measure(
    name: str, bot: BotProcess, crowd: Crowd, rounds: Sequence[Round], warm_up: Sequence[Round]
) -> Result:
    crowd.plays(warm_up)
    before = bot.spent()
    updates, seconds = crowd.plays(rounds)
    after = bot.spent()
    return Result(name, updates, seconds, after.cpu_seconds - before.cpu_seconds, after.peak_mb)


def echo(at: Sandbox, users: Sequence[int], token: str, kind: str, rounds: int) -> Result:
    bot = BotProcess(["-m", "benchmarks.echo", kind, at.url, token], {})
    try:
        crowd = Crowd(at, users)
        warm = [writes("hello")] * 3
        return measure(kind, bot, crowd, [writes("hello")] * rounds, warm)
    finally:
        bot.stop()


def latencies(at: Sandbox, users: Sequence[int], rate: float, seconds: float) -> list[float]:
    """Milliseconds from update to answer, with updates that come evenly at `rate` a second."""
    at.post("/load/reset", {})
    pause, turn = 1.0 / rate, itertools.cycle(users)
    begun = time.monotonic()
    for number in range(int(rate * seconds)):
        at.post("/load/do", [{"user_id": next(turn), "writes": "/orders"}])
        time.sleep(max(0.0, begun + (number + 1) * pause - time.monotonic()))
    time.sleep(1.0)
    return list(_waits(at.get("/load/trace")))


def _waits(trace: Any) -> Iterator[float]:
    answers: dict[int, list[float]] = {}
    for _bot, method, chat, moment in trace["answers"]:
        if method in ANSWERS:
            answers.setdefault(chat, []).append(moment)
    for _bot, _update, chat, put, _handed, _confirmed in trace["updates"]:
        later = [moment for moment in answers.get(chat, ()) if moment >= put]
        if later:
            yield (min(later) - put) * 1000


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--customers", type=int, default=CUSTOMERS)
    parser.add_argument("--rounds", type=int, default=12, help="of the echo bots")
    parser.add_argument("--echo-only", action="store_true")
    options = parser.parse_args()
    with sandbox(options.customers) as at, tempfile.TemporaryDirectory() as folder:
        people = at.get("/demo/world")["people"]
        token = next(iter(at.get("/load/counters")["bots"]))
        users = [person["id"] for person in people if person["role"] == "customer"]
        results = [
            echo(at, users, token, kind, options.rounds)
            for kind in ("ptb", "ptb-aiohttp", "aiogram")
        ]
        if not options.echo_only:
            results.append(daiko(at, users, token, Path(folder)))
    show(results)
    return 0


def daiko(at: Sandbox, users: Sequence[int], token: str, folder: Path) -> Result:
    """The mixed load: everybody applies, looks, reports a payment, writes to the agency."""
    group = next(chat["id"] for chat in at.get("/demo/world")["chats"] if chat["type"] != "private")
    environment = {
        "BOT_TOKEN": token,
        "BOT_API_URL": at.url,
        "STAFF_CHAT_ID": str(group),
        "DATABASE_URL": f"sqlite:///{folder / 'daiko.db'}",
        "HTTP_PORT": "",
    }
    bot = BotProcess(["-m", "benchmarks.daiko_bot"], environment)
    try:
        crowd = Crowd(at, users)
        crowd.plays([writes("/start")] * 2)
        result = measure("daiko", bot, crowd, APPLY[1:], ())
        estimate_all(at, group, len(users))
        more = measure("daiko", bot, crowd, (*LOOK, *REPORT, *WRITE), ())
        both = Result(
            "daiko",
            result.updates + more.updates,
            result.seconds + more.seconds,
            result.cpu_seconds + more.cpu_seconds,
            more.peak_mb,
        )
        show_latency(at, users, both.rate / 4)
        return both
    finally:
        bot.stop()


def estimate_all(at: Sandbox, group: int, count: int) -> None:
    """Staff price every order; the customers are told before they go on."""
    wait_until(lambda: len(_topics(at, group)) >= count, "the topics", 2 * PATIENCE_SECONDS)
    people = at.get("/demo/world")["people"]
    mina = next(person["id"] for person in people if person["role"] == "staff")
    at.post("/load/reset", {})
    line = "/estimate 1=12.50 shipping=5 fee=3"
    acts = [
        {"user_id": mina, "to": group, "topic": topic["id"], "writes": line}
        for topic in _topics(at, group)
    ]
    told = at.post("/load/do", acts)
    if told["troubles"]:
        raise RuntimeError(f"staff could not act: {told['troubles'][0]}")
    wait_until(lambda: _told(at) >= count, "the estimates", 2 * PATIENCE_SECONDS)
    time.sleep(1.0)


def _topics(at: Sandbox, group: int) -> list[Any]:
    chats = at.get("/demo/world")["chats"]
    topics = next(chat["topics"] for chat in chats if chat["id"] == group)
    return [topic for topic in topics if topic["name"].startswith("#")]


def _told(at: Sandbox) -> int:
    answers = at.get("/load/trace")["answers"]
    return len({chat for _bot, method, chat, _at in answers if method in ANSWERS and chat > 0})


def show_latency(at: Sandbox, users: Sequence[int], rate: float) -> None:
    waits = sorted(latencies(at, users, rate, 10.0))
    p50, p99 = statistics.median(waits), waits[int(len(waits) * 0.99)]
    print(  # noqa: T201
        f"daiko at {rate:.0f} updates/s: p50 {p50:.0f} ms, p99 {p99:.0f} ms"
        f" from update to answer ({len(waits)} answers)"
    )


def show(results: Sequence[Result]) -> None:
    base = results[0]
    for each in results:
        print(  # noqa: T201
            f"{each.name:12s} {each.rate:7.0f} updates/s  {each.rate / base.rate:5.2f} x ptb"
            f"  {each.cpu_seconds / each.updates * 1000:6.2f} ms CPU/update"
            f"  {each.peak_mb:6.0f} MB"
        )


if __name__ == "__main__":
    sys.exit(main())
