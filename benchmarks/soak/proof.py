"""What a soak proves, from what was written, what arrived and what is in the books."""

from __future__ import annotations

import sqlite3
from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass, field
from itertools import pairwise
from pathlib import Path
from typing import Final

from benchmarks.soak.crowd import Written
from benchmarks.witness import Arrival, marks

WRITTEN_DOWN_SECONDS: Final = 10.0  # after it arrived, on a busy machine
IN_THE_WIRE_SECONDS: Final = 0.5  # what a killed bot sent may arrive so long after it
NOTES_SQL: Final = """SELECT note.id, order_id, direction, coalesce(note_part.text, note.text),
    delivered_at IS NOT NULL, trouble FROM note LEFT JOIN note_part ON note_id = note.id AND no = 1
    ORDER BY note.id"""
VERSIONS_SQL: Final = "SELECT note_id, text FROM note_version ORDER BY note_id, version"
WAITING_SQL: Final = {
    "letters that wait": "SELECT count(*) FROM outbox WHERE settled_at IS NULL",
    "updates that wait": "SELECT count(*) FROM inbox WHERE done_at IS NULL",
    "pictures left behind by their albums": """SELECT count(*) FROM note_part
        JOIN note ON note.id = note_id
        WHERE note.delivered_at IS NOT NULL AND note_part.delivered_as IS NULL""",
}

By = Mapping[int, Sequence[Arrival]]  # number of the message


@dataclass(frozen=True, slots=True)
class Stored:
    """A message as the books have it."""

    order: int
    to_agency: bool
    versions: tuple[int, ...]
    delivered: bool
    trouble: str


@dataclass(slots=True)
class Books:
    """All that is stored, by number; and how much is still to be done."""

    notes: dict[int, list[Stored]]
    waiting: dict[str, int]

    @classmethod
    def read(cls, path: Path) -> Books:
        with closing(sqlite3.connect(path)) as db:
            return cls(_notes(db), waiting(path))


def waiting(path: Path) -> dict[str, int]:
    """How much is still to be done, by what it is."""
    with closing(sqlite3.connect(path)) as db:
        return {what: db.execute(sql).fetchone()[0] for what, sql in WAITING_SQL.items()}


def _notes(db: sqlite3.Connection) -> dict[int, list[Stored]]:
    before = defaultdict(list)
    for note, text in db.execute(VERSIONS_SQL):
        before[note].append(text)
    notes = defaultdict(list)
    for note, order, direction, text, delivered, trouble in db.execute(NOTES_SQL):
        texts = [found for said in (*before[note], text) if (found := marks(said))]
        versions = tuple(version for _, version in texts)
        stored = Stored(order, direction == "to_agency", versions, bool(delivered), trouble)
        notes[texts[-1][0] if texts else 0].append(stored)
    return dict(notes)


@dataclass(frozen=True, slots=True)
class Evidence:
    """Who wrote what, what arrived where, and when the bot was dead."""

    written: Mapping[int, Written]
    arrivals: Sequence[Arrival]
    books: Books
    people: Mapping[int, int]  # the customers of orders
    topics: Mapping[tuple[int, int], int]  # whose order's it is; a deleted one is nobody's
    groups: Mapping[int, int]  # of orders
    pictures: Mapping[str, int] = field(default_factory=dict)  # that came in each album
    kills: Sequence[float] = ()
    too_fast: Sequence[tuple[float, int]] = ()

    def came(self) -> dict[int, list[Arrival]]:
        """What came to the other side, by number."""
        return self._arrived(there=True)

    def told(self) -> dict[int, list[Arrival]]:
        """What came back to whoever wrote it."""
        return self._arrived(there=False)

    def _arrived(self, *, there: bool) -> dict[int, list[Arrival]]:
        found = defaultdict(list)
        for arrival in self.arrivals:
            if ((arrival.chat < 0) == self.written[arrival.number].to_agency) == there:
                found[arrival.number].append(arrival)
        return dict(found)


def broken(seen: Evidence) -> list[str]:
    """What should not have been, in words."""
    came, told = seen.came(), seen.told()
    return [
        *_lost(seen, came, told),
        *_outdated(seen, came, told),
        *_out_of_order(seen, came),
        *_needless(seen, came),
        *_misplaced(seen, came),
        *_torn(seen, came),
        *_unstored(seen),
        *_too_fast(seen),
    ]


def _lost(seen: Evidence, came: By, told: By) -> Iterator[str]:
    """It came, or whoever wrote it was told that it does not."""
    for number, written in seen.written.items():
        if number not in came and not (number in told and _given_up(seen, number)):
            yield f"lost: {number} of order {written.order}"


def _given_up(seen: Evidence, number: int) -> bool:
    return any(note.trouble and not note.delivered for note in seen.books.notes.get(number, ()))


def _outdated(seen: Evidence, came: By, told: By) -> Iterator[str]:
    """The newest version is what the other side reads; or whoever wrote it was told of that."""
    for number, arrivals in came.items():
        newest = max((arrival.version for arrival in told.get(number, ())), default=0)
        if max(newest, arrivals[-1].version) != seen.written[number].version:
            yield f"lost: version {seen.written[number].version} of {number}"


def _out_of_order(seen: Evidence, came: By) -> Iterator[str]:
    """In each thread they came as they were written."""
    threads: dict[tuple[int, bool], list[Written]] = defaultdict(list)
    for number, written in seen.written.items():
        if number in came:
            threads[written.order, written.to_agency].append(written)
    for thread in threads.values():
        for one, another in pairwise(thread):
            if came[one.number][0].at > came[another.number][0].at:
                yield f"out of order: {another.number} came before {one.number}"


def _needless(seen: Evidence, came: By) -> Iterator[str]:
    """Nothing came twice but what the bot could not know to be there, or what is gone."""
    for number, arrivals in came.items():
        for one, again in pairwise(anew(arrivals)):
            known = one.answered and not _killed_meanwhile(seen, one, again)
            if known and not _edited_when_gone(seen, one, again):
                yield f"needless: {number} came twice within {again.at - one.at:.2f} s"


def anew(arrivals: Sequence[Arrival]) -> list[Arrival]:
    return [arrival for arrival in arrivals if not arrival.edited]


def _killed_meanwhile(seen: Evidence, one: Arrival, again: Arrival) -> bool:
    """It was the last in its chat when the bot died, which had not yet written that down."""
    return any(
        again.at > dead
        and dead - WRITTEN_DOWN_SECONDS < one.at < dead + IN_THE_WIRE_SECONDS
        and not any(
            other.chat == one.chat and one.at < other.at <= dead for other in seen.arrivals
        )
        for dead in seen.kills
    )


def _edited_when_gone(seen: Evidence, one: Arrival, again: Arrival) -> bool:
    """Its topic was deleted, and a change came later, if only of what stood there already."""
    edited = again.version > 1 and again.version >= one.version
    return edited and (one.chat, one.thread) not in seen.topics


def _misplaced(seen: Evidence, came: By) -> Iterator[str]:
    """To the order's topic in its agency's group, or to its customer."""
    for number, arrivals in came.items():
        order, to_agency = seen.written[number].order, seen.written[number].to_agency
        place = seen.groups[order] if to_agency else seen.people[order]
        for arrival in arrivals:
            owner = seen.topics.get((arrival.chat, arrival.thread), order)
            if arrival.chat != place or (to_agency and (owner != order or not arrival.thread)):
                yield f"in the wrong place: {number} of order {order}"


def _torn(seen: Evidence, came: By) -> Iterator[str]:
    """An album is one album, with all its pictures."""
    for number, arrivals in came.items():
        for arrival in anew(arrivals):
            if seen.pictures.get(arrival.album, 0) != seen.written[number].pictures:
                yield f"torn: the album {number}"


def _unstored(seen: Evidence) -> Iterator[str]:
    """In the books is each message once, with all its versions, and nothing is left to do."""
    for number, written in seen.written.items():
        versions = tuple(range(1, written.version + 1))
        place = (written.order, written.to_agency, versions)
        notes = seen.books.notes.get(number, [])
        if [(note.order, note.to_agency, note.versions) for note in notes] != [place]:
            yield f"not stored once and whole: {number}"
        elif not (notes[0].delivered or notes[0].trouble):
            yield f"neither delivered nor given up, by the books: {number}"
    if surplus := seen.books.notes.keys() - seen.written.keys():
        yield f"stored, and written by nobody: {sorted(surplus)}"
    yield from (f"{what}: {count}" for what, count in seen.books.waiting.items() if count)


def _too_fast(seen: Evidence) -> Iterator[str]:
    counts = Counter(_whom(chat) for _, chat in seen.too_fast)
    yield from (f"too fast: {count} times to {whom}" for whom, count in counts.items())


def _whom(chat: int) -> str:
    if chat == 0:
        return "everybody"
    return "a group" if chat < 0 else "a customer"
