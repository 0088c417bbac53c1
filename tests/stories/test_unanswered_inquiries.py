"""An inquiry waits for its answer as an order's message does: in the queue, and with a bell."""

from __future__ import annotations

import pytest

from sandbox.people import Forum, Person, TopicView, buttons_of, texts_of
from sandbox.telegram import Telegram
from storage.tables import unanswered
from tests.bot.conftest import Clock
from tests.stories.roads import applies
from tests.stories.shop import Shop, Somebody
from tests.stories.test_agencies import osaka, yui
from tests.stories.test_queue import asks, general, reads, sweep, turns
from tests.stories.test_two_agencies import applies_to, both

__all__ = ["both", "osaka", "yui"]

BELL = "waiting for an answer"


@pytest.fixture
def mina(telegram: Telegram, group: Forum) -> Person:
    mina = telegram.person("Mina")
    mina.joins(group)
    return mina


def topic(shop: Shop, name: str = "Inquiry 1") -> TopicView:
    return shop.group.topic(name)


def bells(messages: list[dict[str, object]]) -> list[str]:
    return [text for text in texts_of(messages) if BELL in text]


async def says(shop: Shop, who: Person, text: str) -> str:
    """A line in the inquiry's topic; what stands there last, afterwards."""
    who.writes(text, shop.group, topic=topic(shop))
    await shop.rest()
    return texts_of(topic(shop).messages)[-1]


async def test_an_inquiry_without_an_answer_rings_in_its_topic_and_then_in_general(
    shop: Shop, aki: Somebody, mina: Person, clock: Clock
) -> None:
    await aki.writes("/inquiry", "Do you ship to Chile?")
    clock.forward(hours=3, minutes=59)
    await aki.writes("/inquiry", "Hello?")  # it counts from the first
    await sweep(shop)
    assert bells(topic(shop).messages) == []
    clock.forward(minutes=1)
    await sweep(shop)
    await sweep(shop)
    assert bells(topic(shop).messages) == [
        "⏰ Inquiry 1 · Aki has been waiting for an answer since Mon 2 Nov, 09:00 UTC.\n"
        "Write the answer here; if none is needed, press the button."
    ]
    assert bells(shop.group.general) == []
    clock.forward(hours=4)
    await sweep(shop)
    assert reads(general(shop)) == (
        "⏰ Inquiry 1 · Aki has been waiting for an answer since Mon 2 Nov, 09:00 UTC."
    )
    (key,) = buttons_of(general(shop))
    assert key["text"] == "Open topic · Inquiry 1"
    assert key["url"].endswith(f"/{topic(shop).id}")
    clock.forward(hours=9)
    await sweep(shop)
    assert len(bells(shop.group.general)) == len(bells(topic(shop).messages)) == 1
    await says(shop, mina, "We do.")
    assert await shop.count(unanswered) == 0


async def test_an_inquiry_stands_in_the_queue_beside_the_messages_of_orders(
    shop: Shop, aki: Somebody, ben: Somebody, mina: Person, clock: Clock
) -> None:
    await applies(ben)
    await ben.writes("Is it <blue> & round?")
    await ben.presses("#1")
    clock.forward(hours=1)
    await aki.writes("/inquiry", "Do you ship to Chile?")
    await says(shop, mina, "/take")
    shown = await asks(shop, mina, "/queue")
    assert shown.split("\n\n")[:3] == [
        "🗂 What waits · 3",
        "💬 #1 · Unanswered messages · “Is it <blue> & round?”\nBen · until Mon 2 Nov, 13:00 UTC",
        "💬 Inquiry 1 · Unanswered messages · “Do you ship to Chile?”\n"
        "Aki · until Mon 2 Nov, 14:00 UTC · ✋ Mina",
    ]
    links = {key["text"]: key["url"] for key in buttons_of(general(shop)) if "url" in key}
    chat = str(shop.group.id).removeprefix("-100")
    assert links["💬 Inquiry 1"] == f"https://t.me/c/{chat}/{topic(shop).id}"
    shown = await turns(shop, mina, "Unanswered messages")
    assert shown.splitlines()[0] == "💬 Unanswered messages · 2"
    await says(shop, mina, "We do.")
    await asks(shop, mina, "/queue")
    assert "Inquiry 1" not in reads(general(shop))


async def test_an_inquiry_that_needs_no_answer_is_marked_and_the_customer_hears_nothing(
    shop: Shop, aki: Somebody, mina: Person, clock: Clock
) -> None:
    await aki.writes("/inquiry", "Thank you for everything!")
    before = aki.received
    assert "Nothing was changed" in await says(shop, mina, "/answered yes")
    assert await shop.count(unanswered) == 1
    await says(shop, mina, "// how kind")
    assert await shop.count(unanswered) == 1
    noted = "✅ Noted: nothing to answer here. The customer is not told."
    assert await says(shop, mina, "/answered") == noted
    assert await says(shop, mina, "/answered") == "The customer waits for no answer here."
    await aki.writes("/inquiry", "And good night.")
    clock.forward(hours=5)
    await sweep(shop)
    mina.presses("No answer needed", shop.group, topic=topic(shop))
    await shop.rest()
    assert texts_of(topic(shop).messages)[-1] == noted
    assert await shop.count(unanswered) == 0
    assert [text for text in aki.received[len(before) :] if "Daiko" in text] == []


async def test_an_inquiry_is_taken_and_taken_over(
    shop: Shop, aki: Somebody, boss: Somebody, mina: Person, clock: Clock
) -> None:
    await aki.writes("/inquiry", "Do you ship to Chile?")
    mina.presses("Take", shop.group, topic=topic(shop))
    await shop.rest()
    assert texts_of(topic(shop).messages)[-1] == "✋ Inquiry 1 is yours now."
    assert await says(shop, mina, "/take") == "✋ Inquiry 1 is yours already."
    clock.forward(hours=4)
    await sweep(shop)
    assert "Mina looks after this inquiry." in bells(topic(shop).messages)[0]
    taken = await says(shop, boss.person, "/take")
    assert taken == "✋ Inquiry 1 is yours now. It was Mina’s before."
    assert "/estimate" in await says(shop, boss.person, "/estimate 1=10")  # of no order
    aki.person.joins(shop.group)
    assert "your own" in await says(shop, aki.person, "/take")
    assert "your own" in await says(shop, aki.person, "/answered")
    assert await shop.count(unanswered) == 1


async def test_a_key_of_an_inquiry_is_pressed_in_its_own_topic_by_staff_only(
    shop: Shop, aki: Somebody, ben: Somebody, mina: Person
) -> None:
    await aki.writes("/inquiry", "One?")
    await ben.writes("/inquiry", "Two?")
    first = next(m for m in topic(shop).messages if buttons_of(m))
    data = buttons_of(first)[0]["callback_data"]
    await aki.forges(data.replace(":ta", ":an"))
    other = next(m for m in topic(shop, "Inquiry 2").messages if buttons_of(m))
    for forged in (data.replace(":ta", ":an"), data.replace(":ta", ":ca")):
        mina.presses_forged(forged, other)
        await shop.rest()
    assert await shop.count(unanswered) == 2


async def test_the_digest_counts_inquiries_and_says_which_wait_too_long(
    shop: Shop, aki: Somebody, mina: Person, clock: Clock
) -> None:
    await sweep(shop)  # the first day
    await aki.writes("/inquiry", "Do you ship to Chile?")
    clock.forward(hours=23)
    await sweep(shop)
    digest = next(m for m in shop.group.general if "Good morning" in m.get("text", ""))
    assert "💬 Unanswered messages: 1 · ⏰ 1 late" in reads(digest)


async def test_an_inquiry_waits_at_the_front_desk_and_with_no_other_agency(
    both: Shop, aki: Somebody, boss: Somebody, yui: Person, osaka: Forum, clock: Clock
) -> None:
    await applies_to(aki, "Osaka")
    await aki.writes("/inquiry", "Do you ship to Chile?")
    assert "Inquiry 1" in await asks(both, boss.person, "/queue")
    yui.writes("/queue", osaka)
    await both.rest()
    assert "Inquiry" not in texts_of(osaka.general)[-1]
    for _ in range(2):
        clock.forward(hours=4)
        await sweep(both)
    assert bells(osaka.messages) == []
    assert len(bells(both.group.general)) == 1


async def test_whoever_is_erased_waits_for_nothing(shop: Shop, aki: Somebody) -> None:
    await aki.writes("/inquiry", "Do you ship to Chile?")
    assert await shop.count(unanswered) == 1
    await aki.writes("/settings")
    await aki.presses("Delete my account", "Go on", "Delete everything")
    assert await shop.count(unanswered) == 0
