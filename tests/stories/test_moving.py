"""An order moves to another agency: whole, and from then on nothing of it happens where it was."""

from __future__ import annotations

import asyncio

import pytest
from sqlalchemy import select

from actions import moving
from actions.work import Work
from bot import order_moves as commands
from bot.agencies import WrongWords
from domain.actors import Actor
from domain.ids import AgencyId, OrderId, PersonId
from domain.orders import Role, Stage
from sandbox.people import Forum, Person, TopicView, buttons_of, texts_of
from storage.outbox import SENT_ON
from storage.queue_tables import outbox
from tests.stories.roads import opens
from tests.stories.shop import Json, Shop, Somebody
from tests.stories.test_agencies import coded, osaka, says, yui
from tests.stories.test_two_agencies import applies_to, both, stage
from views.topic_names import ICONS

__all__ = ["both", "osaka", "yui"]

OSAKA = AgencyId(1)
LEFT = (
    "➡️ #1 was moved to Osaka. Nothing of it happens here any more, and what is written here"
    " reaches nobody."
)


async def writes_in(shop: Shop, who: Person, text: str, topic: TopicView) -> str:
    """A line in a topic, and what the bot answers to it."""
    written = who.writes(text, topic.forum, topic=topic)
    await shop.rest()
    return answer_to(written, topic)


def answer_to(written: Json, topic: TopicView) -> str:
    for message in topic.messages:
        if message.get("reply_to_message", {}).get("message_id") == written["message_id"]:
            return str(message["text"])
    return ""


async def moves(shop: Shop, boss: Somebody, to: str = "Osaka") -> TopicView:
    """The boss moves order 1 there; the topic that it leaves."""
    topic = shop.group.topic("#1")
    await writes_in(shop, boss.person, f"/move {to}", topic)
    boss.person.presses("Confirm", shop.group, topic=topic)
    await shop.rest()
    shop.telegram.calls.clear()
    return topic


async def test_an_order_moves_with_all_that_belongs_to_it(
    both: Shop, aki: Somebody, boss: Somebody, yui: Person, osaka: Forum
) -> None:
    await applies_to(aki, "Daiko", "Blue mug")
    old = both.group.topic("#1")
    await writes_in(both, boss.person, "/estimate 1=10 shipping=5 fee=3", old)
    await writes_in(both, boss.person, "/take", old)
    await writes_in(both, boss.person, "We have found it in Ginza.", old)
    await opens(aki)
    await aki.presses("Messages", "New message")
    photo = aki.person.sends_photo(caption="Like this one, please")
    await both.rest()
    assert "#1 · " in await says(both, boss.person, "/queue", both.group)

    question = await writes_in(both, boss.person, "/move osaka", old)
    assert question == (
        "Move #1 from Daiko to Osaka?\n"
        "• A topic opens in Osaka’s group, with the card, the history and all messages. This topic"
        " is closed; nothing that is written here reaches the customer any more.\n"
        "• Bills, payments and deadlines stay as they are. The customer is told.\n"
        "• The open bill shows Osaka’s bank account from then on. What was transferred to ours is"
        " confirmed like any other.\n"
        "• Boss no longer looks after it."
    )
    assert osaka.topics == []
    before = (await both.file(1)).order
    boss.person.presses("Confirm", both.group, topic=old)
    await both.rest()

    after = (await both.file(1)).order
    assert (after.agency, after.taken_by) == (OSAKA, "")
    assert (after.stage, after.due_at, after.first_bill) == (
        before.stage,
        before.due_at,
        before.first_bill,
    )
    # What stays behind says where it went.
    assert (old.name, old.closed) == ("#1 → Osaka", True)
    assert texts_of(old.pinned) == [LEFT]
    assert buttons_of(old.pinned[0]) == []
    assert old.texts[-1] == ("➡️ #1 is with Osaka now. This topic is closed; the customer is told.")
    # The new group has it whole.
    new = osaka.topic("#1")
    assert new.name == "#1 · To be paid · Blue mug"
    assert new.topic.icon_custom_emoji_id == ICONS[Stage.AWAITING_FIRST_PAYMENT]
    assert "Blue mug" in texts_of(new.pinned)[0]
    assert new.texts[1] == (
        "📥 #1 · Boss of Daiko moved this order here.\n"
        "The card above has it all. What was said, with pictures, files and receipts, is under the"
        " button, and under /messages at any time.\n"
        "⏰ The customer waits for an answer.\n"
        "⚠️ The open bill was shown with the bank account of Daiko until now, so a transfer may"
        " still arrive there."
    )
    assert len(new.texts) == 2
    assert aki.reads == (
        "🤝 #1 · Osaka looks after this order from now on, in place of Daiko.\n"
        "All that was agreed, paid and said stays as it is, and so do the deadlines.\n"
        "⚠️ A bank transfer goes to another account now: please look at the bill again before you"
        " pay. If you have transferred already, report it as usual; we will find it."
    )
    # What was said can be read there, with its pictures.
    yui.presses("Messages", osaka, topic=new)
    await both.rest()
    assert "We have found it in Ginza." in new.texts[-1]
    assert "Aki · " in new.texts[-1]
    assert "Daiko · " in new.texts[-1]  # whose words they were
    assert "[photo] Like this one, please" in new.texts[-1]
    yui.presses("Show pictures and files", osaka, topic=new)
    await both.rest()
    assert new.last["photo"][-1]["file_id"] == photo["photo"][-1]["file_id"]
    assert "moved" in await writes_in(both, yui, "/history", new)
    assert "agency: Daiko → Osaka" in new.texts[-1]
    # Desk, finding and bills follow.
    assert "#1 · " in await says(both, yui, "/queue", osaka)
    assert "#1 · " not in await says(both, boss.person, "/queue", both.group)
    assert "Nothing found" in await says(both, boss.person, "/find Blue mug", both.group)
    await aki.presses("Open order", "Pay 1st bill", "Bank transfer")
    assert "Osaka Bank" in aki.reads
    # Both ways, and nowhere else.
    seen = len(old.messages)
    await writes_in(both, yui, "Welcome to Osaka!", new)
    assert aki.reads == "💬 #1 · Osaka\nWelcome to Osaka!"
    await aki.presses("Open order", "Messages", "New message")
    await aki.writes("Thank you!")
    assert new.texts[-1] == "💬 Aki\nThank you!"
    assert len(old.messages) == seen
    await writes_in(both, yui, "/messages", new)
    assert "Daiko · " in new.texts[-1]
    assert "Osaka · " in new.texts[-1]
    # And it lives on there.
    await writes_in(both, yui, "/cancel sold out", new)
    assert await stage(both, 1) is Stage.CANCELLED
    assert len(old.messages) == seen


async def test_what_is_done_where_an_order_was_is_answered_and_changes_nothing(
    both: Shop, aki: Somebody, boss: Somebody, osaka: Forum
) -> None:
    await applies_to(aki, "Daiko", "Blue mug")
    card = dict(both.group.topic("#1").pinned[0])
    said = boss.person.writes("Hello", both.group, topic="#1")
    await both.rest()
    old = await moves(both, boss)
    order, heard = (await both.file(1)).order, len(aki.received)
    for line in ("Is it there yet?", "/estimate 1=5", "/hold no", "/history", "/move Daiko"):
        assert await writes_in(both, boss.person, line, old) == LEFT
        assert old.closed
    await writes_in(both, boss.person, "// a note", old)
    boss.person.edits(said, "Hello!")
    await both.rest()
    assert old.texts[-1] == LEFT
    for row in card["reply_markup"]["inline_keyboard"]:
        for key in row:
            boss.person.presses_forged(key["callback_data"], old.pinned[0])
            await both.rest()
            assert boss.toast == "Order #1 was moved to Osaka. Nothing was changed here."
    assert (await both.file(1)).order == order
    assert len(aki.received) == heard
    assert len(osaka.topic("#1").texts) == 2
    both.telegram.calls.clear()


async def test_a_move_that_is_confirmed_twice_is_done_once(
    both: Shop, aki: Somebody, boss: Somebody, osaka: Forum
) -> None:
    await applies_to(aki, "Daiko", "Blue mug")
    old = both.group.topic("#1")
    await writes_in(both, boss.person, "/move Osaka", old)
    (asked,) = [m for m in old.messages if m.get("text", "").startswith("Move #1")]
    boss.person.presses("Confirm", message=asked)
    boss.person.presses("Confirm", message=asked)
    await both.rest()
    assert len(osaka.topics) == 1
    lines = await history(both)
    assert [what for what, _, _ in lines].count("moved") == 1
    assert sum("from now on" in text for text in aki.received) == 1


async def history(shop: Shop) -> list[tuple[str, str, str]]:
    async with shop.transaction() as uow:
        return [(x.what, x.before, x.after) for x in await uow.orders.history(OrderId(1))]


async def test_a_moved_order_can_come_back_and_gets_a_topic_there_again(
    both: Shop, aki: Somebody, boss: Somebody, yui: Person, osaka: Forum
) -> None:
    await applies_to(aki, "Daiko", "Blue mug")
    first = await moves(both, boss)
    there = osaka.topic("#1")
    await writes_in(both, yui, "/move Daiko", there)
    yui.presses("Confirm", osaka, topic=there)
    await both.rest()
    assert (await both.file(1)).order.agency is None
    again = both.group.topic("#1 · ")
    assert again.id != first.id
    assert there.closed
    assert await writes_in(both, boss.person, "Here again.", again) == ""
    assert aki.reads == "💬 #1 · Daiko\nHere again."
    assert await writes_in(both, yui, "Still ours?", there) == LEFT.replace("Osaka", "Daiko")
    assert await writes_in(both, boss.person, "Which one?", first) == LEFT.replace(
        "Osaka", "Daiko"
    )
    both.telegram.calls.clear()


async def test_a_reported_transfer_is_decided_before_the_order_moves(
    both: Shop, aki: Somebody, boss: Somebody, osaka: Forum
) -> None:
    await applies_to(aki, "Daiko", "Blue mug")
    old = both.group.topic("#1")
    await writes_in(both, boss.person, "/estimate 1=10", old)
    await aki.presses("Open order", "Pay 1st bill", "Bank transfer", "I have transferred it")
    await aki.presses("$", "Today")
    await aki.writes("Aki Mori")
    await aki.presses("Skip", "Confirm")
    refused = await writes_in(both, boss.person, "/move Osaka", old)
    assert refused.startswith("A payment for order #1 is under review.")
    await writes_in(both, boss.person, "/confirm 10.00 BANKREF", old)
    await moves(both, boss)
    assert (await both.file(1)).order.agency == OSAKA
    assert await stage(both, 1) is Stage.PURCHASING
    assert "another account" not in aki.reads


async def test_the_keeper_takes_a_reported_transfer_along_and_staff_are_told_where_it_is(
    both: Shop, aki: Somebody, boss: Somebody, yui: Person, osaka: Forum
) -> None:
    await applies_to(aki, "Osaka")
    await writes_in(both, yui, "/estimate 1=10", osaka.topic("#1"))
    await aki.presses("Open order", "Pay 1st bill", "Bank transfer", "I have transferred it")
    await aki.presses("$", "Today")
    await aki.writes("Aki Mori")
    await aki.presses("Skip", "Confirm")
    yui.removes(both.telegram.bot, osaka)
    now = both.clock()
    assert await commands.move(both.daiko.database, both.settings, 1, "Daiko", now) == (
        "#1 is with Daiko now, and was with Osaka. A transfer that was reported to Osaka went with"
        " it; Daiko's staff are told."
    )
    both.daiko.sender.wake()
    await both.rest()
    topic = both.group.topic("#1")
    assert "Under review: $10.00" in topic.texts[0]
    assert (
        "⚠️ A transfer of $10.00 was reported to Osaka, into its account. Ask whoever can see that"
        " account whether it is there; then confirm or refuse it here." in topic.texts[1]
    )
    await writes_in(both, boss.person, "/confirm 10.00 BANKREF", topic)
    assert await stage(both, 1) is Stage.PURCHASING
    both.telegram.calls.clear()


@pytest.mark.parametrize(
    ("line", "answer"),
    [
        ("/move", "To which agency shall #1 move?"),
        (
            "/move Kobe",
            "No agency with a group of its own is called “Kobe”. There are: Daiko, Osaka. Nothing"
            " was changed.",
        ),
        ("/move Nara", "No agency with a group of its own is called “Nara”."),
        ("/move DAIKO", "Order #1 is with Daiko already. Nothing was changed."),
    ],
)
async def test_where_an_order_cannot_go_is_said(
    both: Shop, aki: Somebody, boss: Somebody, line: str, answer: str
) -> None:
    await coded(both, "Nara")  # it has no group yet
    await applies_to(aki, "Daiko", "Blue mug")
    old = both.group.topic("#1")
    assert (await writes_in(both, boss.person, line, old)).startswith(answer)
    assert (await both.file(1)).order.version == 1
    if line == "/move":
        assert [key["text"] for key in buttons_of(old.last)] == ["Osaka"]
        boss.person.presses("Osaka", both.group, topic=old)
        await both.rest()
        assert old.texts[-1].startswith("Move #1 from Daiko to Osaka?")
        boss.person.presses("Cancel", both.group, topic=old)
        await both.rest()
        assert old.texts[-1] == "#1 stays here. Nothing was changed."


async def test_without_another_agency_there_is_nowhere_to_go(
    shop: Shop, aki: Somebody, boss: Somebody
) -> None:
    await aki.starts()
    await aki.presses("New order")
    await aki.writes("Blue mug", "1")
    await aki.presses("Skip", "Done")
    await aki.writes("Aki Mori\n1-2 Chuo\nKyoto 600-8001")
    await aki.presses("Cheapest", "Buy the rest", "5 %", "Confirm")
    topic = shop.group.topic("#1")
    assert (await writes_in(shop, boss.person, "/move", topic)).startswith(
        "There is no other agency with a group."
    )


async def moved(shop: Shop, by: Somebody) -> None:
    """Order 1 goes to Osaka, between two letters as it were."""
    async with shop.transaction() as uow:
        who = Actor(PersonId(by.id), "Boss", Role.STAFF)
        work = Work(uow, shop.daiko.current_agency(), shop.clock(), who)
        osaka = (await uow.agencies.get(OSAKA)).beside(work.agency)
        await moving.move(work, OrderId(1), osaka)


async def works(shop: Shop) -> None:
    """What people did is done; nothing is sent."""
    await shop.daiko.receiver.poll(patience=0)
    await shop.daiko.dispatcher.work_all()


def said_by_aki(*topics: TopicView) -> list[str]:
    return [text for topic in topics for text in topic.texts if text.startswith("💬")]


@pytest.mark.parametrize("dies", [False, True])
async def test_what_waits_for_the_old_topic_goes_to_the_new_one_in_its_order(
    both: Shop, aki: Somebody, boss: Somebody, osaka: Forum, dies: bool
) -> None:
    await applies_to(aki, "Daiko", "Blue mug")
    about = aki.last
    for text in ("One", "Two"):
        aki.person.writes(text, reply_to=about)
        await works(both)
    await moved(both, boss)
    aki.person.writes("Three", reply_to=about)
    await works(both)
    if dies:
        await both.restart()
    await both.rest()
    assert said_by_aki(both.group.topic("#1"), osaka.topic("#1")) == [
        "💬 Aki\nOne",
        "💬 Aki\nTwo",
        "💬 Aki\nThree",
    ]
    assert said_by_aki(both.group.topic("#1")) == []


async def test_a_letter_that_was_promised_while_the_order_moved_finds_it(
    both: Shop, aki: Somebody, boss: Somebody, osaka: Forum
) -> None:
    await applies_to(aki, "Daiko", "Blue mug")
    aki.person.writes("One", reply_to=aki.last)
    await works(both)
    await moved(both, boss)
    async with both.transaction() as uow:  # as a transaction leaves it that began before
        rows = await uow.tx.all(select(outbox.c.id).where(outbox.c.trouble == SENT_ON))
        for row in rows:
            await uow.tx.run(
                outbox.update().where(outbox.c.id == row.id).values(settled_at=None, trouble="")
            )
        await uow.tx.run(
            outbox.delete().where(
                outbox.c.content.like("%relayed%"), outbox.c.recipient.like('%"agency":1%')
            )
        )
    await both.restart()
    await both.rest()
    assert said_by_aki(both.group.topic("#1"), osaka.topic("#1")) == ["💬 Aki\nOne"]
    assert said_by_aki(both.group.topic("#1")) == []


async def test_a_topic_that_was_opened_while_the_order_moved_is_left_like_any_other(
    both: Shop, aki: Somebody, boss: Somebody, osaka: Forum
) -> None:
    await aki.starts()
    await aki.presses("New order", "Daiko")
    await aki.writes("Blue mug", "1")
    await aki.presses("Skip", "Done")
    await aki.writes("Aki Mori\n1-2 Chuo\nKyoto 600-8001")
    await aki.presses("Cheapest", "Buy the rest", "5 %")
    aki.person.presses("Confirm")
    await works(both)
    both.telegram.fail("createForumTopic", delay=0.3)
    sending = asyncio.create_task(both.daiko.sender.send_all())
    await asyncio.sleep(0.1)
    await moved(both, boss)
    await sending
    await both.rest()
    old, new = both.group.topic("#1"), osaka.topic("#1")
    assert (old.name, old.closed, old.texts) == ("#1 → Osaka", True, [])
    assert "Blue mug" in texts_of(new.pinned)[0]
    assert any(text.startswith("📝 #1 · New application from Aki") for text in new.texts)
    assert await writes_in(both, boss.person, "Anybody?", old) == LEFT
    both.telegram.calls.clear()


async def test_a_topic_that_was_deleted_is_not_opened_again_to_say_goodbye(
    both: Shop, aki: Somebody, boss: Somebody, osaka: Forum
) -> None:
    await applies_to(aki, "Daiko", "Blue mug")
    boss.person.deletes_topic(both.group, both.group.topic("#1"))
    await moved(both, boss)
    await both.rest()
    assert both.group.topics == []
    assert "Blue mug" in texts_of(osaka.topic("#1").pinned)[0]
    both.telegram.calls.clear()


@pytest.mark.parametrize("method", ["editForumTopic", "closeForumTopic"])
@pytest.mark.parametrize("how", [{"http_status": 502}, {"lose_answer": True}])
async def test_what_is_left_is_closed_in_the_end_whatever_went_wrong_first(
    both: Shop, aki: Somebody, boss: Somebody, osaka: Forum, method: str, how: Json
) -> None:
    await applies_to(aki, "Daiko", "Blue mug")
    topic = both.group.topic("#1")
    both.telegram.fail(method, times=1, **how)
    await moves(both, boss)
    async with asyncio.timeout(10):
        while not topic.closed:
            await asyncio.sleep(0.1)
            await both.rest()
    assert (topic.name, topic.closed) == ("#1 → Osaka", True)
    assert texts_of(topic.pinned) == [LEFT]
    both.telegram.calls.clear()


async def test_a_group_that_is_gone_keeps_nothing_back(
    both: Shop, aki: Somebody, boss: Somebody, osaka: Forum, yui: Person
) -> None:
    await applies_to(aki, "Daiko", "Blue mug")
    boss.person.removes(both.telegram.bot, both.group)
    aki.person.writes("Hello?", reply_to=aki.last)
    await both.rest()
    await moved(both, boss)
    await both.rest()
    assert osaka.topic("#1").texts[-1] == "💬 Aki\nHello?"
    both.telegram.calls.clear()


async def test_edits_and_answers_do_not_reach_into_another_chat(
    both: Shop, aki: Somebody, boss: Somebody, yui: Person, osaka: Forum
) -> None:
    await applies_to(aki, "Daiko", "Blue mug")
    await opens(aki)
    await aki.presses("Messages", "New message")
    mine = aki.person.writes("It is bleu")
    await both.rest()
    old = both.group.topic("#1")
    theirs = boss.person.writes("Which blue?", both.group, topic=old)
    await both.rest()
    answered = next(m for m in aki.person.sees if "Which blue?" in m.get("text", ""))
    await moves(both, boss)
    new = osaka.topic("#1")
    aki.person.edits(mine, "It is blue")
    await both.rest()
    assert new.texts[-1] == "💬 Aki · ✎ edited\nIt is blue"
    assert "💬 Aki\nIt is bleu" in old.texts
    aki.person.edits(mine, "It is dark blue")
    await both.rest()
    assert new.texts[-1] == "💬 Aki · ✎ edited\nIt is dark blue"
    aki.person.writes("Dark blue", reply_to=answered)
    await both.rest()
    assert new.texts[-1] == "💬 Aki\nDark blue"
    # Every message of a topic answers its first one; none of another chat.
    assert new.last["reply_to_message"]["message_id"] == new.id
    assert theirs["message_id"] in [m["message_id"] for m in old.messages]


async def test_each_picture_of_an_album_is_edited_where_it_stands_itself(
    both: Shop, aki: Somebody, boss: Somebody, yui: Person, osaka: Forum
) -> None:
    await applies_to(aki, "Daiko", "Blue mug")
    await opens(aki)
    await aki.presses("Messages", "New message")
    one, two = aki.person.sends_album(count=2, caption="The blue")
    await both.rest()
    await both.let_pass(seconds=3)
    await moves(both, boss)
    new = osaka.topic("#1")
    aki.person.edits(one, "The dark blue")
    await both.rest()
    first = new.last
    aki.person.edits(two, "Not this one")
    await both.rest()
    second = new.last
    head = "💬 Aki · ✎ edited\n"
    assert (first["caption"], second["caption"]) == (f"{head}The dark blue", f"{head}Not this one")
    # Its number in the group that it left is another message's here.
    assert both.telegram.calls_of("editMessageCaption") == []
    yui.writes("Why not?", osaka, topic=new, reply_to=second)
    aki.person.edits(two, "Not this")
    await both.rest()
    (edited,) = both.telegram.calls_of("editMessageCaption")
    assert int(edited.params["message_id"]) == second["message_id"]
    assert int(edited.params["chat_id"]) == osaka.id
    assert aki.last["reply_to_message"]["message_id"] == one["message_id"]
    both.telegram.calls.clear()


async def test_the_bell_of_who_waits_rings_in_the_new_topic(
    both: Shop, aki: Somebody, boss: Somebody, yui: Person, osaka: Forum
) -> None:
    await applies_to(aki, "Daiko", "Blue mug")
    await opens(aki)
    await aki.presses("Messages", "New message")
    await aki.writes("Hello?")
    old = await moves(both, boss)
    general, seen = len(both.group.general), len(old.messages)
    await both.let_pass(hours=24)
    rung = [text for text in osaka.topic("#1").texts if text.startswith("⏰")]
    assert len(rung) == 1
    assert not any(
        "waiting for an answer" in text for text in texts_of(both.group.general[general:])
    )
    assert len(old.messages) == seen
    await writes_in(both, yui, "Yes?", osaka.topic("#1"))
    await both.let_pass(hours=24)
    again = [text for text in osaka.topic("#1").texts if "has been waiting" in text]
    assert again == rung


async def test_who_deletes_their_account_has_topics_in_both_groups(
    both: Shop, aki: Somebody, boss: Somebody, yui: Person, osaka: Forum
) -> None:
    await applies_to(aki, "Daiko", "Blue mug")
    await moves(both, boss)
    await writes_in(both, yui, "/cancel sold out", osaka.topic("#1"))
    await aki.writes("/settings")
    await aki.presses("Delete my account", "Go on", "Delete everything")
    for group in (both.group, osaka):
        told = texts_of(group.general)[-1]
        assert "Please open these topics and delete them: #1" in told
    both.telegram.calls.clear()


async def test_whoever_keeps_the_bot_moves_an_order_whose_group_is_gone(
    both: Shop, aki: Somebody, boss: Somebody, yui: Person, osaka: Forum
) -> None:
    await applies_to(aki, "Osaka")
    yui.removes(both.telegram.bot, osaka)
    database, settings, now = both.daiko.database, both.settings, both.clock()
    assert await commands.move(database, settings, 1, "daiko", now) == (
        "#1 is with Daiko now, and was with Osaka."
    )
    both.daiko.sender.wake()
    await both.rest()
    topic = both.group.topic("#1")
    assert topic.texts[1].startswith("📥 #1 · This order was moved here from Osaka.")
    assert await writes_in(both, boss.person, "/take", topic) == "✋ #1 is yours now."
    for number, name, wrong in (
        (7, "Osaka", "there is no order 7"),
        (1, "Daiko", "Order #1 is with Daiko already"),
        (1, "Kobe", "is called “Kobe”. There are: Daiko, Osaka."),
    ):
        with pytest.raises(WrongWords, match=wrong):
            await commands.move(database, settings, number, name, now)
    both.telegram.calls.clear()
