"""Paying in: what arrived is credited, once, and nobody decides about their own money."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from datetime import date

import pytest

from actions import pay_ins
from domain.actors import Actor
from domain.ids import PaymentId, PersonId
from domain.letters import ToStaff
from domain.notices import PayInConfirmed, PayInRefused, PayInReported
from domain.orders import Role
from domain.payments import PaymentState
from domain.proposals import Proposal
from domain.refusals import (
    AlreadyDone,
    AlreadyReported,
    NoSuchPayIn,
    NotFinance,
    OwnAccount,
    ReferenceUsed,
    SomebodyElseMust,
    TooManyReports,
)
from domain.reports import TransferReport
from tests.actions.conftest import AKI, BEN, MINA, TOM, House, report, usd

LEA = Actor(PersonId(44), "Lea", Role.STAFF, is_finance=True)
FINANCE = ToStaff("finance")


async def reported(house: House, minor: int = 10_000) -> PaymentId:
    async with house.turn(AKI) as work:
        return (await pay_ins.report(work, report(minor))).id


async def test_a_report_moves_nothing_and_is_told_to_finance(house: House) -> None:
    number = await reported(house)
    assert await house.deposit() == (0, 0, 0)
    assert await house.told(FINANCE) == [
        PayInReported(number, AKI.id, "Aki", usd(10_000), "2026-11-02", "Aki Tanaka", "P9L")
    ]


async def test_what_arrived_is_credited_not_what_was_claimed(house: House) -> None:
    number = await reported(house)
    async with house.turn(MINA) as work:
        done = await pay_ins.confirm(work, number, usd(9_950), "B17")
    assert isinstance(done, pay_ins.PaidIn)
    assert done.balance == usd(9_950)
    assert await house.deposit() == (9_950, 0, 0)
    assert await house.told_customer() == [PayInConfirmed(usd(9_950), usd(0), usd(9_950))]
    assert await house.failures() == []


async def test_a_debt_is_repaid_first(house: House) -> None:
    from domain.ledger import INCOME, Entry, Kind, leg, receivable

    async with house.turn(MINA) as work:
        debt = leg(receivable(AKI.id), INCOME, usd(200))
        await work.post(Entry("order:99:settle", Kind.SETTLEMENT, debt))
    number = await reported(house, 150)
    async with house.turn(MINA) as work:
        await pay_ins.confirm(work, number, usd(150), "B17")
    assert await house.deposit() == (0, 0, 50)
    assert (await house.told_customer())[-1] == PayInConfirmed(usd(150), usd(150), usd(-50))
    number = await reported(house)
    async with house.turn(MINA) as work:
        await pay_ins.confirm(work, number, usd(10_000), "B18")
    assert await house.deposit() == (9_950, 0, 0)
    assert (await house.told_customer())[-1] == PayInConfirmed(usd(10_000), usd(50), usd(9_950))


@pytest.mark.parametrize("again", ["B17", "b 17", "B 1 7"])
async def test_a_bank_reference_is_used_once(house: House, again: str) -> None:
    first, second = await reported(house), await reported(house, 10_001)
    async with house.turn(MINA) as work:
        await pay_ins.confirm(work, first, usd(10_000), "B17")
    with pytest.raises(ReferenceUsed) as refusal:
        async with house.turn(MINA) as work:
            await pay_ins.confirm(work, second, usd(10_000), again)
    assert (refusal.value.reference, refusal.value.amount) == ("B17", usd(10_000))
    assert await house.deposit() == (10_000, 0, 0)


async def test_a_second_report_of_the_same_transfer_shows_the_first(house: House) -> None:
    number = await reported(house)
    with pytest.raises(AlreadyReported) as refusal:
        await reported(house)
    assert (refusal.value.payment, refusal.value.amount) == (number, usd(10_000))
    assert len(await house.told(FINANCE)) == 1
    async with house.turn(AKI) as work:  # another day is another transfer
        await pay_ins.report(work, TransferReport(usd(10_000), date(2026, 11, 1), "Aki Tanaka"))
    async with house.turn(BEN) as work:  # and so is another customer's
        await pay_ins.report(work, report(10_000))


async def test_no_more_than_five_reports_wait(house: House) -> None:
    for minor in range(1, 6):
        await reported(house, minor)
    with pytest.raises(TooManyReports):
        await reported(house, 6)


async def test_a_refusal_moves_nothing_and_says_why(house: House) -> None:
    number = await reported(house)
    async with house.turn(MINA) as work:
        refused = await pay_ins.refuse(work, number, "nothing arrived")
    assert refused.state is PaymentState.REFUSED
    assert await house.deposit() == (0, 0, 0)
    assert await house.told_customer() == [PayInRefused(usd(10_000), "nothing arrived")]


async def test_the_second_of_two_is_told_who_was_first(house: House) -> None:
    number = await reported(house)
    async with house.turn(MINA) as work:
        await pay_ins.confirm(work, number, usd(10_000), "B17")
    for late in (
        lambda work: pay_ins.confirm(work, number, usd(10_000), "B18"),
        lambda work: pay_ins.refuse(work, number, "no"),
    ):
        with pytest.raises(AlreadyDone) as refusal:
            async with house.turn(LEA) as work:
                await late(work)
        assert refusal.value.who == "Mina"
        assert "confirmed" in refusal.value.what
    assert await house.deposit() == (10_000, 0, 0)


async def test_two_at_once_credit_once(house: House) -> None:
    number = await reported(house)

    async def confirm(reference: str) -> str:
        try:
            async with house.turn(MINA) as work:
                await pay_ins.confirm(work, number, usd(10_000), reference)
        except AlreadyDone:
            return "late"
        return "done"

    assert sorted(await asyncio.gather(confirm("B17"), confirm("B18"))) == ["done", "late"]
    assert await house.deposit() == (10_000, 0, 0)
    assert await house.failures() == []


async def test_only_finance_members_decide(house: House) -> None:
    number = await reported(house)
    for deed in (
        lambda work: pay_ins.confirm(work, number, usd(1), "B17"),
        lambda work: pay_ins.refuse(work, number, "no"),
    ):
        with pytest.raises(NotFinance):
            async with house.turn(TOM) as work:
                await deed(work)
    assert await house.deposit() == (0, 0, 0)


async def test_nobody_confirms_their_own_pay_in(house: House) -> None:
    async with house.turn(replace(MINA, role=Role.CUSTOMER)) as work:
        number = (await pay_ins.report(work, report(10_000))).id
    with pytest.raises(OwnAccount):
        async with house.turn(MINA) as work:
            await pay_ins.confirm(work, number, usd(10_000), "B17")
    assert await house.deposit(MINA) == (0, 0, 0)


async def test_another_number_is_no_pay_in(house: House) -> None:
    order = await house.estimated(2_000)
    assert order is not None
    with pytest.raises(NoSuchPayIn):
        async with house.turn(MINA) as work:
            await pay_ins.confirm(work, PaymentId(999), usd(1), "B17")


async def test_so_much_that_it_takes_two_is_proposed_first(house: House) -> None:
    await house.meet(LEA)
    number = await reported(house, 60_000)
    async with house.turn(MINA) as work:
        proposed = await pay_ins.confirm(work, number, usd(60_000), "B17")
    assert isinstance(proposed, Proposal)
    assert proposed.wish.line == f"/payin {number} 600.00 B17"
    assert await house.deposit() == (0, 0, 0)
    with pytest.raises(SomebodyElseMust):
        async with house.turn(MINA) as work:
            await pay_ins.confirm(work, number, usd(60_000), "B17")
    async with house.turn(LEA) as work:
        assert isinstance(await pay_ins.confirm(work, number, usd(60_000), "B17"), pay_ins.PaidIn)
    assert await house.deposit() == (60_000, 0, 0)
    assert await house.failures() == []
