"""The 2nd bill until it is packed, parcels that come back, and what has not arrived yet."""

from __future__ import annotations

import asyncio
from datetime import timedelta

import pytest

from actions import payments, receptions, second_bills, shipping
from domain.bills import BillState, Method
from domain.notices import ParcelShipped, SecondBillIssued
from domain.orders import LineState, Order, Stage
from domain.refusals import (
    AlreadyPacked,
    CardOutdated,
    NotNow,
    NotPacked,
    NotYours,
    OrderFlagged,
    PostponedAlready,
)
from domain.shipping_notices import (
    ArrivalPostponed,
    OrderPacked,
    OrderUnpacked,
    ParcelReturned,
    ShippingChanged,
)
from tests.actions.conftest import ADDRESS, AKI, BEN, MINA, TOM, House, usd

METHODS = (Method("EMS", usd(4_210)), Method("SAL", usd(2_000)))
PARIS = "Aki Tanaka\n5 Rue Neuve\n75001 Paris"


async def ready(house: House, method: str = "SAL", *prices: int) -> Order:
    """2nd bill paid with this method."""
    order = await house.at_warehouse(*(prices or (1_000,)))
    async with house.turn(TOM) as work:
        await second_bills.issue(work, order.id, METHODS)
    return await settled(house, order, method)


async def settled(house: House, order: Order, method: str) -> Order:
    """The customer chooses and what is due is paid by transfer."""
    async with house.turn(AKI) as work:
        order = await second_bills.choose_shipping(work, order.id, method, ADDRESS)
    return await pays(house, order)


async def pays(house: House, order: Order) -> Order:
    assert order.second_bill is not None
    due = order.second_bill.remaining
    async with house.turn(MINA) as work:
        done = await payments.confirm_transfer(
            work, order.id, due, f"SHIP{order.id}V{order.version}", without_report=True
        )
    return done.order


async def ships(house: House, order: Order, number: str = "EE1") -> Order:
    async with house.turn(TOM) as work:
        return await shipping.ship(work, order.id, "EMS", number)


# Until it is packed ---------------------------------------------------------------------------


async def test_an_address_changes_freely_until_it_is_packed(house: House) -> None:
    order = await ready(house)
    async with house.turn(AKI) as work:
        order = await second_bills.choose_shipping(work, order.id, "SAL", PARIS)
    assert (order.address, order.stage) == (PARIS, Stage.READY_TO_SHIP)
    told = await house.told_staff(order)
    assert told[-1] == ShippingChanged(order.id, "SAL", "SAL", ADDRESS, PARIS, usd(0))
    async with house.turn(TOM) as work:
        order = await second_bills.pack(work, order.id)
    assert order.packed_at == house.now
    assert OrderPacked(order.id) in await house.told_customer()
    with pytest.raises(AlreadyPacked):
        async with house.turn(AKI) as work:
            await second_bills.choose_shipping(work, order.id, "SAL", ADDRESS)
    assert (await house.order(order.id)).address == PARIS


async def test_what_is_not_packed_after_all_can_be_changed_again_until_it_is_shipped(
    house: House,
) -> None:
    order = await ready(house, "SAL")
    with pytest.raises(NotPacked):
        async with house.turn(TOM) as work:
            await second_bills.unpack(work, order.id)
    async with house.turn(TOM) as work:
        await second_bills.pack(work, order.id)
        order = await second_bills.unpack(work, order.id)
    assert (order.packed_at, order.stage) == (None, Stage.READY_TO_SHIP)
    assert (await house.told_customer())[-1] == OrderUnpacked(order.id)
    async with house.turn(AKI) as work:
        order = await second_bills.choose_shipping(work, order.id, "EMS", PARIS)
    assert (order.address, order.stage) == (PARIS, Stage.AWAITING_SECOND_PAYMENT)


async def test_what_is_shipped_is_not_unpacked(house: House) -> None:
    order = await house.shipped(1_000)
    with pytest.raises(NotNow):
        async with house.turn(TOM) as work:
            await second_bills.unpack(work, order.id)


async def test_a_dearer_method_waits_for_the_difference(house: House) -> None:
    order = await ready(house, "SAL")
    async with house.turn(AKI) as work:
        order = await second_bills.choose_shipping(work, order.id, "EMS", ADDRESS)
    assert order.stage is Stage.AWAITING_SECOND_PAYMENT
    assert order.second_bill is not None
    assert order.second_bill.remaining == usd(2_210)
    with pytest.raises(NotNow):
        await ships(house, order)
    order = await pays(house, order)
    assert order.stage is Stage.READY_TO_SHIP
    assert order.second_bill is not None
    assert (order.second_bill.paid, order.second_bill.state) == (usd(4_210), BillState.PAID)
    assert await house.failures() == []


async def test_what_a_cheaper_method_leaves_comes_back_at_the_settlement(house: House) -> None:
    order = await ready(house, "EMS")
    async with house.turn(AKI) as work:
        order = await second_bills.choose_shipping(work, order.id, "SAL", ADDRESS)
    assert order.stage is Stage.READY_TO_SHIP
    assert await house.deposit() == (0, 0, 0)
    await ships(house, order)
    async with house.turn(AKI) as work:
        done = await receptions.report_reception(work, order.id)
    assert done.over == usd(2_210)
    assert await house.deposit() == (2_210, 0, 0)
    assert await house.failures() == []


async def test_packing_and_changing_at_once_exclude_each_other(house: House) -> None:
    order = await ready(house)

    async def packs() -> None:
        async with house.turn(TOM) as work:
            await second_bills.pack(work, order.id)

    async def changes() -> None:
        async with house.turn(AKI) as work:
            await second_bills.choose_shipping(work, order.id, "SAL", PARIS, seen=order.version)

    done = await asyncio.gather(packs(), changes(), return_exceptions=True)
    after = await house.order(order.id)
    if after.address == PARIS:  # the customer was first, and it was packed with that address
        assert list(done) == [None, None]
    else:
        assert isinstance(done[1], AlreadyPacked | CardOutdated)
    assert after.packed_at is not None


async def test_packed_twice_is_said_and_only_what_is_paid_is_packed(house: House) -> None:
    order = await ready(house)
    async with house.turn(TOM) as work:
        await second_bills.pack(work, order.id)
    with pytest.raises(AlreadyPacked):
        async with house.turn(TOM) as work:
            await second_bills.pack(work, order.id)
    early = await house.billed(1_000)
    with pytest.raises(NotNow):
        async with house.turn(TOM) as work:
            await second_bills.pack(work, early.id)


async def test_storage_counts_from_the_day_when_everything_was_there(house: House) -> None:
    order = await house.at_warehouse(1_000)
    arrived_at = house.now
    assert order.arrived_at == arrived_at
    house.later(days=5)
    async with house.turn(TOM) as work:
        order = await second_bills.issue(work, order.id, METHODS)
    assert order.arrived_at == arrived_at


# A parcel comes back --------------------------------------------------------------------------


async def test_a_parcel_that_came_back_gets_a_bill_of_its_own(house: House) -> None:
    order = await ships(house, await ready(house, "SAL"))
    house.later(days=9)
    async with house.turn(TOM) as work:
        order = await shipping.take_back(work, order.id, "EE1", "address unknown")
    assert (order.stage, order.due_at) == (Stage.AT_WAREHOUSE, None)
    assert [line.state for line in order.lines] == [LineState.ARRIVED]
    assert order.arrived_at == house.now
    told = await house.told_customer()
    assert told[-1] == ParcelReturned(order.id, "EMS", "EE1", "address unknown")
    async with house.turn(TOM) as work:
        order = await second_bills.issue(work, order.id, METHODS)
    assert order.earlier_shipping == usd(2_000)
    assert SecondBillIssued(order.id, again=False) == (await house.told_customer())[-1]
    order = await settled(house, order, "EMS")
    order = await ships(house, order, "EE2")
    assert isinstance((await house.told_customer())[-1], ParcelShipped)
    assert [parcel.returned_at is not None for parcel in order.parcels] == [True, False]
    async with house.turn(AKI) as work:
        done = await receptions.report_reception(work, order.id)
    assert (done.earlier_shipping, done.international_shipping) == (usd(2_000), usd(4_210))
    assert (done.over, done.under) == (usd(0), usd(0))
    assert await house.deposit() == (0, 0, 0)
    assert await house.failures() == []


async def test_what_was_paid_above_the_first_shipping_counts_for_the_second(house: House) -> None:
    order = await ready(house, "EMS")
    async with house.turn(AKI) as work:
        await second_bills.choose_shipping(work, order.id, "SAL", ADDRESS)
    order = await ships(house, order)
    async with house.turn(TOM) as work:
        await shipping.take_back(work, order.id, "EE1", "address unknown")
        order = await second_bills.issue(work, order.id, METHODS)
    assert order.second_bill is not None
    assert (order.second_bill.paid, order.second_bill.remaining) == (usd(2_210), usd(0))
    async with house.turn(AKI) as work:
        await second_bills.choose_shipping(work, order.id, "SAL", PARIS)
        order = await second_bills.request_shipping(work, order.id)
    await ships(house, order, "EE2")
    async with house.turn(AKI) as work:
        done = await receptions.report_reception(work, order.id)
    assert done.over == usd(210)
    assert await house.failures() == []


async def test_the_old_bill_stays_paid_when_the_new_one_takes_its_place(house: House) -> None:
    from sqlalchemy import select

    from storage.tables import bill

    order = await ships(house, await ready(house, "SAL"))
    async with house.turn(TOM) as work:
        await shipping.take_back(work, order.id, "EE1", "address unknown")
        await second_bills.issue(work, order.id, METHODS)
        await second_bills.issue(work, order.id, METHODS[:1])
    async with house.look() as uow:
        rows = await uow.tx.all(
            select(bill.c.state).where(bill.c.kind == "second").order_by(bill.c.version)
        )
    assert [row.state for row in rows] == ["paid", "void", "open"]


async def test_one_of_two_parcels_comes_back_and_the_days_begin_with_the_new_one(
    house: House,
) -> None:
    order = await ships(house, await ready(house))
    order = await ships(house, order, "EE2")
    async with house.turn(AKI) as work:
        await receptions.tick_parcel(work, order.id, 1)
    async with house.turn(TOM) as work:
        order = await shipping.take_back(work, order.id, "EE2", "refused")
    assert [line.state for line in order.lines] == [LineState.SHIPPED]
    assert order.parcels[0].arrived_at is not None
    async with house.turn(TOM) as work:
        order = await second_bills.issue(work, order.id, (Method("EMS", usd(0)),))
    async with house.turn(AKI) as work:
        await second_bills.choose_shipping(work, order.id, "EMS", PARIS)
        order = await second_bills.request_shipping(work, order.id)
    house.later(days=4)
    order = await ships(house, order, "EE3")
    assert order.due_from == house.now
    assert await house.failures() == []


async def test_a_parcel_of_a_completed_order_goes_on_as_a_linked_one(house: House) -> None:
    order = await ships(house, await ready(house))
    async with house.turn(AKI) as work:
        await receptions.report_reception(work, order.id)
    before = await house.deposit()
    async with house.turn(TOM) as work:
        await shipping.take_back(work, order.id, "EE1", "not collected")
    kept = await house.order(order.id)
    assert kept.stage is Stage.COMPLETED
    assert kept.parcels[0].returned_at == house.now
    notice = (await house.told_customer())[-1]
    assert isinstance(notice, ParcelReturned)
    assert notice.linked is not None
    linked = await house.order(notice.linked)
    assert (linked.stage, linked.linked_to) == (Stage.AT_WAREHOUSE, order.id)
    assert linked.arrived_at == house.now
    assert await house.deposit() == before
    linked = await settled_for_nothing(house, linked)
    async with house.turn(AKI) as work:
        done = await receptions.report_reception(work, linked.id)
    assert (done.cost, done.paid) == (usd(2_000), usd(2_000))
    assert await house.failures() == []


async def settled_for_nothing(house: House, linked: Order) -> Order:
    async with house.turn(TOM) as work:
        await second_bills.issue(work, linked.id, METHODS)
    return await ships(house, await settled(house, linked, "SAL"), "EE9")


# Not arrived yet ------------------------------------------------------------------------------


async def test_not_arrived_yet_gives_fifteen_days_and_tells_staff(house: House) -> None:
    order = await house.shipped(1_000)
    assert order.due_at is not None
    assert order.due_from is not None
    house.later(days=20)
    async with house.turn(AKI) as work:
        later = await receptions.not_arrived_yet(work, order.id)
    assert later.due_at == order.due_at + timedelta(days=15)
    assert later.due_from == order.due_from + timedelta(days=15)
    assert (await house.told_staff(order))[-1] == ArrivalPostponed(order.id, later.due_at)


async def test_it_counts_once_in_twenty_four_hours_to_the_second(house: House) -> None:
    order = await house.shipped(1_000)
    async with house.turn(AKI) as work:
        first = await receptions.not_arrived_yet(work, order.id)
    house.later(hours=24, seconds=-1)
    with pytest.raises(PostponedAlready) as refusal:
        async with house.turn(AKI) as work:
            await receptions.not_arrived_yet(work, order.id)
    assert refusal.value.due_at == first.due_at
    assert (await house.order(order.id)).due_at == first.due_at
    house.later(seconds=1)
    async with house.turn(AKI) as work:
        second = await receptions.not_arrived_yet(work, order.id)
    assert first.due_at is not None
    assert second.due_at == first.due_at + timedelta(days=15)


async def test_two_presses_at_once_postpone_once(house: House) -> None:
    order = await house.shipped(1_000)

    async def press() -> None:
        async with house.turn(AKI) as work:
            await receptions.not_arrived_yet(work, order.id)

    done = await asyncio.gather(press(), press(), return_exceptions=True)
    assert sorted(map(type, done), key=str) == sorted([type(None), PostponedAlready], key=str)
    assert order.due_at is not None
    assert (await house.order(order.id)).due_at == order.due_at + timedelta(days=15)


async def test_nobody_else_and_at_no_other_stage(house: House) -> None:
    order = await house.shipped(1_000)
    with pytest.raises(NotYours):
        async with house.turn(BEN) as work:
            await receptions.not_arrived_yet(work, order.id)
    with pytest.raises(NotYours):
        async with house.turn(BEN) as work:
            await receptions.tick_parcel(work, order.id, 1)
    early = await house.billed(1_000)
    with pytest.raises(NotNow):
        async with house.turn(AKI) as work:
            await receptions.not_arrived_yet(work, early.id)


async def test_a_flag_stops_the_days_anyway(house: House) -> None:
    from actions import problems

    order = await house.shipped(1_000)
    async with house.turn(AKI) as work:
        await problems.open_problem(work, order.id, "broken")
    with pytest.raises(OrderFlagged):
        async with house.turn(AKI) as work:
            await receptions.not_arrived_yet(work, order.id)


async def test_a_parcel_taken_back_by_two_at_once_comes_back_once(house: House) -> None:
    from domain.refusals import ParcelBack

    order = await ships(house, await ready(house))

    async def back() -> None:
        async with house.turn(TOM) as work:
            await shipping.take_back(work, order.id, "EE1", "unknown")

    done = await asyncio.gather(back(), back(), return_exceptions=True)
    assert sorted(map(type, done), key=str) == sorted([type(None), ParcelBack], key=str)
    told = [x for x in await house.told_customer() if isinstance(x, ParcelReturned)]
    assert len(told) == 1
