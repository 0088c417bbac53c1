"""Customers who come back after they had blocked the bot."""

from __future__ import annotations

from collections import Counter

from actions.work import Work
from domain.ids import PersonId
from domain.letters import Told, topic_of
from domain.messages import BLOCKED
from domain.talk_notices import BackAgain


async def back(work: Work, customer: PersonId) -> None:
    """Wherever staff wrote in vain they hear, once, that they can write it again."""
    await work.uow.people.set_blocked(customer, blocked=False)
    lost = Counter(each.thread for each in await work.uow.kept.of(customer, BLOCKED))
    await work.uow.kept.missed(customer)
    for thread, count in lost.items():
        notice = BackAgain(thread.order, thread.inquiry, count)
        await work.uow.outbox.put(Told(notice), topic_of(thread))
