"""Random lives of orders: customer, staff and clock in any order, with crashes and double presses.

A few by default; `HYPOTHESIS_PROFILE=thorough` for as long as somebody has patience.
"""

from __future__ import annotations

import os
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from random import Random
from typing import Final, Literal

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from bot.media import Handed
from bot.outcomes import SUPERSEDED, Outcome, Outcomes
from bot.verdicts import BLOCKED
from domain.actors import CLOCK, Actor
from domain.ids import OrderId
from domain.letters import Told, ToPerson, Urgency
from domain.orders import ENDED, Order, Stage
from domain.proposals import Proposal
from domain.refusals import Refused
from domain.timely import is_timely
from storage.database import Database
from storage.outbox import Letter
from tests.actions.clocks import sweep, sweep_after_a_pause
from tests.actions.conftest import AKI, BEN, MINA, TOM, House
from tests.actions.lives_deeds import FINANCE, RIKU, Deed, Hands
from tests.actions.lives_ends import next_deed
from tests.actions.lives_model import (
    Digest,
    Paper,
    Step,
    books_are_in_order,
    digest,
    is_alive,
    letters_since,
    see,
)
from tests.actions.lives_wishes import likely

How = Literal["once", "twice", "crash", "crash and again", "late", "stranger"]
Mail = Literal["handed over", "blocked", "waiting"]

HOWS: Final[tuple[How, ...]] = (
    *("once",) * 8,
    *("twice", "twice", "crash", "crash and again", "late", "stranger"),
)
SPANS: Final = (
    *(timedelta(hours=hours) for hours in (1, 1, 5, 5, 13, 25, 25, 49)),
    *(timedelta(days=days) for days in (3, 4, 8, 16)),
)
ALONE: Final = timedelta(days=36)  # nobody does anything: the clocks go to their ends
AWAY: Final = (timedelta(hours=2), timedelta(hours=26), timedelta(days=4))
FORWARD: Final = (0, 0, 1, 1, 2, 2, 2, 2, 3, 4, 5, 6, 7, 8)  # so many steps lead to the parcel
ORDERS_MAX: Final = 4
ROUNDS_MAX: Final = 600
PRESSES_MAX: Final = 80
_HEALTH: Final = [HealthCheck.function_scoped_fixture, HealthCheck.too_slow]
PROFILES: Final = {
    "ci": settings(  # a failure is told at once, as it was drawn
        max_examples=8,
        deadline=None,
        derandomize=True,
        database=None,
        phases=(Phase.explicit, Phase.generate),
        suppress_health_check=_HEALTH,
    ),
    "thorough": settings(max_examples=2_000, deadline=None, suppress_health_check=_HEALTH),
}
PROFILE: Final = PROFILES[os.environ.get("HYPOTHESIS_PROFILE", "ci")]


class Crash(Exception):
    """The process dies before the transaction is kept."""


class Life:
    """A customer's orders: what is done is done to the bot, and after each step all must hold."""

    def __init__(self, house: House, chance: Random) -> None:
        self.house = house
        self.chance = chance
        self.paper = Paper()
        self.mail: Mail = "handed over"
        self.said: list[str] = []  # for whoever reads a failure
        self._number = 0

    async def begin(self) -> None:
        await self.house.meet(AKI, BEN, MINA, TOM, RIKU)
        async with self.house.turn(AKI) as work:
            zone = self.chance.choice(("", "Asia/Tokyo", "America/New_York"))
            await work.uow.people.set_timezone(AKI.id, zone)
        self.sight = await see(self.house, AKI.id)
        await self._new_order()

    async def _new_order(self) -> None:
        """An application, and perhaps some of its way: time would end most of them early."""
        await self._do(self._hands().application())
        number = max(self.sight.orders)
        for _ in range(self.chance.choice(FORWARD)):
            file = self.sight.files[number]
            if file.order.stage in (Stage.SHIPPED, *ENDED):
                return
            self.house.later(minutes=11)
            await self._do(next_deed(file, self._hands()), file.order.version)

    def _hands(self) -> Hands:
        self._number += 1
        return Hands(AKI, self.sight, self.chance, self._number)

    async def step(self) -> None:
        self.house.later(minutes=self.chance.randint(1, 40))
        if self.chance.random() < 0.25:
            await self._time()
        else:
            await self._deed()

    # People -------------------------------------------------------------------------------------

    async def _deed(self) -> None:
        orders = list(self.sight.orders.values())
        living = [order for order in orders if is_alive(order)]
        if not living and len(orders) < ORDERS_MAX:
            return await self._new_order()
        order = self.chance.choice(living if living and self.chance.random() < 0.9 else orders)
        under_review = self.sight.files[order.id].review is not None
        name = likely(order, under_review, self.chance)
        return await self._how(self._hands().deed(name, order), order)

    async def _how(self, deed: Deed, order: Order) -> None:
        how, seen = self.chance.choice(HOWS), order.version
        match how if deed.about and deed.name != "refund" else "once":
            case "once":
                await self._do(deed, self.chance.choice((seen, None)))
            case "twice":
                done = await self._do(deed, seen)
                is_new = self.sight.orders[order.id].version != seen
                assert not await self._do(deed, seen) or (done and not is_new), deed
            case "crash":
                await self._do(deed, seen, crash=True)
            case "crash and again":
                await self._do(deed, seen, crash=True)
                await self._do(deed, seen)
            case "late" if seen > 1:
                assert not await self._do(deed, seen - 1), deed
            case "stranger" if deed.by is AKI:
                assert not await self._do(replace(deed, by=BEN), None), deed

    async def _do(self, deed: Deed, seen: int | None = None, *, crash: bool = False) -> bool:
        """Whether it was done; if not, nothing has changed."""
        self.said.append(f"{self.house.now} {deed.by.name}: {deed.name} {deed.about} {crash=}")
        try:
            async with self.house.turn(deed.by) as work:
                result = await deed.act(work, seen)
                if crash:
                    raise Crash
        except (Refused, Crash) as no:
            self.said.append(f"  {no!r}")
            assert await self._digest() == self.sight.digest, deed
            return False
        if not isinstance(result, Proposal):
            deed.learn(self.paper, result)
        await self._saw(deed.by)
        if isinstance(result, Proposal) and self.chance.random() < 0.8:
            other = next(each for each in FINANCE if each.id != deed.by.id)
            await self._do(replace(deed, by=other), seen)
        return True

    async def _saw(self, by: Actor) -> None:
        before, self.sight = self.sight, await see(self.house, AKI.id, self.sight)
        promised = await letters_since(self.house, before.digest.letter)
        self.paper.check(Step(by, self.house.now, before, self.sight, promised))
        if before.digest.event != self.sight.digest.event:
            await books_are_in_order(self.house)

    async def _digest(self) -> Digest:
        async with self.house.look() as uow:
            return await digest(uow)

    # Time ---------------------------------------------------------------------------------------

    async def _time(self) -> None:
        if self.chance.random() < 0.1:
            return await self._away(self.chance.choice(AWAY))
        if self.chance.random() < 0.3:
            self.mail = self.chance.choice(("handed over", "blocked", "waiting"))
            self.said.append(f"letters are {self.mail}")
        return await self.live(self.chance.choice(SPANS))

    async def _away(self, span: timedelta) -> None:
        """Nobody looks at the clocks, and nothing is sent."""
        self.house.now += span
        self.said.append(f"{self.house.now} back again")
        await sweep_after_a_pause(self.house)
        await self._swept()

    async def live(self, span: timedelta) -> None:
        """Time passes, from moment to moment."""
        until = self.house.now + span
        for _ in range(ROUNDS_MAX):
            ahead = [max(at, self.house.now) for at in await self._moments() if at <= until]
            self.house.now = min(ahead, default=until)
            await sweep(self.house)
            await self._swept()
            await self._hand_over()
            if not ahead:
                self.said.append(f"{self.house.now}")
                return
        raise AssertionError("time does not pass")

    async def _moments(self) -> list[datetime]:
        async with self.house.look() as uow:
            waking = await uow.orders.next_waking()
            letter = await uow.outbox.next_due(self.house.now)
        if self.mail == "waiting":
            letter = None
        return [at for at in (waking, letter) if at is not None]

    async def _swept(self) -> None:
        async with self.house.look() as uow:
            waking, now = await uow.orders.next_waking(), await digest(uow)
        if now != self.sight.digest:
            await self._saw(CLOCK)
        assert waking is None or waking > self.house.now, "a clock was not looked at"

    # Letters ------------------------------------------------------------------------------------

    async def _hand_over(self) -> None:
        """What waits is taken by Telegram, or refused: what follows from it is the bot's own."""
        while self.mail != "waiting" and (letters := await self._waiting()):
            outcomes = Outcomes(self.house.database, lambda: self.house.now, lambda: None)
            for letter in letters:
                outcomes.note(self._outcome(letter))
            await outcomes.all_written()
            self.sight = replace(self.sight, digest=await self._digest())

    async def _waiting(self) -> list[Letter]:
        async with self.house.look() as uow:
            room, none = dict.fromkeys(Urgency, 1_000), dict.fromkeys(Urgency, 0)
            found = await uow.outbox.waiting(none, room, self.house.now)
        return [envelope.open() for envelope in found]

    def _outcome(self, letter: Letter) -> Outcome:
        orders, content = self.sight.orders, letter.content
        if isinstance(content, Told):
            number: OrderId | None = getattr(content.notice, "order", None)
            if number is not None and not is_timely(content.notice, orders[number]):
                return Outcome(letter, _then, why=SUPERSEDED)
        if self.mail == "blocked" and isinstance(letter.to, ToPerson):
            return Outcome(letter, _then, why=BLOCKED)
        self.paper.handed(letter, orders, self.house.now)
        return Outcome(letter, _then, Handed(1))

    # To the end ---------------------------------------------------------------------------------

    async def end(self) -> None:
        """Whatever happened, the buttons that are shown lead to the end of every order."""
        self.mail = "handed over"
        await self.live(self.chance.choice((timedelta(hours=49), ALONE)))
        for _ in range(PRESSES_MAX):
            living = [x for x in self.sight.files.values() if is_alive(x.order)]
            if not living:
                return
            self.house.later(minutes=11)
            deed = next_deed(living[0], self._hands())
            assert await self._do(deed, living[0].order.version), f"stuck: {deed} {living[0]}"
        raise AssertionError(f"no end of {living}")


def _then() -> None:
    """Nobody waits for it."""


@asynccontextmanager
async def a_house(engine: str, request: pytest.FixtureRequest) -> AsyncIterator[House]:
    """A new database for each life."""
    if engine == "sqlite":
        files, folder = (
            request.getfixturevalue("sqlite_files"),
            request.getfixturevalue("tmp_path"),
        )
        for old in folder.glob("daiko.db*"):
            old.unlink()
        url = files.create(folder / "daiko.db")
    else:
        url = request.getfixturevalue("postgres").create()
    database = await Database.connect(url)
    try:
        yield House(database, datetime(2026, 11, 2, 9, 0, tzinfo=UTC))
    finally:
        await database.close()
        if engine != "sqlite":
            request.getfixturevalue("postgres").give_back(url)


@pytest.mark.timeout(0 if PROFILE is PROFILES["thorough"] else 300)
@PROFILE
@given(seed=st.integers(0, 2**32), count=st.integers(15, 30))
async def test_no_life_of_an_order_gets_stuck_loses_money_or_ends_unannounced(
    seed: int, count: int, engine: str, request: pytest.FixtureRequest
) -> None:
    async with a_house(engine, request) as house:
        life = Life(house, Random(seed))
        try:
            await life.begin()
            for _ in range(count):
                await life.step()
            await life.end()
        except Exception as error:
            error.add_note("\n".join(life.said[-40:]))
            raise
