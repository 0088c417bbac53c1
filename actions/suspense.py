"""Money of an unknown sender: kept apart when it is seen, matched when its owner is found."""

from __future__ import annotations

from dataclasses import dataclass

from actions import pay_ins, payments
from actions.bank_references import refuse_booked, refuse_used
from actions.payments import Confirmed
from actions.work import Work
from domain.codes import customer_code
from domain.files import Person
from domain.ids import OrderId, PaymentId, PersonId
from domain.money import Money
from domain.payments import (
    Arrival,
    Method,
    Payment,
    Purpose,
    matched_money,
    reference_key,
    unknown_money,
)
from domain.proposals import Consent, Proposal
from domain.refusals import NoSuchCustomer, NotInSuspense
from storage.ledger import BankArrival


@dataclass(frozen=True, slots=True)
class Matched:
    """Whose the money is, and what became of it."""

    received: Money
    name: str
    booked: Confirmed | None = None  # for an order


async def keep(work: Work, amount: Money, reference: str) -> None:
    """Book money whose owner nobody knows yet."""
    work.require_finance()
    booking = await refuse_used(work, reference)
    await work.post(unknown_money(Arrival.by_bank(amount, reference, booking=booking)))


async def customer(work: Work, named: str) -> Person:
    """Whom staff mean by a number or an @name."""
    people = work.uow.people
    if named.startswith("@"):
        found = await people.by_username(named)
    else:
        found = await people.find(PersonId(int(named)))
    if found is None:
        raise NoSuchCustomer(named)
    return found


async def match_to_customer(work: Work, reference: str, owner: PersonId) -> Matched | Proposal:
    """Into the customer's deposit; a report of theirs of this very amount is answered by it."""
    work.require_finance()
    work.require_others(owner)
    money = await _in_suspense(work, reference)
    consent = await _agreed(work, money, reference, str(owner))
    if isinstance(consent, Proposal):
        return consent
    report = await _report_of(work, owner, money.amount)
    await work.uow.ledger.lock_customer(owner)
    payment = report or await work.uow.payments.add(_pay_in(work, owner, money.amount))
    return await _to_deposit(work, payment, money, reference, consent)


async def _report_of(work: Work, owner: PersonId, amount: Money) -> Payment | None:
    """Their oldest open report of this very amount, locked."""
    for report in await work.uow.payments.open_pay_ins(owner):
        if report.claimed == amount:
            locked = await work.uow.payments.lock(report.id)
            return locked if locked is not None and locked.is_reported else None
    return None


async def _to_deposit(
    work: Work,
    payment: Payment,
    money: BankArrival,
    reference: str,
    consent: Consent | None,
) -> Matched:
    owner, amount = payment.customer, money.amount
    owed = (await work.uow.ledger.purse(owner, amount.currency)).owed
    entry = matched_money(owner, amount, reference, owed=owed, booking=money.booking)
    await work.post(entry, consent)
    await work.uow.payments.save(_confirmed(work, payment, money, reference))
    done = await pay_ins.tell(work, payment, amount, min(amount, owed))
    return Matched(amount, done.name)


async def match_to_order(work: Work, reference: str, order_id: OrderId) -> Matched | Proposal:
    """Into the deposit of the order's customer, and from there to its bill if it is enough."""
    work.require_finance()
    work.reach_all()
    order = await work.lock(order_id)
    money = await _in_suspense(work, reference)
    consent = await _agreed(work, money, reference, f"#{order_id}")
    if isinstance(consent, Proposal):
        return consent
    report = await work.uow.payments.open_report(order_id)
    await work.uow.ledger.lock_customer(order.customer)
    payment = report or await work.uow.payments.add(payments.unreported(work, order, money.amount))
    owed = (await work.uow.ledger.purse(order.customer, order.currency)).owed
    entry = matched_money(
        order.customer,
        money.amount,
        reference,
        owed=owed,
        order=order_id,
        booking=money.booking,
    )
    confirmed = _confirmed(work, payment, money, reference)
    booked = await payments.book_matched(work, order, entry, money.amount, confirmed, consent)
    name = (await work.uow.people.get(order.customer)).name
    return Matched(money.amount, name, booked)


async def _agreed(
    work: Work, money: BankArrival, reference: str, whose: str
) -> Consent | Proposal | None:
    line = f"/match {reference} {whose}"
    subject = f"match:{reference_key(reference)}"
    return await pay_ins.agreed(work, subject, money.amount, whose, line)


async def _in_suspense(work: Work, reference: str) -> BankArrival:
    known = await work.uow.ledger.lock_bank_arrival(reference)
    if known is None:
        raise NotInSuspense(reference)
    await refuse_booked(work, reference, known)
    return known


def _confirmed(work: Work, payment: Payment, money: BankArrival, reference: str) -> Payment:
    """The payment's event is the arrival: that is when the money came in."""
    by, at = work.by.signature, work.now
    return payment.confirm(money.amount, reference, money.event, by=by, at=at)


def _pay_in(work: Work, owner: PersonId, amount: Money) -> Payment:
    return Payment(
        id=PaymentId(0),
        customer=owner,
        purpose=Purpose.PAY_IN,
        method=Method.BANK,
        claimed=amount,
        reported_at=work.now,
        code=customer_code(owner),
    )
