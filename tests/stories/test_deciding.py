"""Cancelling an order, and a price that rose."""

from __future__ import annotations

from domain.orders import Flag, LineState, Stage
from tests.stories.roads import applies, estimated, opens, reports
from tests.stories.shop import Shop, Somebody


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
