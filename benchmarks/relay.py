"""Messages between customers and the agency while everything fails: none lost, all in order.

`python -m benchmarks.relay` starts Daiko on SQLite against the sandbox. Customers and staff write
texts, photos, albums, replies and edits, while Telegram answers 429 and 500, takes messages
and loses its answer, customers block the bot, topics are deleted and the bot is killed. Telegram's
limits count, in a minute that passes `--hurry` times as fast. Prints what was broken, messages a
second and how long they took, and ends with 1 when something was.
"""

from __future__ import annotations

import argparse
import asyncio
import contextlib
import random
import signal
import sqlite3
import statistics
import sys
import tempfile
import time
from collections import defaultdict
from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager, closing
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final, Protocol

from benchmarks.relay_proof import STORED, Proof, Report, Written, anew
from benchmarks.sandbox_process import BotProcess
from benchmarks.witness import Witness, mark
from domain.ids import OrderId
from domain.letters import TopicCard, ToTopic
from sandbox.acts import CannotDo
from sandbox.people import Person
from sandbox.server import create_app, serve
from sandbox.telegram import TOKEN
from storage.database import Database
from storage.migrate import migrate
from storage.unit_of_work import unit_of_work

AHEAD: Final = 300  # so many may be on their way when the next one is written
PATIENCE_SECONDS: Final = 120.0  # without a single message
METHODS: Final = ("sendMessage",) * 4 + (
    "sendPhoto", "sendMediaGroup", "editMessageText", "setMessageReaction",
)  # fmt: skip
TROUBLES: Final[tuple[dict[str, Any], ...]] = (
    {"error": "Too Many Requests: retry after 1"},
    {"http_status": 500},
    {"lose_answer": True},
)
KINDS: Final = ("text",) * 5 + ("photo", "photo", "album", "edit")
PERSON_SQL: Final = "INSERT INTO person (id, name, met_at) VALUES (?, ?, ?)"
ORDER_SQL: Final = """INSERT INTO orders (id, customer_id, stage, version, currency, address,
    preference, sold_out, tolerance_percent, applied_at)
    VALUES (?, ?, 'PURCHASING', 3, 'USD', 'Aki Tanaka, 1 Long Street, Berlin', 'cheapest',
    'buy_the_rest', 5, ?)"""
LINE_SQL: Final = """INSERT INTO line (order_id, no, description, quantity, state)
    VALUES (?, 1, 'https://shop.example/teapot', 1, 'to_buy')"""


@dataclass(frozen=True, slots=True)
class Size:
    """How much of everything."""

    messages: int = 10_000
    customers: int = 300
    kills: int = 10
    faults: int = 90
    hurry: float = 200
    seed: int = 7


class Bot(Protocol):
    """A process that is killed and started again."""

    async def start(self) -> None: ...

    async def end(self, how: signal.Signals) -> int: ...


Bots = Callable[[str, int, str], AbstractAsyncContextManager[Bot]]  # url, group, database


class Soak:
    """Everybody writes, everything fails, and what arrived where is compared."""

    def __init__(self, size: Size, folder: Path) -> None:
        self._size = size
        self._chance = random.Random(size.seed)
        self._path = folder / "relay.db"
        self._telegram = Witness(size.hurry)
        self._boss = self._telegram.person("Boss")
        self._staff = self._telegram.forum("Staff", creator=self._boss)
        self._people = {
            number: self._telegram.person(f"Customer {number}")
            for number in range(1, size.customers + 1)
        }
        self._topics: dict[int, int] = {}
        self._written: dict[int, Written] = {}
        self._of_order: dict[int, list[Written]] = defaultdict(list)
        self._seen: dict[int, int] = {}  # the newest version that reached the other side, or us
        self._reached: dict[int, dict[str, Any]] = {}  # the newest of staff's, by order
        self._blocked: dict[int, int] = {}  # since how many messages
        self._kills: list[float] = []
        self._edits = self._faults = 0
        self._plan = [*self._some(self._block, 20), *self._some(self._delete_topic, 10)]
        self._plan.sort(key=lambda planned: planned[0])
        self._telegram.listeners.append(self._look)

    def _some(
        self, happens: Callable[[int], bool], one_of: int
    ) -> list[tuple[int, Callable[[int], bool]]]:
        """After how many messages it happens to one of so many customers."""
        count, messages = max(1, self._size.customers // one_of), self._size.messages
        return [(messages // 3 + n * messages // count // 2, happens) for n in range(count)]

    # What is there before anybody writes ------------------------------------------------------

    async def _prepare(self) -> None:
        now, people = int(time.time() * 1000), self._people
        await asyncio.to_thread(migrate, f"sqlite:///{self._path}")
        with closing(sqlite3.connect(self._path)) as db, db:
            db.executemany(PERSON_SQL, [(p.id, p.user.first_name, now) for p in people.values()])
            db.executemany(ORDER_SQL, [(n, p.id, now) for n, p in people.items()])
            db.executemany(LINE_SQL, [(n,) for n in people])
        database = await Database.connect(f"sqlite:///{self._path}")
        async with unit_of_work(database) as uow:
            for number in people:
                await uow.outbox.put(TopicCard(OrderId(number)), ToTopic(OrderId(number)))
        await database.close()
        for person in people.values():
            self._telegram.private(person.user).opened = True

    # What happens -----------------------------------------------------------------------------

    async def run(self, bots: Bots) -> Report:
        await self._prepare()
        async with (
            serve(create_app(self._telegram)) as url,
            bots(url, self._staff.id, f"sqlite:///{self._path}") as bot,
        ):
            await bot.start()
            try:
                await self._until(lambda: len(self._find_topics()) == self._size.customers)
                begun = time.monotonic()
                async with asyncio.TaskGroup() as group:
                    group.create_task(self._kill_again_and_again(bot))
                    group.create_task(self._write_all())
                ended = max(arrival.at for arrival in self._telegram.arrivals)
                await self._until(self._is_at_rest)
            finally:
                await bot.end(signal.SIGTERM)
        return self._report(ended - begun)

    async def _kill_again_and_again(self, bot: Bot) -> None:
        count = self._size.messages
        for at in sorted(
            self._chance.randrange(count // 20, count * 9 // 10) for _ in range(self._size.kills)
        ):
            await self._until(lambda at=at: len(self._seen) >= at)
            await asyncio.sleep(self._chance.random() * 0.3)
            self._kills.append(time.monotonic())
            await bot.end(signal.SIGKILL)
            await bot.start()

    async def _write_all(self) -> None:
        while len(self._written) < self._size.messages:
            if len(self._written) - len(self._seen) >= min(AHEAD, self._size.messages // 4):
                await self._until_something_arrives()
            self._mishap()
            self._write(self._chance.randrange(1, self._size.customers + 1))
            await asyncio.sleep(0)
        for number in list(self._blocked):
            self._unblock(number)
        await self._until(lambda: len(self._seen) == len(self._written))
        self._telegram.faults.clear()

    async def _until_something_arrives(self) -> None:
        seen = len(self._seen)
        await self._until(lambda: len(self._seen) > seen)

    async def _until(self, condition: Any) -> None:
        """Give up when nothing at all arrives any more."""
        last, since = -1, time.monotonic()
        while not condition():
            if len(self._telegram.arrivals) != last:
                last, since = len(self._telegram.arrivals), time.monotonic()
            if time.monotonic() > since + PATIENCE_SECONDS:
                missing = sorted(self._written.keys() - self._seen.keys())
                raise TimeoutError(f"nothing arrives; missing: {missing[:20]}")
            await asyncio.sleep(0.01)

    # Who writes what --------------------------------------------------------------------------

    def _write(self, number: int) -> None:
        topic = self._topic(number)
        reached, to_agency = self._reached.get(number), self._chance.random() < 0.5
        kind = self._chance.choice(KINDS)
        if kind == "edit":
            self._edit(number)
        elif to_agency and reached and number not in self._blocked:
            mine = [w.message for w in self._of_order[number] if w.to_agency][-1:]
            self._say(self._people[number], number, kind, self._chance.choice([reached, *mine]))
        elif topic:
            here = [m for m in self._last_in(topic) if self._chance.random() < 0.3]
            self._say(self._boss, number, kind, here[0] if here else None, topic)

    def _last_in(self, topic: int) -> list[dict[str, Any]]:
        """The newest message of a topic, if it is among the newest of the group."""
        messages = self._staff.group.messages
        newest = (messages[key] for key in reversed(messages))
        for _, message in zip(range(50), newest, strict=False):
            if message.get("message_thread_id") == topic and "forum_topic_created" not in message:
                return [message]
        return []

    def _say(
        self,
        who: Person,
        order: int,
        kind: str,
        reply_to: dict[str, Any] | None,
        topic: int | None = None,
    ) -> None:
        number = len(self._written) + 1
        words = f"Where is my teapot? {mark(number, 1)}"
        where: dict[str, Any] = {"reply_to": reply_to}
        if topic is not None:
            where |= {"to": self._staff, "topic": topic}
        match kind:
            case "photo":
                message = who.sends_photo(caption=words, **where)
            case "album":
                [message, *_] = who.sends_album(
                    count=self._chance.randrange(2, 5), caption=words, **where
                )
            case _:
                message = who.writes(words, **where)
        written = Written(number, order, topic is None, time.monotonic(), message)
        self._written[number] = written
        self._of_order[order].append(written)

    def _edit(self, number: int) -> None:
        """One of the newest, by whoever wrote it, if it is still there."""
        found = [w for w in self._of_order[number][-3:] if self._may_change(w)]
        if not found:
            return
        written = self._chance.choice(found)
        who = self._people[number] if written.to_agency else self._boss
        words = f"Where is my teapot, please? {mark(written.number, written.version + 1)}"
        try:
            who.edits(written.message, words)
        except (CannotDo, KeyError):
            return
        written.version += 1
        self._edits += 1

    def _may_change(self, written: Written) -> bool:
        if written.to_agency:
            return written.order not in self._blocked
        return written.message["message_id"] in self._staff.group.messages

    # What goes wrong --------------------------------------------------------------------------

    def _mishap(self) -> None:
        size, chance = self._size, self._chance
        if chance.random() < size.faults / size.messages:
            self._telegram.fail(chance.choice(METHODS), **chance.choice(TROUBLES))
            self._faults += 1
        while self._plan and self._plan[0][0] <= len(self._written):
            _, happens = self._plan.pop(0)
            numbers = chance.sample(sorted(self._people), size.customers)
            any(happens(number) for number in numbers)  # to the first whom it can happen to
        for number, since in list(self._blocked.items()):
            if len(self._written) > since + size.customers * 3:
                self._unblock(number)

    def _block(self, number: int) -> bool:
        """And staff write to them, in vain."""
        topic = self._topic(number)
        if topic is None or number in self._blocked or number not in self._reached:
            return False
        self._people[number].blocks()
        self._blocked[number] = len(self._written)
        self._say(self._boss, number, "text", None, topic)
        return True

    def _unblock(self, number: int) -> None:
        self._people[number].unblocks()
        del self._blocked[number]

    def _delete_topic(self, number: int) -> bool:
        """Not while something is to come out of it: that would be gone before we heard it.

        And the customer writes into it.
        """
        topic, reached = self._topic(number), self._reached.get(number)
        waits = any(self._waits(w) for w in self._of_order[number] if not w.to_agency)
        if topic is None or waits or reached is None or number in self._blocked:
            return False
        self._boss.deletes_topic(self._staff, topic)
        self._topics.pop(number)
        self._say(self._people[number], number, "text", reached)
        return True

    def _waits(self, written: Written) -> bool:
        return self._seen.get(written.number, 0) < written.version

    # What arrives -----------------------------------------------------------------------------

    def _look(self, event: dict[str, Any]) -> None:
        if not self._telegram.arrivals or event["type"] not in ("message", "edited"):
            return
        arrival, message = self._telegram.arrivals[-1], event["message"]
        if arrival.message != message["message_id"] or arrival.chat != event["chat_id"]:
            return
        self._seen[arrival.number] = max(self._seen.get(arrival.number, 0), arrival.version)
        if arrival.chat > 0 and not self._written[arrival.number].to_agency:
            self._reached[self._written[arrival.number].order] = message

    def _find_topics(self) -> dict[int, int]:
        self._topics = {
            int(topic.name.split("#")[1].split()[0]): topic.id
            for topic in self._staff.topics
            if "#" in topic.name
        }
        return self._topics

    def _topic(self, number: int) -> int | None:
        if self._topics.get(number) not in self._staff.group.topics:
            self._find_topics()
        return self._topics.get(number)

    def _is_at_rest(self) -> bool:
        with closing(sqlite3.connect(self._path)) as db:
            return not any(
                db.execute(STORED[f"{what} that wait"], (1,)).fetchone()[0]
                for what in ("updates", "letters")
            )

    def _report(self, seconds: float) -> Report:
        self._find_topics()
        proof = Proof(
            self._path,
            self._telegram,
            self._written,
            {number: person.id for number, person in self._people.items()},
            {topic: number for number, topic in self._topics.items()},
            self._kills,
        )
        came, told = proof.arrivals()
        return Report(
            len(self._written),
            seconds,
            sorted(those[0].at - self._written[n].at for n, those in came.items()),
            self._edits,
            sum(len(anew(those)) > 1 for those in came.values()),
            len(self._kills),
            self._faults,
            len(told),
            list(proof.broken(came, told)),
        )


class _Process:
    """`daiko run`, or the same in a hurry."""

    def __init__(self, hurry: float, environment: dict[str, str]) -> None:
        usual = ["-m", "bot.cli", "run"]
        hurried = ["-m", "benchmarks.daiko_bot", "--hurry", str(hurry)]
        self._command = usual if hurry == 1 else hurried
        self._environment = environment

    async def start(self) -> None:
        self._process = BotProcess(self._command, self._environment)

    async def end(self, how: signal.Signals) -> int:
        kills = how is signal.SIGKILL
        await asyncio.to_thread(self._process.kill if kills else self._process.stop)
        return 0


def processes(hurry: float) -> Bots:
    @contextlib.asynccontextmanager
    async def process(url: str, group: int, database: str) -> AsyncIterator[Bot]:
        environment = {
            "BOT_TOKEN": TOKEN,
            "BOT_API_URL": url,
            "STAFF_CHAT_ID": str(group),
            "DATABASE_URL": database,
            "HTTP_PORT": "",
        }
        yield _Process(hurry, environment)

    return process


def main() -> int:
    usual = Size()
    parser = argparse.ArgumentParser(description=__doc__)
    for name in ("messages", "customers", "kills", "faults", "seed"):
        parser.add_argument(f"--{name}", type=int, default=getattr(usual, name))
    parser.add_argument("--hurry", type=float, default=usual.hurry, help="1: daiko run itself")
    size = Size(**vars(parser.parse_args()))
    with tempfile.TemporaryDirectory() as folder:
        report = asyncio.run(Soak(size, Path(folder)).run(processes(size.hurry)))
    show(report)
    return 1 if report.broken else 0


def show(report: Report) -> None:
    waits = report.waits
    p50, p99 = statistics.median(waits), waits[int(len(waits) * 0.99)]
    print(
        f"{report.messages} messages and {report.edits} edits in {report.seconds:.0f} s:"
        f" {report.messages / report.seconds:.0f} messages/s; p50 {p50:.1f} s, p99 {p99:.1f} s\n"
        f"{report.kills} kills, {report.faults} faults; {report.told} told that theirs was not"
        f" delivered, {report.repeated} repeated because the answer was lost"
    )
    for what in report.broken[:20]:
        print(f"BROKEN: {what}")
    if not report.broken:
        print("none lost, none out of order, none repeated needlessly, no limit broken")


if __name__ == "__main__":
    sys.exit(main())
