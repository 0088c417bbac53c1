"""Paying a bill: reports of transfers, what staff confirm or refuse, and the deposit."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace

from actions import estimates, second_bills
from actions.agreeing import takes_two
from actions.bank_references import refuse_used
from actions.work import Work
from domain.bills import Bill, BillKind
from domain.deadlines import freeze, unfreeze, with_grace
from domain.files import Purse
from domain.history import written
from domain.ids import EventId, OrderId, PaymentId
from domain.ledger import Entry
from domain.money import Money
from domain.notices import (
    LatePayment,
    PaidFromDeposit,
    PaymentConfirmed,
    PaymentRefused,
    PaymentReported,
    ReportWithdrawn,
)
from domain.orders import Change, Order
from domain.payments import (
    Arrival,
    Method,
    Payment,
    PaymentState,
    Purpose,
    late_payment,
    pay_bill,
)
from domain.payments import pay_from_deposit as from_deposit_entry
from domain.proposals import Consent
from domain.refusals import (
    NoMethod,
    NoOpenReport,
    NothingToPay,
    TwoMustAgree,
    UnderReview,
)
from domain.reports import TransferReport, payment_code


@dataclass(frozen=True, slots=True)
class Confirmed:
    """What staff confirmed, and where it went."""

    order: Order
    received: Money
    applied: Money  # to the bill
    remaining: Money  # of the bill
    to_deposit: Money


@dataclass(frozen=True, slots=True)
class FromDeposit:
    order: Order
    applied: Money
    remaining: Money


# The customer's report ------------------------------------------------------------------------


async def report_transfer(
    work: Work, order_id: OrderId, report: TransferReport, *, seen: int | None = None
) -> PaymentId:
    """The customer says they transferred it: the clock stands still until staff decide."""
    order = await work.lock(order_id, seen=seen)
    bill = payable(order)
    if await work.uow.payments.in_review(order_id) is not None:
        raise UnderReview(order_id)
    payment = await work.uow.payments.add(_reported(work, order, bill, report))
    order = freeze(order, work.now)
    order = await work.save(order, Change("payment reported", after=written(report.amount)))
    await work.tell_staff(order, _notice(order, bill, payment), photo=report.receipt)
    return payment.id


def payable(order: Order) -> Bill:
    """The bill that is due, with something left to pay; the 2nd with its method chosen."""
    bill = order.bill_due
    if bill is None or bill.is_covered:
        raise NothingToPay(order.id)
    if bill.kind is BillKind.SECOND and not bill.method:
        raise NoMethod("")
    return bill


def _reported(work: Work, order: Order, bill: Bill, report: TransferReport) -> Payment:
    return Payment(
        id=PaymentId(0),
        customer=order.customer,
        purpose=Purpose.BILL,
        method=Method.BANK,
        claimed=report.amount,
        reported_at=work.now,
        order=order.id,
        bill=bill.id,
        code=payment_code(order.id),
        transferred_on=report.transferred_on,
        sender=report.sender,
        receipt=report.receipt,
    )


def _notice(order: Order, bill: Bill, payment: Payment) -> PaymentReported:
    return PaymentReported(
        order.id,
        payment.id,
        bill.kind.value,
        payment.claimed,
        bill.remaining,
        payment.transferred_on.isoformat() if payment.transferred_on else "",
        payment.sender,
        payment.code,
        payment.receipt,
    )


async def withdraw_report(work: Work, order_id: OrderId, *, seen: int | None = None) -> Order:
    """The customer takes the report back: the clock goes on where it stood."""
    order = await work.lock(order_id, seen=seen)
    report = await _open_report(work, order_id)
    await work.uow.payments.save(report.withdraw(by=work.by.signature, at=work.now))
    order = await work.save(
        _released(order, work), Change("payment report withdrawn", after=written(report.claimed))
    )
    await work.tell_staff(order, ReportWithdrawn(order.id, report.claimed))
    return order


def _released(order: Order, work: Work) -> Order:
    """Let the clock go on, unless something else stops it."""
    return order if order.flags else unfreeze(order, work.now)


async def _open_report(work: Work, order_id: OrderId) -> Payment:
    report = await work.uow.payments.open_report(order_id)
    if report is None:
        raise NoOpenReport(order_id)
    return report


# What staff decide ----------------------------------------------------------------------------


async def refuse_report(
    work: Work, order_id: OrderId, reason: str, *, seen: int | None = None
) -> Order:
    """Nothing arrived: the customer has at least 48 more hours."""
    work.require_finance()
    order = await work.lock(order_id, seen=seen)
    report = await _open_report(work, order_id)
    await work.uow.payments.save(report.refuse(reason, by=work.by.signature, at=work.now))
    kind = _kind_of(order, report)
    order = with_grace(order, work.now)
    order = await work.save(
        order, Change("payment refused", after=written(report.claimed), why=reason)
    )
    await work.tell_customer(order, PaymentRefused(order.id, kind.value, reason, order.due_at))
    return order


def _kind_of(order: Order, report: Payment) -> BillKind:
    second = order.second_bill
    return BillKind.FIRST if second is None else second.kind


async def confirm_transfer(
    work: Work,
    order_id: OrderId,
    received: Money,
    reference: str,
    *,
    without_report: bool = False,
    seen: int | None = None,
    consent: Consent | None = None,
) -> Confirmed:
    """Book what arrived: to the bill if it is enough, to the deposit otherwise.

    Without an open report staff must say so; what arrives for an ended order, or while nothing is
    due, goes to the deposit. A bank line counts once.
    """
    work.require_finance()
    order = await work.lock(order_id, seen=seen)
    booking = await refuse_used(work, reference)
    report = await work.uow.payments.open_report(order_id)
    if report is None and not without_report:
        raise NoOpenReport(order_id)
    if consent is None and takes_two(work, received):
        raise TwoMustAgree
    payment = report or await work.uow.payments.add(unreported(work, order, received))
    arrival = Arrival.by_bank(received, reference, payment.id, booking)
    return await book(
        work,
        order,
        order.bill_due,
        arrival,
        lambda event: payment.confirm(
            received, reference, event, by=work.by.signature, at=work.now
        ),
        consent,
    )


async def book(
    work: Work,
    order: Order,
    bill: Bill | None,
    arrival: Arrival,
    confirmed: Callable[[EventId], Payment],
    consent: Consent | None = None,
) -> Confirmed:
    """Post money that arrived for a locked order: to the bill that is due, if it is enough.

    Without a bill, because the order ended or nothing is due, it goes to the deposit.
    """
    await work.uow.ledger.lock_customer(order.customer)
    purse = await work.uow.ledger.purse(order.customer, order.currency)
    event = await work.post(_arrival_entry(order, bill, arrival, purse), consent)
    await work.uow.payments.save(confirmed(event))
    received, applied = arrival.amount, arrival.amount.nothing
    if bill is not None and received >= bill.remaining:
        applied = bill.remaining
    return await _booked(work, order, bill, received, applied, purse)


async def book_matched(
    work: Work,
    order: Order,
    matched: Entry,
    received: Money,
    confirmed: Payment,
    consent: Consent | None,
) -> Confirmed:
    """Money whose owner was found late: into the deposit; it pays the bill if it is enough."""
    await work.uow.ledger.lock_customer(order.customer)
    purse = await work.uow.ledger.purse(order.customer, order.currency)
    await work.post(matched, consent)
    await work.uow.payments.save(confirmed)
    bill, left = order.bill_due, received - min(received, purse.owed)
    applied = received.nothing
    if bill is not None and bill.remaining.is_positive and left >= bill.remaining:
        applied = bill.remaining
        await _apply(work, order, bill, purse.deposit + left)
    return await _booked(work, order, bill, received, applied, purse)


async def _apply(work: Work, order: Order, bill: Bill, balance: Money) -> None:
    """All that remains of the bill, out of a deposit without debt."""
    entry = from_deposit_entry(
        order.customer,
        order.id,
        bill.id,
        remaining=bill.remaining,
        paid=bill.paid,
        balance=balance,
        owed=balance.nothing,
    )
    event = await work.post(entry)
    await work.uow.payments.add(_paid(work, order, bill, bill.remaining, event))


def unreported(work: Work, order: Order, received: Money) -> Payment:
    """A transfer that nobody reported: staff saw it arrive."""
    bill = order.bill_due
    return Payment(
        id=PaymentId(0),
        customer=order.customer,
        purpose=Purpose.BILL,
        method=Method.BANK,
        claimed=received,
        reported_at=work.now,
        order=order.id,
        bill=None if bill is None else bill.id,
        code=payment_code(order.id),
    )


def _arrival_entry(order: Order, bill: Bill | None, arrival: Arrival, purse: Purse) -> Entry:
    if bill is None:
        return late_payment(order.customer, order.id, arrival, owed=purse.owed)
    return pay_bill(order.customer, order.id, arrival, remaining=bill.remaining, owed=purse.owed)


async def _booked(
    work: Work, order: Order, bill: Bill | None, received: Money, applied: Money, purse: Purse
) -> Confirmed:
    if bill is not None:
        bill = replace(bill, paid=bill.paid + applied)
        order = with_grace(_with_paid(order, bill), work.now)
    order = await work.save(order, Change("payment confirmed", after=written(received)))
    confirmed = await _tell_booked(work, order, bill, received, applied, purse)
    order = await go_on_if_covered(work, order)
    return replace(confirmed, order=order)


async def _tell_booked(
    work: Work, order: Order, bill: Bill | None, received: Money, applied: Money, purse: Purse
) -> Confirmed:
    to_deposit = received - applied
    repaid = min(to_deposit, purse.owed)
    remaining = received.nothing if bill is None else bill.remaining
    if bill is None:
        await work.tell_customer(order, LatePayment(order.id, received, repaid))
    else:
        notice = PaymentConfirmed(
            order.id,
            bill.kind.value,
            received,
            applied,
            remaining,
            to_deposit,
            repaid,
            order.due_at,
        )
        await work.tell_customer(order, notice)
    return Confirmed(order, received, applied, remaining, to_deposit)


def _with_paid(order: Order, bill: Bill) -> Order:
    if bill.kind is BillKind.FIRST:
        return replace(order, first_bill=bill)
    return replace(order, second_bill=bill)


async def go_on_if_covered(work: Work, order: Order) -> Order:
    """A bill that is paid in full takes its order on."""
    order = await estimates.go_on_if_covered(work, order)
    return await second_bills.go_on_if_covered(work, order)


# From the deposit -----------------------------------------------------------------------------


async def pay_from_deposit(
    work: Work, order_id: OrderId, *, seen: int | None = None
) -> FromDeposit:
    """Pay the bill, or as much of it as there is, out of the deposit; the part moves at once."""
    order = await work.lock_to_work(order_id, seen=seen)
    bill = payable(order)
    if await work.uow.payments.in_review(order_id) is not None:
        raise UnderReview(order_id)
    await work.uow.ledger.lock_customer(order.customer)
    purse = await work.uow.ledger.purse(order.customer, order.currency)
    entry = from_deposit_entry(
        order.customer,
        order.id,
        bill.id,
        remaining=bill.remaining,
        paid=bill.paid,
        balance=purse.deposit,
        owed=purse.owed,
    )
    event = await work.post(entry)
    applied = min(bill.remaining, purse.deposit)
    await work.uow.payments.add(_paid(work, order, bill, applied, event))
    paid = replace(bill, paid=bill.paid + applied)
    order = await work.save(
        _with_paid(order, paid), Change("paid from deposit", after=written(applied))
    )
    notice = PaidFromDeposit(order.id, bill.kind.value, applied, paid.remaining)
    await work.tell_staff(order, notice)
    order = await go_on_if_covered(work, order)
    return FromDeposit(order, applied, paid.remaining)


def _paid(work: Work, order: Order, bill: Bill, applied: Money, event: EventId) -> Payment:
    return Payment(
        id=PaymentId(0),
        customer=order.customer,
        purpose=Purpose.BILL,
        method=Method.DEPOSIT,
        claimed=applied,
        received=applied,
        reported_at=work.now,
        state=PaymentState.CONFIRMED,
        order=order.id,
        bill=bill.id,
        decided_at=work.now,
        decided_by=work.by.signature,
        event=event,
    )
