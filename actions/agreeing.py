"""Four eyes: one finance member's line is a proposal, the same from another one carries it out."""

from __future__ import annotations

from actions.work import Work
from domain.ids import ProposalId
from domain.ledger import SELF_DECLARED
from domain.money import Money
from domain.proposals import JUST_DONE, Consent, Proposal, Wish
from domain.refusals import AlreadyDone, SomebodyElseMust


def takes_two(work: Work, amount: Money) -> bool:
    """Whether so much money may not be confirmed by one person."""
    above = work.agency.four_eyes_above_minor
    return above is not None and amount.minor > above


async def agree(work: Work, wish: Wish) -> Consent | Proposal:
    """Two people's consent, or the proposal that waits for the second one.

    The caller has locked what the wish is about, and has made sure that it could be done: of two
    who want it at once, one proposes and the other one agrees.
    """
    work.require_finance()
    done = await work.uow.proposals.done_since(wish, work.now - JUST_DONE)
    if done is not None:
        raise AlreadyDone(done.closed_by, done.wish.line)
    proposed = await _open(work, wish.subject)
    if proposed is None:
        return await _propose(work, wish)
    if proposed.by == work.by.signature:
        return await _again(work, proposed, wish)
    proposed.require_same(wish)
    await _close(work, proposed)
    return Consent(proposed.id, actor=proposed.by, approved_by=work.by.signature)


async def proposal(work: Work, number: ProposalId) -> Proposal:
    """The proposal that a button names, as long as it waits."""
    work.require_finance()
    found = await work.uow.proposals.get(number)
    found.require_open()
    if found.by == work.by.signature:
        raise SomebodyElseMust(found.wish.line)
    return found


async def _open(work: Work, subject: str) -> Proposal | None:
    found = await work.uow.proposals.open(subject)
    if found is not None and found.has_lapsed(work.now):
        await work.uow.proposals.close(found, "clock", "", "lapsed", work.now)
        return None
    return found


async def _propose(work: Work, wish: Wish) -> Consent | Proposal:
    by = work.by
    added = await work.uow.proposals.add(wish, by.signature, by.name, work.now)
    if not work.agency.sole_operator:
        return added
    await work.uow.proposals.close(added, SELF_DECLARED, by.name, "done", work.now)
    return Consent(added.id, actor=by.signature, approved_by=SELF_DECLARED)


async def _again(work: Work, proposed: Proposal, wish: Wish) -> Consent | Proposal:
    """The same person: somebody else must; another amount takes the place of the first."""
    if proposed.wish.essence == wish.essence and not work.agency.sole_operator:
        raise SomebodyElseMust(proposed.wish.line)
    await work.uow.proposals.close(proposed, work.by.signature, work.by.name, "replaced", work.now)
    return await _propose(work, wish)


async def _close(work: Work, proposed: Proposal) -> None:
    by = work.by
    await work.uow.proposals.close(proposed, by.signature, by.name, "done", work.now)


async def forget(work: Work, subject: str) -> None:
    """What was proposed about something that has come to its end another way counts no more."""
    found = await work.uow.proposals.open(subject)
    if found is not None:
        await work.uow.proposals.close(
            found, work.by.signature, work.by.name, "replaced", work.now
        )
