"""Paying through PayPal: what the customer starts, and what follows from what PayPal says.

Nobody is asked anything here. Whoever speaks with PayPal asks it between two transactions, and
brings its answer.
"""

from __future__ import annotations

import secrets
from dataclasses import dataclass, replace
from typing import Final

from actions import payments, paypal_returns
from actions.work import Work
from domain.deadlines import freeze, unfreeze, with_grace
from domain.history import written
from domain.ids import BillId, EventId, OrderId, PaymentId, PersonId
from domain.letters import Told, ToStaff
from domain.money import Money
from domain.notices import Alarm, PayInConfirmed
from domain.orders import Change, Flag, Order
from domain.payments import Arrival, Method, Payment, PaymentState, Purpose, pay_in
from domain.paypal import (
    LINK_FRESH,
    Capture,
    Checkout,
    Standing,
    next_look,
    obstacle,
)
from domain.paypal_notices import (
    Cause,
    PaypalArrived,
    PaypalFailed,
    PaypalHeldBack,
    PaypalPending,
    PaypalReady,
    PaypalSilent,
    PaypalWaiting,
)
from domain.refusals import OrderFlagged, PaypalOff, StaleButton, UnderReview
from storage.paypal import Task

DONE: Final = frozenset({PaymentState.CONFIRMED, PaymentState.REVERSED})
_BEFORE_CAPTURE: Final = frozenset({Standing.OPEN, Standing.APPROVED, Standing.GONE})
# What PayPal refuses because of who pays; anything else is for staff to look at.
PAYERS_OWN: Final = frozenset(
    {
        "INSTRUMENT_DECLINED",
        "ORDER_NOT_APPROVED",
        "PAYER_ACCOUNT_LOCKED_OR_CLOSED",
        "PAYER_ACCOUNT_RESTRICTED",
        "PAYER_ACTION_REQUIRED",
        "PAYER_CANNOT_PAY",
        "TRANSACTION_BLOCKED_BY_PAYEE",
        "TRANSACTION_LIMIT_EXCEEDED",
        "TRANSACTION_RECEIVING_LIMIT_EXCEEDED",
        "TRANSACTION_REFUSED",
    }
)


@dataclass(frozen=True, slots=True)
class Started:
    """A payment through PayPal; the link is empty while PayPal is asked for it."""

    payment: Payment
    link: str


# The customer ---------------------------------------------------------------------------------


async def start_bill(work: Work, order_id: OrderId, *, seen: int | None = None) -> Started:
    """Pay what remains of the bill; pressed twice, it is the same page."""
    _require_on(work)
    order = await work.lock(order_id, seen=seen)
    if Flag.ON_HOLD in order.flags:
        raise OrderFlagged(Flag.ON_HOLD)
    bill = payments.payable(order)
    if await work.uow.payments.in_review(order.id) is not None:
        raise UnderReview(order.id)
    return await _start(work, order.customer, Purpose.BILL, bill.remaining, order.id, bill.id)


async def start_pay_in(work: Work, amount: Money) -> Started:
    """Pay an amount into the deposit of whoever acts."""
    _require_on(work)
    return await _start(work, work.by.id, Purpose.PAY_IN, amount)


def _require_on(work: Work) -> None:
    if not work.agency.paypal:
        raise PaypalOff


async def _start(
    work: Work,
    customer: PersonId,
    purpose: Purpose,
    amount: Money,
    order: OrderId | None = None,
    bill: BillId | None = None,
) -> Started:
    for open_page in await work.uow.payments.open_pages(customer):
        if (open_page.order, open_page.bill, open_page.claimed) == (order, bill, amount):
            task = await work.uow.paypal.task(open_page.id)
            if work.now - task.since < LINK_FRESH:
                return Started(open_page, task.link)
    payment = await work.uow.payments.add(
        Payment(
            id=PaymentId(0),
            customer=customer,
            purpose=purpose,
            method=Method.PAYPAL,
            claimed=amount,
            reported_at=work.now,
            state=PaymentState.CREATED,
            order=order,
            bill=bill,
            # Kept before PayPal hears of it: asking again with it cannot make a second page.
            paypal_request=secrets.token_hex(16),
        )
    )
    await work.uow.paypal.begin(payment.id, work.now)
    return Started(payment, "")


async def have_paid(work: Work, payment_id: PaymentId) -> Payment:
    """The customer says so: PayPal is asked at once, and they get an answer in any case."""
    payment = await work.uow.payments.get(payment_id)
    if payment is None or payment.customer != work.by.id or payment.method is not Method.PAYPAL:
        raise StaleButton
    if payment.state not in DONE:
        await work.uow.paypal.ask_now(payment.id, work.now)
    return payment


# The page -------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class _Case:
    """A payment that is decided about, locked with its order."""

    payment: Payment
    order: Order | None
    task: Task

    @property
    def is_asked(self) -> bool:
        """The customer waits for an answer, also if there is nothing new."""
        return self.task.asked_at is not None


async def _lock(work: Work, payment_id: PaymentId) -> _Case:
    seen = await work.uow.payments.get(payment_id)
    if seen is None:
        raise LookupError(f"there is no payment {payment_id}")
    order = None if seen.order is None else await work.lock(seen.order)
    payment = await work.uow.payments.lock(payment_id)
    assert payment is not None
    return _Case(payment, order, await work.uow.paypal.lock_task(payment_id))


async def page_made(work: Work, payment_id: PaymentId, page: Checkout) -> None:
    """PayPal has made its page: the customer gets the link."""
    case = await _lock(work, payment_id)
    if case.payment.paypal_order or case.payment.state is not PaymentState.CREATED:
        return
    payment = replace(case.payment, paypal_order=page.id)
    await work.uow.payments.save(payment)
    due_at = next_look(payment.state, work.now, work.now)
    await work.uow.paypal.plan(payment.id, work.now, due_at, page.link)
    ready = PaypalReady(payment.id, payment.claimed, page.link, payment.order)
    await work.tell_person(payment.customer, ready)


async def page_not_made(work: Work, payment_id: PaymentId, issue: str = "") -> None:
    """PayPal made no page: the customer is told at once. Without an issue nobody answered."""
    case = await _lock(work, payment_id)
    if case.payment.paypal_order or case.payment.state is not PaymentState.CREATED:
        return
    if issue:
        await _ring(work, case.payment, issue)
    await _not_taken(
        work, case, PaymentState.EXPIRED, "not_accepted" if issue else "unavailable", issue
    )


# What PayPal says -----------------------------------------------------------------------------


async def heard(work: Work, payment_id: PaymentId, said: Checkout | None) -> bool:
    """Take up how a payment stands with PayPal; None: it knows nothing of it any more.

    True: the customer agreed, nothing stands against it, and the money is to be captured now.
    """
    case = await _lock(work, payment_id)
    if case.payment.state in DONE:
        await _watch(work, case, said)
        return False
    standing = Standing.GONE if said is None else said.standing
    if case.payment.state is PaymentState.PENDING and standing in _BEFORE_CAPTURE:
        await _plan(work, case, case.payment)  # PayPal contradicts itself: it knows better later
        return False
    match standing:
        case Standing.OPEN:
            await _still_open(work, case)
        case Standing.APPROVED:
            return await _approved(work, case)
        case Standing.PENDING:
            await _pending(work, case)
        case Standing.DECLINED:
            why: Cause = "denied" if case.payment.state is PaymentState.PENDING else "declined"
            await _not_taken(work, case, PaymentState.REFUSED, why)
        case Standing.GONE:
            await _gone(work, case)
        case Standing.COMPLETED:
            assert said is not None
            await _completed(work, case, said)
    return False


async def declined(work: Work, payment_id: PaymentId, issue: str) -> None:
    """PayPal would not capture: nothing has moved."""
    case = await _lock(work, payment_id)
    if case.payment.state is not PaymentState.APPROVED:
        return
    if issue not in PAYERS_OWN:
        await _ring(work, case.payment, issue)
    await _not_taken(work, case, PaymentState.REFUSED, "declined", issue)


async def silent(work: Work, payment_id: PaymentId) -> None:
    """PayPal could not be asked: later again. Whoever waits for an answer is told."""
    case = await _lock(work, payment_id)
    payment = case.payment
    if case.is_asked and payment.state not in DONE:
        notice = PaypalSilent(payment.id, payment.claimed, payment.order)
        await work.tell_person(payment.customer, notice)
    await _plan(work, case, payment)


async def _plan(work: Work, case: _Case, payment: Payment) -> None:
    """When to look again; a payment that has changed begins anew with it."""
    since = case.task.since if payment.state is case.payment.state else work.now
    due_at = next_look(payment.state, since, work.now)
    await work.uow.paypal.plan(payment.id, since, due_at, case.task.link)


async def _still_open(work: Work, case: _Case) -> None:
    payment = case.payment
    match payment.state:
        case PaymentState.CREATED if next_look(payment.state, case.task.since, work.now):
            if case.is_asked:
                waiting = PaypalWaiting(payment.id, payment.claimed, case.task.link, payment.order)
                await work.tell_person(payment.customer, waiting)
            await _plan(work, case, payment)
        case PaymentState.APPROVED:  # PayPal wants another card
            await _not_taken(work, case, PaymentState.REFUSED, "declined")
        case _:
            await _gone(work, case)


async def _gone(work: Work, case: _Case) -> None:
    """Nobody paid in time. That is no news to who did not ask."""
    was_agreed = case.payment.is_in_review
    tell = was_agreed or case.is_asked
    await _not_taken(work, case, PaymentState.EXPIRED, "lapsed", tell=tell)


async def _approved(work: Work, case: _Case) -> bool:
    """Whether to capture: not for a bill that is not to be paid any more."""
    payment, order = case.payment, case.order
    if order is not None:
        review = await work.uow.payments.in_review(order.id)
        if (why := obstacle(payment, order, review)) is not None:
            known = payment.state is PaymentState.EXPIRED and payment.reason == why
            tell = case.is_asked or not known
            await _not_taken(work, case, PaymentState.EXPIRED, why, tell=tell)
            return False
    if payment.state is not PaymentState.APPROVED:
        payment = replace(payment, state=PaymentState.APPROVED, reason="")
        await work.uow.payments.save(payment)
        if order is not None:
            change = Change("PayPal payment approved", after=written(payment.claimed))
            await work.save(freeze(order, work.now), change)
    await _plan(work, case, payment)
    return True


async def _pending(work: Work, case: _Case) -> None:
    """PayPal looks at it: no money yet, and the order's clock stands still."""
    payment, order = case.payment, case.order
    is_new = payment.state is not PaymentState.PENDING
    if is_new:
        payment = replace(payment, state=PaymentState.PENDING, reason="")
        await work.uow.payments.save(payment)
        if order is not None and not order.is_ended:
            change = Change("PayPal reviews a payment", after=written(payment.claimed))
            await work.save(freeze(order, work.now), change)
        held = PaypalHeldBack(
            payment.id, await _name(work, payment), payment.claimed, payment.order
        )
        await paypal_returns.tell_staff(work, order, held)
    if is_new or case.is_asked:
        notice = PaypalPending(payment.claimed, payment.order)
        await work.tell_person(payment.customer, notice)
    await _plan(work, case, payment)


async def _not_taken(
    work: Work, case: _Case, state: PaymentState, why: Cause, issue: str = "", *, tell: bool = True
) -> None:
    """It ended without money: the clock goes on, and the customer can pay another way."""
    was = case.payment
    payment = replace(
        was,
        state=state,
        reason=issue or why,
        decided_at=work.now,
        decided_by=work.by.signature,
    )
    await work.uow.payments.save(payment)
    if case.order is not None and was.is_in_review:
        await _let_go_on(work, case.order, was, why)
    if tell:
        failed = PaypalFailed(payment.claimed, why, payment.order)
        await work.tell_person(payment.customer, failed)
    await _plan(work, case, payment)


async def _let_go_on(work: Work, order: Order, was: Payment, why: Cause) -> None:
    if order.is_ended or await work.uow.payments.in_review(order.id) is not None:
        return
    if was.state is PaymentState.PENDING:  # it was under review for a while, as a report is
        order = with_grace(order, work.now)
    elif not order.flags:
        order = unfreeze(order, work.now)
    await work.save(order, Change("PayPal payment failed", after=written(was.claimed), why=why))


# Money ----------------------------------------------------------------------------------------


async def _completed(work: Work, case: _Case, said: Checkout) -> None:
    capture, payment = said.arrived, case.payment
    assert capture is not None
    if capture.gross.currency is not payment.claimed.currency:
        await _ring(work, payment, f"captured in {capture.gross.currency}")
        await work.uow.paypal.plan(payment.id, case.task.since, None, case.task.link)
        return
    if case.order is None:
        payment, to_deposit = await _booked_to_deposit(work, payment, capture)
    else:
        payment, to_deposit = await _booked_to_order(work, case.order, payment, capture)
    arrived = PaypalArrived(
        payment.id,
        await _name(work, payment),
        capture.gross,
        capture.fee,
        to_deposit,
        payment.order,
    )
    await paypal_returns.tell_staff(work, case.order, arrived)
    payment = await paypal_returns.take_back(work, payment, said.refunds)
    await _plan(work, case, payment)


def _arrival(payment: Payment, capture: Capture) -> Arrival:
    return Arrival.by_paypal(capture.gross, capture.fee, capture.id, payment.id)


async def _booked_to_deposit(
    work: Work, payment: Payment, capture: Capture
) -> tuple[Payment, Money]:
    customer, currency = payment.customer, payment.claimed.currency
    await work.uow.ledger.lock_customer(customer)
    before = await work.uow.ledger.purse(customer, currency)
    event = await work.post(pay_in(customer, _arrival(payment, capture), owed=before.owed))
    payment = payment.captured(capture.gross, capture.id, event, by=work.by.signature, at=work.now)
    await work.uow.payments.save(payment)
    purse = await work.uow.ledger.purse(customer, currency)
    confirmed = PayInConfirmed(
        capture.gross, min(capture.gross, before.owed), purse.deposit - purse.owed
    )
    await work.tell_person(customer, confirmed)
    return payment, capture.gross


async def _booked_to_order(
    work: Work, order: Order, payment: Payment, capture: Capture
) -> tuple[Payment, Money]:
    """To its own bill if that is still to be paid; captured in a race it goes to the deposit."""
    due = order.bill_due
    bill = due if due is not None and due.id == payment.bill and not due.is_covered else None
    captured: list[Payment] = []

    def confirmed(event: EventId) -> Payment:
        captured.append(
            payment.captured(capture.gross, capture.id, event, by=work.by.signature, at=work.now)
        )
        return captured[0]

    booked = await payments.book(work, order, bill, _arrival(payment, capture), confirmed)
    if bill is None and payment.is_in_review:
        await _let_go_on(work, booked.order, payment, "not_due")
    return captured[0], booked.to_deposit


async def _watch(work: Work, case: _Case, said: Checkout | None) -> None:
    """Money that has arrived may be given back for half a year."""
    payment = case.payment
    if said is not None:
        payment = await paypal_returns.take_back(work, payment, said.refunds)
    await _plan(work, case, payment)


async def _name(work: Work, payment: Payment) -> str:
    return (await work.uow.people.get(payment.customer)).name


async def _ring(work: Work, payment: Payment, issue: str) -> None:
    what = f"PayPal and payment {payment.id}"
    await work.uow.outbox.put(Told(Alarm(what, issue)), ToStaff("finance"))
