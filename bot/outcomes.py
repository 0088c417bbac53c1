"""Writing down what became of letters: many at once, and all that follows from it."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Final

import structlog

from actions import messages, payouts
from bot.logs import trace, where
from bot.media import Handed
from bot.verdicts import BLOCKED, DEACTIVATED, UNREACHABLE
from domain.desk_notices import CustomerNotTold, DeskNotice
from domain.ids import NoteId, OrderId
from domain.letters import (
    Deleted,
    Reacted,
    Relayed,
    RelayedEdit,
    ToChat,
    Told,
    ToPerson,
    TopicCard,
    ToStaff,
    ToTopic,
)
from domain.notices import Alarm, NotDelivered, Notice
from domain.payout_notices import PayoutOpened
from domain.talk_notices import NotCarried, TalkNotice
from storage.database import Database
from storage.outbox import Letter, PutOff, Settled
from storage.unit_of_work import UnitOfWork, unit_of_work

log = structlog.get_logger(__name__)

SUPERSEDED: Final = "a newer one took its place"
DELIVERED: Final = "👍"
NOTHING: Final = Handed()
TROUBLE_SECONDS: Final = 1.0
GATHER_SECONDS: Final = 0.01


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of one attempt, and what may go on once that is written down."""

    letter: Letter
    then: Callable[[], None]
    handed: Handed = NOTHING
    why: str = ""  # not delivered, and never will be
    put_off: PutOff | None = None
    awaited: bool = False  # its chat has more to be told, which waits until this is written


class Outcomes:
    """Those that come within a moment of each other are written together.

    A chat that has more to be told waits for no others: in the staff group, where everything
    comes together, these moments would add up.
    """

    def __init__(
        self, database: Database, clock: Callable[[], datetime], written: Callable[[], None]
    ) -> None:
        self._database = database
        self._clock = clock
        self._written = written
        self._waiting: list[Outcome] = []
        self._gathering: asyncio.TimerHandle | None = None
        self._writing: asyncio.Task[None] | None = None

    def note(self, outcome: Outcome) -> None:
        self._waiting.append(outcome)
        self._gather()

    async def all_written(self) -> None:
        """Gather no longer; wait until all that was noted is written."""
        while self._waiting or self._writing is not None:
            if self._writing is None:
                self._begin()
            await asyncio.wait([task for task in (self._writing,) if task is not None])

    def _gather(self) -> None:
        if self._waiting and self._writing is None and self._gathering is None:
            loop = asyncio.get_running_loop()
            self._gathering = loop.call_later(GATHER_SECONDS, self._begin)
        if self._writing is None and any(outcome.awaited for outcome in self._waiting):
            self._begin()

    def _begin(self) -> None:
        if self._gathering is not None:
            self._gathering.cancel()
            self._gathering = None
        self._writing = asyncio.create_task(self._write_gathered())

    async def _write_gathered(self) -> None:
        batch, self._waiting = self._waiting, []
        try:
            await self._write(batch)
            for outcome in batch:
                outcome.then()
            self._written()
        finally:
            self._writing = None
            self._gather()

    async def _write(self, batch: list[Outcome]) -> None:
        try:
            await self._write_down(batch)
        except Exception as error:
            log.warning("outcomes not written together", count=len(batch), error=where(error))
            for outcome in batch:
                await self._write_one(outcome)

    async def _write_one(self, outcome: Outcome) -> None:
        """One that cannot be followed up is settled all the same: the others must go on."""
        while True:
            try:
                return await self._write_down([outcome])
            except Exception as error:
                log.error("outcome not followed up", letter=outcome.letter.id, trace=trace(error))
            try:
                return await self._write_down([outcome], follow_up=False)
            except Exception as error:
                log.error("outcome not written", letter=outcome.letter.id, error=where(error))
                await asyncio.sleep(TROUBLE_SECONDS)

    async def _write_down(self, batch: list[Outcome], *, follow_up: bool = True) -> None:
        now = self._clock()
        async with unit_of_work(self._database) as uow:
            settled = [outcome for outcome in batch if outcome.put_off is None]
            for outcome in settled if follow_up else ():
                await _follow_up(uow, outcome, now)
            await uow.outbox.put_off([o.put_off for o in batch if o.put_off is not None])
            await uow.outbox.settle([_settled(outcome) for outcome in settled], now)


def _settled(outcome: Outcome) -> Settled:
    letter = outcome.letter
    return Settled(letter.id, letter.attempts, outcome.handed.message, outcome.why)


async def _follow_up(uow: UnitOfWork, outcome: Outcome, now: datetime) -> None:
    if not outcome.why:
        await _delivered(uow, outcome.letter, outcome.handed, now)
    elif outcome.why != SUPERSEDED:
        await _lost(uow, outcome.letter, outcome.why)


async def _delivered(uow: UnitOfWork, letter: Letter, handed: Handed, now: datetime) -> None:
    message = handed.message
    match letter.content:
        case Told(PayoutOpened(payout, by)) if message and isinstance(letter.to, ToChat):
            log.info("account shown", payout=payout, by=by)
            await payouts.shown(uow, payout, letter.to.chat, message)
        case Told(notice, warns=key) if key and (order := getattr(notice, "order", None)):
            await uow.warnings.handed(order, key, now)
        case TopicCard(order) if message and isinstance(letter.to, ToTopic):
            await uow.orders.set_topic_card(order, message, letter.to.agency)
        case Relayed(note_id) if message:
            note = await uow.notes.get(note_id)
            await uow.notes.delivered(note_id, message, now, chat=handed.chat, parts=handed.parts)
            if note.delivered_at is None:  # else it is the rest of an album
                await messages.answer_by_album(uow, note)
                await uow.outbox.put(Reacted(note.message, DELIVERED), ToChat(note.chat))
        case RelayedEdit(note_id, part) if message:
            await _changed(uow, note_id, part, handed, now)


async def _changed(
    uow: UnitOfWork, note_id: NoteId, part: int, handed: Handed, now: datetime
) -> None:
    """What should have been edited was gone, or elsewhere: it stands in another message now."""
    note = await uow.notes.get(note_id)
    of = next((p for p in note.parts if p.no == part), note)
    assert handed.message is not None
    stood = (of.delivered_as, of.delivered_in)
    if stood == (handed.message, handed.chat):
        return
    if part:
        await uow.notes.parts_delivered(note_id, handed.chat, ((part, handed.message),))
    if stood == (note.delivered_as, note.delivered_in):  # an album stands where its first does
        await uow.notes.delivered(note_id, handed.message, now, chat=handed.chat)


async def _tell_finance(uow: UnitOfWork, to: ToPerson, notice: Notice, why: str) -> None:
    """Of an order its topic is told; what belongs to none is about money, or about talk."""
    known = await uow.people.find(to.person)
    if known is not None and not isinstance(notice, TalkNotice | DeskNotice):
        told = Told(CustomerNotTold(known.id, known.name, why))
        await uow.outbox.put(told, ToStaff("finance"))


async def _lost(uow: UnitOfWork, letter: Letter, why: str) -> None:
    """Whoever relies on the letter is told, once."""
    order: OrderId | None = None
    match letter.content:
        case Relayed(note=note_id) | RelayedEdit(note=note_id):
            note = await uow.notes.get(note_id)
            if isinstance(letter.content, Relayed):
                await uow.notes.undelivered(note_id, why)
                await messages.answer_by_album(uow, note)
            await uow.outbox.put(Told(NotCarried(note_id, why)), messages.whoever_wrote(note))
        case Told(notice):
            order = getattr(notice, "order", None)
        case Deleted() if isinstance(letter.to, ToChat) and letter.to.chat < 0:
            # In the staff group that is what showed an account.
            alarm = Alarm("An account of a pay-out could not be deleted from the chat", why)
            await uow.outbox.put(Told(alarm), ToStaff("finance"))
    log.warning("letter lost", letter=letter.id, content=letter.content.kind, why=why)
    warns = letter.content.warns if isinstance(letter.content, Told) else ""
    if warns and why == UNREACHABLE:  # nothing bites before somebody has it
        await uow.outbox.put(letter.content, letter.to)
        return
    if not isinstance(letter.to, ToPerson):
        return
    if why in (BLOCKED, DEACTIVATED):
        await uow.people.set_blocked(letter.to.person, blocked=True)
    if order is None and isinstance(letter.content, Told):
        await _tell_finance(uow, letter.to, letter.content.notice, why)
    if order is not None:
        # What staff were shown in the customer's place counts as handed over, too.
        await uow.outbox.put(Told(NotDelivered(order, why), warns=warns), ToTopic(order))
