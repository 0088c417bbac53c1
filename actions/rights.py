"""The rights of people: to have their data, and to have their account deleted."""

from __future__ import annotations

from typing import Final

from actions.work import Work
from domain.ids import AgencyId
from domain.letters import OwnData, ToPerson, Urgency
from domain.rights import Standing, require_closed, require_pause
from domain.rights_notices import AccountDeleted, OldTopic
from storage.erasure import Erasure
from storage.rights import Rights

TOPICS_A_NOTICE: Final = 30  # so many fit into one message with their buttons


async def download(work: Work) -> None:
    """Promise them all that is kept about them; the file is made when it is sent."""
    rights = Rights(work.uow.tx)
    require_pause(await rights.lock(work.by.id), work.now)
    await rights.data_had(work.by.id, work.now)
    await work.uow.outbox.put(OwnData(work.by.id), ToPerson(work.by.id), Urgency.ANSWER)


async def standing(work: Work) -> Standing:
    """What of theirs is open, or holds money."""
    purse = await work.uow.ledger.purse(work.by.id, work.agency.currency)
    return await Rights(work.uow.tx).standing(work.by.id, purse)


async def erase(work: Work) -> None:
    """Delete the account: what names them is gone, the books stay, staff see to the topics."""
    rights, who = Rights(work.uow.tx), work.by.id
    await work.uow.ledger.lock_customer(who)
    await rights.lock_orders(who)
    require_closed(await standing(work))
    others = [each.id for each in await work.uow.agencies.all()]
    by_agency = {each: await rights.topics(who, each) for each in (None, *others)}
    await Erasure(work.uow.tx).erase(who, work.now)
    for agency, topics in by_agency.items():
        for order in (topic.order for topic in topics if topic.order is not None):
            await work.redraw(await work.uow.orders.get(order))
        if topics or agency is None:
            await _tell(work, agency, topics)


async def _tell(work: Work, agency: AgencyId | None, topics: list[OldTopic]) -> None:
    for at in range(0, max(len(topics), 1), TOPICS_A_NOTICE):
        some = tuple(topics[at : at + TOPICS_A_NOTICE])
        await work.tell_general(AccountDeleted(work.by.id, some), agency)
