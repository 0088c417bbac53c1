"""Two agencies: everything of an order happens in the group of its own, and nowhere else."""

from __future__ import annotations

import pytest

from domain.ids import AgencyId
from domain.orders import Stage
from sandbox.people import Forum, Person, texts_of
from tests.bot.conftest import Clock
from tests.stories.shop import Shop, Somebody
from tests.stories.test_agencies import coded, osaka, says, yui

__all__ = ["osaka", "yui"]

ACCOUNT = "Osaka Bank\n987-654"
ESTIMATE = "/estimate 1=10 shipping=5 fee=3"


@pytest.fixture
async def both(shop: Shop, yui: Person, osaka: Forum) -> Shop:
    """Osaka's group is registered: it reads in Tokyo's time and has a bank account of its own."""
    line = await coded(shop, "Osaka", timezone="Asia/Tokyo", bank_account=ACCOUNT)
    await says(shop, yui, line, osaka)
    return shop


async def applies_to(who: Somebody, agency: str, item: str = "Red kettle") -> None:
    await who.starts()
    await who.presses("New order", agency)
    await who.writes(item, "1")
    await who.presses("Skip", "Done")
    await who.writes("Aki Mori\n1-2 Chuo\nKyoto 600-8001")
    await who.presses("Cheapest", "Buy the rest", "5 %", "Confirm")


async def stage(shop: Shop, number: int) -> Stage:
    return (await shop.file(number)).order.stage


async def in_topic(shop: Shop, who: Person, text: str, group: Forum, number: int) -> str:
    """A line in an order's topic of a group; what stands there last, afterwards."""
    who.writes(text, group, topic=group.topic(f"#{number}"))
    await shop.rest()
    return texts_of(group.topic(f"#{number}").messages)[-1]


def topics(group: Forum) -> list[str]:
    return [topic.topic.name for topic in group.topics]


async def test_where_there_is_one_agency_nobody_is_asked_which(shop: Shop, aki: Somebody) -> None:
    await coded(shop)  # it has no group yet, and so gets no orders
    await aki.starts()
    await aki.presses("New order")
    assert "Which agency" not in aki.reads
    assert "Osaka" not in aki.buttons


async def test_a_customer_chooses_the_agency_and_the_order_lives_in_its_group(
    both: Shop, aki: Somebody, yui: Person, osaka: Forum
) -> None:
    before = list(both.group.messages)
    await aki.starts()
    await aki.presses("New order")
    assert aki.reads == "Which agency shall buy for you?"
    assert aki.buttons[:2] == ["Daiko", "Osaka"]
    await aki.presses("Cancel")
    await applies_to(aki, "Osaka")
    assert (await both.file(1)).order.agency == AgencyId(1)
    assert len(topics(osaka)) == 1
    assert "Red kettle" in texts_of(osaka.topic("#1").pinned)[0]
    await in_topic(both, yui, ESTIMATE, osaka, 1)
    assert await stage(both, 1) is Stage.AWAITING_FIRST_PAYMENT
    await aki.presses("Open order", "Pay 1st bill", "Bank transfer")
    assert ACCOUNT in aki.reads
    assert "First Bank" not in aki.reads
    await in_topic(both, yui, "We have found it in Namba.", osaka, 1)
    assert aki.reads == "💬 #1 · Osaka\nWe have found it in Namba."
    await aki.presses("Open order", "Messages", "New message")
    assert "Osaka" in aki.reads
    await aki.writes("How nice!")
    assert texts_of(osaka.topic("#1").messages)[-1].endswith("How nice!")
    assert both.group.messages == before


async def test_orders_with_the_same_topic_number_are_told_apart_by_their_group(
    both: Shop, aki: Somebody, ben: Somebody, boss: Somebody, yui: Person, osaka: Forum
) -> None:
    await applies_to(aki, "Daiko", "Blue mug")
    await applies_to(ben, "Osaka")
    # Whatever the numbers are, one of either group means nothing in the other.
    ours, theirs = both.group.topic("#1").id, osaka.topic("#2").id
    async with both.transaction() as uow:
        assert await uow.orders.by_topic(ours) == 1
        assert await uow.orders.by_topic(theirs, AgencyId(1)) == 2
        assert await uow.orders.by_topic(ours, AgencyId(1)) in (None, 2)
        assert await uow.orders.by_topic(theirs) in (None, 1)
    await in_topic(both, yui, ESTIMATE, osaka, 2)
    assert (await stage(both, 1), await stage(both, 2)) == (
        Stage.APPLIED,
        Stage.AWAITING_FIRST_PAYMENT,
    )
    await in_topic(both, boss.person, ESTIMATE, both.group, 1)
    assert await stage(both, 1) is Stage.AWAITING_FIRST_PAYMENT


async def test_a_button_of_the_other_group_s_order_does_nothing(
    both: Shop, aki: Somebody, ben: Somebody, boss: Somebody, yui: Person, osaka: Forum
) -> None:
    await applies_to(aki, "Daiko", "Blue mug")
    await applies_to(ben, "Osaka")
    (our_card,), (their_card,) = both.group.topic("#1").pinned, osaka.topic("#2").pinned
    for who, card, other in ((yui, their_card, our_card), (boss.person, our_card, their_card)):
        rows = other["reply_markup"]["inline_keyboard"]
        for data in [
            key["callback_data"] for row in rows for key in row if "callback_data" in key
        ]:
            who.presses_forged(data, card)
            await both.rest()
    for number in (1, 2):
        order = (await both.file(number)).order
        assert (order.stage, order.version, order.taken_by) == (Stage.APPLIED, 1, "")


async def test_the_desk_of_an_agency_shows_its_own(
    both: Shop, aki: Somebody, ben: Somebody, boss: Somebody, yui: Person, osaka: Forum
) -> None:
    await applies_to(aki, "Daiko", "Blue mug")
    await applies_to(ben, "Osaka")
    theirs = await says(both, yui, "/queue", osaka)
    assert "Red kettle" in theirs
    assert "Blue mug" not in theirs
    ours = await says(both, boss.person, "/queue", both.group)
    assert "Blue mug" in ours
    assert "Red kettle" not in ours
    assert "Red kettle" in await says(both, yui, "/find Red kettle", osaka)
    assert "Nothing found" in await says(both, yui, "/find Blue mug", osaka)
    assert "Nothing found" in await says(both, boss.person, "/find Red kettle", both.group)


@pytest.mark.parametrize("line", ["/payins", "/payouts", "/stats", "/mute 7"])
async def test_what_concerns_all_customers_is_done_at_the_front_desk(
    both: Shop, yui: Person, osaka: Forum, line: str
) -> None:
    word = line.split()[0]
    assert (await says(both, yui, line, osaka)).startswith(f"{word} is about customers of all")


async def test_the_list_of_commands_has_what_can_be_done_in_the_group(
    both: Shop, boss: Somebody, yui: Person, osaka: Forum
) -> None:
    ours = await says(both, boss.person, "/help", both.group)
    for line in ("/help", "/nonsense"):
        theirs = await says(both, yui, line, osaka)
        for word in ("/estimate", "/move", "/messages", "/queue", "/find", "/canned"):
            assert f"\n{word}" in theirs
        for word in ("/payins", "/stats", "/mute", "/refund"):
            assert f"\n{word}" not in theirs
            assert f"\n{word}" in ours


async def test_the_morning_comes_to_each_agency_in_its_own_time_zone(
    both: Shop, aki: Somebody, osaka: Forum, clock: Clock
) -> None:
    await both.let_pass(minutes=2)  # 9 in London is 18 in Tokyo
    await applies_to(aki, "Osaka")
    osaka_before, ours_before = len(osaka.general), len(both.group.general)
    await both.let_pass(hours=15)  # 9 in Tokyo, 0 in London
    assert len(osaka.general) == osaka_before + 1
    assert len(both.group.general) == ours_before
    await both.let_pass(hours=9)
    assert len(osaka.general) == osaka_before + 1
    assert len(both.group.general) == ours_before + 1


async def test_both_agencies_are_there_after_a_restart(
    both: Shop, aki: Somebody, yui: Person, osaka: Forum
) -> None:
    await applies_to(aki, "Osaka")
    await both.restart()
    await in_topic(both, yui, ESTIMATE, osaka, 1)
    assert await stage(both, 1) is Stage.AWAITING_FIRST_PAYMENT
