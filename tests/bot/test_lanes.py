"""The oldest update of each chat, the chats in turn; one that waits holds up nobody else."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from bot.lanes import Lanes
from storage.inbox import Waiting

NOW = datetime(2026, 11, 2, 9, 0, tzinfo=UTC)
LATER = NOW + timedelta(seconds=5)


def update(number: int, lane: int, due_at: datetime = NOW) -> Waiting:
    return Waiting(number, lane, "{}", 0, due_at)


def lanes(*updates: Waiting, holds: frozenset[int] = frozenset()) -> Lanes:
    made = Lanes(lambda waiting: waiting.update_id not in holds)
    for each in updates:
        made.add(each, NOW)
    return made


def order(lanes: Lanes, now: datetime = NOW) -> list[int]:
    """Everything that can be worked, one after the other."""
    worked = []
    while (each := lanes.next(now)) is not None:
        worked.append(each.update_id)
        lanes.done(each, now)
    return worked


def test_chats_take_turns_and_each_keeps_its_order() -> None:
    flood = [update(number, lane=1) for number in range(1, 6)]
    assert order(lanes(*flood, update(6, lane=2), update(7, lane=2))) == [1, 6, 2, 7, 3, 4, 5]


def test_a_chat_in_work_gives_out_nothing_more() -> None:
    both = lanes(update(1, lane=1), update(2, lane=1))
    first = both.next(NOW)
    assert first is not None
    assert both.next(NOW) is None
    both.done(first, NOW)
    assert order(both) == [2]
    assert len(both) == 0


def test_an_update_that_rests_holds_its_chat_and_no_other() -> None:
    all_of_them = lanes(update(1, lane=1), update(2, lane=1), update(3, lane=2))
    first = all_of_them.next(NOW)
    assert first is not None
    all_of_them.rest(first, LATER)
    assert order(all_of_them) == [3]
    assert all_of_them.wakes_at() == LATER
    assert order(all_of_them, LATER) == [1, 2]


def test_what_is_not_due_yet_rests_from_the_start() -> None:
    assert order(lanes(update(1, lane=1, due_at=LATER), update(2, lane=2))) == [2]


def test_what_is_not_known_yet_is_waited_for_without_a_queue() -> None:
    unknown = {1}
    both = Lanes(lambda waiting: waiting.update_id not in unknown)
    both.add(update(1, lane=1), NOW)
    both.add(update(2, lane=2), NOW)
    assert order(both) == [2]
    unknown.clear()
    both.may_go_now(1)
    assert order(both) == [1]


def test_a_chat_that_is_out_of_date_is_forgotten_whole() -> None:
    both = lanes(update(1, lane=1), update(2, lane=1), update(3, lane=2))
    first = both.next(NOW)
    assert first is not None
    both.forget(1)
    assert 2 not in both
    assert order(both) == [3]
