"""Random histories of all money events against an independent model, with every kind of trouble.

A few by default; `HYPOTHESIS_PROFILE=thorough` for as long as somebody has patience.
"""

from __future__ import annotations

import asyncio
import os
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import timedelta
from itertools import count
from random import Random
from typing import Final, Literal

import pytest
from cryptography.fernet import Fernet
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from sqlalchemy import select

from actions.work import Work
from domain.actors import Actor
from domain.ids import OrderId, PersonId
from domain.orders import Flag, Role
from domain.refusals import Refused, SomebodyElseMust
from storage.database import Tx, retrying
from storage.ledger_tables import account, payment, payout
from storage.proofs import prove
from storage.tables import bill, orders
from storage.unit_of_work import UnitOfWork
from storage.vault import Vault
from tests.actions.conftest import AGENCY, MINA, House
from tests.actions.money_deeds import (
    DEEDS,
    KIM,
    Deed,
    Draw,
    Hands,
    at_deadline,
    expected,
    proposed,
)
from tests.actions.money_model import Model

THERE_ONCE: Final = replace(AGENCY, paypal=True, payouts=True, four_eyes_above_minor=None)
VAULT: Final = Vault([Fernet.generate_key().decode()])
BETWEEN_STEPS: Final = timedelta(minutes=11)  # the same again is a new wish, no double press

How = Literal["once", "twice", "race", "crash", "against"]
AMOUNTS: Final = (1, 199, 200, 201, 999, 5_000, 8_740)
HOWS: Final[tuple[How, ...]] = ("once", "once", "once", "twice", "race", "crash", "against")


def drawn(chance: Random) -> Draw:
    """Spread evenly: what hypothesis draws by itself comes in lumps, and leaves much out."""
    return Draw(
        what=chance.choice(DEEDS),
        who=chance.randrange(2),
        pick=chance.randrange(8),
        amount=chance.choice([*AMOUNTS, chance.randint(1, 20_000), chance.randint(1, 20_000)]),
        off=chance.choice([0, 0, 0, -1, 1, -150, 260, 9_000]),
        stubborn=chance.random() < 0.25,
    )


_HEALTH: Final = [HealthCheck.function_scoped_fixture, HealthCheck.too_slow]
PROFILES: Final = {
    "ci": settings(  # a failure is told at once, as it was drawn
        max_examples=25,
        deadline=None,
        phases=(Phase.explicit, Phase.reuse, Phase.generate),
        suppress_health_check=_HEALTH,
    ),
    "thorough": settings(max_examples=2_000, deadline=None, suppress_health_check=_HEALTH),
}
PROFILE: Final = PROFILES[os.environ.get("HYPOTHESIS_PROFILE", "ci")]
numbers = count(1_000)  # histories share a database: customers are new in each

_ACCOUNTS: Final = select(account)
_ORDERS: Final = select(orders.c.id, orders.c.stage, orders.c.flags, orders.c.customer_id)
_PAYOUTS: Final = select(payout.c.id, payout.c.state, payout.c.customer_id)
_BILLS: Final = select(bill).order_by(bill.c.version)
_CARDS: Final = select(payment.c.id, payment.c.state, payment.c.customer_id).where(
    payment.c.method == "paypal"
)
STAGES: Final = {
    "APPLIED": "applied",
    "AWAITING_FIRST_PAYMENT": "to_pay_1",
    "AWAITING_SECOND_PAYMENT": "to_pay_2",
    "READY_TO_SHIP": "ready",
}
CARDS: Final = {
    "confirmed": "captured",
    "reversed": "captured",
    "expired": "off",
    "refused": "off",
}


class Crash(Exception):
    """The process dies before the transaction is kept."""


@dataclass(frozen=True)
class Outcome:
    done: bool
    result: object = None


@dataclass(frozen=True)
class Sight:
    """What the database says: balances that moved, and how far everything is."""

    balances: dict[str, int]
    stages: dict[str, str]

    @classmethod
    def of(cls, model: Model) -> Sight:
        return cls(model.view(), model.stages())


class History:
    """One example: every step is done to the bot, and the model says what must come of it."""

    def __init__(self, house: House) -> None:
        self.house = house
        self.model = Model()
        self.customers = [
            Actor(PersonId(next(numbers)), name, Role.CUSTOMER) for name in ("Aki", "Ben")
        ]
        self.before: dict[str, int] = {}

    async def start(self, far: tuple[int, int]) -> None:
        await self.house.meet(*self.customers, MINA, KIM)
        self.before = (await self.sight()).balances
        for who in (0, 1):
            await self.step(Draw("apply", who, 1, 1, 1), "once")
        for which, steps in enumerate(far):
            for _ in range(steps):
                await self.step(Draw("forward", which, which, 2_000, 0, stubborn=True), "once")

    async def step(self, draw: Draw, how: How, other: Draw | None = None) -> None:
        self.house.now += BETWEEN_STEPS
        deed = Hands(self.model, self.customers).deed(draw)
        if deed is None or not await self._is_proposed(deed):
            return
        if deed.is_single and how in ("race", "against"):
            how = "twice"
        match how:
            case "once":
                await self._in_turn(deed)
            case "twice":
                await self._in_turn(deed)
                await self._in_turn(deed)
            case "crash":
                await self._crash(deed)
                await self._in_turn(deed)
            case "race":
                await self._at_once(deed, deed)
            case "against":
                assert other is not None
                await self._against(deed, other)

    async def _against(self, deed: Deed, draw: Draw) -> None:
        other = Hands(self.model, self.customers).deed(draw)
        if other is None or other.is_single or (deed.proposal and other.proposal):
            await self._in_turn(deed)  # one proposal may take the place of another
        elif await self._is_proposed(other):
            await self._at_once(deed, other)
        else:
            await self._in_turn(deed)

    async def _is_proposed(self, deed: Deed) -> bool:
        """What takes two people is proposed by one of them first; that moves nothing."""
        if deed.proposal is None:
            return True
        proposal = replace(deed, by=MINA, act=deed.proposal, proposal=None)
        try:
            return proposed((await self._act(proposal)).result)
        except SomebodyElseMust:
            return True

    # Doing it ---------------------------------------------------------------------------------

    async def _in_turn(self, deed: Deed) -> None:
        allowed = expected(self.model, deed)
        outcome = await self._act(deed)
        assert outcome.done == allowed, deed
        if outcome.done:
            deed.learn(self.model, outcome.result)

    async def _crash(self, deed: Deed) -> None:
        """Everything was written, and nothing of it was kept."""
        allowed = expected(self.model.copy(), deed)
        try:
            outcome = await self._act(deed, crash=True)
        except Crash:
            assert allowed, deed
        else:
            assert not allowed, deed
            assert not outcome.done

    async def _at_once(self, one: Deed, other: Deed) -> None:
        """Two at the same moment leave what one after the other would have left."""
        outcomes = await asyncio.gather(self._act(one), self._act(other))
        done = (outcomes[0].done, outcomes[1].done)
        seen = self._since_the_beginning(await self.sight())
        for model, orderly in self._orders_of(one, other):
            if not _is_like(done, orderly, one, other):
                continue
            for deed, outcome in zip((one, other), outcomes, strict=True):
                if outcome.done:
                    deed.learn(model, outcome.result)
            if seen == Sight.of(model):
                self.model = model
                return
        raise AssertionError(
            f"{one} and {other} at once came to {done} and {seen}, not {self.model}"
        )

    def _orders_of(self, one: Deed, other: Deed) -> Iterator[tuple[Model, tuple[bool, bool]]]:
        """Both orders in which it may have been: what is left, and who of the two could do it."""
        model = self.model.copy()
        yield model, (expected(model, one), expected(model, other))
        model = self.model.copy()
        yield model, (expected(model, other), expected(model, one))[::-1]

    async def _act(self, deed: Deed, *, crash: bool = False) -> Outcome:
        now = self.house.now
        if deed.ends_time and deed.about is not None:
            now = at_deadline(await self.house.order(OrderId(deed.about)), now)

        async def act(tx: Tx) -> object:
            result = await deed.act(Work(UnitOfWork(tx, VAULT), THERE_ONCE, now, deed.by))
            if crash and result is not False:
                raise Crash
            return result

        try:
            result = await retrying(self.house.database, act, attempts=30)
        except SomebodyElseMust:
            raise
        except Refused:
            return Outcome(done=False)
        return Outcome(result is not False, result)

    # What is so -------------------------------------------------------------------------------

    async def sight(self) -> Sight:
        mine = {customer.id for customer in self.customers}
        async with self.house.look() as uow:
            accounts = await uow.tx.all(_ACCOUNTS)
            stages = await self._stages(uow.tx, mine)
        balances = {
            row.code: (row.credits - row.debits) * (1 if row.side == "C" else -1)
            for row in accounts
            if row.customer_id in mine or row.customer_id is None
        }
        return Sight(balances, stages)

    async def _stages(self, tx: Tx, mine: set[PersonId]) -> dict[str, str]:
        own = {row.id: row for row in await tx.all(_ORDERS) if row.customer_id in mine}
        stages = {
            f"order {id_}": STAGES.get(row.stage, row.stage.lower()) for id_, row in own.items()
        }
        held = [id_ for id_, row in own.items() if Flag.ON_HOLD in row.flags.split(",")]
        stages |= {f"hold of {id_}": "on hold" for id_ in held}
        for row in await tx.all(_BILLS):  # the newest version last
            if row.order_id in own:
                stages[f"{row.kind} bill of {row.order_id}"] = f"{row.paid} of {row.total}"
        for row in await tx.all(_CARDS):
            if row.customer_id in mine:
                stages[f"card {row.id}"] = CARDS.get(row.state, row.state)
        for row in await tx.all(_PAYOUTS):
            if row.customer_id in mine:
                stages[f"pay-out {row.id}"] = row.state
        return stages

    def _since_the_beginning(self, seen: Sight) -> Sight:
        moved = {code: amount - self.before.get(code, 0) for code, amount in seen.balances.items()}
        return replace(seen, balances={code: amount for code, amount in moved.items() if amount})

    async def check(self) -> None:
        assert self._since_the_beginning(await self.sight()) == Sight.of(self.model)
        for customer in self.model.deposit:  # nobody has money and owes at once
            assert not (self.model.deposit[customer] and self.model.owed[customer])
        async with self.house.look() as uow:
            assert await prove(uow.tx) == []


def _is_like(done: tuple[bool, bool], orderly: tuple[bool, bool], one: Deed, other: Deed) -> bool:
    """Whether it came as it would have in order."""
    if one is not other:
        return done == orderly
    if one.is_same_twice and all(done):
        return any(orderly)
    return sorted(done) == sorted(orderly)  # who of two was first, nobody can say


@pytest.mark.timeout(0 if PROFILE is PROFILES["thorough"] else 120)
@PROFILE
@given(seed=st.integers(0, 2**32), count=st.integers(15, 35))
async def test_any_history_leaves_everybody_with_what_is_theirs(
    house: House, seed: int, count: int
) -> None:
    chance, history = Random(seed), History(house)
    await history.start((chance.randrange(10), chance.randrange(10)))
    for _ in range(count):
        await history.step(drawn(chance), chance.choice(HOWS), drawn(chance))
    await history.check()
