"""Muting a customer: what they write is held back, and what they wait for is hidden."""

from __future__ import annotations

from actions import answering
from actions.work import Work
from domain.ids import PersonId
from domain.letters import Relayed, topic_of
from domain.messages import MUTED, KeptBack, carried_at


async def mute(work: Work, customer: PersonId) -> bool:
    """False when they are muted already."""
    if (await work.uow.people.get(customer)).muted:
        return False
    await work.uow.people.set_muted(customer, work.now)
    return True


async def unmute(work: Work, customer: PersonId) -> tuple[KeptBack, ...] | None:
    """What they wrote meanwhile, which is carried now; None when they are not muted."""
    if not (await work.uow.people.get(customer)).muted:
        return None
    await work.uow.people.set_muted(customer, None)
    kept = tuple(await work.uow.kept.of(customer, MUTED))
    await _carry(work, kept)
    return kept


async def _carry(work: Work, kept: tuple[KeptBack, ...]) -> None:
    """In order, and no faster than if it was written now."""
    before = work.now
    for ahead, each in enumerate(kept):
        due = carried_at(work.now, in_album=False, before=before, recent=ahead) or work.now
        before = due
        await work.uow.kept.let_go(each.id, due)
        await answering.has_waited(work, each.thread, each.at)
        letter = Relayed(each.id, len(await work.uow.notes.parts(each.id)))
        await work.uow.outbox.put(letter, topic_of(each.thread), not_before=due)
