"""Applying again for what an order that has ended asked for."""

from __future__ import annotations

from domain.orders import Stage
from storage.tables import orders
from tests.stories.roads import ADDRESS, applies, opens
from tests.stories.shop import Shop, Somebody


async def test_a_cancelled_order_is_applied_for_again_with_what_was_rejected(
    shop: Shop, aki: Somebody, ben: Somebody, boss: Somebody
) -> None:
    await applies(aki, ("Blue mug", 2), ("Tea pot", 1))
    await opens(aki)
    assert not any("Apply again" in label for label in aki.buttons)
    await boss.says_in_topic("/reject 1 sold out", 1)
    await boss.says_in_topic("/reject 2 sold out", 1)
    assert (await shop.file(1)).order.stage is Stage.CANCELLED
    assert aki.buttons == ["🔁 Apply again", "Open order"]
    forged = aki.data_of("Apply again")
    await ben.starts()
    await ben.forges(forged)
    assert "check your application" not in ben.reads
    await aki.presses("Apply again")
    assert "Please check your application" in aki.reads
    for words in ("Blue mug × 2", "Tea pot × 1", ADDRESS, "Cheapest", "Buy the rest", "5 %"):
        assert words in aki.reads
    assert await shop.count(orders) == 1
    await aki.presses("Back", "10 %", "Confirm")
    assert "Your order has the number #2" in aki.reads
    old, new = (await shop.file(1)).order, (await shop.file(2)).order
    assert [(x.description, x.quantity) for x in new.lines] == [("Blue mug", 2), ("Tea pot", 1)]
    assert (new.address, new.tolerance_percent) == (old.address, 10)
    assert (new.stage, new.linked_to) == (Stage.APPLIED, None)


async def test_an_open_application_is_not_lost_by_it(
    shop: Shop, aki: Somebody, boss: Somebody
) -> None:
    await applies(aki)
    await boss.says_in_topic("/reject 1 sold out", 1)
    rejected = aki.last
    await aki.writes("/new", "Red cup")
    await aki.presses("Apply again", on=rejected)
    assert "in the middle of an application" in aki.toast
    assert "Red cup" in aki.reads
    assert await shop.count(orders) == 1
