"""Aki pays: by transfer with a report, and from her deposit."""

from __future__ import annotations

from domain.orders import Stage
from storage.tables import orders
from tests.stories.roads import at_warehouse, estimated, opens, reports
from tests.stories.shop import Shop, Somebody


async def at_report(aki: Somebody, boss: Somebody) -> None:
    await estimated(aki, boss)
    await opens(aki)
    await aki.presses("Pay 1st bill", "Bank transfer", "I have transferred it")


async def test_the_transfer_shows_account_amount_and_code(
    shop: Shop, aki: Somebody, boss: Somebody
) -> None:
    await estimated(aki, boss)
    await opens(aki)
    await aki.presses("Pay 1st bill", "Bank transfer")
    code = next(
        button["copy_text"]["text"]
        for row in aki.last["reply_markup"]["inline_keyboard"]
        for button in row
        if "copy_text" in button
    )
    assert code in aki.reads
    assert "$28.00" in aki.reads
    assert "First Bank\n123-456-789\nDaiko Ltd." in aki.reads
    await aki.presses("Back")
    assert "How would you like to pay?" in aki.reads
    await aki.presses("Back")
    assert "🟢 Pay 1st bill · $28.00" in aki.buttons


async def test_an_amount_can_be_typed_in_several_ways(aki: Somebody, boss: Somebody) -> None:
    await at_report(aki, boss)
    for typed in ("28.00", "$28.00", "28", "28.00 USD"):
        await aki.writes(typed)
        assert "When" in aki.reads, typed
        await aki.presses("Back")


async def test_a_wrong_amount_is_asked_again(aki: Somebody, boss: Somebody) -> None:
    await at_report(aki, boss)
    for typed in ("0", "-5", "1,000", "28.001", "abc", "€28", "２８", "1e3", "."):
        await aki.writes(typed)
        assert "How much did you transfer?" in aki.reads, typed
        assert "28.00" in aki.reads


async def test_a_wrong_date_is_asked_again(aki: Somebody, boss: Somebody) -> None:
    await at_report(aki, boss)
    await aki.presses("$28.00")
    for typed, why in (
        ("2026-11-03", "future"),
        ("2026-10-02", "too long ago"),
        ("11/02/2026", "year-month-day"),
        ("2026-02-30", "year-month-day"),
    ):
        await aki.writes(typed)
        assert why in aki.reads, typed
    await aki.writes("2026-10-03")
    assert "name" in aki.reads


async def test_today_is_the_customers_day(shop: Shop, aki: Somebody, boss: Somebody) -> None:
    await aki.writes("/settings")
    await aki.presses("Time zone", "Tokyo")
    shop.clock.forward(hours=8)  # 17:00 UTC on the 2nd is the 3rd in Tokyo
    await at_report(aki, boss)
    await aki.presses("$28.00", "Today")
    await aki.writes("Aki Mori")
    await aki.presses("Skip")
    assert "3 Nov 2026" in aki.reads
    await aki.presses("Confirm")
    report = (await shop.file(1)).report
    assert report is not None
    assert str(report.transferred_on) == "2026-11-03"


async def test_a_receipt_is_a_photo_or_skipped(shop: Shop, aki: Somebody, boss: Somebody) -> None:
    await at_report(aki, boss)
    await aki.presses("$28.00", "Yesterday")
    await aki.writes("Aki Mori", "here it is")
    assert aki.reads.startswith("Please send a photo.")
    photo = await aki.sends_photo()
    await aki.presses("Confirm")
    report = (await shop.file(1)).report
    assert report is not None
    assert report.receipt == photo["photo"][-1]["file_id"]
    assert str(report.transferred_on) == "2026-11-01"
    assert any("$28.00" in text for text in shop.staff_read(1))


async def test_a_report_of_another_amount_shows_the_bill_beside_it(
    shop: Shop, aki: Somebody, boss: Somebody
) -> None:
    await at_report(aki, boss)
    await aki.writes("20.00")
    await aki.presses("Today")
    await aki.writes("Aki Mori")
    await aki.presses("Skip")
    assert "the bill asks for $28.00" in aki.reads
    await aki.presses("Confirm")
    assert (await shop.file(1)).order.stage is Stage.AWAITING_FIRST_PAYMENT


async def test_confirm_pressed_twice_makes_one_report(
    shop: Shop, aki: Somebody, boss: Somebody
) -> None:
    await at_report(aki, boss)
    await aki.presses("$28.00", "Today")
    await aki.writes("Aki Mori")
    await aki.presses("Skip")
    aki.person.presses("Confirm")
    aki.person.presses("Confirm")
    await shop.rest()
    assert len((await shop.file(1)).payments) == 1
    assert "outdated" in aki.toast


async def test_a_report_under_review_can_be_withdrawn(
    shop: Shop, aki: Somebody, boss: Somebody
) -> None:
    await estimated(aki, boss)
    await opens(aki)
    await aki.presses("Pay 1st bill")
    await reports(aki)
    await opens(aki)
    assert not any("Pay 1st bill" in label for label in aki.buttons)
    await aki.presses("Withdraw")
    assert (await shop.file(1)).report is not None  # it only asked
    await aki.presses("Confirm")
    file = await shop.file(1)
    assert file.report is None
    assert file.order.frozen_at is None
    assert "🟢 Pay 1st bill · $28.00" in aki.buttons


async def test_a_report_for_a_bill_that_is_gone_ends_the_form(
    shop: Shop, aki: Somebody, boss: Somebody
) -> None:
    await at_report(aki, boss)
    await aki.presses("$28.00", "Today")
    await aki.writes("Aki Mori")
    await aki.presses("Skip")
    await boss.says_in_topic("/cancel sold out", 1)
    await aki.presses("Confirm")
    assert (await shop.file(1)).report is None
    assert "nothing to pay" in aki.toast
    await aki.writes("hello?")  # the form is over: this is a text without a context
    assert "Which order" in aki.reads


async def test_a_deposit_that_is_too_small_pays_its_part(
    shop: Shop, aki: Somebody, boss: Somebody
) -> None:
    await estimated(aki, boss)
    await opens(aki)
    await aki.presses("Pay 1st bill")
    await reports(aki, "20.00")
    await boss.says_in_topic("/confirm 20.00 REF1", 1)  # short: it goes to the deposit
    await opens(aki)
    await aki.presses("Pay 1st bill")
    assert "💰 From deposit · $20.00" in aki.buttons
    await aki.presses("From deposit")
    assert "$8.00 of the bill remains" in aki.reads
    assert (await shop.file(1)).purse.deposit.minor == 2000  # nothing has moved yet
    await aki.presses("Confirm")
    file = await shop.file(1)
    assert file.purse.deposit.is_zero
    assert file.order.first_bill is not None
    assert file.order.first_bill.remaining.minor == 800
    assert "$8.00" in aki.reads
    await reports(aki, "8.00")
    await boss.says_in_topic("/confirm 8.00 REF2", 1)
    assert (await shop.file(1)).order.stage is Stage.PURCHASING


async def test_a_deposit_that_is_large_enough_pays_the_bill(
    shop: Shop, aki: Somebody, boss: Somebody
) -> None:
    await estimated(aki, boss)
    await opens(aki)
    await aki.presses("Pay 1st bill")
    await reports(aki, "100")
    await boss.says_in_topic("/confirm 100 REF1", 1)
    await boss.says_in_topic("/bought", 1)
    await boss.says_in_topic("/arrived", 1)
    await boss.says_in_topic("/bill EMS=42.10", 1)
    await opens(aki)
    await aki.presses("Pay 2nd bill", "EMS", "Confirm")
    assert "💰 From deposit · $72.00" in aki.buttons
    await aki.presses("From deposit", "Confirm")
    assert "paid from your deposit" in aki.toast
    file = await shop.file(1)
    assert file.purse.deposit.minor == 2990
    assert file.order.stage is Stage.READY_TO_SHIP


async def test_from_deposit_confirmed_twice_moves_the_part_once(
    shop: Shop, aki: Somebody, boss: Somebody
) -> None:
    await estimated(aki, boss)
    await opens(aki)
    await aki.presses("Pay 1st bill")
    await reports(aki, "20.00")
    await boss.says_in_topic("/confirm 20.00 REF1", 1)
    await opens(aki)
    await aki.presses("Pay 1st bill", "From deposit")
    aki.person.presses("Confirm")
    aki.person.presses("Confirm")
    await shop.rest()
    file = await shop.file(1)
    assert "outdated" in aki.toast
    assert file.order.first_bill is not None
    assert (file.order.first_bill.paid.minor, file.purse.deposit.minor) == (2000, 0)


async def test_the_second_bill_takes_a_new_address(
    shop: Shop, aki: Somebody, boss: Somebody
) -> None:
    await at_warehouse(aki, boss)
    await boss.says_in_topic("/bill EMS=42.10 SAL=20", 1)
    await opens(aki)
    await aki.presses("Pay 2nd bill", "SAL")
    await aki.writes("nowhere")
    assert "at least 10 characters" in aki.reads
    await aki.writes("Aki Mori\n9 Other Street\nOsaka")
    assert "Is this the new address" in aki.reads
    assert "Chuo" in (await shop.file(1)).order.address  # not before it is confirmed
    await aki.presses("Confirm")
    order = (await shop.file(1)).order
    assert order.address == "Aki Mori\n9 Other Street\nOsaka"
    assert order.second_bill is not None
    assert (order.second_bill.method, order.second_bill.total.minor) == ("SAL", 2000)
    assert "$20.00" in aki.reads
    await aki.presses("Shipping", "EMS", "Confirm")
    assert "$42.10" in aki.reads


async def test_a_bill_of_zero_asks_for_request_shipping(
    shop: Shop, aki: Somebody, boss: Somebody
) -> None:
    await at_warehouse(aki, boss)
    await boss.says_in_topic("/bill EMS=0", 1)
    await opens(aki)
    await aki.presses("Request shipping", "EMS", "Confirm")
    assert (await shop.file(1)).order.stage is Stage.AWAITING_SECOND_PAYMENT
    assert "🟢 Request shipping" in aki.buttons
    await aki.presses("Request shipping")
    assert (await shop.file(1)).order.stage is Stage.READY_TO_SHIP


async def test_paying_in_the_middle_of_an_application_comes_back_to_it(
    shop: Shop, aki: Somebody, boss: Somebody
) -> None:
    await estimated(aki, boss)
    await aki.writes("/new", "A second mug")
    await opens(aki)
    await aki.presses("Pay 1st bill")
    await reports(aki)
    assert "How many" in aki.reads
    await aki.writes("3")
    await aki.presses("Skip", "Done", "1.", "Cheapest", "Buy the rest", "0 %", "Confirm")
    assert await shop.count(orders) == 2
    assert (await shop.file(1)).report is not None
