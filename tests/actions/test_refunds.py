"""A refund by staff stays with the customer, whatever the order's settlement says later."""

from __future__ import annotations

from actions import gifts, purchases, receptions
from domain.actors import Actor
from domain.ids import OrderId, PersonId
from domain.orders import Role
from tests.actions.conftest import AKI, MINA, TOM, House, usd

ZED = Actor(PersonId(44), "Zed", Role.STAFF, is_finance=True)


async def refunded(house: House, order: OrderId, minor: int) -> None:
    await house.meet(ZED)
    for who in (MINA, ZED):
        async with house.turn(who) as work:
            await gifts.refund(work, order, usd(minor), "a scratch")


async def test_a_refund_under_way_is_not_taken_back_by_the_settlement(house: House) -> None:
    order = await house.shipped(1_000)
    await refunded(house, order.id, 500)
    assert await house.deposit() == (500, 0, 0)
    async with house.turn(AKI) as work:
        done = await receptions.report_reception(work, order.id)
    assert (done.cost, done.paid, done.adjustment) == (usd(1_200), usd(1_200), usd(-500))
    assert await house.deposit() == (500, 0, 0)
    assert await house.failures() == []


async def test_what_was_paid_too_much_can_be_refunded_early_and_once(house: House) -> None:
    order = await house.paid(1_000, 2_000)
    async with house.turn(TOM) as work:
        await purchases.mark_unavailable(work, order.id, 2, "gone")
    await refunded(house, order.id, 2_000)
    kept = await house.order(order.id)
    assert kept.adjustment is None
    assert await house.deposit() == (2_000, 0, 0)
    assert await house.failures() == []


async def test_a_refund_of_a_completed_order_changes_no_cost(house: House) -> None:
    order = await house.shipped(1_000)
    async with house.turn(AKI) as work:
        await receptions.report_reception(work, order.id)
    await refunded(house, order.id, 300)
    assert (await house.order(order.id)).adjustment is None
    assert await house.deposit() == (300, 0, 0)
    assert await house.failures() == []
