"""What goes wrong at the warehouse, as staff see it and as the customer decides."""

from __future__ import annotations

from domain.orders import Flag, LineState, Stage
from sandbox.people import buttons_of
from tests.stories.roads import applies, opens, paid, reports
from tests.stories.shop import Shop, Somebody
from tests.stories.staffroom import Colleague, card_keys


async def bought(aki: Somebody, boss: Somebody) -> None:
    """Three mugs for $10.00 each and a pot for $20.00, bought."""
    await applies(aki, ("Blue mug", 3), ("Tea pot", 1))
    await boss.says_in_topic("/estimate 1=10 2=20", 1)
    await opens(aki)
    await aki.presses("Pay 1st bill")
    await reports(aki, "50.00")
    await boss.says_in_topic("/confirm 50.00 REF1", 1)
    await boss.says_in_topic("/bought", 1)


async def test_too_few_came_and_the_customer_goes_on_with_them(
    shop: Shop, aki: Somebody, boss: Somebody
) -> None:
    await bought(aki, boss)
    await boss.says_in_topic("/arrived 2=1", 1)
    await boss.says_in_topic("/short 1=2 one mug is missing", 1)
    assert "only 2 of 3 arrived" in aki.reads
    assert "one mug is missing" in aki.reads
    assert aki.buttons[:2] == ["🟢 Accept · 2 of 3", "Wait · for the rest"]
    await aki.presses("Accept")
    assert "We go on with 2 of 3." in aki.reads
    assert Flag.DECISION_NEEDED in (await shop.file(1)).order.flags
    await aki.presses("Confirm")
    order = (await shop.file(1)).order
    assert (order.stage, order.line(1).quantity) == (Stage.AT_WAREHOUSE, 2)
    assert "goes on with what came of item 1" in shop.staff_read(1)[-1]
    await opens(aki)
    await aki.presses("Bills")
    assert "$10.00 less" in aki.reads


async def test_or_waits_for_the_rest(shop: Shop, aki: Somebody, boss: Somebody) -> None:
    await bought(aki, boss)
    await boss.says_in_topic("/short 1=2 one mug is missing", 1)
    await aki.presses("Wait", "Confirm")
    order = (await shop.file(1)).order
    assert (order.stage, order.flags) == (Stage.AWAITING_ARRIVAL, frozenset())
    await boss.says_in_topic("/arrived", 1)
    assert (await shop.file(1)).order.stage is Stage.AT_WAREHOUSE


async def test_a_photo_with_the_line_reaches_the_customer_with_the_question(
    shop: Shop, aki: Somebody, boss: Somebody
) -> None:
    await bought(aki, boss)
    await boss.says_in_topic("/arrived", 1)
    boss.person.sends_photo(shop.group, topic=shop.topic(1), caption="/damaged 2 a crack in it")
    await shop.rest()
    assert "photo" in aki.last
    assert "Item 2 (Tea pot) arrived damaged" in aki.reads
    assert "a crack in it" in aki.reads
    assert "Take your time" in aki.reads
    await boss.says_in_topic("/bill EMS=42.10", 1)
    assert "asked to decide about item 2" in shop.staff_read(1)[-1]
    assert (await shop.file(1)).order.stage is Stage.AT_WAREHOUSE
    await aki.presses("Drop item", "Confirm")
    assert "will not be sent" in aki.toast
    order = (await shop.file(1)).order
    assert order.line(2).state is LineState.CANCELLED
    await boss.says_in_topic("/bill EMS=42.10", 1)
    assert (await shop.file(1)).order.stage is Stage.AWAITING_SECOND_PAYMENT


async def test_a_photo_of_what_arrived_comes_with_the_news(
    shop: Shop, aki: Somebody, boss: Somebody
) -> None:
    await bought(aki, boss)
    boss.person.sends_photo(shop.group, topic=shop.topic(1), caption="/arrived 1=3")
    await shop.rest()
    assert "photo" in aki.last
    assert "arrived in our warehouse" in aki.reads
    boss.person.sends_photo(shop.group, topic=shop.topic(1), caption="/ship EMS EE1")
    await shop.rest()
    assert "without a picture" in shop.staff_read(1)[-1]


async def test_staff_report_by_button_with_a_photo_and_buy_it_again(
    shop: Shop, aki: Somebody, boss: Somebody
) -> None:
    await bought(aki, boss)
    staff = Colleague(shop, boss.person)
    await staff.presses(1, "Short or damaged", "Something else", "2 · Tea pot")
    await staff.writes("it is a coffee pot", 1)
    await staff.writes("nothing to see", 1)
    assert "Please send a photo" in shop.staff_read(1)[-1]
    boss.person.sends_photo(shop.group, topic=shop.topic(1))
    await shop.rest()
    assert "/wrong 2 it is a coffee pot" in shop.staff_read(1)[-1]
    assert "They see the photo, too." in shop.staff_read(1)[-1]
    await staff.presses(1, "Confirm")
    assert "photo" in aki.last
    assert aki.buttons[:2] == ["🟢 Accept · as it is", "Drop item · 2"]
    question = aki.last
    assert "Buy again" in card_keys(shop, 1)
    await staff.presses(1, "Buy again", "2 · Tea pot", "Confirm")
    assert "once more. It costs you nothing more." in aki.reads
    await aki.presses("Accept", on=question)
    assert "outdated" in aki.toast
    order = (await shop.file(1)).order
    assert (order.stage, order.line(2).state) == (Stage.PURCHASING, LineState.TO_BUY)
    await boss.says_in_topic("/bought", 1)
    await boss.says_in_topic("/arrived", 1)
    assert (await shop.file(1)).order.stage is Stage.AT_WAREHOUSE


async def test_the_card_asks_until_it_is_answered_and_what_is_not_short_is_refused(
    shop: Shop, aki: Somebody, boss: Somebody
) -> None:
    await bought(aki, boss)
    await boss.says_in_topic("/short 1=3 all there", 1)
    assert "That is not too few" in shop.staff_read(1)[-1]
    assert not (await shop.file(1)).order.flags
    await boss.says_in_topic("/wrong 1 cups", 1)
    await opens(aki)
    assert "Your turn: please decide." in aki.reads
    greens = [key["text"] for key in buttons_of(aki.last) if key["text"].startswith("🟢")]
    assert greens == ["🟢 Accept · as it is"]


async def test_silence_about_goods_drops_nothing_and_rings_for_staff(
    shop: Shop, aki: Somebody, boss: Somebody
) -> None:
    await bought(aki, boss)
    await boss.says_in_topic("/wrong 2 a coffee pot", 1)
    before = (await shop.file(1)).order
    await shop.let_pass(hours=73)
    order = (await shop.file(1)).order
    assert order.lines == before.lines
    assert any("has not decided about it since" in text for text in shop.staff_read(1))
    assert any("We still need your decision, so that" in text for text in aki.received)
    await aki.presses("Accept", "Confirm")  # it never comes too late
    assert (await shop.file(1)).order.line(2).state is LineState.ARRIVED


async def test_what_does_not_arrive_for_ten_days_rings_and_can_be_split_off(
    shop: Shop, aki: Somebody, boss: Somebody
) -> None:
    await bought(aki, boss)
    await boss.says_in_topic("/arrived 1=3", 1)
    await shop.let_pass(days=10, hours=1)
    rings = [text for text in shop.staff_read(1) if "not arrived yet: item 2" in text]
    assert len(rings) == 1
    assert "/split 2" in rings[0]
    await shop.let_pass(days=5)
    rings = [text for text in shop.staff_read(1) if "not arrived yet: item 2" in text]
    assert len(rings) == 2


async def test_what_is_bought_may_not_come_but_is_not_unavailable(
    shop: Shop, aki: Somebody, boss: Somebody
) -> None:
    await paid(aki, boss)
    await boss.says_in_topic("/bought", 1)
    before = (await shop.file(1)).order
    await boss.says_in_topic("/unavailable 1 the shop cancelled it", 1)
    assert shop.staff_read(1)[-1].endswith(
        "Item 1 is bought already. If the shop cancelled it, write /short 1=0 reason: the "
        "customer is asked. After that /again 1 buys it once more; /cancel reason ends the order."
    )
    assert (await shop.file(1)).order == before
    await boss.says_in_topic("/short 1=0 the shop cancelled it", 1)
    assert "did not come to our warehouse" in aki.reads
    await boss.says_in_topic("/again 1", 1)
    assert (await shop.file(1)).order.line(1).state is LineState.TO_BUY


async def test_the_only_item_that_has_not_arrived_cannot_go_alone(
    shop: Shop, aki: Somebody, boss: Somebody
) -> None:
    await paid(aki, boss)
    await boss.says_in_topic("/bought", 1)
    await shop.let_pass(days=10, hours=1)
    (bell,) = [text for text in shop.staff_read(1) if "not arrived yet: item 1" in text]
    assert bell.endswith("Please ask the shop. When it is there, count it:\n/arrived")
