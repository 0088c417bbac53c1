"""Messages between customers and the agency: stored first, then carried to the other side."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import Final, Literal

from actions import answering
from actions.work import Work
from domain.files import Note
from domain.ids import InquiryId, NoteId, OrderId, PersonId
from domain.letters import (
    Recipient,
    Relayed,
    RelayedEdit,
    ToInquiry,
    Told,
    ToPerson,
    Urgency,
    topic_of,
)
from domain.messages import (
    ALBUM_QUIET,
    FLOOD_WINDOW,
    MUTED,
    Said,
    Spoken,
    Thread,
    carried_at,
    is_thread_open,
    is_too_fast,
)
from domain.refusals import AccountErased, OwnOrder, ThreadClosed
from domain.talk_notices import HeldUp, InquiryOpened, Muted, NotCarried, Slowed
from storage.unit_of_work import UnitOfWork

ALBUM_LIFE: Final = timedelta(hours=1)  # in which the parts of an album come
_INSIDE: Final = "album inside:"

Direction = Literal["to_agency", "to_customer"]


@dataclass(frozen=True, slots=True)
class Talk:
    """What a customer and staff say to each other, and about what."""

    customer: PersonId
    thread: Thread

    def other_side(self, direction: Direction) -> Recipient:
        return ToPerson(self.customer) if direction == "to_customer" else topic_of(self.thread)


async def to_agency(work: Work, order_id: OrderId, said: Said) -> bool:
    """A customer writes to the agency in charge of the order. Whether it is carried there."""
    order = await work.uow.orders.get(order_id, of=work.by.id)
    if not is_thread_open(order, work.agency.message_days, work.now):
        raise ThreadClosed(order.id, work.agency.message_days)
    return await _from_customer(work, Thread(order.id), said)


async def to_customer(work: Work, order_id: OrderId, said: Said) -> NoteId:
    """Staff write in the order's topic."""
    order = await work.uow.orders.get(order_id)
    await _require_reader(work, order.customer)
    return await _say(work, Talk(order.customer, Thread(order.id)), "to_customer", said)


async def inquire(work: Work, said: Said, about: OrderId | None = None) -> bool:
    """A customer writes to the front desk; `about` is an ended order. Whether it is carried."""
    uow = work.uow
    if about is not None:
        await uow.orders.get(about, of=work.by.id)
    known = await uow.inquiries.last(work.by.id, about, work.now)
    number = known.id if known else await uow.inquiries.open(work.by.id, about, work.now)
    if known is None:
        await uow.outbox.put(Told(InquiryOpened(number)), ToInquiry(number))
    return await _from_customer(work, Thread(inquiry=number), said)


async def go_on_inquiring(work: Work, number: InquiryId, said: Said) -> bool:
    """A customer answers what the front desk wrote."""
    found = await work.uow.inquiries.get(number)
    if found.customer != work.by.id:
        raise LookupError(number)
    return await _from_customer(work, Thread(inquiry=number), said)


async def answer_inquiry(work: Work, number: InquiryId, said: Said) -> None:
    """Staff write in an inquiry's topic."""
    found = await work.uow.inquiries.get(number)
    await _require_reader(work, found.customer)
    await _say(work, Talk(found.customer, Thread(inquiry=number)), "to_customer", said)


async def _require_reader(work: Work, customer: PersonId) -> None:
    """Staff write to somebody else, and to somebody who is there."""
    if customer == work.by.id:
        raise OwnOrder
    if (await work.uow.people.get(customer)).erased:
        raise AccountErased


async def _from_customer(work: Work, thread: Thread, said: Said) -> bool:
    if not (await work.uow.people.get(work.by.id)).muted:
        await _say(work, Talk(work.by.id, thread), "to_agency", said)
        return True
    await _keep(work, thread, "to_agency", said, trouble=MUTED)
    await _tell_muted(work)
    return False


async def _tell_muted(work: Work) -> None:
    """Once: what they write is kept, and nobody reads it now."""
    if await work.uow.people.tell_muted(work.by.id):
        await work.uow.outbox.put(Told(Muted()), ToPerson(work.by.id), Urgency.ANSWER)


async def _keep(
    work: Work, thread: Thread, direction: Direction, said: Said, *, trouble: str = ""
) -> Spoken:
    """Write it down, and carry it nowhere."""
    notes, answered = work.uow.notes, await _answered(work, said)
    if (album := await known_album(work, said)) is not None:
        return Spoken(album, await notes.add_part(album, said, work.now))
    note = await notes.add(
        thread.order,
        direction,
        work.by.id,
        said,
        work.now,
        inquiry=thread.inquiry,
        answers=answered,
        trouble=trouble,
    )
    return Spoken(note, 1 if said.album else 0)


async def _say(work: Work, talk: Talk, direction: Direction, said: Said) -> NoteId:
    notes, thread = work.uow.notes, talk.thread
    before = await notes.last_due(thread.order, thread.inquiry, direction)
    album, recent = await known_album(work, said), 0
    if direction == "to_agency" and album is None:
        recent = await notes.count_since(work.by.id, work.now - FLOOD_WINDOW)
    due = carried_at(work.now, in_album=bool(said.album), before=before, recent=recent)
    if album is not None:
        due = max(before or work.now, work.now + ALBUM_QUIET)
        spoken = Spoken(album, await notes.add_part(album, said, due))
    else:
        note = await notes.add(
            thread.order,
            direction,
            work.by.id,
            said,
            work.now,
            inquiry=thread.inquiry,
            answers=await _answered(work, said),
            due=due,
        )
        spoken = Spoken(note, 1 if said.album else 0)
    if thread.inquiry is not None:
        await work.uow.inquiries.go_on(thread.inquiry, work.now)
    if direction == "to_agency":
        await answering.wrote(work, thread)
    elif not said.album:  # an album may still stay inside
        await answering.answered(work, thread)
    await work.uow.outbox.put(
        Relayed(spoken.note, spoken.part), talk.other_side(direction), not_before=due
    )
    if is_too_fast(work.now, before=before, recent=recent):
        await work.uow.outbox.put(Told(Slowed()), ToPerson(work.by.id), Urgency.ANSWER)
    return spoken.note


async def _answered(work: Work, said: Said) -> NoteId | None:
    """The stored message that this one answers."""
    if not said.replies_to:
        return None
    spoken = await work.uow.notes.at(said.chat, said.replies_to)
    return spoken.note if spoken else None


async def known_album(work: Work, said: Said) -> NoteId | None:
    """The album that this is one more part of."""
    if not said.album:
        return None
    since = work.now - ALBUM_LIFE
    return await work.uow.notes.album(work.by.id, said.chat, said.album, since)


async def keep_inside(work: Work, chat: int, album: str) -> None:
    """An album with a note of staff's under one of its pictures is theirs, as a whole."""
    if not album:
        return
    now = int(work.now.timestamp())
    await work.uow.places.forget_below(_INSIDE, now - int(ALBUM_LIFE.total_seconds()))
    await work.uow.places.set(_inside(chat, album), now)
    known = await work.uow.notes.album(work.by.id, chat, album, work.now - ALBUM_LIFE)
    if known is not None and (await work.uow.notes.get(known)).delivered_at is None:
        await work.uow.notes.withdraw(known)


async def answer_by_album(uow: UnitOfWork, note: Note) -> None:
    """An album of staff's answers once it is carried, unless the customer wrote behind it."""
    if note.direction == "to_agency" or not note.album:
        return
    last = await uow.notes.last_due(note.order, note.inquiry, "to_agency")
    if last is None or last < note.at:
        await uow.answering.answered(note.thread)


async def is_inside(work: Work, chat: int, album: str) -> bool:
    """Whether this is one more of an album that stays among staff."""
    return bool(album) and await work.uow.places.find(_inside(chat, album)) is not None


def _inside(chat: int, album: str) -> str:
    """Where it is noted since when that album stays inside."""
    return f"{_INSIDE}{chat}:{album}"


async def talk_of(work: Work, note_id: NoteId) -> Talk:
    """What a stored message belongs to."""
    note = await work.uow.notes.get(note_id)
    if note.order is not None:
        return Talk((await work.uow.orders.get(note.order)).customer, note.thread)
    assert note.inquiry is not None
    return Talk((await work.uow.inquiries.get(note.inquiry)).customer, note.thread)


async def go_on(work: Work, note_id: NoteId, said: Said) -> bool:
    """A customer says more where a message belongs: a part of its album, or an answer to it."""
    thread = (await talk_of(work, note_id)).thread
    if thread.order is not None:
        return await to_agency(work, thread.order, said)
    assert thread.inquiry is not None
    return await go_on_inquiring(work, thread.inquiry, said)


async def edit(work: Work, spoken: Spoken, said: Said) -> None:
    """Its author changed what they said: kept, with what it was, and carried over."""
    note = await work.uow.notes.get(spoken.note)
    part = next((p for p in note.parts if p.no == spoken.part), note)
    if (part.text, part.file) == (said.html, said.file) or note.author != work.by.id:
        return
    await work.uow.notes.edit(spoken, said, work.now)
    if note.trouble == MUTED:
        return
    if note.direction == "to_agency" and (await work.uow.people.get(work.by.id)).muted:
        await _tell_muted(work)
        return
    if note.trouble and note.delivered_at is None:
        await work.uow.outbox.put(Told(NotCarried(note.id, note.trouble)), whoever_wrote(note))
        return
    talk = await talk_of(work, note.id)
    letter = RelayedEdit(note.id, spoken.part, new_file=part.file != said.file)
    await work.uow.outbox.put(letter, talk.other_side(note.direction))


async def tell_held_up(work: Work, note_id: NoteId) -> bool:
    """Let the author of a message know, once, that it is kept and waits."""
    if not await work.uow.notes.tell(note_id, work.now):
        return False
    note = await work.uow.notes.get(note_id)
    if note.delivered_at is not None or note.trouble:
        return False
    await work.uow.outbox.put(Told(HeldUp(note_id)), whoever_wrote(note))
    return True


def whoever_wrote(note: Note) -> Recipient:
    """Where the author of a message hears what became of it."""
    return ToPerson(note.author) if note.direction == "to_agency" else topic_of(note.thread)
