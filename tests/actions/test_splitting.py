"""A part goes ahead: two orders of one, and its money with each, on both engines."""

from __future__ import annotations

import asyncio

import pytest

from actions import (
    holds,
    purchases,
    questions,
    receptions,
    second_bills,
    shipping,
    splitting,
    warehouse,
)
from domain.bills import BillState, Method
from domain.ids import LineNo, OrderId
from domain.ledger import order_account
from domain.money import Currency
from domain.orders import LineState, Order, Question, Stage
from domain.question_notices import OrderSplit, QuestionAsked
from domain.questions import Answer
from domain.refusals import LineNotNow, NotYours, OrderFlagged
from tests.actions.conftest import ADDRESS, AKI, BEN, CLOCK, MINA, TOM, House, usd

PART = (LineNo(2), LineNo(3))


async def offered(house: House) -> Order:
    """Of three lines the first is there; the customer is asked about the others."""
    order = await house.paid(1_000, 2_000, 500)
    async with house.turn(TOM) as work:
        await purchases.mark_bought(work, order.id, {1: usd(1_000), 2: usd(2_050)})
        await warehouse.mark_arrived(work, order.id, {1: 1})
        return await splitting.propose(work, order.id, [2, 3])


async def held(house: House, number: int) -> int:
    async with house.look() as uow:
        account = order_account(OrderId(number), AKI.id)
        return (await uow.ledger.balance(account, Currency.USD)).minor


async def test_the_customer_is_asked_and_nothing_moves_before(house: House) -> None:
    order = await offered(house)
    asked = QuestionAsked(order.id, LineNo(2), Question.SPLIT)
    assert (await house.told_customer())[-1] == asked
    assert [x.question for x in order.lines] == [None, Question.SPLIT, Question.SPLIT]
    assert await held(house, order.id) == 4_200
    async with house.turn(TOM) as work:  # what is proposed hinders nobody
        order = await purchases.mark_bought(work, order.id, None)
    assert order.line(3).state is LineState.BOUGHT


async def test_on_hold_nothing_is_decided_and_no_part_goes_on_alone(house: House) -> None:
    order = await offered(house)
    async with house.turn(MINA) as work:
        order = await holds.hold(work, order.id, "a dispute")
    with pytest.raises(OrderFlagged):
        async with house.turn(AKI) as work:
            await questions.decide(work, order.id, 2, Answer.ACCEPT)
    assert await house.order(order.id) == order
    assert await held(house, order.id) == 4_200


async def test_the_part_is_an_order_of_its_own_with_its_money(house: House) -> None:
    order = await offered(house)
    async with house.turn(AKI) as work:
        rest = await questions.decide(work, order.id, 3, Answer.ACCEPT, seen=order.version)
    new = await house.order(OrderId(order.id + 1))
    assert rest == await house.order(order.id)
    assert (rest.stage, new.stage) == (Stage.AT_WAREHOUSE, Stage.PURCHASING)
    assert (new.linked_to, [x.no for x in new.lines]) == (order.id, [2, 3])
    assert [x.reason for x in rest.lines] == ["", f"split {new.id}", f"split {new.id}"]
    assert (await held(house, order.id), await held(house, new.id)) == (1_650, 2_550)
    assert new.first_bill is not None
    assert (new.first_bill.total, new.first_bill.state) == (usd(2_550), BillState.PAID)
    assert await house.failures() == []
    async with house.look() as uow:
        linked = [(await uow.files.load(each.id)).linked for each in (rest, new)]
        history = [(await uow.orders.history(each.id))[-1].what for each in (rest, new)]
        begun = (await uow.orders.history(new.id))[0]
    assert linked == [(new.id,), (order.id,)]
    assert history == [f"split into #{new.id}: lines 2, 3", "1st bill paid"]
    assert (begun.what, begun.why) == (
        f"split from #{order.id}", "lines 2, 3; 25.50 USD moved",
    )  # fmt: skip


async def test_both_topics_and_the_customer_are_told(house: House) -> None:
    order = await offered(house)
    async with house.turn(AKI) as work:
        await questions.decide(work, order.id, 2, Answer.ACCEPT)
    new = await house.order(OrderId(order.id + 1))
    assert (await house.told_customer())[-1] == OrderSplit(order.id, new.id, PART, "customer")
    assert (await house.told_staff(order))[-1] == OrderSplit(order.id, new.id, PART, "staff")
    assert await house.told_staff(new) == [
        OrderSplit(new.id, order.id, PART, "staff", is_new=True)
    ]


async def test_of_two_taps_at_once_one_splits(house: House) -> None:
    order = await offered(house)

    async def press(no: int) -> None:
        async with house.turn(AKI) as work:
            await questions.decide(work, order.id, no, Answer.ACCEPT, seen=order.version)

    results = await asyncio.gather(press(2), press(3), return_exceptions=True)
    assert sorted(type(r).__name__ for r in results) == ["CardOutdated", "NoneType"]
    assert await held(house, order.id + 1) == 2_550
    with pytest.raises(NotYours):
        await house.order(OrderId(order.id + 2))


async def test_who_waits_or_is_silent_keeps_one_order(house: House) -> None:
    order = await offered(house)
    async with house.turn(AKI) as work:
        order = await questions.decide(work, order.id, 2, Answer.WAIT)
    assert [x.question for x in order.lines] == [None, None, None]
    async with house.turn(TOM) as work:
        order = await splitting.propose(work, order.id, [3])
    house.later(hours=72)
    async with house.turn(CLOCK) as work:
        order = await questions.lapse(work, await work.lock(order.id), 3)
    with pytest.raises(LineNotNow):
        async with house.turn(AKI) as work:
            await questions.decide(work, order.id, 3, Answer.ACCEPT)
    assert order.flags == frozenset()
    assert await held(house, order.id) == 4_200


async def test_a_stranger_splits_nothing(house: House) -> None:
    order = await offered(house)
    with pytest.raises(NotYours):
        async with house.turn(BEN) as work:
            await questions.decide(work, order.id, 2, Answer.ACCEPT)
    assert await house.order(order.id) == order


async def test_what_has_arrived_meanwhile_stays(house: House) -> None:
    order = await offered(house)
    async with house.turn(TOM) as work:
        await warehouse.mark_arrived(work, order.id, {2: 1})
    async with house.turn(AKI) as work:
        order = await questions.decide(work, order.id, 3, Answer.ACCEPT)
    assert [x.state for x in order.lines] == [
        LineState.ARRIVED, LineState.ARRIVED, LineState.CANCELLED,
    ]  # fmt: skip
    assert await held(house, order.id + 1) == 500


async def finish(house: House, number: int) -> int:
    """Take an order from the warehouse to its reception report; what it cost."""
    order_id = OrderId(number)
    async with house.turn(MINA) as work:
        await second_bills.issue(work, order_id, (Method("EMS", usd(0)),))
    async with house.turn(AKI) as work:
        await second_bills.choose_shipping(work, order_id, "EMS", ADDRESS)
        await second_bills.request_shipping(work, order_id)
    async with house.turn(TOM) as work:
        await shipping.ship(work, order_id, "EMS", f"EE{number:09}JP")
    async with house.turn(AKI) as work:
        return (await receptions.report_reception(work, order_id)).cost.minor


async def test_both_are_settled_and_cost_what_the_one_would_have(house: House) -> None:
    order = await offered(house)
    async with house.turn(AKI) as work:
        await questions.decide(work, order.id, 2, Answer.ACCEPT)
    new = OrderId(order.id + 1)
    async with house.turn(TOM) as work:
        await purchases.mark_bought(work, new, {3: usd(490)})
        await warehouse.mark_arrived(work, new, None)
    assert await finish(house, order.id) == 1_700
    assert await finish(house, new) == 2_540
    # 42.00 were paid; the one order would have cost 10.00 + 20.50 + 4.90 + 7.00.
    assert await house.deposit() == (0, 0, 40)
    assert await house.failures() == []


async def test_a_part_that_is_cancelled_gives_its_money_back(house: House) -> None:
    order = await offered(house)
    async with house.turn(AKI) as work:
        await questions.decide(work, order.id, 2, Answer.ACCEPT)
    new = OrderId(order.id + 1)
    async with house.turn(TOM) as work:
        await purchases.mark_unavailable(work, new, 3, "gone")
        await warehouse.report_mishap(work, new, 2, Question.SHORT, "lost", 0)
    async with house.turn(AKI) as work:
        await questions.decide(work, new, 2, Answer.ACCEPT)
    assert (await house.order(new)).stage is Stage.CANCELLED
    assert await house.deposit() == (2_550, 0, 0)
    assert await house.failures() == []
