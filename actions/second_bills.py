"""The 2nd bill: international shipping, its method and address, and a bill of zero."""

from __future__ import annotations

from dataclasses import replace

from actions.estimates import refuse_under_review
from actions.work import Work
from domain import second_bills
from domain.bills import Bill, BillState, Method
from domain.history import written
from domain.ids import OrderId
from domain.money import Money
from domain.notices import BillCovered, SecondBillIssued, ShippingChosen
from domain.orders import Change, Event, Flag, Order, Role, Stage, advance
from domain.problems import is_replacement
from domain.questions import require_decided
from domain.refusals import (
    AlreadyPacked,
    NoMethod,
    NothingToPay,
    NotNow,
    NotPacked,
    OrderFlagged,
    ReplacementIsFree,
)
from domain.shipping_notices import OrderPacked, OrderUnpacked, ShippingChanged


async def issue(
    work: Work,
    order_id: OrderId,
    methods: tuple[Method, ...],
    extra: Money | None = None,
    extra_reason: str = "",
    *,
    seen: int | None = None,
) -> Order:
    """Issue the 2nd bill, or its next version before it is paid."""
    order = await work.lock_to_work(order_id, seen=seen)
    require_decided(order)
    await refuse_under_review(work, order)
    prices = [*(method.price for method in methods), *([extra] if extra else [])]
    if is_replacement(order) and any(price.is_positive for price in prices):
        raise ReplacementIsFree(order.id)
    was = order.second_bill
    order = advance(order, Event.BILL, Role.STAFF)
    order = second_bills.with_bill(order, methods, extra, extra_reason, work.now)
    order = await work.save(order, Change("2nd bill", why=extra_reason))
    again = was is not None and was.state is BillState.OPEN
    await work.tell_customer(order, SecondBillIssued(order.id, again=again))
    return order


async def choose_shipping(
    work: Work, order_id: OrderId, method: str, address: str, *, seen: int | None = None
) -> Order:
    """The customer confirms how and where to; until it is packed they may change their mind."""
    order = await work.lock(order_id, seen=seen)
    _refuse_on_hold(order)
    await refuse_under_review(work, order)
    chosen = second_bills.chosen(order, method, address)
    chosen = await work.save(chosen, Change(f"shipping by {method}"))
    if order.stage is Stage.READY_TO_SHIP:
        await _tell_changed(work, order, chosen)
    else:
        await work.tell_staff(chosen, ShippingChosen(chosen.id, method, address))
    return chosen


async def _tell_changed(work: Work, was: Order, order: Order) -> None:
    """After payment staff may have a label with the old address: they see both."""
    before, bill = was.second_bill, order.second_bill
    assert before is not None
    assert bill is not None
    notice = ShippingChanged(
        order.id, before.method, bill.method, was.address, order.address, bill.remaining
    )
    await work.tell_staff(order, notice)


def _refuse_on_hold(order: Order) -> None:
    if Flag.ON_HOLD in order.flags:
        raise OrderFlagged(Flag.ON_HOLD)


async def request_shipping(work: Work, order_id: OrderId, *, seen: int | None = None) -> Order:
    """A 2nd bill with nothing to pay still asks for the customer's word."""
    order = await work.lock(order_id, seen=seen)
    bill = _open_bill(order)
    if not bill.method:
        raise NoMethod("")
    if not bill.is_covered:
        raise NothingToPay(order.id)
    return await go_on_if_covered(work, order)


async def go_on_if_covered(work: Work, order: Order) -> Order:
    """Take the order on when its 2nd bill is paid and its method confirmed."""
    bill = order.second_bill
    if bill is None or not bill.is_covered or not bill.method:
        return order
    if order.stage is not Stage.AWAITING_SECOND_PAYMENT:
        return order
    order = advance(order, Event.PAY_SECOND_BILL, Role.STAFF)
    order = replace(order, second_bill=replace(bill, state=BillState.PAID), frozen_at=None)
    order = await work.save(order, Change("2nd bill paid", after=written(bill.paid)))
    await work.tell_staff(order, BillCovered(order.id, "second"))
    return order


def _open_bill(order: Order) -> Bill:
    if order.stage is not Stage.AWAITING_SECOND_PAYMENT or order.second_bill is None:
        raise NotNow(order.stage)
    return order.second_bill


async def pack(work: Work, order_id: OrderId, *, seen: int | None = None) -> Order:
    """Staff have packed it: from here on method and address stay."""
    order = await work.lock_to_work(order_id, seen=seen)
    if order.stage is not Stage.READY_TO_SHIP:
        raise NotNow(order.stage)
    require_decided(order)
    if order.packed_at is not None:
        raise AlreadyPacked(order.id)
    order = await work.save(replace(order, packed_at=work.now), Change("packed"))
    await work.tell_customer(order, OrderPacked(order.id))
    return order


async def unpack(work: Work, order_id: OrderId, *, seen: int | None = None) -> Order:
    """It is not packed after all: until it is, the customer may change their mind again."""
    order = await work.lock_to_work(order_id, seen=seen)
    if order.stage is not Stage.READY_TO_SHIP:
        raise NotNow(order.stage)
    if order.packed_at is None:
        raise NotPacked(order.id)
    order = await work.save(replace(order, packed_at=None), Change("unpacked"))
    await work.tell_customer(order, OrderUnpacked(order.id))
    return order
