"""The bank's file: each line once, whose money it may be, and a person who confirms it."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass, field

from actions import confirmations, pay_ins, suspense
from actions.bank_references import refuse_used
from actions.pay_ins import PaidIn
from actions.payments import Confirmed
from actions.suspense import Matched
from actions.work import Work
from domain.bank_lines import BankLine, Guess, Why, by_code, by_sender
from domain.ids import BankLineId
from domain.notices import LineSuggested
from domain.payments import Payment
from domain.proposals import Proposal
from domain.refusals import NotYours, StaleButton
from storage.bank_lines import KnownLine


@dataclass(slots=True)
class Imported:
    """What became of the lines of a file, by their references."""

    suggested: list[str] = field(default_factory=list)
    booked: list[str] = field(default_factory=list)  # before
    known: list[str] = field(default_factory=list)  # suggested before
    unknown: list[str] = field(default_factory=list)  # nobody's that we know of
    odd: list[str] = field(default_factory=list)  # another line had the reference


async def take_in(work: Work, lines: Sequence[BankLine]) -> Imported:
    """Remember the lines, and put every new guess to the finance members. Nothing is booked."""
    done = Imported()
    reports = await work.uow.payments.waiting()
    for line in lines:
        place = await _take_in(work, line, reports, done)
        place.append(line.reference)
    return done


async def _take_in(
    work: Work, line: BankLine, reports: Sequence[Payment], done: Imported
) -> list[str]:
    known = await work.uow.bank_lines.keep(line, work.now)
    if (known.line.amount, known.line.paid_on) != (line.amount, line.paid_on):
        return done.odd
    if await work.uow.ledger.bank_arrival(line.key) is not None:
        return done.booked
    if known.guess is not None:
        return done.known
    guess = await _guess(work, line, reports)
    if guess is None:
        return done.unknown
    await _suggest(work, known.line, guess, reports)
    return done.suggested


async def _guess(work: Work, line: BankLine, reports: Sequence[Payment]) -> Guess | None:
    """By the payment code; then by sender, amount and day together."""
    if (report := by_code(line, reports)) is not None:
        return _of_report(Why.CODE, report)
    if (guess := await _by_code_alone(work, line)) is not None:
        return guess
    report = by_sender(line, reports)
    return None if report is None else _of_report(Why.SENDER, report)


async def _by_code_alone(work: Work, line: BankLine) -> Guess | None:
    """Nobody reported it, but the code of an order or a customer stands on it."""
    for number in line.codes.orders:
        with suppress(NotYours):  # there is no such order
            order = await work.uow.orders.get(number)
            return Guess(Why.CODE, order.customer, order.id)
    for customer in line.codes.customers:
        if await work.uow.people.find(customer) is not None:
            return Guess(Why.CODE, customer)
    return None


def _of_report(why: Why, report: Payment) -> Guess:
    return Guess(why, report.customer, report.order, report.id)


async def _suggest(work: Work, line: BankLine, guess: Guess, reports: Sequence[Payment]) -> None:
    assert line.id is not None
    await work.uow.bank_lines.guessed(line.id, guess)
    claimed = next((report.claimed for report in reports if report.id == guess.payment), None)
    name = (await work.uow.people.get(guess.customer)).name
    await work.tell_finance(
        LineSuggested(
            line.id,
            line.reference,
            line.amount,
            line.paid_on.isoformat(),
            line.sender,
            line.text,
            guess.why.value,
            guess.customer,
            name,
            guess.payment,
            claimed,
            guess.order,
        )
    )


# A person confirms ----------------------------------------------------------------------------

Booked = PaidIn | Confirmed | Matched | Proposal


async def confirm(work: Work, line_id: BankLineId) -> Booked:
    """Book a line as it was suggested, if that is still how things stand."""
    work.require_finance()
    known = await work.uow.bank_lines.lock(line_id)
    if known is None or known.guess is None:
        raise StaleButton
    line, guess = known.line, known.guess
    if guess.order is not None:
        return await confirmations.confirm(
            work, guess.order, line.amount, line.reference, without_report=guess.payment is None
        )
    if guess.payment is not None:
        return await pay_ins.confirm(work, guess.payment, line.amount, line.reference)
    return await _without_report(work, known)


async def _without_report(work: Work, known: KnownLine) -> Booked:
    """The payment code says whose it is: in, and at once to its owner."""
    assert known.guess is not None
    line, owner = known.line, known.guess.customer
    work.require_others(owner)
    arrival = await work.uow.ledger.bank_arrival(line.key)
    if arrival is None:
        await suspense.keep(work, line.amount, line.reference)
    elif arrival.is_corrected:  # it was booked so before, and that was a mistake
        await refuse_used(work, line.reference)
    return await suspense.match_to_customer(work, line.reference, owner)
