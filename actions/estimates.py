"""Estimates: the agency prices or rejects every line, and so issues the 1st bill."""

from __future__ import annotations

from dataclasses import replace

from actions.cancellations import cancel_because
from actions.work import Work
from domain.bills import Bill, BillKind, BillState
from domain.changes import less
from domain.deadlines import after_days, restart
from domain.estimates import Estimate, first_bill_total, priced
from domain.history import written
from domain.ids import BillId, OrderId
from domain.notices import BillCovered, EstimateIssued, LineRejected
from domain.orders import (
    UNPAID,
    Change,
    Event,
    LineState,
    Order,
    Role,
    Stage,
    advance,
    with_line,
    with_lines,
)
from domain.refusals import LineNotNow, NotNow, UnderReview


async def issue(
    work: Work, order_id: OrderId, estimate: Estimate, *, seen: int | None = None
) -> Order:
    """Issue the 1st bill, or its next version; the 7 days begin anew."""
    order = await work.lock_to_work(order_id, seen=seen)
    await refuse_under_review(work, order)
    was = order.first_bill
    order = advance(priced(order, estimate), Event.ESTIMATE, Role.STAFF)
    order = replace(order, first_bill=_bill(work, order, estimate), frozen_at=None)
    due_at = after_days(work.now, work.agency.first_bill_days, work.agency.timezone)
    order = restart(order, due_at, work.now)
    total, before = order.first_bill.total, was.total if was else None  # type: ignore[union-attr]
    order = await work.save(order, Change("estimate"))
    await work.tell_customer(order, EstimateIssued(order.id, total, due_at, before))
    return await go_on_if_covered(work, order)


def _bill(work: Work, order: Order, estimate: Estimate) -> Bill:
    total, shipping, fee = first_bill_total(order, estimate)
    was = order.first_bill
    return Bill(
        id=BillId(0),
        kind=BillKind.FIRST,
        version=was.version + 1 if was else 1,
        total=total,
        issued_at=work.now,
        paid=was.paid if was else total.nothing,
        shipping=shipping,
        fee=fee,
        rate=estimate.rate_text,
    )


async def go_on_if_covered(work: Work, order: Order) -> Order:
    """Take the order on when its 1st bill is paid in full: the lines can be bought."""
    bill = order.first_bill
    if bill is None or not bill.is_covered or order.stage is not Stage.AWAITING_FIRST_PAYMENT:
        return order
    lines = [replace(line, state=LineState.TO_BUY) for line in order.live_lines]
    order = advance(with_lines(order, lines), Event.PAY_FIRST_BILL, Role.STAFF)
    paid = replace(bill, state=BillState.PAID)
    order = replace(order, first_bill=paid, due_at=None, frozen_at=None)
    order = await work.save(order, Change("1st bill paid", after=written(bill.paid)))
    await work.tell_staff(order, BillCovered(order.id, "first"))
    return order


async def reject_line(
    work: Work, order_id: OrderId, no: int, reason: str, *, seen: int | None = None
) -> Order:
    """Take a line off before payment; the last one rejected cancels the order."""
    order = await work.lock_to_work(order_id, seen=seen)
    if order.stage not in UNPAID:
        raise NotNow(order.stage)
    await refuse_under_review(work, order)
    line = order.line(no)
    if not line.is_live:
        raise LineNotNow(no, line.state)
    rejected = replace(line, state=LineState.REJECTED, reason=reason)
    order = with_line(order, rejected)
    if not order.live_lines:
        return await cancel_because(work, order, "nothing_left", reason)
    order = less(order, line, line.quantity)
    change = Change(f"line {no} rejected", why=reason)
    order = await work.save(order, change)
    await work.tell_customer(order, LineRejected(order.id, line.no, reason))
    return await go_on_if_covered(work, order)


async def refuse_under_review(work: Work, order: Order) -> None:
    """While a payment report waits, what it pays for does not change."""
    if await work.uow.payments.in_review(order.id) is not None:
        raise UnderReview(order.id)
