"""Cancelling: by the customer, by staff, by the clock, or because nothing is left."""

from __future__ import annotations

from dataclasses import replace
from typing import Final, Literal

from actions.work import Work
from domain.bills import Bill, BillState
from domain.ids import OrderId
from domain.ledger import order_account
from domain.money import Money
from domain.notices import EndedForStaff, OrderCancelled
from domain.orders import UNPAID, Change, Event, Flag, LineState, Order, Role, advance, with_lines
from domain.payments import cancel as returned_entry
from domain.questions import gone
from domain.refusals import KeepTooMuch, NotNow, UnderReview

By = Literal["customer", "staff", "unpaid", "nothing_left"]

_STEPS: Final[dict[By, tuple[Event, Role]]] = {
    "customer": (Event.CANCEL, Role.CUSTOMER),
    "staff": (Event.CANCEL, Role.STAFF),
    "unpaid": (Event.EXPIRE, Role.CLOCK),
    "nothing_left": (Event.CANCEL, Role.STAFF),
}


async def cancel(work: Work, order_id: OrderId, *, seen: int | None = None) -> Order:
    """A customer cancels before the 1st bill is paid, or instead of deciding about a price.

    A report under review comes first.
    """
    order = await work.lock(order_id, seen=seen)
    may = order.stage in UNPAID or Flag.DECISION_NEEDED in order.flags
    if not may or _has_been_bought(order):
        raise NotNow(order.stage)
    return await cancel_because(work, order, "customer")


def _has_been_bought(order: Order) -> bool:
    return any(
        line.state not in (LineState.REQUESTED, LineState.QUOTED, LineState.TO_BUY)
        for line in order.live_lines
    )


async def cancel_by_staff(
    work: Work,
    order_id: OrderId,
    reason: str,
    keep: Money | None = None,
    *,
    seen: int | None = None,
) -> Order:
    """Staff cancel with a reason; `keep` is the cost that is not returned."""
    order = await work.lock(order_id, seen=seen)
    return await cancel_because(work, order, "staff", reason, keep)


async def cancel_because(
    work: Work, order: Order, by: By, reason: str = "", keep: Money | None = None
) -> Order:
    """Cancel a locked order; what was paid goes back to the deposit at once, but for `keep`."""
    if await work.uow.payments.open_report(order.id) is not None:
        raise UnderReview(order.id)
    before = order.stage
    order = _cancelled(advance(order, *_STEPS[by]), work, reason)
    returned = await _return_money(work, order, by, keep)
    order = await work.save(order, Change(f"cancelled ({by})", before, order.stage, reason))
    await work.tell_customer(order, OrderCancelled(order.id, by, reason, returned, keep))
    if by != "staff":
        how: Literal["cancelled_by_customer", "unpaid", "nothing_left"] = (
            "cancelled_by_customer" if by == "customer" else by
        )
        await work.tell_staff(order, EndedForStaff(order.id, how))
    return order


def _cancelled(order: Order, work: Work, reason: str) -> Order:
    lines = [gone(line, line.reason) for line in order.live_lines]
    return replace(
        with_lines(order, lines),
        flags=frozenset(),
        first_bill=_void(order.first_bill),
        second_bill=_void(order.second_bill),
        cancelled_at=work.now,
        due_at=None,
        frozen_at=None,
        reason=reason,
    )


def _void(bill: Bill | None) -> Bill | None:
    if bill is None or bill.state is BillState.PAID:
        return bill
    return replace(bill, state=BillState.VOID)


async def _return_money(work: Work, order: Order, by: By, keep: Money | None) -> Money | None:
    """Post what goes back; None when nothing was paid.

    That everything goes back when nothing is left to buy is the rule, whoever noticed it; a
    cancellation that staff decide on is for finance members.
    """
    nothing = Money(0, order.currency)
    kept = nothing if keep is None else keep
    await work.uow.ledger.lock_customer(order.customer)
    held = await work.uow.ledger.balance(order_account(order.id, order.customer), order.currency)
    if held.is_zero and kept.is_zero:
        return None
    if by == "staff":
        work.require_finance()
    if kept > held:
        raise KeepTooMuch(held)
    purse = await work.uow.ledger.purse(order.customer, order.currency)
    entry = returned_entry(order.customer, order.id, held=held, kept=kept, owed=purse.owed)
    if entry is not None:
        await work.post(entry)
    return held - kept
