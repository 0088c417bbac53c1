"""A hold stops an order and its clock, and both sides know why and until when."""

from __future__ import annotations

from datetime import timedelta

import pytest

from domain.orders import Flag, Stage
from sandbox.people import Forum, Person
from sandbox.telegram import Telegram
from tests.bot.conftest import Clock
from tests.stories.roads import estimated, opens, paid, shipped
from tests.stories.shop import Shop, Somebody
from tests.stories.staffroom import Colleague, card_keys

DAY = timedelta(days=1)


@pytest.fixture
def mina(shop: Shop, telegram: Telegram, group: Forum) -> Colleague:
    """A member of staff who may not move money, and may stop an order."""
    mina = telegram.person("Mina")
    mina.joins(group)
    return Colleague(shop, mina)


async def passes(shop: Shop, clock: Clock, span: timedelta) -> None:
    clock.now += span
    await shop.daiko.sweep()
    await shop.rest()


async def test_a_hold_stops_the_clock_and_its_release_gives_the_time_back(
    shop: Shop, clock: Clock, aki: Somebody, boss: Somebody, mina: Colleague
) -> None:
    await estimated(aki, boss)
    due_at = (await shop.file(1)).order.due_at
    assert due_at is not None
    await passes(shop, clock, DAY)
    answer = await mina.writes("/hold customs ask questions", 1)
    assert "its deadlines stand still, and the customer is told" in answer
    assert "customs ask questions" in aki.reads
    await passes(shop, clock, 20 * DAY)
    order = (await shop.file(1)).order
    assert (order.stage, order.flags) == (
        Stage.AWAITING_FIRST_PAYMENT,
        frozenset({Flag.ON_HOLD}),
    )
    assert "goes on" in await mina.writes("/unhold", 1)
    order = (await shop.file(1)).order
    assert (order.due_at, order.flags, order.reason) == (due_at + 20 * DAY, frozenset(), "")
    assert "29 Nov" in aki.reads  # until then she can pay


async def test_on_hold_nothing_is_paid_and_nothing_is_bought(
    shop: Shop, aki: Somebody, boss: Somebody, mina: Colleague
) -> None:
    await estimated(aki, boss)
    await opens(aki)
    card = aki.last
    await mina.writes("/hold customs ask questions", 1)
    await opens(aki)
    assert not any("Pay 1st bill" in label for label in aki.buttons)
    assert "on hold" in aki.reads.lower()
    await aki.presses("Pay 1st bill", on=card)
    assert "outdated" in aki.toast
    assert {"Release", "Cancel order", "History"} <= set(card_keys(shop, 1))
    assert "Estimate" not in card_keys(shop, 1)
    assert "on hold" in await mina.writes("/estimate 1=11", 1)
    assert (await shop.file(1)).order.stage is Stage.AWAITING_FIRST_PAYMENT


async def test_held_twice_is_held_once(
    shop: Shop, aki: Somebody, boss: Somebody, mina: Colleague
) -> None:
    await paid(aki, boss)
    await mina.writes("/hold customs ask questions", 1)
    heard = len(aki.received)
    assert "on hold" in await mina.writes("/hold again", 1)
    order = (await shop.file(1)).order
    assert order.reason == "customs ask questions"
    assert len(aki.received) == heard
    await mina.writes("/unhold", 1)
    assert "not possible at this stage" in await mina.writes("/unhold", 1)


async def test_a_shipped_order_on_hold_is_not_completed_by_the_clock(
    shop: Shop, clock: Clock, aki: Somebody, boss: Somebody, mina: Colleague
) -> None:
    await shipped(aki, boss)
    await mina.writes("/hold the carrier looks for it", 1)
    await passes(shop, clock, 60 * DAY)
    assert (await shop.file(1)).order.stage is Stage.SHIPPED
    assert "the carrier looks for it" in await mina.writes("/history", 1)


async def test_an_ended_order_is_not_held(
    shop: Shop, aki: Somebody, boss: Somebody, mina: Colleague, chief: Person
) -> None:
    await estimated(aki, boss)
    await boss.says_in_topic("/cancel forbidden goods", 1)
    assert "not possible at this stage" in await mina.writes("/hold too late", 1)
    assert (await shop.file(1)).order.flags == frozenset()
