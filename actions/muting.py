"""Muting a customer: their messages are kept, carried nowhere, and wait for no answer."""

from __future__ import annotations

from actions.work import Work
from domain.ids import PersonId


async def mute(work: Work, customer: PersonId) -> bool:
    """False when they are muted already."""
    if (await work.uow.people.get(customer)).muted:
        return False
    await work.uow.people.set_muted(customer, work.now)
    await work.uow.answering.wait_no_longer(customer)
    return True


async def unmute(work: Work, customer: PersonId) -> bool:
    """False when they are not muted."""
    if not (await work.uow.people.get(customer)).muted:
        return False
    await work.uow.people.set_muted(customer, None)
    return True
