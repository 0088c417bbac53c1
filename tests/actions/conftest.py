"""An agency with a customer and two members of staff, and the turns they take."""

from __future__ import annotations

from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta
from typing import Final
from zoneinfo import ZoneInfo

import pytest

from actions import (
    applications,
    estimates,
    payments,
    purchases,
    second_bills,
    shipping,
    warehouse,
)
from actions.work import Work
from domain.actors import CLOCK, Actor
from domain.agency import Agency
from domain.bills import Method
from domain.estimates import Estimate
from domain.ids import LineNo, OrderId, PersonId
from domain.letters import Recipient, Told, ToPerson, ToTopic, Urgency
from domain.money import Currency, Money
from domain.notices import Notice
from domain.orders import Application, Line, Order, Preference, Role, SoldOut
from domain.reports import TransferReport
from storage.database import Database
from storage.unit_of_work import UnitOfWork, looking, unit_of_work

AKI: Final = Actor(PersonId(7), "Aki", Role.CUSTOMER)
BEN: Final = Actor(PersonId(8), "Ben", Role.CUSTOMER)
MINA: Final = Actor(PersonId(42), "Mina", Role.STAFF, is_finance=True)
TOM: Final = Actor(PersonId(43), "Tom", Role.STAFF)
AGENCY: Final = Agency("Daiko", Currency.USD, ZoneInfo("UTC"), staff_chat=-100)
ADDRESS: Final = "Aki Tanaka\n1 Long Street\n10115 Berlin"


def usd(minor: int) -> Money:
    return Money(minor, Currency.USD)


def application(*quantities: int, **more: object) -> Application:
    lines = tuple(
        Line(LineNo(no), f"Thing {no}", quantity) for no, quantity in enumerate(quantities, 1)
    )
    values: dict[str, object] = {
        "lines": lines,
        "address": ADDRESS,
        "preference": Preference.CHEAPEST,
        "sold_out": SoldOut.BUY_THE_REST,
        "tolerance_percent": 5,
    }
    return Application(**(values | more))  # type: ignore[arg-type]


def estimate(*prices: int, shipping: int = 500, fee: int = 200) -> Estimate:
    return Estimate(
        {no: usd(price) for no, price in enumerate(prices, 1)}, usd(shipping), usd(fee)
    )


def report(minor: int) -> TransferReport:
    return TransferReport(usd(minor), date(2026, 11, 2), "Aki Tanaka")


@dataclass
class House:
    """The database and the moment; each `turn` is a transaction of its own."""

    database: Database
    now: datetime

    @asynccontextmanager
    async def turn(self, by: Actor) -> AsyncIterator[Work]:
        async with unit_of_work(self.database) as uow:
            yield Work(uow, AGENCY, self.now, by)

    @asynccontextmanager
    async def look(self) -> AsyncIterator[UnitOfWork]:
        async with looking(self.database) as uow:
            yield uow

    async def meet(self, *people: Actor) -> None:
        async with unit_of_work(self.database) as uow:
            for who in people:
                await uow.people.meet(who.id, who.name, "", "en", self.now)

    def later(self, **span: int) -> None:
        self.now += timedelta(**span)

    def just_before(self, order: Order, **span: int) -> None:
        """So long before its deadline."""
        assert order.due_at is not None
        self.now = order.due_at - timedelta(**span)

    async def order(self, order_id: OrderId) -> Order:
        async with self.look() as uow:
            return await uow.orders.get(order_id)

    async def deposit(self, who: Actor = AKI) -> tuple[int, int, int]:
        """(deposit, reserved, owed) in cents."""
        async with self.look() as uow:
            purse = await uow.ledger.purse(who.id, Currency.USD)
            return purse.deposit.minor, purse.reserved.minor, purse.owed.minor

    async def told(self, to: Recipient) -> list[Notice]:
        """The notices that wait for somebody, oldest first."""
        async with self.look() as uow:
            room = dict.fromkeys(Urgency, 1000)
            found = await uow.outbox.waiting(dict.fromkeys(Urgency, 0), room, self.now)
        letters = [envelope.open() for envelope in found]
        return [x.content.notice for x in letters if x.to == to and isinstance(x.content, Told)]

    async def told_customer(self, who: Actor = AKI) -> list[Notice]:
        return await self.told(ToPerson(who.id))

    async def told_staff(self, order: Order) -> list[Notice]:
        return await self.told(ToTopic(order.id))

    async def failures(self) -> Sequence[object]:
        from storage.proofs import prove

        async with self.look() as uow:
            return await prove(uow.tx)

    # An order on its way ----------------------------------------------------------------------

    async def applied(self, *quantities: int, **more: object) -> Order:
        async with self.turn(AKI) as work:
            return await applications.apply(work, application(*(quantities or (2, 1)), **more))

    async def estimated(self, *prices: int, **more: object) -> Order:
        order = await self.applied(*([1] * len(prices)), **more)
        async with self.turn(MINA) as work:
            return await estimates.issue(work, order.id, estimate(*prices))

    async def paid(self, *prices: int, **more: object) -> Order:
        order = await self.estimated(*prices, **more)
        assert order.first_bill is not None
        async with self.turn(MINA) as work:
            done = await payments.confirm_transfer(
                work, order.id, order.first_bill.total, f"REF{order.id}", without_report=True
            )
            return done.order

    async def at_warehouse(self, *prices: int) -> Order:
        order = await self.paid(*prices)
        async with self.turn(TOM) as work:
            await purchases.mark_bought(work, order.id, None)
            return await warehouse.mark_arrived(work, order.id, None)

    async def billed(self, *prices: int, ems: int = 4_210) -> Order:
        order = await self.at_warehouse(*prices)
        async with self.turn(TOM) as work:
            return await second_bills.issue(work, order.id, (Method("EMS", usd(ems)),))

    async def shipped(self, *prices: int) -> Order:
        order = await self.billed(*prices, ems=0)
        async with self.turn(AKI) as work:
            order = await second_bills.choose_shipping(work, order.id, "EMS", ADDRESS)
            await second_bills.request_shipping(work, order.id)
        async with self.turn(TOM) as work:
            return await shipping.ship(work, order.id, "EMS", "EE123456785JP")


@pytest.fixture
async def house(database: Database) -> House:
    house = House(database, datetime(2026, 11, 2, 9, 0, tzinfo=UTC))
    await house.meet(AKI, BEN, MINA, TOM)
    return house


__all__ = ["CLOCK", "House", "replace"]
