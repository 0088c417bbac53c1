"""When a message goes on its way, and when it is slowed."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from domain.messages import Said, by_message, carried_at, is_too_fast
from domain.refusals import BadLine
from domain.talk_lines import Mute, Unmute, read

NOW = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)


def after(seconds: float) -> datetime:
    return NOW + timedelta(seconds=seconds)


@pytest.mark.parametrize(
    ("in_album", "before", "recent", "due"),
    [
        (False, None, 0, None),
        (True, None, 0, 1.5),
        (False, 1.2, 1, 1.2),  # behind an album that waits
        (False, -2.9, 1, 0),  # it may not have been taken up yet: in order with it
        (False, -3, 1, None),
        (False, None, 9, None),
        (False, None, 10, 6),
        (False, 6, 11, 12),
        (False, 6, 9, 6),  # what waits goes first, slowly or not
        (True, 6, 10, 12),
    ],
)
def test_when_a_message_is_carried(
    in_album: bool, before: float | None, recent: int, due: float | None
) -> None:
    moment = carried_at(
        NOW,
        in_album=in_album,
        before=None if before is None else after(before),
        recent=recent,
    )
    assert moment == (None if due is None else after(due))


@pytest.mark.parametrize(
    ("before", "recent", "told"),
    [(None, 9, False), (None, 10, True), (1.5, 10, True), (6, 11, False), (-60, 10, True)],
)
def test_who_is_slowed_hears_it_once(before: float | None, recent: int, told: bool) -> None:
    moment = None if before is None else after(before)
    assert is_too_fast(NOW, before=moment, recent=recent) is told


@pytest.mark.parametrize(
    ("line", "command"),
    [("mute 1001", Mute("1001")), ("unmute @aki_m", Unmute("@aki_m"))],
)
def test_lines_are_read(line: str, command: Mute | Unmute) -> None:
    word, _, rest = line.partition(" ")
    assert read(word, f" {rest}") == command


@pytest.mark.parametrize("rest", ["", " ", " 1001 please", " aki"])
def test_a_wrong_line_changes_nothing(rest: str) -> None:
    with pytest.raises(BadLine):
        read("mute", rest)


def test_an_album_is_one_message_also_when_something_came_between() -> None:
    text, other = Said(7, 1, "one"), Said(7, 4, "two")
    first, second = Said(7, 2, album="9"), Said(7, 3, album="9")
    assert by_message([text, first, other, second]) == [(text,), (first, second), (other,)]
    assert by_message([]) == []
