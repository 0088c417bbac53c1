"""Money that PayPal gave back: refunds made at its site, and disputes that were lost."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime
from typing import Final

from actions import holds, payouts
from actions.work import Work
from domain.files import Purse
from domain.ledger import Entry, order_account
from domain.letters import Told, ToStaff
from domain.money import Money
from domain.notices import Alarm, Notice
from domain.orders import Flag, Order
from domain.payments import Payment, PaymentState, chargeback, paypal_refund
from domain.paypal import Dispute, Refund, is_refunded_already, is_reversed_already
from domain.paypal_notices import DisputeClosed, DisputeOpened, MoneyTakenBack, PaypalReturned

HELD_BECAUSE: Final = "a payment for this order was taken back through PayPal"
RELEASED_BECAUSE: Final = "a payment of yours was taken back through PayPal"

# For finance, about a payment; each is followed by what PayPal said.
TOO_MUCH: Final = "PayPal gave back more than payment {} was; it is not booked"
MORE_THAN_LEFT: Final = "A lost dispute took more than was left of payment {}; booked: {}"
OTHER_CURRENCY: Final = "A lost dispute took another currency than payment {} was in; not booked"
SAME_AS_REFUND: Final = "A lost dispute took what was refunded of payment {}; it is booked once"
SAME_AS_DISPUTE: Final = "PayPal refunded what a dispute took of payment {}; it is booked once"


async def tell_staff(work: Work, order: Order | None, notice: Notice) -> None:
    """In the order's topic; what belongs to no order goes to the finance members."""
    if order is None:
        await work.tell_finance(notice)
    else:
        await work.tell_staff(order, notice)


# Refunds --------------------------------------------------------------------------------------


async def take_back(work: Work, payment: Payment, refunds: tuple[Refund, ...]) -> Payment:
    """Book the refunds of a locked payment that the books do not know yet, each once."""
    for refund in refunds:
        key = f"refund:{refund.id}"
        if refund.is_done and not await work.uow.paypal.knows_return(key):
            payment = await _refunded(work, payment, refund, key)
    return payment


async def _refunded(work: Work, payment: Payment, refund: Refund, key: str) -> Payment:
    known = await work.uow.paypal.returns(payment.id, refund.amount.currency)
    if is_reversed_already(refund, known):
        await _leave(work, payment, refund.amount, key, SAME_AS_DISPUTE)
        return payment
    if refund.amount > await _left(work, payment):
        await _leave(work, payment, refund.amount, key, TOO_MUCH)
        return payment
    await work.uow.ledger.lock_customer(payment.customer)
    held, purse = await _held(work, payment), await _purse(work, payment)
    entry = paypal_refund(
        payment.customer,
        payment.order,
        refund.id,
        refund.amount,
        held=held,
        balance=purse.deposit,
        payment=payment.id,
    )
    made_at = refund.made_at or work.now
    payment = await _book(work, payment, key, refund.amount, entry, made_at)
    owed = (await _purse(work, payment)).owed
    returned = PaypalReturned(
        payment.id, await _name(work, payment), refund.amount, owed, payment.order
    )
    await _tell_staff_of(work, payment, returned)
    taken = MoneyTakenBack(refund.amount, owed, "refund", payment.order)
    await work.tell_person(payment.customer, taken)
    return payment


async def _left(work: Work, payment: Payment) -> Money:
    """What has not gone back yet: more than came in never does."""
    came = payment.claimed.nothing if payment.received is None else payment.received
    return came - await work.uow.paypal.taken_back(payment.id, came.currency)


async def _leave(work: Work, payment: Payment, amount: Money, key: str, why: str) -> None:
    """Written down and not booked: people must look at what PayPal means."""
    await work.uow.paypal.gave_back(key, payment.id, amount, None, work.now)
    await _ring(work, why.format(payment.id), key, amount)


async def _ring(work: Work, what: str, key: str, amount: Money) -> None:
    detail = f"{key}: {amount.plain()} {amount.currency}"
    await work.uow.outbox.put(Told(Alarm(what, detail)), ToStaff("finance"))


async def _book(
    work: Work, payment: Payment, key: str, amount: Money, entry: Entry, at: datetime
) -> Payment:
    event = await work.post(entry)
    await work.uow.paypal.gave_back(key, payment.id, amount, event, at)
    if await work.uow.paypal.taken_back(payment.id, amount.currency) == payment.received:
        payment = replace(payment, state=PaymentState.REVERSED)
        await work.uow.payments.save(payment)
    return payment


# Disputes -------------------------------------------------------------------------------------


async def disputed(work: Work, dispute: Dispute) -> None:
    """Take up how a dispute stands: staff hear of a new one, and the books of one that is lost."""
    known = await work.uow.payments.by_capture(dispute.capture) if dispute.capture else None
    if known is None:
        return  # about something that was not sold here
    order = None
    if known.order is not None:  # with what a lost one stops: orders are locked before payments
        order, _ = await holds.lock_with_parts(work, known.order)
    payment = await work.uow.payments.lock(known.id)
    assert payment is not None
    state = await work.uow.paypal.dispute(dispute.id)
    if state in ("won", "lost"):
        return
    if not dispute.is_resolved:
        if state is None:
            await _opened(work, payment, dispute)
    elif dispute.taken is None:
        await _won(work, payment, dispute)
    elif dispute.taken.currency is not payment.claimed.currency:
        await work.uow.paypal.set_dispute(dispute.id, payment.id, "lost", work.now)
        await _ring(work, OTHER_CURRENCY.format(payment.id), _key(dispute), dispute.taken)
    else:
        await _lost(work, payment, order, dispute, dispute.taken)


async def _opened(work: Work, payment: Payment, dispute: Dispute) -> None:
    await work.uow.paypal.set_dispute(dispute.id, payment.id, "open", work.now)
    opened = DisputeOpened(
        payment.id,
        await _name(work, payment),
        dispute.id,
        dispute.amount,
        dispute.reason,
        dispute.answer_by,
        payment.order,
    )
    await _tell_staff_of(work, payment, opened)


async def _won(work: Work, payment: Payment, dispute: Dispute) -> None:
    await work.uow.paypal.set_dispute(dispute.id, payment.id, "won", work.now)
    name = await _name(work, payment)
    closed = DisputeClosed(payment.id, name, dispute.id, order=payment.order)
    await _tell_staff_of(work, payment, closed)


async def _lost(
    work: Work, payment: Payment, order: Order | None, dispute: Dispute, taken: Money
) -> None:
    """Take it back, whatever it takes, and stop the order until staff have looked."""
    await work.uow.paypal.set_dispute(dispute.id, payment.id, "lost", work.now)
    if order is not None:
        await _stop(work, order)
    fee = taken.nothing if dispute.fee is None else dispute.fee
    booked = await _to_take(work, payment, dispute, taken)
    if booked.is_positive:
        await payouts.release(work, payment.customer, RELEASED_BECAUSE)
    payment = await _reverse(work, payment, dispute, booked, fee)
    owed = (await _purse(work, payment)).owed
    closed = DisputeClosed(
        payment.id, await _name(work, payment), dispute.id, taken, fee, owed, payment.order
    )
    await _tell_staff_of(work, payment, closed)
    if booked.is_positive:
        notice = MoneyTakenBack(booked, owed, "dispute", payment.order)
        await work.tell_person(payment.customer, notice)


async def _stop(work: Work, order: Order) -> None:
    """Hold the order, and whatever goes on from it by itself: the payment was for that, too."""
    for each in (order, *await holds.parts(work, order)):
        if not each.is_ended and Flag.ON_HOLD not in each.flags:
            await holds.hold(work, each.id, HELD_BECAUSE)


async def _reverse(
    work: Work, payment: Payment, dispute: Dispute, taken: Money, fee: Money
) -> Payment:
    """Book what it took and what it cost; perhaps that is nothing any more."""
    if taken.is_zero and fee.is_zero:
        return payment
    await work.uow.ledger.lock_customer(payment.customer)
    held, purse = await _held(work, payment), await _purse(work, payment)
    entry = chargeback(
        payment.customer,
        payment.order,
        dispute.id,
        taken,
        fee,
        held=held,
        balance=purse.deposit,
        payment=payment.id,
    )
    if taken.is_zero:
        await work.post(entry)
        return payment
    return await _book(work, payment, _key(dispute), taken, entry, work.now)


def _key(dispute: Dispute) -> str:
    return f"reversal:{dispute.id}"


async def _to_take(work: Work, payment: Payment, dispute: Dispute, taken: Money) -> Money:
    """As much as has not gone back before; where that is less, people are told."""
    known = await work.uow.paypal.returns(payment.id, taken.currency)
    if is_refunded_already(dispute, known):
        await _leave(work, payment, taken, _key(dispute), SAME_AS_REFUND)
        return taken.nothing
    left = await _left(work, payment)
    if left.is_zero:
        await _leave(work, payment, taken, _key(dispute), TOO_MUCH)
    elif left < taken:
        await _ring(work, MORE_THAN_LEFT.format(payment.id, left.plain()), _key(dispute), taken)
    return min(taken, left)


# What both need -------------------------------------------------------------------------------


async def _tell_staff_of(work: Work, payment: Payment, notice: Notice) -> None:
    """Money that goes away is for the finance members, and for those who work for it."""
    await work.tell_finance(notice)
    if payment.order is None:
        return
    order = await work.uow.orders.get(payment.order)
    parts = [part for part in await holds.parts(work, order) if not part.is_ended]
    for each in (order, *parts):
        await work.tell_staff(each, notice)


async def _held(work: Work, payment: Payment) -> Money:
    """What the order's account still holds."""
    if payment.order is None:
        return payment.claimed.nothing
    account = order_account(payment.order, payment.customer)
    return await work.uow.ledger.balance(account, payment.claimed.currency)


async def _purse(work: Work, payment: Payment) -> Purse:
    return await work.uow.ledger.purse(payment.customer, payment.claimed.currency)


async def _name(work: Work, payment: Payment) -> str:
    return (await work.uow.people.get(payment.customer)).name
