"""Sending what the outbox holds: take a letter, send it, settle it."""

from __future__ import annotations

import asyncio
import contextlib
import time
from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Final

import structlog
from telegram.error import TelegramError

from bot.delivery import Delivery, Way
from bot.logs import trace, where
from bot.mailbag import Mailbag
from bot.media import Handed
from bot.metrics import Metrics
from bot.outcomes import NOTHING, SUPERSEDED, Outcome, Outcomes
from bot.pacer import Pacer
from bot.verdicts import (
    Later,
    Lost,
    Moved,
    Remedy,
    Sent,
    Slower,
    Verdict,
    judge,
    later,
)
from domain.ids import LetterId
from domain.letters import (
    Card,
    Document,
    Drawn,
    Relayed,
    Screen,
    Statistics,
    Told,
    ToStaff,
    Urgency,
)
from domain.notices import Alarm
from domain.timely import Needless
from storage.database import Database
from storage.outbox import RIGHTS, SHUT, Envelope, Letter, PutOff, Unreadable
from storage.unit_of_work import looking

log = structlog.get_logger(__name__)

AT_ONCE: Final = 32
LOOK_SECONDS: Final = 0.5  # another process may have promised something
RESCAN_SECONDS: Final = 5.0
RECALLED: Final = timedelta(seconds=61)  # the longest window of Telegram's, with a margin
OVERLAP: Final = 200  # numbers given to transactions that commit in another order
REMEDIES_MAX: Final = 4
ASIDE_AFTER: Final = 5  # failures, while others get through
MOMENT: Final = timedelta(milliseconds=1)  # as exactly as the table knows it
ROUND_SECONDS: Final = 300.0  # how often it is looked whether a right has come back
MARGIN_SECONDS: Final = 0.1  # Telegram counts its seconds from another moment than we


class _Judged(Exception):
    """The attempt is over."""

    def __init__(self, verdict: Verdict) -> None:
        self.verdict = verdict


class Sender:
    """The one who sends. What it has at hand is in memory; what became of it, in the table.

    A chat's next letter goes out when the one before it is written down: whatever a crash
    repeats, it repeats in order.
    """

    def __init__(
        self,
        database: Database,
        delivery: Delivery,
        clock: Callable[[], datetime],
        pacer: Pacer,
        metrics: Metrics,
        *,
        monotonic: Callable[[], float] = time.monotonic,
    ) -> None:
        self._database = database
        self._delivery = delivery
        self._clock = clock
        self._monotonic = monotonic
        self._pacer = pacer
        self._metrics = metrics
        self._wake = asyncio.Event()
        self._knows_pace = False
        self._start_anew()

    def _start_anew(self) -> None:
        """Know nothing: another process may have sent meanwhile."""
        self._bag = Mailbag(self._pacer, self._delivery.chat_of)
        self._outcomes = Outcomes(self._database, self._clock, self._wake.set)
        self._on_the_way: set[asyncio.Task[None]] = set()
        self._drawing: set[asyncio.Task[None]] = set()
        self._easel = asyncio.Lock()  # one at a time: each takes memory like the whole bot
        self._pictures: dict[LetterId, Screen | Document] = {}
        self._since: dict[LetterId, datetime] = {}  # when it got in line
        self._settled_meanwhile: set[LetterId] = set()
        self._after = dict.fromkeys(Urgency, 0)
        self._newest = 0
        self._look_at = self._rescan_at = 0.0
        self._looked_at: datetime | None = None
        self._stopping = False
        self._unreachable = False
        self._shut: set[int] = set()  # staff groups into which nothing gets
        self._succeeded_at: datetime | None = None

    def take(self, promised: Sequence[Letter]) -> None:
        """Letters that were promised and kept just now, in this process.

        Reading them from the table would say the same, if nobody promised any in between.
        """
        if not promised:
            return
        known = self._database.engine == "sqlite" and promised[0].id == self._newest + 1
        if not known or not all(self._bag.room(urgency) for urgency in Urgency):
            self.wake()
            return
        for letter in promised:
            self._newest = letter.id
            self._after[letter.urgency] = letter.id
            if letter.due is None:
                self._add(letter)
            else:
                self._look_when(letter.due)
        self._wake.set()

    def _look_when(self, due: datetime) -> None:
        """It waits in the table until then, with all that must go out behind it.

        Its moment may be past already: the transaction took time, and we looked meanwhile.
        """
        if self._looked_at is not None:
            self._looked_at = min(self._looked_at, due - MOMENT)
        span = (due - self._clock()).total_seconds()
        self._look_at = min(self._look_at, self._monotonic() + max(0.0, span) + 0.01)

    def wake(self) -> None:
        """Something was promised: look now."""
        self._look_at = 0.0
        self._wake.set()

    # Running ----------------------------------------------------------------------------------

    async def run(self) -> None:
        """Send until `stop`."""
        self._start_anew()
        await self._delivery.remember_moves()
        await self._recall_pace()
        await self._take_up_what_was_put_off()
        try:
            while not self._stopping:
                self._wake.clear()
                if self._monotonic() >= self._look_at:
                    await self._load()
                self._start()
                await self._rest()
            for task in self._drawing:
                task.cancel()
            await self._settle_all()
        finally:
            for task in self._on_the_way | self._drawing:
                task.cancel()

    async def _recall_pace(self) -> None:
        """Telegram counts what was sent before a restart, too."""
        if self._knows_pace:
            return
        self._knows_pace = True
        moment, now = self._clock(), self._monotonic()
        async with looking(self._database) as uow:
            for at, envelope in await uow.outbox.sent_since(moment - RECALLED):
                with contextlib.suppress(Unreadable):
                    letter, count = envelope.open(), 1
                    if isinstance(letter.content, Relayed):
                        count = len(await uow.notes.parts(letter.content.note)) or 1
                    chat = self._delivery.chat_of(letter.to)
                    redraw = letter.urgency is Urgency.REDRAW
                    then = now - (moment - at).total_seconds()
                    self._pacer.take(chat, then, redraw=redraw, count=count)

    async def _take_up_what_was_put_off(self) -> None:
        """Nothing overtakes it after a restart, either."""
        moment, now = self._clock(), self._monotonic()
        async with looking(self._database) as uow:
            put_off = await uow.outbox.still_put_off(moment, ASIDE_AFTER)
        for until, envelope in put_off:
            with contextlib.suppress(Unreadable):
                letter = envelope.open()
                self._put_in(letter)
                self._bag.rest(letter, now + (until - moment).total_seconds())

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
            started, was_drawing = self._start(), bool(self._drawing)
            await self._settle_all()
            if not (started or was_drawing):
                return dealt_with
            dealt_with += started

    async def _settle_all(self) -> None:
        while under_way := self._on_the_way | self._drawing:
            await asyncio.wait(under_way)
        await self._outcomes.all_written()

    async def _rest(self) -> None:
        full = len(self._on_the_way) >= AT_ONCE
        wakes_at = self._look_at if full else min(self._look_at, self._bag.wakes_at())
        wait = min(LOOK_SECONDS, max(0.0, wakes_at - self._monotonic()))
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(wait):
                await self._wake.wait()

    # Taking up --------------------------------------------------------------------------------

    async def _load(self) -> None:
        """Bring the bag up to date with the table."""
        now = self._monotonic()
        self._look_at = now + LOOK_SECONDS
        if now >= self._rescan_at:
            # What fell due since, and what was committed later than its number tells.
            self._after = dict.fromkeys(Urgency, 0)
            self._rescan_at = now + RESCAN_SECONDS
        overlap = OVERLAP if self._database.engine == "postgresql" else 0
        after = {urgency: last - overlap for urgency, last in self._after.items()}
        self._settled_meanwhile.clear()
        room = {urgency: self._bag.room(urgency) for urgency in Urgency}
        since, self._looked_at = self._looked_at, self._clock()
        async with looking(self._database) as uow:
            if overlap:  # another process may have registered a group that these go to
                await self._delivery.groups.learn(uow)
            envelopes = await uow.outbox.waiting(after, room, self._looked_at, since)
        for envelope in envelopes:
            self._after[envelope.urgency] = max(self._after[envelope.urgency], envelope.id)
            self._newest = max(self._newest, envelope.id)
            # What was settled after we looked is still there in what we saw.
            if envelope.id not in self._bag and envelope.id not in self._settled_meanwhile:
                self._take_in(envelope)

    def _take_in(self, envelope: Envelope) -> None:
        try:
            letter = envelope.open()
        except Unreadable:
            log.error("letter unreadable", letter=envelope.id)
            self._bag.know(envelope.id)
            stand_in = Letter(envelope.id, ToStaff(), Told(Alarm("unreadable")), Urgency.NOTICE)
            self._settle(stand_in, "lost", why="unreadable", holds_chat=False)
        else:
            self._add(letter)

    def _add(self, letter: Letter) -> None:
        """Into the bag; what takes long to draw, when it is drawn. The chat goes on meanwhile."""
        if not isinstance(letter.content, Statistics):
            self._put_in(letter)
        elif letter.id not in self._bag:
            self._bag.know(letter.id)
            task = asyncio.create_task(self._draw_ahead(letter))
            self._drawing.add(task)
            task.add_done_callback(self._drawing.discard)

    async def _draw_ahead(self, letter: Letter) -> None:
        try:
            async with self._easel:
                picture = await self._delivery.draw_ahead(letter, self._clock())
            if picture is not None:
                self._pictures[letter.id] = picture
        except Exception as error:  # it is tried again where it is sent, and judged there
            log.error("not drawn ahead", letter=letter.id, trace=trace(error))
        self._put_in(letter)
        self._wake.set()

    def _put_in(self, letter: Letter) -> None:
        self._since.setdefault(letter.id, self._clock())
        if (needless := self._bag.add(letter)) is not None:
            self._settle(needless, "superseded", why=SUPERSEDED, holds_chat=False)

    def _start(self) -> int:
        started = 0
        while len(self._on_the_way) < AT_ONCE and not self._stopping:
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
        if len(self._on_the_way) == AT_ONCE - 1:
            self._wake.set()

    # Sending one ------------------------------------------------------------------------------

    async def _send(self, letter: Letter) -> None:
        # What waits behind another one that does not get through waits for the same.
        since = letter.tried_at or self._since.get(letter.id) or self._clock()
        tried = replace(letter, attempts=letter.attempts + 1, tried_at=since)
        try:
            handed = await self._attempt(tried)
        except _Judged as judged:
            self._conclude(tried, judged.verdict)
        except Needless:
            self._settle(tried, "superseded", why=SUPERSEDED)
        except Exception as error:  # ours: it could not be drawn, or the books not be read
            log.error("letter not sent", letter=letter.id, trace=trace(error))
            self._conclude_bug(tried, error)
        else:
            self._succeeded(tried, handed)
        finally:
            self._pacer.answered(self._delivery.chat_of(letter.to), self._monotonic())

    async def _attempt(self, letter: Letter) -> Handed:
        """Try, with whatever remedies Telegram's answers ask for."""
        way = Way(ready=self._pictures.get(letter.id))
        for _ in range(REMEDIES_MAX):
            try:
                return await self._delivery.deliver(letter, way, self._clock())
            except TelegramError as error:
                verdict = self._judge(error, letter)
                log.info(
                    "telegram refused",
                    letter=letter.id,
                    error=type(error).__name__,
                    verdict=str(verdict),
                )
                letter = await self._remedy(letter, way, verdict)
        raise _Judged(later(letter.attempts, self._trying_for(letter)))

    def _judge(self, error: TelegramError, letter: Letter) -> Verdict:
        to_group = self._delivery.chat_of(letter.to) < 0
        trying_for = self._trying_for(letter)
        return judge(error, letter.content, letter.attempts, trying_for, to_group=to_group)

    def _trying_for(self, letter: Letter) -> timedelta:
        now = self._clock()
        return now - (letter.tried_at or now)

    async def _remedy(self, letter: Letter, way: Way, verdict: Verdict) -> Letter:
        match verdict:
            case Remedy.ANEW:
                way.anew = True
            case Remedy.PLAIN:
                log.error("text not understood", letter=letter.id, content=letter.content.kind)
                way.plain = True
            case Remedy.BARE:
                log.error("picture refused", letter=letter.id, content=letter.content.kind)
                way.bare = True
            case Remedy.NEW_TOPIC:
                return await self._delivery.without_topic(letter)
            case Remedy.REOPEN:
                await self._reopen(letter)
            case Moved(chat):
                old = self._delivery.chat_of(letter.to)
                await self._delivery.move(letter.to, chat)
                self._bag.move(old, chat)
            case _:
                raise _Judged(verdict)
        return letter

    async def _reopen(self, letter: Letter) -> None:
        try:
            await self._delivery.reopen_topic(letter.to)
        except TelegramError as error:
            raise _Judged(self._judge(error, letter)) from error

    # What becomes of it -----------------------------------------------------------------------

    def _conclude(self, letter: Letter, verdict: Verdict) -> None:
        match verdict:
            case Slower(wait):
                now, seconds = self._monotonic(), wait.total_seconds() + MARGIN_SECONDS
                self._pacer.refused(self._delivery.chat_of(letter.to), seconds, now)
                self._put_off(letter, wait, "too many", self._bag.put_back)
            case Later() as waits:
                self._conclude_later(letter, waits)
            case Lost(why):
                self._settle(letter, "lost", why=why)
            case Sent():
                self._succeeded(letter, Handed(_edited(letter)))
            case remedy:  # asked for again and again
                self._settle(letter, "lost", why=f"remedy {remedy}")

    def _conclude_later(self, letter: Letter, waits: Later) -> None:
        self._unreachable = self._unreachable or waits.unreachable
        if waits.group_gone:
            self._shut.add(self._delivery.chat_of(letter.to))
            log.error("staff group out of reach: look at STAFF_CHAT_ID and the bot")
            self._put_off(letter, waits.wait, SHUT, self._bag.put_back)
        elif waits.lacks_rights:
            self._put_off(letter, self._until_round(), RIGHTS, self._bag.put_aside)
        else:
            why = "unreachable" if waits.unreachable else "refused"
            in_the_way = letter.attempts >= ASIDE_AFTER and self._others_get_through(letter)
            put = self._bag.put_aside if in_the_way else self._bag.put_back
            self._put_off(letter, waits.wait, why, put)

    def _until_round(self) -> timedelta:
        """What lacks a right lets the others pass, and comes back together, in its order."""
        seconds = ROUND_SECONDS - self._monotonic() % ROUND_SECONDS
        return timedelta(seconds=seconds)

    @property
    def group_gone(self) -> bool:
        """Whether there is a staff group that Telegram does not let us into."""
        return bool(self._shut)

    def _others_get_through(self, letter: Letter) -> bool:
        since, success = letter.tried_at, self._succeeded_at
        return since is not None and success is not None and success > since

    def _conclude_bug(self, letter: Letter, error: Exception) -> None:
        """It waits for a version that can; the chat goes on."""
        match later(letter.attempts, self._trying_for(letter)):
            case Later(wait):
                self._put_off(letter, wait, where(error), self._bag.put_aside)
            case Lost():
                self._settle(letter, "lost", why=type(error).__name__)

    def _succeeded(self, letter: Letter, handed: Handed) -> None:
        self._succeeded_at = self._clock()
        self._shut.discard(self._delivery.chat_of(letter.to))
        if self._unreachable:
            self._unreachable = False
            self._bag.wake_resting()
        self._settle(letter, "sent", handed=handed)

    def _settle(
        self,
        letter: Letter,
        result: str,
        *,
        handed: Handed = NOTHING,
        why: str = "",
        holds_chat: bool = True,
    ) -> None:
        def then() -> None:
            self._bag.forget(letter.id)
            self._pictures.pop(letter.id, None)
            self._since.pop(letter.id, None)
            self._settled_meanwhile.add(letter.id)
            if holds_chat:
                self._bag.done(letter)

        self._metrics.sends.labels(result).inc()
        awaited = holds_chat and self._bag.has_more_for(letter)
        self._outcomes.note(Outcome(letter, then, handed, why, awaited=awaited))

    def _put_off(
        self, letter: Letter, wait: timedelta, why: str, put: Callable[[Letter, float], None]
    ) -> None:
        now, until = self._clock(), round(self._monotonic() + wait.total_seconds(), 3)
        put_off = PutOff(letter.id, letter.attempts, letter.tried_at or now, now + wait, why)
        self._metrics.sends.labels("later").inc()
        self._outcomes.note(Outcome(letter, lambda: put(letter, until), put_off=put_off))


def _edited(letter: Letter) -> int | None:
    """The message that was found to be as the letter wants it."""
    match letter.content:
        case Drawn(edits=message) | Card(edits=message):
            return message
        case _:
            return None
