"""Aki applies for an order."""

from __future__ import annotations

import asyncio

from domain.orders import Preference, SoldOut, Stage
from storage.tables import orders
from tests.stories.shop import Shop, Somebody

ADDRESS = "Aki Mori\n1-2-3 Chuo\nKyoto 600-0000\nJapan"


async def up_to_review(aki: Somebody) -> None:
    await aki.writes("/new", "https://shop.example/mug", "2")
    await aki.presses("Skip", "Done")
    await aki.writes(ADDRESS)
    await aki.presses("Cheapest", "Buy the rest", "5 %")


async def test_aki_applies_for_two_items(shop: Shop, aki: Somebody) -> None:
    await aki.starts()
    await aki.presses("New order")
    assert "link" in aki.reads
    await aki.writes("https://shop.example/mug?a=1&b=<2>")
    assert "How many" in aki.reads
    await aki.writes("2")
    assert aki.buttons == ["⬅️ Back", "⏭ Skip", "✖️ Cancel"]
    await aki.writes("the <blue> one")
    assert aki.buttons[:2] == ["➕ Add another item", "✅ Done"]
    await aki.presses("Add another item")
    photo = await aki.sends_photo(caption="A tea pot like this")
    await aki.writes("1")
    await aki.presses("Skip", "Done")
    await aki.writes(ADDRESS)
    assert aki.buttons[:3] == ["Cheapest", "Fastest", "Ask me"]
    await aki.presses("Fastest")
    assert aki.buttons[:2] == ["Buy the rest", "Cancel everything"]
    await aki.presses("Cancel everything")
    assert aki.buttons[:3] == ["0 %", "5 %", "10 %"]
    await aki.presses("10 %")

    assert "the <blue> one" in aki.reads
    assert "1-2-3 Chuo" in aki.reads
    assert await shop.count(orders) == 0  # nothing is an order before it is confirmed
    await aki.presses("Confirm")

    assert "#1" in aki.reads
    assert "estimate" in aki.reads
    order = (await shop.file(1)).order
    assert order.stage is Stage.APPLIED
    assert [(line.no, line.description, line.quantity, line.note) for line in order.lines] == [
        (1, "https://shop.example/mug?a=1&b=<2>", 2, "the <blue> one"),
        (2, "A tea pot like this", 1, ""),
    ]
    assert order.lines[1].photo == photo["photo"][-1]["file_id"]
    assert order.address == ADDRESS
    assert order.preference is Preference.FASTEST
    assert order.sold_out is SoldOut.CANCEL_EVERYTHING
    assert order.tolerance_percent == 10
    assert shop.topic(1).name.startswith("#1")


async def test_the_new_order_can_be_opened_from_its_answer(aki: Somebody) -> None:
    await up_to_review(aki)
    await aki.presses("Confirm", "Open order")
    assert "Order #1" in aki.reads
    assert "Applied" in aki.reads


async def test_the_last_address_is_offered_the_next_time(shop: Shop, aki: Somebody) -> None:
    await up_to_review(aki)
    await aki.presses("Confirm")
    await aki.writes("/new", "Another mug", "1")
    await aki.presses("Skip", "Done")
    await aki.presses("1. Aki Mori")
    await aki.presses("Ask me", "Buy the rest", "0 %", "Confirm")
    assert (await shop.file(2)).order.address == ADDRESS


async def test_a_wrong_quantity_is_asked_again(aki: Somebody) -> None:
    await aki.writes("/new", "A mug")
    for typed in ("0", "-1", "1.5", "two", "1,000,000", "1000", "<b>2</b>"):
        await aki.writes(typed)
        assert aki.reads.startswith("Please send a whole number from 1 to 999"), typed
        assert "How many" in aki.reads
    await aki.sends_sticker()
    assert aki.reads.startswith("Please write it as a text message.")
    await aki.writes("3")
    assert "note" in aki.reads


async def test_what_is_too_long_or_too_short_is_asked_again(aki: Somebody) -> None:
    await aki.writes("/new", "x" * 1001)
    assert "1001 characters, and 1000 fit" in aki.reads
    await aki.writes("x" * 1000, "1", "n" * 501)
    assert "501 characters, and 500 fit" in aki.reads
    await aki.presses("Skip", "Done")
    await aki.writes("short")
    assert "at least 10 characters" in aki.reads
    await aki.writes("a" * 501)
    assert "501 characters, and 500 fit" in aki.reads
    await aki.sends_sticker()
    assert "text message" in aki.reads
    await aki.writes(ADDRESS)
    assert aki.buttons[0] == "Cheapest"


async def test_typing_where_a_button_is_wanted_is_answered(aki: Somebody) -> None:
    await aki.writes("/new", "A mug", "1")
    await aki.presses("Skip")
    await aki.writes("and a pot")
    assert aki.reads.startswith("Please press one of the buttons.")
    assert aki.buttons[:2] == ["➕ Add another item", "✅ Done"]


async def test_back_goes_one_question_back_at_any_step(shop: Shop, aki: Somebody) -> None:
    await aki.writes("/new", "A mug", "2")
    await aki.presses("Skip", "Add another item")
    await aki.writes("A pot", "1", "a green one")
    await aki.presses("Back", "Back")
    assert "How many" in aki.reads
    await aki.presses("Back", "Back", "Back", "Back")
    assert "How many" in aki.reads
    await aki.writes("7")
    await aki.presses("Skip", "Done")
    await aki.writes(ADDRESS)
    await aki.presses("Fastest", "Back", "Cheapest", "Buy the rest", "0 %", "Confirm")

    order = (await shop.file(1)).order
    assert [(line.description, line.quantity) for line in order.lines] == [("A mug", 7)]
    assert order.preference is Preference.CHEAPEST


async def test_cancel_leaves_the_application(shop: Shop, aki: Somebody) -> None:
    await aki.writes("/new", "A mug")
    await aki.presses("Cancel")
    assert "left" in aki.reads
    await aki.writes("/new", "A pot", "/cancel")
    assert "left" in aki.reads
    await aki.writes("/cancel")
    assert "not in the middle of anything" in aki.reads
    assert await shop.count(orders) == 0


async def test_other_commands_work_in_the_middle(aki: Somebody) -> None:
    await aki.writes("/new", "A mug", "/orders")
    assert "no orders yet" in aki.reads
    await aki.writes("/help", "/nonsense")
    assert "do not know this command" in aki.reads
    await aki.writes("2")
    assert "note" in aki.reads


async def test_new_in_the_middle_repeats_the_question(aki: Somebody) -> None:
    await aki.writes("/new", "A mug", "/new")
    assert "How many" in aki.reads
    assert "A mug" in aki.reads


async def test_a_restart_in_the_middle_loses_nothing(shop: Shop, aki: Somebody) -> None:
    await aki.writes("/new", "A mug", "2", "blue, please")
    await shop.restart()
    await aki.presses("Done")
    await shop.restart()
    await aki.writes(ADDRESS)
    await aki.presses("Cheapest", "Buy the rest")
    await shop.restart()
    await aki.presses("5 %", "Confirm")
    order = (await shop.file(1)).order
    assert (order.lines[0].quantity, order.lines[0].note) == (2, "blue, please")


async def test_a_button_of_an_old_step_changes_nothing(shop: Shop, aki: Somebody) -> None:
    await aki.writes("/new", "A mug", "1")
    note = aki.last
    await aki.writes("blue")
    await aki.presses("Skip", on=note)
    assert "outdated" in aki.toast
    assert aki.person.toasts[-1][1], "it is an alert"
    assert aki.buttons[:2] == ["➕ Add another item", "✅ Done"]
    await aki.presses("Done")
    await aki.writes(ADDRESS)
    await aki.presses("Cheapest", "Buy the rest", "0 %", "Confirm")
    assert (await shop.file(1)).order.lines[0].note == "blue"


async def test_confirm_pressed_twice_makes_one_order(shop: Shop, aki: Somebody) -> None:
    await up_to_review(aki)
    aki.person.presses("Confirm")
    aki.person.presses("Confirm")
    await asyncio.sleep(0)
    await shop.rest()
    assert await shop.count(orders) == 1
    assert "outdated" in aki.toast
    assert sum("has the number" in text for text in aki.received) == 1


async def test_an_order_has_at_most_30_items(shop: Shop, aki: Somebody) -> None:
    await aki.writes("/new")
    for no in range(1, 31):
        await aki.writes(f"Item number {no}", "1")
        await aki.presses("Skip")
        if no < 30:
            await aki.presses("Add another item")
    assert "as many as an order can have" in aki.reads
    assert "➕ Add another item" not in aki.buttons
    forged = aki.data_of("Done").replace("done", "more")
    await aki.forges(forged)
    assert "outdated" in aki.toast
    await aki.presses("Done")
    await aki.writes(ADDRESS)
    await aki.presses("Cheapest", "Buy the rest", "0 %")
    assert "Item number 30" in aki.reads
    await aki.presses("Confirm")
    assert len((await shop.file(1)).order.lines) == 30


async def test_thirty_long_items_still_fit_on_the_review(shop: Shop, aki: Somebody) -> None:
    await aki.writes("/new")
    for no in range(1, 31):
        await aki.writes("&" * 1000, "999", "<" * 500)
        if no < 30:
            await aki.presses("Add another item")
    await aki.presses("Done")
    await aki.writes("é" * 500)
    await aki.presses("Cheapest", "Buy the rest", "0 %", "Confirm")
    assert await shop.count(orders) == 1


async def test_a_photo_without_words_is_kept_and_the_words_asked_for(
    shop: Shop, aki: Somebody
) -> None:
    await aki.writes("/new")
    photo = await aki.sends_photo()
    assert "I have the photo" in aki.reads
    await aki.writes("The mug of the photo", "1")
    await aki.presses("Skip", "Done")
    await aki.writes(ADDRESS)
    await aki.presses("Cheapest", "Buy the rest", "0 %", "Confirm")
    line = (await shop.file(1)).order.lines[0]
    assert (line.description, line.photo) == (
        "The mug of the photo",
        photo["photo"][-1]["file_id"],
    )


async def test_the_time_zone_can_be_set_in_the_middle(shop: Shop, aki: Somebody) -> None:
    await aki.writes("/new", "A mug", "/settings")
    await aki.presses("Time zone")
    await aki.writes("Nowhere", "Osaka")
    assert "How many" in aki.reads  # back at the application
    await aki.writes("/settings")
    await aki.presses("Time zone", "Tokyo")
    assert "How many" in aki.reads
    await aki.writes("4")
    assert "note" in aki.reads
