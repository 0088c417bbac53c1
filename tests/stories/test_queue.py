"""What waits for staff: found in one place, the oldest deadline first, and told every morning."""

from __future__ import annotations

from html import unescape
from typing import Any

import pytest

from sandbox.people import Forum, Person, buttons_of, texts_of
from sandbox.telegram import Telegram
from storage.tables import unanswered
from tests.bot.conftest import Clock
from tests.stories.roads import applies, opens, reports
from tests.stories.shop import Shop, Somebody
from tests.stories.staffroom import Colleague


@pytest.fixture
def mina(shop: Shop, telegram: Telegram, group: Forum) -> Colleague:
    mina = telegram.person("Mina")
    mina.joins(group)
    return Colleague(shop, mina)


def general(shop: Shop) -> dict[str, Any]:
    return shop.group.general[-1]


def reads(message: dict[str, Any]) -> str:
    return unescape(texts_of([message])[0])


async def asks(shop: Shop, who: Person, line: str) -> str:
    """A line in General, and the answer to it."""
    who.writes(line, shop.group)
    await shop.rest()
    return reads(general(shop))


async def turns(shop: Shop, who: Person, label: str) -> str:
    who.presses(label, message=general(shop))
    await shop.rest()
    return reads(general(shop))


async def test_everything_that_waits_is_found_in_the_queue(
    shop: Shop, aki: Somebody, ben: Somebody, mina: Colleague, boss: Somebody, clock: Clock
) -> None:
    assert "Nothing waits here." in await asks(shop, mina.person, "/queue")
    await applies(aki)
    clock.forward(hours=1)
    await applies(ben, ("A <b>teapot</b> & cup", 1))
    await mina.writes("/estimate 1=10 shipping=5 fee=3", 1)
    await opens(aki)
    await aki.presses("Pay 1st bill")
    await reports(aki)
    await opens(ben, 2)
    await ben.presses("Messages", "New message")
    await ben.writes("Is it blue?")
    await mina.writes("/take", 2)

    shown = await asks(shop, mina.person, "/queue")

    assert shown.splitlines()[0] == "🗂 What waits · 3"
    assert shown.split("\n\n")[1:] == [
        "💬 #2 · Unanswered messages · “Is it blue?”\nBen · until Mon 2 Nov, 14:00 UTC · ✋ Mina",
        "📝 #2 · Estimates · A <b>teapot</b> & cup\nBen · until Wed 4 Nov, 23:59 UTC · ✋ Mina",
        "💰 #1 · Payments to confirm · $28.00\nAki · until Wed 4 Nov, 23:59 UTC",
    ]
    links = [key["url"] for key in buttons_of(general(shop)) if "url" in key]
    chat = str(shop.group.id).removeprefix("-100")
    assert links == [f"https://t.me/c/{chat}/{shop.topic(no).id}" for no in (2, 2, 1)]
    assert [key["text"] for key in buttons_of(general(shop)) if "url" not in key] == [
        "💬 Unanswered messages · 1",
        "📝 Estimates · 1",
        "💰 Payments to confirm · 1",
        "🔄 Refresh",
    ]


async def test_one_kind_is_shown_alone_and_the_page_is_turned(
    shop: Shop, aki: Somebody, mina: Colleague, clock: Clock
) -> None:
    for no in range(1, 11):
        await applies(aki, (f"Mug {no}", 1))
        clock.forward(minutes=1)
    await asks(shop, mina.person, "/queue")
    shown = await turns(shop, mina.person, "Estimates")
    assert shown.splitlines()[0] == "📝 Estimates · 10 · page 1 of 2"
    assert [line.split(" · ")[0] for line in shown.splitlines() if "#" in line] == [
        f"📝 #{no}" for no in range(1, 9)
    ]
    shown = await turns(shop, mina.person, "Next")
    assert "📝 #10 · Mug 10" in shown
    assert "Mug 8" not in shown
    await mina.writes("/reject 1 sold out", 10)
    await mina.writes("/reject 1 sold out", 9)
    shown = await turns(shop, mina.person, "Previous")
    assert shown.splitlines()[0] == "📝 Estimates · 8"
    assert (await turns(shop, mina.person, "Everything")).startswith("🗂 What waits · 8")


async def test_turning_the_page_repeats_nothing_and_leaves_nothing_out(
    shop: Shop, aki: Somebody, mina: Colleague
) -> None:
    for no in range(1, 10):  # all of them at the same moment
        await applies(aki, (f"Mug {no}", 1))
        await aki.writes("Is it blue?")
        await aki.presses(f"#{no}")
    await aki.writes("/inquiry", "Do you ship to Chile?")
    shown = await asks(shop, mina.person, "/queue")
    for _ in range(2):
        shown += "\n\n" + await turns(shop, mina.person, "Next")
    heads = [line.split(" · ")[0] for line in shown.splitlines() if line[:1] in ("💬", "📝")]
    assert heads == [
        *(f"💬 #{no}" for no in range(1, 10)),
        "💬 Inquiry 1",
        *(f"📝 #{no}" for no in range(1, 10)),
    ]


async def test_a_customer_presses_no_button_of_the_queue(
    shop: Shop, aki: Somebody, ben: Somebody, mina: Colleague
) -> None:
    await applies(ben, ("A secret", 1))
    await asks(shop, mina.person, "/queue")
    data = next(k["callback_data"] for k in buttons_of(general(shop)) if "callback_data" in k)
    await aki.writes("/queue")
    assert "secret" not in aki.reads
    await aki.forges(data)
    assert "secret" not in str(aki.received)
    before = general(shop)
    mina.person.presses_forged("qu:zz:0", before)
    await shop.rest()
    assert reads(general(shop)) == reads(before)


async def test_what_is_on_hold_waits_for_nothing_else(
    shop: Shop, aki: Somebody, mina: Colleague
) -> None:
    await applies(aki)
    await mina.writes("/hold customs ask", 1)
    shown = await asks(shop, mina.person, "/queue")
    assert "⏸ #1 · On hold · Blue mug" in shown
    assert "Estimates" not in shown


async def test_whose_an_order_is_stands_on_its_card(
    shop: Shop, aki: Somebody, mina: Colleague, boss: Somebody
) -> None:
    await applies(aki)
    assert await mina.writes("/take", 1) == "✋ #1 is yours now."
    assert await mina.writes("/take", 1) == "✋ #1 is yours already."
    (card,) = shop.topic(1).pinned
    assert "✋ Taken by Mina" in card["text"]
    assert "Take" not in [key["text"] for key in buttons_of(card)]
    chief = Colleague(shop, boss.person)
    assert await chief.writes("/take", 1) == "✋ #1 is yours now. It was Mina’s before."
    (card,) = shop.topic(1).pinned
    assert "✋ Taken by Boss" in card["text"]
    assert (await shop.file(1)).order.taken_by == f"staff:{boss.id} Boss"
    assert "taken" in await mina.writes("/history", 1)


async def test_an_order_is_taken_with_its_button(
    shop: Shop, aki: Somebody, mina: Colleague
) -> None:
    await applies(aki)
    assert await mina.presses(1, "Take") == "✋ #1 is yours now."
    aki.person.joins(shop.group)
    assert "your own order" in await Colleague(shop, aki.person).writes("/take", 1)
    assert "Mina" in (await shop.file(1)).order.taken_by


async def writes_about_1(aki: Somebody, text: str) -> None:
    await opens(aki)
    await aki.presses("Messages", "New message")
    await aki.writes(text)


async def sweep(shop: Shop) -> None:
    await shop.daiko.sweep()
    await shop.rest()


async def test_a_message_without_an_answer_rings_in_the_topic_and_then_in_general(
    shop: Shop, aki: Somebody, mina: Colleague, clock: Clock
) -> None:
    await applies(aki)
    await writes_about_1(aki, "Is it blue?")
    clock.forward(hours=3, minutes=59)
    await writes_about_1(aki, "Hello?")  # it counts from the first
    await sweep(shop)
    assert not any("waiting for an answer" in text for text in shop.staff_read(1))
    clock.forward(minutes=1)
    await sweep(shop)
    await sweep(shop)
    bells = [text for text in shop.staff_read(1) if "waiting for an answer" in text]
    assert bells == [
        "⏰ #1 · Aki has been waiting for an answer since Mon 2 Nov, 09:00 UTC.\n"
        "Write the answer here; if none is needed, press the button."
    ]
    clock.forward(hours=4)
    await sweep(shop)
    assert reads(general(shop)).startswith("⏰ #1 · Aki has been waiting for an answer")
    (key,) = buttons_of(general(shop))
    assert key["text"] == "Open topic · #1"
    clock.forward(hours=5)
    await sweep(shop)
    bells = [text for text in texts_of(shop.group.general) if "waiting for an answer" in text]
    assert len(bells) == 1
    await mina.writes("Blue it is", 1)
    assert await shop.count(unanswered) == 0


async def test_an_answer_stops_the_bell_and_a_note_does_not(
    shop: Shop, aki: Somebody, mina: Colleague, clock: Clock
) -> None:
    await applies(aki)
    await writes_about_1(aki, "Is it blue?")
    await mina.writes("// ask the shop", 1)
    assert await shop.count(unanswered) == 1
    await mina.writes("It is.", 1)
    assert await shop.count(unanswered) == 0
    await writes_about_1(aki, "Thank you!")
    clock.forward(hours=4)
    await sweep(shop)
    before = aki.received
    assert await mina.presses(1, "No answer needed") == (
        "✅ Noted: nothing to answer here. The customer is not told."
    )
    assert aki.received == before
    assert await shop.count(unanswered) == 0
    assert await mina.writes("/answered", 1) == "The customer waits for no answer here."


async def test_the_morning_begins_with_a_digest_once(
    shop: Shop, aki: Somebody, ben: Somebody, mina: Colleague, clock: Clock
) -> None:
    await sweep(shop)  # the first day
    assert not any("Good morning" in text for text in texts_of(shop.group.general))
    await applies(aki)
    await mina.writes("/estimate 1=10 shipping=5 fee=3", 1)
    await opens(aki)
    await aki.presses("Pay 1st bill")
    await reports(aki)
    await applies(ben, ("Red mug", 1))
    clock.forward(hours=22, minutes=59)  # 07:59
    await sweep(shop)
    assert not any("Good morning" in text for text in texts_of(shop.group.general))
    clock.forward(minutes=1)
    await sweep(shop)
    await shop.restart()
    await sweep(shop)
    (digest,) = [m for m in shop.group.general if "Good morning" in m.get("text", "")]
    assert reads(digest) == (
        "☀️ Good morning! 3 Nov 2026\n\n📝 Estimates: 1\n💰 Payments to confirm: 1 · $28.00"
    )
    await shop.let_pass(days=6)  # the last day of #2
    digest = next(m for m in reversed(shop.group.general) if "Good morning" in m.get("text", ""))
    assert "📝 Estimates: 1 · ⏰ 1 late" in reads(digest)
    assert "#2 · Application received · Mon 9 Nov, 23:59 UTC" in reads(digest)
    mina.person.presses("What waits", message=digest)
    await shop.rest()
    assert "What waits · " in str(texts_of(shop.group.general))
