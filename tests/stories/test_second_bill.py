"""The 2nd bill: a choice of methods, a change of mind until it is packed, and storage."""

from __future__ import annotations

from domain.orders import Stage
from tests.stories.roads import at_warehouse, opens, reports
from tests.stories.shop import Shop, Somebody

PARIS = "Aki Mori\n5 Rue Neuve\n75001 Paris\nFrance"


async def paid(aki: Somebody, boss: Somebody, method: str, amount: str) -> None:
    """Ready to ship by this method."""
    await at_warehouse(aki, boss)
    await boss.says_in_topic("/bill EMS=42.10 SAL=20 extra=1.50 a crate", 1)
    await opens(aki)
    await aki.presses("Pay 2nd bill", method, "Confirm")
    await reports(aki, amount)
    await boss.says_in_topic(f"/confirm {amount} SHIP1", 1)


async def test_what_comes_on_top_of_the_shipping_is_said_from_the_choice_to_the_payment(
    shop: Shop, aki: Somebody, boss: Somebody
) -> None:
    await at_warehouse(aki, boss)
    await boss.says_in_topic("/bill EMS=42.10 SAL=20 extra=5 gift wrap", 1)
    await opens(aki)
    await aki.presses("Pay 2nd bill")
    assert aki.reads == (
        "Order #1: how shall we ship it to you? Prices are for all of it.\n"
        "To each of them belongs:\ngift wrap: $5.00"
    )
    await aki.presses("SAL")
    assert "We would ship by SAL, for $20.00.\ngift wrap: $5.00\nTogether: $25.00" in aki.reads
    await aki.presses("Confirm")
    assert "$25.00 to pay\n\nSAL: $20.00\ngift wrap: $5.00\n\nWe ship by SAL to:" in aki.reads


async def test_the_address_can_be_mended_until_it_is_packed(
    shop: Shop, aki: Somebody, boss: Somebody
) -> None:
    await paid(aki, boss, "SAL", "21.50")
    await opens(aki)
    assert "Until it is packed you can still change" in aki.reads
    await aki.presses("Change shipping", "SAL")
    assert "There is nothing more to pay" in aki.reads
    await aki.writes(PARIS)
    await aki.presses("Confirm")
    assert "the shipping is changed" in aki.reads
    assert "75001 Paris" in aki.reads
    (told,) = [text for text in shop.staff_read(1) if "changed the shipping after" in text]
    assert told.index("Kyoto 600-0000") < told.index("75001 Paris")
    assert (await shop.file(1)).order.address == PARIS

    before = aki.last
    await opens(aki)
    await boss.says_in_topic("/pack", 1)
    assert "Your order is packed" in aki.reads
    assert "75001 Paris" in aki.reads
    await opens(aki)
    assert "Your order is packed" not in aki.reads
    assert "Method and address stay as they are" in aki.reads
    assert not any("Change shipping" in label for label in aki.buttons)
    await boss.says_in_topic("/ship SAL RR123456785JP", 1)
    assert before != aki.last
    assert (await shop.file(1)).order.stage is Stage.SHIPPED


async def test_a_dearer_method_is_said_before_and_paid_before_it_is_shipped(
    shop: Shop, aki: Somebody, boss: Somebody
) -> None:
    await paid(aki, boss, "SAL", "21.50")
    await opens(aki)
    await aki.presses("Change shipping", "EMS")
    assert "$22.10 more than you paid" in aki.reads
    assert (await shop.file(1)).order.stage is Stage.READY_TO_SHIP
    await aki.presses("Confirm")
    assert "$22.10 to pay" in aki.reads
    assert (await shop.file(1)).order.stage is Stage.AWAITING_SECOND_PAYMENT
    assert any("Do not ship yet: $22.10 more" in text for text in shop.staff_read(1))
    await boss.says_in_topic("/ship EMS EE123456785JP", 1)
    assert (await shop.file(1)).order.stage is Stage.AWAITING_SECOND_PAYMENT
    await reports(aki, "22.10")
    await boss.says_in_topic("/confirm 22.10 SHIP2", 1)
    await boss.says_in_topic("/ship EMS EE123456785JP", 1)
    assert (await shop.file(1)).order.stage is Stage.SHIPPED
    await opens(aki)
    await aki.presses("Reception report", "Everything arrived")
    assert "International shipping: $43.60" in aki.reads
    assert "exactly what it cost" in aki.reads


async def test_a_cheaper_method_comes_back_with_the_settlement(
    shop: Shop, aki: Somebody, boss: Somebody
) -> None:
    await paid(aki, boss, "EMS", "43.60")
    await opens(aki)
    await aki.presses("Change shipping", "SAL")
    assert "That is $22.10 less" in aki.reads
    await aki.presses("Confirm")
    file = await shop.file(1)
    assert file.order.stage is Stage.READY_TO_SHIP
    assert file.purse.deposit.minor == 0
    await boss.says_in_topic("/ship SAL RR123456785JP", 1)
    await opens(aki)
    await aki.presses("Reception report", "Everything arrived")
    assert "$22.10 too much: it goes to your deposit" in aki.reads
    await aki.presses("Confirm")
    assert (await shop.file(1)).purse.deposit.minor == 2_210


async def test_a_form_that_was_open_when_it_was_packed_changes_nothing(
    shop: Shop, aki: Somebody, boss: Somebody
) -> None:
    await paid(aki, boss, "SAL", "21.50")
    await opens(aki)
    await aki.presses("Change shipping", "SAL")
    form = aki.last
    await boss.says_in_topic("/pack", 1)
    await aki.presses("Confirm", on=form)
    assert "outdated" in aki.toast
    order = (await shop.file(1)).order
    assert order.packed_at is not None
    assert order.address.endswith("Kyoto 600-0000\nJapan")


async def test_storage_is_counted_and_nothing_ends_it(
    shop: Shop, aki: Somebody, boss: Somebody
) -> None:
    await at_warehouse(aki, boss)
    await opens(aki)
    assert "Stored since" in aki.reads
    await shop.let_pass(days=12)
    await boss.says_in_topic("/bill EMS=42.10", 1)
    await opens(aki)
    assert "12 days. Nothing is thrown away" in aki.reads
    await aki.presses("Bills")
    assert "12 days" in aki.reads
    await shop.let_pass(days=25)
    assert (await shop.file(1)).order.stage is Stage.AWAITING_SECOND_PAYMENT
    assert "The 2nd bill has waited for you" in aki.reads
    assert "Your goods are safe in our warehouse" in aki.reads
    assert any("Pay 2nd bill" in label for label in aki.buttons)


async def test_staff_pack_with_a_button_and_a_second_time_are_told(
    shop: Shop, aki: Somebody, boss: Somebody
) -> None:
    await paid(aki, boss, "SAL", "21.50")
    boss.person.presses("Packed", shop.group, topic=shop.topic(1))
    await shop.rest()
    boss.person.presses("Confirm", shop.group, topic=shop.topic(1))
    await shop.rest()
    assert (await shop.file(1)).order.packed_at is not None
    await boss.says_in_topic("/pack", 1)
    assert any("is packed already, so its method" in text for text in shop.staff_read(1))
    assert sum("Your order is packed" in text for text in aki.received) == 1
    for label in ("Unpack", "Confirm"):
        boss.person.presses(label, shop.group, topic=shop.topic(1))
        await shop.rest()
    assert (await shop.file(1)).order.packed_at is None
    assert "Your order is not packed after all." in aki.reads
    await opens(aki)
    assert any("Change shipping" in label for label in aki.buttons)


async def test_on_hold_and_in_another_hand_nothing_is_changed(
    shop: Shop, aki: Somebody, ben: Somebody, boss: Somebody
) -> None:
    await paid(aki, boss, "SAL", "21.50")
    await opens(aki)
    card, change = aki.last, aki.data_of("Change shipping")
    await ben.starts()
    await ben.forges(change)
    assert "cannot find" in ben.toast
    await boss.says_in_topic("/hold the shop asks", 1)
    await aki.presses("Change shipping", on=card)
    assert "outdated" in aki.toast
    await opens(aki)
    assert not any("Change shipping" in label for label in aki.buttons)
    order = (await shop.file(1)).order
    assert order.second_bill is not None
    assert (order.second_bill.method, order.second_bill.version) == ("SAL", 1)
