"""Deadlines as sweeps: what bites, what never bites, and that people are told."""

from datetime import timedelta

import pytest

from actions import holds, payments
from domain import notices
from domain.orders import Stage
from scheduler.sweeps import SWEEPS
from tests.actions.clocks import INSTANT, live_until, reach_deadline, sweep
from tests.actions.conftest import AKI, MINA, TOM, House, house, report, usd

__all__ = ["house"]


async def test_an_unpaid_order_is_cancelled_at_its_deadline_and_not_before(house: House) -> None:
    order = await house.estimated(1_000)
    await reach_deadline(house, order)
    assert (await house.order(order.id)).stage is Stage.AWAITING_FIRST_PAYMENT
    house.now += INSTANT
    assert await sweep(house) == 1
    assert await sweep(house) == 0
    assert (await house.order(order.id)).stage is Stage.CANCELLED
    assert (await house.told_customer())[-1] == notices.OrderCancelled(order.id, "unpaid")
    assert (await house.told_staff(order))[-1] == notices.EndedForStaff(order.id, "unpaid")


async def test_an_application_nobody_answered_ends_after_seven_days_too(house: House) -> None:
    order = await house.applied(1)
    await reach_deadline(house, order)
    house.now += INSTANT
    assert await sweep(house) == 1
    assert (await house.order(order.id)).stage is Stage.CANCELLED


async def test_never_while_a_payment_is_under_review(house: House) -> None:
    order = await house.estimated(1_000)
    async with house.turn(AKI) as work:
        await payments.report_transfer(work, order.id, report(1_700))
    await live_until(house, house.now + timedelta(days=400))
    assert (await house.order(order.id)).stage is Stage.AWAITING_FIRST_PAYMENT


async def test_never_a_paid_order(house: House) -> None:
    order = await house.paid(1_000)
    await live_until(house, house.now + timedelta(days=400))
    assert (await house.order(order.id)).stage is Stage.PURCHASING


async def test_never_while_on_hold_and_the_rest_of_the_time_comes_after(house: House) -> None:
    order = await house.estimated(1_000)
    house.later(days=3)
    async with house.turn(TOM) as work:
        await holds.hold(work, order.id, "we ask the shop")
    await live_until(house, house.now + timedelta(days=100))
    async with house.turn(TOM) as work:
        released = await holds.release(work, order.id)
    assert released.due_at == order.due_at + timedelta(days=100)  # type: ignore[operator]


async def test_a_hold_and_a_report_at_once_both_must_end_before_the_clock_goes_on(
    house: House,
) -> None:
    order = await house.estimated(1_000)
    async with house.turn(AKI) as work:
        await payments.report_transfer(work, order.id, report(1_700))
    async with house.turn(TOM) as work:
        await holds.hold(work, order.id, "we ask the bank")
        await holds.release(work, order.id)
    await live_until(house, house.now + timedelta(days=100))
    async with house.turn(MINA) as work:
        await payments.refuse_report(work, order.id, "nothing came")
    assert (await house.order(order.id)).due_at == order.due_at + timedelta(days=100)  # type: ignore[operator]


async def test_a_refusal_during_a_hold_still_leaves_48_hours_after_the_hold(house: House) -> None:
    order = await house.estimated(1_000)
    house.just_before(order, hours=1)
    async with house.turn(AKI) as work:
        await payments.report_transfer(work, order.id, report(1_700))
    async with house.turn(MINA) as work:
        await holds.hold(work, order.id, "we ask the bank")
        await payments.refuse_report(work, order.id, "nothing came")
    await live_until(house, house.now + timedelta(days=100))
    async with house.turn(TOM) as work:
        await holds.release(work, order.id)
    kept = await house.order(order.id)
    assert kept.due_at == house.now + timedelta(hours=48)


async def test_thirty_days_complete_and_settle_as_a_report_does(house: House) -> None:
    order = await house.shipped(1_000)
    await reach_deadline(house, order)
    assert (await house.order(order.id)).stage is Stage.SHIPPED
    house.now += INSTANT
    assert await sweep(house) == 1
    kept = await house.order(order.id)
    assert (kept.stage, kept.completed_at) == (Stage.COMPLETED, house.now)
    said = (await house.told_customer())[-1]
    assert isinstance(said, notices.OrderCompleted)
    assert (said.by, said.cost, said.paid) == ("clock", usd(1_700), usd(1_700))
    assert await house.failures() == []


@pytest.mark.parametrize("sweep", SWEEPS, ids=lambda sweep: sweep.name)
def test_every_sweep_runs_at_least_once_a_minute(sweep: object) -> None:
    assert sweep.every <= timedelta(minutes=1)  # type: ignore[attr-defined]
