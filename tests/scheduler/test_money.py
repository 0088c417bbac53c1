"""The books are proved once a night; a failure stops pay-outs and rings, until all is well."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from actions.payouts import BOOKS_FAILED
from domain.agency import Agency
from domain.ids import PersonId
from domain.letters import Told, ToStaff, Urgency
from domain.money import Currency
from domain.notices import Alarm, Notice
from scheduler.money import prove_books
from scheduler.sweeps import Clockwork
from storage.database import Database
from storage.ledger_tables import payout
from storage.unit_of_work import looking, unit_of_work

TOKYO = Agency("Daiko", Currency.USD, ZoneInfo("Asia/Tokyo"), staff_chat=-100)


@dataclass
class Night:
    database: Database
    now: datetime

    async def look(self) -> int:
        return await prove_books(Clockwork(self.database, TOKYO, lambda: self.now))

    async def mark(self, name: str) -> str:
        async with looking(self.database) as uow:
            return await uow.marks.find(name)

    async def rung(self) -> list[Notice]:
        async with looking(self.database) as uow:
            room = dict.fromkeys(Urgency, 100)
            found = await uow.outbox.waiting(dict.fromkeys(Urgency, 0), room, self.now)
        letters = [envelope.open() for envelope in found]
        finance = ToStaff("finance")
        return [
            x.content.notice for x in letters if x.to == finance and isinstance(x.content, Told)
        ]

    async def break_books(self) -> None:
        """A pay-out that nothing is reserved for."""
        async with unit_of_work(self.database) as uow:
            await uow.people.meet(PersonId(7), "Aki", "", "en", self.now)
            await uow.tx.run(
                payout.insert(),
                id=1,
                customer_id=7,
                currency="USD",
                amount=1_000,
                fee=200,
                method="bank",
                state="held",
                details_hint="***",
                allowed_by="x",
                requested_at=0,
                due_on="2026-11-30",
            )

    async def mend_books(self) -> None:
        async with unit_of_work(self.database) as uow:
            await uow.tx.run(payout.delete())


@pytest.fixture
def night(database: Database) -> Night:
    return Night(database, datetime(2026, 11, 2, 17, 59, tzinfo=UTC))  # 2:59 of the 3rd in Tokyo


async def test_the_books_are_proved_once_a_day_from_three_in_the_morning(night: Night) -> None:
    await night.look()
    assert await night.mark("books proved on") == "2026-11-02"  # the first look is at the start
    night.now += timedelta(minutes=1)
    await night.look()
    assert await night.mark("books proved on") == "2026-11-03"
    await night.break_books()
    night.now += timedelta(hours=23, minutes=59)
    assert await night.look() == 0  # not looked at again before the next night
    night.now += timedelta(minutes=1)
    assert await night.look() == 1


async def test_a_failure_stops_pay_outs_and_rings_once(night: Night) -> None:
    await night.break_books()
    assert await night.look() == 1
    assert await night.mark(BOOKS_FAILED) == "8"
    (alarm,) = await night.rung()
    assert isinstance(alarm, Alarm)
    assert "pay-outs are stopped" in alarm.what
    assert "8. what is held for pay-outs is what was requested" in alarm.detail
    night.now += timedelta(minutes=10)
    assert await night.look() == 1
    assert len(await night.rung()) == 1


async def test_books_that_are_mended_let_pay_outs_go_on(night: Night) -> None:
    await night.break_books()
    await night.look()
    await night.mend_books()
    night.now += timedelta(minutes=9)
    await night.look()
    assert await night.mark(BOOKS_FAILED) == "8"  # looked at again after ten minutes
    night.now += timedelta(minutes=1)
    assert await night.look() == 0
    assert await night.mark(BOOKS_FAILED) == ""
    told = await night.rung()
    assert "pay-outs go on" in str(told[-1])


async def test_books_in_order_are_not_spoken_of(night: Night) -> None:
    assert await night.look() == 0
    assert await night.rung() == []
