"""Problems: reported, withdrawn, and the three ways in which staff close them."""

from __future__ import annotations

import asyncio
from datetime import timedelta

import pytest

from actions import (
    adjustments,
    cancellations,
    problems,
    purchases,
    questions,
    receptions,
    second_bills,
    shipping,
    warehouse,
)
from actions.work import Work
from domain.agency import Agency
from domain.bills import Method
from domain.ids import LineNo, OrderId
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
    TooMany,
)
from domain.settlement import settle
from domain.shipping_notices import ProblemWithdrawn, ReplacementFailed
from storage.unit_of_work import unit_of_work
from tests.actions.conftest import AKI, BEN, MINA, TOM, House, replace, usd
from tests.actions.test_moving import KIM, move, osaka

__all__ = ["osaka"]
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


async def test_only_what_is_named_is_sent_again_and_the_order_goes_on(house: House) -> None:
    order = await reported(house, await house.shipped(1_000, 500))
    house.later(days=2)
    async with house.turn(TOM) as work:
        after = await problems.solve_by_replacement(work, order.id, "It broke.", {2: None})
    assert (after.stage, after.flags, after.frozen_at) == (Stage.SHIPPED, frozenset(), None)
    assert after.due_at == order.due_at + timedelta(days=2)  # type: ignore[operator]
    notice = (await house.told_customer())[-1]
    assert notice == ProblemSolved(
        order.id, "It broke.", "replacement", linked=OrderId(order.id + 1)
    )
    linked = await house.order(OrderId(order.id + 1))
    assert [(line.no, line.quantity, line.state) for line in linked.lines] == [
        (2, 1, LineState.TO_BUY)
    ]
    async with house.turn(AKI) as work:
        settled = await receptions.report_reception(work, order.id)
    assert (settled.cost, settled.over, settled.under) == (usd(2_200), usd(0), usd(0))
    assert await house.failures() == []


async def test_more_than_was_sent_is_not_sent_again(house: House) -> None:
    order = await reported(house)
    with pytest.raises(TooMany):
        async with house.turn(TOM) as work:
            await problems.solve_by_replacement(work, order.id, "It broke.", {1: 2})
    assert (await house.order(order.id)).flags == {Flag.PROBLEM_OPEN}


async def replaced(house: House) -> Order:
    """A completed order of two items is made good by a linked one with both."""
    order = await house.shipped(1_000, 500)
    async with house.turn(AKI) as work:
        await receptions.report_reception(work, order.id)
    order = await reported(house, order)
    async with house.turn(TOM) as work:
        await problems.solve_by_replacement(work, order.id, "Another one follows.")
    return await house.order(OrderId(order.id + 1))


async def test_what_a_replacement_cannot_bring_opens_the_problem_again_and_is_refunded_there(
    house: House,
) -> None:
    linked = await replaced(house)
    first = linked.linked_to
    assert first is not None
    async with house.turn(TOM) as work:
        linked = await purchases.mark_unavailable(work, linked.id, 1, "sold out")
    order = await house.order(first)
    assert (linked.stage, order.stage) == (Stage.PURCHASING, Stage.COMPLETED)
    assert order.flags == {Flag.PROBLEM_OPEN}
    assert (await house.told_customer())[-1] == ReplacementFailed(first, linked.id, "customer")
    assert (await house.told_staff(order))[-1] == ReplacementFailed(
        first, linked.id, "staff", ((LineNo(1), 1),)
    )
    async with house.turn(TOM) as work:  # the last one: the replacement itself ends
        linked = await purchases.mark_unavailable(work, linked.id, 2, "sold out")
    assert linked.stage is Stage.CANCELLED
    assert (await house.told_staff(order))[-1] == ReplacementFailed(
        first, linked.id, "staff", ((LineNo(2), 1),)
    )
    told = await house.told_customer()
    assert sum(isinstance(each, ReplacementFailed) for each in told) == 1
    assert (await house.order(first)).flags == {Flag.PROBLEM_OPEN}  # on the desk until it is done
    for who in (MINA, RIKU):
        async with house.turn(who) as work:
            await problems.solve_by_refund(work, first, usd(1_500), "Sorry.")
    assert (await house.order(first)).flags == frozenset()
    assert await house.deposit() == (1_500, 0, 0)
    assert await house.failures() == []


async def test_a_replacement_that_staff_cancel_or_its_customer_drops_is_still_to_be_made_good(
    house: House,
) -> None:
    linked = await replaced(house)
    first = linked.linked_to
    assert first is not None
    async with house.turn(TOM) as work:
        await purchases.offer(work, linked.id, 2, "the blue one")
    async with house.turn(AKI) as work:
        await questions.decide(work, linked.id, 2, Answer.DROP)
    assert (await house.order(first)).flags == {Flag.PROBLEM_OPEN}
    async with house.turn(TOM) as work:
        await problems.solve(work, first, "You did not want it.")
    async with house.turn(TOM) as work:
        await cancellations.cancel_by_staff(work, linked.id, "sold out")
    order = await house.order(first)
    assert order.flags == {Flag.PROBLEM_OPEN}
    assert (await house.told_staff(order))[-1] == ReplacementFailed(
        first, linked.id, "staff", ((LineNo(1), 1),)
    )


async def test_what_another_agency_cannot_bring_is_made_good_by_the_one_that_was_paid(
    house: House, osaka: Agency
) -> None:
    linked = await replaced(house)
    await move(house, linked, osaka)
    async with unit_of_work(house.database) as uow:
        there = Work(uow, osaka, house.now, KIM)
        await purchases.mark_unavailable(there, linked.id, 1, "sold out")
    assert linked.linked_to is not None
    order = await house.order(linked.linked_to)
    assert (order.agency, order.flags) == (None, frozenset({Flag.PROBLEM_OPEN}))
    assert isinstance((await house.told_staff(order))[-1], ReplacementFailed)


async def test_what_makes_good_a_replacement_goes_back_to_the_order_that_was_paid(
    house: House,
) -> None:
    linked = await replaced(house)
    async with house.turn(TOM) as work:
        await purchases.mark_bought(work, linked.id, None)
        await warehouse.mark_arrived(work, linked.id, None)
        await second_bills.issue(work, linked.id, (Method("EMS", usd(0)),))
    async with house.turn(AKI) as work:
        await second_bills.choose_shipping(work, linked.id, "EMS", linked.address)
        await second_bills.request_shipping(work, linked.id)
    async with house.turn(TOM) as work:
        await shipping.ship(work, linked.id, "EMS", "EE2")
    await reported(house, await house.order(linked.id))
    async with house.turn(TOM) as work:
        await problems.solve_by_replacement(work, linked.id, "Once more.", {1: 1})
    again = await house.order(OrderId(linked.id + 1))
    async with house.turn(TOM) as work:
        await purchases.mark_unavailable(work, again.id, 1, "sold out")
    assert (await house.order(linked.id)).flags == frozenset()
    assert linked.linked_to is not None
    assert (await house.order(linked.linked_to)).flags == {Flag.PROBLEM_OPEN}


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
