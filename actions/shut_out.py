"""A staff group that lets the bot in no longer: whoever can mend it hears so, and not in there."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Final

from actions.work import Work
from domain.agency import Agency
from domain.desk_notices import Hindrance, ShutOut
from domain.ids import AgencyId
from domain.letters import Recipient, ToChat, Told, ToPerson, ToStaff, ToTopic
from storage.outbox import SHUT

AFTER: Final = timedelta(minutes=5)  # a moment's trouble is nobody's
AGAIN_AFTER: Final = timedelta(days=1)


async def look(work: Work) -> dict[AgencyId | None, tuple[Hindrance, datetime]]:
    """Whose groups have not taken something for a while: nothing at all, or not everything."""
    found: dict[AgencyId | None, tuple[Hindrance, datetime]] = {}
    for to, trouble, since in await work.uow.outbox.shut_out(work.now - AFTER):
        agency = await _whose_group(work, to)
        if trouble == SHUT or agency not in found:
            found[agency] = ("shut" if trouble == SHUT else "rights", since)
    return found


async def _whose_group(work: Work, to: Recipient) -> AgencyId | None:
    match to:
        case ToTopic(agency=agency) | ToStaff(agency=agency):
            return agency
        case ToChat(chat):
            other = await work.uow.agencies.at(chat)
            return other.id if other else None
        case _:
            return None


async def tell(work: Work, agency: Agency, hindrance: Hindrance, since: datetime) -> bool:
    """Tell finance members in private, and the front desk of another agency's group: daily."""
    name = _mark_of(agency)
    last = await work.uow.marks.find(name)
    if last and work.now < datetime.fromisoformat(last) + AGAIN_AFTER:
        return False
    await work.uow.marks.set(name, work.now.isoformat())
    told = Told(ShutOut(agency.name, hindrance, since))
    for person in sorted(work.agency.finance):
        await work.uow.outbox.put(told, ToPerson(person))
    if agency.id is not None:
        await work.uow.outbox.put(told, ToStaff())
    return True


async def is_over(work: Work, agency: Agency) -> None:
    """What comes next is told at once."""
    if await work.uow.marks.find(_mark_of(agency)):
        await work.uow.marks.set(_mark_of(agency), "")


def _mark_of(agency: Agency) -> str:
    return "shut out" if agency.id is None else f"shut out {agency.id}"
