"""Paying in: reports of transfers into the deposit, and what staff confirm or refuse."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from actions import agreeing
from actions.bank_references import refuse_used
from actions.work import Work
from domain.codes import customer_code
from domain.ids import PaymentId, PersonId
from domain.money import Money
from domain.notices import PayInConfirmed, PayInRefused, PayInReported
from domain.payments import (
    Arrival,
    Method,
    Payment,
    Purpose,
    pay_in,
    reference_key,
)
from domain.proposals import Consent, Proposal, Wish
from domain.refusals import AlreadyDone, AlreadyReported, NoSuchPayIn, TooManyReports
from domain.reports import TransferReport

REPORTS_MAX: Final = 5  # of one customer, that wait at a time


@dataclass(frozen=True, slots=True)
class PaidIn:
    """What was booked, and what the customer has now."""

    payment: Payment
    name: str
    received: Money
    repaid: Money
    balance: Money


# The customer's report ------------------------------------------------------------------------


async def report(work: Work, transfer: TransferReport) -> Payment:
    """The customer says they transferred it; nothing moves until staff have seen it arrive."""
    customer = work.by.id
    await work.uow.ledger.lock_customer(customer)
    waiting = await work.uow.payments.open_pay_ins(customer)
    for known in waiting:
        if _is_same(known, transfer):
            raise AlreadyReported(known.id, known.claimed, known.reported_at)
    if len(waiting) >= REPORTS_MAX:
        raise TooManyReports(len(waiting))
    payment = await work.uow.payments.add(_reported(work, transfer))
    await work.tell_finance(_notice(payment, work.by.name), photo=transfer.receipt)
    return payment


def _is_same(known: Payment, transfer: TransferReport) -> bool:
    """The very transfer that was reported before: two alike on one day wait for the first one."""
    said = (transfer.amount, transfer.transferred_on, transfer.sender.casefold())
    return (known.claimed, known.transferred_on, known.sender.casefold()) == said


def _reported(work: Work, transfer: TransferReport) -> Payment:
    return Payment(
        id=PaymentId(0),
        customer=work.by.id,
        purpose=Purpose.PAY_IN,
        method=Method.BANK,
        claimed=transfer.amount,
        reported_at=work.now,
        code=customer_code(work.by.id),
        transferred_on=transfer.transferred_on,
        sender=transfer.sender,
        receipt=transfer.receipt,
    )


def _notice(payment: Payment, name: str) -> PayInReported:
    return PayInReported(
        payment.id,
        payment.customer,
        name,
        payment.claimed,
        payment.transferred_on.isoformat() if payment.transferred_on else "",
        payment.sender,
        payment.code,
        payment.receipt,
    )


# What staff decide ----------------------------------------------------------------------------


async def waiting(work: Work) -> list[Payment]:
    """The pay-ins that wait for staff, oldest first."""
    return [each for each in await work.uow.payments.waiting() if _is_pay_in(each)]


def _is_pay_in(payment: Payment) -> bool:
    return payment.purpose is Purpose.PAY_IN and payment.method is Method.BANK


async def look(work: Work, payment_id: PaymentId) -> Payment:
    """A pay-in that this member of staff may decide about, locked."""
    work.require_finance()
    payment = await work.uow.payments.lock(payment_id)
    if payment is None or not _is_pay_in(payment):
        raise NoSuchPayIn(payment_id)
    work.require_others(payment.customer)
    if not payment.is_reported:
        who = await _name_of(work, payment.decided_by)
        raise AlreadyDone(who, f"pay-in {payment.id} {payment.state}")
    return payment


async def _name_of(work: Work, signature: str) -> str:
    number = signature.partition(":")[2].partition(" ")[0]
    person = await work.uow.people.find(PersonId(int(number))) if number.isdigit() else None
    return signature if person is None else person.name


async def confirm(
    work: Work, payment_id: PaymentId, received: Money, reference: str
) -> PaidIn | Proposal:
    """Book what arrived, whatever was claimed; so much that it takes two is proposed first."""
    payment = await look(work, payment_id)
    booking = await refuse_used(work, reference)
    line = f"/payin {payment.id} {received.plain()} {reference}"
    consent = await agreed(work, f"payin:{payment.id}", received, reference, line)
    if isinstance(consent, Proposal):
        return consent
    arrival = Arrival.by_bank(received, reference, payment.id, booking)
    return await _book(work, payment, arrival, reference, consent)


async def agreed(
    work: Work, subject: str, amount: Money, reference: str, line: str
) -> Consent | Proposal | None:
    """None where one person is enough."""
    if not agreeing.takes_two(work, amount):
        await agreeing.forget(work, subject)
        return None
    essence = f"{amount.plain()} {reference_key(reference)}"
    return await agreeing.agree(work, Wish(subject, essence, line))


async def _book(
    work: Work,
    payment: Payment,
    arrival: Arrival,
    reference: str,
    consent: Consent | None,
) -> PaidIn:
    customer, received, ledger = payment.customer, arrival.amount, work.uow.ledger
    await ledger.lock_customer(customer)
    owed = (await ledger.purse(customer, received.currency)).owed
    event = await work.post(pay_in(customer, arrival, owed=owed), consent)
    done = payment.confirm(received, reference, event, by=work.by.signature, at=work.now)
    await work.uow.payments.save(done)
    return await tell(work, done, received, min(received, owed))


async def tell(work: Work, payment: Payment, received: Money, repaid: Money) -> PaidIn:
    """Tell the customer of money that is in their deposit now."""
    customer = payment.customer
    balance = (await work.uow.ledger.purse(customer, received.currency)).balance
    await work.tell_person(customer, PayInConfirmed(received, repaid, balance))
    name = (await work.uow.people.get(customer)).name
    return PaidIn(payment, name, received, repaid, balance)


async def refuse(work: Work, payment_id: PaymentId, reason: str) -> Payment:
    """Nothing arrived: the customer is told why, and nothing has moved."""
    payment = await look(work, payment_id)
    refused = payment.refuse(reason, by=work.by.signature, at=work.now)
    await work.uow.payments.save(refused)
    await agreeing.forget(work, f"payin:{payment.id}")
    await work.tell_person(payment.customer, PayInRefused(payment.claimed, reason))
    return refused
