"""The queue leaves out what staff cannot do while the customer is asked."""

from __future__ import annotations

from actions import splitting, warehouse
from domain.orders import Question
from domain.queue import Kind
from storage.queues import Queues
from tests.actions.conftest import AGENCY, TOM, House


async def waiting(house: House) -> set[Kind]:
    async with house.look() as uow:
        queues = Queues(uow.tx, AGENCY.timezone)
        return {kind for kind in Kind if (await queues.of(kind, 1)).count}


async def test_no_bill_is_waited_for_while_something_is_damaged(house: House) -> None:
    order = await house.at_warehouse(1_000, 500)
    assert Kind.BILLING in await waiting(house)
    async with house.turn(TOM) as work:
        await warehouse.report_mishap(work, order.id, 1, Question.DAMAGED, "a crack")
    assert Kind.BILLING not in await waiting(house)
    assert Kind.DECISIONS in await waiting(house)


async def test_what_may_go_on_by_itself_is_still_to_be_bought(house: House) -> None:
    order = await house.paid(1_000, 500)
    async with house.turn(TOM) as work:
        await splitting.propose(work, order.id, [1])
    assert {Kind.BUYING, Kind.DECISIONS} <= await waiting(house)
