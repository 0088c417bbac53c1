"""What a soak of the relay proves, from what arrived and what is stored."""

from __future__ import annotations

import sqlite3
from collections import defaultdict
from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass, field
from itertools import pairwise
from pathlib import Path
from typing import Any, Final

from benchmarks.witness import Arrival, Witness

LOST_WITH_KILL_SECONDS: Final = 3.0  # the answer had come, and was not yet written down
STORED: Final = {
    "messages that were not stored once": "SELECT ? - count(*) FROM note",
    "stored messages neither delivered nor given up": (
        "SELECT count(*) FROM note WHERE delivered_at IS NULL AND trouble = '' AND ? > 0"
    ),
    "pictures of delivered albums that were not": (
        "SELECT count(*) FROM note_part JOIN note ON note.id = note_id WHERE ? > 0"
        " AND note.delivered_at IS NOT NULL AND note_part.delivered_as IS NULL"
    ),
    "letters that wait": "SELECT count(*) FROM outbox WHERE settled_at IS NULL AND ? > 0",
    "updates that wait": "SELECT count(*) FROM inbox WHERE done_at IS NULL AND ? > 0",
}


@dataclass(slots=True)
class Written:
    """A message as somebody wrote it."""

    number: int
    order: int
    to_agency: bool
    at: float
    message: dict[str, Any]
    version: int = 1


@dataclass(slots=True)
class Report:
    """What came of it."""

    messages: int
    seconds: float
    waits: list[float]
    edits: int
    repeated: int
    kills: int
    faults: int
    told: int
    broken: list[str] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Proof:
    """Who wrote what, where everybody is, and when the bot was killed."""

    path: Path
    telegram: Witness
    written: dict[int, Written]
    people: dict[int, int]  # by order
    topics: dict[int, int]  # whose order's it is
    kills: list[float]

    def arrivals(self) -> tuple[dict[int, list[Arrival]], dict[int, list[Arrival]]]:
        """By number: what came to the other side, and what came back to whoever wrote it."""
        came: dict[int, list[Arrival]] = defaultdict(list)
        told: dict[int, list[Arrival]] = defaultdict(list)
        for arrival in self.telegram.arrivals:
            is_there = (arrival.chat < 0) == self.written[arrival.number].to_agency
            (came if is_there else told)[arrival.number].append(arrival)
        return dict(came), dict(told)

    def broken(
        self, came: dict[int, list[Arrival]], told: dict[int, list[Arrival]]
    ) -> Iterator[str]:
        """What should not have been, in words."""
        yield from self._lost(came, told)
        yield from self._disorder({number: those[0] for number, those in came.items()})
        yield from self._needless(came)
        yield from self._misplaced(came)
        yield from self._stored()
        yield from self._too_fast()

    def _lost(
        self, came: dict[int, list[Arrival]], told: dict[int, list[Arrival]]
    ) -> Iterator[str]:
        for number, written in self.written.items():
            if number not in came and number not in told:
                yield f"lost: {number} of order {written.order}"
            elif number in came:  # else its author knows that there is nothing to be changed
                heard = (*came[number], *told.get(number, ()))
                if max(arrival.version for arrival in heard) < written.version:
                    yield f"lost: version {written.version} of {number}"

    def _disorder(self, first: dict[int, Arrival]) -> Iterator[str]:
        of_order: dict[int, list[Written]] = defaultdict(list)
        for each in self.written.values():
            of_order[each.order].append(each)
        for written in of_order.values():
            for to_agency in (True, False):
                those = [w for w in written if w.to_agency == to_agency and w.number in first]
                for one, next_ in pairwise(those):
                    if first[one.number].at > first[next_.number].at:
                        yield (
                            f"out of order: {next_.number} came before {one.number}, written"
                            f" {next_.at - one.at:.2f} s earlier, {to_agency=}"
                        )

    def _needless(self, came: dict[int, list[Arrival]]) -> Iterator[str]:
        for number, arrivals in came.items():
            for one, again in pairwise(anew(arrivals)):
                if again.version <= one.version and not self._was_unheard(one, again):
                    yield f"needless: {number} came twice within {again.at - one.at:.2f} s"

    def _was_unheard(self, one: Arrival, again: Arrival) -> bool:
        """Its answer was lost: by Telegram, or with the bot."""
        margin = LOST_WITH_KILL_SECONDS
        return not one.answered or any(
            killed - margin < one.at < killed + margin and killed < again.at
            for killed in self.kills
        )

    def _misplaced(self, came: dict[int, list[Arrival]]) -> Iterator[str]:
        names = self.topics
        for number, arrivals in came.items():
            written = self.written[number]
            for arrival in arrivals:
                if written.to_agency:  # a topic that was deleted has no name any more
                    is_right = names.get(arrival.thread, written.order) == written.order
                else:
                    is_right = arrival.chat == self.people[written.order]
                if not is_right:
                    yield f"in the wrong place: {number}"

    def _stored(self) -> Iterator[str]:
        with closing(sqlite3.connect(self.path)) as db:
            for what, sql in STORED.items():
                if (count := db.execute(sql, (len(self.written),)).fetchone()[0]) != 0:
                    yield f"{what}: {count}"

    def _too_fast(self) -> Iterator[str]:
        if broken := self.telegram.strict.broken:
            yield f"sent too fast: {len(broken)}, to the group {sum(c < 0 for c in broken)}"


def anew(arrivals: list[Arrival]) -> list[Arrival]:
    return [arrival for arrival in arrivals if not arrival.edited]
