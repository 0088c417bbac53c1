"""After shipping: parcels one by one, not arrived yet, and parcels that come back."""

from __future__ import annotations

from datetime import timedelta

from domain.orders import Flag, Stage
from tests.stories.roads import at_warehouse, opens, ready_to_ship, reports, shipped
from tests.stories.shop import Shop, Somebody


async def test_several_parcels_are_ticked_and_the_last_one_leads_to_the_settlement(
    shop: Shop, aki: Somebody, boss: Somebody
) -> None:
    await shipped(aki, boss)
    await boss.says_in_topic("/ship EMS EE987654321JP", 1)
    await opens(aki)
    await aki.presses("Reception report")
    assert "It comes in 2 parcels" in aki.reads
    await aki.presses("Parcel 2")
    assert any("☑️ Parcel 2" in label for label in aki.buttons)
    assert any("⬜️ Parcel 1" in label for label in aki.buttons)
    await aki.presses("Parcel 2", "Parcel 2")
    file = await shop.file(1)
    assert [parcel.arrived_at is not None for parcel in file.order.parcels] == [False, True]
    assert any("EE987654321JP" in x and "arrived" in x for x in shop.staff_read(1))
    await aki.presses("Parcel 1")
    assert "settlement" in aki.reads
    assert (await shop.file(1)).order.stage is Stage.SHIPPED
    await aki.presses("Confirm")
    assert (await shop.file(1)).order.stage is Stage.COMPLETED


async def test_one_parcel_needs_no_tick(shop: Shop, aki: Somebody, boss: Somebody) -> None:
    await shipped(aki, boss)
    await opens(aki)
    await aki.presses("Reception report")
    assert not any("Parcel" in label for label in aki.buttons)


async def test_not_arrived_yet_is_shown_confirmed_and_told_to_staff(
    shop: Shop, aki: Somebody, boss: Somebody
) -> None:
    await shipped(aki, boss)
    due_at = (await shop.file(1)).order.due_at
    assert due_at is not None
    await shop.let_pass(days=20)
    await opens(aki)
    await aki.presses("Not arrived yet")
    assert "look where it is" in aki.reads
    assert (await shop.file(1)).order.due_at == due_at
    await aki.presses("Confirm")
    assert "the date has moved" in aki.toast
    assert (await shop.file(1)).order.due_at == due_at + timedelta(days=15)
    assert any("has not arrived yet" in text for text in shop.staff_read(1))
    shop.clock.now += timedelta(hours=23)
    await opens(aki)
    await aki.presses("Not arrived yet", "Confirm")
    assert "within the last 24 hours" in aki.toast
    assert (await shop.file(1)).order.due_at == due_at + timedelta(days=15)


async def test_a_strangers_press_ticks_and_postpones_nothing(
    shop: Shop, aki: Somebody, ben: Somebody, boss: Somebody
) -> None:
    await shipped(aki, boss)
    await boss.says_in_topic("/ship EMS EE987654321JP", 1)
    before = (await shop.file(1)).order
    await opens(aki)
    wait = aki.data_of("Not arrived yet")
    await aki.presses("Reception report")
    tick = aki.data_of("Parcel 1")
    await ben.starts()
    for data in (wait, wait.replace(":na", ":nk"), tick):
        await ben.forges(data)
    assert (await shop.file(1)).order == before


async def test_a_parcel_that_comes_back_gets_a_new_bill_and_a_new_address(
    shop: Shop, aki: Somebody, boss: Somebody
) -> None:
    await at_warehouse(aki, boss)
    await boss.says_in_topic("/bill SAL=20", 1)
    await opens(aki)
    await aki.presses("Pay 2nd bill", "SAL", "Confirm")
    await reports(aki, "20.00")
    await boss.says_in_topic("/confirm 20.00 SHIP1", 1)
    await boss.says_in_topic("/ship SAL RR123456785JP", 1)

    shop.clock.now += timedelta(days=12)
    await boss.says_in_topic("/returned RR999999999JP no such house", 1)
    assert (await shop.file(1)).order.stage is Stage.SHIPPED
    await boss.says_in_topic("/returned RR123456785JP no such house", 1)
    assert "has come back to us" in aki.reads
    assert "no such house" in aki.reads
    assert (await shop.file(1)).order.stage is Stage.AT_WAREHOUSE
    await shop.let_pass(days=20)
    assert (await shop.file(1)).order.stage is Stage.AT_WAREHOUSE

    await boss.says_in_topic("/bill EMS=42.10", 1)
    assert "The 2nd bill is ready" in aki.reads
    await opens(aki)
    await aki.presses("Pay 2nd bill", "EMS")
    await aki.writes("Aki Mori\n9 Right House\nKyoto 600-0009\nJapan")
    await aki.presses("Confirm")
    assert "$42.10 to pay" in aki.reads
    await reports(aki, "42.10")
    await boss.says_in_topic("/confirm 42.10 SHIP2", 1)
    await boss.says_in_topic("/ship EMS EE123456785JP", 1)
    assert "on its way again" in aki.reads
    await opens(aki)
    await aki.presses("Shipping")
    assert "came back" in aki.reads
    await opens(aki)
    await aki.presses("Reception report", "Everything arrived")
    assert "Shipping of what came back: $20.00" in aki.reads
    assert "International shipping: $42.10" in aki.reads
    assert "exactly what it cost" in aki.reads
    await aki.presses("Confirm")
    file = await shop.file(1)
    assert file.order.stage is Stage.COMPLETED
    assert file.purse.deposit.is_zero


async def test_staff_take_a_parcel_back_with_a_button(
    shop: Shop, aki: Somebody, boss: Somebody
) -> None:
    await ready_to_ship(aki, boss)
    await boss.says_in_topic("/ship EMS EE123456785JP", 1)
    for label in ("Returned", "EE123456785JP"):
        boss.person.presses(label, shop.group, topic=shop.topic(1))
        await shop.rest()
    await boss.says_in_topic("refused at the door", 1)
    assert (await shop.file(1)).order.stage is Stage.SHIPPED
    boss.person.presses("Confirm", shop.group, topic=shop.topic(1))
    await shop.rest()
    order = (await shop.file(1)).order
    assert order.stage is Stage.AT_WAREHOUSE
    assert order.parcels[0].returned_at == shop.clock.now
    assert "refused at the door" in aki.reads


async def test_the_question_of_day_14_is_answered_under_it_and_asked_again(
    shop: Shop, aki: Somebody, boss: Somebody
) -> None:
    await shipped(aki, boss)
    before = (await shop.file(1)).order
    assert before.due_at is not None
    await shop.let_pass(days=15)
    assert "Has everything arrived?" in aki.reads
    assert "16 days are left." in aki.reads
    assert "last time" not in aki.reads
    assert "EE123456785JP" in aki.reads
    for label in ("Reception report", "Not arrived yet", "There is a problem"):
        assert any(label in button for button in aki.buttons)
    await aki.presses("Not arrived yet", "Confirm")
    assert "Has everything arrived?" not in aki.reads  # the card stands in its place
    await shop.let_pass(days=13)
    assert "Has everything arrived?" not in aki.reads
    await shop.let_pass(days=3)
    assert "Has everything arrived?" in aki.reads
    await shop.let_pass(days=30)
    file = await shop.file(1)
    assert file.order.stage is Stage.COMPLETED
    assert file.order.completed_at is not None
    assert file.order.completed_at >= before.due_at + timedelta(days=15)


async def test_while_one_parcel_is_sent_again_the_other_one_is_reported(
    shop: Shop, aki: Somebody, boss: Somebody
) -> None:
    await ready_to_ship(aki, boss)
    await boss.says_in_topic("/ship EMS EE123456785JP", 1)
    await boss.says_in_topic("/ship EMS EE987654321JP", 1)
    await boss.says_in_topic("/returned EE123456785JP nobody at home", 1)
    await opens(aki)
    await aki.presses("Reception report")
    assert "One of your parcels came back, and we send it again." in aki.reads
    assert aki.buttons[:2] == ["⬜️ Parcel 2 · EE987654321JP", "⚠️ There is a problem"]
    assert not any("Everything arrived" in label for label in aki.buttons)
    await aki.presses("Parcel 2")
    assert aki.buttons[0] == "☑️ Parcel 2 · EE987654321JP"
    order = (await shop.file(1)).order
    assert order.stage is Stage.AT_WAREHOUSE
    assert order.parcels[1].arrived_at == shop.clock.now
    await aki.presses("There is a problem")
    await aki.writes("One mug is broken")
    await aki.presses("Done")
    assert Flag.PROBLEM_OPEN in (await shop.file(1)).order.flags
