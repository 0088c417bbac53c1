"""Forms on top of each other, when what the lower one asks about has changed meanwhile."""

from __future__ import annotations

from domain.orders import Stage
from storage.tables import orders
from tests.stories.roads import ADDRESS, at_warehouse, opens, shipped
from tests.stories.shop import Shop, Somebody


async def asked_how_to_ship(aki: Somebody, boss: Somebody) -> None:
    await at_warehouse(aki, boss)
    await boss.says_in_topic("/bill EMS=42.10 SAL=20", 1)
    await opens(aki)
    await aki.presses("Pay 2nd bill")


async def applying_on_top(aki: Somebody, boss: Somebody) -> None:
    """The question of the 2nd bill is put aside, and its bill changes."""
    await asked_how_to_ship(aki, boss)
    await aki.writes("/new", "A second mug", "3")
    await boss.says_in_topic("/bill EMS=50", 1)


async def test_an_application_is_kept_when_the_form_below_it_is_outdated(
    shop: Shop, aki: Somebody, boss: Somebody
) -> None:
    await applying_on_top(aki, boss)
    await opens_note(aki)
    await aki.presses("Skip", "Done", "1.", "Cheapest", "Buy the rest", "0 %", "Confirm")
    assert await shop.count(orders) == 2
    assert "changed" in aki.reads or "outdated" in aki.reads
    await aki.writes("hello?")  # nothing is asked any more
    assert "Which order" in aki.reads


async def opens_note(aki: Somebody) -> None:
    """The open application's present question, below what came meanwhile."""
    await aki.writes("/new")


async def test_an_application_can_be_left_when_the_form_below_it_is_outdated(
    shop: Shop, aki: Somebody, boss: Somebody
) -> None:
    await applying_on_top(aki, boss)
    await aki.writes("/cancel")
    await aki.writes("hello?")
    assert "Which order" in aki.reads
    assert await shop.count(orders) == 1


async def test_a_typed_answer_that_comes_too_late_ends_its_form(
    shop: Shop, aki: Somebody, boss: Somebody
) -> None:
    await asked_how_to_ship(aki, boss)
    await aki.presses("SAL")
    await boss.says_in_topic("/bill EMS=50", 1)
    await aki.writes(ADDRESS)
    await aki.writes("hello?")
    assert "Which order" in aki.reads
    assert (await shop.file(1)).order.stage is Stage.AWAITING_SECOND_PAYMENT


async def test_a_problem_that_is_written_after_the_thirty_days_ends_its_form(
    shop: Shop, aki: Somebody, boss: Somebody
) -> None:
    await shipped(aki, boss)
    await opens(aki)
    await aki.presses("Reception report", "There is a problem")
    await shop.let_pass(days=32)
    await aki.writes("The mug is broken.")
    assert (await shop.file(1)).order.stage is Stage.COMPLETED
    await aki.writes("hello?")
    assert "Which order" in aki.reads
