"""Whose turn it is: in order within a chat, urgent letters first, redraws together."""

from __future__ import annotations

from itertools import count

from bot.mailbag import ROOM, Mailbag
from bot.pacer import UNLIMITED, Pacer
from domain.ids import LetterId, OrderId, PersonId
from domain.letters import (
    Card,
    Content,
    Drawn,
    Recipient,
    Screen,
    Section,
    ToChat,
    ToPerson,
    TopicCard,
    ToTopic,
    Urgency,
)
from storage.outbox import Letter

ANSWER, NOTICE, REDRAW = Urgency
STAFF = -100
NUMBERS = count(1)


def chat_of(to: Recipient) -> int:
    match to:
        case ToPerson(person):
            return person
        case ToChat(chat):
            return chat
        case _:
            return STAFF


def bag(pacer: Pacer | None = None) -> Mailbag:
    return Mailbag(pacer or Pacer(UNLIMITED), chat_of)


def to(chat: int, text: str = "", urgency: Urgency = NOTICE, edits: int = 0) -> Letter:
    return letter(Drawn(Screen(text), edits=edits), ToChat(chat), urgency)


def letter(content: Content, recipient: Recipient, urgency: Urgency = NOTICE) -> Letter:
    return Letter(LetterId(next(NUMBERS)), recipient, content, urgency)


def all_out(mailbag: Mailbag, now: float = 0.0) -> list[LetterId]:
    """Everything that may go now, one after the other."""
    out = []
    while (each := mailbag.next(now)) is not None:
        out.append(each.id)
        mailbag.done(each)
        mailbag.forget(each.id)
    return out


def test_one_letter_at_a_time_is_on_its_way_to_a_chat() -> None:
    mailbag, first, second, other = bag(), to(1), to(1), to(2)
    for each in (first, second, other):
        mailbag.add(each)
    assert mailbag.next(0) == first
    assert mailbag.next(0) == other
    assert mailbag.next(0) is None
    mailbag.done(first)
    assert mailbag.next(0) == second


def test_answers_overtake_notices_and_redraws_wait_for_both() -> None:
    mailbag = bag()
    redraw, notice, answer, late = (
        to(1, urgency=REDRAW),
        to(1, urgency=NOTICE),
        to(1, urgency=ANSWER),
        to(1, urgency=ANSWER),
    )
    for each in (redraw, notice, answer, late):
        mailbag.add(each)
    assert all_out(mailbag) == [answer.id, late.id, notice.id, redraw.id]


def test_where_sending_is_rationed_answers_of_any_chat_come_first() -> None:
    mailbag = bag(Pacer())
    notices = [to(chat) for chat in range(1, 30)]
    for each in notices:
        mailbag.add(each)
    answer = to(99, urgency=ANSWER)
    mailbag.add(answer)
    assert mailbag.next(0) == answer
    assert mailbag.next(0) is None
    assert mailbag.next(1 / 28) == notices[0]


def test_redraws_of_one_message_become_the_newest() -> None:
    mailbag = bag()
    first, between, second = (
        to(1, "v1", edits=5),
        to(1, "another"),
        to(1, "v2", edits=5),
    )
    assert mailbag.add(first) is None
    assert mailbag.add(between) is None
    assert mailbag.add(second) == first
    assert all_out(mailbag) == [second.id, between.id]


def test_a_topic_card_is_redrawn_once_however_often_it_changed() -> None:
    mailbag = bag()
    cards = [letter(TopicCard(OrderId(7)), ToTopic(OrderId(7)), REDRAW) for _ in range(5)]
    other = letter(TopicCard(OrderId(8)), ToTopic(OrderId(8)), REDRAW)
    needless = [mailbag.add(each) for each in (*cards, other)]
    assert needless == [None, *cards[:4], None]
    assert all_out(mailbag) == [cards[4].id, other.id]


def test_a_redraw_that_is_more_urgent_comes_as_urgently() -> None:
    mailbag = bag()
    card = letter(Card(OrderId(7), edits=5), ToPerson(PersonId(1)), REDRAW)
    notice = to(1)
    press = letter(Card(OrderId(7), Section.BILLS, edits=5), ToPerson(PersonId(1)), ANSWER)
    mailbag.add(card)
    mailbag.add(notice)
    assert mailbag.add(press) == card
    assert all_out(mailbag) == [press.id, notice.id]


def test_a_redraw_keeps_the_urgency_of_the_one_it_replaces() -> None:
    mailbag = bag()
    press = to(1, "press", ANSWER, edits=5)
    redraw = to(1, "redraw", REDRAW, edits=5)
    notice = to(1)
    for each in (press, notice, redraw):
        mailbag.add(each)
    assert all_out(mailbag) == [redraw.id, notice.id]


def test_what_is_on_its_way_is_not_taken_back() -> None:
    mailbag, first, second = bag(), to(1, "v1", edits=5), to(1, "v2", edits=5)
    mailbag.add(first)
    assert mailbag.next(0) == first
    assert mailbag.add(second) is None
    mailbag.done(first)
    assert mailbag.next(0) == second


def test_a_letter_put_back_keeps_its_place_and_its_chat_waits_with_it() -> None:
    mailbag, first, second, answer = bag(), to(1), to(1), to(1, urgency=ANSWER)
    mailbag.add(first)
    mailbag.add(second)
    assert mailbag.next(0) == first
    mailbag.put_back(first, until=10)
    mailbag.add(answer)
    assert mailbag.next(9) is None
    assert mailbag.wakes_at() == 10
    assert all_out(mailbag, 10) == [answer.id, first.id, second.id]


def test_a_letter_put_aside_lets_its_chat_go_on() -> None:
    mailbag, first, second = bag(), to(1), to(1)
    mailbag.add(first)
    mailbag.add(second)
    assert mailbag.next(0) == first
    mailbag.put_aside(first, until=10)
    assert all_out(mailbag, 0) == [second.id]
    assert first.id in mailbag
    assert mailbag.wakes_at() == 10
    assert all_out(mailbag, 10) == [first.id]


def test_when_telegram_is_back_nobody_rests_any_longer() -> None:
    mailbag, each = bag(), to(1)
    mailbag.add(each)
    assert mailbag.next(0) == each
    mailbag.put_back(each, until=300)
    mailbag.wake_resting()
    assert mailbag.next(0) == each


def test_a_chat_with_another_number_keeps_what_waits_for_it() -> None:
    moved = {STAFF: STAFF}
    mailbag = Mailbag(Pacer(UNLIMITED), lambda to: moved.get(chat_of(to), chat_of(to)))
    first, second = (letter(Drawn(Screen("")), ToTopic(OrderId(7))) for _ in range(2))
    mailbag.add(first)
    mailbag.add(second)
    assert mailbag.next(0) == first
    moved[STAFF] = -200
    mailbag.move(STAFF, -200)
    mailbag.done(first)
    assert mailbag.next(0) == second


def test_it_sleeps_until_the_first_chat_may_be_written_to() -> None:
    pacer = Pacer()
    mailbag = bag(pacer)
    mailbag.add(to(1))
    mailbag.add(to(1))
    each = mailbag.next(0)
    assert each is not None
    mailbag.done(each)
    assert mailbag.next(1) is None
    assert mailbag.wakes_at() == 1.05
    assert mailbag.next(1.05) is not None


def test_what_is_known_is_known_until_it_is_settled() -> None:
    mailbag, each = bag(), to(1)
    mailbag.add(each)
    assert mailbag.next(0) == each
    mailbag.done(each)
    assert each.id in mailbag
    mailbag.forget(each.id)
    assert each.id not in mailbag


def test_there_is_room_for_so_many_of_each_urgency() -> None:
    mailbag = bag()
    for _ in range(ROOM):
        mailbag.add(to(1))
    assert [mailbag.room(urgency) for urgency in Urgency] == [ROOM, 0, ROOM]
    mailbag.next(0)
    assert mailbag.room(NOTICE) == 1


def test_a_chat_that_moves_takes_over_what_waits_under_its_new_number() -> None:
    moved: dict[int, int] = {}
    mailbag = Mailbag(Pacer(UNLIMITED), lambda to: moved.get(chat_of(to), chat_of(to)))
    letters = [to(STAFF), to(STAFF), to(-200), to(STAFF), to(-200)]
    for each in letters:
        mailbag.add(each)
    first = mailbag.next(0.0)
    assert first is not None
    moved[STAFF] = -200
    mailbag.move(STAFF, -200)
    mailbag.done(first)
    mailbag.forget(first.id)
    assert [first.id, *all_out(mailbag)] == [each.id for each in letters]
    assert len(mailbag) == 0


def test_it_knows_whether_a_chat_has_more_to_be_told() -> None:
    mailbag, first, second, other = bag(), to(1), to(1), to(2)
    for each in (first, second, other):
        mailbag.add(each)
    assert mailbag.next(0) == first
    assert mailbag.has_more_for(first)
    mailbag.next(0)
    assert not mailbag.has_more_for(other)
    mailbag.done(first)
    assert mailbag.next(0) == second
    assert not mailbag.has_more_for(second)
