"""Random lives of pay-outs against a model that is nothing but dictionaries."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Literal

import pytest
from cryptography.fernet import Fernet
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from actions import payouts
from actions.work import Work
from domain.actors import Actor
from domain.ids import PayoutId
from domain.payments import Method
from domain.refusals import Refused
from storage.database import Database
from storage.unit_of_work import unit_of_work
from storage.vault import Vault
from tests.actions.conftest import AGENCY, AKI, BEN, MINA, TOM, House, usd
from tests.actions.test_payouts import KIM, paid_in

CHARGE = 200
STAFF = (MINA, KIM, TOM)  # Tom is not of finance
What = Literal["pay_in", "ask", "withdraw", "start", "send", "refuse", "bounce"]


@dataclass(frozen=True)
class Step:
    what: What
    amount: int
    which: int  # of the pay-outs there are
    customer: int
    staff: int
    reference: int
    twice: bool


OFTEN: tuple[What, ...] = (
    "pay_in",
    "ask",
    "ask",
    "withdraw",
    "start",
    "start",
    "send",
    "send",
    "send",
    "refuse",
    "bounce",
)
steps = st.lists(
    st.builds(
        Step,
        what=st.sampled_from(OFTEN),
        amount=st.sampled_from((1, 200, 201, 700, 3_000)),
        which=st.integers(0, 3),
        customer=st.integers(0, 1),
        staff=st.sampled_from((0, 0, 1, 1, 2)),
        reference=st.integers(0, 1),
        twice=st.booleans(),
    ),
    min_size=5,
    max_size=25,
)


@dataclass
class Asked:
    customer: int
    amount: int
    state: str = "held"
    proposed: tuple[int, int] | None = None  # who, which reference


@dataclass
class Model:
    """What must be true, without accounts, tables or states of anybody else's making."""

    deposit: list[int] = field(default_factory=lambda: [0, 0])
    asked: list[Asked] = field(default_factory=list)
    used: set[str] = field(default_factory=set)

    def reserved(self, customer: int) -> int:
        states = ("held", "started")
        return sum(x.amount for x in self.asked if x.customer == customer and x.state in states)

    def do(self, step: Step) -> bool:
        """Whether it is done; False is a refusal, after which nothing has changed."""
        if step.what == "pay_in":
            self.deposit[step.customer] += step.amount
            return True
        if step.what == "ask":
            return self._ask(step)
        if step.which >= len(self.asked):
            return False
        return self._about(step, self.asked[step.which])

    def _ask(self, step: Step) -> bool:
        if not CHARGE < step.amount <= self.deposit[step.customer]:
            return False
        self.deposit[step.customer] -= step.amount
        self.asked.append(Asked(step.customer, step.amount))
        return True

    def _about(self, step: Step, payout: Asked) -> bool:
        if step.what == "withdraw":
            return payout.customer == step.customer and self._end(payout, "withdrawn", {"held"})
        if step.staff == 2:
            return False
        if step.what == "refuse":
            return self._end(payout, "refused", {"held", "started"})
        if step.what == "bounce":
            return self._end(payout, "bounced", {"sent"})
        if step.what == "start":
            allowed = payout.state == "held"
            payout.state = "started" if allowed else payout.state
            return allowed
        return self._send(step, payout)

    def _end(self, payout: Asked, state: str, sources: set[str]) -> bool:
        if payout.state not in sources:
            return False
        payout.state = state
        self.deposit[payout.customer] += payout.amount
        return True

    def _send(self, step: Step, payout: Asked) -> bool:
        reference = f"R{step.which}{step.reference}"
        if payout.state != "started" or reference in self.used:
            return False
        wish = (step.staff, step.reference)
        if payout.proposed is None or payout.proposed[0] == step.staff:
            repeated = payout.proposed == wish
            payout.proposed = wish
            return not repeated
        if payout.proposed[1] != step.reference:
            return False
        payout.state = "sent"
        self.used.add(reference)
        return True


@dataclass
class Reality:
    house: House
    pay_ins: int = 0

    async def do(self, step: Step) -> bool:
        try:
            await self._turn(step)
        except Refused:
            return False
        return True

    async def _turn(self, step: Step) -> None:
        customer, staff = (AKI, BEN)[step.customer], STAFF[step.staff]
        number = PayoutId(step.which + 1)
        match step.what:
            case "pay_in":
                self.house.later(seconds=1)
                await self._by(MINA, lambda w: paid_in(w, customer.id, usd(step.amount)))
            case "ask":
                asked = payouts.Request(usd(step.amount), Method.BANK, "Account 123 456")
                await self._by(customer, lambda w: payouts.request(w, asked))
            case "withdraw":
                await self._by(customer, lambda w: payouts.withdraw(w, number))
            case "start":
                await self._by(staff, lambda w: payouts.start(w, number))
            case "send":
                reference = f"R{step.which}{step.reference}"
                await self._by(staff, lambda w: payouts.send(w, number, reference))
            case "refuse":
                await self._by(staff, lambda w: payouts.refuse(w, number, "No"))
            case "bounce":
                await self._by(staff, lambda w: payouts.bounce(w, number))

    async def _by(self, who: Actor, what: Callable[[Work], Awaitable[object]]) -> None:
        async with unit_of_work(self.house.database) as uow:
            await what(Work(uow, AGENCY, self.house.now, who))


@pytest.fixture
def keys() -> str:
    return Fernet.generate_key().decode()


async def play(url: str, key: str, history: list[Step]) -> None:
    database = await Database.connect(url)
    try:
        database.vault = Vault([key])
        house = House(database, datetime(2026, 11, 2, 9, 0, tzinfo=UTC))
        await house.meet(AKI, BEN, MINA, KIM, TOM)
        for who in (AKI, BEN):
            async with house.turn(MINA) as work:
                await payouts.allow(work, who.id)
        await compare(house, history)
    finally:
        await database.close()


async def compare(house: House, history: list[Step]) -> None:
    model, reality = Model(), Reality(house)
    for step in history:
        for _ in range(1 + (step.twice and step.what != "ask")):
            assert await reality.do(step) == model.do(step), step
    for number, who in enumerate((AKI, BEN)):
        expected = (model.deposit[number], model.reserved(number), 0)
        assert await house.deposit(who) == expected
    async with house.look() as uow:
        kept = [(await uow.payouts.get(PayoutId(n + 1))).state for n in range(len(model.asked))]
    assert kept == [asked.state for asked in model.asked]
    assert await house.failures() == []


@settings(
    max_examples=15,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(history=steps)
async def test_random_lives_of_pay_outs_end_as_the_model_says(
    history: list[Step], keys: str, engine: str, request: pytest.FixtureRequest
) -> None:
    if engine == "sqlite":
        files, folder = (
            request.getfixturevalue("sqlite_files"),
            request.getfixturevalue("tmp_path"),
        )
        path = folder / "daiko.db"
        for beside in folder.glob("daiko.db*"):
            beside.unlink()
        await play(files.create(path), keys, history)
    else:
        postgres = request.getfixturevalue("postgres")
        url = postgres.create()
        try:
            await play(url, keys, history)
        finally:
            postgres.give_back(url)
