"""Staff work orders with the buttons of their topics, mishaps among them."""

from __future__ import annotations

import pytest

from domain.orders import Flag, LineState, Stage
from sandbox.people import Forum, Person
from sandbox.telegram import Telegram
from storage.proofs import prove
from storage.unit_of_work import looking
from tests.stories.shop import Shop, Somebody
from tests.stories.staffroom import Colleague, applies, card_keys, pays, stage


@pytest.fixture
def boss(shop: Shop, chief: Person) -> Colleague:
    return Colleague(shop, chief)


@pytest.fixture
def mina(shop: Shop, telegram: Telegram, group: Forum) -> Colleague:
    """A member of staff who may not move money."""
    mina = telegram.person("Mina")
    mina.joins(group)
    return Colleague(shop, mina)


async def estimated(shop: Shop, aki: Somebody, boss: Colleague, *items: str) -> None:
    """An order of $10.00 an item, waiting to be paid."""
    await applies(aki, *items)
    prices = " ".join(f"{no}={10 / no:.2f}" for no in range(1, len(items) + 1))
    await boss.writes(f"/estimate {prices}", 1)


async def paid(shop: Shop, aki: Somebody, boss: Colleague, *items: str) -> None:
    await estimated(shop, aki, boss, *items)
    await pays(aki, "1st bill")
    await boss.writes(f"/confirm {10 * len(items)} BANK1", 1)
    assert await stage(shop) is Stage.PURCHASING


async def test_staff_take_an_order_through_its_life_with_buttons(
    shop: Shop, aki: Somebody, boss: Colleague, mina: Colleague
) -> None:
    await applies(aki, "A teapot", "A cup")
    assert card_keys(shop, 1)[:4] == ["Estimate", "Reject line", "Hold", "Cancel order"]
    await mina.presses(1, "Estimate")
    for price in ("12.50", "8", "5", "3"):  # both lines, shipping, fee
        await mina.writes(price, 1)
    assert (await mina.presses(1, "Confirm")).startswith("✅ Estimate issued: $36.50.")
    assert "$36.50" in aki.reads

    await pays(aki, "1st bill")
    assert card_keys(shop, 1)[:2] == ["Confirm payment", "Refuse"]
    await boss.presses(1, "Confirm payment", "$36.50")
    assert "It pays the bill." in await boss.writes("BANK1", 1)
    await boss.presses(1, "Confirm")
    assert await stage(shop) is Stage.PURCHASING

    await mina.presses(1, "Bought", "1 · A teapot")
    await mina.writes("12.90", 1)
    await mina.presses(1, "Confirm", "Bought", "All", "Confirm")
    assert await stage(shop) is Stage.AWAITING_ARRIVAL

    await mina.presses(1, "Arrived", "2 · A cup")
    await mina.writes("1", 1)
    await mina.presses(1, "Confirm", "Arrived", "All", "Confirm")
    assert await stage(shop) is Stage.AT_WAREHOUSE

    await mina.presses(1, "2nd bill")
    await mina.writes("EMS=42.10", 1)
    await mina.writes("SAL=20", 1)
    await mina.presses(1, "Done", "Skip", "Confirm")
    await aki.presses("Open order", "Pay 2nd bill", "SAL · $20.00", "Confirm")
    await aki.presses("Bank transfer", "I have transferred it", "$20.00", "Today")
    await aki.writes("Aki Mori")
    await aki.presses("Skip", "Confirm")
    await boss.presses(1, "Confirm payment", "$20.00")
    await boss.writes("BANK2", 1)
    await boss.presses(1, "Confirm")
    assert await stage(shop) is Stage.READY_TO_SHIP

    await mina.presses(1, "Ship", "Japan Post")
    await mina.writes("EE123456785JP", 1)
    await mina.presses(1, "Confirm")
    assert await stage(shop) is Stage.SHIPPED
    assert "EE123456785JP" in aki.reads
    await aki.presses("Open order", "Reception report", "Everything arrived", "Confirm")
    file = await shop.file(1)
    assert file.order.stage is Stage.COMPLETED
    assert file.purse.owed.plain() == "0.40"  # the teapot cost 0.40 more
    async with looking(shop.daiko.database) as uow:
        assert await prove(uow.tx) == []


async def test_a_refused_report_can_be_made_again(
    shop: Shop, aki: Somebody, boss: Colleague
) -> None:
    await estimated(shop, aki, boss, "A teapot")
    await pays(aki, "1st bill")
    await boss.presses(1, "Refuse")
    assert (await boss.writes("nothing arrived", 1)).endswith("/refuse nothing arrived")
    assert "refused" in await boss.presses(1, "Confirm")
    assert "nothing arrived" in aki.reads
    await pays(aki, "1st bill")
    await boss.writes("/confirm 10.00 BANK1", 1)
    assert await stage(shop) is Stage.PURCHASING


async def test_money_that_is_short_or_too_much_is_told(
    shop: Shop, aki: Somebody, boss: Colleague
) -> None:
    await estimated(shop, aki, boss, "A teapot")
    await pays(aki, "1st bill")
    assert await boss.writes("/confirm 7 BANK1", 1) == (
        "✅ $7.00 booked. $7.00 went to the customer’s deposit. The bill stays open with $10.00."
    )
    assert await stage(shop) is Stage.AWAITING_FIRST_PAYMENT
    assert "$7.00" in aki.reads
    preview = await boss.writes("/confirm 11 BANK2", 1)  # nobody has reported it
    assert "It pays the bill, and $1.00 goes to the customer’s deposit." in preview
    await boss.presses(1, "Confirm")
    assert await stage(shop) is Stage.PURCHASING
    assert (await shop.file(1)).purse.deposit.plain() == "8.00"
    await aki.writes("/deposit")
    await aki.presses("History")
    assert "+$7.00 · Payment, too little for the bill · #1\n" in aki.reads
    assert "+$1.00 · Payment, what a bill did not need · #1\n" in aki.reads


async def test_what_is_not_to_be_had_is_dropped_and_the_rest_bought(
    shop: Shop, aki: Somebody, boss: Colleague, mina: Colleague
) -> None:
    await paid(shop, aki, boss, "A teapot", "A cup")
    await mina.presses(1, "Not available", "2 · A cup")
    await mina.writes("discontinued", 1)
    await mina.presses(1, "Confirm")
    assert "discontinued" in aki.reads
    await mina.writes("/bought", 1)
    lines = (await shop.file(1)).order.lines
    assert [line.state for line in lines] == [LineState.BOUGHT, LineState.CANCELLED]


async def test_a_paid_order_is_cancelled_by_finance_only(
    shop: Shop, aki: Somebody, boss: Colleague, mina: Colleague
) -> None:
    await paid(shop, aki, boss, "A teapot")
    before = aki.received
    await mina.presses(1, "Cancel order")
    assert mina.toasts == ["Only finance members can do this. Please ask one of them."]
    assert "Only finance members" in await mina.writes("/cancel forbidden goods", 1)
    assert await stage(shop) is Stage.PURCHASING
    assert aki.received == before
    await boss.presses(1, "Cancel order")
    await boss.writes("forbidden goods", 1)
    preview = await boss.writes("2.50", 1)
    assert "Goes back to the deposit: $7.50\nIs kept: $2.50\n" in preview
    await boss.presses(1, "Confirm")
    file = await shop.file(1)
    assert file.order.stage is Stage.CANCELLED
    assert file.purse.deposit.plain() == "7.50"
    assert "forbidden goods" in aki.reads
    assert card_keys(shop, 1) == ["History"]


async def test_a_hold_stops_the_work_until_it_is_released(
    shop: Shop, aki: Somebody, mina: Colleague
) -> None:
    await applies(aki, "A teapot")
    await mina.presses(1, "Hold")
    await mina.writes("customs ask questions", 1)
    await mina.presses(1, "Confirm")
    assert (await shop.file(1)).order.flags == {Flag.ON_HOLD}
    assert "customs ask questions" in aki.reads
    assert card_keys(shop, 1) == ["Release", "Cancel order", "Take", "History"]
    assert "on hold" in await mina.writes("/estimate 1=10", 1)
    await mina.presses(1, "Release", "Confirm")
    assert (await shop.file(1)).order.flags == frozenset()
    assert (await mina.writes("/estimate 1=10", 1)).startswith("✅")


async def test_what_staff_were_asked_survives_a_restart(
    shop: Shop, aki: Somebody, mina: Colleague
) -> None:
    await applies(aki, "A teapot")
    await mina.presses(1, "Estimate")
    await mina.writes("10", 1)
    await shop.restart()
    await mina.presses(1, "Skip")
    await mina.writes("2", 1)
    await mina.presses(1, "Confirm")
    bill = (await shop.file(1)).order.first_bill
    assert bill is not None
    assert bill.total.plain() == "12.00"


async def test_words_and_pictures_reach_the_customer_and_notes_do_not(
    shop: Shop, aki: Somebody, mina: Colleague, group: Forum
) -> None:
    await applies(aki, "A teapot")
    await mina.writes("// she is a good customer", 1)
    await mina.writes("Is <blue> fine?", 1)
    assert "Is <blue> fine?" in aki.reads
    mina.person.sends_photo(group, caption="like this", topic=shop.topic(1))
    await shop.rest()
    assert aki.last["photo"]
    assert "like this" in aki.reads
    await mina.writes("/hallo", 1)
    mina.person.writes("lunch?", group)
    await shop.rest()
    assert not any(word in str(aki.received) for word in ("good customer", "hallo", "lunch"))


async def test_a_customer_has_no_way_into_the_staff_s_work(
    shop: Shop, aki: Somebody, group: Forum
) -> None:
    await applies(aki, "A teapot")
    order = (await shop.file(1)).order
    (card,) = shop.topic(1).pinned
    for key in card["reply_markup"]["inline_keyboard"]:
        for button in key:
            await aki.forges(button["callback_data"])
    await aki.writes("/estimate 1=0", "/cancel mine")
    assert (await shop.file(1)).order == order
    aki.person.joins(group)
    eve = Colleague(shop, aki.person)
    assert "your own order" in await eve.writes("/estimate 1=0.01", 1)
    await eve.presses(1, "Estimate")
    assert "your own order" in eve.toasts[-1]
    assert (await shop.file(1)).order == order


async def test_a_line_the_order_does_not_have_gets_the_usage_and_changes_nothing(
    shop: Shop, aki: Somebody, boss: Colleague
) -> None:
    await applies(aki, "A teapot")
    for line in ("/estimate 1=10 9=1", "/reject 9 sold out"):
        answer = await boss.writes(line, 1)
        assert "There is no item with that number in this order. Nothing was changed." in answer
        assert line.split(maxsplit=1)[0] in answer
    assert await stage(shop) is Stage.APPLIED
    await boss.writes("/estimate 1=10", 1)
    await pays(aki, "1st bill")
    await boss.writes("/confirm 10 BANK1", 1)
    for line in ("/bought 9=1", "/unavailable 9 sold out", "/arrived 9=1"):
        answer = await boss.writes(line, 1)
        assert "It is written like this:" in answer, line
    assert [line.state for line in (await shop.file(1)).order.lines] == [LineState.TO_BUY]
