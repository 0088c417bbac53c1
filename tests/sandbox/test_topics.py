"""Topics of the staff's forum, with all their traps."""

from __future__ import annotations

import pytest
from telegram import Bot, ReplyParameters
from telegram.error import BadRequest

from sandbox.acts import CannotDo
from sandbox.people import Forum, Person
from sandbox.telegram import Telegram


async def test_a_topic_begins_with_a_service_message_that_the_bot_is_told_of(
    telegram: Telegram, bot: Bot, group: Forum
) -> None:
    topic = await bot.create_forum_topic(group.id, "#12 Aki", icon_color=0xFFD67E)
    (update,) = telegram.pending_updates()
    first = update["message"]
    assert first["message_id"] == topic.message_thread_id
    assert first["forum_topic_created"] == {"name": "#12 Aki", "icon_color": 0xFFD67E}
    assert first["from"]["id"] == telegram.bot.user.id
    assert group.topic("#12").id == topic.message_thread_id


async def test_every_message_of_a_topic_seems_to_answer_its_first(
    bot: Bot, mina: Person, group: Forum
) -> None:
    topic = await bot.create_forum_topic(group.id, "#12")
    said = mina.writes("hello", group, topic="#12")
    sent = await bot.send_message(group.id, "hi", message_thread_id=topic.message_thread_id)
    assert said["message_thread_id"] == topic.message_thread_id
    assert said["is_topic_message"] is True
    assert said["reply_to_message"]["forum_topic_created"]["name"] == "#12"
    assert sent.is_topic_message
    assert sent.reply_to_message is not None
    assert sent.reply_to_message.message_id == topic.message_thread_id


async def test_a_true_answer_in_a_topic_shows_what_it_answers(
    bot: Bot, mina: Person, group: Forum
) -> None:
    topic = await bot.create_forum_topic(group.id, "#12")
    sent = await bot.send_message(group.id, "card", message_thread_id=topic.message_thread_id)
    said = mina.writes("yes", group, topic="#12", reply_to=group.topic("#12").last)
    assert said["reply_to_message"]["message_id"] == sent.message_id
    back = await bot.send_message(
        group.id, "ok", reply_parameters=ReplyParameters(said["message_id"])
    )
    assert back.message_thread_id == topic.message_thread_id, "an answer stays in the topic"


async def test_an_answer_across_topics_is_an_external_one(
    bot: Bot, mina: Person, group: Forum
) -> None:
    await bot.create_forum_topic(group.id, "#1")
    second = await bot.create_forum_topic(group.id, "#2")
    said = mina.writes("hello", group, topic="#1")
    sent = await bot.send_message(
        group.id,
        "there",
        message_thread_id=second.message_thread_id,
        reply_parameters=ReplyParameters(said["message_id"]),
    )
    assert sent.external_reply is not None
    assert sent.external_reply.message_id == said["message_id"]
    assert sent.reply_to_message is not None
    assert sent.reply_to_message.message_id == second.message_thread_id


async def test_general_goes_without_a_number(bot: Bot, mina: Person, group: Forum) -> None:
    said = mina.writes("/queue", group)
    assert "message_thread_id" not in said
    assert "is_topic_message" not in said
    sent = await bot.send_message(group.id, "nothing waits")
    assert sent.message_thread_id is None
    with pytest.raises(BadRequest, match="Message thread not found"):
        await bot.send_message(group.id, "x", message_thread_id=1)


async def test_a_reply_in_general_has_a_thread_that_is_no_topic(
    bot: Bot, mina: Person, group: Forum
) -> None:
    sent = await bot.send_message(group.id, "nothing waits")
    said = mina.writes("good", group, reply_to=group.general[-1])
    assert said["message_thread_id"] == sent.message_id
    assert "is_topic_message" not in said
    with pytest.raises(BadRequest, match="Message thread not found"):
        await bot.send_message(group.id, "x", message_thread_id=said["message_thread_id"])


async def test_a_deleted_topic_is_never_announced_and_the_next_send_fails(
    telegram: Telegram, bot: Bot, mina: Person, group: Forum
) -> None:
    topic = await bot.create_forum_topic(group.id, "#12")
    mina.writes("hello", group, topic="#12")
    telegram.bot.updates.clear()
    mina.deletes_topic(group, "#12")
    assert telegram.pending_updates() == []
    assert group.topics == []
    assert group.messages == []
    with pytest.raises(BadRequest, match="Message thread not found"):
        await bot.send_message(group.id, "x", message_thread_id=topic.message_thread_id)
    with pytest.raises(BadRequest, match="Topic_id_invalid"):
        await bot.edit_forum_topic(group.id, topic.message_thread_id, name="x")
    assert await bot.send_chat_action(
        group.id, "typing", message_thread_id=topic.message_thread_id
    ), "typing into nowhere is fine with Telegram"


async def test_a_closed_topic_takes_nothing_until_it_is_open_again(
    telegram: Telegram, bot: Bot, mina: Person, group: Forum
) -> None:
    topic = await bot.create_forum_topic(group.id, "#12")
    telegram.bot.updates.clear()
    mina.closes_topic(group, "#12")
    assert telegram.pending_updates()[-1]["message"]["forum_topic_closed"] == {}
    with pytest.raises(BadRequest, match="Topic_closed"):
        await bot.send_message(group.id, "x", message_thread_id=topic.message_thread_id)
    ken = telegram.person("Ken")
    ken.joins(group)
    with pytest.raises(CannotDo, match="the topic is closed"):
        ken.writes("x", group, topic="#12")
    mina.writes("who manages topics still may", group, topic="#12")
    mina.reopens_topic(group, "#12")
    await bot.send_message(group.id, "x", message_thread_id=topic.message_thread_id)


async def test_the_bot_names_closes_and_reopens_a_topic(bot: Bot, group: Forum) -> None:
    topic = await bot.create_forum_topic(group.id, "#12")
    thread = topic.message_thread_id
    await bot.edit_forum_topic(group.id, thread, name="#12 paid")
    assert group.topic("#12").name == "#12 paid"
    with pytest.raises(BadRequest, match="Topic_not_modified"):
        await bot.edit_forum_topic(group.id, thread, name="#12 paid")
    await bot.close_forum_topic(group.id, thread)
    with pytest.raises(BadRequest, match="Topic_not_modified"):
        await bot.close_forum_topic(group.id, thread)
    await bot.reopen_forum_topic(group.id, thread)
    await bot.delete_forum_topic(group.id, thread)
    assert group.topics == []


async def test_without_the_right_there_are_no_topics_to_make(
    telegram: Telegram, bot: Bot, mina: Person, group: Forum
) -> None:
    theirs = mina.makes_topic(group, "Ours")
    mina.promotes(telegram.bot, group, ["can_pin_messages"])
    for call, why in (
        (bot.create_forum_topic(group.id, "x"), "Not enough rights to create a topic"),
        (
            bot.edit_forum_topic(group.id, theirs.id, name="x"),
            "Not enough rights to edit the topic",
        ),
        (
            bot.close_forum_topic(group.id, theirs.id),
            "Not enough rights to close or open the topic",
        ),
        (bot.delete_forum_topic(group.id, theirs.id), "Not enough rights to delete the topic"),
    ):
        with pytest.raises(BadRequest) as no:
            await call
        assert no.value.message == why
    assert [topic.name for topic in group.topics] == ["Ours"]


@pytest.mark.parametrize(
    ("name", "color", "why"),
    [(" ", None, "Topic_title_empty"), ("x", 1, "Invalid icon color specified")],
)
async def test_a_topic_needs_a_name_and_one_of_six_colours(
    bot: Bot, group: Forum, name: str, color: int | None, why: str
) -> None:
    with pytest.raises(BadRequest, match=why):
        await bot.create_forum_topic(group.id, name, icon_color=color)
    assert group.topics == []


async def test_only_forums_have_topics(
    telegram: Telegram, bot: Bot, mina: Person, aki: Person
) -> None:
    basic = telegram.basic_group("Staff", creator=mina)
    for chat_id in (basic.id, aki.id):
        with pytest.raises(BadRequest, match="The chat is not a forum"):
            await bot.create_forum_topic(chat_id, "x")


async def test_the_root_of_a_topic_is_not_deleted_as_a_message(bot: Bot, group: Forum) -> None:
    topic = await bot.create_forum_topic(group.id, "#12")
    with pytest.raises(BadRequest, match="Message can't be deleted"):
        await bot.delete_message(group.id, topic.message_thread_id)


async def test_pins_of_one_topic_are_taken_off_alone(bot: Bot, group: Forum) -> None:
    kept = await bot.send_message(group.id, "in General")
    await bot.pin_chat_message(group.id, kept.message_id)
    topic = await bot.create_forum_topic(group.id, "#12")
    card = await bot.send_message(group.id, "card", message_thread_id=topic.message_thread_id)
    await bot.pin_chat_message(group.id, card.message_id)
    assert [message["text"] for message in group.topic("#12").pinned] == ["card"]
    assert "pinned_message" in group.topic("#12").last, "the pin is told in the topic"
    await bot.unpin_all_forum_topic_messages(group.id, topic.message_thread_id)
    assert group.group.pinned == [kept.message_id]


async def test_icons_are_those_that_may_be_chosen(bot: Bot, group: Forum) -> None:
    icons = await bot.get_forum_topic_icon_stickers()
    chosen = icons[0].custom_emoji_id
    assert chosen is not None
    topic = await bot.create_forum_topic(group.id, "#12", icon_custom_emoji_id=chosen)
    assert topic.icon_custom_emoji_id == chosen
    with pytest.raises(BadRequest, match="Document_invalid"):
        await bot.create_forum_topic(group.id, "#13", icon_custom_emoji_id="1")


async def test_a_topic_is_found_by_the_beginning_of_its_name(bot: Bot, group: Forum) -> None:
    await bot.create_forum_topic(group.id, "#1 Aki")
    await bot.create_forum_topic(group.id, "#12 Bo")
    assert group.topic("#1 ").name == "#1 Aki"
    with pytest.raises(AssertionError, match="no topic begins with '#3'; there is '#1 Aki', '#12"):
        group.topic("#3")
