"""A part of an item is at the warehouse and the rest is bought again: what is there stays paid."""

from __future__ import annotations

import pytest

from actions import (
    cancellations,
    changes,
    estimates,
    payments,
    purchases,
    questions,
    warehouse,
)
from domain.orders import LineState, Order, Question, SoldOut, Stage
from domain.proposals import Proposal
from domain.questions import Answer
from domain.refusals import LineBought, NotNow
from domain.settlement import settle
from tests.actions.conftest import AKI, CLOCK, MINA, TOM, House, estimate, report, usd


async def bought_again(house: House, **more: object) -> Order:
    """Three at 10.20 are bought, one arrives, and the other two are to be bought once more."""
    order = await house.applied(3, 1, **more)
    async with house.turn(MINA) as work:
        await estimates.issue(work, order.id, estimate(1_000, 500))
    async with house.turn(AKI) as work:
        await payments.report_transfer(work, order.id, report(4_200))
    async with house.turn(MINA) as work:
        await payments.confirm_transfer(work, order.id, usd(4_200), f"BANK{order.id}")
        await purchases.mark_bought(work, order.id, {1: usd(1_020)})
        await warehouse.report_mishap(work, order.id, 1, Question.SHORT, "one only", 1)
        order = await warehouse.buy_again(work, order.id, 1)
    assert (order.stage, order.line(1).state, order.line(1).arrived) == (
        Stage.PURCHASING,
        LineState.TO_BUY,
        1,
    )
    return order


async def dearer(house: House, order: Order) -> Order:
    async with house.turn(TOM) as work:
        return await purchases.mark_bought(work, order.id, {1: usd(2_000)})


def one_is_left(order: Order) -> None:
    """One at 10.20, the other item at 5.00, shipping and fee 7.00; 42.00 were paid."""
    line = order.line(1)
    assert (line.state, line.quantity, line.arrived) == (LineState.ARRIVED, 1, 1)
    assert line.question is None
    assert line.wanted is None
    settled = settle(order, usd(4_200))
    assert (settled.cost, settled.over) == (usd(2_220), usd(1_980))


async def test_silence_about_the_price_drops_what_is_not_bought_and_no_more(house: House) -> None:
    order = await dearer(house, await bought_again(house))
    house.later(hours=72)
    async with house.turn(CLOCK) as work:
        locked = await work.lock(order.id)
        one_is_left(await questions.lapse(work, locked, 1))


async def test_dropped_by_the_customer_what_is_there_stays(house: House) -> None:
    order = await dearer(house, await bought_again(house))
    async with house.turn(AKI) as work:
        one_is_left(await questions.decide(work, order.id, 1, Answer.DROP))


async def test_not_to_be_had_any_more_what_is_there_stays(house: House) -> None:
    order = await bought_again(house)
    async with house.turn(TOM) as work:
        one_is_left(await purchases.mark_unavailable(work, order.id, 1, "sold out"))


async def test_all_or_nothing_asks_where_something_is_there(house: House) -> None:
    order = await bought_again(house, sold_out=SoldOut.CANCEL_EVERYTHING)
    async with house.turn(TOM) as work:
        order = await purchases.mark_unavailable(work, order.id, 2, "sold out")
    assert order.line(2).question is Question.SOLD_OUT
    async with house.turn(AKI) as work:
        order = await questions.decide(work, order.id, 2, Answer.CANCEL)
    async with house.turn(TOM) as work:
        order = await changes.accept(work, order.id, 1)
    line = order.line(1)
    assert (line.state, line.quantity, line.wanted) == (LineState.ARRIVED, 1, None)
    assert await house.deposit() == (0, 0, 0)


async def test_the_customer_neither_cancels_nor_asks_to(house: House) -> None:
    order = await dearer(house, await bought_again(house))
    with pytest.raises(NotNow):
        async with house.turn(AKI) as work:
            await cancellations.cancel(work, order.id)
    with pytest.raises(LineBought):
        async with house.turn(AKI) as work:
            await changes.change(work, order.id, 1, 0)
    assert await house.order(order.id) == order
    assert await house.deposit() == (0, 0, 0)


async def test_what_was_bought_once_is_cancelled_by_two(house: House) -> None:
    order = await bought_again(house)
    async with house.turn(MINA) as work:
        done = await cancellations.cancel_by_staff(work, order.id, "lost at customs")
    assert isinstance(done, Proposal)
    assert (await house.order(order.id)).stage is Stage.PURCHASING
