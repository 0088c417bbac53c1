"""What is promised is kept with the transaction that promised it, and read back as it was."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from typing import get_args

import pytest

from domain.ids import InquiryId, LetterId, LineNo, NoteId, OrderId, PersonId
from domain.letters import (
    BillPaper,
    Card,
    Content,
    Deleted,
    Drawn,
    Key,
    LeftTopic,
    OwnData,
    Reacted,
    Recipient,
    Relayed,
    RelayedEdit,
    Screen,
    Section,
    ShownAgain,
    Statement,
    Statistics,
    ToChat,
    ToInquiry,
    Told,
    ToPerson,
    TopicCard,
    TopicName,
    ToStaff,
    ToTopic,
    Urgency,
)
from domain.money import Currency, Money
from domain.notices import EstimateIssued, LineRejected, LinesBought
from storage.database import Database
from storage.outbox import Envelope, Letter, PutOff, Settled, Unreadable
from storage.unit_of_work import looking, unit_of_work

ANSWER, NOTICE, REDRAW = Urgency
DUE = datetime(2026, 11, 9, 23, 59, 59, tzinfo=UTC)
HELLO = Drawn(Screen("hello"))
TO = ToChat(7)
YEN = Money(1, Currency.JPY)


async def waiting(
    database: Database, now: datetime, after: int = 0, room: int = 100
) -> list[Envelope]:
    everywhere = dict.fromkeys(Urgency, after), dict.fromkeys(Urgency, room)
    async with looking(database) as uow:
        return await uow.outbox.waiting(*everywhere, now)


async def test_a_promise_is_kept_if_and_only_if_its_transaction_is(
    database: Database, now: datetime
) -> None:
    async def broken() -> None:
        async with unit_of_work(database) as uow:
            await uow.outbox.put(HELLO, TO)
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        await broken()
    assert await waiting(database, now) == []
    async with unit_of_work(database) as uow:
        await uow.outbox.put(HELLO, TO)
    assert len(await waiting(database, now)) == 1


CONTENTS: tuple[Content, ...] = (
    Drawn(
        Screen("<b>hi</b> &amp; 😀", ((Key("A", "a:1"), Key("B", url="https://b.x")),), "file"),
        edits=5,
        replies_to=6,
    ),
    Told(EstimateIssued(OrderId(7), Money(8_320, Currency.USD), DUE)),
    Told(EstimateIssued(OrderId(7), YEN, DUE, -YEN), "photo"),
    Told(LineRejected(OrderId(7), LineNo(2), "sold <out>")),
    Told(LinesBought(OrderId(7), (LineNo(1), LineNo(2)), all_bought=True)),
    Card(OrderId(7), Section.BILLS, edits=5, page=2),
    TopicCard(OrderId(7)),
    Relayed(NoteId(9)),
    Relayed(NoteId(9), part=2),
    RelayedEdit(NoteId(9), part=2, new_file=True),
    ShownAgain(NoteId(9)),
    Deleted(4),
    Reacted(4, "👍"),
    OwnData(PersonId(7)),
    TopicName(OrderId(7)),
    LeftTopic(OrderId(7), "Osaka", card=5),
    BillPaper(OrderId(7), "first"),
    Statistics(7),
    Statement(PersonId(7), date(2026, 1, 1), date(2026, 12, 31), "pdf"),
)


@pytest.mark.parametrize("content", CONTENTS, ids=lambda c: c.kind)
async def test_every_content_is_read_back_as_it_was_written(
    database: Database, now: datetime, content: Content
) -> None:
    async with unit_of_work(database) as uow:
        await uow.outbox.put(content, TO)
    (envelope,) = await waiting(database, now)
    assert envelope.open() == Letter(envelope.id, TO, content, NOTICE)


def test_there_is_an_example_of_every_content() -> None:
    assert {type(content) for content in CONTENTS} == set(get_args(Content))


@pytest.mark.parametrize(
    "to",
    [
        ToPerson(PersonId(6_100_000_001)),
        ToTopic(OrderId(7)),
        ToInquiry(InquiryId(3)),
        ToStaff("finance"),
        ToChat(-100, 5),
    ],
    ids=lambda to: to.to,
)
async def test_every_recipient_is_read_back_as_it_was_written(
    database: Database, now: datetime, to: Recipient
) -> None:
    async with unit_of_work(database) as uow:
        await uow.outbox.put(HELLO, to, ANSWER)
        assert [letter.to for letter in uow.outbox.promised] == [to]
    (envelope,) = await waiting(database, now)
    assert envelope.open() == Letter(envelope.id, to, HELLO, ANSWER)


@pytest.mark.parametrize("content", ["", "{}", '{"kind":"told"}', '{"kind":"from the future"}'])
def test_what_this_version_cannot_read_is_unreadable(content: str) -> None:
    envelope = Envelope(LetterId(1), '{"to":"staff"}', content, NOTICE, 0, None)
    with pytest.raises(Unreadable):
        envelope.open()


async def test_each_urgency_is_read_apart_so_that_none_hides_the_others(
    database: Database, now: datetime
) -> None:
    async with unit_of_work(database) as uow:
        for _ in range(5):
            await uow.outbox.put(HELLO, TO, NOTICE)
        await uow.outbox.put(HELLO, TO, ANSWER)
        ids = [letter.id for letter in uow.outbox.promised]
    found = await waiting(database, now, room=2)
    assert sorted(e.id for e in found) == [ids[0], ids[1], ids[5]]
    found = await waiting(database, now, after=ids[1], room=2)
    assert sorted(e.id for e in found) == [ids[2], ids[3], ids[5]]


async def test_a_letter_for_later_is_not_due_before(database: Database, now: datetime) -> None:
    later = now + timedelta(hours=1)
    async with unit_of_work(database) as uow:
        await uow.outbox.put(HELLO, TO, not_before=later)
    assert await waiting(database, later - timedelta(milliseconds=1)) == []
    assert len(await waiting(database, later)) == 1


async def test_settled_letters_wait_no_longer(database: Database, now: datetime) -> None:
    async with unit_of_work(database) as uow:
        await uow.outbox.put(HELLO, TO)
        await uow.outbox.put(HELLO, TO)
    first, second = await waiting(database, now)
    async with unit_of_work(database) as uow:
        lost = Settled(second.id, 1, trouble="blocked")
        await uow.outbox.settle([Settled(first.id, 1, message=99), lost], now)
        assert await uow.outbox.count_waiting() == 0
    assert await waiting(database, now) == []
    async with unit_of_work(database) as uow:
        assert await uow.outbox.forget(now) == 0
        assert await uow.outbox.forget(now + timedelta(seconds=1)) == 2


async def test_a_letter_put_off_remembers_when_it_was_first_tried(
    database: Database, now: datetime
) -> None:
    async with unit_of_work(database) as uow:
        await uow.outbox.put(HELLO, TO)
    (first,) = await waiting(database, now)
    until = now + timedelta(seconds=8)
    async with unit_of_work(database) as uow:
        await uow.outbox.put_off([PutOff(first.id, 3, now, until, "unreachable")])
    assert await waiting(database, now) == []
    (again,) = await waiting(database, until)
    assert (again.attempts, again.tried_at) == (3, now)


async def test_what_fell_due_since_the_last_look_comes_in_its_order_among_the_others(
    database: Database, now: datetime
) -> None:
    soon = now + timedelta(seconds=2)
    async with unit_of_work(database) as uow:
        await uow.outbox.put(Drawn(Screen("album")), TO, not_before=soon)
        await uow.outbox.put(Drawn(Screen("words behind it")), TO, not_before=soon)
        assert [letter.due for letter in uow.outbox.promised] == [soon, soon]
        await uow.outbox.put(HELLO, TO)
    none_new = dict.fromkeys(Urgency, 10_000), dict.fromkeys(Urgency, 100)
    async with looking(database) as uow:
        assert await uow.outbox.waiting(*none_new, now, now) == []
        due = await uow.outbox.waiting(*none_new, soon, now)
        assert [e.open().content for e in due] == [
            Drawn(Screen("album")),
            Drawn(Screen("words behind it")),
        ]
        assert await uow.outbox.waiting(*none_new, soon, soon) == []
