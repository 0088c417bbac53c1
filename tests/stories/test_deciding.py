"""Cancelling an order, and what its customer decides about a line before it is bought."""

from __future__ import annotations

from datetime import timedelta

from domain.orders import Flag, LineState, Stage
from storage.tables import unanswered
from tests.stories.roads import ADDRESS, applies, estimated, opens, reports
from tests.stories.shop import Shop, Somebody
from tests.stories.staffroom import Colleague


async def test_an_unpaid_order_is_cancelled_after_it_was_said_what_is_lost(
    shop: Shop, aki: Somebody, boss: Somebody
) -> None:
    await estimated(aki, boss)
    await opens(aki)
    await aki.presses("Cancel order")
    assert "cannot be undone" in aki.reads
    assert "paid nothing" in aki.reads
    assert (await shop.file(1)).order.stage is Stage.AWAITING_FIRST_PAYMENT
    await aki.presses("Back", "Cancel order", "Confirm")
    assert (await shop.file(1)).order.stage is Stage.CANCELLED
    assert "#1" in aki.toast


async def test_with_a_report_under_review_it_is_withdrawn_first(
    shop: Shop, aki: Somebody, boss: Somebody
) -> None:
    await estimated(aki, boss)
    await opens(aki)
    await aki.presses("Cancel order")
    question = aki.last
    await opens(aki)
    await aki.presses("Pay 1st bill")
    await reports(aki)
    await aki.presses("Confirm", on=question)
    assert "outdated" in aki.toast
    assert (await shop.file(1)).order.stage is Stage.AWAITING_FIRST_PAYMENT
    await opens(aki)
    assert not any("Cancel order" in label for label in aki.buttons)


async def two_lines_paid(aki: Somebody, boss: Somebody) -> None:
    await applies(aki, ("Blue mug", 2), ("Tea pot", 1), tolerance="0 %")
    await boss.says_in_topic("/estimate 1=10 2=20", 1)
    await opens(aki)
    await aki.presses("Pay 1st bill")
    await reports(aki, "40.00")
    await boss.says_in_topic("/confirm 40.00 REF1", 1)
    await boss.says_in_topic("/bought 1=12.50", 1)


async def test_a_new_price_is_accepted(shop: Shop, aki: Somebody, boss: Somebody) -> None:
    await two_lines_paid(aki, boss)
    assert Flag.DECISION_NEEDED in (await shop.file(1)).order.flags
    await opens(aki)
    await aki.presses("Accept")
    assert "$5.00 more for all 2" in aki.reads
    assert Flag.DECISION_NEEDED in (await shop.file(1)).order.flags
    await aki.presses("Confirm")
    order = (await shop.file(1)).order
    assert Flag.DECISION_NEEDED not in order.flags
    assert order.line(1).asked_price is None


async def test_an_item_is_dropped(shop: Shop, aki: Somebody, boss: Somebody) -> None:
    await two_lines_paid(aki, boss)
    await opens(aki)
    await aki.presses("Drop item")
    assert "Blue mug" in aki.reads
    await aki.presses("Confirm")
    order = (await shop.file(1)).order
    assert order.line(1).state is LineState.CANCELLED
    assert order.line(2).is_live


async def test_the_order_is_cancelled_instead_and_the_money_is_back(
    shop: Shop, aki: Somebody, boss: Somebody
) -> None:
    await two_lines_paid(aki, boss)
    await opens(aki)
    await aki.presses("Cancel order")
    assert "$40.00 you paid goes to your deposit" in aki.reads
    await aki.presses("Confirm")
    file = await shop.file(1)
    assert file.order.stage is Stage.CANCELLED
    assert file.purse.deposit.minor == 4000


async def three_lines_paid(aki: Somebody, boss: Somebody, sold_out: str = "Buy the rest") -> None:
    """A mug and a pot for $10.00 each, a spoon for $5.00."""
    await aki.writes("/new")
    for item in ("Red mug", "Tea pot", "Spoon"):
        if item != "Red mug":
            await aki.presses("Add another item")
        await aki.writes(item, "1")
        await aki.presses("Skip")
    await aki.presses("Done")
    await aki.writes(ADDRESS)
    await aki.presses("Cheapest", sold_out, "0 %", "Confirm")
    await boss.says_in_topic("/estimate 1=10 2=10 3=5", 1)
    await opens(aki)
    await aki.presses("Pay 1st bill")
    await reports(aki, "25.00")
    await boss.says_in_topic("/confirm 25.00 REF1", 1)


async def test_something_else_is_offered_and_bought_once_it_is_accepted(
    shop: Shop, aki: Somebody, boss: Somebody
) -> None:
    await three_lines_paid(aki, boss)
    await boss.says_in_topic("/offer 1=12.00 blue instead of red", 1)
    assert "What we could get: blue instead of red" in aki.reads
    assert "Without an answer by" in aki.reads
    assert aki.buttons[:2] == ["🟢 Accept · $12.00", "Drop item · 1"]
    forged = aki.data_of("Drop item")
    await boss.says_in_topic("/bought 1=10", 1)
    assert "asked to decide about item 1" in shop.staff_read(1)[-1]
    await aki.presses("Accept")
    assert "$2.00 more for all 1" in aki.reads
    await aki.presses("Confirm")
    line = (await shop.file(1)).order.line(1)
    assert line.unit_price is not None
    assert (line.note, line.unit_price.minor) == ("blue instead of red", 1200)
    assert "takes “blue instead of red”" in shop.staff_read(1)[-1]
    await aki.forges(forged)  # the first answer counts
    assert "outdated" in aki.toast
    await boss.says_in_topic("/bought", 1)
    assert (await shop.file(1)).order.stage is Stage.AWAITING_ARRIVAL


async def test_staff_offer_by_button_and_the_customer_drops_it(
    shop: Shop, aki: Somebody, boss: Somebody
) -> None:
    await three_lines_paid(aki, boss)
    colleague = Colleague(shop, boss.person)
    await colleague.presses(1, "Offer instead", "2 · Tea pot")
    await colleague.writes("a green one", 1)
    preview = await colleague.presses(1, "$10.00")
    assert "/offer 2=10.00 a green one" in preview
    assert not (await shop.file(1)).order.flags
    await colleague.presses(1, "Confirm")
    await aki.presses("Drop item", "Confirm")
    assert "will not be bought" in aki.toast
    order = (await shop.file(1)).order
    assert order.line(2).state is LineState.CANCELLED
    assert "drops item 2 (Tea pot)" in shop.staff_read(1)[-1]


async def test_sold_out_with_something_bought_asks_about_the_rest(
    shop: Shop, aki: Somebody, boss: Somebody
) -> None:
    await three_lines_paid(aki, boss, "Cancel everything")
    await boss.says_in_topic("/bought 1=10", 1)
    await boss.says_in_topic("/unavailable 2 the shop has none", 1)
    assert "You wanted all or nothing" in aki.reads
    assert aki.buttons[:2] == ["🟢 Drop item · 2", "Cancel order · the rest, too"]
    await aki.presses("Cancel order", "Confirm")
    order = (await shop.file(1)).order
    assert [x.wanted for x in order.lines] == [None, None, 0]
    assert "asks to cancel the rest" in shop.staff_read(1)[-1]
    await boss.says_in_topic("/bought", 1)
    assert (await shop.file(1)).order == order


async def test_sold_out_with_nothing_bought_is_what_was_chosen(
    shop: Shop, aki: Somebody, boss: Somebody
) -> None:
    await three_lines_paid(aki, boss, "Cancel everything")
    await boss.says_in_topic("/unavailable 2 the shop has none", 1)
    file = await shop.file(1)
    assert file.order.stage is Stage.CANCELLED
    assert file.purse.deposit.minor == 2500


async def test_after_72_hours_the_item_is_dropped_and_its_button_is_outdated(
    shop: Shop, aki: Somebody, boss: Somebody
) -> None:
    await two_lines_paid(aki, boss)
    asked = aki.last
    await shop.let_pass(hours=73)
    await aki.presses("Accept", on=asked)
    assert "outdated" in aki.toast
    assert (await shop.file(1)).order.line(1).state is LineState.CANCELLED


async def test_an_answer_counts_as_long_as_nothing_else_was_decided(
    shop: Shop, aki: Somebody, boss: Somebody
) -> None:
    await two_lines_paid(aki, boss)
    shop.clock.now += timedelta(hours=80)  # the bot was away
    await aki.presses("Accept", "Confirm")
    line = (await shop.file(1)).order.line(1)
    assert (line.question, line.is_live) == (None, True)


async def test_nobody_else_decides(
    shop: Shop, aki: Somebody, ben: Somebody, boss: Somebody
) -> None:
    await two_lines_paid(aki, boss)
    data = aki.data_of("Drop item")
    await ben.starts()
    await ben.forges(data)
    assert "cannot find" in ben.toast
    assert (await shop.file(1)).order.line(1).is_live


async def test_silence_is_reminded_of_twice_and_then_drops_the_item(
    shop: Shop, aki: Somebody, boss: Somebody
) -> None:
    await two_lines_paid(aki, boss)
    await shop.let_pass(hours=71)
    reminders = [text for text in aki.received if "We still need your decision" in text]
    assert len(reminders) == 2
    assert aki.buttons[:2] == ["🟢 Accept · $12.50", "Drop item · 1"]
    assert (await shop.file(1)).order.line(1).is_live
    await shop.let_pass(hours=2)
    order = (await shop.file(1)).order
    assert [x.state for x in order.lines] == [LineState.CANCELLED, LineState.TO_BUY]
    assert "item 1 (Blue mug) is dropped. It is not bought." in aki.reads
    assert any("Do not buy it." in text for text in shop.staff_read(1))


async def test_where_all_is_bought_the_request_waits_until_somebody_answers(
    shop: Shop, aki: Somebody, boss: Somebody
) -> None:
    await three_lines_paid(aki, boss, "Cancel everything")
    await boss.says_in_topic("/bought 1=10 3=5", 1)
    await boss.says_in_topic("/unavailable 2 the shop has none", 1)
    await aki.presses("Cancel order")
    assert (
        "Item 2 is dropped. Everything else is bought already, so nothing is cancelled by itself: "
        "our team looks at your request and writes to you. It may cost something."
    ) in aki.reads
    await aki.presses("Confirm")
    assert shop.staff_read(1)[-1] == (
        "❓ #1 · Without item 2 (Tea pot) the customer asks to cancel the rest, too. All of it is "
        "bought already. Please write to them what can be done, or cancel the order:\n"
        "/cancel reason"
    )
    assert await shop.count(unanswered) == 1
    await boss.says_in_topic("/arrived", 1)
    await shop.let_pass(hours=26)
    assert any("has been waiting for an answer" in text for text in shop.staff_read(1))
    await boss.says_in_topic("The shops take nothing back, sorry.", 1)
    assert await shop.count(unanswered) == 0
    assert (await shop.file(1)).order.stage is Stage.AT_WAREHOUSE
