"""Decisions and mishaps through their actions, on both engines."""

from __future__ import annotations

import asyncio

import pytest

from actions import estimates, purchases, questions, second_bills, warehouse
from domain import notices, question_notices
from domain.bills import Method
from domain.ids import LineNo
from domain.messages import Thread
from domain.orders import Change, Flag, LineState, Order, Question, SoldOut, Stage
from domain.questions import Answer
from domain.refusals import CardOutdated, DecisionPending, LineNotNow, NotYours, RequestPending
from tests.actions.conftest import AKI, BEN, CLOCK, MINA, TOM, House, estimate, replace, usd

ONE, TWO = LineNo(1), LineNo(2)


async def rose(house: House, *prices: int, **more: object) -> Order:
    """The first line costs twice as much as it was to."""
    order = await house.paid(*prices, **more)
    async with house.turn(TOM) as work:
        return await purchases.mark_bought(work, order.id, {1: usd(2 * prices[0])})


async def test_a_strangers_answer_and_one_to_nothing_change_nothing(house: House) -> None:
    order = await rose(house, 1_000, 500)
    with pytest.raises(NotYours):
        async with house.turn(BEN) as work:
            await questions.decide(work, order.id, 1, Answer.ACCEPT)
    for no, answer in ((2, Answer.ACCEPT), (1, Answer.WAIT), (1, Answer.CANCEL)):
        with pytest.raises(LineNotNow):
            async with house.turn(AKI) as work:
                await questions.decide(work, order.id, no, answer)
    assert await house.order(order.id) == order


async def test_of_two_answers_at_once_the_first_one_counts(house: House) -> None:
    order = await rose(house, 1_000, 500)

    async def press(answer: Answer) -> None:
        async with house.turn(AKI) as work:
            await questions.decide(work, order.id, 1, answer, seen=order.version)

    results = await asyncio.gather(
        press(Answer.ACCEPT), press(Answer.DROP), return_exceptions=True
    )
    assert sorted(type(r).__name__ for r in results) == ["CardOutdated", "NoneType"]
    told = await house.told_staff(order)
    assert sum(isinstance(x, question_notices.QuestionAnswered) for x in told) == 1


async def test_as_long_as_the_clock_has_not_decided_an_answer_counts(house: House) -> None:
    order = await rose(house, 1_000, 500)
    house.later(hours=100)  # nothing looked at the clocks
    async with house.turn(AKI) as work:
        order = await questions.decide(work, order.id, 1, Answer.ACCEPT, seen=order.version)
    assert (order.line(1).unit_price, order.flags) == (usd(2_000), frozenset())
    async with house.turn(CLOCK) as work:
        locked = await work.lock(order.id)
        assert await questions.lapse(work, locked, 1) == order  # it comes too late


async def test_a_price_that_was_accepted_may_not_rise_by_the_tolerance_on_top(
    house: House,
) -> None:
    order = await rose(house, 1_000, 500)  # 20.00; the tolerance is 5 %
    async with house.turn(AKI) as work:
        await questions.decide(work, order.id, 1, Answer.ACCEPT)
    async with house.turn(TOM) as work:
        asked = await purchases.mark_bought(work, order.id, {1: usd(2_001), 2: usd(525)})
    assert [line.state for line in asked.lines] == [LineState.TO_BUY, LineState.BOUGHT]
    assert asked.line(1).question is Question.PRICE
    async with house.turn(AKI) as work:
        await questions.decide(work, order.id, 1, Answer.ACCEPT)
    async with house.turn(TOM) as work:
        bought = await purchases.mark_bought(work, order.id, {1: usd(2_001)})
    assert bought.line(1).bought_price == usd(2_001)


async def test_once_silence_was_the_answer_no_other_one_is(house: House) -> None:
    order = await rose(house, 1_000, 500)
    house.later(hours=72)
    async with house.turn(CLOCK) as work:
        lapsed = await questions.lapse(work, await work.lock(order.id), 1)
    for seen, refusal in ((order.version, CardOutdated), (lapsed.version, LineNotNow)):
        with pytest.raises(refusal):
            async with house.turn(AKI) as work:
                await questions.decide(work, order.id, 1, Answer.ACCEPT, seen=seen)
    assert await house.order(order.id) == lapsed


async def test_silence_drops_the_line_and_both_are_told(house: House) -> None:
    order = await rose(house, 1_000, 500)
    house.later(hours=72)
    async with house.turn(CLOCK) as work:
        locked = await work.lock(order.id)
        order = await questions.lapse(work, locked, 1)
        assert await questions.lapse(work, order, 1) == order  # twice is once
    assert [x.state for x in order.lines] == [LineState.CANCELLED, LineState.TO_BUY]
    assert (order.stage, order.flags) == (Stage.PURCHASING, frozenset())
    said = question_notices.QuestionLapsed(order.id, ONE, Question.PRICE, "customer")
    assert (await house.told_customer()).count(said) == 1
    assert (await house.told_staff(order)).count(replace(said, to="staff")) == 1
    assert await house.deposit() == (0, 0, 0)


async def test_silence_about_the_last_line_returns_everything_at_once(house: House) -> None:
    order = await rose(house, 1_000)
    async with house.turn(CLOCK) as work:
        order = await questions.lapse(work, await work.lock(order.id), 1)
    assert order.stage is Stage.CANCELLED
    assert await house.deposit() == (1_700, 0, 0)
    assert await house.failures() == []


async def test_a_variant_is_bought_at_its_own_price_once_it_is_accepted(house: House) -> None:
    order = await house.paid(1_000, 500)
    async with house.turn(TOM) as work:
        await purchases.offer(work, order.id, 1, "blue instead of red", usd(1_200))
        with pytest.raises(DecisionPending):
            await purchases.mark_bought(work, order.id, {1: usd(1_000)})
    asked = question_notices.QuestionAsked(
        order.id, ONE, Question.VARIANT, "blue instead of red", usd(1_000), usd(1_200)
    )
    assert asked in await house.told_customer()
    async with house.turn(AKI) as work:
        await questions.decide(work, order.id, 1, Answer.ACCEPT)
    async with house.turn(TOM) as work:
        await purchases.mark_bought(work, order.id, None)
    line = (await house.order(order.id)).line(1)
    assert (line.note, line.bought_price, line.bought_at) == (
        "blue instead of red", usd(1_200), house.now,
    )  # fmt: skip


async def test_a_line_with_a_request_is_not_bought_or_offered_differently(house: House) -> None:
    order = await house.paid(1_000, 500)
    async with house.turn(TOM) as work:
        order = await work.lock(order.id)
        line = replace(order.line(2), wanted=0)
        order = replace(order, lines=(order.line(1), line))
        await work.save(order, Change("asked to cancel line 2"))
    with pytest.raises(RequestPending):
        async with house.turn(TOM) as work:
            await purchases.mark_bought(work, order.id, {2: usd(500)})
    with pytest.raises(RequestPending):
        async with house.turn(TOM) as work:
            await purchases.offer(work, order.id, 2, "blue")
    async with house.turn(TOM) as work:
        order = await purchases.mark_bought(work, order.id, None)
    assert [line.state for line in order.lines] == [LineState.BOUGHT, LineState.TO_BUY]
    with pytest.raises(RequestPending):  # nothing else is left that all could mean
        async with house.turn(TOM) as work:
            await purchases.mark_bought(work, order.id, None)


async def all_or_nothing(house: House) -> Order:
    """Of three lines one is bought, one is not to be had, and all or nothing was wanted."""
    order = await house.paid(1_000, 500, 300, sold_out=SoldOut.CANCEL_EVERYTHING)
    async with house.turn(TOM) as work:
        await purchases.mark_bought(work, order.id, {1: usd(1_000)})
        return await purchases.mark_unavailable(work, order.id, 2, "gone")


async def test_all_or_nothing_asks_where_something_is_bought_already(house: House) -> None:
    order = await all_or_nothing(house)
    assert order.line(2).question is Question.SOLD_OUT
    assert (await house.told_customer())[-1] == question_notices.QuestionAsked(
        order.id, TWO, Question.SOLD_OUT, "gone", usd(500)
    )
    with pytest.raises(DecisionPending):
        async with house.turn(TOM) as work:
            await purchases.mark_unavailable(work, order.id, 2, "gone")
    async with house.turn(AKI) as work:
        order = await questions.decide(work, order.id, 2, Answer.DROP)
    assert [x.state for x in order.lines] == [
        LineState.BOUGHT, LineState.CANCELLED, LineState.TO_BUY,
    ]  # fmt: skip
    assert [x.wanted for x in order.lines] == [None, None, None]


async def test_or_the_customer_asks_to_cancel_the_rest(house: House) -> None:
    order = await all_or_nothing(house)
    async with house.turn(AKI) as work:
        order = await questions.decide(work, order.id, 2, Answer.CANCEL)
    assert order.stage is Stage.PURCHASING
    assert [x.wanted for x in order.lines] == [None, None, 0]
    said = (await house.told_staff(order))[-1]
    assert isinstance(said, question_notices.QuestionAnswered)
    assert said.answer is Answer.CANCEL


# At the warehouse -----------------------------------------------------------------------------


async def bought(house: House, *prices: int) -> Order:
    order = await house.paid(*prices)
    async with house.turn(TOM) as work:
        return await purchases.mark_bought(work, order.id, None)


async def test_what_arrived_damaged_is_decided_before_anything_is_billed(house: House) -> None:
    order = await house.at_warehouse(1_000, 500)
    async with house.turn(TOM) as work:
        await warehouse.report_mishap(
            work, order.id, 2, Question.DAMAGED, "a crack", photo="photo-1"
        )
    assert (await house.told_customer())[-1] == question_notices.QuestionAsked(
        order.id, TWO, Question.DAMAGED, "a crack"
    )
    ems = (Method("EMS", usd(4_210)),)
    with pytest.raises(DecisionPending):
        async with house.turn(TOM) as work:
            await second_bills.issue(work, order.id, ems)
    async with house.turn(AKI) as work:
        order = await questions.decide(work, order.id, 2, Answer.DROP)
    assert order.line(2).state is LineState.CANCELLED
    assert order.stage is Stage.AT_WAREHOUSE
    assert await house.deposit() == (0, 0, 0)  # it comes back with the settlement
    async with house.turn(TOM) as work:
        await second_bills.issue(work, order.id, ems)


async def test_a_wish_to_cancel_what_is_bought_already_waits_for_an_answer(house: House) -> None:
    order = await house.paid(1_000, 500, sold_out=SoldOut.CANCEL_EVERYTHING)
    async with house.turn(TOM) as work:
        await purchases.mark_bought(work, order.id, {1: usd(1_000)})
        await purchases.mark_unavailable(work, order.id, 2, "gone")
    async with house.turn(AKI) as work:
        order = await questions.decide(work, order.id, 2, Answer.CANCEL)
    assert not any(line.wanted is not None for line in order.lines)  # nothing is there to lock
    async with house.turn(TOM) as work:
        waits = await work.uow.answering.lock(Thread(order.id))
    assert waits is not None
    assert (waits.since, waits.rung) == (house.now, 0)
    assert waits.ring_at is not None


async def test_what_is_short_takes_the_order_back_until_it_is_decided(house: House) -> None:
    order = await house.applied(3)
    async with house.turn(MINA) as work:
        await estimates.issue(work, order.id, estimate(0, shipping=0, fee=0))
        await purchases.mark_bought(work, order.id, None)
        await warehouse.mark_arrived(work, order.id, None)
        order = await warehouse.report_mishap(work, order.id, 1, Question.SHORT, "two only", 2)
    assert (order.stage, order.line(1).arrived) == (Stage.AWAITING_ARRIVAL, 2)
    assert order.flags == {Flag.DECISION_NEEDED}
    with pytest.raises(DecisionPending):
        async with house.turn(TOM) as work:
            await warehouse.mark_arrived(work, order.id, None)
    async with house.turn(AKI) as work:
        order = await questions.decide(work, order.id, 1, Answer.ACCEPT)
    assert (order.stage, order.line(1).quantity) == (Stage.AT_WAREHOUSE, 2)
    assert (await house.order(order.id)) == order


async def test_the_rest_that_comes_after_all_ends_the_question(house: House) -> None:
    order = await bought(house, 1_000, 500)
    async with house.turn(TOM) as work:
        await warehouse.report_mishap(work, order.id, 1, Question.SHORT, "not in the box", 0)
        order = await warehouse.mark_arrived(work, order.id, {1: 1, 2: 1})
    assert (order.stage, order.flags) == (Stage.AT_WAREHOUSE, frozenset())
    assert order.line(1).question is None


async def test_silence_about_goods_drops_nothing_and_rings(house: House) -> None:
    order = await house.at_warehouse(1_000, 500)
    asked_at = house.now
    async with house.turn(TOM) as work:
        order = await warehouse.report_mishap(work, order.id, 1, Question.WRONG, "a spoon")
    house.later(hours=72)
    async with house.turn(CLOCK) as work:
        assert await questions.lapse(work, await work.lock(order.id), 1) == order
    assert await house.order(order.id) == order
    rings = question_notices.DecisionOverdue(order.id, ONE, Question.WRONG, asked_at)
    assert (await house.told_staff(order))[-1] == rings


async def test_staff_buy_it_once_more_and_it_costs_once(house: House) -> None:
    order = await house.at_warehouse(1_000, 500)
    async with house.turn(TOM) as work:
        await warehouse.report_mishap(work, order.id, 1, Question.WRONG, "a spoon")
        order = await warehouse.buy_again(work, order.id, 1)
    assert (order.stage, order.flags) == (Stage.PURCHASING, frozenset())
    assert (await house.told_customer())[-1] == question_notices.BoughtAgain(order.id, ONE)
    with pytest.raises(LineNotNow):
        async with house.turn(TOM) as work:
            await warehouse.buy_again(work, order.id, 1)
    async with house.turn(TOM) as work:
        await purchases.mark_bought(work, order.id, None)
        order = await warehouse.mark_arrived(work, order.id, None)
    assert order.stage is Stage.AT_WAREHOUSE
    assert [x.price for x in order.lines] == [usd(1_000), usd(500)]


async def test_nothing_left_at_the_warehouse_returns_everything(house: House) -> None:
    order = await house.at_warehouse(1_000)
    async with house.turn(TOM) as work:
        await warehouse.report_mishap(work, order.id, 1, Question.DAMAGED, "a crack")
    async with house.turn(AKI) as work:
        order = await questions.decide(work, order.id, 1, Answer.DROP)
    assert order.stage is Stage.CANCELLED
    said = (await house.told_customer())[-1]
    assert said == notices.OrderCancelled(order.id, "nothing_left", "damaged", usd(1_700))
    assert await house.deposit() == (1_700, 0, 0)
    assert await house.failures() == []
