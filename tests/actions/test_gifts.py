"""Goodwill, write-offs and refunds: by two people, once, and never to oneself."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, replace

import pytest
from sqlalchemy import select

from actions import adjustments, confirmations, gifts, payments, receptions
from actions.gifts import Given
from actions.payments import Confirmed
from actions.work import Work
from domain.actors import Actor
from domain.agency import Agency
from domain.ids import PersonId
from domain.orders import Role
from domain.payout_notices import DebtWrittenOff, GoodwillGiven, MoneyGivenBack
from domain.proposals import Proposal
from domain.refusals import (
    AlreadyDone,
    NoOpenReport,
    NotFinance,
    OwesLess,
    OwnAccount,
    OwnOrder,
    PaidLess,
    ProposalDiffers,
    ReferenceUsed,
    SomebodyElseMust,
    TwoMustAgree,
)
from storage.ledger_tables import ledger_event
from storage.unit_of_work import unit_of_work
from tests.actions.conftest import AGENCY, AKI, MINA, TOM, House, usd

KIM = Actor(PersonId(44), "Kim", Role.STAFF, is_finance=True)


@dataclass
class Office:
    house: House
    agency: Agency = AGENCY

    async def by(self, who: Actor, what: Callable[[Work], Awaitable[object]]) -> object:
        async with unit_of_work(self.house.database) as uow:
            return await what(Work(uow, self.agency, self.house.now, who))

    async def goodwill(self, who: Actor, minor: int = 500, to: Actor = AKI) -> object:
        return await self.by(who, lambda w: gifts.give_goodwill(w, to.id, usd(minor), "Sorry"))

    async def write_off(self, who: Actor, minor: int) -> object:
        return await self.by(who, lambda w: gifts.write_off(w, AKI.id, usd(minor), "Too small"))

    async def people(self, kind: str) -> list[tuple[str, str]]:
        async with self.house.look() as uow:
            statement = select(ledger_event).where(ledger_event.c.kind == kind)
            return [(row.actor, row.approved_by) for row in await uow.tx.all(statement)]


@pytest.fixture
async def office(house: House) -> Office:
    await house.meet(KIM)
    return Office(house)


async def test_goodwill_takes_two_people(office: Office) -> None:
    assert isinstance(await office.goodwill(MINA), Proposal)
    assert await office.house.deposit() == (0, 0, 0)
    with pytest.raises(SomebodyElseMust):
        await office.goodwill(MINA)
    assert await office.goodwill(KIM) == Given(usd(500), usd(0))
    assert await office.house.deposit() == (500, 0, 0)
    assert await office.people("goodwill") == [("staff:42", "staff:44")]
    assert await office.house.told_customer() == [GoodwillGiven(usd(500), "Sorry", usd(0))]
    assert await office.house.failures() == []


async def test_another_amount_is_refused_with_the_proposal(office: Office) -> None:
    await office.goodwill(MINA, 500)
    with pytest.raises(ProposalDiffers) as refusal:
        await office.goodwill(KIM, 501)
    assert refusal.value.line == "/goodwill 7 5.00 Sorry"
    assert await office.house.deposit() == (0, 0, 0)


async def test_only_finance_proposes_and_agrees(office: Office) -> None:
    with pytest.raises(NotFinance):
        await office.goodwill(TOM)
    await office.goodwill(MINA)
    with pytest.raises(NotFinance):
        await office.goodwill(TOM)
    assert await office.house.deposit() == (0, 0, 0)


async def test_nobody_gives_to_themselves_nor_agrees_to_it(office: Office) -> None:
    with pytest.raises(OwnAccount):
        await office.goodwill(MINA, to=MINA)
    await office.goodwill(KIM, to=MINA)
    with pytest.raises(OwnAccount):
        await office.goodwill(MINA, to=MINA)
    assert await office.house.deposit(MINA) == (0, 0, 0)


async def test_who_comes_late_is_told_who_was_faster(office: Office) -> None:
    await office.goodwill(MINA)
    await office.goodwill(KIM)
    lee = Actor(PersonId(45), "Lee", Role.STAFF, is_finance=True)
    with pytest.raises(AlreadyDone) as refusal:
        await office.goodwill(lee)
    assert refusal.value.who == "Kim"
    office.house.later(minutes=10)
    assert isinstance(await office.goodwill(lee), Proposal)
    assert await office.house.deposit() == (500, 0, 0)


async def test_two_who_want_it_at_once_are_one_proposal_and_one_consent(office: Office) -> None:
    results = await asyncio.gather(
        office.goodwill(MINA), office.goodwill(KIM), return_exceptions=True
    )
    kinds = sorted(type(result).__name__ for result in results)
    assert kinds == ["Given", "Proposal"]
    assert await office.house.deposit() == (500, 0, 0)
    assert await office.house.failures() == []


async def test_two_who_agree_at_once_give_once(office: Office) -> None:
    lee = Actor(PersonId(45), "Lee", Role.STAFF, is_finance=True)
    await office.house.meet(lee)
    await office.goodwill(MINA)
    results = await asyncio.gather(
        office.goodwill(KIM), office.goodwill(lee), return_exceptions=True
    )
    assert sorted(type(result).__name__ for result in results) == ["AlreadyDone", "Given"]
    assert await office.house.deposit() == (500, 0, 0)


async def test_a_sole_operator_is_enough_where_the_settings_say_so(office: Office) -> None:
    office.agency = replace(AGENCY, sole_operator=True)
    assert await office.goodwill(MINA) == Given(usd(500), usd(0))
    assert await office.people("goodwill") == [("staff:42", "self-declared")]


async def in_debt(house: House, minor: int) -> None:
    order = await house.shipped(1_000)
    async with house.turn(MINA) as work:
        await adjustments.adjust(work, order.id, usd(minor), "Customs")
    async with house.turn(AKI) as work:
        await receptions.report_reception(work, order.id)


async def test_a_debt_is_written_off_and_no_more_than_that(office: Office) -> None:
    await in_debt(office.house, 300)
    with pytest.raises(OwesLess):
        await office.write_off(MINA, 301)
    await office.write_off(MINA, 200)
    await office.write_off(KIM, 200)
    assert await office.house.deposit() == (0, 0, 100)
    told = await office.house.told_customer()
    assert told[-1] == DebtWrittenOff(usd(200), "Too small", usd(100))
    assert await office.people("write_off") == [("staff:42", "staff:44")]
    assert await office.house.failures() == []


async def test_goodwill_repays_a_debt_first(office: Office) -> None:
    await in_debt(office.house, 300)
    await office.goodwill(MINA, 500)
    assert await office.goodwill(KIM, 500) == Given(usd(500), usd(300))
    assert await office.house.deposit() == (200, 0, 0)


# Refunds --------------------------------------------------------------------------------------


async def test_a_refund_comes_from_the_order_and_then_from_what_it_earned(office: Office) -> None:
    order = await office.house.shipped(1_000)  # $17.00
    async with office.house.turn(AKI) as work:
        await receptions.report_reception(work, order.id)

    async def give(who: Actor, minor: int) -> object:
        return await office.by(who, lambda w: gifts.refund(w, order.id, usd(minor), "Broken"))

    with pytest.raises(PaidLess) as refusal:
        await give(MINA, 1_701)
    assert refusal.value.paid == usd(1_700)
    await give(MINA, 1_000)
    assert await give(KIM, 1_000) == Given(usd(1_000), usd(0))
    assert await office.house.deposit() == (1_000, 0, 0)
    with pytest.raises(PaidLess) as refusal:
        await give(MINA, 701)
    assert refusal.value.paid == usd(700)
    told = await office.house.told_customer()
    assert told[-1] == MoneyGivenBack(order.id, usd(1_000), "Broken", usd(0))
    assert await office.house.failures() == []


async def test_a_refund_of_an_ongoing_order_is_settled_with_what_is_left(office: Office) -> None:
    order = await office.house.shipped(1_000)
    for who in (MINA, KIM):
        await office.by(who, lambda w: gifts.refund(w, order.id, usd(500), "Broken"))
    async with office.house.turn(AKI) as work:
        await receptions.report_reception(work, order.id)
    assert await office.house.deposit() == (500, 0, 0)
    assert await office.house.failures() == []


async def test_nobody_refunds_their_own_order(office: Office) -> None:
    order = await office.house.shipped(1_000)
    aki_at_work = Actor(AKI.id, "Aki", Role.STAFF, is_finance=True)
    with pytest.raises(OwnOrder):
        await office.by(aki_at_work, lambda w: gifts.refund(w, order.id, usd(500), "Broken"))


# Confirming much ------------------------------------------------------------------------------


async def confirm(office: Office, who: Actor, order: object, minor: int) -> object:
    return await office.by(
        who,
        lambda w: confirmations.confirm(
            w,
            order.id,  # type: ignore[attr-defined]
            usd(minor),
            "BANK1",
            without_report=True,
        ),
    )


async def test_confirming_more_than_the_limit_takes_two(office: Office) -> None:
    order = await office.house.estimated(60_000)
    assert isinstance(await confirm(office, MINA, order, 50_001), Proposal)
    assert await office.house.deposit() == (0, 0, 0)
    assert isinstance(await confirm(office, KIM, order, 50_001), Confirmed)
    assert await office.people("bill_payment") == [("staff:42", "staff:44")]
    assert await office.house.failures() == []


async def test_the_limit_itself_takes_one(office: Office) -> None:
    order = await office.house.estimated(60_000)
    assert isinstance(await confirm(office, MINA, order, 50_000), Confirmed)


async def test_without_a_limit_one_is_enough(office: Office) -> None:
    office.agency = replace(AGENCY, four_eyes_above_minor=None)
    order = await office.house.estimated(90_000)
    assert isinstance(await confirm(office, MINA, order, 90_700), Confirmed)


async def test_nothing_is_proposed_that_cannot_be_done(office: Office) -> None:
    order = await office.house.estimated(60_000)
    with pytest.raises(NoOpenReport):
        await office.by(MINA, lambda w: confirmations.confirm(w, order.id, usd(60_700), "BANK1"))
    await confirm(office, MINA, order, 40_000)
    with pytest.raises(ReferenceUsed):
        await confirm(office, MINA, order, 60_700)


async def test_the_action_itself_asks_for_two(office: Office) -> None:
    order = await office.house.estimated(60_000)
    with pytest.raises(TwoMustAgree):
        await office.by(
            MINA,
            lambda w: payments.confirm_transfer(
                w, order.id, usd(60_700), "BANK1", without_report=True
            ),
        )
