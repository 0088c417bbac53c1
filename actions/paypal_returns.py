"""Money that PayPal gave back: refunds made at its site, and disputes that were lost."""

from __future__ import annotations

from dataclasses import replace
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
from domain.paypal import Dispute, Refund
from domain.paypal_notices import DisputeClosed, DisputeOpened, MoneyTakenBack, PaypalReturned

HELD_BECAUSE: Final = "a payment for this order was taken back through PayPal"
RELEASED_BECAUSE: Final = "a payment of yours was taken back through PayPal"


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
    if not await _fits(work, payment, refund.amount, key):
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
    payment = await _book(work, payment, key, refund.amount, entry)
    owed = (await _purse(work, payment)).owed
    returned = PaypalReturned(
        payment.id, await _name(work, payment), refund.amount, owed, payment.order
    )
    await _tell_staff_of(work, payment, returned)
    taken = MoneyTakenBack(refund.amount, owed, "refund", payment.order)
    await work.tell_person(payment.customer, taken)
    return payment


async def _fits(work: Work, payment: Payment, amount: Money, key: str) -> bool:
    """More than came in cannot go back: then PayPal means something that people must look at."""
    before = await work.uow.paypal.taken_back(payment.id, amount.currency)
    if payment.received is not None and before + amount <= payment.received:
        return True
    await work.uow.paypal.gave_back(key, payment.id, amount, None, work.now)
    what = f"PayPal gave back more than payment {payment.id} was; it is not booked"
    detail = f"{key}: {amount.plain()} {amount.currency}"
    await work.uow.outbox.put(Told(Alarm(what, detail)), ToStaff("finance"))
    return False


async def _book(work: Work, payment: Payment, key: str, amount: Money, entry: Entry) -> Payment:
    event = await work.post(entry)
    await work.uow.paypal.gave_back(key, payment.id, amount, event, work.now)
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
    order = None if known.order is None else await work.lock(known.order)
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
    key = f"reversal:{dispute.id}"
    if not await _fits(work, payment, taken, key):
        return
    await payouts.release(work, payment.customer, RELEASED_BECAUSE)
    await work.uow.ledger.lock_customer(payment.customer)
    held, purse = await _held(work, payment), await _purse(work, payment)
    fee = taken.nothing if dispute.fee is None else dispute.fee
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
    payment = await _book(work, payment, key, taken, entry)
    if order is not None and not order.is_ended and Flag.ON_HOLD not in order.flags:
        await holds.hold(work, order.id, HELD_BECAUSE)
    owed = (await _purse(work, payment)).owed
    closed = DisputeClosed(
        payment.id, await _name(work, payment), dispute.id, taken, fee, owed, payment.order
    )
    await _tell_staff_of(work, payment, closed)
    notice = MoneyTakenBack(taken, owed, "dispute", payment.order)
    await work.tell_person(payment.customer, notice)


# What both need -------------------------------------------------------------------------------


async def _tell_staff_of(work: Work, payment: Payment, notice: Notice) -> None:
    """Money that goes away is for the finance members, and for the order's topic too."""
    await work.tell_finance(notice)
    if payment.order is not None:
        await work.tell_staff(await work.uow.orders.get(payment.order), notice)


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
