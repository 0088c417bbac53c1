"""What is promised arrives: in order, once where that can be known, and else its loss is told."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from datetime import date
from typing import Any, Literal, TypeVar

import pytest
from sqlalchemy import text

from bot.app import Daiko
from domain.actors import Actor
from domain.ids import NoteId, OrderId, PersonId
from domain.letters import (
    Card,
    Content,
    Deleted,
    Drawn,
    Key,
    Recipient,
    Relayed,
    Screen,
    Section,
    Statement,
    ToChat,
    Told,
    ToPerson,
    TopicCard,
    ToStaff,
    ToTopic,
    Urgency,
)
from domain.messages import Said
from domain.notices import ApplicationArrived, LineRejected, OrderCancelled
from domain.orders import Change, Role
from sandbox.people import Forum, Person
from sandbox.telegram import Telegram
from storage.outbox import Envelope, Outbox
from storage.unit_of_work import UnitOfWork, looking, unit_of_work
from tests.bot.conftest import Clock, until
from tests.bot.test_road import said, waiting
from tests.domain.orders import an_order

ANSWER, NOTICE, REDRAW = Urgency
T = TypeVar("T")


def words(what: str, edits: int = 0) -> Drawn:
    return Drawn(Screen(what), edits=edits)


async def promise(
    daiko: Daiko, *letters: tuple[Content, Recipient] | tuple[Content, Recipient, Urgency]
) -> None:
    async with unit_of_work(daiko.database) as uow:
        for letter in letters:
            await uow.outbox.put(*letter)


async def deliver(
    daiko: Daiko, *letters: tuple[Content, Recipient] | tuple[Content, Recipient, Urgency]
) -> None:
    await promise(daiko, *letters)
    await daiko.settle_down()


async def inside(daiko: Daiko, work: Callable[[UnitOfWork], Awaitable[T]]) -> T:
    async with unit_of_work(daiko.database) as uow:
        return await work(uow)


async def settled(daiko: Daiko) -> list[tuple[str, int]]:
    """Of every letter its trouble and its attempts."""
    rows = text("SELECT trouble, attempts FROM outbox WHERE settled_at IS NOT NULL ORDER BY id")
    async with looking(daiko.database) as uow:
        return [(row[0], row[1]) for row in await uow.tx.all(rows)]


@pytest.fixture
async def order(daiko: Daiko, aki: Person, clock: Clock) -> OrderId:
    """An order of Aki's, who has opened the chat with the bot."""
    aki.start()
    await daiko.settle_down()
    actor = Actor(PersonId(aki.id), "Aki", Role.CUSTOMER)
    async with unit_of_work(daiko.database) as uow:
        await uow.people.meet(PersonId(aki.id), "Aki", "", "en", clock())
        made = an_order(customer=PersonId(aki.id), applied_at=clock())
        return (await uow.orders.add(made, Change("applied"), actor, clock())).id


@pytest.fixture
def to_aki(aki: Person) -> ToPerson:
    return ToPerson(PersonId(aki.id))


# Topics ---------------------------------------------------------------------------------------


async def test_a_topic_is_opened_when_it_is_first_written_to(
    daiko: Daiko, staff: Forum, order: OrderId
) -> None:
    arrived = Told(ApplicationArrived(order))
    await deliver(daiko, (TopicCard(order), ToTopic(order)), (arrived, ToTopic(order)))
    (topic,) = staff.topics
    assert topic.topic.name == f"#{order}"
    texts = [m.get("text") for m in staff.messages if m.get("text")]
    assert texts == [f"topic card #{order} APPLIED", "told application_arrived"]
    async with looking(daiko.database) as uow:
        assert await uow.orders.topic(order) == topic.topic.id


async def test_the_card_is_pinned_in_silence_and_edited_from_then_on(
    daiko: Daiko, staff: Forum, order: OrderId, telegram: Telegram
) -> None:
    await deliver(daiko, (TopicCard(order), ToTopic(order)))
    (pin,) = telegram.calls_of("pinChatMessage")
    assert pin.params["disable_notification"] in (True, "true")
    await deliver(daiko, (TopicCard(order), ToTopic(order), REDRAW))
    assert len(telegram.calls_of("pinChatMessage")) == 1
    assert len(telegram.calls_of("sendMessage")) == 2  # Aki's answer, the card
    assert await settled(daiko) == [("", 1)] * 3  # not modified is success


async def test_redraws_that_wait_together_become_one(
    daiko: Daiko, order: OrderId, telegram: Telegram
) -> None:
    redraw = (TopicCard(order), ToTopic(order), REDRAW)
    await deliver(daiko, redraw, redraw, redraw)
    assert len(telegram.calls_of("sendMessage")) == 2
    newer = ("a newer one took its place", 0)
    assert sorted(await settled(daiko)) == [("", 1), ("", 1), newer, newer]


async def test_a_deleted_topic_is_made_again_with_its_card_and_the_letter_delivered(
    daiko: Daiko, staff: Forum, boss: Person, order: OrderId
) -> None:
    await deliver(daiko, (TopicCard(order), ToTopic(order)))
    boss.deletes_topic(staff, staff.topic("#"))
    await deliver(daiko, (Told(ApplicationArrived(order)), ToTopic(order)))
    (topic,) = staff.topics
    texts = [m.get("text") for m in staff.messages if m.get("message_thread_id") == topic.topic.id]
    assert [t for t in texts if t] == ["told application_arrived", f"topic card #{order} APPLIED"]
    assert await waiting(daiko) == (0, 0, 0)


async def test_an_answer_into_a_deleted_topic_goes_into_the_new_one(
    daiko: Daiko, staff: Forum, boss: Person, order: OrderId
) -> None:
    await deliver(daiko, (TopicCard(order), ToTopic(order)))
    old = staff.topic("#").topic.id
    boss.deletes_topic(staff, old)
    await deliver(daiko, (words("done"), ToChat(staff.id, old), ANSWER))
    texts = {m["text"] for m in staff.messages if m.get("message_thread_id") and "text" in m}
    assert "done" in texts


async def test_a_closed_topic_is_opened_again(
    daiko: Daiko, staff: Forum, boss: Person, order: OrderId, telegram: Telegram
) -> None:
    await deliver(daiko, (TopicCard(order), ToTopic(order)))
    boss.closes_topic(staff, staff.topic("#"))
    telegram.fail("sendMessage", chat=staff, error="TOPIC_CLOSED")
    await deliver(daiko, (Told(ApplicationArrived(order)), ToTopic(order)))
    assert len(telegram.calls_of("reopenForumTopic")) == 1
    assert staff.messages[-1]["text"] == "told application_arrived"


async def test_a_desk_has_one_topic_of_its_own(
    daiko: Daiko, staff: Forum, telegram: Telegram
) -> None:
    finance = ToStaff("finance")
    await deliver(daiko, (words("one"), finance), (words("general"), ToStaff()))
    await deliver(daiko, (words("two"), finance))
    (topic,) = staff.topics
    assert topic.topic.name == "Finance"
    texts = [m.get("text") for m in staff.messages if m.get("is_topic_message")]
    assert [t for t in texts if t] == ["one", "two"]
    assert [m["text"] for m in staff.general] == ["general"]


async def test_a_finance_topic_that_was_deleted_is_made_again(
    daiko: Daiko, staff: Forum, boss: Person
) -> None:
    await deliver(daiko, (words("one"), ToStaff("finance")))
    boss.deletes_topic(staff, staff.topic("Finance"))
    await deliver(daiko, (words("two"), ToStaff("finance")))
    assert [m["text"] for m in staff.messages if m.get("text")][-1] == "two"
    assert len(staff.topics) == 1


async def test_a_group_with_another_number_is_written_to_there(
    daiko: Daiko, telegram: Telegram, boss: Person, settings: Any
) -> None:
    old = telegram.basic_group("Old", creator=boss)
    new = telegram.upgrade(old)
    boss.promotes(telegram.bot, new)
    await deliver(daiko, (words("hello"), ToChat(old.id)), (words("again"), ToChat(old.id)))
    assert [m["text"] for m in new.messages if "text" in m] == ["hello", "again"]


# Errors ---------------------------------------------------------------------------------------


async def test_a_customer_who_blocked_the_bot_is_shown_to_staff_once(
    daiko: Daiko, aki: Person, staff: Forum, order: OrderId, to_aki: ToPerson, telegram: Telegram
) -> None:
    aki.blocks()
    cancelled = Told(OrderCancelled(order, "staff"))
    await deliver(daiko, (cancelled, to_aki))
    texts = [m["text"] for m in staff.messages if m.get("text")]
    assert texts == ["told not_delivered"]
    async with looking(daiko.database) as uow:
        assert (await uow.people.get(to_aki.person)).blocked
    assert (await settled(daiko))[-2:] == [("blocked", 1), ("", 1)]
    assert await waiting(daiko) == (0, 0, 0)


async def test_an_answer_that_nobody_gets_rings_for_nobody(
    daiko: Daiko, aki: Person, staff: Forum, order: OrderId, to_aki: ToPerson
) -> None:
    aki.blocks()
    await deliver(daiko, (words("hello"), to_aki, ANSWER))
    assert staff.messages == []


@pytest.mark.parametrize("edits", [1, 999])
async def test_an_edit_of_what_is_not_ours_or_gone_is_sent_anew(
    daiko: Daiko, aki: Person, order: OrderId, to_aki: ToPerson, edits: int
) -> None:
    await deliver(daiko, (Card(order, Section.BILLS, edits=edits), to_aki))
    assert said(aki)[-1] == f"card #{order} b"


async def test_what_telegram_cannot_parse_is_sent_as_plain_words(
    daiko: Daiko, aki: Person, order: OrderId, to_aki: ToPerson
) -> None:
    await deliver(daiko, (words("<b>5 < 6 &amp; true"), to_aki))
    assert said(aki)[-1] == "5 < 6 & true"


async def test_deleting_what_is_gone_is_no_trouble(
    daiko: Daiko, aki: Person, order: OrderId, to_aki: ToPerson
) -> None:
    await deliver(daiko, (Deleted(999_999), to_aki))
    assert (await settled(daiko))[-1] == ("", 1)


async def test_what_telegram_will_never_take_is_settled_with_its_words(
    daiko: Daiko, aki: Person, telegram: Telegram, order: OrderId, to_aki: ToPerson
) -> None:
    telegram.fail("sendMessage", error="Bad Request: BUTTON_DATA_INVALID")
    await deliver(daiko, (words("one"), to_aki), (words("two"), to_aki))
    assert said(aki)[-1] == "two"
    assert (await settled(daiko))[-2:] == [("button_data_invalid", 1), ("", 1)]


async def test_telegram_asks_for_patience_and_nothing_overtakes(
    daiko: Daiko,
    aki: Person,
    boss: Person,
    telegram: Telegram,
    order: OrderId,
    to_aki: ToPerson,
    clock: Clock,
) -> None:
    boss.start()
    telegram.fail("sendMessage", chat=aki, error="Too Many Requests: retry after 5")
    await deliver(daiko, (words("one"), to_aki), (words("two"), to_aki))
    assert said(aki) == ["1: /start"]
    assert said(boss) == ["1: /start"]
    clock.forward(seconds=5)
    await daiko.settle_down()
    assert said(aki) == ["1: /start"]
    clock.forward(seconds=1)
    await daiko.settle_down()
    assert said(aki) == ["1: /start", "one", "two"]


async def test_an_outage_is_waited_for_and_the_order_kept(
    daiko: Daiko, aki: Person, telegram: Telegram, order: OrderId, to_aki: ToPerson, clock: Clock
) -> None:
    telegram.fail("sendMessage", times=3, http_status=500)
    await promise(daiko, (words("one"), to_aki), (words("two"), to_aki))
    for seconds in (0, 1, 2):
        clock.forward(seconds=seconds)
        await daiko.settle_down()
        assert said(aki) == ["1: /start"]
    clock.forward(seconds=4)
    await daiko.settle_down()
    assert said(aki) == ["1: /start", "one", "two"]
    assert (await settled(daiko))[-2:] == [("", 4), ("", 1)]


async def test_an_answer_that_was_lost_may_repeat_a_letter_and_loses_none(
    daiko: Daiko, aki: Person, telegram: Telegram, order: OrderId, to_aki: ToPerson, clock: Clock
) -> None:
    telegram.fail("sendMessage", lose_answer=True)
    await deliver(daiko, (words("one"), to_aki), (words("two"), to_aki))
    clock.forward(seconds=1)
    await daiko.settle_down()
    assert said(aki) == ["1: /start", "one", "one", "two"]


async def test_one_letter_that_never_gets_through_steps_aside(
    daiko: Daiko,
    aki: Person,
    boss: Person,
    telegram: Telegram,
    order: OrderId,
    to_aki: ToPerson,
    clock: Clock,
) -> None:
    telegram.fail("sendMessage", chat=aki, times=5, http_status=500)
    await deliver(daiko, (words("one"), to_aki), (words("two"), to_aki))
    for seconds in (1, 2, 4):
        clock.forward(seconds=seconds)
        boss.writes("hello")
        await daiko.settle_down()
    assert said(aki) == ["1: /start"]
    clock.forward(seconds=8)
    await daiko.settle_down()
    assert said(aki)[1:] == ["two"]
    clock.forward(seconds=16)
    await daiko.settle_down()
    assert said(aki)[1:] == ["two", "one"]


async def test_a_letter_that_cannot_be_drawn_lets_the_others_pass(
    daiko: Daiko, aki: Person, order: OrderId, to_aki: ToPerson, clock: Clock
) -> None:
    lost = Relayed(NoteId(404))
    await deliver(daiko, (lost, to_aki), (words("two"), to_aki))
    assert said(aki)[1:] == ["two"]
    clock.forward(days=4)
    await daiko.settle_down()
    assert (await settled(daiko))[-1] == ("", 1)
    assert ("LookupError", 2) in await settled(daiko)
    assert await waiting(daiko) == (0, 0, 0)


async def test_a_letter_of_another_version_stops_nobody(
    daiko: Daiko, aki: Person, order: OrderId, to_aki: ToPerson
) -> None:
    await promise(daiko, (words("one"), to_aki), (words("two"), to_aki))
    broken = text("UPDATE outbox SET content = :c WHERE content LIKE '%one%'").bindparams(c="{}")
    await inside(daiko, lambda uow: uow.tx.run(broken))
    await daiko.settle_down()
    assert said(aki)[1:] == ["two"]
    assert ("unreadable", 0) in await settled(daiko)


async def test_what_was_settled_while_we_looked_is_not_sent_again(
    daiko: Daiko,
    aki: Person,
    order: OrderId,
    to_aki: ToPerson,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    look = Outbox.waiting

    async def look_slowly(outbox: Outbox, *asked: Any) -> list[Envelope]:
        found = await look(outbox, *asked)
        await daiko.sender._settle_all()  # what is on its way arrives, and is settled
        return found

    await promise(daiko, (words("one"), to_aki))
    await daiko.sender._load()
    daiko.sender._start()
    monkeypatch.setattr(Outbox, "waiting", look_slowly)
    daiko.sender._rescan_at = 0.0
    await daiko.sender._load()
    await daiko.settle_down()
    assert said(aki) == ["1: /start", "one"]


# What it says ---------------------------------------------------------------------------------


async def test_long_text_comes_in_pieces_with_the_keys_on_the_last(
    daiko: Daiko, aki: Person, order: OrderId, to_aki: ToPerson
) -> None:
    lines = "\n".join(f"line {number}" for number in range(900))
    screen = Screen(
        f"<b>{lines}</b>", ((Key("Go", "again"), Key("See", url="https://a.example")),)
    )
    await deliver(daiko, (Drawn(screen), to_aki))
    *first, last = [m for m in aki.sees if m["text"].startswith("line")]
    assert "\n".join(m["text"] for m in (*first, last)) == lines
    assert not any("reply_markup" in m for m in first)
    assert [k["text"] for k in last["reply_markup"]["inline_keyboard"][0]] == ["Go", "See"]


async def test_a_piece_that_must_wait_does_not_send_the_others_again(
    daiko: Daiko, aki: Person, telegram: Telegram, order: OrderId, to_aki: ToPerson, clock: Clock
) -> None:
    def strike_the_second(_event: object) -> None:
        telegram.listeners.clear()
        telegram.fail("sendMessage", error="Too Many Requests: retry after 1")

    async def wait_a_second() -> None:
        await until(lambda: not telegram.listeners and not telegram.faults)
        clock.forward(seconds=1)

    text = "\n".join(f"line {number}" for number in range(900))
    telegram.listeners.append(strike_the_second)
    await asyncio.gather(deliver(daiko, (words(text), to_aki)), wait_a_second())
    assert "\n".join(said(aki)[1:]) == text
    assert (await settled(daiko))[-1] == ("", 1)


async def test_a_photo_with_a_long_text_goes_before_it(
    daiko: Daiko, aki: Person, order: OrderId, to_aki: ToPerson
) -> None:
    photo = aki.sends_photo()["photo"][-1]["file_id"]
    await deliver(
        daiko,
        (Drawn(Screen("short", photo=photo)), to_aki),
        (Drawn(Screen("long " * 300, photo=photo)), to_aki),
    )
    *_, short, bare, long = aki.sees
    assert ("photo" in short, short["caption"]) == (True, "short")
    assert ("photo" in bare, "caption" in bare) == (True, False)
    assert long["text"].startswith("long long")


async def test_a_fact_comes_with_its_photo(
    daiko: Daiko, aki: Person, order: OrderId, to_aki: ToPerson
) -> None:
    photo = aki.sends_photo()["photo"][-1]["file_id"]
    rejected = LineRejected(order, an_order().lines[0].no, "sold out")
    await deliver(daiko, (Told(rejected, photo=photo), to_aki))
    assert (aki.last["caption"], "photo" in aki.last) == ("told line_rejected", True)


async def test_a_statement_goes_out_as_a_file(
    daiko: Daiko, aki: Person, order: OrderId, to_aki: ToPerson
) -> None:
    since, until = date(2026, 10, 1), date(2026, 10, 31)
    await deliver(daiko, (Statement(to_aki.person, since, until, "csv"), to_aki))
    assert aki.last["document"]["file_name"] == "2026-10-01.csv"
    assert aki.last["caption"] == "until 2026-10-31"


async def test_a_key_copies_what_it_holds(
    daiko: Daiko, aki: Person, order: OrderId, to_aki: ToPerson
) -> None:
    await deliver(daiko, (Drawn(Screen("track", ((Key("Copy", copy="EE1"),),))), to_aki))
    (key,) = aki.last["reply_markup"]["inline_keyboard"][0]
    assert key["copy_text"] == {"text": "EE1"}


# Messages between customer and agency ---------------------------------------------------------


async def a_note(
    daiko: Daiko,
    order: OrderId,
    written: dict[str, Any],
    clock: Clock,
    direction: Literal["to_agency", "to_customer"] = "to_agency",
) -> NoteId:
    note = Said(written["chat"]["id"], written["message_id"], "hello &amp; bye")
    author = PersonId(written["from"]["id"])
    return await inside(daiko, lambda uow: uow.notes.add(order, direction, author, note, clock()))


async def test_a_relayed_message_is_marked_on_the_original(
    daiko: Daiko, aki: Person, staff: Forum, order: OrderId, clock: Clock, telegram: Telegram
) -> None:
    written = aki.writes("hello & bye")
    await daiko.settle_down()
    note = await a_note(daiko, order, written, clock)
    await deliver(daiko, (Relayed(note), ToTopic(order)))
    relayed = staff.messages[-1]
    assert relayed["text"] == "relayed: hello & bye"
    (reaction,) = telegram.calls_of("setMessageReaction")
    assert int(reaction.params["message_id"]) == written["message_id"]
    async with looking(daiko.database) as uow:
        kept = await uow.notes.get(note)
    assert (kept.delivered_at, kept.trouble) == (clock(), "")


async def test_a_relayed_message_that_is_lost_is_shown_in_the_topic(
    daiko: Daiko, aki: Person, staff: Forum, boss: Person, order: OrderId, clock: Clock
) -> None:
    written = boss.writes("hello", staff)
    await daiko.settle_down()
    note = await a_note(daiko, order, written, clock, "to_customer")
    aki.blocks()
    await deliver(daiko, (Relayed(note), ToPerson(PersonId(aki.id))))
    assert staff.messages[-1]["text"] == "told not_carried"
    async with looking(daiko.database) as uow:
        kept = await uow.notes.get(note)
    assert (kept.delivered_at, kept.trouble) == (None, "blocked")


async def test_a_letter_for_later_waits_for_its_time(
    daiko: Daiko, aki: Person, order: OrderId, to_aki: ToPerson, clock: Clock
) -> None:
    morning = clock.now.replace(hour=18)
    await inside(
        daiko, lambda uow: uow.outbox.put(words("good morning"), to_aki, not_before=morning)
    )
    await deliver(daiko, (words("now"), to_aki))
    assert said(aki)[1:] == ["now"]
    clock.now = morning
    await daiko.settle_down()
    assert said(aki)[1:] == ["now", "good morning"]
