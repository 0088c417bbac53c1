"""Payments through PayPal: what is taken, what is not, and where it goes."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace
from datetime import timedelta

import pytest

from actions import cancellations, estimates, holds, payments, paypal
from actions.work import Work
from domain import notices, paypal_notices
from domain.actors import PAYPAL, Actor
from domain.deadlines import GRACE
from domain.files import Purse
from domain.ids import PaymentId
from domain.money import Currency, Money
from domain.orders import Order, Stage
from domain.payments import Payment, PaymentState
from domain.paypal import LAPSES_AFTER, Capture, CaptureState, Checkout, Refund
from domain.refusals import NothingToPay, OrderFlagged, PaypalOff, StaleButton, UnderReview
from storage.unit_of_work import unit_of_work
from tests.actions.clocks import sweep
from tests.actions.conftest import AGENCY, AKI, BEN, MINA, TOM, House, estimate, report, usd

LINK = "https://www.paypal.com/checkoutnow?token=O1"
OPEN = Checkout("O1", "PAYER_ACTION_REQUIRED", link=LINK)
APPROVED = Checkout("O1", "APPROVED")


def captured(
    minor: int, state: CaptureState = CaptureState.COMPLETED, refunds: tuple[Refund, ...] = ()
) -> Checkout:
    capture = Capture("C1", state, usd(minor), usd(100))
    return Checkout("O1", "COMPLETED", (capture,), refunds)


class Till:
    """PayPal's side of the house."""

    def __init__(self, house: House) -> None:
        self.house = house

    @asynccontextmanager
    async def turn(self, by: Actor = AKI) -> AsyncIterator[Work]:
        async with unit_of_work(self.house.database) as uow:
            yield Work(uow, replace(AGENCY, paypal=True), self.house.now, by)

    async def begun(self, order: Order, number: str = "O1") -> Payment:
        """The customer has the link."""
        async with self.turn() as work:
            started = await paypal.start_bill(work, order.id)
        async with self.turn(PAYPAL) as work:
            await paypal.page_made(work, started.payment.id, replace(OPEN, id=number))
        return await self.payment(started.payment.id)

    async def says(self, payment: Payment, said: Checkout | None) -> bool:
        async with self.turn(PAYPAL) as work:
            return await paypal.heard(work, payment.id, said)

    async def asks(self, payment: Payment, who: Actor = AKI) -> Payment:
        async with self.turn(who) as work:
            return await paypal.have_paid(work, payment.id)

    async def payment(self, number: PaymentId) -> Payment:
        async with self.house.look() as uow:
            found = await uow.payments.get(number)
        assert found is not None
        return found

    async def state(self, payment: Payment) -> PaymentState:
        return (await self.payment(payment.id)).state

    async def due_in(self, payment: Payment) -> timedelta | None:
        async with self.house.look() as uow:
            due_at = (await uow.paypal.task(payment.id)).due_at
        return None if due_at is None else due_at - self.house.now

    async def told(self) -> list[object]:
        return list(await self.house.told_customer())

    async def purse(self) -> Purse:
        async with self.house.look() as uow:
            return await uow.ledger.purse(AKI.id, Currency.USD)


@pytest.fixture
def till(house: House) -> Till:
    return Till(house)


# Starting -------------------------------------------------------------------------------------


async def test_what_remains_of_the_bill_is_paid_and_the_request_is_kept_before_paypal_is_asked(
    house: House, till: Till
) -> None:
    order = await house.estimated(1_000)
    async with till.turn() as work:
        started = await paypal.start_bill(work, order.id, seen=order.version)
    assert (started.link, started.payment.claimed) == ("", usd(1_700))
    kept = await till.payment(started.payment.id)
    assert (kept.state, kept.paypal_order) == (PaymentState.CREATED, "")
    assert len(kept.paypal_request) == 32
    assert await till.due_in(kept) == timedelta(0)
    assert (await house.order(order.id)).version == order.version
    assert await house.deposit() == (0, 0, 0)


async def test_the_link_goes_to_the_customer_once(house: House, till: Till) -> None:
    order = await house.estimated(1_000)
    payment = await till.begun(order)
    assert payment.paypal_order == "O1"
    async with till.turn(PAYPAL) as work:
        await paypal.page_made(work, payment.id, replace(OPEN, id="O2"))
    assert (await till.payment(payment.id)).paypal_order == "O1"
    ready = [n for n in await till.told() if isinstance(n, paypal_notices.PaypalReady)]
    assert ready == [paypal_notices.PaypalReady(payment.id, usd(1_700), LINK, order.id)]
    assert await till.due_in(payment) == timedelta(seconds=10)


async def test_pressed_twice_it_is_the_same_page_and_an_old_one_is_made_anew(
    house: House, till: Till
) -> None:
    order = await house.estimated(1_000)
    payment = await till.begun(order)
    async with till.turn() as work:
        again = await paypal.start_bill(work, order.id)
    assert (again.payment.id, again.link) == (payment.id, LINK)
    house.later(hours=2)
    async with till.turn() as work:
        later = await paypal.start_bill(work, order.id)
    assert (later.payment.id != payment.id, later.link) == (True, "")


async def test_another_amount_is_another_page(house: House, till: Till) -> None:
    order = await house.estimated(1_000)
    first = await till.begun(order)
    async with till.turn(MINA) as work:
        await estimates.issue(work, order.id, estimate(1_200))
    async with till.turn() as work:
        second = await paypal.start_bill(work, order.id)
    assert (second.payment.id != first.id, second.payment.claimed) == (True, usd(1_900))


async def test_nothing_is_started_where_nothing_may_be_paid(house: House, till: Till) -> None:
    order = await house.estimated(1_000)
    async with house.turn(AKI) as work:
        with pytest.raises(PaypalOff):
            await paypal.start_bill(work, order.id)
        with pytest.raises(PaypalOff):
            await paypal.start_pay_in(work, usd(500))
    async with till.turn(TOM) as work:
        await holds.hold(work, order.id, "we ask the shop")
    with pytest.raises(OrderFlagged):
        async with till.turn() as work:
            await paypal.start_bill(work, order.id)
    async with till.turn(TOM) as work:
        await holds.release(work, order.id)
    async with till.turn() as work:
        await payments.report_transfer(work, order.id, report(1_700))
    with pytest.raises(UnderReview):
        async with till.turn() as work:
            await paypal.start_bill(work, order.id)
    applied = await house.applied(1)
    with pytest.raises(NothingToPay):
        async with till.turn() as work:
            await paypal.start_bill(work, applied.id)


async def test_no_page_is_told_at_once_and_another_try_begins_anew(
    house: House, till: Till
) -> None:
    order = await house.estimated(1_000)
    async with till.turn() as work:
        payment = (await paypal.start_bill(work, order.id)).payment
    async with till.turn(PAYPAL) as work:
        await paypal.page_not_made(work, payment.id)
    assert (await till.told())[-1] == paypal_notices.PaypalFailed(
        usd(1_700), "unavailable", order.id
    )
    assert (await till.state(payment), await till.due_in(payment)) == (PaymentState.EXPIRED, None)
    async with till.turn() as work:
        assert (await paypal.start_bill(work, order.id)).payment.id != payment.id


# Paying a bill --------------------------------------------------------------------------------


async def test_approved_is_to_be_captured_and_stops_the_clock(house: House, till: Till) -> None:
    order = await house.estimated(1_000)
    payment = await till.begun(order)
    assert not await till.says(payment, OPEN)
    assert await till.says(payment, APPROVED)
    assert await till.says(payment, APPROVED)  # after a crash
    kept = await house.order(order.id)
    assert (await till.state(payment), kept.frozen_at) == (PaymentState.APPROVED, house.now)
    assert await house.deposit() == (0, 0, 0)
    with pytest.raises(UnderReview):
        async with till.turn() as work:
            await payments.report_transfer(work, order.id, report(1_700))


async def test_completed_pays_the_bill_once(house: House, till: Till) -> None:
    order = await house.estimated(1_000)
    payment = await till.begun(order)
    assert await till.says(payment, APPROVED)
    for _ in range(3):
        assert not await till.says(payment, captured(1_700))
    kept, paid = await house.order(order.id), await till.payment(payment.id)
    assert (kept.stage, kept.due_at, kept.frozen_at) == (Stage.PURCHASING, None, None)
    assert (paid.state, paid.received) == (PaymentState.CONFIRMED, usd(1_700))
    assert (paid.paypal_capture, paid.decided_by) == ("C1", "paypal")
    assert await house.deposit() == (0, 0, 0)
    confirmed = [n for n in await till.told() if isinstance(n, notices.PaymentConfirmed)]
    assert [(n.received, n.applied, n.to_deposit) for n in confirmed] == [
        (usd(1_700), usd(1_700), usd(0))
    ]
    staff = await house.told_staff(order)
    assert notices.BillCovered(order.id, "first") in staff
    assert (
        paypal_notices.PaypalArrived(payment.id, "Aki", usd(1_700), usd(100), usd(0), order.id)
        in staff
    )
    assert await balances(house) == {"asset:paypal": 1_600, "expense:paypal_fee": 100}
    assert await house.failures() == []
    assert await till.due_in(payment) == timedelta(hours=1)


async def balances(house: House) -> dict[str, int]:
    from domain.ledger import DISPUTE_FEE, PAYPAL_FEE
    from domain.ledger import PAYPAL as ACCOUNT

    async with house.look() as uow:
        found = {
            account.code: (await uow.ledger.balance(account, Currency.USD)).minor
            for account in (ACCOUNT, PAYPAL_FEE, DISPUTE_FEE)
        }
    return {code: balance for code, balance in found.items() if balance}


async def test_the_second_bill_is_paid_too(house: House, till: Till) -> None:
    from actions import second_bills
    from tests.actions.conftest import ADDRESS

    order = await house.billed(1_000, ems=4_210)
    async with till.turn() as work:
        await second_bills.choose_shipping(work, order.id, "EMS", ADDRESS)
    payment = await till.begun(order)
    assert payment.claimed == usd(4_210)
    assert await till.says(payment, APPROVED)
    await till.says(payment, captured(4_210))
    assert (await house.order(order.id)).stage is Stage.READY_TO_SHIP
    assert await house.failures() == []


async def test_the_rest_is_paid_after_a_part_from_the_deposit(house: House, till: Till) -> None:
    order = await house.estimated(1_000)
    async with till.turn(MINA) as work:
        await payments.confirm_transfer(work, order.id, usd(500), "B1", without_report=True)
    async with till.turn() as work:
        await payments.pay_from_deposit(work, order.id)
    payment = await till.begun(order)
    assert payment.claimed == usd(1_200)
    assert await till.says(payment, APPROVED)
    await till.says(payment, captured(1_200))
    assert (await house.order(order.id)).stage is Stage.PURCHASING
    assert await house.failures() == []


# Nothing is taken -----------------------------------------------------------------------------


async def last_failure(till: Till) -> str:
    last = (await till.told())[-1]
    assert isinstance(last, paypal_notices.PaypalFailed)
    return last.cause


async def test_a_bill_that_was_paid_meanwhile_is_not_captured(house: House, till: Till) -> None:
    order = await house.estimated(1_000)
    payment = await till.begun(order)
    async with till.turn(MINA) as work:
        await payments.confirm_transfer(work, order.id, usd(1_700), "B1", without_report=True)
    assert not await till.says(payment, APPROVED)
    assert await last_failure(till) == "not_due"
    assert not await till.says(payment, APPROVED)
    assert len([n for n in await till.told() if isinstance(n, paypal_notices.PaypalFailed)]) == 1
    assert await till.state(payment) is PaymentState.EXPIRED


async def test_an_order_that_was_cancelled_meanwhile_is_not_captured(
    house: House, till: Till
) -> None:
    order = await house.estimated(1_000)
    payment = await till.begun(order)
    async with till.turn() as work:
        await cancellations.cancel(work, order.id)
    assert not await till.says(payment, APPROVED)
    assert await last_failure(till) == "not_due"
    assert await house.deposit() == (0, 0, 0)


async def test_a_bill_that_changed_meanwhile_is_not_captured(house: House, till: Till) -> None:
    order = await house.estimated(1_000)
    payment = await till.begun(order)
    async with till.turn(MINA) as work:
        await estimates.issue(work, order.id, estimate(1_200))
    assert not await till.says(payment, APPROVED)
    assert await last_failure(till) == "changed"


async def test_a_part_paid_meanwhile_changes_what_is_due(house: House, till: Till) -> None:
    order = await house.estimated(1_000)
    payment = await till.begun(order)
    async with till.turn(MINA) as work:
        await payments.confirm_transfer(work, order.id, usd(500), "B1", without_report=True)
    async with till.turn() as work:
        await payments.pay_from_deposit(work, order.id)
    assert not await till.says(payment, APPROVED)
    assert await last_failure(till) == "changed"


async def test_an_order_on_hold_is_not_captured_but_can_be_afterwards(
    house: House, till: Till
) -> None:
    order = await house.estimated(1_000)
    payment = await till.begun(order)
    async with till.turn(TOM) as work:
        await holds.hold(work, order.id, "we ask the shop")
    assert not await till.says(payment, APPROVED)
    assert await last_failure(till) == "on_hold"
    async with till.turn(TOM) as work:
        await holds.release(work, order.id)
    await till.asks(payment)
    assert await till.says(payment, APPROVED)


async def test_a_transfer_reported_meanwhile_is_not_paid_twice(house: House, till: Till) -> None:
    order = await house.estimated(1_000)
    payment = await till.begun(order)
    async with till.turn() as work:
        await payments.report_transfer(work, order.id, report(1_700))
    assert not await till.says(payment, APPROVED)
    assert await last_failure(till) == "under_review"


async def test_a_declined_card_lets_the_clock_go_on_where_it_stood(
    house: House, till: Till
) -> None:
    order = await house.estimated(1_000)
    payment = await till.begun(order)
    assert await till.says(payment, APPROVED)
    async with till.turn(PAYPAL) as work:
        await paypal.declined(work, payment.id, "INSTRUMENT_DECLINED")
    kept = await house.order(order.id)
    assert (kept.frozen_at, kept.due_at) == (None, order.due_at)
    assert await last_failure(till) == "declined"
    assert (await till.payment(payment.id)).reason == "INSTRUMENT_DECLINED"
    assert await finance(house) == []


async def finance(house: House) -> list[object]:
    from domain.letters import ToStaff

    return list(await house.told(ToStaff("finance")))


async def test_what_paypal_refuses_because_of_us_rings(house: House, till: Till) -> None:
    order = await house.estimated(1_000)
    payment = await till.begun(order)
    assert await till.says(payment, APPROVED)
    async with till.turn(PAYPAL) as work:
        await paypal.declined(work, payment.id, "PAYEE_ACCOUNT_RESTRICTED")
    assert await finance(house) == [
        notices.Alarm(f"PayPal and payment {payment.id}", "PAYEE_ACCOUNT_RESTRICTED")
    ]


async def test_a_page_nobody_used_lapses_without_a_word(house: House, till: Till) -> None:
    order = await house.estimated(1_000)
    payment = await till.begun(order)
    said = len(await till.told())
    house.now += LAPSES_AFTER
    assert not await till.says(payment, OPEN)
    assert (await till.state(payment), await till.due_in(payment)) == (PaymentState.EXPIRED, None)
    assert len(await till.told()) == said
    await till.asks(payment)
    await till.says(payment, None)
    assert await last_failure(till) == "lapsed"


# Pending --------------------------------------------------------------------------------------


async def test_pending_is_no_money_and_stops_the_clock(house: House, till: Till) -> None:
    order = await house.estimated(1_000)
    payment = await till.begun(order)
    assert await till.says(payment, APPROVED)
    held = captured(1_700, CaptureState.PENDING)
    assert not await till.says(payment, held)
    assert not await till.says(payment, held)
    assert await till.state(payment) is PaymentState.PENDING
    assert await balances(house) == {}
    told = [n for n in await till.told() if isinstance(n, paypal_notices.PaypalPending)]
    assert told == [paypal_notices.PaypalPending(usd(1_700), order.id)]
    house.later(days=30)
    await sweep(house)
    assert await till.says(payment, captured(1_700)) is False
    assert (await house.order(order.id)).stage is Stage.PURCHASING
    assert await house.failures() == []


async def test_a_payment_paypal_denies_leaves_at_least_48_hours(house: House, till: Till) -> None:
    order = await house.estimated(1_000)
    assert order.due_at is not None
    house.now = order.due_at - timedelta(hours=1)
    payment = await till.begun(order)
    assert await till.says(payment, APPROVED)
    await till.says(payment, captured(1_700, CaptureState.PENDING))
    house.later(days=3)
    await till.says(payment, captured(1_700, CaptureState.DECLINED))
    kept = await house.order(order.id)
    assert (kept.frozen_at, kept.due_at) == (None, house.now + GRACE)
    assert await last_failure(till) == "denied"
    assert await till.state(payment) is PaymentState.REFUSED


@pytest.mark.parametrize("state", ["approved", "pending"])
async def test_while_paypal_is_at_it_a_customer_does_not_cancel(
    house: House, till: Till, state: str
) -> None:
    order = await house.estimated(1_000)
    payment = await till.begun(order)
    assert await till.says(payment, APPROVED)
    if state == "pending":
        await till.says(payment, captured(1_700, CaptureState.PENDING))
    with pytest.raises(UnderReview):
        async with till.turn() as work:
            await cancellations.cancel(work, order.id)
    await till.says(payment, captured(1_700))
    assert (await house.order(order.id)).stage is Stage.PURCHASING
    assert await house.deposit() == (0, 0, 0)


async def test_staff_need_not_wait_for_what_paypal_holds_back_and_the_money_is_kept_safe(
    house: House, till: Till
) -> None:
    order = await house.estimated(1_000)
    payment = await till.begun(order)
    assert await till.says(payment, APPROVED)
    with pytest.raises(UnderReview):
        async with till.turn(MINA) as work:
            await cancellations.cancel_by_staff(work, order.id, "forbidden goods")
    await till.says(payment, captured(1_700, CaptureState.PENDING))
    async with till.turn(MINA) as work:
        await cancellations.cancel_by_staff(work, order.id, "forbidden goods")
    assert (await house.order(order.id)).stage is Stage.CANCELLED
    await till.says(payment, captured(1_700))
    assert await house.deposit() == (1_700, 0, 0)
    assert notices.LatePayment(order.id, usd(1_700), usd(0)) in await till.told()
    assert await house.failures() == []


# Races ----------------------------------------------------------------------------------------


async def test_captured_in_a_race_goes_to_the_deposit(house: House, till: Till) -> None:
    order = await house.estimated(1_000)
    payment = await till.begun(order)
    async with till.turn() as work:
        await cancellations.cancel(work, order.id)  # while PayPal was asked
    await till.says(payment, captured(1_700))
    assert (await house.order(order.id)).stage is Stage.CANCELLED
    assert await house.deposit() == (1_700, 0, 0)
    assert await house.failures() == []


async def test_two_pages_for_one_bill_pay_it_once(house: House, till: Till) -> None:
    order = await house.estimated(1_000)
    first = await till.begun(order)
    house.later(hours=2)
    second = await till.begun(order, "O2")
    assert first.id != second.id
    assert await till.says(first, APPROVED)
    assert not await till.says(second, replace(APPROVED, id="O2"))
    await till.says(first, captured(1_700))
    other = replace(
        captured(1_700), captures=(Capture("C2", CaptureState.COMPLETED, usd(1_700), usd(100)),)
    )
    await till.says(second, other)  # captured all the same, by whoever
    assert (await house.order(order.id)).stage is Stage.PURCHASING
    assert await house.deposit() == (1_700, 0, 0)
    assert await house.failures() == []


async def test_money_in_another_currency_is_left_to_people(house: House, till: Till) -> None:
    order = await house.estimated(1_000)
    payment = await till.begun(order)
    assert await till.says(payment, APPROVED)
    euros = Money(1_700, Currency.EUR)
    odd = Checkout(
        "O1", "COMPLETED", (Capture("C1", CaptureState.COMPLETED, euros, euros.nothing),)
    )
    await till.says(payment, odd)
    assert await balances(house) == {}
    assert await finance(house) == [
        notices.Alarm(f"PayPal and payment {payment.id}", "captured in EUR")
    ]


# Into the deposit -----------------------------------------------------------------------------


async def test_a_pay_in_is_credited_with_what_arrived(house: House, till: Till) -> None:
    async with till.turn() as work:
        payment = (await paypal.start_pay_in(work, usd(5_000))).payment
    async with till.turn(PAYPAL) as work:
        await paypal.page_made(work, payment.id, OPEN)
    assert await till.says(payment, APPROVED)
    await till.says(payment, captured(5_000))
    await till.says(payment, captured(5_000))
    assert await house.deposit() == (5_000, 0, 0)
    assert (await till.told())[-1] == notices.PayInConfirmed(usd(5_000), usd(0), usd(5_000))
    assert await finance(house) == [
        paypal_notices.PaypalArrived(payment.id, "Aki", usd(5_000), usd(100), usd(5_000))
    ]
    assert await house.failures() == []


# I have paid ----------------------------------------------------------------------------------


async def test_who_says_they_have_paid_gets_an_answer_in_any_case(
    house: House, till: Till
) -> None:
    order = await house.estimated(1_000)
    payment = await till.begun(order)
    await till.asks(payment)
    assert await till.due_in(payment) == timedelta(0)
    await till.says(payment, OPEN)
    assert (await till.told())[-1] == paypal_notices.PaypalWaiting(
        payment.id, usd(1_700), LINK, order.id
    )
    said = len(await till.told())
    await till.says(payment, OPEN)  # the poller: nobody asked
    assert len(await till.told()) == said
    await till.asks(payment)
    async with till.turn(PAYPAL) as work:
        await paypal.silent(work, payment.id)
    assert (await till.told())[-1] == paypal_notices.PaypalSilent(payment.id, usd(1_700), order.id)


async def test_nobody_asks_about_another_ones_payment(house: House, till: Till) -> None:
    order = await house.estimated(1_000)
    payment = await till.begun(order)
    with pytest.raises(StaleButton):
        await till.asks(payment, BEN)
    with pytest.raises(StaleButton):
        async with till.turn(AKI) as work:
            await paypal.have_paid(work, PaymentId(999))
    assert await till.due_in(payment) == timedelta(seconds=10)
