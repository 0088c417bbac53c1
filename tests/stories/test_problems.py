"""A problem with what arrived: guided pictures, a mistake, and its three outcomes."""

from __future__ import annotations

from datetime import timedelta

import pytest

from domain.orders import Flag, Stage
from sandbox.people import Person
from sandbox.telegram import Telegram
from storage.tables import note, unanswered
from tests.stories.roads import opens, shipped
from tests.stories.shop import Shop, Somebody


@pytest.fixture
def riku(shop: Shop, telegram: Telegram, chief: Person) -> Somebody:
    """The second finance member."""
    person = telegram.person("Riku")
    chief.adds(person, shop.group)
    chief.promotes(person, shop.group)
    return Somebody(shop, person)


async def completed(aki: Somebody, boss: Somebody) -> None:
    await shipped(aki, boss)
    await opens(aki)
    await aki.presses("Reception report", "Everything arrived", "Confirm")


async def test_pictures_are_asked_for_one_after_the_other(
    shop: Shop, aki: Somebody, boss: Somebody
) -> None:
    await shipped(aki, boss)
    await opens(aki)
    await aki.presses("Reception report", "There is a problem")
    await aki.writes("One mug is <broken>")
    assert "the parcel" in aki.reads
    await aki.sends_photo()
    assert "the label" in aki.reads
    await aki.presses("Skip")
    assert "the packing" in aki.reads
    await aki.writes("It was dry.")
    await aki.sends_sticker()
    assert "the packing" in aki.reads
    await aki.sends_photo(caption="this")
    assert "the item" in aki.reads
    await aki.sends_photo()
    assert "Anything else" in aki.reads
    assert "6 messages" in aki.reads
    await aki.presses("Done")
    assert "we look into it" in aki.reads
    assert await shop.count(note) == 6
    file = await shop.file(1)
    assert [each.media for each in file.notes] == ["", "photo", "", "sticker", "photo", "photo"]
    assert [each.shows for each in file.notes] == ["", "parcel", "", "", "packing", "item"]
    in_topic = "\n".join(shop.staff_read(1))
    for label in ("1 of 4: the parcel", "3 of 4: the packing\nthis", "4 of 4: the item"):
        assert f"💬 Aki · 📷 {label}" in in_topic
    assert file.order.flags == {Flag.PROBLEM_OPEN}
    await shop.let_pass(days=35)
    assert (await shop.file(1)).order.stage is Stage.SHIPPED


async def test_done_ends_it_at_any_picture(shop: Shop, aki: Somebody, boss: Somebody) -> None:
    await shipped(aki, boss)
    await opens(aki)
    await aki.presses("Reception report", "There is a problem")
    await aki.writes("It is the wrong colour")
    await aki.presses("Done")
    assert "we look into it" in aki.reads
    assert await shop.count(note) == 1


async def test_a_mistake_is_taken_back(shop: Shop, aki: Somebody, boss: Somebody) -> None:
    await shipped(aki, boss)
    await opens(aki)
    await aki.presses("Reception report", "There is a problem")
    await aki.writes("One is missing")
    await aki.presses("Done", "Open order", "Withdraw")
    assert "was the problem a mistake?" in aki.reads
    assert (await shop.file(1)).order.flags == {Flag.PROBLEM_OPEN}
    await aki.presses("Confirm")
    assert "taken back" in aki.toast
    assert not (await shop.file(1)).order.flags
    assert any("takes the problem back" in text for text in shop.staff_read(1))
    await opens(aki)
    await aki.presses("Reception report", "Everything arrived", "Confirm")
    assert (await shop.file(1)).order.stage is Stage.COMPLETED


async def test_a_refund_is_wanted_by_two_and_paid_once(
    shop: Shop, aki: Somebody, boss: Somebody, riku: Somebody
) -> None:
    await shipped(aki, boss)
    await opens(aki)
    await aki.presses("Reception report", "There is a problem")
    await aki.writes("One mug is broken")
    await aki.presses("Done")
    await boss.says_in_topic("/solve refund=10.00 Sorry for that", 1)
    assert (await shop.file(1)).order.flags == {Flag.PROBLEM_OPEN}
    assert (await shop.file(1)).purse.deposit.is_zero
    await riku.says_in_topic("/solve refund=10.00 Sorry for that", 1)
    assert "Sorry for that" in aki.reads
    assert "$10.00 went to your deposit" in aki.reads
    assert (await shop.file(1)).purse.deposit.minor == 1_000
    await opens(aki)
    await aki.presses("Reception report", "Everything arrived")
    assert "exactly what it cost" in aki.reads
    await aki.presses("Confirm")
    assert (await shop.file(1)).purse.deposit.minor == 1_000


async def test_one_of_two_mugs_is_sent_again_by_an_order_of_its_own(
    shop: Shop, aki: Somebody, boss: Somebody
) -> None:
    await shipped(aki, boss)
    await opens(aki)
    await aki.presses("Reception report", "There is a problem")
    await aki.writes("One mug is broken")
    await aki.presses("Done")
    boss.person.presses("Replacement", shop.group, topic=shop.topic(1))
    await shop.rest()
    boss.person.presses("1 · Blue mug", shop.group, topic=shop.topic(1))
    await shop.rest()
    await boss.says_in_topic("1", 1)
    await boss.says_in_topic("Another mug follows", 1)
    assert "1 (Blue mug) · 1 ×" in shop.staff_read(1)[-1]
    boss.person.presses("Confirm", shop.group, topic=shop.topic(1))
    await shop.rest()
    assert "We send it again as order #2; there is nothing to pay for it." in aki.reads
    assert "Order #1 goes on: please report when the rest is there." in aki.reads
    assert (await shop.file(1)).order.stage is Stage.SHIPPED
    linked = (await shop.file(2)).order
    assert [(line.description, line.quantity) for line in linked.lines] == [("Blue mug", 1)]
    await boss.says_in_topic("/unavailable 1 sold out everywhere", 2)
    assert "we look for another way to make it good" in aki.reads
    assert (await shop.file(2)).order.stage is Stage.CANCELLED
    assert (await shop.file(1)).order.flags == {Flag.PROBLEM_OPEN}
    assert shop.staff_read(1)[-1] == (
        "🔁 #1 · The replacement, order #2, does not bring:\n1 (Blue mug) · 1 ×\n"
        "The problem is open again until it is made good. Give the money back, or send something "
        "else:\n/solve refund=10.00 text\n/solve replacement text"
    )


async def test_after_completion_a_problem_ends_in_a_linked_order(
    shop: Shop, aki: Somebody, boss: Somebody
) -> None:
    await completed(aki, boss)
    shop.clock.now += timedelta(days=30) - timedelta(seconds=1)
    await opens(aki)
    await aki.presses("There is a problem")
    await aki.writes("It broke by itself")
    await aki.presses("Done")
    file = await shop.file(1)
    assert (file.order.stage, file.order.flags) == (
        Stage.COMPLETED,
        frozenset({Flag.PROBLEM_OPEN}),
    )
    await boss.says_in_topic("/solve replacement A new mug", 1)
    assert "order #2" in aki.reads
    assert "nothing to pay" in aki.reads
    linked = (await shop.file(2)).order
    assert (linked.stage, linked.linked_to) == (Stage.PURCHASING, 1)
    await boss.says_in_topic("/bought", 2)
    await boss.says_in_topic("/arrived", 2)
    await boss.says_in_topic("/bill EMS=0", 2)
    await opens(aki, 2)
    await aki.presses("Request shipping", "EMS", "Confirm", "Request shipping")
    await boss.says_in_topic("/ship EMS EE987654321JP", 2)
    await opens(aki, 2)
    await aki.presses("Reception report", "Everything arrived", "Confirm")
    assert (await shop.file(2)).order.stage is Stage.COMPLETED
    assert (await shop.file(2)).purse.deposit.is_zero


async def test_thirty_days_after_completion_it_is_too_late(
    shop: Shop, aki: Somebody, boss: Somebody
) -> None:
    await completed(aki, boss)
    await opens(aki)
    card = aki.last
    shop.clock.now += timedelta(days=30)
    await aki.presses("There is a problem", on=card)
    assert "too long for a problem" in aki.toast
    assert not (await shop.file(1)).order.flags
    await opens(aki)
    assert not any("There is a problem" in label for label in aki.buttons)


async def a_replacement(aki: Somebody, boss: Somebody) -> None:
    """Order #2 makes good the completed #1."""
    await completed(aki, boss)
    await opens(aki)
    await aki.presses("There is a problem")
    await aki.writes("It broke by itself")
    await aki.presses("Done")
    await boss.says_in_topic("/solve replacement A new mug", 1)


async def test_the_replacement_is_one_press_away_and_its_topic_says_what_it_is(
    shop: Shop, aki: Somebody, boss: Somebody
) -> None:
    await a_replacement(aki, boss)
    assert aki.buttons == ["Open order · #2", "Open order"]
    assert shop.staff_read(2)[-1] == (
        "🔁 #2 · A replacement for order #1: please buy the items once more and send them. The "
        "customer pays nothing, for the shipping neither.\n/bought\nReason: A new mug"
    )
    assert "🔁 A replacement: the customer pays nothing." in shop.topic(2).pinned[0]["text"]
    await aki.presses("Open order · #2", "Bills")
    assert "This is a replacement: its shipping costs you nothing, either." in aki.reads


async def test_a_replacement_costs_nothing_however_it_is_billed(
    shop: Shop, aki: Somebody, boss: Somebody
) -> None:
    await a_replacement(aki, boss)
    await boss.says_in_topic("/bought 1=14", 2)
    await boss.says_in_topic("/arrived", 2)
    assert "/bill EMS=0" in shop.topic(2).pinned[0]["text"]
    for line in ("/bill EMS=12", "/bill EMS=0 SAL=3", "/bill EMS=0 extra=5 box"):
        await boss.says_in_topic(line, 2)
        assert (
            "Order #2 is a replacement: it costs the customer nothing." in (shop.staff_read(2)[-1])
        )
    assert (await shop.file(2)).order.second_bill is None
    await boss.says_in_topic("/bill EMS=0", 2)
    assert (await shop.file(2)).order.stage is Stage.AWAITING_SECOND_PAYMENT


async def test_what_came_back_after_completion_is_one_press_away_and_is_billed(
    shop: Shop, aki: Somebody, boss: Somebody
) -> None:
    await completed(aki, boss)
    await boss.says_in_topic("/returned EE123456785JP nobody at home", 1)
    assert aki.buttons == ["Open order · #2", "Open order"]
    assert shop.staff_read(2)[-1] == (
        "🔁 #2 · A parcel of order #1 came back after it was completed. Its goods are here: weigh "
        "them, and issue the 2nd bill for sending them again. The items are paid.\n"
        "/bill EMS=… SAL=…\nReason: nobody at home"
    )
    await boss.says_in_topic("/bill EMS=12", 2)
    assert (await shop.file(2)).order.stage is Stage.AWAITING_SECOND_PAYMENT


async def test_words_with_a_solution_are_an_answer(
    shop: Shop, aki: Somebody, boss: Somebody
) -> None:
    await shipped(aki, boss)
    await opens(aki)
    await aki.presses("Reception report", "There is a problem")
    await aki.writes("One mug is broken")
    await aki.presses("Done")
    assert await shop.count(unanswered) == 1
    await boss.says_in_topic("/adjust -1.00 for the trouble", 1)
    assert await shop.count(unanswered) == 0
    await opens(aki)
    await aki.presses("Messages", "New message")
    await aki.writes("And the other one?")
    assert await shop.count(unanswered) == 1
    await boss.says_in_topic("/solve Both will be fine", 1)
    assert aki.reads.startswith("💬 #1 · We have looked into it:\nBoth will be fine\n")
    assert "✍️ New message" in aki.buttons
    assert await shop.count(unanswered) == 0
