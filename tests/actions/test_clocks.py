"""What the clocks do, when they may, and what stops them: holds, problems and reports."""

from datetime import UTC, datetime, timedelta

import pytest

from actions import deadlines, holds, payments, problems, purchases, shipping
from actions.deadlines import Looked
from actions.work import Work
from domain import notices
from domain.clock_notices import CustomerAsleep, DeadlineNear
from domain.deadlines import Outage, after_days
from domain.ids import OrderId
from domain.letters import ToStaff
from domain.notices import Alarm
from domain.orders import Order, Stage
from tests.actions.clocks import (
    INSTANT,
    hand_over,
    live_until,
    reach_deadline,
    sweep,
    sweep_after_a_pause,
)
from tests.actions.conftest import AGENCY, AKI, TOM, House, report, usd


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


# Announced, or not bitten ---------------------------------------------------------------------


def end_of(order: Order) -> datetime:
    assert order.due_at is not None
    return order.due_at


async def told_at(house: House, *, until: datetime) -> list[tuple[str, str]]:
    """What was said, and when, as hours and minutes of November."""
    said = await live_until(house, until)
    return [(f"{at:%d %H:%M}", type(told.notice).__name__) for at, told in said]


async def test_seven_days_are_announced_three_times_and_end_to_the_second(house: House) -> None:
    order = await house.estimated(1_000)
    await hand_over(house)
    assert order.due_at == datetime(2026, 11, 10, tzinfo=UTC)
    assert await told_at(house, until=order.due_at - INSTANT) == [
        ("07 00:00", "DeadlineNear"),
        ("09 00:00", "DeadlineNear"),
        ("09 21:00", "DeadlineNear"),
    ]
    assert await told_at(house, until=order.due_at) == [
        ("10 00:00", "OrderCancelled"),
        ("10 00:00", "EndedForStaff"),
    ]
    async with house.look() as uow:
        assert await uow.orders.next_waking() is None


async def test_a_reminder_outdates_no_card_and_is_in_the_history(house: House) -> None:
    order = await house.estimated(1_000)
    await live_until(house, end_of(order) - timedelta(hours=71))
    kept = await house.order(order.id)
    assert kept.version == order.version
    async with house.look() as uow:
        last = (await uow.orders.history(order.id))[-1]
    assert (last.what, last.after) == ("reminder", "first_bill -72h")


async def test_a_warning_that_is_not_handed_over_holds_the_deadline_back(house: House) -> None:
    order = await house.estimated(1_000)
    due_at = order.due_at
    assert due_at is not None
    await live_until(house, due_at - timedelta(hours=25))
    house.now = due_at - timedelta(hours=24)
    assert await sweep(house) == 1  # said, and Telegram cannot be reached
    for hours in (24, 10, 1):
        house.later(hours=hours)
        assert await sweep(house) == 0
        assert (await house.order(order.id)).stage is Stage.AWAITING_FIRST_PAYMENT
        async with house.look() as uow:
            assert await uow.orders.next_waking() == house.now + timedelta(hours=1)
    await hand_over(house)  # eleven hours after the deadline
    assert await sweep(house) == 0
    moved = (await house.order(order.id)).due_at
    assert moved == due_at + timedelta(hours=11 + 24)
    said = await told_at(house, until=moved - INSTANT)
    assert said == [("11 08:00", "DeadlineNear")]  # three hours before, and no second warning
    assert await told_at(house, until=moved) == [
        ("11 11:00", "OrderCancelled"),
        ("11 11:00", "EndedForStaff"),
    ]


async def test_a_warning_that_is_said_late_gives_a_day_from_then_on(house: House) -> None:
    order = await house.estimated(1_000)
    house.now = end_of(order) - timedelta(hours=5)
    assert await sweep_after_a_pause(house) == 1  # the first time that anybody looks
    kept = await house.order(order.id)
    assert kept.due_at == house.now + timedelta(hours=24)
    async with house.look() as uow:
        moves = [x for x in await uow.orders.history(order.id) if x.what == "deadline moved"]
    assert [x.why for x in moves] == ["its warning is late"]
    await hand_over(house)
    await live_until(house, kept.due_at - INSTANT)
    assert (await house.order(order.id)).stage is Stage.AWAITING_FIRST_PAYMENT
    await live_until(house, kept.due_at)
    assert (await house.order(order.id)).stage is Stage.CANCELLED


async def test_what_a_price_question_ran_out_of_is_held_back_too(house: House) -> None:
    order = await house.paid(1_000)
    async with house.turn(TOM) as work:
        await purchases.mark_bought(work, order.id, {1: usd(2_000)})
    asked_at = house.now
    await hand_over(house)
    house.later(hours=48)
    await sweep(house)  # said, and not handed over
    house.later(hours=30)
    assert await sweep(house) == 0
    await hand_over(house)
    assert await sweep(house) == 0
    line = (await house.order(order.id)).lines[0]
    assert line.asked_at == asked_at + timedelta(hours=30)
    await live_until(house, house.now + timedelta(hours=24) - INSTANT)
    assert (await house.order(order.id)).stage is Stage.PURCHASING
    await live_until(house, house.now + INSTANT)
    assert (await house.order(order.id)).stage is Stage.CANCELLED
    assert await house.deposit() == (1_700, 0, 0)
    assert await house.failures() == []


# Outages --------------------------------------------------------------------------------------


async def test_what_ran_out_while_nobody_was_there_ends_a_day_after_the_return(
    house: House,
) -> None:
    first, second = await house.estimated(1_000), await house.estimated(1_000)
    assert first.due_at is not None
    async with house.turn(AKI) as work:
        await payments.report_transfer(work, second.id, report(1_700))
    await live_until(house, first.due_at - timedelta(hours=2))
    house.later(hours=9)
    await sweep_after_a_pause(house)
    kept = await house.order(first.id)
    assert (kept.stage, kept.due_at) == (
        Stage.AWAITING_FIRST_PAYMENT,
        house.now + timedelta(hours=24),
    )
    assert (await house.order(second.id)).due_at == second.due_at  # it stood still
    general = await house.told(ToStaff())
    assert [x.what for x in general if isinstance(x, Alarm)] == [
        "the bot was away; deadlines in that time end a day later"
    ]
    assert await house.told_customer() == [
        DeadlineNear(first.id, is_warning=True)
    ]  # announced anew
    await hand_over(house)
    await live_until(house, house.now + timedelta(hours=24) - INSTANT)
    assert (await house.order(first.id)).stage is Stage.AWAITING_FIRST_PAYMENT
    await live_until(house, house.now + INSTANT)
    assert (await house.order(first.id)).stage is Stage.CANCELLED


async def test_an_hour_of_silence_is_no_outage(house: House) -> None:
    order = await house.estimated(1_000)
    await live_until(house, end_of(order) - timedelta(minutes=59))
    house.later(minutes=60)
    assert await sweep_after_a_pause(house) == 1
    assert (await house.order(order.id)).stage is Stage.CANCELLED


# Many at once, and trouble ----------------------------------------------------------------------


async def test_many_deadlines_at_once_go_in_rounds_and_ring(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("scheduler.sweeps.BITES_MAX", 2)
    monkeypatch.setattr("scheduler.sweeps.MANY", 2)
    orders = [await house.estimated(1_000) for _ in range(5)]
    await reach_deadline(house, orders[0])
    house.now += INSTANT
    assert [await sweep(house) for _ in range(4)] == [2, 2, 1, 0]
    alarms = [x.what for x in await house.told(ToStaff()) if isinstance(x, Alarm)]
    assert alarms == ["2 orders reached their deadline at once"] * 2
    for order in orders:
        assert (await house.order(order.id)).stage is Stage.CANCELLED


async def test_one_order_in_trouble_keeps_no_other_waiting(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    bad, good = await house.estimated(1_000), await house.estimated(1_000)
    await reach_deadline(house, good)
    house.now += INSTANT
    look = deadlines.look

    async def stumbles(work: Work, order_id: OrderId, outage: Outage | None = None) -> Looked:
        if order_id == bad.id:
            raise RuntimeError("a bug")
        return await look(work, order_id, outage)

    monkeypatch.setattr("actions.deadlines.look", stumbles)
    assert await sweep(house) == 1
    assert (await house.order(good.id)).stage is Stage.CANCELLED
    assert (await house.order(bad.id)).stage is Stage.AWAITING_FIRST_PAYMENT


# Quiet hours ------------------------------------------------------------------------------------


async def test_what_staff_do_at_night_is_told_in_the_morning(house: House) -> None:
    order = await house.estimated(1_000)
    async with house.turn(AKI) as work:
        await work.uow.people.set_timezone(AKI.id, "Asia/Tokyo")
    await hand_over(house)
    house.now = datetime(2026, 11, 3, 15, 0, tzinfo=UTC)  # midnight in Tokyo
    async with house.turn(TOM) as work:
        await holds.hold(work, order.id, "we ask the shop")
    assert await house.told_customer() == []
    assert CustomerAsleep(order.id, datetime(2026, 11, 3, 23, 0, tzinfo=UTC)) in (
        await house.told_staff(order)
    )
    house.now = datetime(2026, 11, 3, 23, 0, tzinfo=UTC)
    assert await house.told_customer() == [notices.HoldPlaced(order.id, "we ask the shop")]


async def test_what_bites_within_twelve_hours_is_told_at_night(house: House) -> None:
    order = await house.estimated(1_000)
    async with house.turn(AKI) as work:
        await work.uow.people.set_timezone(AKI.id, "Asia/Kolkata")  # the end is at 05:30 there
    await hand_over(house)
    said = await told_at(house, until=end_of(order) - INSTANT)
    assert said == [
        ("07 02:30", "DeadlineNear"),  # 08:00 in the morning
        ("08 16:00", "DeadlineNear"),  # 21:30, before the night in which the 24 hours begin
        ("09 21:00", "DeadlineNear"),  # 02:30: three hours are left
    ]


async def test_who_never_said_where_they_are_has_no_night(house: House) -> None:
    order = await house.estimated(1_000)
    house.now = datetime(2026, 11, 4, 2, 0, tzinfo=UTC)
    async with house.turn(TOM) as work:
        await holds.hold(work, order.id, "we ask the shop")
    assert (await house.told_customer())[-1] == notices.HoldPlaced(order.id, "we ask the shop")
