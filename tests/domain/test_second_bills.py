"""The 2nd bill's versions, and what may be chosen until it is packed."""

from __future__ import annotations

from dataclasses import replace

import pytest

from domain.bills import BillState, Method
from domain.orders import Order, Stage
from domain.refusals import AlreadyPacked, NoMethod, NotNow
from domain.second_bills import can_choose, chosen, difference, with_bill
from tests.domain.orders import NOW, an_order, usd

METHODS = (Method("EMS", usd(4_210)), Method("SAL", usd(2_000)))
BERLIN = "Aki Tanaka\n2 New Street\nBerlin"


def billed(**more: object) -> Order:
    order = an_order(stage=Stage.AWAITING_SECOND_PAYMENT, **more)
    return with_bill(order, METHODS, usd(100), "a box", NOW)


def paid(method: str = "SAL") -> Order:
    order = chosen(billed(), method, BERLIN)
    assert order.second_bill is not None
    bill = replace(order.second_bill, paid=order.second_bill.total, state=BillState.PAID)
    return replace(order, stage=Stage.READY_TO_SHIP, second_bill=bill)


def test_a_bill_begins_with_the_cheapest_method() -> None:
    bill = billed().second_bill
    assert bill is not None
    assert (bill.total, bill.paid, bill.version, bill.method) == (usd(2_100), usd(0), 1, "")


def test_before_payment_everything_can_be_chosen() -> None:
    order = chosen(billed(), "EMS", BERLIN)
    assert order.second_bill is not None
    assert (order.second_bill.total, order.second_bill.method) == (usd(4_310), "EMS")
    assert (order.address, order.stage) == (BERLIN, Stage.AWAITING_SECOND_PAYMENT)
    with pytest.raises(NoMethod):
        chosen(billed(), "DHL", BERLIN)


def test_a_dearer_method_after_payment_opens_the_bill_with_the_difference() -> None:
    order = paid("SAL")
    assert difference(order, "EMS") == (usd(2_210), usd(0))
    dearer = chosen(order, "EMS", order.address)
    assert dearer.stage is Stage.AWAITING_SECOND_PAYMENT
    assert dearer.second_bill is not None
    assert (dearer.second_bill.state, dearer.second_bill.remaining) == (BillState.OPEN, usd(2_210))


def test_a_cheaper_method_after_payment_leaves_the_difference_to_the_settlement() -> None:
    order = paid("EMS")
    assert difference(order, "SAL") == (usd(0), usd(2_210))
    cheaper = chosen(order, "SAL", order.address)
    assert cheaper.stage is Stage.READY_TO_SHIP
    assert cheaper.second_bill is not None
    assert cheaper.second_bill.state is BillState.PAID
    assert (cheaper.second_bill.total, cheaper.second_bill.paid) == (usd(2_100), usd(4_310))
    assert chosen(cheaper, "EMS", order.address).stage is Stage.READY_TO_SHIP  # paid already


def test_another_address_alone_costs_nothing() -> None:
    order = chosen(paid("EMS"), "EMS", "Aki\nElsewhere 1\nParis")
    assert (order.address, order.stage) == ("Aki\nElsewhere 1\nParis", Stage.READY_TO_SHIP)
    assert difference(order, "EMS") == (usd(0), usd(0))


def test_once_it_is_packed_nothing_changes() -> None:
    order = replace(paid(), packed_at=NOW)
    assert not can_choose(order)
    with pytest.raises(AlreadyPacked):
        chosen(order, "EMS", BERLIN)


@pytest.mark.parametrize("stage", [Stage.AT_WAREHOUSE, Stage.SHIPPED, Stage.COMPLETED])
def test_at_other_stages_there_is_nothing_to_choose(stage: Stage) -> None:
    order = replace(paid(), stage=stage)
    assert not can_choose(order)
    with pytest.raises(NotNow):
        chosen(order, "EMS", BERLIN)


def test_the_bill_of_a_parcel_that_came_back_stays_paid_and_counted() -> None:
    order = chosen(paid("EMS"), "SAL", BERLIN)  # 43.10 paid, 21.00 used
    order = with_bill(replace(order, stage=Stage.AT_WAREHOUSE), METHODS[:1], None, "", NOW)
    assert order.earlier_shipping == usd(2_100)
    assert order.second_bill is not None
    assert (order.second_bill.total, order.second_bill.paid) == (usd(4_210), usd(2_210))
    assert (order.second_bill.version, order.second_bill.state) == (2, BillState.OPEN)
    again = with_bill(order, METHODS[1:], None, "", NOW)
    assert again.second_bill is not None
    assert (again.earlier_shipping, again.second_bill.paid) == (usd(2_100), usd(2_210))
