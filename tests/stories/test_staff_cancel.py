"""Staff cancel an order: amount by amount, by two once something was bought, told both sides."""

from __future__ import annotations

import pytest

from bot.settings import Settings
from domain.ids import PersonId
from domain.orders import Stage
from sandbox.people import Forum, Person
from sandbox.telegram import Telegram
from storage.proofs import prove
from storage.unit_of_work import looking
from tests.stories.roads import at_warehouse, opens, reports
from tests.stories.shop import Shop, Somebody
from tests.stories.staffroom import Colleague


@pytest.fixture
def settings(settings: Settings, chief: Person, tom: Person, group: Forum) -> Settings:
    """Boss and Tom handle money."""
    tom.joins(group)
    return settings.model_copy(
        update={
            "finance_user_ids": (PersonId(chief.id), PersonId(tom.id)),
        }
    )


@pytest.fixture
def boss_s(shop: Shop, chief: Person) -> Colleague:
    return Colleague(shop, chief)


@pytest.fixture
def tom_s(shop: Shop, tom: Person) -> Colleague:
    return Colleague(shop, tom)


@pytest.fixture
def mina(shop: Shop, telegram: Telegram, group: Forum) -> Colleague:
    """A member of staff who may not move money."""
    mina = telegram.person("Mina")
    mina.joins(group)
    return Colleague(shop, mina)


async def both_paid(aki: Somebody, boss: Somebody) -> None:
    """$28.00 and $20.00, and the goods wait to be shipped."""
    await at_warehouse(aki, boss)
    await boss.says_in_topic("/bill EMS=20.00", 1)
    await opens(aki)
    await aki.presses("Pay 2nd bill", "EMS", "Confirm")
    await reports(aki, "20.00")
    await boss.says_in_topic("/confirm 20.00 REF2", 1)


async def is_in_order(shop: Shop) -> bool:
    async with looking(shop.daiko.database) as uow:
        return await prove(uow.tx) == []


async def test_each_amount_is_decided_and_a_second_one_agrees(
    shop: Shop, aki: Somebody, boss: Somebody, boss_s: Colleague, tom_s: Colleague
) -> None:
    await both_paid(aki, boss)
    assert (await shop.file(1)).order.stage is Stage.READY_TO_SHIP
    heard = aki.received
    await boss_s.presses(1, "Cancel order")
    asked = await boss_s.writes("the export was forbidden", 1)
    assert "$28.00 was paid for the 1st bill. How much of that is kept?" in asked
    assert "There is not as much as that." in await boss_s.writes("28.01", 1)
    asked = await boss_s.writes("8.50", 1)
    assert "$20.00 was paid for the 2nd bill. How much of that is kept?" in asked
    preview = await boss_s.presses(1, "Return all · $20.00")
    assert "Goes back to the deposit: $39.50\nIs kept: $8.50\n" in preview
    assert "a second finance member has to agree" in preview
    assert "/cancel keep=8.50 the export was forbidden" in preview
    proposed = await boss_s.presses(1, "Confirm")
    assert "Proposed by Boss" in proposed
    assert "second finance member to agree: Tom" in proposed
    assert aki.received == heard
    assert (await shop.file(1)).order.stage is Stage.READY_TO_SHIP

    assert "You proposed" in await boss_s.writes("/cancel keep=8.50 the export was forbidden", 1)
    done = await tom_s.presses(1, "Agree")
    assert "The order is cancelled" in done
    assert "$39.50 went back to the deposit. $8.50 was kept." in done
    file = await shop.file(1)
    assert file.order.stage is Stage.CANCELLED
    assert file.purse.deposit.plain() == "39.50"
    assert "the export was forbidden" in aki.reads
    assert "$39.50" in aki.reads
    assert "$8.50" in aki.reads
    await opens(aki)
    assert (
        "You had paid $48.00. Of it $8.50 was kept for what it had already cost; $39.50 went back "
        "to your deposit." in aki.reads
    )
    history = await tom_s.writes("/history", 1)
    assert "Tom · cancelled (staff), $8.50 kept" in history
    assert "• because: the export was forbidden" in history
    assert await is_in_order(shop)


async def test_by_lines_it_takes_the_same_two(
    shop: Shop, aki: Somebody, boss: Somebody, boss_s: Colleague, tom_s: Colleague, mina: Colleague
) -> None:
    await both_paid(aki, boss)
    assert "Only finance members" in await mina.writes("/cancel mine", 1)
    assert "Only $48.00 was paid" in await boss_s.writes("/cancel keep=48.01 lost", 1)
    assert "Proposed by Boss" in await boss_s.writes("/cancel keep=8.50 lost", 1)
    assert "something else" in await tom_s.writes("/cancel keep=8.49 lost", 1)
    assert (await shop.file(1)).order.stage is Stage.READY_TO_SHIP
    assert "The order is cancelled" in await tom_s.writes("/cancel keep=8.50 the shop lost it", 1)
    assert "the shop lost it" in aki.reads
    assert (await shop.file(1)).purse.deposit.plain() == "39.50"
    assert await is_in_order(shop)


async def test_what_is_paid_meanwhile_was_not_agreed_to(
    shop: Shop, aki: Somebody, boss: Somebody, boss_s: Colleague, tom_s: Colleague
) -> None:
    await at_warehouse(aki, boss)
    await boss.says_in_topic("/bill EMS=20.00", 1)
    await boss_s.writes("/cancel keep=28.00 spoilt", 1)
    await opens(aki)
    await aki.presses("Pay 2nd bill", "EMS", "Confirm")
    await reports(aki, "20.00")
    assert "under review" in await tom_s.writes("/cancel keep=28.00 spoilt", 1)
    await boss.says_in_topic("/confirm 20.00 REF2", 1)
    answer = await tom_s.writes("/cancel keep=28.00 spoilt", 1)
    assert "Proposed by Tom" in answer  # about $48.00 now, no longer about $28.00
    assert (await shop.file(1)).order.stage is Stage.READY_TO_SHIP
    assert "The order is cancelled" in await boss_s.writes("/cancel keep=28.00 spoilt", 1)
    assert (await shop.file(1)).purse.deposit.plain() == "20.00"
