"""Working what the inbox holds: one update, one transaction."""

from __future__ import annotations

import asyncio
import contextlib
import json
import random
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any, Final

import structlog
from telegram import Update
from telegram.error import TelegramError

from bot.application import DaikoApplication
from bot.ballast import read
from bot.groups import Groups
from bot.lanes import Lanes
from bot.logs import trace, where
from bot.members import Members
from bot.metrics import Metrics
from bot.request import Api
from domain.agency import Agency
from domain.letters import ToChat, Told, ToStaff, Urgency
from domain.notices import Sorry, UpdateParked
from domain.refusals import Refused
from handlers.desk import Desk, Membership, Origin, Toast, at
from handlers.talks import Talks
from storage.conversations import Spot
from storage.database import Database, TryAgain
from storage.inbox import Claim, Waiting
from storage.outbox import Letter
from storage.unit_of_work import looking, unit_of_work

log = structlog.get_logger(__name__)

PAUSES: Final = (timedelta(seconds=1), timedelta(seconds=5), timedelta(seconds=25))
CONVERSATION_LIFE: Final = timedelta(days=14)
AT_HAND_MAX: Final = 2_000
LOOK_MAX: Final = 500
LOOK_SECONDS: Final = 0.5  # another process may have taken something in, or replayed it
RESCAN_SECONDS: Final = 2.0
ELSEWHERE_PAUSE: Final = timedelta(milliseconds=100)
TROUBLE_PAUSE: Final = timedelta(seconds=5)
COLLISIONS_MAX: Final = 8


class _NotOurs(Exception):
    def __init__(self, claim: Claim) -> None:
        self.claim = claim


@dataclass(frozen=True, slots=True)
class _Visit:
    """An update as it was read; without `update` it is one the library cannot read."""

    waiting: Waiting
    kind: str
    raw: dict[str, Any]
    update: Update | None
    trouble: str = ""


class Dispatcher:
    """Gives each update a desk, and keeps or undoes all that was done at it."""

    def __init__(
        self,
        database: Database,
        application: DaikoApplication,
        api: Api,
        agency: Callable[[], Agency],
        clock: Callable[[], datetime],
        metrics: Metrics,
        *,
        arrive: Callable[[Desk], Awaitable[None]],
        tell_refusal: Callable[[Refused, Desk], Awaitable[None]],
        promised: Callable[[Sequence[Letter]], None],
        paypal_awaited: Callable[[], None] = lambda: None,
        groups: Groups,
    ) -> None:
        self._database = database
        self._application = application
        self._api = api
        self._agency = agency
        self._clock = clock
        self._metrics = metrics
        self._arrive = arrive
        self._tell_refusal = tell_refusal
        self._promised = promised
        self._paypal_awaited = paypal_awaited
        self._groups = groups
        self._members = Members(api)
        self._answers: set[asyncio.Task[None]] = set()
        self._looking = asyncio.Lock()
        self._wake = asyncio.Event()
        self._start_anew()

    def _start_anew(self) -> None:
        """Have nothing at hand: the inbox knows what is to be worked."""
        self._memberships: dict[int, asyncio.Task[Membership]] = {}
        self._lanes = Lanes(self._may_go)
        self._after = -1
        self._rescan_at = 0.0
        self._fresh = True
        self._stopping = False

    def wake(self) -> None:
        """Something was taken in: look now."""
        self._fresh = True
        self._wake.set()

    def count_at_hand(self) -> int:
        """How many updates wait here, or rest, or are in work."""
        return len(self._lanes)

    # Running ----------------------------------------------------------------------------------

    async def run(self, workers: int = 1) -> None:
        """Work until `stop`; what is in work then is finished."""
        self._start_anew()
        async with asyncio.TaskGroup() as group:
            for _ in range(workers):
                group.create_task(self._run())
        await self._answer_all()

    async def stop(self) -> None:
        self._stopping = True
        self._wake.set()

    async def _run(self) -> None:
        while not self._stopping:
            if self._fresh and len(self._lanes) < AT_HAND_MAX:
                await self._look()
            update = self._lanes.next(self._clock())
            if update is not None:
                await self._work(update)
            else:
                await self._rest()

    async def work_all(self) -> int:
        """Work all that can be worked now. How many updates were taken up."""
        worked = 0
        while True:
            self._rescan_at = 0.0
            await self._look()
            for task in list(self._memberships.values()):
                await asyncio.wait([task])
            await asyncio.sleep(0)  # their callbacks queue the chats that waited for them
            update = self._lanes.next(self._clock())
            if update is None:
                await self._answer_all()
                return worked
            worked += 1
            await self._work(update)

    async def _rest(self) -> None:
        wakes_at, wait = self._lanes.wakes_at(), LOOK_SECONDS
        if wakes_at is not None:
            wait = min(wait, max(0.0, (wakes_at - self._clock()).total_seconds()))
        self._wake.clear()
        if self._fresh:
            return
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(wait):
                await self._wake.wait()
                return
        self._fresh = True

    async def _look(self) -> None:
        """Take at hand what is new in the inbox."""
        async with self._looking:
            if not self._lanes or time.monotonic() >= self._rescan_at:
                # From the beginning: webhooks overtake each other, what was parked is replayed,
                # and Telegram begins with other numbers after a quiet week.
                self._after = -1
                self._rescan_at = time.monotonic() + RESCAN_SECONDS
            self._fresh = False
            async with looking(self._database) as uow:
                found = await uow.inbox.waiting(self._after, LOOK_MAX)
            now = self._clock()
            for waiting in found:
                self._after = waiting.update_id
                if waiting.update_id not in self._lanes:
                    self._ask_for(waiting)
                    self._lanes.add(waiting, now)
            self._fresh = self._fresh or len(found) == LOOK_MAX

    # Membership -------------------------------------------------------------------------------

    def _ask_for(self, waiting: Waiting) -> None:
        """Ask who somebody of the staff group is now already: customers need not wait for it."""
        chat = waiting.lane
        if chat >= 0:
            return
        raw = json.loads(waiting.payload)
        person, registers = _person_of(raw), _registers(raw)
        if person is None or not (registers or self._agency_at(chat).staff_chat == chat):
            return
        if registers:
            us = self._application.bot.id
            task = asyncio.create_task(self._members.ask_for_both(chat, person, us))
        else:
            task = asyncio.create_task(self._members.ask(chat, person))
        self._memberships[waiting.update_id] = task
        task.add_done_callback(lambda _: self._is_known(waiting.lane))

    def _agency_at(self, chat: int) -> Agency:
        """Whose group it is; everywhere else people are served by the agency of the settings."""
        return self._groups.at(chat) or self._agency()

    def _is_known(self, lane: int) -> None:
        self._lanes.may_go_now(lane)
        self._wake.set()

    def _may_go(self, waiting: Waiting) -> bool:
        task = self._memberships.get(waiting.update_id)
        return task is None or task.done()

    def _membership(self, waiting: Waiting) -> Membership:
        task = self._memberships.get(waiting.update_id)
        return task.result() if task is not None else Membership()

    # One update -------------------------------------------------------------------------------

    async def _work(self, waiting: Waiting) -> None:
        started = time.perf_counter()
        visit = self._read(waiting)
        try:
            result = await self._serve(visit)
        except _NotOurs as other:
            self._leave(waiting, other.claim)
            return
        except Exception as error:
            result = await self._failed(visit, error)
        spent = time.perf_counter() - started
        self._metrics.updates.labels(visit.kind, result.partition(" ")[0]).inc()
        self._metrics.update_seconds.observe(spent)
        log.info(
            "update",
            id=waiting.update_id,
            kind=visit.kind,
            ms=round(spent * 1_000, 1),
            result=result,
        )

    def _read(self, waiting: Waiting) -> _Visit:
        raw = json.loads(waiting.payload)
        kind = next((key for key in raw if key != "update_id"), "empty")
        try:
            update = read(raw, self._application.bot)
        except Exception as error:  # whatever the library makes of what it does not know
            return _Visit(waiting, kind, raw, None, f"unreadable: {where(error)}")
        return _Visit(waiting, kind, raw, update)

    async def _serve(self, visit: _Visit) -> str:
        if visit.update is None:
            await self._park(visit, visit.trouble)
            return "parked"
        desk, result = await self._at_best(visit, visit.update)
        if desk.uow.agencies.changed:
            await self._groups.learn_from(self._database)
        self._done(visit, desk.uow.outbox.promised)
        if desk.uow.paypal.is_awaited:
            self._paypal_awaited()
        self._answer(visit, desk.answer)
        return result

    async def _at_best(self, visit: _Visit, update: Update) -> tuple[Desk, str]:
        """Handle it, or tell why not; from the start again if transactions collided."""
        for _ in range(COLLISIONS_MAX):
            try:
                return await self._handle(visit, update)
            except TryAgain:
                await asyncio.sleep(random.random() * 0.02)
        return await self._handle(visit, update)

    async def _handle(self, visit: _Visit, update: Update) -> tuple[Desk, str]:
        try:
            async with self._desk(visit, update) as desk:
                await self._application.process_update(update)
            return desk, "done"
        except Refused as refusal:
            no = refusal
        async with self._desk(visit, update) as desk:
            await self._tell_refusal(no, desk)
        return desk, f"refused {type(no).__name__}"

    @asynccontextmanager
    async def _desk(self, visit: _Visit, update: Update) -> AsyncIterator[Desk]:
        """A desk whose work is kept, with the mark that the update is done, or undone whole."""
        now, waiting = self._clock(), visit.waiting
        async with unit_of_work(self._database) as uow:
            if (claim := await uow.inbox.claim(waiting)) is not Claim.OURS:
                raise _NotOurs(claim)
            origin = Origin.of(update)
            spot = Spot(origin.chat, origin.person, origin.thread)
            is_spot = bool(origin.chat and origin.person)
            talks = Talks(await uow.conversations.load(spot, now) if is_spot else ())
            agency = self._agency_at(origin.chat)
            if agency.id is not None:  # what is its own may have been changed meanwhile
                agency = (await uow.agencies.get(agency.id)).beside(self._agency())
            desk = Desk(uow, now, agency, update, origin, self._membership(waiting), talks)
            with at(desk):
                await self._arrive(desk)
                yield desk
            if is_spot:
                await uow.conversations.drop(spot, talks.ended())
                await uow.conversations.save(spot, talks.changed(), now + CONVERSATION_LIFE)
            await uow.inbox.finish(waiting.update_id, now)

    # Afterwards -------------------------------------------------------------------------------

    def _done(self, visit: _Visit, promised: Sequence[Letter]) -> None:
        self._memberships.pop(visit.waiting.update_id, None)
        self._lanes.done(visit.waiting, self._clock())
        self._promised(promised)

    def _leave(self, waiting: Waiting, claim: Claim) -> None:
        """Another process is at it, or was."""
        if claim is Claim.ELSEWHERE:
            self._lanes.rest(waiting, self._clock() + ELSEWHERE_PAUSE)
        else:
            self._lanes.forget(waiting.lane)
            self._after, self._fresh = -1, True

    async def _failed(self, visit: _Visit, error: Exception) -> str:
        """A bug, or a database in trouble: again after a pause, in the end put aside."""
        waiting, why = visit.waiting, where(error)
        log.error("update failed", id=waiting.update_id, error=why, trace=trace(error))
        try:
            if waiting.attempts >= len(PAUSES):
                await self._park(visit, why)
                return "parked"
            until = self._clock() + PAUSES[waiting.attempts]
            async with unit_of_work(self._database) as uow:
                await uow.inbox.put_off(waiting.update_id, until, why)
        except Exception as worse:  # then the books cannot be written at all
            log.error("update neither worked nor put off", error=where(worse))
            self._lanes.rest(waiting, self._clock() + TROUBLE_PAUSE)
            return "stuck"
        tried = replace(waiting, attempts=waiting.attempts + 1, due_at=until)
        self._lanes.rest(tried, until)
        return "again"

    async def _park(self, visit: _Visit, why: str) -> None:
        """Put it aside, and tell staff and whoever it came from."""
        waiting = visit.waiting
        async with unit_of_work(self._database) as uow:
            await uow.inbox.park(waiting.update_id, self._clock(), why)
            await uow.outbox.put(Told(UpdateParked(waiting.update_id, why)), ToStaff())
            if (place := _place_of(visit)) is not None:
                await uow.outbox.put(Told(Sorry()), place, Urgency.ANSWER)
        log.error("update parked", id=waiting.update_id, error=why)
        self._done(visit, uow.outbox.promised)
        self._answer(visit, None)

    def _answer(self, visit: _Visit, toast: Toast | None) -> None:
        """Answer a press, also one that did nothing: until then its button keeps spinning."""
        query = visit.raw.get("callback_query")
        if not isinstance(query, dict) or "id" not in query:
            return
        task = asyncio.create_task(self._send_answer(str(query["id"]), toast or Toast()))
        self._answers.add(task)
        task.add_done_callback(self._answers.discard)

    async def _send_answer(self, query_id: str, toast: Toast) -> None:
        try:
            await self._api.call(
                "answerCallbackQuery",
                callback_query_id=query_id,
                text=toast.text or None,
                show_alert=toast.alert or None,
            )
        except TelegramError as error:  # pressed long ago; the work is done all the same
            log.debug("press not answered", error=error.message)

    async def _answer_all(self) -> None:
        while self._answers:
            await asyncio.wait(self._answers)


def _person_of(raw: dict[str, Any]) -> int | None:
    """Who did it, if it was a person."""
    for event in raw.values():
        if isinstance(event, dict):
            who = event.get("from") or event.get("user")
            if isinstance(who, dict) and not who.get("is_bot") and type(who.get("id")) is int:
                return int(who["id"])
    return None


def _registers(raw: dict[str, Any]) -> bool:
    """Whether it is the line that makes a group the staff group of an agency."""
    message = raw.get("message")
    text = message.get("text") if isinstance(message, dict) else None
    return isinstance(text, str) and text.lower().startswith("/register")


def _place_of(visit: _Visit) -> ToChat | None:
    """Where somebody waits for an answer."""
    if visit.kind not in ("message", "callback_query") or _person_of(visit.raw) is None:
        return None
    if not visit.waiting.lane:
        return None
    if visit.update is None:
        return ToChat(visit.waiting.lane)
    origin = Origin.of(visit.update)
    return ToChat(origin.chat, origin.thread) if origin.chat else None
