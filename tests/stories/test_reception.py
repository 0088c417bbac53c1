"""The goods arrived, or there is a problem with them."""

from __future__ import annotations

from domain.orders import Flag, Stage
from storage.tables import note
from tests.stories.roads import opens, shipped
from tests.stories.shop import Shop, Somebody


async def test_the_settlement_is_shown_before_anything_is_settled(
    shop: Shop, aki: Somebody, boss: Somebody
) -> None:
    await shipped(aki, boss)
    await boss.says_in_topic("/adjust -3.00 a coupon", 1)
    await opens(aki)
    await aki.presses("Reception report", "Everything arrived")
    assert "Domestic shipping: $5.00" in aki.reads
    assert "Our fee: $3.00" in aki.reads
    assert "Adjustment: -$3.00" in aki.reads
    assert "Cost: $25.00" in aki.reads
    assert "Paid: $28.00" in aki.reads
    assert "$3.00 too much: it goes to your deposit" in aki.reads
    assert (await shop.file(1)).purse.deposit.is_zero
    await aki.presses("Confirm")
    assert (await shop.file(1)).purse.deposit.minor == 300
    assert (await shop.file(1)).order.stage is Stage.COMPLETED


async def test_confirm_pressed_twice_settles_once(
    shop: Shop, aki: Somebody, boss: Somebody
) -> None:
    await shipped(aki, boss)
    await boss.says_in_topic("/adjust -3.00 a coupon", 1)
    await opens(aki)
    await aki.presses("Reception report", "Everything arrived")
    aki.person.presses("Confirm")
    aki.person.presses("Confirm")
    await shop.rest()
    assert (await shop.file(1)).purse.deposit.minor == 300
    assert "outdated" in aki.toast


async def test_a_problem_takes_text_and_photos_until_done(
    shop: Shop, aki: Somebody, boss: Somebody
) -> None:
    await shipped(aki, boss)
    await opens(aki)
    await aki.presses("Reception report", "There is a problem")
    assert await shop.count(note) == 0
    await aki.writes("One mug is <broken>")
    assert Flag.PROBLEM_OPEN in (await shop.file(1)).order.flags
    await aki.sends_photo(caption="see here")
    await aki.sends_photo()
    assert "3 messages" in aki.reads
    await aki.sends_sticker()
    assert "4 messages" in aki.reads
    await aki.presses("Done")
    assert "we look into it" in aki.reads

    assert await shop.count(note) == 4
    file = await shop.file(1)
    assert file.order.stage is Stage.SHIPPED
    assert [each.media for each in file.notes] == ["", "photo", "photo", "sticker"]
    assert sum("One mug is <broken>" in text for text in shop.staff_read(1)) >= 1
    await opens(aki)
    assert not any("Reception report" in label for label in aki.buttons)

    await boss.says_in_topic("/solve A new mug is on its way", 1)
    assert "A new mug is on its way" in aki.reads
    await opens(aki)
    await aki.presses("Reception report", "Everything arrived", "Confirm")
    assert (await shop.file(1)).order.stage is Stage.COMPLETED


async def test_a_problem_that_is_left_opens_nothing(
    shop: Shop, aki: Somebody, boss: Somebody
) -> None:
    await shipped(aki, boss)
    await opens(aki)
    await aki.presses("Reception report", "There is a problem", "Cancel")
    assert "Nothing was sent" in aki.reads
    assert not (await shop.file(1)).order.flags
