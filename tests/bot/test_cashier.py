"""The cashier between the books and PayPal: lost answers, crashes, hints, and trouble."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from dataclasses import replace
from typing import Any

import pytest

from actions import cancellations, paypal
from actions.work import Work
from bot import paypal as client_module
from bot.cashier import Cashier
from bot.paypal import PaypalClient
from domain import notices, paypal_notices
from domain.actors import Actor
from domain.ids import PaymentId
from domain.letters import ToStaff
from domain.orders import Flag, Order, Stage
from domain.payments import Payment, PaymentState
from sandbox.paypal import PayPal
from storage.paypal import Told
from storage.unit_of_work import unit_of_work
from tests.actions.conftest import AGENCY, AKI, MINA, House, house, usd
from tests.paypal import client

__all__ = ["house"]
OURS = replace(AGENCY, paypal=True)


class Crash(BaseException):
    """The process ends here."""


class Bar:
    """A house with a cashier, and PayPal across the street."""

    def __init__(self, house: House, **of_client: Any) -> None:
        self.house = house
        self.paypal = PayPal(lambda: house.now)
        self.open(**of_client)

    def open(self, **of_client: Any) -> None:
        """A process that begins, and knows nothing of the one before."""
        self.cashier = self._cashier(client(self.paypal, **of_client))

    def _cashier(self, client: PaypalClient) -> Cashier:
        return Cashier(
            self.house.database,
            client,
            lambda: OURS,
            lambda: self.house.now,
            back=lambda payload: f"https://t.me/daiko_bot?start={payload}",
            promised=lambda _: None,
        )

    async def turn(self, by: Actor, act: Any) -> Any:
        async with unit_of_work(self.house.database) as uow:
            return await act(Work(uow, OURS, self.house.now, by))

    async def begins(self, order: Order) -> Payment:
        started = await self.turn(AKI, lambda work: paypal.start_bill(work, order.id))
        payment: Payment = started.payment
        return payment

    async def approves(self, payment: Payment) -> str:
        """On PayPal's page; gives PayPal's number."""
        number = (await self.payment(payment.id)).paypal_order
        self.paypal.approve(number)
        return number

    async def payment(self, number: PaymentId) -> Payment:
        async with self.house.look() as uow:
            found = await uow.payments.get(number)
        assert found is not None
        return found

    async def state(self, payment: Payment) -> PaymentState:
        return (await self.payment(payment.id)).state

    async def later(self, **span: int) -> None:
        self.house.later(**span)
        await self.cashier.work_all()

    async def alarms(self, desk: str = "general") -> list[str]:
        told = await self.house.told(ToStaff(desk))  # type: ignore[arg-type]
        return [n.what for n in told if isinstance(n, notices.Alarm)]

    def captures(self) -> int:
        return sum(len(order.captures) for order in self.paypal.orders.values())

    async def hook(self) -> None:
        """PayPal's webhook brings all that has happened."""
        events, self.paypal.events = self.paypal.events, []
        for event in events:
            body, _ = self.paypal.sealed(event)
            await self.cashier.keep(Told(event["id"], event["event_type"], body.decode()))
        await self.cashier.work_all()


@pytest.fixture(autouse=True)
def no_pauses(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(client_module, "PAUSES", (0.0, 0.0))


@pytest.fixture
async def bar(house: House) -> AsyncIterator[Bar]:
    bar = Bar(house)
    yield bar
    await bar.cashier.close()


# The usual way --------------------------------------------------------------------------------


async def test_the_poller_alone_brings_a_payment_home(house: House, bar: Bar) -> None:
    order = await house.estimated(1_000)
    payment = await bar.begins(order)
    await bar.cashier.work_all()
    ready = (await house.told_customer())[-1]
    assert isinstance(ready, paypal_notices.PaypalReady)
    assert ready.link.startswith(f"{bar.paypal.address}/checkoutnow?token=")
    made = bar.paypal.orders[(await bar.payment(payment.id)).paypal_order]
    assert made.context["return_url"] == f"https://t.me/daiko_bot?start=paypal_{payment.id}"
    assert made.unit["description"] == f"Order #{order.id}"
    await bar.approves(payment)
    await bar.later(seconds=9)
    assert await bar.state(payment) is PaymentState.CREATED
    await bar.later(seconds=1)
    assert await bar.state(payment) is PaymentState.CONFIRMED
    assert (await house.order(order.id)).stage is Stage.PURCHASING
    assert await house.failures() == []


async def test_every_hint_leads_to_one_capture_and_one_posting(house: House, bar: Bar) -> None:
    order = await house.estimated(1_000)
    payment = await bar.begins(order)
    await bar.cashier.work_all()
    await bar.approves(payment)
    for _ in range(2):
        await bar.turn(AKI, lambda work: paypal.have_paid(work, payment.id))
        bar.paypal.events *= 2  # each webhook comes twice
        await bar.hook()
        await bar.later(minutes=2)
    assert bar.captures() == 1
    assert await house.deposit() == (0, 0, 0)
    confirmed = [n for n in await house.told_customer() if n.kind == "payment_confirmed"]
    assert len(confirmed) == 1
    assert await house.failures() == []


async def test_a_webhook_is_a_hint_and_its_amount_counts_for_nothing(
    house: House, bar: Bar
) -> None:
    order = await house.estimated(1_000)
    payment = await bar.begins(order)
    await bar.cashier.work_all()
    number = (await bar.payment(payment.id)).paypal_order
    lie = (
        '{"resource":{"id":"C9","status":"COMPLETED","amount":{"value":"17.00","currency_code":'
        f'"USD"}},"supplementary_data":{{"related_ids":{{"order_id":"{number}"}}}}}}}}'
    )
    await bar.cashier.keep(Told("WH-1", "PAYMENT.CAPTURE.COMPLETED", lie))
    await bar.cashier.keep(Told("WH-2", "SOMETHING.ELSE", "{}"))
    await bar.cashier.keep(Told("WH-3", "PAYMENT.CAPTURE.COMPLETED", '{"resource":[1]}'))
    await bar.cashier.work_all()
    assert await bar.state(payment) is PaymentState.CREATED
    assert (await house.order(order.id)).stage is Stage.AWAITING_FIRST_PAYMENT
    async with house.look() as uow:
        assert await uow.paypal.waiting(10) == []


# Crashes and lost answers ---------------------------------------------------------------------


async def test_answers_lost_on_the_way_do_nothing_twice(house: House, bar: Bar) -> None:
    order = await house.estimated(1_000)
    bar.paypal.moods.lose_create = 1
    payment = await bar.begins(order)
    await bar.cashier.work_all()
    assert len(bar.paypal.orders) == 1
    await bar.approves(payment)
    bar.paypal.moods.lose_capture = 1
    await bar.later(seconds=10)
    assert await bar.state(payment) is PaymentState.CONFIRMED
    assert bar.captures() == 1


async def test_a_capture_nobody_heard_of_is_found_by_the_next_look(house: House, bar: Bar) -> None:
    order = await house.estimated(1_000)
    payment = await bar.begins(order)
    await bar.cashier.work_all()
    await bar.approves(payment)
    bar.paypal.moods.lose_capture = 3
    await bar.later(seconds=10)
    kept = await house.order(order.id)
    assert (await bar.state(payment), kept.frozen_at) == (PaymentState.APPROVED, house.now)
    assert bar.captures() == 1
    assert await bar.alarms() == [
        "PayPal cannot be reached; customers are asked to pay another way"
    ]
    await bar.later(seconds=10)
    assert await bar.state(payment) is PaymentState.CONFIRMED
    assert bar.captures() == 1
    assert await house.failures() == []


@pytest.mark.parametrize("when", ["create", "checkout", "capture"])
@pytest.mark.parametrize("done", [False, True], ids=["before", "after"])
async def test_a_crash_around_any_question_costs_nothing(
    house: House, bar: Bar, monkeypatch: pytest.MonkeyPatch, when: str, done: bool
) -> None:
    asking = getattr(PaypalClient, when)

    async def dies(self: PaypalClient, *args: Any, **named: Any) -> Any:
        monkeypatch.undo()
        monkeypatch.setattr(client_module, "PAUSES", (0.0, 0.0))
        if done:
            await asking(self, *args, **named)
        raise Crash

    order = await house.estimated(1_000)
    payment = await bar.begins(order)
    if when != "create":
        await bar.cashier.work_all()
        await bar.approves(payment)
    monkeypatch.setattr(PaypalClient, when, dies)
    house.later(seconds=10)
    with pytest.raises(Crash):
        await bar.cashier._reconcile(payment.id)
    bar.open()
    await bar.cashier.work_all()
    if when == "create":
        await bar.approves(payment)
    await bar.later(minutes=1)
    assert await bar.state(payment) is PaymentState.CONFIRMED
    assert (len(bar.paypal.orders), bar.captures()) == (1, 1)
    assert (await house.order(order.id)).stage is Stage.PURCHASING
    ready = [n for n in await house.told_customer() if n.kind == "paypal_ready"]
    assert len(ready) == 1
    assert await house.failures() == []


async def test_a_crash_before_the_books_are_written_is_made_good(
    house: House, bar: Bar, monkeypatch: pytest.MonkeyPatch
) -> None:
    order = await house.estimated(1_000)
    payment = await bar.begins(order)
    await bar.cashier.work_all()
    await bar.approves(payment)
    house.later(seconds=10)

    async def dies(self: Cashier, payment: Payment) -> None:
        await self._client.capture(
            payment.paypal_order, request_id=f"{payment.paypal_request}-capture"
        )
        raise Crash

    monkeypatch.setattr(Cashier, "_capture", dies)
    with pytest.raises(Crash):
        await bar.cashier._reconcile(payment.id)
    assert await bar.state(payment) is PaymentState.APPROVED
    monkeypatch.undo()
    bar.open()
    await bar.later(seconds=30)
    assert await bar.state(payment) is PaymentState.CONFIRMED
    assert bar.captures() == 1


async def test_two_cashiers_at_once_take_the_money_once(house: House, bar: Bar) -> None:
    order = await house.estimated(1_000)
    payment = await bar.begins(order)
    await bar.cashier.work_all()
    await bar.approves(payment)
    other = bar._cashier(client(bar.paypal))
    house.later(seconds=10)
    await asyncio.gather(bar.cashier.work_all(), other.work_all())
    await other.close()
    assert await bar.state(payment) is PaymentState.CONFIRMED
    assert bar.captures() == 1
    assert await house.deposit() == (0, 0, 0)
    assert await house.failures() == []


# What is not taken ----------------------------------------------------------------------------


async def test_a_cancelled_order_is_not_captured(house: House, bar: Bar) -> None:
    order = await house.estimated(1_000)
    payment = await bar.begins(order)
    await bar.cashier.work_all()
    await bar.turn(AKI, lambda work: cancellations.cancel(work, order.id))
    await bar.approves(payment)
    await bar.later(seconds=10)
    assert (bar.captures(), await bar.state(payment)) == (0, PaymentState.EXPIRED)
    last = (await house.told_customer())[-1]
    assert last == paypal_notices.PaypalFailed(usd(1_700), "not_due", order.id)


async def test_a_declined_card_can_be_followed_by_a_good_one(house: House, bar: Bar) -> None:
    order = await house.estimated(1_000)
    payment = await bar.begins(order)
    await bar.cashier.work_all()
    await bar.approves(payment)
    bar.paypal.moods.capture = "INSTRUMENT_DECLINED"
    await bar.later(seconds=10)
    assert await bar.state(payment) is PaymentState.REFUSED
    assert (await house.order(order.id)).frozen_at is None
    second = await bar.begins(await house.order(order.id))
    await bar.cashier.work_all()
    await bar.approves(second)
    await bar.later(seconds=10)
    assert await bar.state(second) is PaymentState.CONFIRMED
    assert await house.failures() == []


async def test_pending_is_watched_until_it_is_decided(house: House, bar: Bar) -> None:
    order = await house.estimated(1_000)
    payment = await bar.begins(order)
    await bar.cashier.work_all()
    number = await bar.approves(payment)
    bar.paypal.moods.capture = "PENDING"
    await bar.later(seconds=10)
    assert await bar.state(payment) is PaymentState.PENDING
    await bar.later(days=2)
    assert await bar.state(payment) is PaymentState.PENDING
    bar.paypal.decide_pending(bar.paypal.orders[number].captures[0]["id"], "COMPLETED")
    await bar.later(hours=7)
    assert await bar.state(payment) is PaymentState.CONFIRMED
    assert (await house.order(order.id)).stage is Stage.PURCHASING


async def test_a_page_nobody_uses_is_asked_about_a_few_times_and_then_no_more(
    house: House, bar: Bar
) -> None:
    order = await house.estimated(1_000)
    payment = await bar.begins(order)
    await bar.cashier.work_all()
    bar.paypal.requests.clear()
    for _ in range(45):
        await bar.later(minutes=10)
    looks = [path for _, path, _ in bar.paypal.requests if "/orders/" in path]
    assert len(looks) == 7  # after 10, 20, 40, 80, 160, 300 and 390 minutes
    assert await bar.state(payment) is PaymentState.EXPIRED


# PayPal in trouble ----------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("mood", "alarm"),
    [
        ("down", "PayPal cannot be reached; customers are asked to pay another way"),
        ("unknown", "PayPal refuses PAYPAL_CLIENT_ID and PAYPAL_CLIENT_SECRET"),
    ],
)
async def test_without_paypal_customers_are_told_at_once_and_staff_once(
    house: House, bar: Bar, mood: str, alarm: str
) -> None:
    order = await house.estimated(1_000)
    setattr(bar.paypal.moods, mood, True)
    for _ in range(3):
        payment = await bar.begins(order)
        await bar.cashier.work_all()
        assert (await house.told_customer())[-1] == paypal_notices.PaypalFailed(
            usd(1_700), "unavailable", order.id
        )
        assert await bar.state(payment) is PaymentState.EXPIRED
        await bar.later(minutes=10)
    assert await bar.alarms() == [alarm]
    setattr(bar.paypal.moods, mood, False)
    payment = await bar.begins(order)
    await bar.cashier.work_all()
    assert (await house.told_customer())[-1].kind == "paypal_ready"


async def test_down_after_the_customer_has_paid_only_takes_longer(house: House, bar: Bar) -> None:
    order = await house.estimated(1_000)
    payment = await bar.begins(order)
    await bar.cashier.work_all()
    await bar.approves(payment)
    bar.paypal.moods.down = True
    await bar.turn(AKI, lambda work: paypal.have_paid(work, payment.id))
    await bar.cashier.work_all()
    assert (await house.told_customer())[-1].kind == "paypal_silent"
    await bar.later(hours=1)
    bar.paypal.moods.down = False
    await bar.later(hours=1)
    assert await bar.state(payment) is PaymentState.CONFIRMED


async def test_a_page_paypal_refuses_to_make_is_for_staff_to_look_at(
    house: House, bar: Bar
) -> None:
    order = await house.estimated(1_000)
    bar.paypal.moods.refuse = "PAYEE_ACCOUNT_RESTRICTED"
    payment = await bar.begins(order)
    await bar.cashier.work_all()
    assert (await house.told_customer())[-1] == paypal_notices.PaypalFailed(
        usd(1_700), "not_accepted", order.id
    )
    assert await bar.alarms("finance") == [f"PayPal and payment {payment.id}"]
    assert await bar.alarms() == []


# Refunds and disputes -------------------------------------------------------------------------


async def paid(house: House, bar: Bar) -> tuple[Order, Payment, str]:
    """An order that was paid through PayPal, its payment and its capture."""
    order = await house.estimated(1_000)
    payment = await bar.begins(order)
    await bar.cashier.work_all()
    await bar.approves(payment)
    await bar.later(seconds=10)
    payment = await bar.payment(payment.id)
    assert payment.state is PaymentState.CONFIRMED
    return await house.order(order.id), payment, payment.paypal_capture


async def test_a_refund_at_paypals_site_is_booked_once_without_any_webhook(
    house: House, bar: Bar
) -> None:
    order, payment, capture = await paid(house, bar)
    bar.paypal.refund(capture, {"amount": {"currency_code": "USD", "value": "5.00"}})
    await bar.later(hours=1)
    await bar.later(hours=6)
    returned = paypal_notices.PaypalReturned(payment.id, "Aki", usd(500), usd(0), order.id)
    told = [n for n in await house.told_staff(order) if n.kind == "paypal_returned"]
    assert told == [returned]
    assert [n for n in await house.told(ToStaff("finance")) if n.kind == "paypal_returned"] == told
    assert await bar.state(payment) is PaymentState.CONFIRMED
    assert await house.failures() == []
    bar.paypal.refund(capture, {})
    await bar.hook()
    assert await bar.state(payment) is PaymentState.REVERSED
    assert await house.deposit() == (0, 0, 0)  # all of it was still the order's
    assert await house.failures() == []


async def test_a_refund_after_the_money_was_spent_is_a_debt(house: House, bar: Bar) -> None:
    order, _, capture = await paid(house, bar)
    await bar.turn(
        MINA, lambda work: cancellations.cancel_by_staff(work, order.id, "gone", usd(1_000))
    )
    assert await house.deposit() == (700, 0, 0)
    bar.paypal.refund(capture, {})
    await bar.hook()
    assert await house.deposit() == (0, 0, 1_000)
    assert (await house.told_customer())[-1] == paypal_notices.MoneyTakenBack(
        usd(1_700), usd(1_000), "refund", order.id
    )
    assert await house.failures() == []


async def test_a_dispute_that_is_lost_takes_the_money_stops_the_order_and_rings(
    house: House, bar: Bar
) -> None:
    order, payment, capture = await paid(house, bar)
    number = bar.paypal.open_dispute(capture)
    await bar.later(hours=1)  # no webhook: the disputes are listed
    await bar.later(hours=1)
    opened = [n for n in await house.told(ToStaff("finance")) if n.kind == "dispute_opened"]
    assert len(opened) == 1
    assert await bar.state(payment) is PaymentState.CONFIRMED
    bar.paypal.close_dispute(number, won=False)
    await bar.later(hours=1)
    await bar.later(hours=1)
    kept = await house.order(order.id)
    assert Flag.ON_HOLD in kept.flags
    assert await bar.state(payment) is PaymentState.REVERSED
    closed = [n for n in await house.told_staff(order) if n.kind == "dispute_closed"]
    assert closed == [
        paypal_notices.DisputeClosed(
            payment.id, "Aki", number, usd(1_700), usd(1_500), usd(0), order.id
        )
    ]
    assert await house.deposit() == (0, 0, 0)
    assert await house.failures() == []


async def test_a_dispute_that_is_won_takes_nothing_and_is_told_once(
    house: House, bar: Bar
) -> None:
    order, payment, capture = await paid(house, bar)
    number = bar.paypal.open_dispute(capture)
    bar.paypal.close_dispute(number, won=True)
    await bar.hook()
    await bar.later(hours=1)
    closed = [n for n in await house.told_staff(order) if n.kind == "dispute_closed"]
    assert closed == [paypal_notices.DisputeClosed(payment.id, "Aki", number, order=order.id)]
    assert await bar.state(payment) is PaymentState.CONFIRMED
    assert not (await house.order(order.id)).flags


async def test_money_that_went_back_twice_is_taken_once_and_rings(house: House, bar: Bar) -> None:
    order, payment, capture = await paid(house, bar)
    bar.paypal.refund(capture, {})
    await bar.hook()
    number = bar.paypal.open_dispute(capture)
    bar.paypal.close_dispute(number, won=False)
    await bar.hook()
    assert await bar.alarms("finance") == [
        f"A lost dispute took what was refunded of payment {payment.id}; it is booked once"
    ]
    assert await house.deposit() == (0, 0, 0)
    assert Flag.ON_HOLD in (await house.order(order.id)).flags  # until people have looked
    assert await house.failures() == []


async def test_an_app_that_may_not_see_disputes_does_everything_else(
    house: House, bar: Bar
) -> None:
    bar.paypal.moods.no_disputes = True
    await paid(house, bar)
    await bar.later(hours=5)
    assert await bar.alarms() == []
