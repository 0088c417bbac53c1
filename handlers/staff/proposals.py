"""A proposal as it is answered: who must agree, and the button for it."""

from __future__ import annotations

from actions.work import Work
from domain.letters import Screen
from domain.proposals import Proposal
from views import payout_staff
from views.texts import Texts


async def shown(work: Work, proposal: Proposal, say: Texts) -> Screen:
    """Nothing is done yet. Where the settings name the finance members, so do we."""
    people = [await work.uow.people.find(each) for each in sorted(work.agency.finance)]
    others = [person.name for person in people if person and person.id != work.by.id]
    return payout_staff.proposed(proposal, others, say)
