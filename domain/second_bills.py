"""The 2nd bill: its versions, and the choice of method and address until it is packed."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

from domain.bills import Bill, BillKind, BillState, Method
from domain.ids import BillId
from domain.money import Money
from domain.orders import Event, Order, Role, Stage, advance
from domain.refusals import AlreadyPacked, NoMethod, NotNow


def with_bill(
    order: Order, methods: tuple[Method, ...], extra: Money | None, reason: str, now: datetime
) -> Order:
    """The order with the next version of its 2nd bill; the method is for the customer to choose.

    One that is paid was used up by a parcel that came back: what it came to stays a cost of the
    order, and what was paid above that counts for the new one.
    """
    was, nothing = order.second_bill, Money(0, order.currency)
    paid = was.paid if was else nothing
    if was is not None and was.state is BillState.PAID:
        earlier = nothing if order.earlier_shipping is None else order.earlier_shipping
        order = replace(order, earlier_shipping=earlier + was.total)
        paid = max(paid - was.total, nothing)
    cheapest = min(methods, key=lambda method: method.price.minor)
    bill = Bill(
        id=BillId(0),
        kind=BillKind.SECOND,
        version=was.version + 1 if was else 1,
        total=_total(cheapest, extra),
        issued_at=now,
        paid=paid,
        methods=methods,
        extra=extra,
        extra_reason=reason,
    )
    return replace(order, second_bill=bill)


def _total(method: Method, extra: Money | None) -> Money:
    return method.price if extra is None else method.price + extra


def open_for_choice(order: Order) -> Bill:
    """The 2nd bill, as long as method and address can be chosen: until it is packed."""
    bill = order.second_bill
    if bill is None or order.stage not in (Stage.AWAITING_SECOND_PAYMENT, Stage.READY_TO_SHIP):
        raise NotNow(order.stage)
    if order.packed_at is not None:
        raise AlreadyPacked(order.id)
    return bill


def can_choose(order: Order) -> bool:
    try:
        open_for_choice(order)
    except (NotNow, AlreadyPacked):
        return False
    return True


def difference(order: Order, name: str) -> tuple[Money, Money]:
    """(what is to be paid more, what it costs less) with this method, after payment."""
    bill = open_for_choice(order)
    total = _total(_method(bill, name), bill.extra)
    nothing = total.nothing
    return max(total - bill.paid, nothing), max(bill.total - total, nothing)


def chosen(order: Order, name: str, address: str) -> Order:
    """How and where to. What a dearer method costs more is due before anything is shipped.

    What a cheaper one costs less is left for the settlement.
    """
    bill = open_for_choice(order)
    total = _total(_method(bill, name), bill.extra)
    bill = replace(bill, method=name, total=total)
    order = replace(order, second_bill=bill, address=address)
    if order.stage is Stage.READY_TO_SHIP and not bill.is_covered:
        reopened = replace(bill, state=BillState.OPEN)
        order = advance(order, Event.DEARER_METHOD, Role.CUSTOMER)
        order = replace(order, second_bill=reopened)
    return order


def _method(bill: Bill, name: str) -> Method:
    for method in bill.methods:
        if method.name == name:
            return method
    raise NoMethod(name)
