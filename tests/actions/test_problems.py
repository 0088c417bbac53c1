"""Problems: reported, withdrawn, and the three ways in which staff close them."""

from __future__ import annotations

import asyncio
from datetime import timedelta

import pytest

from actions import adjustments, problems, purchases, questions, receptions, shipping
from domain.ids import OrderId
from domain.notices import ProblemReported, ProblemSolved
from domain.orders import Flag, LineState, Order, Stage
from domain.proposals import Proposal
from domain.questions import Answer
from domain.refusals import (
    NotFinance,
    NotNow,
    NotYours,
    OrderFlagged,
    PaidLess,
    ProposalDiffers,
    SomebodyElseMust,
    TooLateForProblem,
)
from domain.settlement import settle
from domain.shipping_notices import ProblemWithdrawn
from tests.actions.conftest import AKI, BEN, MINA, TOM, House, replace, usd

RIKU = replace(TOM, is_finance=True)


async def reported(house: House, order: Order | None = None) -> Order:
    order = order or await house.shipped(1_000)
    async with house.turn(AKI) as work:
        return await problems.open_problem(work, order.id, "One is broken")


async def completed(house: House) -> Order:
    order = await house.shipped(1_000)
    async with house.turn(AKI) as work:
        await receptions.report_reception(work, order.id)
    return await house.order(order.id)


async def test_an_open_problem_stops_the_days(house: House) -> None:
    order = await reported(house)
    assert order.flags == {Flag.PROBLEM_OPEN}
    assert order.frozen_at == house.now
    with pytest.raises(OrderFlagged):
        async with house.turn(AKI) as work:
            await receptions.report_reception(work, order.id)


async def test_reported_twice_is_one_problem(house: House) -> None:
    order = await reported(house)
    again = await reported(house, order)
    assert again == order
    assert sum(isinstance(x, ProblemReported) for x in await house.told_staff(order)) == 1


async def test_a_mistake_is_withdrawn_and_the_days_go_on(house: House) -> None:
    order = await reported(house)
    assert order.due_at is not None
    house.later(days=3)
    async with house.turn(AKI) as work:
        after = await problems.withdraw(work, order.id)
    assert (after.flags, after.frozen_at) == (frozenset(), None)
    assert after.due_at == order.due_at + timedelta(days=3)
    assert (await house.told_staff(order))[-1] == ProblemWithdrawn(order.id)
    with pytest.raises(NotNow):
        async with house.turn(AKI) as work:
            await problems.withdraw(work, order.id)
    with pytest.raises(NotYours):
        async with house.turn(BEN) as work:
            await problems.withdraw(work, order.id)


async def test_solved_with_words_alone_moves_nothing(house: House) -> None:
    order = await reported(house)
    async with house.turn(TOM) as work:
        order = await problems.solve(work, order.id, "It is packed inside the other one.")
    assert (order.stage, order.flags) == (Stage.SHIPPED, frozenset())
    assert (await house.told_customer())[-1] == ProblemSolved(
        order.id, "It is packed inside the other one."
    )
    assert await house.deposit() == (0, 0, 0)


# Refund ---------------------------------------------------------------------------------------


async def test_a_refund_takes_two_and_is_not_given_twice_by_the_settlement(house: House) -> None:
    order = await reported(house)  # 17.00 paid
    async with house.turn(MINA) as work:
        proposal = await problems.solve_by_refund(work, order.id, usd(400), "Sorry.")
    assert isinstance(proposal, Proposal)
    assert proposal.wish.line == "/solve refund=4.00 Sorry."
    assert (await house.order(order.id)).flags == {Flag.PROBLEM_OPEN}
    assert await house.deposit() == (0, 0, 0)
    with pytest.raises(SomebodyElseMust):
        async with house.turn(MINA) as work:
            await problems.solve_by_refund(work, order.id, usd(400), "Sorry.")
    with pytest.raises(ProposalDiffers):
        async with house.turn(RIKU) as work:
            await problems.solve_by_refund(work, order.id, usd(401), "Sorry.")
    async with house.turn(RIKU) as work:
        done = await problems.solve_by_refund(work, order.id, usd(400), "Sorry.")
    assert isinstance(done, Order)
    assert done.flags == frozenset()
    assert await house.deposit() == (400, 0, 0)
    assert (await house.told_customer())[-1] == ProblemSolved(
        order.id, "Sorry.", "refund", usd(400), usd(0)
    )
    async with house.turn(AKI) as work:
        settled = await receptions.report_reception(work, order.id)
    assert (settled.cost, settled.paid, settled.over) == (usd(1_300), usd(1_300), usd(0))
    assert await house.deposit() == (400, 0, 0)
    assert await house.failures() == []


async def test_a_refund_comes_on_top_of_what_was_paid_too_much(house: House) -> None:
    order = await house.shipped(1_000)
    async with house.turn(MINA) as work:
        await adjustments.adjust(work, order.id, usd(-550), "the bowl was left out")
    await reported(house, order)
    for who in (MINA, RIKU):
        async with house.turn(who) as work:
            await problems.solve_by_refund(work, order.id, usd(400), "Sorry.")
    assert await house.deposit() == (400, 0, 0)
    async with house.turn(AKI) as work:
        settled = await receptions.report_reception(work, order.id)
    assert (settled.cost, settled.paid, settled.over) == (usd(750), usd(1_300), usd(550))
    assert await house.deposit() == (950, 0, 0)
    assert await house.failures() == []


async def test_a_refund_after_completion_comes_from_what_was_earned(house: House) -> None:
    order = await reported(house, await completed(house))
    for who in (MINA, RIKU):
        async with house.turn(who) as work:
            await problems.solve_by_refund(work, order.id, usd(1_700), "All of it.")
    after = await house.order(order.id)
    assert (after.stage, after.flags) == (Stage.COMPLETED, frozenset())
    assert await house.deposit() == (1_700, 0, 0)
    assert await house.failures() == []


async def test_no_more_is_refunded_than_was_paid_and_only_by_finance(house: House) -> None:
    order = await reported(house)
    with pytest.raises(PaidLess) as refusal:
        async with house.turn(MINA) as work:
            await problems.solve_by_refund(work, order.id, usd(1_701), "Sorry.")
    assert refusal.value.paid == usd(1_700)
    with pytest.raises(NotFinance):
        async with house.turn(TOM) as work:
            await problems.solve_by_refund(work, order.id, usd(100), "Sorry.")


async def test_a_proposed_refund_is_off_when_the_problem_ends_otherwise(house: House) -> None:
    order = await reported(house)
    async with house.turn(MINA) as work:
        await problems.solve_by_refund(work, order.id, usd(400), "Sorry.")
    async with house.turn(AKI) as work:
        await problems.withdraw(work, order.id)
    with pytest.raises(NotNow):
        async with house.turn(RIKU) as work:
            await problems.solve_by_refund(work, order.id, usd(400), "Sorry.")
    await reported(house, order)
    async with house.turn(RIKU) as work:
        again = await problems.solve_by_refund(work, order.id, usd(400), "Sorry.")
    assert isinstance(again, Proposal)
    assert await house.deposit() == (0, 0, 0)


# Replacement ----------------------------------------------------------------------------------


async def test_a_replacement_waits_for_its_parcel_and_then_the_days_begin_anew(
    house: House,
) -> None:
    order = await reported(house)
    async with house.turn(TOM) as work:
        order = await problems.solve_by_replacement(work, order.id, "Another one follows.")
    assert (order.stage, order.due_at, order.frozen_at) == (Stage.READY_TO_SHIP, None, None)
    assert (await house.told_customer())[-1] == ProblemSolved(
        order.id, "Another one follows.", "replacement"
    )
    house.later(days=40)
    async with house.turn(TOM) as work:
        order = await shipping.ship(work, order.id, "EMS", "EE2")
    assert (order.stage, order.due_from) == (Stage.SHIPPED, house.now)
    async with house.turn(AKI) as work:
        settled = await receptions.report_reception(work, order.id)
    assert (settled.over, settled.under) == (usd(0), usd(0))
    assert await house.failures() == []


async def test_a_replacement_for_a_completed_order_is_an_order_for_nothing(house: House) -> None:
    order = await reported(house, await completed(house))
    async with house.turn(TOM) as work:
        order = await problems.solve_by_replacement(work, order.id, "Another one follows.")
    assert (order.stage, order.flags) == (Stage.COMPLETED, frozenset())
    notice = (await house.told_customer())[-1]
    assert isinstance(notice, ProblemSolved)
    assert notice.linked is not None
    linked = await house.order(notice.linked)
    assert (linked.stage, linked.linked_to) == (Stage.PURCHASING, order.id)
    assert [line.state for line in linked.lines] == [LineState.TO_BUY]
    assert linked.first_bill is not None
    assert linked.first_bill.total == usd(0)
    assert linked.due_at is None
    assert await house.deposit() == (0, 0, 0)
    assert await house.failures() == []


async def test_what_makes_good_costs_its_customer_nothing_whatever_we_pay(house: House) -> None:
    order = await reported(house, await completed(house))
    before = await house.deposit()
    async with house.turn(MINA) as work:
        await problems.solve_by_replacement(work, order.id, "Another one follows.")
    linked = (await house.order(OrderId(order.id + 1))).id
    async with house.turn(MINA) as work:
        await purchases.offer(work, linked, 1, "the blue one", usd(4_500))
    async with house.turn(AKI) as work:
        await questions.decide(work, linked, 1, Answer.ACCEPT)
    async with house.turn(MINA) as work:
        bought = await purchases.mark_bought(work, linked, {1: usd(4_500)})
        (*_, kept) = await work.uow.orders.history(linked)
    assert (bought.stage, bought.line(1).price) == (Stage.AWAITING_ARRIVAL, usd(0))
    assert settle(bought, usd(0)).cost == usd(0)
    assert kept.why == "45.00 USD paid by us"
    assert await house.deposit() == before


async def test_a_problem_of_a_parcel_that_came_back_does_not_send_it_twice(house: House) -> None:
    order = await reported(house)
    async with house.turn(TOM) as work:
        await shipping.take_back(work, order.id, "EE123456785JP", "address unknown")
        order = await problems.solve_by_replacement(work, order.id, "We send it again.")
    assert (order.stage, order.flags) == (Stage.AT_WAREHOUSE, frozenset())


# After the end --------------------------------------------------------------------------------


async def test_a_problem_is_reported_within_thirty_days_after_completion(house: House) -> None:
    order = await completed(house)
    house.later(days=30, seconds=-1)
    order = await reported(house, order)
    assert (order.stage, order.flags) == (Stage.COMPLETED, frozenset({Flag.PROBLEM_OPEN}))
    assert order.frozen_at is None


async def test_a_second_later_is_too_late(house: House) -> None:
    order = await completed(house)
    house.later(days=30)
    with pytest.raises(TooLateForProblem):
        await reported(house, order)
    assert (await house.order(order.id)).flags == frozenset()


async def test_a_thread_stays_open_with_its_problem(house: House) -> None:
    order = await reported(house, await completed(house))
    house.later(days=100)
    async with house.look() as uow:
        assert await uow.orders.writable_by(AKI.id, house.now - timedelta(days=30)) == [order.id]
    async with house.turn(TOM) as work:
        await problems.solve(work, order.id, "Nothing is to be done.")
    async with house.look() as uow:
        assert await uow.orders.writable_by(AKI.id, house.now - timedelta(days=30)) == []


async def test_a_refund_agreed_to_by_two_at_once_is_given_once(house: House) -> None:
    order = await reported(house)
    async with house.turn(MINA) as work:
        await problems.solve_by_refund(work, order.id, usd(400), "Sorry.")

    async def agrees() -> None:
        async with house.turn(RIKU) as work:
            await problems.solve_by_refund(work, order.id, usd(400), "Sorry.")

    done = await asyncio.gather(agrees(), agrees(), return_exceptions=True)
    assert sorted(map(type, done), key=str) == sorted([type(None), NotNow], key=str)
    assert await house.deposit() == (400, 0, 0)
    assert await house.failures() == []
