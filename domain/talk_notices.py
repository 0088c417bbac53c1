"""What people are told about what they say to each other: facts, not sentences."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from domain.ids import InquiryId, NoteId, OrderId


@dataclass(frozen=True, slots=True)
class InquiryOpened:
    """The first words in an inquiry's topic: who asks, and about what."""

    inquiry: InquiryId
    kind: Literal["inquiry_opened"] = "inquiry_opened"


@dataclass(frozen=True, slots=True)
class InquiryUnanswered:
    """Nobody has answered an inquiry for hours of business: rung there, then in General."""

    inquiry: InquiryId
    since: datetime
    again: bool = False  # it rang in the topic, and nobody answered
    topic: int = 0  # where that is; 0 while there is none
    kind: Literal["inquiry_unanswered"] = "inquiry_unanswered"


@dataclass(frozen=True, slots=True)
class NotCarried:
    """What somebody wrote does not reach the other side, and why; told to whoever wrote it."""

    note: NoteId
    why: str
    kind: Literal["not_carried"] = "not_carried"


@dataclass(frozen=True, slots=True)
class HeldUp:
    """What somebody wrote has been waiting for a while; it goes on as soon as it can."""

    note: NoteId
    kind: Literal["held_up"] = "held_up"


@dataclass(frozen=True, slots=True)
class Muted:
    """A customer's messages are kept, and not carried."""

    kind: Literal["muted"] = "muted"


@dataclass(frozen=True, slots=True)
class Slowed:
    """A customer writes faster than anybody can read."""

    kind: Literal["slowed"] = "slowed"


@dataclass(frozen=True, slots=True)
class BackAgain:
    """A customer who had blocked the bot can be written to again."""

    order: OrderId | None
    inquiry: InquiryId | None
    missed: int  # so many messages from here did not reach them
    kind: Literal["back_again"] = "back_again"


TalkNotice = InquiryOpened | InquiryUnanswered | NotCarried | HeldUp | Muted | Slowed | BackAgain
