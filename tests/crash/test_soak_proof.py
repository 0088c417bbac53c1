"""What the proof of `benchmarks.soak` finds: each fault, and no other."""

from __future__ import annotations

from dataclasses import replace

import pytest

from benchmarks.hurry import Hurry
from benchmarks.soak.crowd import Written
from benchmarks.soak.proof import Books, Evidence, Stored, broken
from benchmarks.witness import Arrival, Strict
from sandbox.errors import Declined

ORDER, CUSTOMER, GROUP, TOPIC = 4, 61, -1002, 30
ONE, TWO, THREE = (
    Written(number, ORDER, True, at=float(number), message={}) for number in (1, 2, 3)
)


def came(number: int, at: float, version: int = 1) -> Arrival:
    return Arrival(at, number, version, GROUP, TOPIC)


def stored(*versions: int, delivered: bool = True, trouble: str = "") -> list[Stored]:
    return [Stored(ORDER, True, versions or (1,), delivered, trouble)]


GOOD = Evidence(
    {1: ONE, 2: TWO, 3: THREE},
    [came(1, 10.0), came(2, 11.0), came(3, 12.0)],
    Books({1: stored(), 2: stored(), 3: stored()}, {"letters that wait": 0}),
    people={ORDER: CUSTOMER, 5: 62},
    topics={(GROUP, TOPIC): ORDER, (GROUP, 31): 5},
    groups={ORDER: GROUP, 5: GROUP},
)


def arrived(*arrivals: Arrival, **changed: object) -> list[str]:
    return broken(replace(GOOD, arrivals=arrivals, **changed))  # type: ignore[arg-type]


def in_books(number: int, notes: list[Stored]) -> Books:
    return replace(GOOD.books, notes={**GOOD.books.notes, number: notes})


def test_nothing_is_found_where_nothing_is_wrong() -> None:
    assert broken(GOOD) == []


def test_a_message_that_came_nowhere_is_lost() -> None:
    assert arrived(came(1, 10.0), came(3, 12.0)) == ["lost: 2 of order 4"]


def test_a_message_is_not_lost_when_its_author_was_told_and_the_books_say_so() -> None:
    told = Arrival(11.0, 2, 1, CUSTOMER)
    given_up = in_books(2, stored(delivered=False, trouble="blocked"))

    assert arrived(came(1, 10.0), told, came(3, 12.0), books=given_up) == []
    assert arrived(came(1, 10.0), told, came(3, 12.0)) == ["lost: 2 of order 4"]


def test_an_old_version_that_stands_there_at_the_end_is_a_loss() -> None:
    edited = {**GOOD.written, 2: replace(TWO, version=2)}
    books = in_books(2, stored(1, 2))
    new, old = came(2, 11.0, version=2), came(2, 11.5)
    others = came(1, 10.0), came(3, 12.0)

    assert arrived(new, *others, written=edited, books=books) == []
    assert arrived(old, *others, written=edited, books=books) == ["lost: version 2 of 2"]
    assert "lost: version 2 of 2" in arrived(new, old, *others, written=edited, books=books)


def test_what_overtakes_another_of_its_thread_is_found() -> None:
    swapped = came(1, 10.0), came(3, 11.0), came(2, 12.0)
    assert arrived(*swapped) == ["out of order: 3 came before 2"]


def test_what_goes_the_other_way_may_come_at_any_time() -> None:
    from_staff = {**GOOD.written, 2: replace(TWO, to_agency=False)}
    books = in_books(2, [replace(stored()[0], to_agency=False)])
    late = Arrival(13.0, 2, 1, CUSTOMER)

    assert arrived(came(1, 10.0), came(3, 12.0), late, written=from_staff, books=books) == []


@pytest.mark.parametrize(
    ("kills", "found"),
    [
        ([], ["needless: 2 came twice within 0.50 s"]),
        ([11.2], []),  # the last thing before the bot died
        ([10.9], []),  # it was on its way when the bot died
        ([10.0], ["needless: 2 came twice within 0.50 s"]),
        ([11.6], ["needless: 2 came twice within 0.50 s"]),
    ],
)
def test_what_came_twice_needs_a_kill_between(kills: list[float], found: list[str]) -> None:
    twice = came(1, 10.0), came(2, 11.0), came(2, 11.5), came(3, 12.0)
    assert arrived(*twice, kills=kills) == found


def test_a_kill_excuses_only_the_last_in_each_chat() -> None:
    twice = came(1, 10.0), came(2, 11.0), came(1, 12.0), came(2, 12.1), came(3, 13.0)
    assert arrived(*twice, kills=[11.5]) == ["needless: 1 came twice within 2.00 s"]


def test_a_kill_excuses_nothing_of_long_ago() -> None:
    twice = came(1, 10.0), came(2, 11.0), came(2, 25.0), came(3, 26.0)
    assert arrived(*twice, kills=[21.5]) == ["needless: 2 came twice within 14.00 s"]


def test_what_came_twice_is_excused_by_an_answer_that_was_lost() -> None:
    unheard = replace(came(2, 11.0), answered=False)
    assert arrived(came(1, 10.0), unheard, came(2, 11.5), came(3, 12.0)) == []


@pytest.mark.parametrize(
    ("thread", "versions", "found"),
    [
        (29, (1, 2), []),  # a topic that is no more
        (29, (2, 2), []),  # it was changed before it was delivered, and the change came behind it
        (29, (1, 1), ["needless: 2 came twice within 1.50 s"]),
        (TOPIC, (1, 2), ["needless: 2 came twice within 1.50 s"]),
    ],
)
def test_what_was_edited_comes_again_only_where_it_was_gone(
    thread: int, versions: tuple[int, int], found: list[str]
) -> None:
    first, second = versions
    edited = {**GOOD.written, 2: replace(TWO, version=second)}
    books = in_books(2, stored(*range(1, second + 1)))
    one = Arrival(11.0, 2, first, GROUP, thread)
    again = came(2, 12.5, version=second)

    seen = arrived(came(1, 10.0), one, came(3, 12.0), again, written=edited, books=books)

    assert seen == found


@pytest.mark.parametrize(("chat", "thread"), [(GROUP, 31), (GROUP, 0), (-1003, TOPIC)])
def test_the_topic_of_another_order_is_the_wrong_place(chat: int, thread: int) -> None:
    wrong = Arrival(11.0, 2, 1, chat, thread)
    assert arrived(came(1, 10.0), wrong, came(3, 12.0)) == ["in the wrong place: 2 of order 4"]


def test_an_album_that_comes_in_two_is_torn() -> None:
    album = {**GOOD.written, 2: replace(TWO, pictures=3)}
    second = replace(came(2, 11.0), album="77")
    those = came(1, 10.0), second, came(3, 12.0)

    assert arrived(*those, written=album, pictures={"77": 3}) == []
    assert arrived(*those, written=album, pictures={"77": 2, "78": 1}) == ["torn: the album 2"]


@pytest.mark.parametrize(
    "notes",
    [
        [],
        [*stored(), *stored()],
        stored(1, 2),
        [replace(stored()[0], order=5)],
        [replace(stored()[0], to_agency=False)],
    ],
)
def test_what_is_not_in_the_books_as_it_was_written_is_found(notes: list[Stored]) -> None:
    assert broken(replace(GOOD, books=in_books(2, notes))) == ["not stored once and whole: 2"]


def test_what_the_books_still_owe_is_found() -> None:
    undecided = in_books(2, stored(delivered=False))
    assert broken(replace(GOOD, books=undecided)) == [
        "neither delivered nor given up, by the books: 2"
    ]
    waiting = replace(GOOD.books, waiting={"letters that wait": 3})
    assert broken(replace(GOOD, books=waiting)) == ["letters that wait: 3"]
    surplus = in_books(9, stored())
    assert broken(replace(GOOD, books=surplus)) == ["stored, and written by nobody: [9]"]


def test_what_telegram_refused_as_too_fast_is_found() -> None:
    too_fast = [(1.0, GROUP), (2.0, GROUP), (3.0, CUSTOMER), (4.0, 0)]
    assert broken(replace(GOOD, too_fast=too_fast)) == [
        "too fast: 2 times to a group",
        "too fast: 1 times to a customer",
        "too fast: 1 times to everybody",
    ]


@pytest.mark.parametrize(
    ("chats", "count", "which"),
    [([GROUP] * 21, 20, GROUP), ([61, 61], 1, 61), (list(range(1, 32)), 30, 0)],
)
def test_each_limit_of_telegram_is_kept_watch_over(
    chats: list[int], count: int, which: int
) -> None:
    strict = Strict(Hurry(second=0.01, minute=1))
    for chat in chats[:count]:
        strict.admit(chat)
    assert strict.broken == []

    with pytest.raises(Declined):
        strict.admit(chats[count])

    assert [chat for _, chat in strict.broken] == [which]
