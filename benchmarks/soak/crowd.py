"""Customers and staff: they write, answer, send pictures, edit, and see what comes."""

from __future__ import annotations

import random
import time
from collections import defaultdict
from dataclasses import dataclass
from typing import Any, Final

from benchmarks.scene import Scene
from benchmarks.witness import Arrival, mark
from sandbox.acts import CannotDo
from sandbox.people import Person

KINDS: Final = ("text",) * 5 + ("photo", "photo", "album", "edit")
LOOK_BACK: Final = 50  # messages of a group, for one to be answered
ANSWERED: Final = 0.3  # of what staff write

Message = dict[str, Any]


@dataclass(slots=True)
class Written:
    """A message as somebody wrote it."""

    number: int
    order: int
    to_agency: bool
    at: float
    message: Message
    pictures: int = 0  # of an album
    version: int = 1


class Crowd:
    """Who wrote what, and what of it was seen on the other side."""

    def __init__(self, scene: Scene, chance: random.Random) -> None:
        self._scene = scene
        self._chance = chance
        self.written: dict[int, Written] = {}
        self.seen: dict[int, int] = {}  # the newest version that reached the other side, or us
        self.away: set[int] = set()  # orders whose customers blocked the bot
        self.edits = 0
        self._of_order: dict[int, list[Written]] = defaultdict(list)
        self._reached: dict[int, Message] = {}  # the newest of staff's, by order
        scene.telegram.listeners.append(self._look)

    # Writing ----------------------------------------------------------------------------------

    def write(self) -> None:
        """Somebody writes to the other side of an order, or changes what they wrote."""
        order = self._chance.choice(list(self._scene.customers))
        by_customer, kind = self._chance.random() < 0.5, self._chance.choice(KINDS)
        if kind == "edit":
            self._edit(order)
        elif by_customer and self.can_answer(order):
            self.customer_writes(order, kind)
        else:
            self.staff_write(order, kind)

    def can_answer(self, order: int) -> bool:
        """Whether the customer has something of the agency's to answer to."""
        return order in self._reached and order not in self.away

    def customer_writes(self, order: int, kind: str = "text") -> None:
        """In answer to the newest of staff's, or to something of their own."""
        mine = [w.message for w in self._of_order[order] if w.to_agency][-1:]
        reply_to = self._chance.choice([self._reached[order], *mine])
        self._say(order, True, kind, reply_to=reply_to)

    def staff_write(self, order: int, kind: str = "text") -> None:
        topic = self._scene.topic(order)
        if topic is not None:
            reply_to = self._last_in(order, topic) if self._chance.random() < ANSWERED else None
            group = self._scene.group(order)
            self._say(order, False, kind, to=group, topic=topic, reply_to=reply_to)

    def _last_in(self, order: int, topic: int) -> Message | None:
        """The newest message of a topic, if it is among the newest of the group."""
        messages = self._scene.group(order).group.messages
        newest = (messages[key] for key in reversed(messages))
        for _, message in zip(range(LOOK_BACK), newest, strict=False):
            if message.get("message_thread_id") == topic and "forum_topic_created" not in message:
                return message
        return None

    def _say(self, order: int, to_agency: bool, kind: str, **where: Any) -> None:
        number, at = len(self.written) + 1, time.monotonic()
        words = f"Where is my teapot? {mark(number, 1)}"
        pictures = self._chance.randrange(2, 5) if kind == "album" else 0
        who = self._author(order, to_agency)
        message = _send(who, kind, pictures, words, where)
        written = Written(number, order, to_agency, at, message, pictures)
        self.written[number] = written
        self._of_order[order].append(written)

    def _author(self, order: int, to_agency: bool) -> Person:
        return self._scene.customers[order] if to_agency else self._scene.boss(order)

    def _edit(self, order: int) -> None:
        """One of the newest, by whoever wrote it, if it is still there."""
        found = [w for w in self._of_order[order][-3:] if self._may_change(w)]
        if not found:
            return
        written = self._chance.choice(found)
        words = f"Where is my teapot, please? {mark(written.number, written.version + 1)}"
        try:
            self._author(order, written.to_agency).edits(written.message, words)
        except CannotDo:  # its topic was deleted
            return
        written.version += 1
        self.edits += 1

    def _may_change(self, written: Written) -> bool:
        return not (written.to_agency and written.order in self.away)

    # What comes of it -------------------------------------------------------------------------

    def waits_for_staffs(self, order: int) -> bool:
        """Whether something that staff wrote is still to come out of the topic."""
        of_staff = (w for w in self._of_order[order] if not w.to_agency)
        return any(self.seen.get(w.number, 0) < w.version for w in of_staff)

    def _look(self, event: dict[str, Any]) -> None:
        arrivals = self._scene.telegram.arrivals
        if arrivals and _is_of(arrivals[-1], event):
            self._saw(arrivals[-1], event["message"])

    def _saw(self, arrival: Arrival, message: Message) -> None:
        written = self.written[arrival.number]
        self.seen[written.number] = max(self.seen.get(written.number, 0), arrival.version)
        if arrival.chat > 0 and not written.to_agency:
            self._reached[written.order] = message


def _send(who: Person, kind: str, pictures: int, words: str, where: dict[str, Any]) -> Message:
    match kind:
        case "photo":
            return who.sends_photo(caption=words, **where)
        case "album":
            return who.sends_album(count=pictures, caption=words, **where)[0]
        case _:
            return who.writes(words, **where)


def _is_of(arrival: Arrival, event: dict[str, Any]) -> bool:
    """Whether it is the one that this event tells of."""
    is_message = event["type"] in ("message", "edited") and event["chat_id"] == arrival.chat
    return is_message and event["message"]["message_id"] == arrival.message
