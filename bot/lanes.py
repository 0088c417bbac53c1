"""The updates a dispatcher has at hand: the oldest of each chat, the chats in turn."""

from __future__ import annotations

import heapq
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from storage.inbox import Waiting


@dataclass(slots=True)
class _Lane:
    waiting: deque[Waiting]
    busy: bool = False


class Lanes:
    """Gives out one update of a chat at a time, and takes the chats in turn.

    Somebody who writes a thousand messages makes themselves wait, and nobody else.
    """

    def __init__(self, may_go: Callable[[Waiting], bool]) -> None:
        self._may_go = may_go  # what must be known before this update is worked, is
        self._lanes: dict[int, _Lane] = {}
        self._turns: deque[int] = deque()
        self._resting: list[tuple[datetime, int]] = []
        self._known: set[int] = set()

    def __len__(self) -> int:
        return len(self._known)

    def __contains__(self, update_id: int) -> bool:
        return update_id in self._known

    def add(self, update: Waiting, now: datetime) -> None:
        self._known.add(update.update_id)
        lane = self._lanes.setdefault(update.lane, _Lane(deque()))
        lane.waiting.append(update)
        if len(lane.waiting) == 1 and not lane.busy:
            self._queue(update, now)

    def next(self, now: datetime) -> Waiting | None:
        """The update whose turn it is; its chat gives out no other until `done`."""
        while self._resting and self._resting[0][0] <= now:
            self._turns.append(heapq.heappop(self._resting)[1])
        while self._turns:
            lane = self._lanes.get(self._turns.popleft())
            if lane is None or lane.busy or not self._may_go(lane.waiting[0]):
                continue  # `may_go_now` queues it again
            lane.busy = True
            return lane.waiting[0]
        return None

    def may_go_now(self, lane_id: int) -> None:
        """What the head of this chat waited for is known."""
        if (lane := self._lanes.get(lane_id)) is not None and not lane.busy:
            self._turns.append(lane_id)

    def done(self, update: Waiting, now: datetime) -> None:
        """It is worked or parked: the chat's next one gets in line."""
        lane = self._lanes[update.lane]
        lane.waiting.popleft()
        self._known.discard(update.update_id)
        lane.busy = False
        if lane.waiting:
            self._queue(lane.waiting[0], now)
        else:
            del self._lanes[update.lane]

    def rest(self, update: Waiting, until: datetime) -> None:
        """It is tried again later, and its chat waits with it."""
        lane = self._lanes[update.lane]
        lane.busy, lane.waiting[0] = False, update
        heapq.heappush(self._resting, (until, update.lane))

    def forget(self, lane_id: int) -> None:
        """What we know of a chat is out of date."""
        for update in self._lanes.pop(lane_id).waiting:
            self._known.discard(update.update_id)

    def wakes_at(self) -> datetime | None:
        return self._resting[0][0] if self._resting else None

    def _queue(self, update: Waiting, now: datetime) -> None:
        if update.due_at > now:
            heapq.heappush(self._resting, (update.due_at, update.lane))
        else:
            self._turns.append(update.lane)
