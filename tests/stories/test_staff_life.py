"""An order's whole life, worked by staff with the buttons of its topic."""

from __future__ import annotations

import pytest

from domain.orders import Stage
from sandbox.people import Forum, Person
from sandbox.telegram import Telegram
from tests.stories.shop import Shop, Somebody
from tests.stories.staffroom import Colleague, applies, card_keys, pays


@pytest.fixture
def boss(shop: Shop, chief: Person) -> Colleague:
    return Colleague(shop, chief)


@pytest.fixture
def mina(shop: Shop, telegram: Telegram, group: Forum) -> Colleague:
    """A member of staff who may not move money."""
    mina = telegram.person("Mina")
    mina.joins(group)
    return Colleague(shop, mina)


async def stage(shop: Shop) -> Stage:
    return (await shop.file(1)).order.stage


async def test_staff_take_an_order_through_its_life_with_buttons(
    shop: Shop, aki: Somebody, boss: Colleague, mina: Colleague
) -> None:
    await applies(aki, "A teapot", "A cup")
    assert card_keys(shop, 1) == ["Estimate", "Reject line", "Hold", "Cancel order", "History"]

    await mina.presses(1, "Estimate")
    await mina.writes("12.50", 1)
    await mina.writes("8", 1)
    await mina.writes("5", 1)
    await mina.writes("3", 1)
    assert (await mina.presses(1, "Confirm")).startswith("✅ Estimate issued: $36.50.")
    assert "$36.50" in aki.reads

    await pays(aki, "1st bill")
    assert "Confirm payment" in card_keys(shop, 1)
    await mina.presses(1, "Confirm payment")
    assert mina.toasts == ["Only finance members can do this. Please ask one of them."]
    await boss.presses(1, "Confirm payment", "$36.50")
    preview = await boss.writes("BANK1", 1)
    assert "It pays the bill." in preview
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
    assert await stage(shop) is Stage.AWAITING_SECOND_PAYMENT
    await aki.presses("Open order")
    print(aki.reads, aki.buttons)
