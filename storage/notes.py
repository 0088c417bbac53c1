"""Messages between customers and the agency: the record, whatever became of carrying them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any, Final, Literal

from sqlalchemy import bindparam, func, select

from domain.files import Note, Part
from domain.ids import InquiryId, NoteId, OrderId, PersonId
from domain.messages import Said, Spoken
from storage.agency_tables import agency
from storage.database import Tx
from storage.moments import from_ms, to_ms
from storage.tables import note
from storage.talk_tables import note_part, note_version

ALBUM: Final = "album"

_ADD: Final = note.insert().returning(note.c.id)
# In whose group it was written, where that is another agency's.
_SAID: Final = select(note, agency.c.name.label("agency_name")).join(
    agency, agency.c.staff_chat == note.c.chat, isouter=True
)
_GET: Final = _SAID.where(note.c.id == bindparam("id"))
_PAGE: Final = (
    _SAID.where(note.c.order_id == bindparam("order"))
    .order_by(note.c.id.desc())
    .limit(bindparam("most"))
    .offset(bindparam("skip"))
)
_COUNT: Final = select(func.count().label("count")).where(note.c.order_id == bindparam("order"))
_DELIVERED: Final = (
    note.update()
    .where(note.c.id == bindparam("which"))
    .values(
        delivered_at=bindparam("now"),
        delivered_in=bindparam("there"),
        delivered_as=bindparam("as_message"),
        trouble="",
    )
)
_UNDELIVERED: Final = (
    note.update().where(note.c.id == bindparam("which")).values(trouble=bindparam("why"))
)
_TOLD: Final = (
    note.update()
    .where(note.c.id == bindparam("which"), note.c.told_at.is_(None))
    .values(told_at=bindparam("now"))
)
_HELD_UP: Final = (
    select(note.c.id)
    .where(
        note.c.delivered_at.is_(None),
        note.c.told_at.is_(None),
        note.c.trouble == "",
        note.c.due_at < bindparam("before"),
    )
    .order_by(note.c.due_at)
    .limit(bindparam("most"))
)
_DUE: Final = note.update().where(note.c.id == bindparam("which")).values(due_at=bindparam("due"))


def _last_due(thread: Any) -> Any:
    return (
        select(note.c.due_at)
        .where(thread == bindparam("thread"), note.c.direction == bindparam("way"))
        .order_by(note.c.id.desc())
        .limit(1)
    )


_LAST_DUE_OF_ORDER: Final = _last_due(note.c.order_id)
_LAST_DUE_OF_INQUIRY: Final = _last_due(note.c.inquiry_id)
_RECENT: Final = select(func.count().label("count")).where(
    note.c.author_id == bindparam("who"), note.c.at > bindparam("since")
)

# Where a message stands ------------------------------------------------------------------------

_WRITTEN: Final = select(note.c.id).where(
    note.c.message == bindparam("message"), note.c.chat == bindparam("chat")
)
_CARRIED: Final = select(note.c.id).where(
    note.c.delivered_as == bindparam("message"), note.c.delivered_in == bindparam("chat")
)
_PART_WRITTEN: Final = (
    select(note_part.c.note_id, note_part.c.no)
    .join(note, note.c.id == note_part.c.note_id)
    .where(note_part.c.message == bindparam("message"), note.c.chat == bindparam("chat"))
)
_PART_CARRIED: Final = select(note_part.c.note_id, note_part.c.no).where(
    note_part.c.delivered_as == bindparam("message"),
    note_part.c.delivered_in == bindparam("chat"),
)

# Albums and edits ------------------------------------------------------------------------------

_ALBUM: Final = (
    select(note.c.id)
    .where(
        note.c.author_id == bindparam("who"),
        note.c.at > bindparam("since"),
        note.c.chat == bindparam("chat"),
        note.c.album == bindparam("album"),
    )
    .limit(1)
)
_ADD_PART: Final = note_part.insert()
_PARTS: Final = (
    select(note_part).where(note_part.c.note_id == bindparam("of_note")).order_by(note_part.c.no)
)
_PART_DELIVERED: Final = (
    note_part.update()
    .where(note_part.c.note_id == bindparam("which"), note_part.c.no == bindparam("part"))
    .values(delivered_as=bindparam("as_message"), delivered_in=bindparam("there"))
)
_KEEP_VERSION: Final = note_version.insert()
_EDIT: Final = (
    note.update()
    .where(note.c.id == bindparam("which"))
    .values(
        version=bindparam("next"),
        text=bindparam("words"),
        media=bindparam("medium"),
        file=bindparam("what"),
    )
)
_EDIT_PART: Final = (
    note_part.update()
    .where(note_part.c.note_id == bindparam("which"), note_part.c.no == bindparam("part"))
    .values(text=bindparam("words"), media=bindparam("medium"), file=bindparam("what"))
)
_VERSIONS: Final = (
    select(note_version)
    .where(note_version.c.note_id == bindparam("of_note"))
    .order_by(note_version.c.version)
)
_DROP_PARTS: Final = note_part.delete().where(note_part.c.note_id == bindparam("which"))
_DROP: Final = note.delete().where(note.c.id == bindparam("which"))


class Notes:
    def __init__(self, tx: Tx) -> None:
        self._tx = tx

    async def add(
        self,
        order: OrderId | None,
        direction: Literal["to_agency", "to_customer"],
        author: PersonId,
        said: Said,
        now: datetime,
        *,
        inquiry: InquiryId | None = None,
        answers: NoteId | None = None,
        due: datetime | None = None,
        trouble: str = "",
    ) -> NoteId:
        """Keep what was said; of an album this is the first part."""
        row = await self._tx.one(
            _ADD,
            order_id=order,
            inquiry_id=inquiry,
            direction=direction,
            author_id=author,
            at=to_ms(now),
            chat=said.chat,
            message=said.message,
            text="" if said.album else said.html,
            media=ALBUM if said.album else said.media,
            file="" if said.album else said.file,
            data=said.data,
            album=said.album,
            shows=said.shows,
            answers=answers,
            due_at=to_ms(due or now),
            trouble=trouble,
        )
        assert row is not None
        if said.album:
            await self._add_part(NoteId(row.id), 1, said)
        return NoteId(row.id)

    async def get(self, note_id: NoteId) -> Note:
        """LookupError when there is none."""
        row = await self._tx.one(_GET, id=note_id)
        if row is None:
            raise LookupError(note_id)
        return await self._whole(_note(row))

    async def page(self, order: OrderId, skip: int = 0, most: int = 10) -> list[Note]:
        """`most` notes, `skip` from the newest; oldest of them first."""
        rows = await self._tx.all(_PAGE, order=order, skip=skip, most=most)
        return [await self._whole(_note(row)) for row in reversed(rows)]

    async def count(self, order: OrderId) -> int:
        row = await self._tx.one(_COUNT, order=order)
        return int(row.count) if row else 0

    # On their way -----------------------------------------------------------------------------

    async def delivered(
        self,
        note_id: NoteId,
        message: int,
        now: datetime,
        *,
        chat: int = 0,
        parts: Sequence[tuple[int, int]] = (),
    ) -> None:
        """It stands in `chat` as `message`; of an album, (number, message) of each part."""
        await self._tx.run(
            _DELIVERED, which=note_id, as_message=message, now=to_ms(now), there=chat
        )
        await self.parts_delivered(note_id, chat, parts)

    async def parts_delivered(
        self, note_id: NoteId, chat: int, parts: Sequence[tuple[int, int]]
    ) -> None:
        """These of an album stand in `chat`; the others stay where they are."""
        rows = [
            {"which": note_id, "part": no, "as_message": as_, "there": chat} for no, as_ in parts
        ]
        await self._tx.run_many(_PART_DELIVERED, rows)

    async def undelivered(self, note_id: NoteId, why: str) -> None:
        await self._tx.run(_UNDELIVERED, which=note_id, why=why)

    async def tell(self, note_id: NoteId, now: datetime) -> bool:
        """Whether its author is to hear now that it is held up: once."""
        return await self._tx.run(_TOLD, which=note_id, now=to_ms(now)) == 1

    async def held_up(self, before: datetime, most: int) -> list[NoteId]:
        """What should have been carried by then, and whose authors do not know that it waits."""
        rows = await self._tx.all(_HELD_UP, before=to_ms(before), most=most)
        return [NoteId(row.id) for row in rows]

    async def last_due(
        self, order: OrderId | None, inquiry: InquiryId | None, direction: str
    ) -> datetime | None:
        """When the newest of a thread may be carried."""
        statement = _LAST_DUE_OF_ORDER if order else _LAST_DUE_OF_INQUIRY
        row = await self._tx.one(statement, thread=order or inquiry, way=direction)
        return None if row is None else from_ms(row.due_at)

    async def count_since(self, author: PersonId, since: datetime) -> int:
        row = await self._tx.one(_RECENT, who=author, since=to_ms(since))
        return int(row.count) if row else 0

    # Where they stand -------------------------------------------------------------------------

    async def at(self, chat: int, message: int) -> Spoken | None:
        """What was written there, or was carried there."""
        for statement in (_PART_WRITTEN, _PART_CARRIED):
            if row := await self._tx.one(statement, chat=chat, message=message):
                return Spoken(NoteId(row.note_id), row.no)
        for statement in (_WRITTEN, _CARRIED):
            if row := await self._tx.one(statement, chat=chat, message=message):
                return Spoken(NoteId(row.id))
        return None

    # Albums and edits -------------------------------------------------------------------------

    async def album(
        self, author: PersonId, chat: int, album: str, since: datetime
    ) -> NoteId | None:
        """The album whose first part came already."""
        row = await self._tx.one(_ALBUM, who=author, chat=chat, album=album, since=to_ms(since))
        return None if row is None else NoteId(row.id)

    async def add_part(self, note_id: NoteId, said: Said, due: datetime) -> int:
        """One more of an album. Gives its number."""
        number = len(await self.parts(note_id)) + 1
        await self._add_part(note_id, number, said)
        await self._tx.run(_DUE, which=note_id, due=to_ms(due))
        return number

    async def _add_part(self, note_id: NoteId, number: int, said: Said) -> None:
        await self._tx.run(
            _ADD_PART,
            note_id=note_id,
            no=number,
            message=said.message,
            text=said.html,
            media=said.media,
            file=said.file,
        )

    async def edit(self, spoken: Spoken, said: Said, now: datetime) -> None:
        """Keep what it says now, and what it said before."""
        before = await self.get(spoken.note)
        old = next((p for p in before.parts if p.no == spoken.part), before)
        await self._tx.run(
            _KEEP_VERSION,
            note_id=before.id,
            version=before.version,
            part=spoken.part,
            until=to_ms(now),
            text=old.text,
            media=old.media,
            file=old.file,
        )
        new = {"words": said.html, "medium": said.media, "what": said.file}
        whole = {"words": before.text, "medium": before.media, "what": before.file}
        if spoken.part:
            await self._tx.run(_EDIT_PART, which=before.id, part=spoken.part, **new)
        await self._tx.run(
            _EDIT, which=before.id, next=before.version + 1, **(whole if spoken.part else new)
        )

    async def withdraw(self, note_id: NoteId) -> None:
        """Forget an album that turned out to be nobody else's business, before it was carried."""
        await self._tx.run(_DROP_PARTS, which=note_id)
        await self._tx.run(_DROP, which=note_id)

    async def versions(self, note_id: NoteId) -> list[str]:
        """What it said before, oldest first."""
        return [row.text for row in await self._tx.all(_VERSIONS, of_note=note_id)]

    async def _whole(self, found: Note) -> Note:
        if not found.album:
            return found
        return replace(found, parts=tuple(await self.parts(found.id)))

    async def parts(self, note_id: NoteId) -> list[Part]:
        rows = await self._tx.all(_PARTS, of_note=note_id)
        return [
            Part(r.no, r.message, r.text, r.media, r.file, r.delivered_as, r.delivered_in)
            for r in rows
        ]


def _note(row: Any) -> Note:
    return Note(
        id=NoteId(row.id),
        order=None if row.order_id is None else OrderId(row.order_id),
        inquiry=None if row.inquiry_id is None else InquiryId(row.inquiry_id),
        direction=row.direction,
        author=PersonId(row.author_id),
        at=from_ms(row.at),
        chat=row.chat,
        message=row.message,
        text=row.text,
        media=row.media,
        file=row.file,
        data=row.data,
        album=row.album,
        shows=row.shows,
        answers=None if row.answers is None else NoteId(row.answers),
        version=row.version,
        delivered_at=from_ms(row.delivered_at),
        delivered_as=row.delivered_as,
        delivered_in=row.delivered_in,
        agency=row.agency_name or "",
        trouble=row.trouble,
        told_at=from_ms(row.told_at),
    )
