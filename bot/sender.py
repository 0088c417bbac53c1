"""Sending what the outbox holds: take a letter, send it, settle it."""

from __future__ import annotations

import asyncio
import contextlib
import time
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Final

import structlog
from telegram.error import TelegramError

from bot.delivery import Delivery, Way
from bot.mailbag import Mailbag
from bot.metrics import Metrics
from bot.pacer import Pacer
from bot.verdicts import (
    BLOCKED,
    DEACTIVATED,
    Later,
    Lost,
    Moved,
    Remedy,
    Sent,
    Slower,
    Verdict,
    judge,
)
from domain.ids import LetterId, OrderId
from domain.letters import (
    Card,
    Drawn,
    Reacted,
    Relayed,
    ToChat,
    Told,
    ToPerson,
    TopicCard,
    ToStaff,
    ToTopic,
    Urgency,
)
from domain.notices import Alarm, NotDelivered
from storage.database import Database
from storage.outbox import Letter, PutOff, Settled, Unreadable
from storage.unit_of_work import UnitOfWork, looking, unit_of_work

log = structlog.get_logger(__name__)

LOOK_SECONDS: Final = 0.5  # another process may have promised something
RESCAN_SECONDS: Final = 5.0
OVERLAP: Final = 200  # numbers given to transactions that commit in another order
REMEDIES_MAX: Final = 4
ASIDE_AFTER: Final = 5  # failures, while others get through
MARGIN_SECONDS: Final = 0.1  # Telegram counts its seconds from another moment than we
SUPERSEDED: Final = "a newer one took its place"
DELIVERED: Final = "👍"


@dataclass(frozen=True, slots=True)
class _Outcome:
    """What became of one attempt, to be written down."""

    letter: Letter
    message: int | None = None
    why: str = ""  # not delivered, and never will be
    put_off: PutOff | None = None


class Sender:
    """The one who sends. What it has at hand is in memory; what became of it, in the table."""

    def __init__(
        self,
        database: Database,
        delivery: Delivery,
        clock: Callable[[], datetime],
        pacer: Pacer,
        metrics: Metrics,
        *,
        at_once: int = 32,
        monotonic: Callable[[], float] = time.monotonic,
    ) -> None:
        self._database = database
        self._delivery = delivery
        self._clock = clock
        self._monotonic = monotonic
        self._pacer = pacer
        self._metrics = metrics
        self._at_once = at_once
        self._bag = Mailbag(pacer, delivery.chat_of)
        self._after = dict.fromkeys(Urgency, 0)
        self._look_at = self._rescan_at = 0.0
        self._wake = asyncio.Event()
        self._on_the_way: set[asyncio.Task[None]] = set()
        self._outcomes: list[_Outcome] = []
        self._flushing: asyncio.Task[None] | None = None
        self._stopping = False
        self._unreachable = False
        self._succeeded_at: datetime | None = None

    def wake(self) -> None:
        """Something was promised: look now."""
        self._look_at = 0.0
        self._wake.set()

    # Running ----------------------------------------------------------------------------------

    async def run(self) -> None:
        """Send until `stop`."""
        self._stopping = False
        await self._delivery.remember_moves()
        while not self._stopping:
            self._wake.clear()
            if self._monotonic() >= self._look_at:
                await self._load()
            self._start()
            await self._rest()
        await self._settle_all()

    async def stop(self) -> None:
        """Take up nothing more; `run` ends when what is on its way has been settled."""
        self._stopping = True
        self._wake.set()

    async def send_all(self) -> int:
        """Send all that may go now, and all that follows from it. How many were dealt with."""
        dealt_with = 0
        while True:
            self._rescan_at = 0.0
            await self._load()
            started = self._start()
            if not (started or self._on_the_way or self._outcomes):
                return dealt_with
            dealt_with += started
            await self._settle_all()

    async def _settle_all(self) -> None:
        while self._on_the_way:
            await asyncio.wait(self._on_the_way)
        while self._outcomes or self._flushing:
            if self._flushing is None:
                self._flush_soon()
            else:
                await asyncio.wait([self._flushing])

    async def _rest(self) -> None:
        full = len(self._on_the_way) >= self._at_once
        wakes_at = self._look_at if full else min(self._look_at, self._bag.wakes_at())
        wait = min(LOOK_SECONDS, max(0.0, wakes_at - self._monotonic()))
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(wait):
                await self._wake.wait()

    # Taking up --------------------------------------------------------------------------------

    async def _load(self) -> None:
        """Bring the bag up to date with the table."""
        now = self._monotonic()
        if now >= self._rescan_at:
            # What fell due since, and what was committed later than its number tells.
            self._after = dict.fromkeys(Urgency, 0)
            self._rescan_at = now + RESCAN_SECONDS
        self._look_at = now + LOOK_SECONDS
        room = {urgency: self._bag.room(urgency) for urgency in Urgency}
        overlap = OVERLAP if self._database.engine == "postgresql" else 0
        after = {urgency: last - overlap for urgency, last in self._after.items()}
        async with looking(self._database) as uow:
            envelopes = await uow.outbox.waiting(after, room, self._clock())
        for envelope in envelopes:
            self._after[envelope.urgency] = max(self._after[envelope.urgency], envelope.id)
            if envelope.id in self._bag:
                continue
            try:
                self._take_in(envelope.open())
            except Unreadable:
                log.error("letter unreadable", letter=envelope.id)
                self._note_unreadable(envelope.id)

    def _take_in(self, letter: Letter) -> None:
        if (needless := self._bag.add(letter)) is not None:
            self._note(_Outcome(needless, why=SUPERSEDED), "superseded")

    def _start(self) -> int:
        started = 0
        while len(self._on_the_way) < self._at_once and not self._stopping:
            letter = self._bag.next(self._monotonic())
            if letter is None:
                break
            task = asyncio.create_task(self._send(letter))
            self._on_the_way.add(task)
            task.add_done_callback(self._arrived)
            started += 1
        return started

    def _arrived(self, task: asyncio.Task[None]) -> None:
        self._on_the_way.discard(task)
        self._wake.set()
        if not task.cancelled() and (error := task.exception()) is not None:
            log.error("sender broke", exc_info=error)

    # Sending one ------------------------------------------------------------------------------

    async def _send(self, letter: Letter) -> None:
        since = letter.tried_at or self._clock()
        tried = replace(letter, attempts=letter.attempts + 1, tried_at=since)
        try:
            message = await self._attempt(tried)
        except _Judged as judged:
            self._conclude(tried, judged.verdict)
        except Exception as error:  # ours: it could not be drawn, or the books not be read
            log.exception("letter not sent", letter=letter.id, content=letter.content.kind)
            self._conclude_bug(tried, error)
        else:
            self._succeeded(tried, message)

    async def _attempt(self, letter: Letter) -> int | None:
        """Try, with whatever remedies Telegram's answers ask for."""
        way = Way()
        for _ in range(REMEDIES_MAX):
            try:
                return await self._delivery.deliver(letter, way, self._clock())
            except TelegramError as error:
                trying_for = self._clock() - (letter.tried_at or self._clock())
                verdict = judge(error, letter.content, letter.attempts, trying_for)
                log.info(
                    "telegram refused",
                    letter=letter.id,
                    error=type(error).__name__,
                    verdict=str(verdict),
                )
                letter = await self._remedy(letter, way, verdict)
        raise _Judged(Later(timedelta(minutes=1)))

    async def _remedy(self, letter: Letter, way: Way, verdict: Verdict) -> Letter:
        match verdict:
            case Remedy.ANEW:
                way.anew = True
            case Remedy.PLAIN:
                log.error("text not understood", letter=letter.id, content=letter.content.kind)
                way.plain = True
            case Remedy.NEW_TOPIC:
                return await self._delivery.without_topic(letter)
            case Remedy.REOPEN:
                await self._delivery.reopen_topic(letter.to)
            case Moved(chat):
                old = self._delivery.chat_of(letter.to)
                await self._delivery.move(letter.to, chat)
                self._bag.move(old, chat)
            case _:
                raise _Judged(verdict)
        return letter

    def _conclude(self, letter: Letter, verdict: Verdict) -> None:
        match verdict:
            case Sent():
                self._succeeded(letter, _edited(letter))
            case Slower(wait):
                now, seconds = self._monotonic(), wait.total_seconds() + MARGIN_SECONDS
                self._pacer.refused(self._delivery.chat_of(letter.to), seconds, now)
                self._put_back(letter, wait, "429")
            case Later(wait, unreachable):
                self._unreachable = self._unreachable or unreachable
                self._again(letter, wait, "unreachable" if unreachable else "refused")
            case Lost(why):
                self._bag.done(letter)
                self._note(_Outcome(letter, why=why), "lost")

    def _conclude_bug(self, letter: Letter, error: Exception) -> None:
        verdict = judge(
            TelegramError("(500)"),
            letter.content,
            letter.attempts,
            self._clock() - (letter.tried_at or self._clock()),
        )
        wait = verdict.wait if isinstance(verdict, Later) else timedelta(minutes=5)
        if isinstance(verdict, Lost):
            self._bag.done(letter)
            self._note(_Outcome(letter, why=type(error).__name__), "lost")
        else:
            self._put_aside(letter, wait, type(error).__name__)

    def _again(self, letter: Letter, wait: timedelta, why: str) -> None:
        """Its chat waits with it, unless the letter seems to be what is in the way."""
        others_got_through = (
            self._succeeded_at is not None
            and letter.tried_at is not None
            and self._succeeded_at > letter.tried_at
        )
        if letter.attempts >= ASIDE_AFTER and others_got_through:
            self._put_aside(letter, wait, why)
        else:
            self._put_back(letter, wait, why)

    def _put_back(self, letter: Letter, wait: timedelta, why: str) -> None:
        until = self._monotonic() + wait.total_seconds()
        self._bag.put_back(letter, 0.0 if why == "429" else until)
        self._note(_Outcome(letter, put_off=self._put_off(letter, wait, why)), "later")

    def _put_aside(self, letter: Letter, wait: timedelta, why: str) -> None:
        self._bag.put_aside(letter, self._monotonic() + wait.total_seconds())
        self._note(_Outcome(letter, put_off=self._put_off(letter, wait, why)), "later")

    def _put_off(self, letter: Letter, wait: timedelta, why: str) -> PutOff:
        now = self._clock()
        return PutOff(letter.id, letter.attempts, letter.tried_at or now, now + wait, why)

    def _succeeded(self, letter: Letter, message: int | None) -> None:
        self._succeeded_at = self._clock()
        self._bag.done(letter)
        if self._unreachable:
            self._unreachable = False
            self._bag.wake_resting()
        self._note(_Outcome(letter, message), "sent")

    # Writing down -----------------------------------------------------------------------------

    def _note(self, outcome: _Outcome, result: str) -> None:
        self._metrics.sends.labels(result).inc()
        self._outcomes.append(outcome)
        self._flush_soon()

    def _note_unreadable(self, letter: LetterId) -> None:
        lost = Letter(letter, ToStaff(), Told(Alarm("unreadable")), Urgency.NOTICE)
        self._note(_Outcome(lost, why="unreadable"), "lost")

    def _flush_soon(self) -> None:
        """While one batch is written the next one gathers."""
        if self._flushing is None and self._outcomes:
            self._flushing = asyncio.create_task(self._flush())
            self._flushing.add_done_callback(self._flushed)

    def _flushed(self, task: asyncio.Task[None]) -> None:
        self._flushing = None
        if not task.cancelled() and (error := task.exception()) is not None:
            log.error("outcomes not written", exc_info=error)
        self._flush_soon()
        self._wake.set()

    async def _flush(self) -> None:
        batch, self._outcomes = self._outcomes, []
        try:
            async with unit_of_work(self._database) as uow:
                await _write_down(uow, batch, self._clock())
        except BaseException:
            self._outcomes = batch + self._outcomes
            await asyncio.sleep(1)
            raise
        for outcome in batch:
            if outcome.put_off is None:
                self._bag.forget(outcome.letter.id)


class _Judged(Exception):
    """The attempt is over."""

    def __init__(self, verdict: Verdict) -> None:
        self.verdict = verdict


async def _write_down(uow: UnitOfWork, batch: list[_Outcome], now: datetime) -> None:
    """Settle letters, with what follows from their being delivered or lost."""
    for outcome in batch:
        if outcome.put_off is not None or outcome.why == SUPERSEDED:
            continue
        if outcome.why:
            await _lost(uow, outcome.letter, outcome.why)
        else:
            await _delivered(uow, outcome.letter, outcome.message, now)
    await uow.outbox.put_off([o.put_off for o in batch if o.put_off is not None])
    settled = [
        Settled(o.letter.id, o.letter.attempts, o.message, o.why)
        for o in batch
        if o.put_off is None
    ]
    await uow.outbox.settle(settled, now)


async def _delivered(uow: UnitOfWork, letter: Letter, message: int | None, now: datetime) -> None:
    match letter.content:
        case TopicCard(order) if message:
            await uow.orders.set_topic_card(order, message)
        case Relayed(note_id) if message:
            note = await uow.notes.get(note_id)
            await uow.notes.delivered(note_id, message, now)
            await uow.outbox.put(Reacted(note.message, DELIVERED), ToChat(note.chat))


async def _lost(uow: UnitOfWork, letter: Letter, why: str) -> None:
    """Whoever relies on the letter is told, once."""
    order: OrderId | None = None
    match letter.content:
        case Relayed(note_id):
            order = (await uow.notes.get(note_id)).order
            await uow.notes.undelivered(note_id, why)
        case Told(notice):
            order = getattr(notice, "order", None)
    log.warning("letter lost", letter=letter.id, content=letter.content.kind, why=why)
    if isinstance(letter.to, ToPerson):
        if why in (BLOCKED, DEACTIVATED):
            await uow.people.set_blocked(letter.to.person, blocked=True)
        if order is not None:
            await uow.outbox.put(Told(NotDelivered(order, why)), ToTopic(order))


def _edited(letter: Letter) -> int | None:
    """The message that was found to be as the letter wants it."""
    match letter.content:
        case Drawn(edits=message) | Card(edits=message):
            return message
        case _:
            return None
