"""What goes wrong: Telegram's answers, customers who block the bot, topics, and the bot itself."""

from __future__ import annotations

import random
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Final

from benchmarks.hurry import HURRIED, Hurry
from benchmarks.scene import Scene
from benchmarks.soak.crowd import Crowd

METHODS: Final = ("sendMessage",) * 4 + (
    "sendPhoto", "sendMediaGroup", "editMessageText", "editMessageCaption", "setMessageReaction",
)  # fmt: skip
TROUBLES: Final[tuple[dict[str, Any], ...]] = (
    {"error": "Too Many Requests: retry after 1"},
    {"http_status": 500},
    {"lose_answer": True},
    {"lose_answer": True},
)


@dataclass(frozen=True, slots=True)
class Size:
    """How much of everything."""

    messages: int = 10_000
    customers: int = 300
    agencies: int = 3
    kills: int = 10
    faults: int = 100
    hurry: Hurry = HURRIED
    seed: int = 7


class Mishaps:
    """They come between the messages, at moments that are drawn beforehand."""

    def __init__(self, scene: Scene, crowd: Crowd, size: Size, chance: random.Random) -> None:
        self._scene, self._crowd, self._size, self._chance = scene, crowd, size, chance
        self._blocked_at: dict[int, int] = {}  # by order: after how many messages
        self._plan = [
            *self._some(size.faults, self._fault),
            *self._some(max(1, size.customers // 20), self._block),
            *self._some(max(1, size.customers // 10), self._delete_topic),
        ]
        self._plan.sort(key=lambda planned: planned[0])
        self.kills_at = [at for at, _ in self._some(size.kills, self._fault)]
        self.count: dict[str, int] = {}

    def _some(self, count: int, what: Callable[[], bool]) -> list[tuple[int, Callable[[], bool]]]:
        """So many of a kind, after how many messages each; not before everything is going."""
        low, high = self._size.messages // 20, self._size.messages * 9 // 10
        return [(at, what) for at in sorted(self._chance.choices(range(low, high), k=count))]

    def happen(self) -> None:
        """What is planned for now; what finds nobody whom it can happen to is tried again."""
        written = len(self._crowd.written)
        for order, since in list(self._blocked_at.items()):
            if written > since + 3 * self._size.customers:
                self._unblock(order)
        while self._plan and self._plan[0][0] <= written:
            at, what = self._plan.pop(0)
            if what():
                name = what.__name__.strip("_")
                self.count[name] = self.count.get(name, 0) + 1
            else:
                self._plan.append((max(at, written) + 1, what))
                self._plan.sort(key=lambda planned: planned[0])

    def end(self) -> None:
        for order in list(self._blocked_at):
            self._unblock(order)

    def _fault(self) -> bool:
        trouble = self._chance.choice(TROUBLES)
        self._scene.telegram.fail(self._chance.choice(METHODS), **trouble)
        return True

    def _block(self) -> bool:
        """A customer blocks the bot, and staff write to them, in vain."""
        order = self._whom(lambda order: self._scene.topic(order) is not None)
        if order is None:
            return False
        self._scene.customers[order].blocks()
        self._blocked_at[order] = len(self._crowd.written)
        self._crowd.away.add(order)
        self._crowd.staff_write(order)
        return True

    def _unblock(self, order: int) -> None:
        self._scene.customers[order].unblocks()
        self._crowd.away.remove(order)
        del self._blocked_at[order]

    def _delete_topic(self) -> bool:
        """Not while something is to come out of it: that would be gone before we heard it.

        And the customer writes into it.
        """
        order = self._whom(self._has_topic_to_lose)
        if order is None:
            return False
        topic = self._scene.topic(order)
        self._scene.boss(order).deletes_topic(self._scene.group(order), topic)
        self._crowd.customer_writes(order)
        return True

    def _has_topic_to_lose(self, order: int) -> bool:
        waits = self._crowd.waits_for_staffs(order)
        return not waits and self._scene.topic(order) is not None

    def _whom(self, can: Callable[[int], bool]) -> int | None:
        """Any customer who could answer, and whom it can happen to."""
        orders = self._chance.sample(sorted(self._scene.customers), len(self._scene.customers))
        answering = (order for order in orders if self._crowd.can_answer(order))
        return next((order for order in answering if can(order)), None)
