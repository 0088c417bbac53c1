"""No window of Telegram's ever holds too many messages."""

from __future__ import annotations

import pytest

from bot.pacer import UNLIMITED, USUAL, Limits, Pacer


def times_of(pacer: Pacer, chats: list[int], *, redraw: bool = False) -> list[float]:
    """When each message goes out if all are sent as soon as they may."""
    now, sent = 0.0, []
    for chat in chats:
        now = max(now, pacer.open_at, pacer.ready_at(chat, redraw=redraw))
        pacer.take(chat, now, redraw=redraw)
        sent.append(now)
    return sent


def most_within(times: list[float], window: float) -> int:
    return max(sum(start <= t < start + window for t in times) for start in times)


def test_never_thirty_a_second_in_all() -> None:
    assert most_within(times_of(Pacer(), list(range(1, 200))), 1.0) < 30


def test_one_a_second_to_a_person_and_never_a_burst() -> None:
    assert times_of(Pacer(), [7, 7, 7]) == pytest.approx([0, 1.05, 2.10])


def test_the_second_of_a_person_counts_from_the_answer() -> None:
    pacer = Pacer()
    pacer.take(7, 0.0)
    pacer.answered(7, 0.4)
    assert pacer.ready_at(7) == pytest.approx(1.45)
    pacer.take(7, 2.0, count=3)
    pacer.answered(7, 2.4)
    assert pacer.ready_at(7) == pytest.approx(5.15)
    pacer.answered(-7, 0.4)
    assert pacer.ready_at(-7) == 0.0


def test_twenty_a_minute_to_a_group() -> None:
    times = times_of(Pacer(), [-7] * 45)
    assert most_within(times, 60) == 20
    assert times[20] == 61.0


def test_redraws_leave_room_for_messages() -> None:
    pacer = Pacer()
    redraws = times_of(pacer, [-7] * 13, redraw=True)
    assert redraws[11] < 1
    assert redraws[12] == 61.0
    fresh = Pacer()
    times_of(fresh, [-7] * 12, redraw=True)
    assert fresh.ready_at(-7, redraw=True) == 61.0
    assert fresh.ready_at(-7) == 0.0


def test_an_album_counts_its_photos() -> None:
    pacer = Pacer()
    pacer.take(7, 0.0, count=3)
    assert pacer.ready_at(7) == pytest.approx(3.15)
    assert pacer.open_at == pytest.approx(3 / 28)
    for _ in range(9):
        pacer.take(-7, 0.0, count=2)
    assert pacer.ready_at(-7, count=2) == 0.0
    assert pacer.ready_at(-7, count=3) == 61.0


def test_a_refused_chat_waits_and_the_others_do_not() -> None:
    pacer = Pacer()
    pacer.refused(7, 5.0, now=10.0)
    assert pacer.ready_at(7) == 15.0
    assert pacer.ready_at(8) == 0.0
    assert pacer.open_at == 0.0


def test_two_refused_chats_mean_the_bot() -> None:
    pacer = Pacer()
    pacer.refused(7, 5.0, now=10.0)
    pacer.refused(8, 3.0, now=12.0)
    assert pacer.open_at == 15.0


def test_a_refusal_that_has_passed_says_nothing_of_the_bot() -> None:
    pacer = Pacer()
    pacer.refused(7, 5.0, now=10.0)
    pacer.refused(8, 3.0, now=16.0)
    assert pacer.open_at == 0.0


def test_a_shorter_refusal_does_not_shorten_a_longer_one() -> None:
    pacer = Pacer()
    pacer.refused(7, 30.0, now=0.0)
    pacer.refused(7, 1.0, now=1.0)
    assert pacer.ready_at(7) == 30.0


def test_chats_that_may_be_written_to_are_not_remembered_for_ever() -> None:
    pacer = Pacer(Limits(per_second=1e9))
    for chat in range(1, 30_000):
        pacer.take(chat, float(chat))
    assert len(pacer._chat_at) <= 10_001


def test_without_limits_everything_goes_at_once() -> None:
    assert set(times_of(Pacer(UNLIMITED), [7, 7, -7] * 100)) == {0.0}


def test_the_usual_limits_are_below_those_of_telegram() -> None:
    assert USUAL.per_second < 30
    assert USUAL.chat_gap_seconds > 1
    assert USUAL.group_window_seconds / USUAL.group_count > 3
