"""One order with two lines, both bills by transfer, a price that rose and a debt at the end."""

from domain.orders import Stage
from storage.proofs import prove
from storage.unit_of_work import looking
from tests.stories.shop import Shop, Somebody

ADDRESS = "Aki Tanaka\nTorstraße 12\n10119 Berlin\nGermany"


async def applies(aki: Somebody) -> None:
    await aki.starts()
    await aki.presses("New order")
    await aki.writes("https://shop.example/teapot", "2")
    await aki.presses("Skip", "Add another item")
    await aki.writes("A blue cup", "1")
    await aki.presses("Skip", "Done")
    await aki.writes(ADDRESS)
    await aki.presses("Fastest", "Buy the rest", "10 %", "Confirm")


async def reports(aki: Somebody) -> None:
    await aki.presses("Bank transfer", "I have transferred it", "$", "Today")
    await aki.writes("Aki Tanaka")
    await aki.presses("Skip", "Confirm")


async def stage(shop: Shop) -> Stage:
    return (await shop.file(1)).order.stage


async def test_an_order_lives_from_application_to_reception(
    shop: Shop, aki: Somebody, boss: Somebody
) -> None:
    await applies(aki)
    await boss.says_in_topic("/estimate 1=12.50 2=8 shipping=5 fee=3", 1)
    assert await stage(shop) is Stage.AWAITING_FIRST_PAYMENT
    await aki.presses("Pay 1st bill")
    await reports(aki)
    assert (await shop.file(1)).order.frozen_at is not None
    await boss.says_in_topic("/confirm 41.00 BANK-1", 1)
    assert await stage(shop) is Stage.PURCHASING

    await boss.says_in_topic("/bought 1=13.00", 1)
    assert await stage(shop) is Stage.PURCHASING
    await boss.says_in_topic("/bought", 1)
    assert await stage(shop) is Stage.AWAITING_ARRIVAL
    await boss.says_in_topic("/arrived 1=1", 1)
    assert await stage(shop) is Stage.AWAITING_ARRIVAL
    await boss.says_in_topic("/arrived", 1)
    assert await stage(shop) is Stage.AT_WAREHOUSE

    await boss.says_in_topic("/bill EMS=42.10 SAL=20", 1)
    await aki.presses("Pay 2nd bill", "EMS", "Confirm")
    await reports(aki)
    await boss.says_in_topic("/confirm 42.10 BANK-2", 1)
    assert await stage(shop) is Stage.READY_TO_SHIP
    await boss.says_in_topic("/ship EMS EE123456785JP", 1)
    assert await stage(shop) is Stage.SHIPPED
    assert "EE123456785JP" in aki.reads

    await aki.presses("Open order", "Reception report", "Everything arrived")
    assert "$84.10" in aki.reads
    await aki.presses("Confirm")
    file = await shop.file(1)
    assert file.order.stage is Stage.COMPLETED
    # 83.10 were paid and it cost 84.10: a teapot rose by 0.50, within the tolerance
    assert (file.purse.deposit.minor, file.purse.owed.minor) == (0, 100)
    async with looking(shop.daiko.database) as uow:
        assert await prove(uow.tx) == []


async def test_words_go_both_ways_and_notes_among_staff_stay_inside(
    shop: Shop, aki: Somebody, boss: Somebody
) -> None:
    await applies(aki)
    await aki.presses("Open order", "Messages", "New message")
    await aki.writes("Is the cup <b>really</b> blue & new?")
    assert any("Is the cup <b>really</b> blue & new?" in text for text in shop.staff_read(1))
    before = aki.reads
    await boss.says_in_topic("// only among us", 1)
    assert aki.reads == before
    await boss.says_in_topic("Yes, it is. See you!", 1)
    assert "Yes, it is. See you!" in aki.reads
    assert "#1" in aki.reads
    await aki.presses("Open order", "Messages")
    assert "Yes, it is. See you!" in aki.reads
    assert "Is the cup <b>really</b> blue & new?" in aki.reads


async def test_a_card_leads_to_the_other_ongoing_orders_and_to_no_ended_one(
    shop: Shop, aki: Somebody
) -> None:
    for _ in range(3):
        await applies(aki)
    await aki.presses("Open order", "Cancel order", "Confirm")  # the newest, #3
    await aki.writes("/orders")
    await aki.presses("#2")
    assert "#2" in aki.reads
    assert "#1" in aki.buttons
    assert "#3" not in aki.buttons
    await aki.presses("#1")
    assert "#1" in aki.reads
