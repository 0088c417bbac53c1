"""Time for tests: it passes from moment to moment, and what is said is handed over."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta

from sqlalchemy import text

from actions import deadlines, heartbeat
from actions.deadlines import Looked
from actions.work import Work
from domain.agenda import agenda
from domain.deadlines import WARNED, What
from domain.ids import OrderId
from domain.letters import Told, Urgency
from domain.orders import Order
from scheduler.sweeps import Clockwork, watch_the_clocks
from storage.moments import from_ms, to_ms
from storage.outbox import Settled
from storage.unit_of_work import unit_of_work
from tests.actions.conftest import AGENCY, House

INSTANT = timedelta(milliseconds=1)
STEPS_MAX = 500


async def sweep(house: House) -> int:
    """One round of the clocks, by whoever kept time until now."""
    async with unit_of_work(house.database) as uow:
        await uow.marks.set(heartbeat.BEATEN, house.now.isoformat())
    return await sweep_after_a_pause(house)


async def sweep_after_a_pause(house: House) -> int:
    """One round of the clocks; nobody looked at them since the last one."""
    return await watch_the_clocks(Clockwork(house.database, AGENCY, lambda: house.now))


async def hand_over(house: House) -> list[Told]:
    """Telegram takes what may go now, as `bot/outcomes.py` writes it down."""
    async with unit_of_work(house.database) as uow:
        found = await uow.outbox.waiting(
            dict.fromkeys(Urgency, 0), dict.fromkeys(Urgency, 1000), house.now
        )
        letters = [envelope.open() for envelope in found]
        await uow.outbox.settle([Settled(letter.id, 1, 1) for letter in letters], house.now)
        told = [letter.content for letter in letters if isinstance(letter.content, Told)]
        for each in told:
            if each.warns:
                order = OrderId(getattr(each.notice, "order"))  # noqa: B009
                await uow.warnings.handed(order, each.warns, house.now)
    return told


async def live_until(house: House, moment: datetime) -> list[tuple[datetime, Told]]:
    """Time passes, and everybody does what they do by themselves; what was said, and when."""
    said: list[tuple[datetime, Told]] = []
    for _ in range(STEPS_MAX):
        async with house.look() as uow:
            due = await uow.tx.one(_NEXT_LETTER, now=to_ms(house.now))
            next_at = [await uow.orders.next_waking()]
        next_at.append(from_ms(due.at) if due and due.at else None)
        ahead = [max(at, house.now) for at in next_at if at is not None and at <= moment]
        house.now = min(ahead, default=moment)
        await sweep(house)
        said += [(house.now, told) for told in await hand_over(house)]
        if not ahead:
            return said
    raise AssertionError("time does not pass")


async def reach_deadline(house: House, order: Order) -> None:
    """The moment before it, with everything said that is to be said by then."""
    assert order.due_at is not None
    await live_until(house, order.due_at - INSTANT)


async def announced(work: Work, order_id: OrderId) -> None:
    """What warns of its deadlines was said, and handed over a day ago."""
    order = await work.lock(order_id)
    keys = {mark.key for mark in agenda(order, work.agency, work.now) if mark.is_warning}
    order = replace(order, reminded=order.reminded | keys)
    await work.uow.orders.rest(order, work.wakes_at(order))
    for key in keys:
        await work.uow.warnings.handed(order_id, key, work.now - WARNED)


async def run_out(work: Work, order_id: OrderId) -> bool:
    """An order's clock looks at it; whether its deadline bit."""
    marks = agenda(await work.lock(order_id), work.agency, work.now)
    if not any(mark.what is What.BITE and mark.at <= work.now for mark in marks):
        return False
    await announced(work, order_id)
    return await deadlines.look(work, order_id) is Looked.BITTEN


_NEXT_LETTER = text(
    "SELECT min(due_at) AS at FROM outbox WHERE settled_at IS NULL AND due_at > :now"
)
