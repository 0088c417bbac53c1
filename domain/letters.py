"""What is owed to somebody's chat: to whom it goes, and what it says.

A letter is a row of the outbox. It is promised in the transaction that makes it true and is drawn,
as late as possible, by whoever sends it: a fact in the reader's language, a card as it is then.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from enum import IntEnum, StrEnum
from typing import Literal

from domain.ids import AgencyId, InquiryId, NoteId, OrderId, PersonId
from domain.messages import Thread
from domain.notices import Notice


@dataclass(frozen=True, slots=True)
class Key:
    """One inline key: what it reads, and one of what it sends, opens or copies."""

    label: str
    data: str = ""
    url: str = ""
    copy: str = ""


@dataclass(frozen=True, slots=True)
class Screen:
    """A message: Telegram HTML, its rows of keys, perhaps a photo above it."""

    text: str
    keys: tuple[tuple[Key, ...], ...] = ()
    photo: str = ""  # a Telegram file id


class Section(StrEnum):
    """The sections of an order card."""

    PROGRESS = "p"
    DETAILS = "d"
    BILLS = "b"
    ITEMS = "i"
    SHIPPING = "s"
    MESSAGES = "m"


# To whom --------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class ToPerson:
    """A customer's private chat."""

    person: PersonId
    to: Literal["person"] = "person"


@dataclass(frozen=True, slots=True)
class ToTopic:
    """The order's topic in its agency's group; it is opened when it is first written to.

    Whose order it is, the outbox adds.
    """

    order: OrderId
    agency: AgencyId | None = None
    to: Literal["topic"] = "topic"


@dataclass(frozen=True, slots=True)
class ToInquiry:
    """An inquiry's topic at the front desk; it is opened when it is first written to."""

    inquiry: InquiryId
    to: Literal["inquiry"] = "inquiry"


@dataclass(frozen=True, slots=True)
class ToStaff:
    """A desk of a staff group that belongs to no order."""

    desk: Literal["general", "finance"] = "general"
    agency: AgencyId | None = None  # None: that of the settings
    to: Literal["staff"] = "staff"


@dataclass(frozen=True, slots=True)
class ToChat:
    """The very place where somebody wrote or pressed, whatever it is."""

    chat: int
    thread: int = 0
    to: Literal["chat"] = "chat"


Recipient = ToPerson | ToTopic | ToInquiry | ToStaff | ToChat


def topic_of(thread: Thread) -> ToTopic | ToInquiry:
    """Where staff read what is said in a thread."""
    if thread.order is not None:
        return ToTopic(thread.order)
    assert thread.inquiry is not None
    return ToInquiry(thread.inquiry)


# What -----------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Drawn:
    """A screen that was drawn already: what whoever pressed or wrote just now gets back."""

    screen: Screen
    edits: int = 0  # the message it takes the place of; 0 for a new one
    replies_to: int = 0
    kind: Literal["drawn"] = "drawn"


@dataclass(frozen=True, slots=True)
class Told:
    """A fact, put into words when it is sent. A new message always: an edit makes no sound."""

    notice: Notice
    photo: str = ""
    warns: str = ""  # of its order's clocks: what may bite a day after this was handed over
    kind: Literal["told"] = "told"


@dataclass(frozen=True, slots=True)
class Card:
    """The customer's order card, drawn as the order is when it is sent."""

    order: OrderId
    section: Section = Section.PROGRESS
    edits: int = 0
    page: int = 0
    kind: Literal["card"] = "card"


@dataclass(frozen=True, slots=True)
class TopicCard:
    """The order's card at the head of its topic: edited there, or sent and pinned anew."""

    order: OrderId
    kind: Literal["topic_card"] = "topic_card"


@dataclass(frozen=True, slots=True)
class Relayed:
    """A stored message between customer and agency, carried to the other side.

    Each part of an album promises one; the last of them carries all.
    """

    note: NoteId
    part: int = 0
    kind: Literal["relayed"] = "relayed"


@dataclass(frozen=True, slots=True)
class RelayedEdit:
    """A message that was carried already is changed there as its author changed it."""

    note: NoteId
    part: int = 0
    new_file: bool = False
    kind: Literal["relayed_edit"] = "relayed_edit"


@dataclass(frozen=True, slots=True)
class ShownAgain:
    """The pictures and files of a stored message, for whoever reads its history."""

    note: NoteId
    kind: Literal["shown_again"] = "shown_again"


@dataclass(frozen=True, slots=True)
class Deleted:
    """A message to be taken out of the chat."""

    message: int
    kind: Literal["deleted"] = "deleted"


@dataclass(frozen=True, slots=True)
class Reacted:
    """A reaction put on a message of the chat, to show that it was delivered."""

    message: int
    emoji: str
    kind: Literal["reacted"] = "reacted"


@dataclass(frozen=True, slots=True)
class Statement:
    """A customer's deposit over some days, the last one included: a file, made when it is sent."""

    person: PersonId
    since: date
    until: date
    form: Literal["csv", "pdf"]
    kind: Literal["statement"] = "statement"


@dataclass(frozen=True, slots=True)
class TopicName:
    """The order's topic gets the name and the icon of the stage it is at when this is sent."""

    order: OrderId
    kind: Literal["topic_name"] = "topic_name"


@dataclass(frozen=True, slots=True)
class LeftTopic:
    """The topic of an order that was moved: its card says where to, and it is closed."""

    order: OrderId
    agency: str  # whose it is now
    card: int = 0
    kind: Literal["left_topic"] = "left_topic"


@dataclass(frozen=True, slots=True)
class BillPaper:
    """An order's bill, or the receipt for it, as a file to keep: made when it is sent."""

    order: OrderId
    bill: Literal["first", "second"]
    kind: Literal["bill_paper"] = "bill_paper"


@dataclass(frozen=True, slots=True)
class Statistics:
    """What went on in the last so many days, as a picture: drawn when it is sent."""

    days: int
    kind: Literal["statistics"] = "statistics"


@dataclass(frozen=True, slots=True)
class OwnData:
    """All that is kept about a customer, for the customer: a file, made when it is sent."""

    person: PersonId
    kind: Literal["own_data"] = "own_data"


Content = (
    Drawn
    | Told
    | Card
    | TopicCard
    | Relayed
    | RelayedEdit
    | ShownAgain
    | Deleted
    | Reacted
    | Statement
    | TopicName
    | LeftTopic
    | BillPaper
    | OwnData
    | Statistics
)


@dataclass(frozen=True, slots=True)
class Document:
    """A file as it goes out: what a letter that promises one is drawn to."""

    name: str
    mime: str
    content: bytes
    caption: str = ""  # Telegram HTML
    keys: tuple[tuple[Key, ...], ...] = ()


@dataclass(frozen=True, slots=True)
class Medium:
    """A picture, a film, a voice, a place, …: by the number of its file, or by what it says."""

    kind: str
    file: str = ""
    data: str = ""  # JSON, where there is no file
    text: str = ""  # Telegram HTML under it
    part: int = 0  # of an album


@dataclass(frozen=True, slots=True)
class Carried:
    """A stored message as it goes out: words, or media with words; several are an album."""

    text: str = ""
    keys: tuple[tuple[Key, ...], ...] = ()
    media: tuple[Medium, ...] = ()
    edits: int = 0  # the message it takes the place of
    edits_in: int | None = None  # the chat where that stands; None: where this goes
    replies_to: int = 0
    replies_in: int | None = None
    new_file: bool = False


class Urgency(IntEnum):
    """Who is served first where sending is rationed. Within one urgency a chat keeps its order."""

    ANSWER = 0  # somebody pressed or wrote and waits
    NOTICE = 1
    REDRAW = 2  # cards brought up to date: several that wait become one
