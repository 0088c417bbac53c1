"""Parcels: sent, ticked one by one, come back."""

from __future__ import annotations

from datetime import timedelta

import pytest

from domain.orders import LineState, Order, Parcel, Stage
from domain.parcels import is_all_there, returned, sent, ticked, under_way
from domain.refusals import NoSuchParcel, NotNow, ParcelBack
from tests.domain.orders import NOW, a_line, an_order

LATER = NOW + timedelta(days=3)
SHIPPED = (a_line(1, state=LineState.SHIPPED), a_line(2, state=LineState.CANCELLED))


def shipped(*numbers: str, **more: object) -> Order:
    parcels = tuple(Parcel("EMS", number, NOW) for number in numbers)
    values: dict[str, object] = {"stage": Stage.SHIPPED, "parcels": parcels, "packed_at": NOW}
    return an_order(*SHIPPED, **(values | more))


def states(order: Order) -> list[LineState]:
    return [line.state for line in order.lines]


def test_what_is_sent_is_shipped_and_packed() -> None:
    order = an_order(a_line(1, state=LineState.ARRIVED), a_line(2, state=LineState.CANCELLED))
    order = sent(order, "EMS", "EE1", NOW)
    assert states(order) == [LineState.SHIPPED, LineState.CANCELLED]
    assert order.parcels == (Parcel("EMS", "EE1", NOW),)
    assert (order.shipped_at, order.packed_at) == (NOW, NOW)
    again = sent(order, "EMS", "EE2", LATER)
    assert (again.shipped_at, again.packed_at) == (LATER, NOW)


def test_parcels_are_ticked_one_by_one_and_unticked() -> None:
    order = ticked(shipped("EE1", "EE2"), 2, LATER)
    assert [parcel.arrived_at for parcel in order.parcels] == [None, LATER]
    assert not is_all_there(order)
    assert is_all_there(ticked(order, 1, LATER))
    assert ticked(order, 2, LATER) == shipped("EE1", "EE2")


def test_only_a_parcel_that_is_under_way_is_ticked() -> None:
    with pytest.raises(NoSuchParcel):
        ticked(shipped("EE1"), 2, LATER)
    with pytest.raises(NoSuchParcel):
        ticked(shipped("EE1"), 0, LATER)
    with pytest.raises(NotNow):
        ticked(shipped("EE1", stage=Stage.COMPLETED), 1, LATER)


def test_the_only_parcel_takes_everything_back_with_it() -> None:
    order = returned(shipped("EE1"), "EE1", LATER)
    assert order.stage is Stage.AT_WAREHOUSE
    assert states(order) == [LineState.ARRIVED, LineState.CANCELLED]
    assert order.parcels == (Parcel("EMS", "EE1", NOW, returned_at=LATER),)
    assert (order.arrived_at, order.packed_at) == (LATER, None)


def test_one_of_several_comes_back_alone() -> None:
    order = returned(ticked(shipped("EE1", "EE2"), 1, LATER), "EE2", LATER)
    assert order.stage is Stage.AT_WAREHOUSE
    assert states(order) == [LineState.SHIPPED, LineState.CANCELLED]
    assert [parcel.arrived_at for parcel in order.parcels] == [LATER, None]
    assert [parcel.tracking for parcel in under_way(order)] == ["EE1"]
    assert is_all_there(order)
    both = returned(order, "EE1", LATER)
    assert (both.stage, states(both)[0]) == (Stage.AT_WAREHOUSE, LineState.ARRIVED)


def test_a_parcel_comes_back_once() -> None:
    order = returned(shipped("EE1", "EE2"), "EE1", LATER)
    with pytest.raises(ParcelBack):
        returned(order, "EE1", LATER)
    with pytest.raises(NoSuchParcel):
        returned(order, "EE9", LATER)


@pytest.mark.parametrize("stage", [Stage.AWAITING_SECOND_PAYMENT, Stage.READY_TO_SHIP])
def test_another_one_joins_what_waits_already(stage: Stage) -> None:
    assert returned(shipped("EE1", "EE2", stage=stage), "EE2", LATER).stage is stage


@pytest.mark.parametrize("stage", [Stage.COMPLETED, Stage.CANCELLED])
def test_an_ended_order_takes_nothing_back(stage: Stage) -> None:
    with pytest.raises(NotNow):
        returned(shipped("EE1", stage=stage), "EE1", LATER)
