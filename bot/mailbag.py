"""The letters a sender has at hand: in order within a chat, the urgent ones first."""

from __future__ import annotations

import heapq
from collections import deque
from collections.abc import Callable, Hashable
from dataclasses import replace
from itertools import count
from typing import Final

from bot.pacer import Pacer
from domain.ids import LetterId
from domain.letters import Card, Drawn, Recipient, TopicCard, TopicName, Urgency
from storage.outbox import Letter

ROOM: Final = 2_000  # letters of one urgency that are held at hand; the others wait in the table
NEVER: Final = float("inf")


def subject(letter: Letter) -> Hashable:
    """The message a letter redraws; None when it is a message of its own."""
    match letter.content:
        case Drawn(edits=message) | Card(edits=message) if message:
            return message
        case TopicCard(order=order):
            return ("topic card", order)
        case TopicName(order=order):
            return ("topic name", order)
        case _:
            return None


class _Chat:
    """What waits for one chat, and whether something is on its way there."""

    __slots__ = ("busy", "redraws", "rests_until", "waiting")

    def __init__(self) -> None:
        self.waiting: tuple[deque[Letter], ...] = tuple(deque() for _ in Urgency)
        self.redraws: dict[Hashable, Letter] = {}
        self.busy = False
        self.rests_until = 0.0

    def take_over(self, other: _Chat) -> None:
        """The other chat was this one all along."""
        for mine, theirs in zip(self.waiting, other.waiting, strict=True):
            both = sorted([*mine, *theirs], key=lambda letter: letter.id)
            mine.clear()
            mine.extend(both)
        self.redraws |= other.redraws
        self.busy = self.busy or other.busy
        self.rests_until = max(self.rests_until, other.rests_until)

    def head(self) -> Letter | None:
        return next((letters[0] for letters in self.waiting if letters), None)


class Mailbag:
    """Gives out the next letter that may go. One letter at a time is on its way to a chat."""

    def __init__(self, pacer: Pacer, chat_of: Callable[[Recipient], int]) -> None:
        self._pacer = pacer
        self._chat_of = chat_of
        self._chats: dict[int, _Chat] = {}
        self._known: set[LetterId] = set()
        self._sizes = [0 for _ in Urgency]
        self._numbers = count()
        self._ready: list[tuple[int, int, int]] = []  # urgency, letter, chat
        self._later: list[tuple[float, int, int]] = []  # time, any number, chat
        self._aside: list[tuple[float, int, Letter]] = []

    def __len__(self) -> int:
        """Letters that wait here, or are on their way, or are not yet settled."""
        return len(self._known)

    def __contains__(self, letter: LetterId) -> bool:
        return letter in self._known

    def room(self, urgency: Urgency) -> int:
        return max(0, ROOM - self._sizes[urgency])

    # Filling ----------------------------------------------------------------------------------

    def add(self, letter: Letter) -> Letter | None:
        """Take a letter in. Returns the one it makes needless: an older redraw of the same."""
        self._known.add(letter.id)
        chat_id = self._chat_of(letter.to)
        chat = self._chats.setdefault(chat_id, _Chat())
        about = subject(letter)
        older = chat.redraws.get(about) if about is not None else None
        letter = self._put(chat, letter, older)
        if about is not None:
            chat.redraws[about] = letter
        if chat.head() is letter:
            self._schedule(chat_id, chat)
        return older

    def _put(self, chat: _Chat, letter: Letter, older: Letter | None) -> Letter:
        if older is not None and older.urgency <= letter.urgency:
            # The newest drawing counts, and comes when the one it replaces would have come.
            letter = replace(letter, urgency=older.urgency)
            line = chat.waiting[older.urgency]
            line[line.index(older)] = letter
            return letter
        if older is not None:
            chat.waiting[older.urgency].remove(older)
            self._sizes[older.urgency] -= 1
        chat.waiting[letter.urgency].append(letter)
        self._sizes[letter.urgency] += 1
        return letter

    # Giving out -------------------------------------------------------------------------------

    def next(self, now: float) -> Letter | None:
        """The letter whose turn it is; its chat gets no other until this one is done."""
        self._come_back(now)
        self._ripen(now)
        if self._pacer.open_at > now:
            return None
        while self._ready:
            urgency, number, chat_id = heapq.heappop(self._ready)
            chat = self._chats.get(chat_id)
            head = chat.head() if chat is not None and not chat.busy else None
            if chat is None or head is None or (head.urgency, head.id) != (urgency, number):
                continue  # another entry stands for what is the head now
            if self._at(chat_id, chat, head) > now:
                self._schedule(chat_id, chat)
                continue
            return self._give(chat_id, chat, head, now)
        return None

    def _give(self, chat_id: int, chat: _Chat, head: Letter, now: float) -> Letter:
        chat.waiting[head.urgency].popleft()
        self._sizes[head.urgency] -= 1
        if (about := subject(head)) is not None and chat.redraws.get(about) is head:
            del chat.redraws[about]
        chat.busy = True
        self._pacer.take(chat_id, now, redraw=head.urgency is Urgency.REDRAW)
        return head

    def wakes_at(self) -> float:
        """When `next` may have something to give, if nothing happens until then."""
        at = self._pacer.open_at if self._ready else NEVER
        if self._later:
            at = min(at, max(self._later[0][0], self._pacer.open_at))
        if self._aside:
            at = min(at, self._aside[0][0])
        return at

    # Afterwards -------------------------------------------------------------------------------

    def has_more_for(self, letter: Letter) -> bool:
        """Whether another letter waits for the chat of this one, which was given out."""
        chat = self._chats.get(self._chat_of(letter.to))
        return chat is not None and chat.head() is not None

    def done(self, letter: Letter) -> None:
        """A letter that was given out is dealt with: its chat goes on."""
        self._go_on(self._chat_of(letter.to))

    def put_back(self, letter: Letter, until: float) -> None:
        """It could not be sent: its chat waits with it, so that nothing overtakes it."""
        chat_id = self._chat_of(letter.to)
        chat = self._chats.setdefault(chat_id, _Chat())
        if (about := subject(letter)) is not None:
            chat.redraws.setdefault(about, letter)  # a newer one that waits stays the newest
        chat.waiting[letter.urgency].appendleft(letter)
        self._sizes[letter.urgency] += 1
        chat.rests_until = until
        self._go_on(chat_id)

    def rest(self, letter: Letter, until: float) -> None:
        """The chat of a letter that waits here waits with it."""
        chat = self._chats[self._chat_of(letter.to)]
        chat.rests_until = max(chat.rests_until, until)

    def put_aside(self, letter: Letter, until: float) -> None:
        """It cannot be sent though others can: its chat goes on without it until then."""
        heapq.heappush(self._aside, (until, next(self._numbers), letter))
        self._go_on(self._chat_of(letter.to))

    def know(self, letter: LetterId) -> None:
        """It is dealt with already, though the table does not say so yet."""
        self._known.add(letter)

    def move(self, old: int, new: int) -> None:
        """A chat has another number from now on, under which letters may wait already."""
        if (chat := self._chats.pop(old, None)) is None:
            return
        if (there := self._chats.get(new)) is not None:
            chat.take_over(there)
        self._chats[new] = chat

    def forget(self, letter: LetterId) -> None:
        """It is settled in the table; only now may the table's word count again."""
        self._known.discard(letter)

    def wake_resting(self) -> None:
        """Telegram can be reached again: nobody rests any longer."""
        for chat_id, chat in list(self._chats.items()):
            if chat.rests_until:
                chat.rests_until = 0.0
                self._schedule(chat_id, chat)

    def _go_on(self, chat_id: int) -> None:
        chat = self._chats.get(chat_id)
        if chat is None:
            return
        chat.busy = False
        if chat.head() is None:
            del self._chats[chat_id]
        else:
            self._schedule(chat_id, chat)

    def _come_back(self, now: float) -> None:
        while self._aside and self._aside[0][0] <= now:
            self.add(heapq.heappop(self._aside)[2])

    def _ripen(self, now: float) -> None:
        while self._later and self._later[0][0] <= now:
            chat_id = heapq.heappop(self._later)[2]
            if (chat := self._chats.get(chat_id)) is not None:
                self._schedule(chat_id, chat, now)

    def _schedule(self, chat_id: int, chat: _Chat, now: float | None = None) -> None:
        head = chat.head()
        if chat.busy or head is None:
            return
        at = self._at(chat_id, chat, head)
        if at <= (now or 0.0):
            heapq.heappush(self._ready, (head.urgency, head.id, chat_id))
        else:
            heapq.heappush(self._later, (at, next(self._numbers), chat_id))

    def _at(self, chat_id: int, chat: _Chat, head: Letter) -> float:
        redraw = head.urgency is Urgency.REDRAW
        return max(chat.rests_until, self._pacer.ready_at(chat_id, redraw=redraw))
