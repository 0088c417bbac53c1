"""Paying out of the deposit: asked for by customers, sent by staff, four eyes at the last step."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Final

from actions import agreeing
from actions.calendar import business_days_from, today
from actions.work import Work
from domain import payments as postings
from domain.agency import Agency
from domain.ids import PayoutId, PersonId
from domain.ledger import BANK, PAYPAL, Account
from domain.letters import Deleted, ToChat, Urgency
from domain.money import Money
from domain.orders import Role
from domain.payments import Method, PayoutState
from domain.payout_notices import (
    PayoutAllowed,
    PayoutBounced,
    PayoutLate,
    PayoutOpened,
    PayoutRefused,
    PayoutRequested,
    PayoutSent,
    PayoutStarted,
    PayoutWanted,
    PayoutWithdrawn,
)
from domain.payouts import DUE_DAYS, Payout, Standing, check, hint_of
from domain.proposals import Proposal, Wish
from domain.refusals import NoSuchPayout, PayoutNotNow, PayoutsOff, PayoutsStopped, ReferenceUsed
from storage.unit_of_work import UnitOfWork

BOOKS_FAILED: Final = "books failed"  # the mark that stops pay-outs


@dataclass(frozen=True, slots=True)
class Request:
    amount: Money
    method: Method
    details: str


# The customer ---------------------------------------------------------------------------------


async def standing(work: Work) -> Standing:
    """What decides about a pay-out of who acts."""
    ledger, payouts, who = work.uow.ledger, work.uow.payouts, work.by.id
    currency = work.agency.currency
    purse = await ledger.purse(who, currency)
    return Standing(
        deposit=purse.deposit,
        owed=purse.owed,
        charge=charge(work.agency),
        has_used=await payouts.has_used(who),
        returned=await payouts.returned(who, currency),
        paid_out=await payouts.paid_out(who, currency),
        allowed_by=await payouts.allowed_by(who),
    )


def charge(agency: Agency) -> Money:
    return Money(agency.payout_fee_minor, agency.currency)


async def require_open(work: Work) -> None:
    """Refuse while there is no key for account details, or the books are not in order."""
    if not work.uow.payouts.vault.has_key:
        raise PayoutsOff
    if await work.uow.marks.find(BOOKS_FAILED):
        raise PayoutsStopped


async def request(work: Work, asked: Request) -> Payout:
    """Reserve the amount at once, and tell finance."""
    await require_open(work)
    await work.uow.ledger.lock_customer(work.by.id)
    found = await standing(work)
    check(asked.amount, found)
    kept = await work.uow.payouts.add(_new(work, asked, found), asked.details)
    event = await work.post(postings.hold_payout(kept.customer, kept.id, kept.amount))
    kept = replace(kept, hold_event=event)
    await work.uow.payouts.save(kept, work.now)
    await work.tell_finance(
        PayoutRequested(
            kept.id,
            kept.customer,
            work.by.name,
            kept.amount,
            kept.arrives,
            kept.method.value,
            kept.hint,
            kept.due_on,
        )
    )
    return kept


def _new(work: Work, asked: Request, found: Standing) -> Payout:
    return Payout(
        id=PayoutId(0),
        customer=work.by.id,
        amount=asked.amount,
        charge=found.charge,
        method=asked.method,
        hint=hint_of(asked.details, asked.method),
        requested_at=work.now,
        due_on=business_days_from(work.agency, work.now, DUE_DAYS),
        allowed_by=found.allowed_by,
    )


async def withdraw(work: Work, payout_id: PayoutId) -> Payout:
    """The customer takes the request back, as long as staff have not begun."""
    payout = await _lock(work, payout_id)
    if payout.state is not PayoutState.HELD:
        raise PayoutNotNow(payout.id, payout.state)
    payout = await _give_back(work, payout, "withdrawn")
    await work.tell_finance(PayoutWithdrawn(payout.id, work.by.name, payout.amount))
    return payout


async def contact_staff(work: Work) -> None:
    """A customer who has not used the service asks staff to allow a pay-out."""
    purse = await work.uow.ledger.purse(work.by.id, work.agency.currency)
    await work.tell_finance(PayoutWanted(work.by.id, work.by.name, purse.deposit))


# Staff ----------------------------------------------------------------------------------------


async def allow(work: Work, customer: PersonId) -> None:
    """Let a customer pay out who has not used the service."""
    work.require_finance()
    work.require_others(customer)
    await work.uow.ledger.lock_customer(customer)
    await work.uow.payouts.allow(customer, _who(work))
    purse = await work.uow.ledger.purse(customer, work.agency.currency)
    await work.tell_person(customer, PayoutAllowed(purse.deposit))


async def start(work: Work, payout_id: PayoutId) -> Payout:
    """Begin: whoever does so is shown the account once, and that is written down."""
    await require_open(work)
    payout = await _lock(work, payout_id)
    payout = payout.start(by=_who(work), at=work.now)
    await work.uow.payouts.details(payout.id)  # refused here if no key opens them
    await work.uow.payouts.save(payout, work.now)
    notice = PayoutStarted(payout.id, payout.arrives, payout.due_on)
    await work.tell_person(payout.customer, notice)
    return payout


def opened(work: Work, payout: Payout) -> PayoutOpened:
    """The letter that shows the account; what it shows is looked up when it is sent."""
    return PayoutOpened(payout.id, work.by.name)


async def shown(uow: UnitOfWork, payout_id: PayoutId, chat: int, message: int) -> None:
    """The account stands in a chat now: until the end, or no longer if that has come already."""
    await uow.payouts.set_shown(payout_id, chat, message)
    if not (await uow.payouts.get(payout_id)).is_waiting:
        await take_out_of_sight(uow, payout_id)


async def take_out_of_sight(uow: UnitOfWork, payout_id: PayoutId) -> None:
    """The message that showed the account is deleted with the end of the pay-out."""
    if (place := await uow.payouts.shown(payout_id)) is not None:
        chat, message = place
        await uow.outbox.put(Deleted(message), ToChat(chat), Urgency.NOTICE)


async def send(work: Work, payout_id: PayoutId, reference: str) -> Payout | Proposal:
    """It was sent: said by two different people."""
    await require_open(work)
    payout = await _lock(work, payout_id)
    payout.require(PayoutState.STARTED)
    await _refuse_used(work, reference)
    consent = await agreeing.agree(work, _wish(payout, reference))
    if isinstance(consent, Proposal):
        return consent
    await work.uow.ledger.lock_customer(payout.customer)
    entry = postings.send_payout(
        payout.customer, payout.id, payout.amount, payout.charge, _source(payout)
    )
    event = await work.post(entry, consent)
    payout = payout.send(reference, event, by=_who(work), at=work.now)
    await work.uow.payouts.save(payout, work.now)
    await take_out_of_sight(work.uow, payout.id)
    await work.tell_person(
        payout.customer,
        PayoutSent(
            payout.id,
            payout.arrives,
            payout.charge,
            payout.method.value,
            payout.hint,
            reference,
        ),
    )
    return payout


def _wish(payout: Payout, reference: str) -> Wish:
    line = f"/payout {payout.id} sent {reference}"
    return Wish(_subject(payout), f"{payout.arrives.plain()} {reference}", line)


def _subject(payout: Payout) -> str:
    return f"payout:{payout.id}"


def _source(payout: Payout) -> Account:
    return PAYPAL if payout.method is Method.PAYPAL else BANK


async def _refuse_used(work: Work, reference: str) -> None:
    used = await work.uow.payouts.by_reference(reference)
    if used is not None:
        raise ReferenceUsed(reference, 0, used.arrives, used.decided_at or work.now)


async def refuse(work: Work, payout_id: PayoutId, reason: str) -> Payout:
    """Not to be sent: all of it goes back to the deposit."""
    payout = await _lock(work, payout_id)
    payout.require(PayoutState.HELD, PayoutState.STARTED)
    return await _give_back(work, payout, "refused", reason)


async def bounce(work: Work, payout_id: PayoutId) -> Payout:
    """It came back: all of it goes to the deposit, the charge too."""
    payout = await _lock(work, payout_id)
    payout.require(PayoutState.SENT)
    await work.uow.ledger.lock_customer(payout.customer)
    purse = await work.uow.ledger.purse(payout.customer, payout.amount.currency)
    entry = postings.bounce_payout(
        payout.customer,
        payout.id,
        payout.amount,
        payout.charge,
        _source(payout),
        owed=purse.owed,
    )
    event = await work.post(entry)
    payout = payout.bounce(event, by=_who(work), at=work.now)
    await work.uow.payouts.save(payout, work.now)
    repaid = min(payout.amount, purse.owed)
    await work.tell_person(payout.customer, PayoutBounced(payout.id, payout.amount, repaid))
    return payout


async def release(work: Work, customer: PersonId, reason: str) -> list[Payout]:
    """Give back all that waits and was not begun: what a chargeback takes must be there."""
    waiting = [await _lock(work, each.id) for each in await work.uow.payouts.waiting_of(customer)]
    held = [payout for payout in waiting if payout.state is PayoutState.HELD]
    return [await _give_back(work, payout, "refused", reason) for payout in held]


async def ring_if_late(work: Work, payout_id: PayoutId) -> bool:
    """Remind finance of a pay-out whose day has passed: once, and then once a day."""
    day = today(work.agency, work.now)
    if payout_id not in await work.uow.payouts.late(day):
        return False  # dealt with a moment ago
    payout = await work.uow.payouts.lock(payout_id)
    if not payout.is_waiting:
        return False
    await work.uow.payouts.alarmed(payout_id, day)
    person = await work.uow.people.get(payout.customer)
    await work.tell_finance(
        PayoutLate(payout.id, person.name, payout.arrives, payout.state.value, payout.due_on)
    )
    return True


# Both -----------------------------------------------------------------------------------------


async def _lock(work: Work, payout_id: PayoutId) -> Payout:
    """Take a pay-out to change it, if this person may."""
    if work.by.role is Role.STAFF:
        work.require_finance()
    payout = await work.uow.payouts.lock(payout_id)
    if work.by.role is Role.CUSTOMER and payout.customer != work.by.id:
        raise NoSuchPayout(payout_id)  # somebody else's: one answer for both
    work.require_others(payout.customer)
    return payout


async def _give_back(work: Work, payout: Payout, how: str, reason: str = "") -> Payout:
    await work.uow.ledger.lock_customer(payout.customer)
    purse = await work.uow.ledger.purse(payout.customer, payout.amount.currency)
    entry = postings.refuse_payout(payout.customer, payout.id, payout.amount, owed=purse.owed)
    event = await work.post(entry)
    if how == "withdrawn":
        done = payout.withdraw(event, by=_who(work), at=work.now)
    else:
        done = payout.refuse(reason, event, by=_who(work), at=work.now)
        repaid = min(payout.amount, purse.owed)
        notice = PayoutRefused(payout.id, payout.amount, reason, repaid)
        await work.tell_person(payout.customer, notice)
    await work.uow.payouts.save(done, work.now)
    await take_out_of_sight(work.uow, payout.id)
    await agreeing.forget(work, _subject(payout))
    return done


def _who(work: Work) -> str:
    return f"{work.by.signature} {work.by.name}"
