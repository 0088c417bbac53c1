"""A line of the bank's statement counts once, however its reference is typed."""

from __future__ import annotations

from actions.work import Work
from domain.ledger import Kind
from domain.payments import reference_key
from domain.refusals import InSuspense, ReferenceUsed


async def refuse_used(work: Work, reference: str) -> None:
    """Refuse a reference that was booked before, with what it was booked for."""
    used = await work.uow.payments.by_reference(reference)
    if used is not None:
        amount = used.claimed if used.received is None else used.received
        raise ReferenceUsed(used.bank_ref, used.order or 0, amount, used.decided_at or work.now)
    known = await work.uow.ledger.bank_arrival(reference_key(reference))
    if known is None:
        return
    if known.kind is Kind.SUSPENSE_IN:
        raise InSuspense(reference, known.amount, known.at)
    raise ReferenceUsed(reference, known.order or 0, known.amount, known.at)
