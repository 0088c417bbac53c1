"""How many updates a second: Daiko against bare echo bots, in one run on one sandbox.

`python -m benchmarks.throughput` prints updates a second, CPU an update, memory, and the ratios to
python-telegram-bot as its manual shows it; then Daiko's p50 and p99 from update to answer at a
quarter of its limit. Daiko writes to SQLite with `synchronous=FULL` meanwhile, as it always does.
Ends with 1 when a bound is broken.
"""

from __future__ import annotations

import argparse
import itertools
import sqlite3
import statistics
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from contextlib import closing
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
PEAK_MB_MAX: Final = 120
ANSWERS: Final = frozenset({"sendmessage", "editmessagetext", "sendphoto"})
QUIET_SECONDS: Final = 0.5

Step = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Result:
    """What a bot did: updates, the time until the last answer, and what that took."""

    name: str
    updates: int
    seconds: float
    cpu_seconds: float
    peak_mb: float

    @property
    def rate(self) -> float:
        return self.updates / self.seconds

    @property
    def cpu_ms(self) -> float:
        return self.cpu_seconds / self.updates * 1000

    def __add__(self, more: Result) -> Result:
        return Result(
            self.name,
            self.updates + more.updates,
            self.seconds + more.seconds,
            self.cpu_seconds + more.cpu_seconds,
            max(self.peak_mb, more.peak_mb),
        )


# What the customers do --------------------------------------------------------------------------


def writes(text: str) -> Step:
    return {"writes": text}


def presses(label: str) -> Step:
    return {"presses": label}


APPLY: Final = (
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


# Measuring --------------------------------------------------------------------------------------


def walk(
    name: str, at: Sandbox, bot: BotProcess, users: Sequence[int], script: Sequence[Step]
) -> Result:
    """Everybody goes through the script, each as fast as they are answered."""
    at.post("/load/reset", {})
    before = bot.spent()
    at.post("/load/walk", {"script": list(script), "user_ids": list(users)})
    wait_until(lambda: _walk(at)["ended_at"], f"{name}: {script[-1]}", 5 * PATIENCE_SECONDS)
    wait_until_quiet(at)
    after, told = bot.spent(), _walk(at)
    last = max(moment for _bot, method, _chat, moment in _answers(at) if method in ANSWERS)
    return Result(
        name,
        told["steps"],
        last - told["began_at"],
        after.cpu_seconds - before.cpu_seconds,
        after.peak_mb,
    )


def _walk(at: Sandbox) -> Any:
    time.sleep(0.05)
    return at.get("/load/counters")["walk"]


def _answers(at: Sandbox) -> list[Any]:
    answers: list[Any] = at.get("/load/trace")["answers"]
    return answers


def wait_until_quiet(at: Sandbox) -> None:
    """Until all was taken and everything promised was sent: cards in the staff group, too."""
    wait_until(lambda: _all_taken(at), "somebody who takes the updates")
    seen, since = -1, time.monotonic()
    while time.monotonic() - since < QUIET_SECONDS:
        time.sleep(0.1)
        methods = at.get("/load/counters")["methods"]
        count = sum(methods.values()) - methods.get("getupdates", 0)
        if count != seen:
            seen, since = count, time.monotonic()


def _all_taken(at: Sandbox) -> bool:
    time.sleep(0.05)
    return not any(bot["waiting"] for bot in at.get("/load/counters")["bots"].values())


def latencies(at: Sandbox, users: Sequence[int], rate: float, seconds: float) -> list[float]:
    """Milliseconds from update to answer, with updates that come evenly at `rate` a second."""
    at.post("/load/reset", {})
    pause, turn = 1.0 / rate, itertools.cycle(users)
    begun = time.monotonic()
    for number in range(int(rate * seconds)):
        at.post("/load/do", [{"user_id": next(turn), "writes": "/orders"}])
        time.sleep(max(0.0, begun + (number + 1) * pause - time.monotonic()))
    wait_until_quiet(at)
    return sorted(_waits(at.get("/load/trace")))


def _waits(trace: Any) -> Iterator[float]:
    answers: dict[int, list[float]] = {}
    for _bot, method, chat, moment in trace["answers"]:
        if method in ANSWERS:
            answers.setdefault(chat, []).append(moment)
    for _bot, _update, chat, put, _handed, _confirmed in trace["updates"]:
        later = [moment for moment in answers.get(chat, ()) if moment >= put]
        if later:
            yield (min(later) - put) * 1000


# The bots ---------------------------------------------------------------------------------------


def echo(at: Sandbox, users: Sequence[int], token: str, kind: str, rounds: int) -> Result:
    bot = BotProcess(["-m", "benchmarks.echo", kind, at.url, token], {})
    try:
        walk(kind, at, bot, users, [writes("hello")] * 3)
        return walk(kind, at, bot, users, [writes("hello")] * rounds)
    finally:
        bot.stop()


@dataclass(frozen=True, slots=True)
class Measured:
    """Daiko's share: the mixed load, and the waits at a quarter of its limit."""

    result: Result
    waits: list[float]


def daiko(at: Sandbox, users: Sequence[int], token: str, folder: Path) -> Measured:
    """The mixed load: everybody applies, looks, reports a payment, writes to the agency."""
    group = next(
        chat["id"] for chat in at.get("/demo/world")["chats"] if chat["type"] != "private"
    )
    path = folder / "daiko.db"
    environment = {
        "BOT_TOKEN": token,
        "BOT_API_URL": at.url,
        "STAFF_CHAT_ID": str(group),
        "DATABASE_URL": f"sqlite:///{path}",
        "HTTP_PORT": "",
    }
    bot = BotProcess(["-m", "benchmarks.daiko_bot"], environment)
    try:
        walk("daiko", at, bot, users, [writes("/start")])
        applied = walk("daiko", at, bot, users, APPLY)
        estimate_all(at, group, len(users))
        went_on = walk("daiko", at, bot, users, (*LOOK, *REPORT, *WRITE))
        both = applied + went_on
        waits = latencies(at, users, both.rate / 4, 10.0)
    finally:
        bot.stop()
    look_at_what_was_done(path, len(users))
    return Measured(both, waits)


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
    wait_until_quiet(at)


def _topics(at: Sandbox, group: int) -> list[Any]:
    chats = at.get("/demo/world")["chats"]
    topics = next(chat["topics"] for chat in chats if chat["id"] == group)
    return [topic for topic in topics if topic["name"].startswith("#")]


def _told(at: Sandbox) -> int:
    time.sleep(0.2)
    return len(
        {chat for _bot, method, chat, _at in _answers(at) if method in ANSWERS and chat > 0}
    )


def look_at_what_was_done(path: Path, count: int) -> None:
    """A load that did not do what it says measures nothing."""
    with closing(sqlite3.connect(path)) as db:
        for what in DONE:
            (found,) = db.execute(what).fetchone()
            if found != count:
                raise RuntimeError(f"{found} instead of {count}: {what}")


DONE: Final = (
    "SELECT count(*) FROM orders WHERE stage = 'AWAITING_FIRST_PAYMENT'",
    "SELECT count(*) FROM payment",
    "SELECT count(*) FROM note",
)


# The verdict ------------------------------------------------------------------------------------


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--customers", type=int, default=CUSTOMERS)
    parser.add_argument("--rounds", type=int, default=20, help="of the echo bots")
    parser.add_argument("--only", choices=("echo", "daiko"), help="no ratios, no verdict")
    options = parser.parse_args()
    results: list[Result] = []
    with sandbox(options.customers) as at, tempfile.TemporaryDirectory() as folder:
        people = at.get("/demo/world")["people"]
        token = next(iter(at.get("/load/counters")["bots"]))
        users = [person["id"] for person in people if person["role"] == "customer"]
        if options.only != "daiko":
            for kind in ("ptb", "ptb-aiohttp", "aiogram"):
                results.append(echo(at, users, token, kind, options.rounds))
                show(results[-1], results[0])
        if options.only == "echo":
            return 0
        measured = daiko(at, users, token, Path(folder))
    results.append(measured.result)
    show(measured.result, results[0])
    show_waits(measured)
    return 0 if options.only else verdict(results[0], measured.result)


def show(result: Result, base: Result) -> None:
    print(
        f"{result.name:12s} {result.rate:7.0f} updates/s  {result.rate / base.rate:5.2f} x ptb"
        f"  {result.cpu_ms:6.2f} ms CPU/update  {result.peak_mb:6.0f} MB at most",
        flush=True,
    )


def show_waits(measured: Measured) -> None:
    waits = measured.waits
    p50, p99 = statistics.median(waits), waits[int(len(waits) * 0.99)]
    print(
        f"daiko at {measured.result.rate / 4:.0f} updates/s: p50 {p50:.0f} ms, p99 {p99:.0f} ms"
        f" from update to answer ({len(waits)} answers)"
    )


def verdict(ptb: Result, ours: Result) -> int:
    """1 when a bound is broken."""
    broken = []
    if ours.rate < ptb.rate:
        broken.append(f"{ours.rate:.0f} updates/s are fewer than {ptb.rate:.0f}")
    if ours.peak_mb >= PEAK_MB_MAX:
        broken.append(f"{ours.peak_mb:.0f} MB are not under {PEAK_MB_MAX}")
    for bound in broken:
        print(f"BROKEN: {bound}")
    return 1 if broken else 0


if __name__ == "__main__":
    sys.exit(main())
