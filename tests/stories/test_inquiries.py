"""Questions that belong to no order, and messages that find the order they belong to."""

from __future__ import annotations

from datetime import timedelta

from sandbox.people import Forum, texts_of
from storage.tables import note
from storage.talk_tables import inquiry
from tests.stories.roads import applies, opens
from tests.stories.shop import Shop, Somebody


def desk_reads(shop: Shop, name: str = "Inquiry 1") -> list[str]:
    return texts_of(shop.group.topic(name).messages)


async def says_in_general(shop: Shop, who: Somebody, line: str) -> str:
    """A line in General, and what is answered there."""
    who.person.writes(line, shop.group)
    await shop.rest()
    return texts_of(shop.group.general)[-1]


async def waiting(shop: Shop, who: Somebody) -> list[str]:
    """The messages in the queue that have no answer."""
    shown = await says_in_general(shop, who, "/queue")
    return [line for line in shown.splitlines() if "Unanswered messages" in line]


async def test_an_inquiry_says_first_that_it_reaches_no_agency_and_has_its_own_topic(
    shop: Shop, aki: Somebody, boss: Somebody, group: Forum
) -> None:
    await applies(aki)
    await aki.writes("/inquiry")
    assert "does not reach the agency in charge of an order" in aki.reads
    assert await shop.count(note) == 0
    await aki.writes("Do you ship to Chile?")
    assert "on its way to our front desk" in aki.reads
    assert desk_reads(shop)[-1] == "💬 Aki\nDo you ship to Chile?"
    assert "Inquiry 1 from Aki" in desk_reads(shop)[-2]
    assert not any("Chile" in text for text in shop.staff_read(1))
    boss.person.writes("// who knows?", group, topic=group.topic("Inquiry 1"))
    boss.person.writes("We do.", group, topic=group.topic("Inquiry 1"))
    await shop.rest()
    assert aki.reads == "💬 Front desk · Daiko\nWe do."
    aki.person.writes("Great", reply_to=aki.last)
    await shop.rest()
    assert desk_reads(shop)[-1] == "💬 Aki\nGreat"
    assert await shop.count(inquiry) == 1


async def test_the_menu_leads_to_an_inquiry(shop: Shop, aki: Somebody) -> None:
    await aki.starts()
    await aki.presses("Inquiry")
    await aki.writes("Hello?")
    assert desk_reads(shop)[-1] == "💬 Aki\nHello?"


async def test_none_of_these_is_an_inquiry(shop: Shop, aki: Somebody) -> None:
    await applies(aki)
    await aki.writes("Do you sell umbrellas?", "Blue ones?")
    await aki.presses("None of these")
    assert "2 messages are on their way to our front desk" in aki.reads
    assert desk_reads(shop)[-2:] == ["💬 Aki\nDo you sell umbrellas?", "💬 Aki\nBlue ones?"]
    assert (await shop.file(1)).notes == ()


async def test_each_customer_has_a_topic_of_their_own(
    shop: Shop, aki: Somebody, ben: Somebody
) -> None:
    for who in (aki, ben, aki):
        await who.writes("/inquiry", f"I am {who.person.user.first_name}")
    assert desk_reads(shop, "Inquiry 1")[-2:] == ["💬 Aki\nI am Aki", "💬 Aki\nI am Aki"]
    assert desk_reads(shop, "Inquiry 2")[-1] == "💬 Ben\nI am Ben"
    assert await shop.count(inquiry) == 2


async def test_a_reply_to_any_message_about_an_order_writes_to_it(
    shop: Shop, aki: Somebody
) -> None:
    await applies(aki)
    await applies(aki, ("Tea pot", 1))
    bot = [m for m in aki.person.sees if m["from"]["is_bot"]]
    about_first = next(m for m in bot if "#1" in m.get("text", ""))
    aki.person.writes("A gift, please", reply_to=about_first)
    await shop.rest()
    assert "message about order #1 is on its way" in aki.reads
    assert [each.text for each in (await shop.file(1)).notes] == ["A gift, please"]
    assert (await shop.file(2)).notes == ()


async def test_a_reply_goes_to_its_order_from_the_middle_of_a_form(
    shop: Shop, aki: Somebody, boss: Somebody
) -> None:
    await applies(aki)
    await boss.says_in_topic("Blue or red?", 1)
    asked = aki.last
    await aki.presses("Open order")
    await aki.writes("/new")
    question = aki.last
    aki.person.writes("Blue", reply_to=asked)
    await shop.rest()
    assert [each.text for each in (await shop.file(1)).notes] == ["Blue or red?", "Blue"]
    aki.person.writes("A mug", reply_to=question)  # what answers a question is its answer
    await shop.rest()
    assert len((await shop.file(1)).notes) == 2
    assert "How many" in aki.reads


async def test_a_number_of_somebody_elses_order_leads_nowhere(
    shop: Shop, aki: Somebody, ben: Somebody
) -> None:
    await applies(aki)
    await applies(ben)
    await ben.writes("/inquiry", "See #1")
    mine = next(m for m in ben.person.sees if m.get("text") == "See #1")
    ben.person.writes("this one", reply_to=mine)
    await shop.rest()
    assert (await shop.file(1)).notes == ()


async def test_what_is_said_too_late_is_offered_to_the_front_desk(
    shop: Shop, aki: Somebody
) -> None:
    await applies(aki)
    await opens(aki)
    await aki.presses("Cancel order", "Confirm")
    about = aki.last
    shop.clock.now += timedelta(days=30, seconds=1)
    aki.person.writes("One more thing", reply_to=about)
    await shop.rest()
    assert "ended more than 30 days ago" in aki.reads
    assert "has not been sent" in aki.reads
    assert await shop.count(note) == 0
    await aki.presses("Inquiry")
    assert "on its way to our front desk" in aki.reads
    assert desk_reads(shop)[-1] == "💬 Aki\nOne more thing"
    assert "About order #1, which has ended." in desk_reads(shop)[-2]


async def test_a_text_long_after_a_question_is_asked_about_first(
    shop: Shop, aki: Somebody
) -> None:
    await applies(aki)
    await aki.writes("/new")
    shop.clock.forward(hours=23)
    await aki.writes("A mug")
    assert "How many" in aki.reads
    shop.clock.forward(hours=25)
    await aki.writes("3")
    assert "Which order is your message about?" in aki.reads
    assert aki.buttons[0] == "↩️ It is my answer"
    await aki.presses("It is my answer")
    assert "note" in aki.reads.lower()
    shop.clock.forward(hours=25)
    await aki.writes("Where is my order?")
    await aki.presses("#1")
    assert [each.text for each in (await shop.file(1)).notes] == ["Where is my order?"]
    assert any("message about order #1 is on its way" in text for text in aki.received)


async def test_a_deleted_topic_of_an_inquiry_is_made_again(
    shop: Shop, aki: Somebody, boss: Somebody, group: Forum
) -> None:
    await aki.writes("/inquiry", "Hello?")
    boss.person.deletes_topic(group, group.topic("Inquiry 1"))
    await aki.writes("/inquiry", "Still there?")
    assert "💬 Aki\nStill there?" in desk_reads(shop)
    shop.telegram.calls.clear()  # Telegram said that the topic was gone


async def test_who_is_muted_is_hidden_from_the_queue_and_says_nothing_by_an_edit(
    shop: Shop, aki: Somebody, ben: Somebody, boss: Somebody, group: Forum
) -> None:
    await applies(aki)
    await applies(ben)
    sent = aki.person.writes("Answer me")
    await shop.rest()
    await aki.presses("#1")
    await aki.writes("/inquiry", "Answer me, too")
    await ben.writes("Hello?")
    await ben.presses("#2")
    assert len(await waiting(shop, boss)) == 3
    await says_in_general(shop, boss, f"/mute {aki.id}")
    (left,) = await waiting(shop, boss)
    assert left.startswith("💬 #2 · ")
    before = shop.staff_read(1)
    aki.person.edits(sent, "ANSWER ME!")
    await shop.rest()
    assert shop.staff_read(1) == before
    assert sum("does not read them just now" in text for text in aki.received) == 1
    async with shop.transaction() as uow:
        (kept,) = (await shop.file(1)).notes
        assert (kept.text, await uow.notes.versions(kept.id)) == ("ANSWER ME!", ["Answer me"])


async def test_no_bell_rings_for_who_is_muted(shop: Shop, aki: Somebody, boss: Somebody) -> None:
    await applies(aki)
    await aki.writes("/inquiry", "Do you ship to Chile?")
    await says_in_general(shop, boss, f"/mute {aki.id}")
    shop.clock.forward(hours=9)
    await shop.daiko.sweep()
    await shop.rest()
    assert not any("waiting for an answer" in text for text in desk_reads(shop))
    await says_in_general(shop, boss, f"/unmute {aki.id}")
    await shop.daiko.sweep()
    await shop.rest()
    assert "has been waiting for an answer since Mon 2 Nov, 09:00 UTC" in desk_reads(shop)[-1]


async def test_unmuting_brings_back_what_waited_and_what_was_written_meanwhile(
    shop: Shop, aki: Somebody, boss: Somebody
) -> None:
    await applies(aki)
    await applies(aki, ("Tea pot", 1))
    await aki.writes("Before")
    await aki.presses("#1")
    await says_in_general(shop, boss, f"/mute {aki.id}")
    await aki.writes("/inquiry", "While muted")
    for text in ("One", "Two"):
        await aki.writes(text)
        await aki.presses("#2")
    assert await waiting(shop, boss) == []
    assert not any("Two" in text for text in shop.staff_read(2))
    said = await says_in_general(shop, boss, f"/unmute {aki.id}")
    assert said == (
        "🔊 Aki is heard again. What had no answer is in the queue again.\n"
        "3 messages that they wrote meanwhile come now: Inquiry 1 (1), #2 (2)"
    )
    await shop.rest()
    assert [text for text in shop.staff_read(1) if text.startswith("💬")] == ["💬 Aki\nBefore"]
    assert shop.staff_read(2)[-2:] == ["💬 Aki\nOne", "💬 Aki\nTwo"]
    assert desk_reads(shop)[-1] == "💬 Aki\nWhile muted"
    heads = [each.split(" · ")[0] for each in await waiting(shop, boss)]
    assert sorted(heads) == ["💬 #1", "💬 #2", "💬 Inquiry 1"]
    assert all(note.delivered_at and not note.trouble for note in (await shop.file(2)).notes)
    await says_in_general(shop, boss, f"/mute {aki.id}")
    said = await says_in_general(shop, boss, f"/unmute {aki.id}")
    assert said == "🔊 Aki is heard again. What had no answer is in the queue again."
    assert shop.staff_read(2)[-2:] == ["💬 Aki\nOne", "💬 Aki\nTwo"]  # once


async def test_what_was_held_back_of_a_deleted_account_is_carried_nowhere(
    shop: Shop, aki: Somebody, boss: Somebody
) -> None:
    await aki.starts()
    await says_in_general(shop, boss, f"/mute {aki.id}")
    await aki.writes("/inquiry", "While muted", "/settings")
    await aki.presses("Delete my account", "Go on", "Delete everything")
    said = await says_in_general(shop, boss, f"/unmute {aki.id}")
    assert "come" not in said
    assert "is heard again" in said
    assert await waiting(shop, boss) == []


async def test_an_album_that_was_held_back_comes_whole(
    shop: Shop, aki: Somebody, boss: Somebody
) -> None:
    await applies(aki)
    await says_in_general(shop, boss, f"/mute {aki.id}")
    await opens(aki)
    await aki.presses("Messages", "New message")
    aki.person.sends_album(caption="Look")
    await shop.rest()
    shop.clock.forward(seconds=2)
    await shop.rest()
    await says_in_general(shop, boss, f"/unmute {aki.id}")
    carried = [m for m in shop.topic(1).messages if "photo" in m]
    assert [m.get("caption") for m in carried] == ["💬 Aki\nLook", None]


async def test_who_is_muted_is_stored_and_not_carried(
    shop: Shop, aki: Somebody, boss: Somebody, group: Forum
) -> None:
    await applies(aki)
    line = boss.person.writes(f"/mute {aki.id}", group)
    await shop.rest()
    assert "is muted" in texts_of(group.messages)[-1]
    before = shop.staff_read(1)
    await opens(aki)
    await aki.presses("Messages", "New message")
    await aki.writes("Answer me!")
    assert "is kept with the order" in aki.reads
    assert sum("does not read them just now" in text for text in aki.received) == 1
    aki.person.writes("Now!", reply_to=aki.last)
    await shop.rest()
    assert sum("does not read them just now" in text for text in aki.received) == 1
    assert shop.staff_read(1) == before
    assert [each.text for each in (await shop.file(1)).notes] == ["Answer me!", "Now!"]
    await boss.says_in_topic("Please be patient", 1)
    assert "Please be patient" in aki.reads
    boss.person.writes(f"/unmute {aki.id}", group)
    await shop.rest()
    aki.person.writes("Thank you", reply_to=aki.last)
    await shop.rest()
    assert shop.staff_read(1)[-3:] == [
        f"💬 Aki\n{text}" for text in ("Answer me!", "Now!", "Thank you")
    ]
    assert line["text"].startswith("/mute")
