"""What cannot be delivered is seen: told once to whoever wrote it, repaired, or waited for."""

from __future__ import annotations

from datetime import timedelta

from sandbox.people import Forum, texts_of
from storage.unit_of_work import looking
from tests.stories.roads import applies, asks, opens
from tests.stories.shop import Shop, Somebody


async def test_a_customer_who_blocked_the_bot_is_shown_to_whoever_wrote(
    shop: Shop, aki: Somebody, boss: Somebody
) -> None:
    await applies(aki)
    aki.person.blocks()
    await boss.says_in_topic("Are you there?", 1)
    told = [text for text in shop.staff_read(1) if "did not get this" in text]
    assert told == [
        "⚠️ The customer did not get this: they have blocked the bot. When they are back, you "
        "hear so here; please write it again then.\nAre you there?"
    ]
    shop.telegram.calls.clear()  # Telegram said no, as it should


async def test_staff_hear_once_that_a_customer_is_back_and_how_much_they_missed(
    shop: Shop, aki: Somebody, boss: Somebody, group: Forum
) -> None:
    await applies(aki)
    await aki.writes("/inquiry", "Hello?")
    await applies(aki, ("Tea pot", 1))
    aki.person.blocks()
    for text in ("Are you there?", "Are you well?"):
        await boss.says_in_topic(text, 1)
    boss.person.writes("We do.", group, topic=group.topic("Inquiry 1"))
    await shop.rest()
    seen = len(aki.person.sees)
    aki.person.unblocks()
    await shop.rest()
    assert shop.staff_read(1)[-1] == (
        "👋 The customer no longer blocks the bot. 2 messages from here did not reach them: "
        "please write them again."
    )
    assert "1 message from here" in texts_of(group.topic("Inquiry 1").messages)[-1]
    assert not any("no longer blocks" in text for text in shop.staff_read(2))
    assert len(aki.person.sees) == seen
    await asks(aki, "I am back")
    assert sum("no longer blocks" in text for text in shop.staff_read(1)) == 1
    await opens(aki)
    await aki.presses("Messages")
    assert aki.reads.count("⚠️ Not delivered") == 2
    assert "Not delivered yet" not in aki.reads
    shop.telegram.calls.clear()


async def test_an_edit_of_what_nobody_got_is_not_carried_and_its_author_is_told_again(
    shop: Shop, aki: Somebody, boss: Somebody, group: Forum
) -> None:
    await applies(aki)
    aki.person.blocks()
    sent = boss.person.writes("Are you there?", group, topic=shop.topic(1))
    await shop.rest()
    seen = len(aki.person.sees)

    aki.person.unblocks()
    boss.person.edits(sent, "Are you well?")
    await shop.rest()

    told = [text.splitlines()[1] for text in shop.staff_read(1) if "did not get this" in text]
    assert told == ["Are you there?", "Are you well?"]
    assert len(aki.person.sees) == seen
    shop.telegram.calls.clear()


async def test_a_deleted_topic_is_made_again_and_the_message_is_in_it(
    shop: Shop, aki: Somebody, boss: Somebody, group: Forum
) -> None:
    await applies(aki)
    boss.person.deletes_topic(group, shop.topic(1))
    await asks(aki, "Hello?")
    assert "💬 Aki\nHello?" in shop.staff_read(1)
    shop.telegram.calls.clear()


async def test_a_closed_topic_is_opened_again(
    shop: Shop, aki: Somebody, boss: Somebody, group: Forum
) -> None:
    await applies(aki)
    boss.person.closes_topic(group, shop.topic(1))
    await asks(aki, "Hello?")
    assert shop.staff_read(1)[-1] == "💬 Aki\nHello?"
    assert not shop.topic(1).closed
    shop.telegram.calls.clear()


async def test_a_bot_that_was_removed_keeps_the_message_and_tells_the_customer_once(
    shop: Shop, aki: Somebody, boss: Somebody, group: Forum
) -> None:
    await applies(aki)
    boss.person.removes(shop.telegram.bot, group)
    await asks(aki, "Hello?")
    assert shop.daiko.sender.group_gone
    assert (await shop.daiko.state())["staff group"] is False
    shop.clock.forward(minutes=4)
    await shop.daiko.sweep()
    await shop.rest()
    assert not any("is kept, and waits" in text for text in aki.received)
    for _ in range(3):
        shop.clock.forward(minutes=2)
        await shop.daiko.sweep()
        await shop.rest()
    assert sum("is kept, and waits" in text for text in aki.received) == 1
    boss.person.adds(shop.telegram.bot, group)
    boss.person.promotes(shop.telegram.bot, group)
    shop.clock.forward(minutes=10)
    await shop.restart()
    await shop.rest()
    assert shop.staff_read(1)[-1] == "💬 Aki\nHello?"
    assert not shop.daiko.sender.group_gone
    async with looking(shop.daiko.database) as uow:
        (note,) = await uow.notes.page((await shop.file(1)).order.id)
    assert note.delivered_at == shop.clock.now
    shop.telegram.calls.clear()


async def test_a_receipt_that_telegram_refuses_does_not_take_its_notice_with_it(
    shop: Shop, aki: Somebody, boss: Somebody
) -> None:
    await applies(aki)
    await boss.says_in_topic("/estimate 1=10 shipping=5 fee=3", 1)
    await opens(aki)
    await aki.presses("Pay 1st bill", "Bank transfer", "I have transferred it")
    await aki.writes("28.00")
    await aki.presses("Today")
    await aki.writes("Aki Mori")
    await aki.sends_photo()
    shop.telegram.fail("sendPhoto", error="Bad Request: wrong file identifier/HTTP URL specified")
    await aki.presses("Confirm")
    notice = next(text for text in shop.staff_read(1) if "$28.00" in text and "picture" in text)
    assert "which Telegram could not send" in notice
    shop.telegram.calls.clear()


async def test_a_file_that_is_too_large_is_told_to_whoever_sent_it(
    shop: Shop, aki: Somebody
) -> None:
    await applies(aki)
    await opens(aki)
    await aki.presses("Messages", "New message")
    shop.telegram.fail("sendVideo", error="Bad Request: file is too big")
    aki.person.sends_video(caption="the tour")
    await shop.rest()
    assert "could not be passed on: the file is too large" in aki.reads
    assert "the tour" in aki.reads
    shop.telegram.calls.clear()


async def test_who_floods_is_slowed_politely_and_nothing_is_lost(
    shop: Shop, aki: Somebody, ben: Somebody, group: Forum
) -> None:
    await applies(aki)
    await applies(ben)
    about = next(m for m in aki.person.sees if "#1" in m.get("text", "") and m["from"]["is_bot"])
    for number in range(14):
        aki.person.writes(f"flood {number}", reply_to=about)
    await shop.rest()
    read = [text for text in shop.staff_read(1) if "flood" in text]
    assert read == [f"💬 Aki\nflood {number}" for number in range(10)]
    assert sum("more slowly" in text for text in aki.received) == 1
    await opens(ben, 2)
    await ben.presses("Messages", "New message")
    await ben.writes("Good morning")
    assert shop.staff_read(2)[-1] == "💬 Ben\nGood morning"
    shop.clock.now += timedelta(seconds=24)
    await shop.rest()
    read = [text for text in shop.staff_read(1) if "flood" in text]
    assert read == [f"💬 Aki\nflood {number}" for number in range(14)]
    assert texts_of(group.messages)
