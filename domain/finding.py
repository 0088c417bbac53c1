"""What `/find` looks for, and what it found."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Final

from domain.ids import InquiryId, OrderId, PersonId, TopicId

FOUND_MAX: Final = 10
ESCAPE: Final = "!"  # engines differ about a backslash
_SPECIAL: Final = re.compile(r"[!%_]")
_NUMBER: Final = re.compile(r"#?([1-9][0-9]{0,17})")


@dataclass(frozen=True, slots=True)
class FoundOrder:
    order: OrderId
    stage: str
    customer: str
    what: str  # its first line that is still wanted
    topic: TopicId | None = None


@dataclass(frozen=True, slots=True)
class FoundPerson:
    person: PersonId
    name: str
    username: str


@dataclass(frozen=True, slots=True)
class FoundInquiry:
    inquiry: InquiryId
    customer: str
    said: str  # its first words, in Telegram HTML
    topic: TopicId | None = None


@dataclass(frozen=True, slots=True)
class Findings:
    """Orders by what was found of them, people, inquiries; of each no more than can be shown."""

    by_number: tuple[FoundOrder, ...] = ()
    by_code: tuple[FoundOrder, ...] = ()  # a payment code
    by_tracking: tuple[FoundOrder, ...] = ()
    by_words: tuple[FoundOrder, ...] = ()  # of items and of messages
    of_people: tuple[FoundOrder, ...] = ()
    people: tuple[FoundPerson, ...] = ()
    payers: tuple[FoundPerson, ...] = ()  # whose payment code it is
    inquiries: tuple[FoundInquiry, ...] = ()  # of those people, or with the words

    @property
    def orders(self) -> tuple[FoundOrder, ...]:
        """Every order once, the surest first."""
        groups = (
            self.by_number, self.by_code, self.by_tracking, self.of_people, self.by_words,
        )  # fmt: skip
        return tuple({each.order: each for group in groups for each in group}.values())


def number_in(words: str) -> int | None:
    """`12` or `#12`; None when it is no number."""
    match = _NUMBER.fullmatch(words)
    return int(match[1]) if match and int(match[1]) < 2**63 else None


def pattern_of(words: str) -> str:
    """What SQL's LIKE looks for: the words as they stand; `%`, `_` and `!` mean themselves."""
    meant = _SPECIAL.sub(lambda mark: ESCAPE + mark[0], words)
    return f"%{meant}%"


def spellings(words: str) -> tuple[str, str, str, str]:
    """As it was typed, small, Capital and LARGE: SQLite knows only ASCII's small letters."""
    return words, words.lower(), words.title(), words.upper()
