"""Messages between customer and agency: what was said, and until when a thread is open."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from domain.ids import InquiryId, NoteId, OrderId, PersonId
from domain.orders import Flag, Order

# Photos and films can have words under them; these cannot.
WORDLESS: Final = frozenset(("sticker", "video_note", "location", "venue", "contact"))
ALBUM_QUIET: Final = timedelta(seconds=1.5)  # so long nothing more came: the album is whole
INQUIRY_LASTS: Final = timedelta(days=30)  # without a word; then the next one is another
FLOOD_COUNT: Final = 10  # messages within `FLOOD_WINDOW`; the next ones go more slowly
FLOOD_WINDOW: Final = timedelta(minutes=1)
FLOOD_GAP: Final = timedelta(seconds=6)
FOLLOWS_WITHIN: Final = timedelta(seconds=3)  # what waits so near before one must go first
BLOCKED: Final = "blocked"  # why a message did not arrive: its reader has blocked the bot
MISSED: Final = "missed"  # the same, and its author heard that the reader is back
MUTED: Final = "muted"  # why a message is held back: `/unmute` lets it go
HELD_UP_AFTER: Final = timedelta(minutes=5)  # then whoever wrote it hears that it waits


@dataclass(frozen=True, slots=True)
class Said:
    """What somebody wrote about an order, as it was taken from Telegram."""

    chat: int
    message: int
    html: str = ""  # Telegram HTML of the text or caption, safe to send
    media: str = ""  # "photo" and the like; empty for text
    file: str = ""  # a Telegram file id
    data: str = ""  # of a location, a venue, a contact: what Telegram said of it, as JSON
    album: str = ""  # what the parts of one album have in common
    replies_to: int = 0  # the message it answers, in the same chat
    shows: str = ""  # which picture of a problem it is, one of `PICTURES`


def by_message(words: Iterable[Said]) -> list[tuple[Said, ...]]:
    """What was said, message by message: an album is one."""
    messages: dict[object, list[Said]] = {}
    for said in words:
        messages.setdefault(said.album or (said.chat, said.message), []).append(said)
    return [tuple(parts) for parts in messages.values()]


@dataclass(frozen=True, slots=True)
class Spoken:
    """The stored message, or the part of an album, that stands in a chat."""

    note: NoteId
    part: int = 0  # of an album; 0 for the whole


@dataclass(frozen=True, slots=True)
class Thread:
    """What is talked about: an order, or an inquiry."""

    order: OrderId | None = None
    inquiry: InquiryId | None = None


@dataclass(frozen=True, slots=True)
class KeptBack:
    """A stored message that was not carried."""

    id: NoteId
    thread: Thread
    at: datetime


@dataclass(frozen=True, slots=True)
class Inquiry:
    """A customer's question to the front desk. It does not reach the agency of an order."""

    id: InquiryId
    customer: PersonId
    order: OrderId | None  # the ended one it is about
    opened_at: datetime
    last_at: datetime
    taken_by: str = ""  # who of the staff looks after it


def carried_at(
    now: datetime, *, in_album: bool, before: datetime | None, recent: int
) -> datetime | None:
    """When a message may go on its way; None: at once.

    An album waits until it is whole, and what is said behind something that waits comes behind
    it. Whoever writes very much goes more slowly: `recent` counts their last minute.
    """
    due = now + ALBUM_QUIET if in_album else now
    if recent >= FLOOD_COUNT:
        return max(due, before or due) + FLOOD_GAP
    if before is not None and before > now - FOLLOWS_WITHIN:
        return max(due, before)
    return due if in_album else None


def is_too_fast(now: datetime, *, before: datetime | None, recent: int) -> bool:
    """Whether to say that it goes more slowly now: once, as long as something waits."""
    waits = before is not None and before > now + ALBUM_QUIET
    return recent >= FLOOD_COUNT and not waits


def is_thread_open(order: Order, days: int, now: datetime) -> bool:
    """[R] Ongoing orders, `days` after the end, and as long as a problem is open."""
    ended_at = order.completed_at or order.cancelled_at
    if ended_at is None or Flag.PROBLEM_OPEN in order.flags:
        return True
    return now < ended_at + timedelta(days=days)
