"""Money of an unknown sender is kept apart, and matched once."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from datetime import timedelta

import pytest

from actions import pay_ins, payments, suspense
from domain.ids import PersonId
from domain.ledger import SUSPENSE
from domain.money import Currency
from domain.notices import PayInConfirmed, PaymentConfirmed
from domain.orders import Stage
from domain.payments import PaymentState
from domain.proposals import Proposal
from domain.refusals import (
    InSuspense,
    NoSuchCustomer,
    NotFinance,
    NotInSuspense,
    OwnAccount,
    OwnOrder,
    ProposalDiffers,
    ReferenceUsed,
)
from tests.actions.conftest import AKI, BEN, MINA, TOM, House, report, usd


async def kept(house: House, minor: int = 8_740, reference: str = "B17") -> None:
    async with house.turn(MINA) as work:
        await suspense.keep(work, usd(minor), reference)


async def in_suspense(house: House) -> int:
    async with house.look() as uow:
        return (await uow.ledger.balance(SUSPENSE, Currency.USD)).minor


async def test_unknown_money_waits_and_is_nobodys(house: House) -> None:
    await kept(house)
    assert await in_suspense(house) == 8_740
    assert await house.deposit() == (0, 0, 0)
    assert await house.told_customer() == []
    assert await house.failures() == []


async def test_a_match_puts_it_into_the_deposit(house: House) -> None:
    await kept(house)
    async with house.turn(MINA) as work:
        done = await suspense.match_to_customer(work, "b 17", AKI.id)
    assert isinstance(done, suspense.Matched)
    assert (done.received, done.name) == (usd(8_740), "Aki")
    assert await house.deposit() == (8_740, 0, 0)
    assert await in_suspense(house) == 0
    assert await house.told_customer() == [PayInConfirmed(usd(8_740), usd(0), usd(8_740))]
    assert await house.failures() == []


async def test_a_match_answers_the_report_of_that_amount(house: House) -> None:
    async with house.turn(AKI) as work:
        number = (await pay_ins.report(work, report(8_740))).id
    await kept(house)
    async with house.turn(MINA) as work:
        await suspense.match_to_customer(work, "B17", AKI.id)
    async with house.look() as uow:
        payment = await uow.payments.get(number)
        assert payment is not None
        assert payment.state is PaymentState.CONFIRMED
        assert await uow.payments.open_pay_ins(AKI.id) == []
    assert await house.failures() == []


async def test_a_match_to_an_order_pays_its_bill(house: House) -> None:
    order = await house.estimated(2_000)  # $27.00
    await kept(house, 3_000)
    async with house.turn(MINA) as work:
        done = await suspense.match_to_order(work, "B17", order.id)
    assert isinstance(done, suspense.Matched)
    assert done.booked is not None
    assert done.booked.applied == usd(2_700)
    assert (await house.order(order.id)).stage is Stage.PURCHASING
    assert await house.deposit() == (300, 0, 0)
    confirmed = (await house.told_customer())[-1]
    assert isinstance(confirmed, PaymentConfirmed)
    assert (confirmed.applied, confirmed.to_deposit) == (usd(2_700), usd(300))
    assert await house.failures() == []


async def test_a_match_that_is_too_little_leaves_the_bill_open(house: House) -> None:
    order = await house.estimated(2_000)
    async with house.turn(AKI) as work:
        await payments.report_transfer(work, order.id, report(2_700))
    await kept(house, 2_699)
    async with house.turn(MINA) as work:
        await suspense.match_to_order(work, "B17", order.id)
    after = await house.order(order.id)
    assert after.stage is Stage.AWAITING_FIRST_PAYMENT
    assert after.frozen_at is None  # the report is answered
    assert after.first_bill is not None
    assert after.first_bill.paid == usd(0)
    assert await house.deposit() == (2_699, 0, 0)
    assert await house.failures() == []


async def test_money_is_matched_once(house: House) -> None:
    await kept(house)
    async with house.turn(MINA) as work:
        await suspense.match_to_customer(work, "B17", AKI.id)
    with pytest.raises(ReferenceUsed):
        async with house.turn(MINA) as work:
            await suspense.match_to_customer(work, "B17", AKI.id)
    assert await house.deposit() == (8_740, 0, 0)


async def test_matched_by_two_at_once_it_is_matched_once(house: House) -> None:
    for number in range(8):  # on PostgreSQL the second one waits for the first
        await kept(house, 1_000, f"B{number}")

        async def match(reference: str = f"B{number}") -> str:
            try:
                async with house.turn(MINA) as work:
                    await suspense.match_to_customer(work, reference, AKI.id)
            except ReferenceUsed:
                return "late"
            return "done"

        assert sorted(await asyncio.gather(match(), match())) == ["done", "late"]
    assert await house.deposit() == (8_000, 0, 0)
    assert await house.failures() == []


async def test_a_reference_in_suspense_is_used(house: House) -> None:
    await kept(house)
    order = await house.estimated(2_000)
    for deed in (
        lambda work: suspense.keep(work, usd(8_740), "B17"),
        lambda work: payments.confirm_transfer(
            work, order.id, usd(8_740), "B17", without_report=True
        ),
    ):
        with pytest.raises(InSuspense) as refusal:
            async with house.turn(MINA) as work:
                await deed(work)
        assert refusal.value.amount == usd(8_740)
    assert await in_suspense(house) == 8_740


async def test_what_is_not_in_suspense_cannot_be_matched(house: House) -> None:
    with pytest.raises(NotInSuspense):
        async with house.turn(MINA) as work:
            await suspense.match_to_customer(work, "B17", AKI.id)


async def test_only_finance_members_and_never_to_oneself(house: House) -> None:
    await kept(house)
    with pytest.raises(NotFinance):
        async with house.turn(TOM) as work:
            await suspense.match_to_customer(work, "B17", AKI.id)
    with pytest.raises(NotFinance):
        async with house.turn(TOM) as work:
            await suspense.keep(work, usd(1), "B18")
    with pytest.raises(OwnAccount):
        async with house.turn(MINA) as work:
            await suspense.match_to_customer(work, "B17", MINA.id)
    assert await in_suspense(house) == 8_740


async def test_never_to_an_order_of_ones_own(house: House) -> None:
    from actions import applications
    from domain.orders import Role
    from tests.actions.conftest import application

    await kept(house)
    async with house.turn(replace(MINA, role=Role.CUSTOMER)) as work:
        order = await applications.apply(work, application(1))
    with pytest.raises(OwnOrder):
        async with house.turn(MINA) as work:
            await suspense.match_to_order(work, "B17", order.id)


async def test_staff_name_a_customer_by_number_or_name(house: House) -> None:
    async with house.turn(MINA) as work:
        await work.uow.people.meet(AKI.id, "Aki", "aki_t", "en", work.now)
        assert (await suspense.customer(work, "7")).name == "Aki"
        assert (await suspense.customer(work, "@AKI_T")).name == "Aki"
        for nobody in ("999", "@nobody"):
            with pytest.raises(NoSuchCustomer):
                await suspense.customer(work, nobody)


async def test_a_statement_opens_with_what_was_there_before(house: House) -> None:
    """The first moment belongs to it, the last one to the next."""
    start = house.now
    for number, minor in enumerate((100, 200, 400), 1):
        async with house.turn(MINA) as work:
            await suspense.keep(work, usd(minor), f"B{number}")
            await suspense.match_to_customer(work, f"B{number}", AKI.id)
        house.later(days=1)
    day = timedelta(days=1)
    async with house.look() as uow:
        ledger = uow.ledger
        middle = await ledger.statement(AKI.id, Currency.USD, start + day, start + 2 * day)
        assert (middle.opening, middle.closing) == (usd(100), usd(300))
        assert [line.change for line in middle.lines] == [usd(200)]
        later = await ledger.statement(AKI.id, Currency.USD, house.now, house.now + day)
        assert (later.opening, later.lines, later.closing) == (usd(700), (), usd(700))
        before = await ledger.statement(AKI.id, Currency.USD, start - day, start)
        assert (before.opening, before.lines) == (usd(0), ())


async def test_matching_so_much_takes_two(house: House) -> None:
    lea = replace(MINA, id=PersonId(44), name="Lea")
    await house.meet(lea)
    await kept(house, 60_000)
    async with house.turn(MINA) as work:
        proposed = await suspense.match_to_customer(work, "B17", AKI.id)
    assert isinstance(proposed, Proposal)
    assert proposed.wish.line == "/match B17 7"
    assert await house.deposit() == (0, 0, 0)
    with pytest.raises(ProposalDiffers):
        async with house.turn(lea) as work:
            await suspense.match_to_customer(work, "B17", BEN.id)
    async with house.turn(lea) as work:
        await suspense.match_to_customer(work, "B17", AKI.id)
    assert await house.deposit() == (60_000, 0, 0)
    assert await house.failures() == []
