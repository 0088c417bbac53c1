"""A part of an order goes ahead, and the rest becomes an order of its own."""

from __future__ import annotations

from domain.orders import LineState, Stage
from storage.proofs import prove
from storage.unit_of_work import looking
from tests.stories.shop import Shop, Somebody
from tests.stories.staffroom import Colleague
from tests.stories.test_warehouse import bought


async def test_part_ships_now_and_the_rest_follows_as_another_order(
    shop: Shop, aki: Somebody, boss: Somebody
) -> None:
    await bought(aki, boss)
    await boss.says_in_topic("/arrived 1=3", 1)
    await boss.says_in_topic("/split 2", 1)
    assert "We still wait for item 2." in aki.reads
    assert aki.buttons[:2] == ["🟢 Accept · send the rest now", "Wait · for everything"]
    forged = aki.data_of("Accept")
    await aki.presses("Accept")
    assert "nothing is paid twice" in aki.reads
    assert (await shop.file(1)).order.stage is Stage.AWAITING_ARRIVAL
    await aki.presses("Confirm")
    assert "Item 2 is order #2 now" in aki.reads
    assert aki.buttons == ["Open order · #1", "Open order · #2"]
    await aki.forges(forged)
    assert "outdated" in aki.toast

    rest, new = await shop.file(1), await shop.file(2)
    assert (rest.order.stage, new.order.stage) == (Stage.AT_WAREHOUSE, Stage.AWAITING_ARRIVAL)
    assert (rest.linked, new.linked) == ((2,), (1,))
    assert [(x.no, x.state) for x in new.order.lines] == [(2, LineState.BOUGHT)]
    assert "goes on here" in shop.staff_read(2)[-1]
    assert "Belongs together with #1" in shop.staff_read(2)[0]
    assert any("item 2 goes on as order #2" in text for text in shop.staff_read(1))

    await aki.starts("order_2")
    assert "Belongs together with: #1" in aki.reads
    await aki.presses("Bills")
    assert "Total: $20.00\nPaid: $20.00" in aki.reads
    await aki.starts("order_1")
    await aki.presses("Bills")
    assert "Tea pot" not in aki.reads
    assert "Total: $30.00\nPaid: $30.00" in aki.reads
    await aki.presses("Items")
    assert "it goes on in order #2" in aki.reads
    await aki.writes("/orders")
    assert "#2 · Tea pot · On the way" in aki.reads
    assert "#1 · Blue mug · In our warehouse" in aki.reads

    await boss.says_in_topic("/bill EMS=0", 1)
    await boss.says_in_topic("/arrived", 2)
    await boss.says_in_topic("/bill EMS=5", 2)
    assert (await shop.file(1)).order.stage is Stage.AWAITING_SECOND_PAYMENT
    assert (await shop.file(2)).order.stage is Stage.AWAITING_SECOND_PAYMENT
    await boss.says_in_topic("/history", 2)
    assert "split from #1" in shop.staff_read(2)[-1]
    async with looking(shop.daiko.database) as uow:
        assert await prove(uow.tx) == []


async def test_by_button_and_the_customer_waits_for_everything(
    shop: Shop, aki: Somebody, boss: Somebody
) -> None:
    await bought(aki, boss)
    staff = Colleague(shop, boss.person)
    preview = await staff.presses(1, "Split", "2 · Tea pot")
    assert "/split 2" in preview
    await staff.presses(1, "Confirm")
    await aki.presses("Wait", "Confirm")
    order = (await shop.file(1)).order
    assert not order.flags
    assert [x.question for x in order.lines] == [None, None]
    assert "does not want the split" in shop.staff_read(1)[-1]


async def test_everything_cannot_be_split_off(shop: Shop, aki: Somebody, boss: Somebody) -> None:
    await bought(aki, boss)
    before = (await shop.file(1)).order
    for line, answer in (("/split 1 2", "all of the order"), ("/split 7", "no item with")):
        await boss.says_in_topic(line, 1)
        assert answer in shop.staff_read(1)[-1]
    assert (await shop.file(1)).order == before
