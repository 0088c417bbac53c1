"""What stops an order's clock: holds, problems and reports, one within the other."""

from datetime import timedelta

from actions import holds, problems, shipping
from domain import notices
from domain.deadlines import after_days
from domain.orders import Stage
from tests.actions.clocks import sweep
from tests.actions.conftest import AGENCY, AKI, TOM, House


async def test_a_hold_within_a_problem_ends_and_the_clock_still_waits_for_the_problem(
    house: House,
) -> None:
    order = await house.shipped(1_000)
    async with house.turn(AKI) as work:
        await problems.open_problem(work, order.id, "The mug is broken.")
    house.later(days=1)
    async with house.turn(TOM) as work:
        await holds.hold(work, order.id, "we ask the shop")
    house.later(days=1)
    async with house.turn(TOM) as work:
        released = await holds.release(work, order.id)
    assert released.frozen_at is not None
    assert (await house.told_customer())[-1] == notices.HoldReleased(order.id, None)
    house.later(days=100)
    async with house.turn(TOM) as work:
        solved = await problems.solve(work, order.id, "A new one is on its way.")
    assert solved.due_at == order.due_at + timedelta(days=102)  # type: ignore[operator]
    await sweep(house)
    assert (await house.order(order.id)).stage is Stage.SHIPPED


async def test_a_problem_solved_during_a_hold_leaves_the_clock_to_the_hold(house: House) -> None:
    order = await house.shipped(1_000)
    async with house.turn(AKI) as work:
        await problems.open_problem(work, order.id, "The mug is broken.")
    async with house.turn(TOM) as work:
        await holds.hold(work, order.id, "we ask the shop")
        await problems.solve(work, order.id, "A new one is on its way.")
    house.later(days=100)
    async with house.turn(TOM) as work:
        released = await holds.release(work, order.id)
    assert released.due_at == order.due_at + timedelta(days=100)  # type: ignore[operator]
    assert released.frozen_at is None


async def test_a_parcel_sent_during_a_problem_has_its_thirty_days_from_the_solution_on(
    house: House,
) -> None:
    order = await house.shipped(1_000)
    async with house.turn(AKI) as work:
        await problems.open_problem(work, order.id, "One of two is missing.")
    house.later(days=10)
    async with house.turn(TOM) as work:
        await shipping.ship(work, order.id, "DHL", "JD0001")
    due_at = after_days(house.now, 30, AGENCY.timezone)
    house.later(days=3)
    async with house.turn(TOM) as work:
        solved = await problems.solve(work, order.id, "It is on its way.")
    assert solved.due_at == due_at + timedelta(days=3)
