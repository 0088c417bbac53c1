"""The 2nd bill: international shipping, its method and address, and a bill of zero."""

from __future__ import annotations

from dataclasses import replace

from actions.estimates import refuse_under_review
from actions.work import Work
from domain.bills import Bill, BillKind, BillState, Method
from domain.ids import BillId, OrderId
from domain.money import Money
from domain.notices import BillCovered, SecondBillIssued, ShippingChosen
from domain.orders import Change, Event, Order, Role, Stage, advance
from domain.refusals import NoMethod, NothingToPay, NotNow


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
    await refuse_under_review(work, order)
    was = order.second_bill
    order = advance(order, Event.BILL, Role.STAFF)
    bill = _bill(work, order, methods, extra, extra_reason)
    order = replace(order, second_bill=bill)
    offered = " ".join(f"{m.name}={m.price.plain()}" for m in methods)
    order = await work.save(order, Change("2nd bill", after=offered, why=extra_reason))
    await work.tell_customer(order, SecondBillIssued(order.id, again=was is not None))
    return order


def _bill(
    work: Work, order: Order, methods: tuple[Method, ...], extra: Money | None, reason: str
) -> Bill:
    was = order.second_bill
    nothing = Money(0, order.currency)
    cheapest = min(methods, key=lambda method: method.price.minor)
    return Bill(
        id=BillId(0),
        kind=BillKind.SECOND,
        version=was.version + 1 if was else 1,
        total=cheapest.price + (nothing if extra is None else extra),
        issued_at=work.now,
        paid=was.paid if was else nothing,
        methods=methods,
        extra=extra,
        extra_reason=reason,
    )


async def choose_shipping(
    work: Work, order_id: OrderId, method: str, address: str, *, seen: int | None = None
) -> Order:
    """The customer confirms how and where to; the bill's total is that method's."""
    order = await work.lock(order_id, seen=seen)
    bill = _open_bill(order)
    await refuse_under_review(work, order)
    chosen = next((each for each in bill.methods if each.name == method), None)
    if chosen is None:
        raise NoMethod(method)
    extra = chosen.price.nothing if bill.extra is None else bill.extra
    bill = replace(bill, method=method, total=chosen.price + extra)
    was = order.address
    order = replace(order, second_bill=bill, address=address)
    changed = "" if was == address else f"{was} → {address}"
    order = await work.save(order, Change(f"shipping by {method}", why=changed))
    await work.tell_staff(order, ShippingChosen(order.id, method, address))
    return order


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
    order = await work.save(order, Change("2nd bill paid", after=bill.paid.plain()))
    await work.tell_staff(order, BillCovered(order.id, "second"))
    return order


def _open_bill(order: Order) -> Bill:
    if order.stage is not Stage.AWAITING_SECOND_PAYMENT or order.second_bill is None:
        raise NotNow(order.stage)
    return order.second_bill
