"""Cancelling: by the customer, by staff, by the clock, or because nothing is left."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Final, Literal

from actions import agreeing, replacements
from actions.work import Work
from domain.bills import Bill, BillState
from domain.cancelling import can_cancel, takes_two
from domain.history import written
from domain.ids import OrderId
from domain.ledger import order_account
from domain.money import Money
from domain.notices import EndedForStaff, OrderCancelled
from domain.orders import Change, Event, Order, Role, advance, with_lines
from domain.payments import PaymentState
from domain.payments import cancel as returned_entry
from domain.proposals import Consent, Proposal, Wish
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
    if not can_cancel(order):
        raise NotNow(order.stage)
    return await cancel_because(work, order, "customer")


@dataclass(frozen=True, slots=True)
class Cancelled:
    """What became of the money; nothing if nothing was paid."""

    order: Order
    returned: Money | None
    kept: Money | None


async def cancel_by_staff(
    work: Work,
    order_id: OrderId,
    reason: str,
    keep: Money | None = None,
    *,
    seen: int | None = None,
) -> Cancelled | Proposal:
    """Staff cancel with a reason; `keep` is what is not returned of all that was paid.

    Once something was bought it takes two finance people: the first one's wish is a proposal.
    """
    order = await work.lock(order_id, seen=seen)
    advance(order, *_STEPS["staff"])
    await _refuse_under_review(work, order, "staff")
    held = await _held(work, order, "staff", keep)
    consent: Consent | Proposal | None = None
    if takes_two(order):
        consent = await agreeing.agree(work, _wish(order, held, reason, keep))
    if isinstance(consent, Proposal):
        return consent
    return await _cancel(work, order, "staff", reason, keep, consent)


def _wish(order: Order, held: Money, reason: str, keep: Money | None) -> Wish:
    """What was paid is in the subject: if it changes, nobody has agreed to anything yet."""
    kept = f"keep={keep.plain()} " if keep is not None else ""
    essence = (held.nothing if keep is None else keep).plain()
    line = f"/cancel {kept}{reason}"
    return Wish(f"cancel:{order.id}:{held.minor}", essence, line, order.id)


async def cancel_because(work: Work, order: Order, by: By, reason: str = "") -> Order:
    """Cancel a locked order; what was paid goes back to the deposit at once."""
    return (await _cancel(work, order, by, reason)).order


async def _cancel(
    work: Work,
    order: Order,
    by: By,
    reason: str = "",
    keep: Money | None = None,
    consent: Consent | None = None,
) -> Cancelled:
    await _refuse_under_review(work, order, by)
    before, was = order.stage, work.uow.orders.locked(order.id) or order
    order = _cancelled(advance(order, *_STEPS[by]), work, reason)
    returned = await _return_money(work, order, by, keep, consent)
    what = f"cancelled ({by})"
    if keep is not None and keep.is_positive:
        what = f"{what}, {written(keep)} kept"
    order = await work.save(order, Change(what, before, order.stage, reason or _REASONS[by]))
    await work.tell_customer(order, OrderCancelled(order.id, by, reason, returned, keep))
    if by != "staff":
        how: Literal["cancelled_by_customer", "unpaid", "nothing_left"] = (
            "cancelled_by_customer" if by == "customer" else by
        )
        await work.tell_staff(order, EndedForStaff(order.id, how))
    await replacements.look_after(work, was, order)
    return Cancelled(order, returned, keep)


_REASONS: Final[dict[By, str]] = {
    "customer": "the customer wished it",
    "staff": "",
    "unpaid": "not paid in time",
    "nothing_left": "nothing is left of it",
}


async def _refuse_under_review(work: Work, order: Order, by: By) -> None:
    """A payment that is looked at is decided first.

    Only staff need not wait for what PayPal holds back: that may take it days, and what arrives
    for an order that has ended goes to the deposit.
    """
    review = await work.uow.payments.in_review(order.id)
    if review is None or (by == "staff" and review.state is PaymentState.PENDING):
        return
    raise UnderReview(order.id)


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


async def _held(work: Work, order: Order, by: By, keep: Money | None) -> Money:
    """What was paid and is there still; refuses to keep more than that.

    That everything goes back when nothing is left to buy is the rule, whoever noticed it; a
    cancellation that staff decide on is for finance members as soon as it is about money.
    """
    await work.uow.ledger.lock_customer(order.customer)
    held = await work.uow.ledger.balance(order_account(order.id, order.customer), order.currency)
    kept = held.nothing if keep is None else keep
    if by == "staff" and (held.is_positive or kept.is_positive):
        work.require_finance()
    if kept > held:
        raise KeepTooMuch(held)
    return held


async def _return_money(
    work: Work, order: Order, by: By, keep: Money | None, consent: Consent | None
) -> Money | None:
    """Post what goes back; None when nothing was paid."""
    held = await _held(work, order, by, keep)
    if held.is_zero:
        return None
    kept = held.nothing if keep is None else keep
    purse = await work.uow.ledger.purse(order.customer, order.currency)
    entry = returned_entry(order.customer, order.id, held=held, kept=kept, owed=purse.owed)
    if entry is not None:
        await work.post(entry, consent)
    return held - kept
