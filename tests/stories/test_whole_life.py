"""One order from the application to the reception report, as people would take it there."""

from __future__ import annotations

from domain.orders import Stage
from tests.stories.roads import applies, opens, reports
from tests.stories.shop import Shop, Somebody


async def test_an_order_is_taken_through_its_whole_life(
    shop: Shop, aki: Somebody, boss: Somebody
) -> None:
    await aki.starts()
    await applies(aki, ("Blue mug", 2), ("Tea pot", 1))
    await boss.says_in_topic("/estimate 1=12.50 2=40 shipping=5 fee=3", 1)
    assert "$73.00" in aki.reads

    await opens(aki)
    assert "🟢 Pay 1st bill · $73.00" in aki.buttons
    await aki.presses("Pay 1st bill")
    assert aki.buttons == ["🏦 Bank transfer", "⬅️ Back"]
    await aki.presses("Bank transfer")
    assert "123-456-789" in aki.reads
    assert "$73.00" in aki.reads
    await aki.presses("I have transferred it", "$73.00", "Today")
    await aki.writes("Aki Mori")
    await aki.sends_photo()
    assert "$73.00" in aki.reads
    assert "Aki Mori" in aki.reads
    assert (await shop.file(1)).report is None
    await aki.presses("Confirm")
    assert "thank you" in aki.reads
    assert (await shop.file(1)).report is not None

    await boss.says_in_topic("/confirm 73.00 BANK1", 1)
    assert (await shop.file(1)).order.stage is Stage.PURCHASING
    await boss.says_in_topic("/bought", 1)
    await boss.says_in_topic("/arrived", 1)
    await boss.says_in_topic("/bill EMS=42.10 SAL=20", 1)

    await opens(aki)
    await aki.presses("Pay 2nd bill")
    assert aki.buttons[:2] == ["EMS · $42.10", "SAL · $20.00"]
    await aki.presses("EMS · $42.10")
    assert "1-2-3 Chuo" in aki.reads
    await aki.presses("Confirm")
    assert "$42.10" in aki.reads
    await reports(aki, "$42.10")
    await boss.says_in_topic("/confirm 42.10 BANK2", 1)
    assert (await shop.file(1)).order.stage is Stage.READY_TO_SHIP

    await boss.says_in_topic("/ship EMS EE123456785JP", 1)
    assert "EE123456785JP" in aki.reads
    await opens(aki)
    await aki.presses("Open order", "Reception report", "Everything arrived")
    assert "Cost: $115.10" in aki.reads
    assert "Paid: $115.10" in aki.reads
    assert (await shop.file(1)).order.stage is Stage.SHIPPED
    await aki.presses("Confirm")

    assert aki.toast == "The order is completed. Thank you!"
    file = await shop.file(1)
    assert file.order.stage is Stage.COMPLETED
    assert file.purse.deposit.is_zero
