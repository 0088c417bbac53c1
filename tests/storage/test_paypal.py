"""What is remembered for PayPal, on both engines."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from domain.ids import PaymentId, PersonId
from domain.money import Currency, Money
from domain.payments import Arrival, Method, Payment, PaymentState, Purpose, pay_in
from storage.database import Database, IntegrityError
from storage.paypal import Told
from storage.unit_of_work import UnitOfWork, unit_of_work

AKI = PersonId(7)
NOW = datetime(2026, 11, 2, 9, 0, tzinfo=UTC)
MINUTE = timedelta(minutes=1)


def usd(minor: int) -> Money:
    return Money(minor, Currency.USD)


async def begun(uow: UnitOfWork, number: str = "1") -> PaymentId:
    await uow.people.meet(AKI, "Aki", "", "en", NOW)
    payment = await uow.payments.add(
        Payment(
            id=PaymentId(0),
            customer=AKI,
            purpose=Purpose.PAY_IN,
            method=Method.PAYPAL,
            claimed=usd(1_000),
            reported_at=NOW,
            state=PaymentState.CREATED,
            paypal_request=f"request-{number}",
        )
    )
    await uow.paypal.begin(payment.id, NOW)
    return payment.id


async def test_what_is_due_comes_longest_due_first(database: Database) -> None:
    async with unit_of_work(database) as uow:
        first, second, third = [await begun(uow, n) for n in "123"]
        assert uow.paypal.is_awaited
        await uow.paypal.plan(first, NOW, NOW + MINUTE, "link")
        await uow.paypal.plan(second, NOW, None, "")
        assert await uow.paypal.due(NOW, 10) == [third]
        assert await uow.paypal.due(NOW + MINUTE, 10) == [third, first]
        assert await uow.paypal.due(NOW + MINUTE, 1) == [third]


async def test_a_plan_answers_whoever_asked(database: Database) -> None:
    async with unit_of_work(database) as uow:
        payment = await begun(uow)
        await uow.paypal.plan(payment, NOW, NOW + MINUTE, "link")
        await uow.paypal.ask_now(payment, NOW)
        task = await uow.paypal.lock_task(payment)
        assert (task.due_at, task.asked_at, task.link) == (NOW, NOW, "link")
        await uow.paypal.plan(payment, NOW, NOW + MINUTE, "link")
        assert (await uow.paypal.task(payment)).asked_at is None
        await uow.paypal.look_now(payment, NOW)
        task = await uow.paypal.task(payment)
        assert (task.due_at, task.asked_at) == (NOW, None)


async def test_there_is_no_task_for_what_is_none_of_paypals(database: Database) -> None:
    async with unit_of_work(database) as uow:
        with pytest.raises(LookupError):
            await uow.paypal.task(PaymentId(5))


async def test_an_event_is_kept_once_and_its_words_go_when_it_is_done(database: Database) -> None:
    event = Told("WH-1", "PAYMENT.CAPTURE.COMPLETED", '{"resource": {}}')
    async with unit_of_work(database) as uow:
        await uow.paypal.keep(event, NOW)
        await uow.paypal.keep(Told("WH-1", "OTHER", "{}"), NOW)
        assert await uow.paypal.waiting(10) == [event]
        await uow.paypal.done("WH-1", NOW)
        await uow.paypal.keep(event, NOW)  # PayPal repeats it
        assert await uow.paypal.waiting(10) == []
        assert await uow.paypal.forget(NOW) == 0
        assert await uow.paypal.forget(NOW + MINUTE) == 1


async def test_only_what_is_booked_counts_as_taken_back(database: Database) -> None:
    async with unit_of_work(database) as uow:
        payment = await begun(uow)
        arrival = Arrival.by_paypal(usd(1_000), usd(0), "C1", payment)
        event = await uow.ledger.post(pay_in(AKI, arrival, owed=usd(0)), actor="paypal", at=NOW)
        assert await uow.paypal.taken_back(payment, Currency.USD) == usd(0)
        await uow.paypal.gave_back("refund:R1", payment, usd(300), event, NOW)
        await uow.paypal.gave_back("refund:R2", payment, usd(900), None, NOW)
        assert await uow.paypal.taken_back(payment, Currency.USD) == usd(300)
        assert await uow.paypal.knows_return("refund:R2")
        assert not await uow.paypal.knows_return("refund:R3")
    with pytest.raises(IntegrityError):
        async with unit_of_work(database) as uow:
            await uow.paypal.gave_back("refund:R1", payment, usd(300), None, NOW)


async def test_a_disputes_state_changes_and_the_last_look_is_remembered(
    database: Database,
) -> None:
    async with unit_of_work(database) as uow:
        payment = await begun(uow)
        assert await uow.paypal.dispute("PP-D-1") is None
        await uow.paypal.set_dispute("PP-D-1", payment, "open", NOW)
        await uow.paypal.set_dispute("PP-D-1", payment, "lost", NOW)
        assert await uow.paypal.dispute("PP-D-1") == "lost"
        assert await uow.paypal.disputes_seen() is None
        await uow.paypal.set_disputes_seen(NOW)
        assert await uow.paypal.disputes_seen() == NOW
    with pytest.raises(IntegrityError):
        async with unit_of_work(database) as uow:
            await uow.paypal.set_dispute("PP-D-2", payment, "forgotten", NOW)


async def test_payments_are_found_by_paypals_numbers(database: Database) -> None:
    async with unit_of_work(database) as uow:
        number = await begun(uow)
        payment = await uow.payments.get(number)
        assert payment is not None
        await uow.payments.save(replace(payment, paypal_order="O1", paypal_capture="C1"))
        found = await uow.payments.by_paypal_order("O1")
        assert found == await uow.payments.by_capture("C1")
        assert found is not None
        assert found.id == number
        assert await uow.payments.by_paypal_order("C1") is None
        assert [p.id for p in await uow.payments.open_pages(AKI)] == [number]
        await uow.payments.save(replace(found, state=PaymentState.EXPIRED))
        assert await uow.payments.open_pages(AKI) == []


async def test_one_capture_is_one_payments(database: Database) -> None:
    async with unit_of_work(database) as uow:
        first, second = await begun(uow, "1"), await begun(uow, "2")
        payment = await uow.payments.get(first)
        assert payment is not None
        await uow.payments.save(replace(payment, paypal_capture="C1"))
        other = await uow.payments.get(second)
        assert other is not None
    with pytest.raises(IntegrityError):
        async with unit_of_work(database) as uow:
            await uow.payments.save(replace(other, paypal_capture="C1"))
