"""Orders where two things meet: part payments, other bills, second thoughts, two hands at once."""

import asyncio
from datetime import timedelta

import pytest

from actions import (
    adjustments,
    cancellations,
    estimates,
    payments,
    purchases,
    receptions,
    second_bills,
    shipping,
)
from actions.work import Work
from domain import notices
from domain.bills import BillState, Method
from domain.money import LARGEST
from domain.orders import Order, Stage
from domain.refusals import (
    BadLine,
    CardOutdated,
    KeepTooMuch,
    NoSuchParcel,
    NothingToPay,
    ParcelKnown,
    ReferenceUsed,
    ThreadClosed,
    UnderReview,
)
from storage.database import TryAgain
from tests.actions.conftest import ADDRESS, AKI, MINA, TOM, House, estimate, report, usd


async def part_paid(house: House, *prices: int, part: int) -> Order:
    """An order whose 1st bill has got `part` out of the deposit."""
    order = await house.estimated(*prices)
    async with house.turn(MINA) as work:
        await payments.confirm_transfer(work, order.id, usd(part), "PART", without_report=True)
    async with house.turn(AKI) as work:
        return (await payments.pay_from_deposit(work, order.id)).order


async def booked(work: Work, order: Order, minor: int, reference: str) -> payments.Confirmed:
    return await payments.confirm_transfer(
        work, order.id, usd(minor), reference, without_report=True
    )


# Before payment -------------------------------------------------------------------------------


async def test_a_new_estimate_below_what_was_paid_goes_on_and_settles_the_rest(
    house: House,
) -> None:
    order = await part_paid(house, 1_000, part=1_500)
    async with house.turn(TOM) as work:
        order = await estimates.issue(work, order.id, estimate(500))
    assert (order.stage, order.due_at) == (Stage.PURCHASING, None)
    assert order.first_bill is not None
    assert (order.first_bill.state, order.first_bill.paid) == (BillState.PAID, usd(1_500))
    async with house.turn(MINA) as work:
        await purchases.mark_unavailable(work, order.id, 1, "gone")
    assert await house.deposit() == (1_500, 0, 0)
    assert await house.failures() == []


async def test_rejecting_a_line_can_leave_nothing_to_pay(house: House) -> None:
    order = await part_paid(house, 1_000, 2_000, part=1_700)
    async with house.turn(TOM) as work:
        order = await estimates.reject_line(work, order.id, 2, "sold out")
    assert (order.stage, order.due_at) == (Stage.PURCHASING, None)
    assert await house.failures() == []


async def test_rejecting_the_last_line_returns_a_part_payment(house: House) -> None:
    order = await part_paid(house, 1_000, part=300)
    async with house.turn(TOM) as work:  # no finance member: that it all goes back is the rule
        order = await estimates.reject_line(work, order.id, 1, "sold out")
    assert order.stage is Stage.CANCELLED
    assert await house.deposit() == (300, 0, 0)
    assert await house.failures() == []


async def test_no_line_is_rejected_while_a_report_is_under_review(house: House) -> None:
    order = await house.estimated(1_000)
    async with house.turn(AKI) as work:
        await payments.report_transfer(work, order.id, report(1_700))
    with pytest.raises(UnderReview):
        async with house.turn(TOM) as work:
            await estimates.reject_line(work, order.id, 1, "sold out")
    with pytest.raises(UnderReview):
        async with house.turn(MINA) as work:
            await cancellations.cancel_by_staff(work, order.id, "sold out")
    assert (await house.order(order.id)).stage is Stage.AWAITING_FIRST_PAYMENT


async def test_an_estimate_too_large_for_the_books_is_refused(house: House) -> None:
    order = await house.applied(999)
    for prices in ((LARGEST,), (LARGEST // 999,)):
        with pytest.raises(BadLine):
            async with house.turn(TOM) as work:
                await estimates.issue(work, order.id, estimate(*prices, shipping=LARGEST))
    assert await house.order(order.id) == order


# A price decision -----------------------------------------------------------------------------


async def test_a_customer_who_cancels_instead_of_deciding_is_told_that_they_did(
    house: House,
) -> None:
    order = await house.paid(1_000)
    async with house.turn(TOM) as work:
        await purchases.mark_bought(work, order.id, {1: usd(2_000)})
    async with house.turn(AKI) as work:
        order = await cancellations.cancel(work, order.id)
    assert (order.stage, order.flags) == (Stage.CANCELLED, frozenset())
    assert (await house.told_customer())[-1] == notices.OrderCancelled(
        order.id, "customer", "", usd(1_700), None
    )
    said = notices.EndedForStaff(order.id, "cancelled_by_customer")
    assert (await house.told_staff(order))[-1] == said
    assert await house.deposit() == (1_700, 0, 0)
    assert await house.failures() == []


# The 2nd bill ---------------------------------------------------------------------------------


async def test_money_for_a_second_bill_without_a_method_waits_for_the_choice(
    house: House,
) -> None:
    order = await house.at_warehouse(1_000)
    async with house.turn(TOM) as work:
        methods = (Method("EMS", usd(4_210)), Method("SAL", usd(2_000)))
        await second_bills.issue(work, order.id, methods)
    async with house.turn(MINA) as work:
        done = await booked(work, order, 2_000, "B2")
    assert (done.order.stage, done.remaining) == (Stage.AWAITING_SECOND_PAYMENT, usd(0))
    async with house.turn(AKI) as work:
        order = await second_bills.choose_shipping(work, order.id, "EMS", ADDRESS)
        assert order.second_bill is not None
        assert order.second_bill.remaining == usd(2_210)
        with pytest.raises(NothingToPay):
            await second_bills.request_shipping(work, order.id)
        order = await second_bills.choose_shipping(work, order.id, "SAL", ADDRESS)
        order = await second_bills.request_shipping(work, order.id)
    assert order.stage is Stage.READY_TO_SHIP
    assert await house.failures() == []


async def test_another_second_bill_asks_for_the_method_anew_and_keeps_what_was_paid(
    house: House,
) -> None:
    order = await house.billed(1_000, ems=4_210)
    async with house.turn(AKI) as work:
        await second_bills.choose_shipping(work, order.id, "EMS", ADDRESS)
    async with house.turn(MINA) as work:
        await booked(work, order, 1_000, "B2")  # short: it is in the deposit
    async with house.turn(AKI) as work:
        await payments.pay_from_deposit(work, order.id)
    async with house.turn(TOM) as work:
        order = await second_bills.issue(work, order.id, (Method("EMS", usd(900)),))
    assert order.second_bill is not None
    assert (order.second_bill.method, order.second_bill.paid) == ("", usd(1_000))
    async with house.turn(AKI) as work:
        await second_bills.choose_shipping(work, order.id, "EMS", ADDRESS)
        order = await second_bills.request_shipping(work, order.id)
    async with house.turn(TOM) as work:
        await shipping.ship(work, order.id, "EMS", "EE123456785JP")
    async with house.turn(AKI) as work:
        settled = await receptions.report_reception(work, order.id)
    assert (settled.cost, settled.over) == (usd(2_600), usd(100))
    assert await house.deposit() == (100, 0, 0)
    assert await house.failures() == []


async def test_no_other_method_while_the_second_bill_is_under_review(house: House) -> None:
    order = await house.at_warehouse(1_000)
    async with house.turn(TOM) as work:
        methods = (Method("EMS", usd(4_210)), Method("SAL", usd(2_000)))
        await second_bills.issue(work, order.id, methods)
    async with house.turn(AKI) as work:
        await second_bills.choose_shipping(work, order.id, "SAL", ADDRESS)
        await payments.report_transfer(work, order.id, report(2_000))
    with pytest.raises(UnderReview):
        async with house.turn(AKI) as work:
            await second_bills.choose_shipping(work, order.id, "EMS", ADDRESS)
    with pytest.raises(UnderReview):
        async with house.turn(TOM) as work:
            await second_bills.issue(work, order.id, (Method("EMS", usd(1)),))


# Parcels --------------------------------------------------------------------------------------


async def test_a_corrected_number_is_no_other_parcels(house: House) -> None:
    order = await house.shipped(1_000)
    async with house.turn(TOM) as work:
        order = await shipping.ship(work, order.id, "DHL", "JD0001")
    with pytest.raises(ParcelKnown):
        async with house.turn(TOM) as work:
            await shipping.correct_tracking(work, order.id, "EMS", "JD0001", "EE123456785JP")
    async with house.turn(TOM) as work:  # the carrier alone was wrong
        order = await shipping.correct_tracking(work, order.id, "UPS", "JD0001", "JD0001")
    assert [(p.carrier, p.tracking) for p in order.parcels] == [
        ("EMS", "EE123456785JP"),
        ("UPS", "JD0001"),
    ]


async def test_a_number_is_put_right_after_the_end_as_long_as_there_are_messages(
    house: House,
) -> None:
    order = await house.shipped(1_000)
    async with house.turn(AKI) as work:
        await receptions.report_reception(work, order.id)
    house.later(days=30, seconds=-1)
    async with house.turn(TOM) as work:
        order = await shipping.correct_tracking(work, order.id, "EMS", "EE2", "EE123456785JP")
    assert (order.stage, order.parcels[0].tracking) == (Stage.COMPLETED, "EE2")
    said = notices.TrackingCorrected(order.id, "EMS", "EE2", "EE123456785JP")
    assert said in await house.told_customer()
    house.later(seconds=1)
    with pytest.raises(ThreadClosed):
        async with house.turn(TOM) as work:
            await shipping.correct_tracking(work, order.id, "EMS", "EE3", "EE2")


async def test_where_nothing_was_sent_no_number_is_put_right(house: House) -> None:
    order = await house.at_warehouse(1_000)
    with pytest.raises(NoSuchParcel):
        async with house.turn(TOM) as work:
            await shipping.correct_tracking(work, order.id, "EMS", "EE2", "EE1")


# The end --------------------------------------------------------------------------------------


async def test_an_adjustment_below_the_cost_returns_what_was_paid_and_no_more(
    house: House,
) -> None:
    order = await house.shipped(1_000)
    async with house.turn(MINA) as work:
        await adjustments.adjust(work, order.id, usd(-99_999), "it was all our fault")
    async with house.turn(AKI) as work:
        settled = await receptions.report_reception(work, order.id)
    assert (settled.cost, settled.over, settled.under) == (usd(0), usd(1_700), usd(0))
    assert await house.deposit() == (1_700, 0, 0)
    assert await house.failures() == []


async def test_an_adjustment_after_the_preview_makes_its_confirmation_outdated(
    house: House,
) -> None:
    order = await house.shipped(1_000)
    async with house.turn(AKI) as work:
        await receptions.preview(work, order.id, seen=order.version)
    async with house.turn(MINA) as work:
        await adjustments.adjust(work, order.id, usd(500), "it weighed more")
    with pytest.raises(CardOutdated):
        async with house.turn(AKI) as work:
            await receptions.report_reception(work, order.id, seen=order.version)
    assert (await house.order(order.id)).stage is Stage.SHIPPED


async def test_a_cost_above_what_is_held_cannot_be_kept(house: House) -> None:
    order = await house.paid(1_000)
    with pytest.raises(KeepTooMuch):
        async with house.turn(MINA) as work:
            await cancellations.cancel_by_staff(work, order.id, "gone", usd(1_701))
    assert (await house.order(order.id)).stage is Stage.PURCHASING
    async with house.turn(MINA) as work:
        await cancellations.cancel_by_staff(work, order.id, "gone", usd(1_700))
    assert await house.deposit() == (0, 0, 0)
    assert await house.failures() == []


async def test_money_for_a_completed_order_goes_to_the_deposit(house: House) -> None:
    order = await house.shipped(1_000)
    async with house.turn(AKI) as work:
        await receptions.report_reception(work, order.id)
    house.later(days=60)
    async with house.turn(MINA) as work:
        done = await booked(work, order, 500, "LATE")
    assert (done.order.stage, done.applied, done.to_deposit) == (Stage.COMPLETED, usd(0), usd(500))
    assert (await house.told_customer())[-1] == notices.LatePayment(order.id, usd(500), usd(0))
    assert await house.deposit() == (500, 0, 0)
    assert await house.failures() == []


# Two at once ----------------------------------------------------------------------------------


async def test_two_orders_settle_at_once_and_share_one_deposit(house: House) -> None:
    """Each lacks 800; there are 1000: 600 become a debt, whoever comes first."""
    first, second = await house.shipped(1_000), await house.shipped(1_000)
    async with house.turn(MINA) as work:
        await booked(work, first, 1_000, "MORE")
        for order in (first, second):
            await adjustments.adjust(work, order.id, usd(800), "it weighed more")

    async def settles(order: Order) -> None:
        async with house.turn(AKI) as work:
            await receptions.report_reception(work, order.id)

    await asyncio.gather(settles(first), settles(second))
    assert await house.deposit() == (0, 0, 600)
    assert await house.failures() == []


async def test_of_one_bank_line_confirmed_for_two_orders_at_once_one_counts(
    house: House,
) -> None:
    orders = [await house.estimated(1_000), await house.estimated(1_000)]

    async def confirms(order: Order) -> None:
        try:
            async with house.turn(MINA) as work:
                await booked(work, order, 1_700, "B17")
        except TryAgain:  # as the dispatcher does
            async with house.turn(MINA) as work:
                await booked(work, order, 1_700, "B17")

    results = await asyncio.gather(*map(confirms, orders), return_exceptions=True)
    assert sorted(map(type, results), key=str) == sorted([type(None), ReferenceUsed], key=str)
    stages = {(await house.order(order.id)).stage for order in orders}
    assert stages == {Stage.PURCHASING, Stage.AWAITING_FIRST_PAYMENT}
    assert await house.failures() == []


async def test_a_customer_cancels_while_staff_confirm_and_no_money_is_lost(house: House) -> None:
    order = await house.estimated(1_000)

    async def cancels() -> None:
        async with house.turn(AKI) as work:
            await cancellations.cancel(work, order.id, seen=order.version)

    async def confirms() -> None:
        async with house.turn(MINA) as work:
            await booked(work, order, 1_700, "B17")

    results = await asyncio.gather(cancels(), confirms(), return_exceptions=True)
    assert all(each is None or isinstance(each, CardOutdated) for each in results)
    kept = await house.order(order.id)
    cancelled = kept.stage is Stage.CANCELLED
    assert await house.deposit() == ((1_700, 0, 0) if cancelled else (0, 0, 0))
    assert await house.failures() == []


async def test_money_that_arrives_after_the_deadline_but_before_the_sweep_pays_the_bill(
    house: House,
) -> None:
    order = await house.estimated(1_000)
    assert order.due_at is not None
    house.now = order.due_at + timedelta(hours=1)
    async with house.turn(MINA) as work:
        done = await booked(work, order, 1_700, "B17")
    assert done.order.stage is Stage.PURCHASING
