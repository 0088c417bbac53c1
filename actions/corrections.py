"""A bank transfer that was booked wrongly is answered by its reverse, by two people."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Final

from actions import agreeing, holds, payments, payouts
from actions.work import Work
from domain import payments as postings
from domain.files import Person, Purse
from domain.history import written
from domain.ids import EventId, OrderId, PaymentId, PayoutId, PersonId
from domain.ledger import Kind
from domain.money import Money
from domain.orders import Change, Flag, Order, Stage
from domain.payments import (
    NOT_ITS_MONEY,
    NOT_THEIR_MONEY,
    Arrival,
    Payment,
    PayoutState,
    bank_key,
    matched_money,
    reference_key,
    unknown_money,
)
from domain.payout_notices import CorrectedForStaff, TransferCorrected
from domain.proposals import Consent, Proposal, Wish
from domain.refusals import BookedSo, BookedThroughPaypal, InSuspense, NotBooked
from storage.database import TryAgain
from storage.ledger import BankArrival

# Paid, and still with us: what is bought or sent now would not be paid for.
HELD_STAGES: Final = frozenset(
    {
        Stage.PURCHASING,
        Stage.AWAITING_ARRIVAL,
        Stage.AT_WAREHOUSE,
        Stage.AWAITING_SECOND_PAYMENT,
        Stage.READY_TO_SHIP,
    }
)


@dataclass(frozen=True, slots=True)
class Booked:
    """What is booked of a bank line, all of it locked."""

    arrival: BankArrival
    payment: Payment | None  # none: nobody's
    order: Order | None
    parts: tuple[OrderId, ...] = ()  # that go on from the order by themselves


@dataclass(frozen=True, slots=True)
class Fix:
    """What two people want."""

    reference: str
    reason: str
    right: Money | None
    consent: Consent

    @property
    def arrived(self) -> bool:
        return self.right is None or self.right.is_positive


@dataclass(frozen=True, slots=True)
class Corrected:
    """What was taken back of whom, and how things stand now."""

    reference: str
    was: Money
    right: Money | None  # what arrived in truth; without it, all of it is nobody's again
    customer: Person | None
    owed: Money
    order: Order | None
    held: tuple[OrderId, ...] = ()  # the order, and whatever goes on from it by itself
    sending: tuple[PayoutId, ...] = ()  # pay-outs that somebody sends just now


async def correct(
    work: Work, reference: str, reason: str, right: Money | None = None
) -> Corrected | Proposal:
    """Money that was booked for the wrong one is nobody's again; a wrong amount is put right.

    Nothing is left where nothing arrived. Two finance members want it alike. What was spent of it
    is owed; no order is undone.
    """
    work.require_finance()
    work.reach_all()
    booked = await _lock(work, reference, right)
    consent = await agreeing.agree(work, _wish(booked.arrival, reference, reason, right))
    if isinstance(consent, Proposal):
        return consent
    fix = Fix(reference, reason, right, consent)
    if booked.payment is None:
        return await _of_nobody(work, booked, fix)
    return await _of(work, booked, booked.payment, fix)


# What may be corrected ------------------------------------------------------------------------


async def _lock(work: Work, reference: str, right: Money | None) -> Booked:
    arrival = await work.uow.ledger.bank_arrival(reference)
    if arrival is None:
        raise await _not_booked(work, reference)
    seen = await work.uow.payments.by_event(arrival.event)
    order: Order | None = None
    parts: tuple[OrderId, ...] = ()
    if seen is not None and seen.order is not None:
        order, parts = await holds.lock_with_parts(work, seen.order)
    locked = await work.uow.ledger.lock_bank_arrival(reference)
    payment = await work.uow.payments.by_event(arrival.event)
    if locked != arrival or (payment and payment.id) != (seen and seen.id):
        raise TryAgain(f"{reference} was booked otherwise a moment ago")
    if payment is not None:
        work.require_others(payment.customer)
        payment = await work.uow.payments.lock(payment.id)
    elif right is None:
        raise InSuspense(reference, arrival.amount, arrival.at)
    if right == arrival.amount:
        raise BookedSo(reference, arrival.amount)
    return Booked(arrival, payment, order, parts)


async def _not_booked(work: Work, reference: str) -> NotBooked | BookedThroughPaypal:
    paid = await work.uow.payments.by_capture(reference)
    return NotBooked(reference) if paid is None else BookedThroughPaypal(reference, paid.id)


def _wish(arrival: BankArrival, reference: str, reason: str, right: Money | None) -> Wish:
    """About this booking: one that came after it is another matter."""
    amount = "" if right is None else f"amount={right.plain()} "
    return Wish(
        f"correct:{arrival.event}",
        f"{amount}{reference_key(reference)}",
        f"/correct {reference} {amount}{reason}",
    )


# Nobody's -------------------------------------------------------------------------------------


async def _of_nobody(work: Work, booked: Booked, fix: Fix) -> Corrected:
    was = booked.arrival.amount
    await _reverse(work, booked.arrival.event, None, fix)
    if fix.arrived:
        await _book_again(work, booked.arrival, fix)
    return Corrected(fix.reference, was, fix.right, None, was.nothing, None)


async def _reverse(work: Work, event: EventId, customer: PersonId | None, fix: Fix) -> None:
    entry = await work.uow.ledger.entry(event)
    balance = owed = entry.legs[0].amount.nothing
    if customer is not None:
        purse = await work.uow.ledger.purse(customer, entry.currency)
        balance, owed = purse.deposit, purse.owed
    undone = postings.correct(entry, event, fix.reason, balance=balance, owed=owed)
    await work.post(undone, fix.consent)


async def _book_again(work: Work, arrival: BankArrival, fix: Fix) -> BankArrival:
    """The same line, with what arrived in truth, as money of an unknown sender."""
    amount, booking = fix.right or arrival.amount, arrival.booking + 1
    entry = unknown_money(Arrival.by_bank(amount, fix.reference, booking=booking))
    event = await work.post(entry, fix.consent)
    return BankArrival(event, work.now, Kind.SUSPENSE_IN, amount, None, booking)


# Somebody's -----------------------------------------------------------------------------------


async def _of(work: Work, booked: Booked, payment: Payment, fix: Fix) -> Corrected:
    arrival, order, customer = booked.arrival, booked.order, payment.customer
    gone = arrival.amount if fix.right is None else arrival.amount - fix.right
    sending = await _lock_money(work, customer, gone)
    await _take_back(work, arrival, payment, fix)
    if fix.arrived:
        again = await _book_again(work, arrival, fix)
        if fix.right is not None:
            order = await _to_owner(work, order, payment, again, fix)
    purse = await work.uow.ledger.purse(customer, gone.currency)
    owed = purse.owed if gone.is_positive else gone.nothing  # because of this
    held: tuple[OrderId, ...] = ()
    if order is not None:
        order = await _keep(work, order, arrival.amount, fix)
        held = await _hold(work, (order.id, *booked.parts), owed)
    done = Corrected(
        fix.reference,
        arrival.amount,
        fix.right,
        await work.uow.people.get(customer),
        owed,
        order,
        held,
        sending if owed.is_positive else (),
    )
    await _tell(work, done, purse, fix)
    return done


async def _lock_money(work: Work, customer: PersonId, gone: Money) -> tuple[PayoutId, ...]:
    """What is not there is not paid out: pay-outs that wait are refused first, as for a dispute.

    Those that somebody sends just now are given back, for people to stop them.
    """
    purse = await work.uow.ledger.purse(customer, gone.currency)
    if gone > purse.deposit:
        await payouts.release(work, customer, NOT_THEIR_MONEY)
    await work.uow.ledger.lock_customer(customer)
    purse = await work.uow.ledger.purse(customer, gone.currency)
    waiting = await work.uow.payouts.waiting_of(customer)
    if gone > purse.deposit and any(each.state is PayoutState.HELD for each in waiting):
        raise TryAgain(f"customer {customer} asked for a pay-out a moment ago")
    return tuple(each.id for each in waiting if each.state is PayoutState.STARTED)


async def _take_back(work: Work, arrival: BankArrival, payment: Payment, fix: Fix) -> None:
    """Of its owner first, if it was matched; then out of the bank."""
    if arrival.kind is Kind.SUSPENSE_IN:
        key = f"{bank_key(fix.reference, arrival.booking)}:matched"
        matched = await work.uow.ledger.posted(key)
        assert matched is not None
        await _reverse(work, matched, payment.customer, fix)
    await _reverse(work, arrival.event, payment.customer, fix)
    wrong = payment.correct(fix.reason, by=work.by.signature, at=work.now)
    await work.uow.payments.save(wrong)


async def _to_owner(
    work: Work, order: Order | None, payment: Payment, money: BankArrival, fix: Fix
) -> Order | None:
    """The right amount goes to who had the wrong one; it pays their bill if it is enough."""
    owed = (await work.uow.ledger.purse(payment.customer, money.amount.currency)).owed
    entry = matched_money(
        payment.customer,
        money.amount,
        fix.reference,
        owed=owed,
        order=payment.order,
        booking=money.booking,
    )
    right = replace(payment, id=PaymentId(0), reason="", receipt="").confirm(
        money.amount, payment.bank_ref, money.event, by=work.by.signature, at=work.now
    )
    right = await work.uow.payments.add(right)
    left = money.amount - min(money.amount, owed)
    if order is None or not await _pays(work, order, payment, left):
        await work.post(entry, fix.consent)
        return order
    done = await payments.book_matched(work, order, entry, money.amount, right, fix.consent)
    return done.order


async def _pays(work: Work, order: Order, payment: Payment, money: Money) -> bool:
    """Whether so much pays the bill it was for, while nobody looks at another payment of it."""
    bill = order.bill_due
    if bill is None or bill.is_covered or money < bill.remaining:
        return False
    if payment.bill is None or await work.uow.orders.bill_kind(payment.bill) is not bill.kind:
        return False  # the customer decides what else it is for
    return await work.uow.payments.in_review(order.id) is None


def _is_unpaid_for(order: Order) -> bool:
    """Whether nothing more should be bought or sent for it, and people are not looking already."""
    return order.stage in HELD_STAGES and Flag.ON_HOLD not in order.flags


async def _keep(work: Work, order: Order, was: Money, fix: Fix) -> Order:
    right = "" if fix.right is None else written(fix.right)
    change = Change("payment corrected", before=written(was), after=right, why=fix.reason)
    return await work.save(order, change)


async def _hold(work: Work, orders: tuple[OrderId, ...], owed: Money) -> tuple[OrderId, ...]:
    """Stop those for which something could still be bought or sent that is not paid."""
    held = []
    for number in orders if owed.is_positive else ():
        order = await work.lock(number)
        if _is_unpaid_for(order):
            stopped = holds.stopped(order, NOT_ITS_MONEY, work.now)
            await work.save(stopped, Change("on hold", why=NOT_ITS_MONEY))
            held.append(number)
    return tuple(held)


async def _tell(work: Work, done: Corrected, purse: Purse, fix: Fix) -> None:
    """The customer, unless they have deleted their account, and whoever works for them."""
    order, person = done.order, done.customer
    assert person is not None
    number = None if order is None else order.id
    for each in dict.fromkeys([number, *done.held] if number else []):
        told = CorrectedForStaff(
            each, done.was, done.right, done.owed, fix.reason, each in done.held
        )
        await work.tell_staff(await work.uow.orders.get(each), told)
    if not person.erased:
        notice = TransferCorrected(
            done.was, done.right, done.owed, purse.balance, number, bool(done.held)
        )
        await work.tell_person(person.id, notice)
