"""Paying bills: what arrives decides, each bank line counts once, and the clock stands still."""

import asyncio
from datetime import timedelta

import pytest

from actions import cancellations, payments
from domain import notices
from domain.orders import Stage
from domain.payments import PaymentState
from domain.refusals import (
    DepositEmpty,
    NoOpenReport,
    NotFinance,
    NothingToPay,
    ReferenceUsed,
    UnderReview,
)
from tests.actions.conftest import AKI, MINA, TOM, House, report, usd


async def test_a_report_stops_the_clock_and_moves_no_money(house: House) -> None:
    order = await house.estimated(1_000)
    async with house.turn(AKI) as work:
        await payments.report_transfer(work, order.id, report(1_700), seen=order.version)
    kept = await house.order(order.id)
    assert (kept.stage, kept.frozen_at) == (Stage.AWAITING_FIRST_PAYMENT, house.now)
    assert await house.deposit() == (0, 0, 0)
    said = (await house.told_staff(order))[-1]
    assert isinstance(said, notices.PaymentReported)
    assert (said.claimed, said.remaining, said.sender) == (usd(1_700), usd(1_700), "Aki Tanaka")
    with pytest.raises(UnderReview):
        async with house.turn(AKI) as work:
            await payments.report_transfer(work, order.id, report(1_700))
    with pytest.raises(UnderReview):
        async with house.turn(AKI) as work:
            await cancellations.cancel(work, order.id)


async def test_exactly_enough_pays_the_bill(house: House) -> None:
    order = await house.estimated(1_000)
    async with house.turn(AKI) as work:
        await payments.report_transfer(work, order.id, report(1_700))
    async with house.turn(MINA) as work:
        done = await payments.confirm_transfer(work, order.id, usd(1_700), "B17")
    assert (done.applied, done.to_deposit, done.remaining) == (usd(1_700), usd(0), usd(0))
    kept = await house.order(order.id)
    assert (kept.stage, kept.due_at, kept.frozen_at) == (Stage.PURCHASING, None, None)
    assert await house.deposit() == (0, 0, 0)
    async with house.look() as uow:
        (payment,) = await uow.payments.of_order(order.id)
    assert (payment.state, payment.received) == (PaymentState.CONFIRMED, usd(1_700))
    assert await house.failures() == []


async def test_too_much_pays_the_bill_and_the_rest_is_deposit(house: House) -> None:
    order = await house.estimated(1_000)
    async with house.turn(MINA) as work:
        done = await payments.confirm_transfer(
            work, order.id, usd(2_000), "B17", without_report=True
        )
    assert (done.applied, done.to_deposit) == (usd(1_700), usd(300))
    assert (await house.order(order.id)).stage is Stage.PURCHASING
    assert await house.deposit() == (300, 0, 0)
    assert await house.failures() == []


async def test_too_little_is_deposit_and_leaves_48_hours_and_one_tap(house: House) -> None:
    order = await house.estimated(1_000)
    house.just_before(order, hours=1)
    async with house.turn(AKI) as work:
        await payments.report_transfer(work, order.id, report(1_700))
    house.later(days=3)
    async with house.turn(MINA) as work:
        done = await payments.confirm_transfer(work, order.id, usd(1_699), "B17")
    kept = await house.order(order.id)
    assert (done.applied, done.remaining) == (usd(0), usd(1_700))
    assert (kept.stage, kept.due_at) == (
        Stage.AWAITING_FIRST_PAYMENT,
        house.now + timedelta(hours=48),
    )
    assert await house.deposit() == (1_699, 0, 0)
    async with house.turn(AKI) as work:
        part = await payments.pay_from_deposit(work, order.id, seen=kept.version)
    assert (part.applied, part.remaining) == (usd(1_699), usd(1))
    assert await house.deposit() == (0, 0, 0)
    async with house.turn(MINA) as work:
        done = await payments.confirm_transfer(work, order.id, usd(1), "B18", without_report=True)
    assert done.order.stage is Stage.PURCHASING
    assert await house.failures() == []


async def test_a_part_from_the_deposit_comes_back_when_the_order_ends_unpaid(house: House) -> None:
    order = await house.estimated(1_000)
    async with house.turn(MINA) as work:
        await payments.confirm_transfer(work, order.id, usd(500), "B1", without_report=True)
    async with house.turn(AKI) as work:
        await payments.pay_from_deposit(work, order.id)
        await cancellations.cancel(work, order.id)
    assert await house.deposit() == (500, 0, 0)
    assert (await house.told_customer())[-1] == notices.OrderCancelled(
        order.id, "customer", "", usd(500), None
    )
    assert await house.failures() == []


async def test_a_bank_line_counts_once_however_it_is_typed(house: House) -> None:
    first = await house.estimated(1_000)
    second = await house.estimated(1_000)
    async with house.turn(MINA) as work:
        await payments.confirm_transfer(work, first.id, usd(1_700), "B 17", without_report=True)
    with pytest.raises(ReferenceUsed) as refusal:
        async with house.turn(MINA) as work:
            await payments.confirm_transfer(
                work, second.id, usd(1_700), "b17", without_report=True
            )
    assert (refusal.value.order, refusal.value.amount) == (first.id, usd(1_700))
    assert (await house.order(second.id)).stage is Stage.AWAITING_FIRST_PAYMENT
    assert await house.failures() == []


async def test_a_refusal_leaves_at_least_48_hours(house: House) -> None:
    order = await house.estimated(1_000)
    house.just_before(order, hours=2)
    async with house.turn(AKI) as work:
        await payments.report_transfer(work, order.id, report(1_700))
    async with house.turn(MINA) as work:
        await payments.refuse_report(work, order.id, "nothing arrived")
    kept = await house.order(order.id)
    assert (kept.due_at, kept.frozen_at) == (house.now + timedelta(hours=48), None)
    said = notices.PaymentRefused(order.id, "first", "nothing arrived", kept.due_at)
    assert (await house.told_customer())[-1] == said
    with pytest.raises(NoOpenReport):
        async with house.turn(MINA) as work:
            await payments.confirm_transfer(work, order.id, usd(1_700), "B17")


async def test_a_withdrawn_report_lets_the_clock_go_on_where_it_stood(house: House) -> None:
    order = await house.estimated(1_000)
    async with house.turn(AKI) as work:
        await payments.report_transfer(work, order.id, report(1_700))
    house.later(hours=5)
    async with house.turn(AKI) as work:
        await payments.withdraw_report(work, order.id)
    assert (await house.order(order.id)).due_at == order.due_at + timedelta(hours=5)  # type: ignore[operator]


async def test_only_finance_members_decide_about_money(house: House) -> None:
    order = await house.estimated(1_000)
    async with house.turn(AKI) as work:
        await payments.report_transfer(work, order.id, report(1_700))
    before = await house.order(order.id)
    with pytest.raises(NotFinance):
        async with house.turn(TOM) as work:
            await payments.confirm_transfer(work, order.id, usd(1_700), "B17")
    with pytest.raises(NotFinance):
        async with house.turn(TOM) as work:
            await payments.refuse_report(work, order.id, "no")
    assert await house.order(order.id) == before


async def test_money_for_an_ended_order_is_deposit(house: House) -> None:
    order = await house.estimated(1_000)
    async with house.turn(AKI) as work:
        await cancellations.cancel(work, order.id)
    async with house.turn(MINA) as work:
        await payments.confirm_transfer(work, order.id, usd(1_700), "B17", without_report=True)
    assert (await house.order(order.id)).stage is Stage.CANCELLED
    assert await house.deposit() == (1_700, 0, 0)
    said = notices.LatePayment(order.id, usd(1_700), usd(0))
    assert (await house.told_customer())[-1] == said
    assert await house.failures() == []


async def test_pressed_twice_at_once_it_is_paid_once(house: House) -> None:
    order = await house.estimated(1_000)
    async with house.turn(MINA) as work:
        await payments.confirm_transfer(work, order.id, usd(1_600), "B1", without_report=True)
        await payments.confirm_transfer(work, order.id, usd(1_000), "B2", without_report=True)
    kept = await house.order(order.id)

    async def press() -> None:
        async with house.turn(AKI) as work:
            await payments.pay_from_deposit(work, order.id, seen=kept.version)

    results = await asyncio.gather(press(), press(), press(), return_exceptions=True)
    assert sorted(type(r).__name__ for r in results) == [
        "CardOutdated",
        "CardOutdated",
        "NoneType",
    ]
    assert await house.deposit() == (900, 0, 0)
    assert await house.failures() == []


async def test_two_staff_who_confirm_at_once_book_it_once(house: House) -> None:
    order = await house.estimated(1_000)
    async with house.turn(AKI) as work:
        await payments.report_transfer(work, order.id, report(1_700))

    async def confirm(reference: str) -> None:
        async with house.turn(MINA) as work:
            await payments.confirm_transfer(work, order.id, usd(1_700), reference)

    results = await asyncio.gather(confirm("B1"), confirm("B2"), return_exceptions=True)
    assert sorted(type(r).__name__ for r in results) == ["NoOpenReport", "NoneType"]
    assert await house.deposit() == (0, 0, 0)
    assert await house.failures() == []


async def test_an_empty_deposit_pays_nothing_and_a_paid_bill_is_not_paid_again(
    house: House,
) -> None:
    order = await house.estimated(1_000)
    with pytest.raises(DepositEmpty):
        async with house.turn(AKI) as work:
            await payments.pay_from_deposit(work, order.id)
    paid = await house.paid(1_000)
    with pytest.raises(NothingToPay):
        async with house.turn(AKI) as work:
            await payments.pay_from_deposit(work, paid.id)
