"""Each kind of message, from the customer to the topic and back, as it was sent."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from domain.ids import OrderId
from domain.messages import Thread
from sandbox.people import Forum, Person, texts_of
from storage.answering import Open
from storage.queue_tables import place
from tests.stories.roads import applies, opens
from tests.stories.shop import Json, Shop, Somebody

KINDS: dict[str, Callable[..., Any]] = {
    "photo": Person.sends_photo,
    "video": Person.sends_video,
    "document": Person.sends_document,
    "voice": Person.sends_voice,
    "audio": Person.sends_audio,
    "animation": Person.sends_animation,
    "video_note": Person.sends_video_note,
    "sticker": Person.sends_sticker,
    "location": Person.sends_location,
    "venue": Person.sends_venue,
    "contact": Person.sends_contact,
}
WORDY = ("photo", "video", "document", "voice", "audio", "animation")


def content(message: Json, kind: str) -> Any:
    """What is the same on both sides."""
    said = message[kind]
    if kind == "photo":
        return said[-1]["file_id"]
    if kind == "contact":
        return said["phone_number"], said["first_name"]
    return said.get("file_id", said)


def piece(text: str, entity: Json) -> str:
    """What an entity marks: Telegram counts in UTF-16."""
    start, end = 2 * entity["offset"], 2 * (entity["offset"] + entity["length"])
    return text.encode("utf-16-le")[start:end].decode("utf-16-le")


async def writes_about(aki: Somebody, number: int) -> None:
    await opens(aki, number)
    await aki.presses("Messages", "New message")


def in_topic(shop: Shop, kind: str, number: int = 1) -> list[Json]:
    bot = shop.telegram.bot.user.id
    messages = shop.topic(number).messages
    return [m for m in messages if kind in m and m["from"]["id"] == bot]


@pytest.mark.parametrize("kind", KINDS)
async def test_a_customer_sends_it_to_the_topic(shop: Shop, aki: Somebody, kind: str) -> None:
    await applies(aki)
    await writes_about(aki, 1)
    words = {"caption": "look <here>"} if kind in WORDY else {}
    sent = KINDS[kind](aki.person, **words)
    await shop.rest()
    assert "on its way" in aki.reads
    (carried,) = in_topic(shop, kind)
    assert content(carried, kind) == content(sent, kind)
    if words:
        assert carried["caption"] == "💬 Aki\nlook <here>"
    assert shop.telegram.bot.privates[aki.id].reactions[sent["message_id"]]  # 👍: delivered


@pytest.mark.parametrize("kind", KINDS)
async def test_staff_send_it_to_the_customer(
    shop: Shop, aki: Somebody, boss: Somebody, group: Forum, kind: str
) -> None:
    await applies(aki)
    words = {"caption": "look <here>"} if kind in WORDY else {}
    sent = KINDS[kind](boss.person, group, topic=shop.topic(1), **words)
    await shop.rest()
    assert content(aki.last, kind) == content(sent, kind)
    assert aki.buttons == ["Open order · #1"]
    if words:
        assert aki.last["caption"] == "💬 #1 · Daiko\nlook <here>"


async def test_a_text_keeps_its_formatting_both_ways(
    shop: Shop, aki: Somebody, boss: Somebody, group: Forum
) -> None:
    await applies(aki)
    await writes_about(aki, 1)
    bold = [
        {"type": "bold", "offset": 3, "length": 3},
        {"type": "spoiler", "offset": 7, "length": 1},
    ]
    aki.person.sends({"text": "is <b> &x", "entities": bold})
    await shop.rest()
    (carried,) = [m for m in in_topic(shop, "text") if m["text"].endswith("is <b> &x")]
    kinds = {(e["type"], piece(carried["text"], e)) for e in carried["entities"]}
    assert kinds == {("bold", "Aki"), ("bold", "<b>"), ("spoiler", "&")}
    boss.person.sends({"text": "it is &x", "entities": bold[:1]}, group, topic=shop.topic(1))
    await shop.rest()
    assert aki.reads.endswith("it is &x")
    assert {e["type"] for e in aki.last["entities"]} == {"bold"}


# Albums ---------------------------------------------------------------------------------------


async def test_an_album_of_the_customer_arrives_as_one(shop: Shop, aki: Somebody) -> None:
    await applies(aki)
    await writes_about(aki, 1)
    sent = aki.person.sends_album(count=4, caption="all four")
    await shop.rest()
    assert "on its way" in aki.reads
    assert in_topic(shop, "photo") == []  # it is not known yet whether it is whole
    shop.clock.forward(seconds=2)
    await shop.rest()
    carried = in_topic(shop, "photo")
    assert len(carried) == 4
    assert len({m["media_group_id"] for m in carried}) == 1
    assert [content(m, "photo") for m in carried] == [content(m, "photo") for m in sent]
    assert [m.get("caption", "") for m in carried] == ["💬 Aki\nall four", "", "", ""]
    (stored,) = (await shop.file(1)).notes
    assert (stored.media, len(stored.parts), stored.delivered_at) == ("album", 4, shop.clock.now)
    assert len(shop.telegram.calls_of("sendMediaGroup")) == 1


async def test_what_is_said_behind_an_album_comes_behind_it(shop: Shop, aki: Somebody) -> None:
    await applies(aki)
    await writes_about(aki, 1)
    sent = aki.person.sends_album(count=2)
    await shop.rest()
    aki.person.writes("as you see", reply_to=sent[0])
    await shop.rest()
    assert in_topic(shop, "photo") == []
    shop.clock.forward(seconds=2)
    await shop.rest()
    *_, one, two, words = [m for m in shop.topic(1).messages if "photo" in m or "text" in m]
    assert "photo" in one
    assert "photo" in two
    assert words["text"] == "💬 Aki\nas you see"
    assert words["reply_to_message"]["message_id"] == one["message_id"]


async def test_a_part_that_comes_late_is_not_lost(shop: Shop, aki: Somebody) -> None:
    await applies(aki)
    await writes_about(aki, 1)
    first, late = ({**m} for m in aki.person.sends_album(count=2))
    waiting = shop.telegram.bot.updates.waiting
    kept = waiting.pop()
    await shop.rest()
    shop.clock.forward(seconds=5)
    await shop.rest()
    assert len(in_topic(shop, "photo")) == 1
    waiting.append(kept)
    await shop.rest()
    shop.clock.forward(seconds=5)
    await shop.rest()
    assert [content(m, "photo") for m in in_topic(shop, "photo")] == [
        content(first, "photo"),
        content(late, "photo"),
    ]


async def test_an_album_survives_a_restart_between_its_parts_and_its_sending(
    shop: Shop, aki: Somebody
) -> None:
    await applies(aki)
    await writes_about(aki, 1)
    aki.person.sends_album(count=3)
    await shop.rest()
    await shop.restart()
    shop.clock.forward(seconds=2)
    await shop.rest()
    assert len(in_topic(shop, "photo")) == 3


async def test_an_album_of_staff_arrives_as_one(
    shop: Shop, aki: Somebody, boss: Somebody, group: Forum
) -> None:
    await applies(aki)
    boss.person.sends_album(group, count=3, caption="// ours", topic=shop.topic(1))
    await shop.rest()
    boss.person.sends_album(group, count=3, caption="arrived", topic=shop.topic(1))
    await shop.rest()
    shop.clock.forward(seconds=2)
    await shop.rest()
    carried = [m for m in aki.person.sees if "photo" in m]
    assert len({m["media_group_id"] for m in carried}) == 1
    assert [m.get("caption", "") for m in carried] == ["💬 #1 · Daiko\narrived", "", ""]


async def test_a_note_under_any_picture_keeps_the_whole_album_inside(
    shop: Shop, aki: Somebody, boss: Somebody, group: Forum
) -> None:
    await applies(aki)
    first, second = aki.person.sends_album(count=2)
    shop.telegram.bot.updates.waiting.clear()
    for photo, words in ((first, {}), (second, {"caption": "// ours"}), (first, {})):
        album = {"photo": photo["photo"], "media_group_id": photo["media_group_id"], **words}
        boss.person.sends(album, group, topic=shop.topic(1))
        await shop.rest()
    shop.clock.forward(seconds=2)
    await shop.rest()
    assert [m for m in aki.person.sees if "photo" in m and m["from"]["is_bot"]] == []
    assert (await shop.file(1)).notes == ()


async def test_an_album_answers_once_it_is_carried_and_not_while_it_may_stay_inside(
    shop: Shop, aki: Somebody, boss: Somebody, group: Forum
) -> None:
    await applies(aki)
    await writes_about(aki, 1)
    await aki.writes("Is it blue?")
    waits = await waiting(shop)
    assert waits is not None
    photos = aki.person.sends_album(count=2)
    shop.telegram.bot.updates.waiting.clear()
    for photo, words in zip(photos, ({}, {"caption": "// ours"}), strict=True):
        album = {"photo": photo["photo"], "media_group_id": photo["media_group_id"], **words}
        boss.person.sends(album, group, topic=shop.topic(1))
        await shop.rest()
    await shop.let_pass(seconds=2)
    assert await waiting(shop) == waits
    boss.person.sends_album(group, count=2, caption="It is", topic=shop.topic(1))
    await shop.rest()
    assert await waiting(shop) == waits
    await shop.let_pass(seconds=2)
    assert await waiting(shop) is None


async def test_what_a_customer_writes_behind_an_album_of_staff_waits_for_its_own_answer(
    shop: Shop, aki: Somebody, boss: Somebody, group: Forum
) -> None:
    await applies(aki)
    boss.person.sends_album(group, count=2, caption="arrived", topic=shop.topic(1))
    await shop.rest()
    await writes_about(aki, 1)
    await aki.writes("Is it blue?")
    await shop.let_pass(seconds=2)
    assert len([m for m in aki.person.sees if "photo" in m]) == 2
    assert await waiting(shop) is not None


async def waiting(shop: Shop) -> Open | None:
    """Since when the customer of order 1 waits for an answer, and when it rings."""
    async with shop.transaction() as uow:
        return await uow.answering.lock(Thread(OrderId(1)))


async def test_two_albums_that_stay_inside_may_come_at_the_same_time(
    shop: Shop, aki: Somebody, boss: Somebody, group: Forum
) -> None:
    await applies(aki)
    mine = aki.person.sends_album(count=2)
    other = aki.person.sends_album(count=2)
    shop.telegram.bot.updates.waiting.clear()
    noted = {"caption": "// ours"}
    for photo, words in ((mine[0], noted), (other[0], noted), (mine[1], {}), (other[1], {})):
        album = {"photo": photo["photo"], "media_group_id": photo["media_group_id"], **words}
        boss.person.sends(album, group, topic=shop.topic(1))
        await shop.rest()
    await shop.let_pass(seconds=2)
    assert [m for m in aki.person.sees if "photo" in m and m["from"]["is_bot"]] == []
    assert (await shop.file(1)).notes == ()
    assert await shop.count(place) == 2
    await shop.let_pass(hours=2)
    boss.person.sends_album(group, count=2, caption="// ours", topic=shop.topic(1))
    await shop.rest()
    assert await shop.count(place) == 1  # the others are over, and forgotten


async def test_an_album_without_a_context_is_asked_about_once(shop: Shop, aki: Somebody) -> None:
    await applies(aki)
    aki.person.sends_album(count=3, caption="this one?")
    await shop.rest()
    asked = [text for text in aki.received if "Which order is your message about?" in text]
    assert len(asked) == 1
    await aki.presses("#1")
    shop.clock.forward(seconds=2)
    await shop.rest()
    assert len(in_topic(shop, "photo")) == 3


# Replies and edits ----------------------------------------------------------------------------


async def test_replies_stay_replies_both_ways(
    shop: Shop, aki: Somebody, boss: Somebody, group: Forum
) -> None:
    await applies(aki)
    await writes_about(aki, 1)
    asked = aki.person.writes("Red or blue?")
    await shop.rest()
    carried = next(m for m in in_topic(shop, "text") if m["text"].endswith("Red or blue?"))
    boss.person.writes("Blue", group, topic=shop.topic(1), reply_to=carried)
    await shop.rest()
    assert aki.last["reply_to_message"]["message_id"] == asked["message_id"]
    aki.person.writes("Fine", reply_to=aki.last)
    await shop.rest()
    fine = next(m for m in in_topic(shop, "text") if m["text"].endswith("Fine"))
    blue = next(m for m in shop.topic(1).messages if m.get("text") == "Blue")
    assert fine["reply_to_message"]["message_id"] == blue["message_id"]


async def test_an_edit_is_carried_over_and_marked(
    shop: Shop, aki: Somebody, boss: Somebody, group: Forum
) -> None:
    await applies(aki)
    await writes_about(aki, 1)
    sent = aki.person.writes("Two of them")
    await shop.rest()
    aki.person.edits(sent, "Three of them")
    await shop.rest()
    assert texts_of(in_topic(shop, "text"))[-1] == "💬 Aki · ✎ edited\nThree of them"
    answer = boss.person.writes("Tree?", group, topic=shop.topic(1))
    await shop.rest()
    boss.person.edits(answer, "Three?")
    await shop.rest()
    assert aki.reads == "💬 #1 · Daiko · ✎ edited\nThree?"
    assert aki.buttons == ["Open order · #1"]
    async with shop.transaction() as uow:
        first, second = await uow.notes.page((await shop.file(1)).order.id)
        assert [first.text, second.text] == ["Three of them", "Three?"]
        assert await uow.notes.versions(first.id) == ["Two of them"]
        assert await uow.notes.versions(second.id) == ["Tree?"]


async def test_an_edited_caption_is_carried_over(shop: Shop, aki: Somebody) -> None:
    await applies(aki)
    await writes_about(aki, 1)
    photo = await aki.sends_photo(caption="the lid")
    aki.person.edits(photo, "the handle")
    await shop.rest()
    (carried,) = in_topic(shop, "photo")
    assert carried["caption"] == "💬 Aki · ✎ edited\nthe handle"


def puts_another(who: Somebody, message: Json, photo: Json) -> None:
    """Another picture in the place of what was sent."""
    message["photo"] = photo["photo"]
    who.shop.telegram.edited(who.person._chat_of(message), message, who.person.user)


async def test_another_picture_in_the_place_of_one_is_carried_over_both_ways(
    shop: Shop, aki: Somebody, boss: Somebody, group: Forum
) -> None:
    await applies(aki)
    other = boss.person.sends_photo(group)  # in General
    await writes_about(aki, 1)
    mine = await aki.sends_photo(caption="the lid")
    theirs = boss.person.sends_photo(group, caption="yours", topic=shop.topic(1))
    await shop.rest()
    puts_another(aki, mine, other)
    await shop.rest()
    (carried,) = in_topic(shop, "photo")
    assert content(carried, "photo") == content(other, "photo")
    assert carried["caption"] == "💬 Aki · ✎ edited\nthe lid"
    puts_another(boss, theirs, other)
    await shop.rest()
    there = next(m for m in reversed(aki.person.sees) if "photo" in m and m is not mine)
    assert content(there, "photo") == content(other, "photo")
    assert there["caption"] == "💬 #1 · Daiko · ✎ edited\nyours"
    assert len(shop.telegram.calls_of("editMessageMedia")) == 2


async def test_an_edit_before_it_was_carried_is_what_is_carried(shop: Shop, aki: Somebody) -> None:
    await applies(aki)
    await writes_about(aki, 1)
    first, _ = aki.person.sends_album(count=2, caption="lid")
    await shop.rest()
    aki.person.edits(first, "handle")
    await shop.rest()
    shop.clock.forward(seconds=2)
    await shop.rest()
    assert [m.get("caption", "") for m in in_topic(shop, "photo")] == [
        "💬 Aki · ✎ edited\nhandle",
        "",
    ]


async def test_a_long_caption_arrives_whole(shop: Shop, aki: Somebody) -> None:
    await applies(aki)
    await writes_about(aki, 1)
    words = "w" * 1_020
    await aki.sends_photo(caption=words)
    (photo,) = in_topic(shop, "photo")
    assert "caption" not in photo
    assert texts_of(in_topic(shop, "text"))[-1] == f"💬 Aki\n{words}"


async def test_the_history_shows_pictures_again(shop: Shop, aki: Somebody) -> None:
    await applies(aki)
    await writes_about(aki, 1)
    photo = await aki.sends_photo(caption="the lid")
    await opens(aki)
    await aki.presses("Messages")
    assert "[photo] the lid" in aki.reads
    await aki.presses("Show pictures and files")
    assert content(aki.last, "photo") == content(photo, "photo")
    assert "You · " in aki.last["caption"]
    assert aki.last["caption"].endswith("the lid")
