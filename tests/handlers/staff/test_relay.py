"""What staff write in an order's topic reaches its customer, and nothing else does."""

from __future__ import annotations

from typing import Any

from structlog.testing import capture_logs

from sandbox.people import Forum, Person
from storage.unit_of_work import looking
from tests.handlers.staff.trade import Office


async def test_a_text_goes_to_the_customer_with_its_formatting(
    office: Office, mina: Person
) -> None:
    order = await office.applied(1)
    mina.sends(
        {"text": "It is <red> & ok", "entities": [{"type": "bold", "offset": 6, "length": 5}]},
        office.group,
        topic=office.topic(order),
    )
    await office.daiko.settle_down()
    assert office.heard() == ["relayed: It is <red> & ok"]
    assert office.aki.last["entities"] == [{"type": "bold", "offset": 15, "length": 5}]


async def test_it_is_stored_before_it_is_carried(office: Office, mina: Person) -> None:
    order = await office.applied(1)
    written = mina.writes("Hello Aki", office.group, topic=office.topic(order))
    await office.daiko.settle_down()
    async with looking(office.daiko.database) as uow:
        (note,) = await uow.notes.page(order.id)
    assert (note.direction, note.author, note.text) == ("to_customer", mina.id, "Hello Aki")
    assert (note.chat, note.message) == (office.group.id, written["message_id"])
    assert note.delivered_at == office.clock.now


async def test_a_photo_goes_with_its_words(office: Office, mina: Person) -> None:
    order = await office.applied(1)
    mina.sends_photo(office.group, caption="the teapot", topic=office.topic(order))
    mina.sends_photo(office.group, topic=office.topic(order))
    await office.daiko.settle_down()
    assert office.heard() == ["relayed: the teapot", "relayed:"]
    assert "photo" in office.aki.last


async def test_notes_stay_among_staff(office: Office, mina: Person) -> None:
    order = await office.applied(1)
    for note in ("// no hurry", "//", "／／ no hurry"):
        assert await office.write(mina, note, order) == ""
    mina.sends_photo(office.group, caption="// for us", topic=office.topic(order))
    await office.daiko.settle_down()
    assert office.heard() == []


async def test_in_general_nothing_is_relayed(office: Office, mina: Person) -> None:
    await office.applied(1)
    mina.writes("Who has lunch?", office.group)
    mina.sends_sticker(office.group)
    before = len(office.group.messages)
    await office.daiko.settle_down()
    assert office.heard() == []
    assert len(office.group.messages) == before


async def test_what_cannot_be_carried_is_told_at_once(office: Office, mina: Person) -> None:
    order = await office.applied(1)
    here: dict[str, Any] = {"to": office.group, "topic": office.topic(order)}
    sent = [
        mina.sends_poll(**here),
        mina.sends_dice(**here),
        mina.sends({"game": {"title": "2048", "description": "", "photo": []}}, **here),
    ]
    await office.daiko.settle_down()
    for message in sent:
        assert office.answer_to(message["message_id"]) == (
            "The customer did not get this: polls, games, dice, stories and the like cannot be"
            " passed on. Please write it, or send it as a photo, a video, a file or a"
            " voice message."
        )
    assert office.heard() == []


async def test_a_command_under_a_picture_is_neither_done_nor_sent(
    office: Office, mina: Person
) -> None:
    order = await office.applied(1)
    sent = mina.sends_photo(office.group, caption="/hold customs", topic=office.topic(order))
    await office.daiko.settle_down()
    assert "without a picture" in office.answer_to(sent["message_id"])
    assert office.heard() == []
    assert (await office.order(order)).flags == frozenset()


async def test_who_writes_as_the_group_is_asked_to_write_as_themselves(
    office: Office, group: Forum, mina: Person
) -> None:
    order = await office.applied(1)
    anonymous = {
        "from": {"id": 1087968824, "is_bot": True, "first_name": "Group",
                 "username": "GroupAnonymousBot"},
        "sender_chat": {"id": group.id, "type": "supergroup", "title": "Staff"},
    }  # fmt: skip
    text = mina.sends({"text": "Hello", **anonymous}, group, topic=office.topic(order))
    line = mina.sends({"text": "/hold customs", **anonymous}, group, topic=office.topic(order))
    note = mina.sends({"text": "// ours", **anonymous}, group, topic=office.topic(order))
    with capture_logs() as lines:
        await office.daiko.settle_down()
    assert [line for line in lines if line["log_level"] in ("warning", "error")] == []
    async with looking(office.daiko.database) as uow:
        assert (await uow.inbox.count_parked(), await uow.inbox.count_waiting()) == (0, 0)
    assert "Please write as yourself" in office.answer_to(text["message_id"])
    assert "Please write as yourself" in office.answer_to(line["message_id"])
    assert office.answer_to(note["message_id"]) == ""
    assert office.heard() == []
    assert (await office.order(order)).flags == frozenset()


async def test_other_bots_are_not_heard(office: Office, group: Forum, mina: Person) -> None:
    order = await office.applied(1)
    bot = {"from": {"id": 555, "is_bot": True, "first_name": "Other", "username": "other_bot"}}
    for text in ("Hello", "/hold customs", "/nonsense"):
        mina.sends({"text": text, **bot}, group, topic=office.topic(order))
    before = len(group.messages)
    await office.daiko.settle_down()
    assert office.heard() == []
    assert len(group.messages) == before
    assert (await office.order(order)).flags == frozenset()


async def test_service_messages_are_not_relayed(
    office: Office, group: Forum, boss: Person, eve: Person
) -> None:
    order = await office.applied(1)
    eve.joins(group)
    boss.closes_topic(group, office.topic(order))
    boss.reopens_topic(group, office.topic(order))
    await office.daiko.settle_down()
    assert office.heard() == []


async def test_an_edit_is_not_a_new_message_and_no_command(office: Office, mina: Person) -> None:
    order = await office.applied(1)
    written = mina.writes("Hello", office.group, topic=office.topic(order))
    await office.daiko.settle_down()
    mina.edits(written, "Hello Aki")
    await office.daiko.settle_down()
    assert office.heard() == ["relayed: Hello Aki"]
    for inside in ("/hold customs", "// ours"):
        mina.edits(written, inside)
        await office.daiko.settle_down()
        assert "still has what you wrote before" in office.answer_to(written["message_id"])
    assert office.heard() == ["relayed: Hello Aki"]
    assert (await office.order(order)).flags == frozenset()


async def test_a_note_that_is_edited_is_still_not_sent(office: Office, mina: Person) -> None:
    order = await office.applied(1)
    note = mina.writes("// ours", office.group, topic=office.topic(order))
    await office.daiko.settle_down()
    mina.edits(note, "// ours, still")
    await office.daiko.settle_down()
    assert office.answer_to(note["message_id"]) == ""
    mina.edits(note, "for you")
    await office.daiko.settle_down()
    assert "never got this message" in office.answer_to(note["message_id"])
    assert office.heard() == []
