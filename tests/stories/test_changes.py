"""Tapping an item: fewer, none, more; and, once it is paid, requests that staff answer."""

from __future__ import annotations

import pytest

from domain.orders import LineState, Order, Stage
from sandbox.people import Person
from tests.stories.roads import applies, opens, reports
from tests.stories.shop import Shop, Somebody
from tests.stories.staffroom import Colleague, card_keys


@pytest.fixture
def staff(shop: Shop, chief: Person) -> Colleague:
    return Colleague(shop, chief)


async def order_of(shop: Shop) -> Order:
    return (await shop.file(1)).order


async def taps(customer: Somebody, no: int, *labels: str) -> None:
    """From the order's card to a line's own page, and on from there."""
    await opens(customer)
    await customer.presses("Items", f"{no}", *labels)


async def two_estimated(aki: Somebody, boss: Somebody) -> None:
    """Three blue mugs and three tea pots at $12.50: $83.20 with $5.00 and $3.20."""
    await applies(aki, ("Blue <b>mug", 3), ("Tea pot", 3))
    await boss.says_in_topic("/estimate 1=12.50 2=12.50 shipping=5 fee=3.20", 1)


async def two_paid(aki: Somebody, boss: Somebody) -> None:
    await two_estimated(aki, boss)
    await opens(aki)
    await aki.presses("Pay 1st bill")
    await reports(aki, "83.20")
    await boss.says_in_topic("/confirm 83.20 REF1", 1)


async def test_a_line_has_a_page_with_what_can_be_done_about_it(
    shop: Shop, aki: Somebody, boss: Somebody
) -> None:
    await two_estimated(aki, boss)
    await taps(aki, 2)
    assert "Item 2" in aki.reads
    assert "3 × $12.50 = $37.50" in aki.reads
    assert aki.buttons == ["✏️ Change quantity", "✖️ Cancel item", "Back"]
    await aki.presses("Back")
    assert "Items" in aki.reads


async def test_before_the_estimate_any_number_is_taken(shop: Shop, aki: Somebody) -> None:
    await applies(aki, ("Blue mug", 2), ("Tea pot", 1))
    await taps(aki, 1, "Change quantity")
    assert "0 to 999" in aki.reads
    for wrong in ("many", "1000", "-1", "2.5"):
        await aki.writes(wrong)
        assert "from 0 to 999" in aki.reads
    await aki.writes("2")
    assert "2 pieces of item 1 already" in aki.reads
    await aki.writes("999")
    assert "from 2 to 999" in aki.reads
    assert (await order_of(shop)).line(1).quantity == 2
    await aki.presses("Confirm")
    assert (await order_of(shop)).line(1).quantity == 999
    assert "is 999 now" in aki.toast
    assert "2 → 999" in shop.staff_read(1)[-1]


async def test_fewer_shows_the_difference_and_keeps_the_deadline(
    shop: Shop, aki: Somebody, boss: Somebody
) -> None:
    await two_estimated(aki, boss)
    before = await order_of(shop)
    shop.clock.forward(hours=1)
    await taps(aki, 2, "Change quantity")
    await aki.writes("2")
    assert "$83.20 → $70.70" in aki.reads
    assert "−$12.50" in aki.reads
    assert await order_of(shop) == before
    await aki.presses("Confirm")
    order = await order_of(shop)
    assert order.first_bill is not None
    assert (order.first_bill.total.minor, order.first_bill.version) == (7070, 2)
    assert (order.due_at, order.stage) == (before.due_at, Stage.AWAITING_FIRST_PAYMENT)
    assert "$70.70" in aki.toast
    assert "$83.20 → $70.70" in shop.staff_read(1)[-1]
    await opens(aki)
    assert "🟢 Pay 1st bill · $70.70" in aki.buttons
    await aki.presses("Bills")
    assert "version 2" in aki.reads


async def test_cancel_item_takes_it_off_the_bill(
    shop: Shop, aki: Somebody, boss: Somebody
) -> None:
    await two_estimated(aki, boss)
    await taps(aki, 1, "Cancel item")
    assert "$83.20 → $45.70, −$37.50" in aki.reads.replace("</b>", "")
    await aki.presses("Back")
    assert "Cancel item" in " ".join(aki.buttons)
    await aki.presses("Cancel item", "Confirm")
    order = await order_of(shop)
    assert [line.state for line in order.lines] == [LineState.CANCELLED, LineState.QUOTED]
    await opens(aki)
    await aki.presses("Bills")
    assert "mug" not in aki.reads
    assert "Total: $45.70" in aki.reads
    await aki.presses("Items", "1")
    assert aki.buttons == ["Back"]
    assert "you asked for it" in aki.reads


async def test_more_is_said_to_need_a_new_estimate_and_does(
    shop: Shop, aki: Somebody, boss: Somebody
) -> None:
    await two_estimated(aki, boss)
    before = await order_of(shop)
    await taps(aki, 1, "Change quantity")
    await aki.writes("4")
    assert "new estimate" in aki.reads
    assert await order_of(shop) == before
    confirm = aki.data_of("Confirm")
    await aki.presses("Confirm")
    order = await order_of(shop)
    assert (order.stage, order.bill_due, order.due_at) == (Stage.APPLIED, None, before.due_at)
    told = shop.staff_read(1)[-1]
    assert "3 → 4" in told
    assert "/estimate 1=… 2=…" in told
    await aki.forges(confirm)
    assert "outdated" in aki.toast
    assert await order_of(shop) == order
    await opens(aki)
    assert not any("Pay" in label for label in aki.buttons)
    assert "new estimate" in aki.reads
    await boss.says_in_topic("/estimate 1=12 2=12.50 shipping=5 fee=3.20", 1)
    assert "$93.70" in aki.reads
    assert "instead of $83.20" in aki.reads


async def test_the_last_item_means_the_order(shop: Shop, aki: Somebody, boss: Somebody) -> None:
    await two_estimated(aki, boss)
    await taps(aki, 1, "Cancel item", "Confirm")
    await taps(aki, 2, "Change quantity")
    await aki.writes("0")
    assert "This is the last item: the order will be cancelled" in aki.reads.replace(
        "<b>", ""
    ).replace("</b>", "")
    assert (await order_of(shop)).stage is Stage.AWAITING_FIRST_PAYMENT
    await aki.presses("Confirm")
    assert (await order_of(shop)).stage is Stage.CANCELLED
    assert "cancelled" in aki.toast
    assert "The customer cancelled this order." in shop.staff_read(1)[-1]


async def test_with_a_report_under_review_it_is_withdrawn_first(
    shop: Shop, aki: Somebody, boss: Somebody
) -> None:
    await two_estimated(aki, boss)
    await opens(aki)
    await aki.presses("Pay 1st bill")
    await reports(aki, "83.20")
    before = await order_of(shop)
    for label in ("Cancel item", "Change quantity"):
        await taps(aki, 1, label)
        assert "withdraw it first" in aki.reads
        assert "↩️ Withdraw" in aki.buttons
    assert await order_of(shop) == before
    await aki.presses("Withdraw", "Confirm")
    await taps(aki, 1, "Cancel item", "Confirm")
    assert (await order_of(shop)).line(1).state is LineState.CANCELLED


async def test_a_line_with_a_photo_can_be_changed_too(shop: Shop, aki: Somebody) -> None:
    await aki.writes("/new")
    await aki.sends_photo("Blue mug")
    await aki.writes("3")
    await aki.presses("Skip", "Done")
    await aki.writes("Aki Mori\n1-2-3 Chuo\nKyoto 600-0000\nJapan")
    await aki.presses("Cheapest", "Buy the rest", "5 %", "Confirm")
    await taps(aki, 1, "Change quantity")
    await aki.writes("2")
    await aki.presses("Confirm")
    assert (await order_of(shop)).line(1).quantity == 2
    await taps(aki, 1, "Cancel item")
    assert "last item" in aki.reads


async def test_nobody_changes_somebody_elses_item(
    shop: Shop, aki: Somebody, ben: Somebody, boss: Somebody
) -> None:
    await two_estimated(aki, boss)
    before = await order_of(shop)
    await taps(aki, 1)
    ask, show = aki.data_of("Change quantity"), aki.data_of("Cancel item")
    await aki.presses("Cancel item")
    confirm = aki.data_of("Confirm")
    await ben.starts()
    told = shop.staff_read(1)
    for data in (ask, show, confirm, confirm.replace(":k:", ":wk:"), "it:1:1:1:zz:0"):
        await ben.forges(data)
        assert ben.toast
    assert await order_of(shop) == before
    assert shop.staff_read(1) == told


# After payment --------------------------------------------------------------------------------


async def test_after_payment_staff_are_asked_and_accept(
    shop: Shop, aki: Somebody, boss: Somebody, staff: Colleague
) -> None:
    await two_paid(aki, boss)
    await taps(aki, 2, "Cancel item")
    assert "request" in aki.reads
    await aki.presses("Confirm")
    order = await order_of(shop)
    assert (order.line(2).wanted, order.line(2).state) == (0, LineState.TO_BUY)
    asked = shop.staff_read(1)[-1]
    assert "asks to cancel item 2 (Tea pot)" in asked
    assert "/accept 2" in asked
    assert "/decline 2 reason" in asked
    assert {"Accept", "Decline"} <= set(card_keys(shop, 1))
    assert "/accept 2" in shop.topic(1).pinned[0]["text"]
    assert await staff.writes("/bought", 1) == (
        "✅ Bought: 1. Item 2 is not bought: the customer has asked for a change. Answer that "
        "first: /accept 2 or /decline 2 reason"
    )
    states = [line.state for line in (await order_of(shop)).lines]
    assert states == [LineState.BOUGHT, LineState.TO_BUY]
    answer = await staff.writes("/accept 2", 1)
    assert "Item 2 is cancelled" in answer
    assert "item 2 (Tea pot) is cancelled" in aki.reads
    assert (await order_of(shop)).line(2).state is LineState.CANCELLED
    assert (await shop.file(1)).purse.deposit.minor == 0
    again = await staff.writes("/accept 2", 1)
    assert "No request about item 2" in again


async def test_fewer_is_accepted_by_the_buttons_of_the_notice(
    shop: Shop, aki: Somebody, boss: Somebody, staff: Colleague
) -> None:
    await two_paid(aki, boss)
    await taps(aki, 1, "Change quantity")
    await aki.writes("5")
    assert "/new" in aki.reads
    await aki.writes("1")
    await aki.presses("Confirm")
    assert "1 of item 1" in shop.staff_read(1)[-1]
    preview = await staff.presses(1, "Accept")
    assert "asks for 1 instead" in preview
    assert (await order_of(shop)).line(1).quantity == 3
    await staff.presses(1, "Confirm")
    order = await order_of(shop)
    assert (order.line(1).quantity, order.line(1).wanted) == (1, None)
    assert "is 1 now" in aki.reads


async def test_declined_it_is_bought_as_ordered(
    shop: Shop, aki: Somebody, boss: Somebody, staff: Colleague
) -> None:
    await two_paid(aki, boss)
    await taps(aki, 1, "Cancel item", "Confirm")
    await staff.writes("/decline it is in <the cart>", 1)
    assert "it is in <the cart>" in aki.reads
    order = await order_of(shop)
    assert (order.line(1).wanted, order.line(1).quantity) == (None, 3)
    assert "Bought" in await staff.writes("/bought", 1)


async def test_withdrawn_by_the_customer_it_can_be_bought(
    shop: Shop, aki: Somebody, boss: Somebody, staff: Colleague
) -> None:
    await two_paid(aki, boss)
    await taps(aki, 1, "Cancel item", "Confirm")
    await taps(aki, 1)
    assert "You asked to cancel it" in aki.reads
    assert aki.buttons == ["↩️ Withdraw", "Back"]
    await aki.presses("Withdraw", "Confirm")
    assert (await order_of(shop)).line(1).wanted is None
    assert "withdrew" in shop.staff_read(1)[-1]
    assert "No request" in await staff.writes("/accept", 1)


async def test_the_whole_order_is_cancelled_when_staff_accept(
    shop: Shop, aki: Somebody, boss: Somebody, staff: Colleague
) -> None:
    await two_paid(aki, boss)
    await opens(aki)
    await aki.presses("Cancel order")
    assert "request" in aki.reads
    await aki.presses("Confirm")
    order = await order_of(shop)
    assert [line.wanted for line in order.lines] == [0, 0]
    assert "2 items" in shop.staff_read(1)[-1]
    await opens(aki)
    assert not any("Cancel order" in label for label in aki.buttons)
    assert "↩️ Withdraw · request" in aki.buttons
    answer = await staff.writes("/accept", 1)
    assert "the order is cancelled" in answer
    file = await shop.file(1)
    assert (file.order.stage, file.purse.deposit.minor) == (Stage.CANCELLED, 8320)
    assert "$83.20</b> went back" in aki.reads or "$83.20 went back" in aki.reads


async def test_the_shops_checkout_and_the_customer_exclude_each_other(
    shop: Shop, aki: Somebody, boss: Somebody, staff: Colleague
) -> None:
    await two_paid(aki, boss)
    await taps(aki, 1, "Cancel item")
    await staff.writes("/bought 1=12.50", 1)
    await aki.presses("Confirm", on=aki.person.sees[-2])
    assert "bought" in aki.toast
    assert "outdated" in aki.toast
    order = await order_of(shop)
    assert (order.line(1).state, order.line(1).wanted) == (LineState.BOUGHT, None)
    await taps(aki, 2, "Cancel item", "Confirm")
    assert "item 2" in await staff.writes("/bought 2=12.50", 1)
    assert (await order_of(shop)).line(2).state is LineState.TO_BUY


async def test_a_buyer_in_the_middle_of_it_is_told_that_the_customer_was_first(
    shop: Shop, aki: Somebody, boss: Somebody, staff: Colleague
) -> None:
    await two_paid(aki, boss)
    preview = await staff.presses(1, "Bought", "All")
    assert "Bought at the estimate" in preview
    await taps(aki, 1, "Cancel item", "Confirm")
    messages = shop.topic(1).messages
    question = next(m for m in messages if "Bought at the estimate" in m.get("text", ""))
    await staff.presses(1, "Confirm", on=question)
    assert "Aki was faster: asked: line 1, cancel" in staff.toasts[-1]
    order = await order_of(shop)
    assert [line.state for line in order.lines] == [LineState.TO_BUY] * 2
    assert order.line(1).wanted == 0
