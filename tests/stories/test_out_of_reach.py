"""What cannot be delivered for hours or days: nothing is lost, and whoever has to know is told."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest

from bot.settings import Settings
from domain.ids import PersonId
from domain.orders import Stage
from sandbox.people import Forum, Person, texts_of
from sandbox.telegram import Telegram
from storage.unit_of_work import looking
from tests.bot.conftest import Clock
from tests.stories.roads import applies, asks, estimated, opens
from tests.stories.shop import Shop, Somebody
from tests.stories.test_agencies import osaka, yui
from tests.stories.test_two_agencies import applies_to, both

__all__ = ["both", "osaka", "yui"]

SHUT = (
    "⚠️ Since Mon 2 Nov, 09:00 UTC I cannot write into the staff group of Daiko. What is for "
    "staff waits, and customers who write hear so.\n\nNext: make me an administrator of the group "
    "who may manage topics, pin and delete messages. daiko doctor says what is missing."
)


@pytest.fixture
def settings(settings: Settings, chief: Person) -> Settings:
    """Whoever may move money is named."""
    return settings.model_copy(update={"finance_user_ids": (PersonId(chief.id),)})


@pytest.fixture
async def shop(
    settings: Settings, clock: Clock, telegram: Telegram, group: Forum, chief: Person
) -> AsyncIterator[Shop]:
    """The chief has a private chat with the bot."""
    shop = Shop(settings, telegram, clock, group, monotonic=lambda: clock.now.timestamp())
    async with shop.open():
        await Somebody(shop, chief).starts()
        yield shop
        telegram.calls.clear()  # Telegram said no, as it should


async def later(shop: Shop, **span: float) -> None:
    """Time passes, and all that waited for its moment is tried again."""
    shop.clock.forward(**span)
    await shop.rest()
    await shop.daiko.sweep()
    await shop.rest()


def told(who: Somebody, words: str) -> list[str]:
    return [text for text in who.received if words in text]


async def test_who_may_move_money_hears_in_private_that_the_staff_group_is_shut_once_a_day(
    shop: Shop, aki: Somebody, boss: Somebody, group: Forum
) -> None:
    await applies(aki)
    boss.person.removes(shop.telegram.bot, group)
    await asks(aki, "Hello?")
    await later(shop, minutes=4)
    assert told(boss, "staff group") == []
    for minutes in (2, 30, 60):
        await later(shop, minutes=minutes)
    assert told(boss, "staff group") == [SHUT]
    assert len(told(aki, "is kept, and waits")) == 1
    await later(shop, days=1)
    assert told(boss, "staff group") == [SHUT, SHUT]


async def test_rights_that_are_lost_are_said_and_what_waited_comes_when_they_are_back(
    shop: Shop, aki: Somebody, ben: Somebody, boss: Somebody, group: Forum
) -> None:
    await applies(aki)
    boss.person.demotes(shop.telegram.bot, group)
    await applies(ben, ("Tea pot", 1))  # it gets no topic
    await asks(aki, "Hello?")  # the others are not kept waiting
    assert shop.staff_read(1)[-1] == "💬 Aki\nHello?"
    assert [topic.topic.name for topic in group.topics] == ["#1 · To estimate · Blue mug"]
    await later(shop, minutes=6)
    (said,) = told(boss, "staff group")
    assert said.startswith(
        "⚠️ Since Mon 2 Nov, 09:00 UTC I may not do everything in the staff group of Daiko: new "
        "orders and inquiries may wait for their topics."
    )
    boss.person.promotes(shop.telegram.bot, group)
    await later(shop, minutes=6)
    assert any("Tea pot" in text for text in texts_of(shop.topic(2).pinned))
    await later(shop, minutes=6)
    boss.person.demotes(shop.telegram.bot, group)
    await ben.writes("/inquiry", "Anybody there?")
    await later(shop, minutes=6)
    assert len(told(boss, "staff group")) == 2  # another time, another word


async def test_a_group_of_another_agency_that_is_shut_is_told_at_the_front_desk(
    both: Shop, aki: Somebody, yui: Person, osaka: Forum, boss: Somebody
) -> None:
    await applies_to(aki, "Osaka")
    yui.removes(both.telegram.bot, osaka)
    await asks(aki, "Hello?")
    await later(both, minutes=6)
    assert "staff group of Osaka" in texts_of(both.group.general)[-1]
    assert len(told(boss, "staff group of Osaka")) == 1


async def test_what_is_for_staff_waits_for_their_group_longer_than_three_days(
    shop: Shop, aki: Somebody, ben: Somebody, boss: Somebody, group: Forum
) -> None:
    await applies(aki)
    boss.person.removes(shop.telegram.bot, group)
    await applies(ben, ("Tea pot", 1))
    for text in ("One", "Two", "Three"):
        await asks(aki, text)
    for _ in range(5):
        await later(shop, days=1)
    boss.person.adds(shop.telegram.bot, group)
    boss.person.promotes(shop.telegram.bot, group)
    await later(shop, minutes=6)
    said = [text for text in shop.staff_read(1) if text.startswith("💬")]
    assert said == ["💬 Aki\nOne", "💬 Aki\nTwo", "💬 Aki\nThree"]
    assert any("Tea pot" in text for text in texts_of(shop.topic(2).pinned))
    assert told(aki, "could not be passed on") == []
    assert len(told(aki, "is kept, and waits")) == 3  # each of the three, once
    async with looking(shop.daiko.database) as uow:
        assert await uow.outbox.count_waiting() == 0


async def test_telegram_that_is_down_for_an_hour_delays_and_loses_nothing(
    shop: Shop, aki: Somebody, boss: Somebody
) -> None:
    await applies(aki)
    await opens(aki)
    await aki.presses("Messages", "New message")
    for method in ("sendMessage", "sendPhoto", "setMessageReaction", "editMessageText"):
        shop.telegram.fail(method, times=10_000, http_status=502)
    photo = aki.person.sends_photo(caption="This one")
    await shop.rest()
    await boss.says_in_topic("We have found it.", 1)
    before = aki.received
    for _ in range(6):
        await later(shop, minutes=10)
    assert aki.received == before
    shop.telegram.faults.clear()
    await later(shop, minutes=5)
    new = aki.received[len(before) :]
    assert [text for text in new if text.startswith("💬")] == ["💬 #1 · Daiko\nWe have found it."]
    assert [text for text in new if "was held up, and has been delivered now" in text] != []
    (carried,) = [m for m in shop.topic(1).messages if "photo" in m]
    assert carried["caption"] == "💬 Aki\nThis one"
    assert shop.telegram.bot.privates[aki.id].reactions[photo["message_id"]]


async def test_on_the_fourth_day_staff_hear_what_a_customer_never_got(
    shop: Shop, aki: Somebody, boss: Somebody
) -> None:
    await estimated(aki, boss)
    shop.telegram.fail("sendMessage", chat=aki.id, times=10_000, http_status=500)
    await boss.says_in_topic("Blue or red?", 1)
    await boss.says_in_topic("/cancel the shop has closed", 1)
    for _ in range(3):
        await later(shop, days=1)
    assert not any("did not get this" in text for text in shop.staff_read(1))
    await later(shop, days=1)
    await later(shop, days=1)
    lost = [
        text for text in shop.staff_read(1) if "Telegram could not be reached for days" in text
    ]
    assert lost[0] == (
        "⚠️ The customer did not get this: Telegram could not be reached for days.\nBlue or red?"
    )
    assert (await shop.file(1)).order.stage is Stage.CANCELLED
    assert len(lost) == 2
    assert "#1" in lost[1]


async def test_an_account_that_was_deleted_is_shown_to_whoever_wrote(
    shop: Shop, aki: Somebody, boss: Somebody
) -> None:
    await applies(aki)
    aki.person.deletes_account()
    await boss.says_in_topic("Are you there?", 1)
    said = [text for text in shop.staff_read(1) if "did not get this" in text]
    assert said == [
        "⚠️ The customer did not get this: their Telegram account was deleted.\nAre you there?"
    ]
