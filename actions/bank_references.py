"""A line of the bank's statement counts once, however its reference is typed."""

from __future__ import annotations

from actions.work import Work
from domain.ledger import Kind
from domain.refusals import InSuspense, ReferenceUsed
from storage.ledger import BankArrival


async def refuse_used(work: Work, reference: str) -> int:
    """Refuse a reference that was booked before, with what it was booked for.

    What was taken back since nothing arrived may be booked: as which booking of it, is given back.
    """
    known = await work.uow.ledger.bank_arrival(reference)
    if known is None:
        return await work.uow.ledger.next_booking(reference)
    await refuse_booked(work, reference, known)
    raise InSuspense(reference, known.amount, known.at)


async def refuse_booked(work: Work, reference: str, known: BankArrival) -> None:
    """Refuse a line that is somebody's already; money of an unknown sender may pass."""
    used = await work.uow.payments.by_event(known.event)
    if used is not None:
        amount = used.claimed if used.received is None else used.received
        raise ReferenceUsed(used.bank_ref, used.order or 0, amount, used.decided_at or work.now)
    if known.kind is not Kind.SUSPENSE_IN:
        raise ReferenceUsed(reference, known.order or 0, known.amount, known.at)
