"""People of the stories: what they can do, what they see, and what no app would let them do."""

from __future__ import annotations

from typing import Any

import pytest
from telegram import Bot

from sandbox.acts import CannotDo
from sandbox.people import Forum, Person, label_part
from sandbox.telegram import Telegram
from tests.sandbox.conftest import keyboard


@pytest.mark.parametrize(
    ("label", "button"),
    [
        ("Pay 1st bill", "🟢 Pay 1st bill · $83.20"),
        ("🟢 Pay 1st bill · $83.20", "🟢 Pay 1st bill · $83.20"),
        ("Done", "✅ Done"),
        ("Back", "‹ Back"),
        ("Items", "Items"),
        ("EMS", "EMS · $42.10"),
        ("2", "2 Teapot × 3 · $8.00"),
        ("5 %", "5 %"),
        ("Buy the", "Buy the rest"),
    ],
)
async def test_a_button_is_found_by_its_label(
    bot: Bot, aki: Person, label: str, button: str
) -> None:
    await bot.send_message(aki.id, "card", reply_markup=keyboard("Other", button))
    aki.presses(label)
    (update,) = await bot.get_updates()
    assert update.callback_query is not None
    assert update.callback_query.data == button


def test_a_label_stands_between_emoji_and_detail() -> None:
    assert label_part("🟢 Pay 1st bill · $83.20") == "Pay 1st bill"
    assert label_part("Pay 1st bill") == "Pay 1st bill"
    assert label_part("⬅️ Back") == "Back"


async def test_the_whole_label_goes_before_a_beginning(bot: Bot, aki: Person) -> None:
    await bot.send_message(aki.id, "card", reply_markup=keyboard("Pay in", "🟢 Pay · $1", "Pay"))
    aki.presses("Pay")
    (update,) = await bot.get_updates()
    assert update.callback_query is not None
    assert update.callback_query.data == "Pay"


async def test_the_newest_message_that_has_the_button_is_pressed(bot: Bot, aki: Person) -> None:
    old = await bot.send_message(aki.id, "old card", reply_markup=keyboard("Pay"))
    await bot.send_message(aki.id, "new card", reply_markup=keyboard("Pay"))
    await bot.send_message(aki.id, "another", reply_markup=keyboard("Help"))
    aki.presses("Pay")
    aki.presses("Pay", message=aki.telegram.private(aki.user).messages[old.message_id])
    first, second = await bot.get_updates()
    assert first.callback_query is not None
    assert second.callback_query is not None
    assert first.callback_query.message is not None
    assert first.callback_query.message.message_id == old.message_id + 1
    assert second.callback_query.message is not None
    assert second.callback_query.message.message_id == old.message_id


async def test_a_button_that_is_not_there_is_told_with_those_that_are(
    telegram: Telegram, bot: Bot, aki: Person
) -> None:
    await bot.send_message(aki.id, "The card", reply_markup=keyboard("Items", "Bills"))
    with pytest.raises(AssertionError) as no:
        aki.presses("Pay")
    assert str(no.value) == (
        "Aki sees no button 'Pay'; newest first there is\n  'The card': 'Items', 'Bills'"
    )
    assert telegram.pending_updates() == []


async def test_in_a_group_only_the_named_topic_is_looked_at(
    bot: Bot, mina: Person, group: Forum
) -> None:
    for name in ("#1", "#2"):
        topic = await bot.create_forum_topic(group.id, name)
        await bot.send_message(
            group.id,
            name,
            message_thread_id=topic.message_thread_id,
            reply_markup=keyboard("Confirm payment"),
        )
    with pytest.raises(AssertionError, match="Mina sees no button"):
        mina.presses("Confirm payment", group)
    mina.presses("Confirm payment", group, topic="#1")
    update = (await bot.get_updates())[-1]
    assert update.callback_query is not None
    assert update.callback_query.message is not None
    assert getattr(update.callback_query.message, "text", None) == "#1"


async def test_data_can_be_forged(bot: Bot, aki: Person) -> None:
    await bot.send_message(aki.id, "card", reply_markup=keyboard("Pay"))
    aki.presses_forged("pay:999:1", aki.last)
    (update,) = await bot.get_updates()
    assert update.callback_query is not None
    assert update.callback_query.data == "pay:999:1"


async def test_a_deep_link_comes_with_its_payload(bot: Bot, telegram: Telegram) -> None:
    telegram.person("Bo").start("order_12")
    (update,) = await bot.get_updates()
    assert update.message is not None
    assert update.message.text == "/start order_12"
    assert [entity.type for entity in update.message.entities] == ["bot_command"]


async def test_a_long_text_goes_as_several_messages(bot: Bot, aki: Person) -> None:
    aki.writes("x" * 5000)
    first, second = await bot.get_updates()
    assert first.message is not None
    assert second.message is not None
    assert (len(first.message.text or ""), len(second.message.text or "")) == (4096, 904)


async def test_every_kind_of_message_reaches_the_bot(bot: Bot, aki: Person) -> None:
    aki.sends_photo(caption="receipt")
    aki.sends_document()
    aki.sends_video()
    aki.sends_voice()
    aki.sends_audio()
    aki.sends_animation()
    aki.sends_sticker()
    aki.sends_location()
    aki.sends_contact()
    aki.sends_album(count=3, caption="three")
    messages = [update.message for update in await bot.get_updates()]
    kinds = ("photo", "document", "video", "voice", "audio", "animation", "sticker", "location",
             "contact", "photo", "photo", "photo")  # fmt: skip
    for message, kind in zip(messages, kinds, strict=True):
        assert message is not None
        assert getattr(message, kind)
    album = messages[-3:]
    assert len({message.media_group_id for message in album if message}) == 1
    assert [message.caption for message in album if message] == ["three", None, None]


async def test_last_is_what_the_bot_wrote_last(bot: Bot, aki: Person, telegram: Telegram) -> None:
    with pytest.raises(AssertionError, match="the bot wrote nothing to Aki"):
        _ = aki.last
    await bot.send_message(aki.id, "hi")
    aki.writes("hello")
    assert aki.last["text"] == "hi"


def test_nobody_writes_to_a_bot_they_blocked(aki: Person) -> None:
    aki.blocks()
    with pytest.raises(CannotDo, match="you blocked the bot"):
        aki.writes("hello")


def test_nobody_writes_into_a_group_they_are_not_in(aki: Person, group: Forum) -> None:
    with pytest.raises(CannotDo, match="you are not in this group"):
        aki.writes("hello", group)


async def test_nobody_presses_in_a_group_they_left(
    telegram: Telegram, bot: Bot, mina: Person, group: Forum
) -> None:
    ken = telegram.person("Ken")
    ken.joins(group)
    await bot.send_message(group.id, "card", reply_markup=keyboard("Take"))
    card = group.general[-1]
    mina.removes(ken, group)
    with pytest.raises(CannotDo, match="you are not in this group"):
        ken.presses("Take", message=card)


def test_nobody_edits_what_another_wrote(aki: Person, mina: Person, group: Forum) -> None:
    said = mina.writes("mine", group)
    with pytest.raises(CannotDo, match="this is not your message"):
        aki.edits(said, "hers")


def test_topics_are_for_who_may_manage_them(telegram: Telegram, group: Forum) -> None:
    ken = telegram.person("Ken")
    ken.joins(group)
    with pytest.raises(CannotDo, match="you may not manage topics"):
        ken.makes_topic(group, "x")


async def test_members_and_administrators_are_as_people_made_them(
    telegram: Telegram, bot: Bot, mina: Person, group: Forum
) -> None:
    ken, lee = telegram.person("Ken"), telegram.person("Lee")
    ken.joins(group)
    mina.promotes(ken, group, ["can_pin_messages"])
    admins = {
        admin.user.first_name: admin for admin in await bot.get_chat_administrators(group.id)
    }
    assert set(admins) == {"Mina", "Ken", "Daiko"}
    assert getattr(admins["Ken"], "can_pin_messages", None) is True
    assert getattr(admins["Ken"], "can_manage_topics", None) is False
    assert await bot.get_chat_member_count(group.id) == 3
    for person, status in ((mina, "creator"), (ken, "administrator"), (lee, "left")):
        assert (await bot.get_chat_member(group.id, person.id)).status == status
    ken.leaves(group)
    assert (await bot.get_chat_member(group.id, ken.id)).status == "left"


def test_ids_need_more_than_32_bits(aki: Person, group: Forum) -> None:
    assert aki.id > 2**32
    assert group.id < -(2**39)


def test_what_people_see_is_alive(aki: Person) -> None:
    said: dict[str, Any] = aki.writes("one")
    aki.edits(said, "two")
    assert aki.sees[-1] is said
    assert said["text"] == "two"
