"""Bills that turn out to be paid already: the customer is told what comes next."""

from __future__ import annotations

from domain.orders import Stage
from tests.stories.roads import applies, at_warehouse, opens
from tests.stories.shop import Shop, Somebody
from tests.stories.staffroom import Colleague


async def part_paid(shop: Shop, aki: Somebody, boss: Somebody, amount: str) -> None:
    """Two items at $10, $20 in all, and a part of it from the deposit."""
    await applies(aki, ("Mug", 1), ("Cup", 1))
    await boss.says_in_topic("/estimate 1=10 2=10", 1)
    await boss.says_in_topic(f"/confirm {amount} REF1", 1)
    await Colleague(shop, boss.person).presses(1, "Confirm")
    await opens(aki)
    await aki.presses("Pay 1st bill", "From deposit", "Confirm")


async def test_a_lower_estimate_that_is_covered_asks_for_nothing(
    shop: Shop, aki: Somebody, boss: Somebody
) -> None:
    await part_paid(shop, aki, boss, "15.00")
    await boss.says_in_topic("/estimate 1=5 2=10", 1)
    assert (await shop.file(1)).order.stage is Stage.PURCHASING
    assert "$15.00 instead of $20.00" in aki.reads
    assert "The 1st bill is paid. We are buying your items now." in aki.reads
    assert "pay it by" not in aki.reads


async def test_a_rejected_line_that_leaves_nothing_to_pay_says_so(
    shop: Shop, aki: Somebody, boss: Somebody
) -> None:
    await part_paid(shop, aki, boss, "10.00")
    await boss.says_in_topic("/reject 2 sold out", 1)
    assert (await shop.file(1)).order.stage is Stage.PURCHASING
    assert "The 1st bill is paid. We are buying your items now." in aki.reads


async def test_a_second_bill_paid_before_its_method_is_chosen_asks_for_the_method(
    shop: Shop, aki: Somebody, boss: Somebody
) -> None:
    await at_warehouse(aki, boss)
    await boss.says_in_topic("/bill EMS=20", 1)
    await boss.says_in_topic("/confirm 20.00 REF2", 1)
    await Colleague(shop, boss.person).presses(1, "Confirm")
    assert "We will ship your order next" not in aki.reads
    assert "confirm your address and request the shipping" in aki.reads
    assert "🟢 Request shipping" in aki.buttons
    await aki.presses("Request shipping", "EMS", "Confirm", "Request shipping")
    assert (await shop.file(1)).order.stage is Stage.READY_TO_SHIP
