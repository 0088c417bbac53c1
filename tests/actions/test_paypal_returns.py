"""Money that PayPal gave back: from where it is taken, once, and who is told."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from datetime import timedelta

import pytest
from cryptography.fernet import Fernet

from actions import cancellations, payouts, paypal, paypal_returns, questions, splitting
from domain import notices, paypal_notices
from domain.actors import PAYPAL
from domain.ids import OrderId
from domain.letters import ToStaff
from domain.money import Currency, Money
from domain.orders import Flag, Order
from domain.payments import Method, Payment, PaymentState, PayoutState
from domain.payout_notices import PayoutRefused
from domain.paypal import Dispute, Refund
from domain.questions import Answer
from storage.vault import Vault
from tests.actions.conftest import AKI, MINA, TOM, House, usd
from tests.actions.test_paypal import APPROVED, OPEN, Till, balances, captured, finance, till
from tests.conftest import NOW

__all__ = ["till"]
LOST = Dispute(
    "PP-D-1", "C1", "UNAUTHORISED", usd(5_000), is_resolved=True, taken=usd(5_000), fee=usd(1_500)
)


async def paid_in(till: Till, minor: int = 5_000) -> Payment:
    async with till.turn() as work:
        payment = (await paypal.start_pay_in(work, usd(minor))).payment
    async with till.turn(PAYPAL) as work:
        await paypal.page_made(work, payment.id, OPEN)
    assert await till.says(payment, APPROVED)
    await till.says(payment, captured(minor))
    return await till.payment(payment.id)


async def paid(house: House, till: Till, *prices: int) -> tuple[Order, Payment]:
    order = await house.estimated(*(prices or (1_000,)))
    payment = await till.begun(order)
    assert await till.says(payment, APPROVED)
    await till.says(payment, captured(sum(prices or (1_000,)) + 700))
    return await house.order(order.id), await till.payment(payment.id)


def refund(minor: int, number: str = "R1") -> tuple[Refund, ...]:
    return (Refund(number, usd(minor), is_done=True),)


async def disputes(till: Till, dispute: Dispute) -> None:
    async with till.turn(PAYPAL) as work:
        await paypal_returns.disputed(work, dispute)


# Refunds --------------------------------------------------------------------------------------


async def test_a_refund_is_taken_from_the_order_while_it_holds_something(
    house: House, till: Till
) -> None:
    order, payment = await paid(house, till)
    for _ in range(2):
        await till.says(payment, captured(1_700, refunds=refund(500)))
    assert await balances(house) == {"asset:paypal": 1_100, "expense:paypal_fee": 100}
    assert await house.deposit() == (0, 0, 0)
    taken = [n for n in await till.told() if isinstance(n, paypal_notices.MoneyTakenBack)]
    assert taken == [paypal_notices.MoneyTakenBack(usd(500), usd(0), "refund", order.id)]
    assert await till.state(payment) is PaymentState.CONFIRMED
    assert await house.failures() == []


async def test_several_refunds_are_each_their_own_until_nothing_is_left(
    house: House, till: Till
) -> None:
    _, payment = await paid(house, till)
    both = (*refund(700), *refund(1_000, "R2"))
    await till.says(payment, captured(1_700, refunds=both))
    assert await till.state(payment) is PaymentState.REVERSED
    assert await till.due_in(payment) is None
    assert await balances(house) == {"asset:paypal": -100, "expense:paypal_fee": 100}
    assert await house.failures() == []


async def test_a_refund_that_is_not_done_is_not_booked(house: House, till: Till) -> None:
    _, payment = await paid(house, till)
    waiting = (Refund("R1", usd(500), is_done=False),)
    await till.says(payment, captured(1_700, refunds=waiting))
    assert await balances(house) == {"asset:paypal": 1_600, "expense:paypal_fee": 100}
    await till.says(payment, captured(1_700, refunds=refund(500)))
    assert (await balances(house))["asset:paypal"] == 1_100


async def test_a_refund_of_a_pay_in_is_taken_from_the_deposit_and_then_owed(
    house: House, till: Till
) -> None:
    payment = await paid_in(till)
    async with till.turn(MINA) as work:
        await payouts.allow(work, AKI.id)
    house.database.vault = Vault([Fernet.generate_key().decode()])
    async with till.turn() as work:
        await payouts.request(work, payouts.Request(usd(2_000), Method.BANK, "x" * 20))
    await till.says(payment, captured(5_000, refunds=refund(5_000)))
    assert await house.deposit() == (0, 2_000, 2_000)
    told = (await till.told())[-1]
    assert told == paypal_notices.MoneyTakenBack(usd(5_000), usd(2_000), "refund")
    assert await house.failures() == []


async def test_a_refund_of_a_cancelled_order_is_taken_from_where_the_money_went(
    house: House, till: Till
) -> None:
    order, payment = await paid(house, till)
    async with till.turn(MINA) as work:
        await cancellations.cancel_by_staff(work, order.id, "sold out")
    assert await house.deposit() == (1_700, 0, 0)
    await till.says(payment, captured(1_700, refunds=refund(1_700)))
    assert await house.deposit() == (0, 0, 0)
    assert await house.failures() == []


async def test_more_than_came_in_never_goes_back(house: House, till: Till) -> None:
    _, payment = await paid(house, till)
    for _ in range(2):
        await till.says(payment, captured(1_700, refunds=(*refund(1_700), *refund(1, "R2"))))
    assert await finance(house) == [
        paypal_notices.PaypalReturned(payment.id, "Aki", usd(1_700), usd(0), payment.order),
        notices.Alarm(
            f"PayPal gave back more than payment {payment.id} was; it is not booked",
            "refund:R2: 0.01 USD",
        ),
    ]
    assert await house.failures() == []


# Disputes -------------------------------------------------------------------------------------


async def test_a_lost_dispute_releases_pay_outs_and_takes_what_is_there(
    house: House, till: Till
) -> None:
    house.database.vault = Vault([Fernet.generate_key().decode()])
    payment = await paid_in(till)
    async with till.turn(MINA) as work:
        await payouts.allow(work, AKI.id)
    async with till.turn() as work:
        waiting = await payouts.request(
            work, payouts.Request(usd(4_000), Method.BANK, "First Bank, 123-456-789")
        )
    for _ in range(2):
        await disputes(till, LOST)
    async with house.look() as uow:
        assert (await uow.payouts.get(waiting.id)).state is PayoutState.REFUSED
    assert any(isinstance(n, PayoutRefused) for n in await till.told())
    assert await house.deposit() == (0, 0, 0)
    assert await till.state(payment) is PaymentState.REVERSED
    assert await balances(house) == {
        "asset:paypal": -1_600,
        "expense:paypal_fee": 100,
        "expense:dispute_fee": 1_500,
    }
    closed = [n for n in await finance(house) if isinstance(n, paypal_notices.DisputeClosed)]
    assert closed == [
        paypal_notices.DisputeClosed(payment.id, "Aki", "PP-D-1", usd(5_000), usd(1_500), usd(0))
    ]
    assert await house.failures() == []


async def test_a_lost_dispute_stops_the_order_and_both_sides_know(
    house: House, till: Till
) -> None:
    order, payment = await paid(house, till)
    await disputes(till, replace(LOST, taken=usd(700), fee=None))
    kept = await house.order(order.id)
    assert kept.flags == {Flag.ON_HOLD}
    assert await till.state(payment) is PaymentState.CONFIRMED  # a part of it stays
    assert notices.HoldPlaced(order.id, kept.reason) in await till.told()
    assert paypal_notices.MoneyTakenBack(usd(700), usd(0), "dispute", order.id) in (
        await till.told()
    )
    closed = paypal_notices.DisputeClosed(
        payment.id, "Aki", "PP-D-1", usd(700), usd(0), usd(0), order.id
    )
    assert closed in await house.told_staff(order)
    assert closed in await house.told(ToStaff("finance"))
    assert await house.failures() == []


async def test_a_lost_dispute_stops_all_that_goes_on_from_the_order(
    house: House, till: Till
) -> None:
    order, _ = await paid(house, till, 1_000, 2_000, 500)
    for numbers in ([2, 3], [3]):  # two and three go on alone, then three alone again
        part = OrderId(order.id + (0 if len(numbers) == 2 else 1))
        async with till.turn(TOM) as work:
            await splitting.propose(work, part, numbers)
        async with till.turn(AKI) as work:
            await questions.decide(work, part, numbers[0], Answer.ACCEPT)
    parts = [order.id, OrderId(order.id + 1), OrderId(order.id + 2)]
    await disputes(till, replace(LOST, taken=usd(4_200)))
    for number in parts:
        kept = await house.order(number)
        assert (kept.flags, kept.reason) == (
            frozenset({Flag.ON_HOLD}),
            paypal_returns.HELD_BECAUSE,
        )
        assert any(
            isinstance(told, paypal_notices.DisputeClosed) for told in await house.told_staff(kept)
        )
        assert notices.HoldPlaced(number, kept.reason) in await till.told()
    assert await house.failures() == []


async def test_a_dispute_waits_for_a_part_before_it_takes_the_payment(
    house: House, till: Till
) -> None:
    order, payment = await paid(house, till, 1_000, 2_000)
    async with till.turn(TOM) as work:
        await splitting.propose(work, order.id, [2])
    async with till.turn(AKI) as work:
        await questions.decide(work, order.id, 2, Answer.ACCEPT)
    part = OrderId(order.id + 1)
    async with till.turn(PAYPAL) as work:
        await work.lock(part)
        lost = asyncio.create_task(disputes(till, replace(LOST, taken=usd(3_700))))
        await asyncio.sleep(0.5)  # long enough for it to take all that it can have
        async with asyncio.timeout(5):
            assert await work.uow.payments.lock(payment.id) is not None
    await lost
    assert (await house.order(part)).flags == {Flag.ON_HOLD}
    assert await house.failures() == []


async def test_an_order_that_has_ended_is_not_put_on_hold(house: House, till: Till) -> None:
    order, _ = await paid(house, till)
    async with till.turn(MINA) as work:
        await cancellations.cancel_by_staff(work, order.id, "sold out")
    await disputes(till, replace(LOST, taken=usd(1_700)))
    assert (await house.order(order.id)).flags == frozenset()
    assert await house.deposit() == (0, 0, 0)
    assert await house.failures() == []


async def test_an_open_dispute_is_told_once_and_takes_nothing(house: House, till: Till) -> None:
    payment = await paid_in(till)
    before = await balances(house)
    opened = replace(LOST, is_resolved=False, taken=None, fee=None)
    for _ in range(2):
        await disputes(till, opened)
    told = [n for n in await finance(house) if isinstance(n, paypal_notices.DisputeOpened)]
    assert [(n.payment, n.amount) for n in told] == [(payment.id, usd(5_000))]
    await disputes(till, replace(opened, is_resolved=True))
    assert (await finance(house))[-1] == paypal_notices.DisputeClosed(payment.id, "Aki", "PP-D-1")
    assert await balances(house) == before


@pytest.mark.parametrize("capture", ["", "C9"])
async def test_a_dispute_about_something_else_is_none_of_ours(
    house: House, till: Till, capture: str
) -> None:
    await paid_in(till)
    before = await finance(house)
    await disputes(till, replace(LOST, capture=capture))
    assert await finance(house) == before


# A refund and a dispute about the same payment --------------------------------------------------


async def alarms(house: House) -> list[str]:
    return [f"{n.what}: {n.detail}" for n in await finance(house) if isinstance(n, notices.Alarm)]


async def test_after_a_partial_refund_a_lost_dispute_takes_the_rest_and_no_more(
    house: House, till: Till
) -> None:
    payment = await paid_in(till)
    await till.says(payment, captured(5_000, refunds=refund(2_000)))
    for _ in range(2):
        await disputes(till, LOST)  # over all of it
    assert await house.deposit() == (0, 0, 0)
    assert await balances(house) == {
        "asset:paypal": -1_600,
        "expense:paypal_fee": 100,
        "expense:dispute_fee": 1_500,
    }
    assert await till.state(payment) is PaymentState.REVERSED
    assert (await till.told())[-1] == paypal_notices.MoneyTakenBack(usd(3_000), usd(0), "dispute")
    assert await alarms(house) == [
        f"A lost dispute took more than was left of payment {payment.id}; booked: 30.00:"
        " reversal:PP-D-1: 50.00 USD"
    ]
    assert await house.failures() == []


async def test_a_dispute_after_all_was_refunded_costs_its_fee_only(
    house: House, till: Till
) -> None:
    payment = await paid_in(till)
    await till.says(payment, captured(5_000, refunds=refund(5_000)))
    before = await till.told()
    await disputes(till, LOST)
    assert await balances(house) == {
        "asset:paypal": -1_600,
        "expense:paypal_fee": 100,
        "expense:dispute_fee": 1_500,
    }
    assert await till.told() == before  # nothing more was taken from the customer
    assert await alarms(house) == [
        f"PayPal gave back more than payment {payment.id} was; it is not booked:"
        " reversal:PP-D-1: 50.00 USD"
    ]
    assert await house.failures() == []


async def test_a_claim_that_was_accepted_with_a_refund_is_booked_once(
    house: House, till: Till
) -> None:
    payment = await paid_in(till)
    part = replace(LOST, amount=usd(2_000), taken=usd(2_000), fee=None, opened_at=NOW)
    await till.says(payment, captured(5_000, refunds=refund(2_000)))
    await disputes(till, part)
    assert await house.deposit() == (3_000, 0, 0)
    assert await alarms(house) == [
        f"A lost dispute took what was refunded of payment {payment.id}; it is booked once:"
        " reversal:PP-D-1: 20.00 USD"
    ]
    await disputes(till, replace(part, id="PP-D-2"))  # another one, about as much
    assert await house.deposit() == (1_000, 0, 0)
    assert await house.failures() == []


async def test_a_refund_from_before_the_dispute_is_other_money(house: House, till: Till) -> None:
    payment = await paid_in(till)
    earlier = (Refund("R1", usd(2_000), is_done=True, made_at=NOW - timedelta(days=1)),)
    await till.says(payment, captured(5_000, refunds=earlier))
    await disputes(till, replace(LOST, taken=usd(2_000), fee=None, opened_at=NOW))
    assert await house.deposit() == (1_000, 0, 0)
    assert await alarms(house) == []


async def test_what_a_dispute_took_is_not_taken_again_as_a_refund(
    house: House, till: Till
) -> None:
    payment = await paid_in(till)
    await disputes(till, replace(LOST, taken=usd(2_000), fee=None))
    for _ in range(2):
        await till.says(payment, captured(5_000, refunds=refund(2_000)))
    assert await house.deposit() == (3_000, 0, 0)
    assert await alarms(house) == [
        f"PayPal refunded what a dispute took of payment {payment.id}; it is booked once:"
        " refund:R1: 20.00 USD"
    ]
    both = (*refund(2_000), *refund(2_000, "R2"))
    await till.says(payment, captured(5_000, refunds=both))  # another one, as large
    assert await house.deposit() == (1_000, 0, 0)
    assert await till.state(payment) is PaymentState.CONFIRMED
    assert await house.failures() == []


async def test_a_dispute_in_another_currency_is_left_to_people(house: House, till: Till) -> None:
    payment = await paid_in(till)
    before = await balances(house)
    for _ in range(2):
        await disputes(till, replace(LOST, taken=Money(5_000, Currency.EUR), fee=None))
    assert await balances(house) == before
    assert await alarms(house) == [
        f"A lost dispute took another currency than payment {payment.id} was in; not booked:"
        " reversal:PP-D-1: 50.00 EUR"
    ]
    assert await house.failures() == []
