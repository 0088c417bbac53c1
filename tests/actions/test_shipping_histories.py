"""Random lives of a shipped order: however often it is changed, sent, returned or made good,
what was paid is what it cost and what is in the deposit."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from random import Random

import pytest

from actions import payments, problems, receptions, second_bills, shipping
from actions.work import Work
from domain.bills import Method
from domain.money import Money
from domain.orders import Order, Stage
from domain.proposals import Proposal
from domain.refusals import Refused
from tests.actions.conftest import ADDRESS, AKI, MINA, TOM, House, replace, usd

Step = Callable[[], Awaitable[None]]

RIKU = replace(TOM, is_finance=True)
PRICES = {"EMS": 4_210, "SAL": 2_000, "DHL": 6_500}
METHODS = tuple(Method(name, usd(price)) for name, price in PRICES.items())
BASE = 1_700  # the goods, their way to the warehouse, and the fee
STEPS = 20


@dataclass
class Life:
    """What an order must have come to, by a sheet of paper of our own."""

    house: House
    order: Order
    chance: Random
    paid: int = BASE
    earlier: int = 0  # shipping of what came back
    present: int = 0  # of the 2nd bill that counts
    refunded: int = 0
    forgiven: int = 0  # by how much refunds made the order cheaper
    numbers: list[str] = field(default_factory=list)
    used_up: bool = False

    @property
    def cost(self) -> int:
        return BASE + self.earlier + self.present - self.forgiven

    @property
    def over(self) -> int:
        return max(self.paid - self.refunded - self.cost, 0)

    async def step(self) -> None:
        self.house.later(hours=25)
        self.order = await self.house.order(self.order.id)
        await self.chance.choice(self._possible())()

    def _possible(self) -> list[Step]:
        """What makes sense at the stage, and now and then what may not."""
        anything: list[Step] = [
            self.bill,
            self.choose,
            self.pack,
            self.ship,
            self.send_back,
            self.refund,
        ]
        sensible: dict[Stage, list[Step]] = {
            Stage.AT_WAREHOUSE: [self.bill, self.bill, self.send_back],
            Stage.AWAITING_SECOND_PAYMENT: [self.choose, self.choose, self.bill, self.send_back],
            Stage.READY_TO_SHIP: [self.choose, self.choose, self.ship, self.pack, self.refund],
            Stage.SHIPPED: [self.send_back, self.send_back, self.refund, self.replace, self.wait],
        }
        return sensible[self.order.stage] if self.chance.random() < 0.8 else anything

    async def bill(self) -> None:
        async with self.house.turn(TOM) as work:
            await second_bills.issue(work, self.order.id, METHODS)
        if self.used_up:
            self.earlier, self.used_up = self.earlier + self.present, False
        self.present = min(PRICES.values())

    async def choose(self) -> None:
        name = self.chance.choice(list(PRICES))
        async with self.house.turn(AKI) as work:
            order = await second_bills.choose_shipping(work, self.order.id, name, ADDRESS)
            self.present = PRICES[name]
            if order.stage is Stage.AWAITING_SECOND_PAYMENT:
                await self._pay(work, order)

    async def _pay(self, work: Work, order: Order) -> None:
        assert order.second_bill is not None
        due = order.second_bill.remaining
        if due.is_zero:
            await second_bills.request_shipping(work, order.id)
            return
        finance = Work(work.uow, work.agency, work.now, MINA)
        reference = f"S{order.version}"
        await payments.confirm_transfer(finance, order.id, due, reference, without_report=True)
        self.paid += due.minor

    async def pack(self) -> None:
        async with self.house.turn(TOM) as work:
            await second_bills.pack(work, self.order.id)

    async def ship(self) -> None:
        number = f"EE{len(self.numbers)}"
        async with self.house.turn(TOM) as work:
            await shipping.ship(work, self.order.id, "EMS", number)
        self.numbers.append(number)

    async def send_back(self) -> None:
        number = self.chance.choice(self.numbers[-2:] or ["EE0"])
        was = self.order.stage
        async with self.house.turn(TOM) as work:
            await shipping.take_back(work, self.order.id, number, "unknown")
        self.used_up = self.used_up or was is Stage.SHIPPED

    async def refund(self) -> None:
        amount = usd(self.chance.choice([1, 100, 1_500]))
        await self._report()
        for who in (MINA, RIKU):
            async with self.house.turn(who) as work:
                done = await problems.solve_by_refund(work, self.order.id, amount, "sorry")
        assert not isinstance(done, Proposal)
        self.forgiven += amount.minor
        self.refunded += amount.minor

    async def replace(self) -> None:
        await self._report()
        async with self.house.turn(TOM) as work:
            await problems.solve_by_replacement(work, self.order.id, "again")

    async def _report(self) -> None:
        async with self.house.turn(AKI) as work:
            await problems.open_problem(work, self.order.id, "broken")

    async def wait(self) -> None:
        async with self.house.turn(AKI) as work:
            await receptions.not_arrived_yet(work, self.order.id)

    # To the end -------------------------------------------------------------------------------

    async def finish(self) -> None:
        """Whatever is still missing, until it is there."""
        ways = {
            Stage.AT_WAREHOUSE: self.bill,
            Stage.AWAITING_SECOND_PAYMENT: self.choose,
            Stage.READY_TO_SHIP: self.ship,
        }
        await self._close_problem()
        self.order = await self.house.order(self.order.id)
        while (way := ways.get(self.order.stage)) is not None:
            await way()
            self.order = await self.house.order(self.order.id)
        async with self.house.turn(AKI) as work:
            await receptions.report_reception(work, self.order.id)

    async def _close_problem(self) -> None:
        try:
            async with self.house.turn(TOM) as work:
                await problems.solve(work, self.order.id, "enough")
        except Refused:
            pass

    async def earned(self) -> Money:
        async with self.house.look() as uow:
            return await uow.ledger.earned(self.order.id, self.order.currency)


@pytest.mark.parametrize("seed", range(14))
async def test_whatever_happens_to_the_parcels_the_money_adds_up(house: House, seed: int) -> None:
    life = Life(house, await house.at_warehouse(1_000), Random(seed))
    for _ in range(STEPS):
        try:
            await life.step()
        except Refused:
            continue
    await life.finish()
    assert (await life.earned()).minor == life.cost
    deposit, reserved, owed = await house.deposit()
    assert (deposit - owed, reserved) == (life.paid - life.cost, 0)
    assert await house.failures() == []
