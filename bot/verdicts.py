"""What an error of Telegram's means for the letter that met it: one pure function."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import timedelta
from enum import Enum, auto
from typing import Final

from telegram.error import (
    BadRequest,
    ChatMigrated,
    Forbidden,
    InvalidToken,
    RetryAfter,
    TelegramError,
)

from domain.letters import (
    Content,
    Deleted,
    LeftTopic,
    Reacted,
    Relayed,
    RelayedEdit,
    ShownAgain,
    Told,
    TopicCard,
)

GIVE_UP_AFTER: Final = timedelta(days=3)
WAIT_MAX: Final = timedelta(minutes=5)


class Remedy(Enum):
    """Something about the letter's way is to be changed, and it is tried again at once."""

    ANEW = auto()  # sent as a new message: the one it should edit is gone, or too old
    NEW_TOPIC = auto()  # the topic was deleted; it is made again
    REOPEN = auto()  # the topic was closed
    BARE = auto()  # sent without its picture, which Telegram does not take
    PLAIN = auto()  # sent without formatting, and an alarm: the text was not what we meant


@dataclass(frozen=True, slots=True)
class Sent:
    """What the letter wanted is so already."""


@dataclass(frozen=True, slots=True)
class Moved:
    """The group became a supergroup and has another number."""

    chat: int


@dataclass(frozen=True, slots=True)
class Slower:
    """Telegram said how long it wants to hear nothing."""

    wait: timedelta


@dataclass(frozen=True, slots=True)
class Later:
    """Nobody is to blame: it is tried again."""

    wait: timedelta
    unreachable: bool = False  # Telegram did not answer at all
    group_gone: bool = False  # nothing gets into the staff group: a person must look
    lacks_rights: bool = False  # not everything does


@dataclass(frozen=True, slots=True)
class Lost:
    """Trying again changes nothing. `why` is a word of `WHYS`, or Telegram's own words."""

    why: str


Verdict = Remedy | Sent | Moved | Slower | Later | Lost

BLOCKED: Final = "blocked"
DEACTIVATED: Final = "deactivated"
NOT_STARTED: Final = "not_started"
CHAT_NOT_FOUND: Final = "chat_not_found"
UNREACHABLE: Final = "unreachable"
TOO_LARGE: Final = "too_large"
VOICE_FORBIDDEN: Final = "voice_forbidden"
FILE_REFUSED: Final = "file_refused"
WHYS: Final = (
    BLOCKED,
    DEACTIVATED,
    NOT_STARTED,
    CHAT_NOT_FOUND,
    UNREACHABLE,
    TOO_LARGE,
    VOICE_FORBIDDEN,
    FILE_REFUSED,
)

_NO_TOPIC: Final = ("message thread not found", "topic_deleted", "topic_id_invalid")
_REMEDIES: Final = (
    ("message to edit not found", Remedy.ANEW),
    ("message can't be edited", Remedy.ANEW),
    ("message_id_invalid", Remedy.ANEW),
    ("there is no text in the message to edit", Remedy.ANEW),
    ("there is no caption in the message to edit", Remedy.ANEW),
    ("there is no media in the message to edit", Remedy.ANEW),
    *((words, Remedy.NEW_TOPIC) for words in _NO_TOPIC),
    ("topic_closed", Remedy.REOPEN),
    ("can't parse entities", Remedy.PLAIN),
)
_SO_ALREADY: Final = ("message is not modified", "topic_not_modified")
_LOST: Final = (
    ("bot was blocked by the user", BLOCKED),
    ("user is deactivated", DEACTIVATED),
    ("can't initiate conversation", NOT_STARTED),
    ("chat not found", CHAT_NOT_FOUND),
    ("peer_id_invalid", CHAT_NOT_FOUND),
)
# Nothing gets into the group, whatever it is.
_SHUT: Final = (
    "chat not found",
    "peer_id_invalid",
    "bot was kicked",
    "bot is not a member",
    "have no rights to send",
    "not enough rights to send",
    "chat_write_forbidden",
)
# A picture, or what a stored message shows.
_FILES: Final = (
    ("file is too big", TOO_LARGE),
    ("too big file", TOO_LARGE),
    ("request entity too large", TOO_LARGE),
    ("voice_messages_forbidden", VOICE_FORBIDDEN),
    ("wrong file identifier", FILE_REFUSED),
    ("wrong remote file", FILE_REFUSED),
    ("can't use file of type", FILE_REFUSED),
    ("file reference", FILE_REFUSED),
    ("failed to get http url content", FILE_REFUSED),
    ("image_process_failed", FILE_REFUSED),
    ("photo_invalid_dimensions", FILE_REFUSED),
    ("media_empty", FILE_REFUSED),
)
# What staff have to know waits for their group as long as it takes; of the rest nobody is worse.
_FOR_STAFF: Final = (Told, TopicCard, Relayed, RelayedEdit)
# Somebody can give the bot its rights back, and what was promised to staff still counts then.
_REVERSIBLE: Final = (
    "not enough rights",
    "have no rights",
    "chat_admin_required",
    "need administrator rights",
    "chat_write_forbidden",
    "is not a forum",
    "bot was kicked",
    "bot is not a member",
)


def judge(
    error: TelegramError,
    content: Content,
    attempts: int,
    trying_for: timedelta,
    *,
    to_group: bool = False,
) -> Verdict:
    """Decide what becomes of a letter. `attempts` counts the one that just failed."""
    said = error.message.lower()
    if to_group and isinstance(content, _FOR_STAFF):
        trying_for = timedelta()
    match error:
        case RetryAfter():
            return Slower(_span(error.retry_after))
        case ChatMigrated():
            return Moved(error.new_chat_id)
        case BadRequest() | Forbidden() if to_group and any(words in said for words in _SHUT):
            return _waits(later(attempts, trying_for), group_gone=True)
        case BadRequest() | Forbidden():  # a BadRequest is a NetworkError, a Forbidden is not
            verdict = _refused(said, content, attempts, trying_for)
            return _waits(verdict, lacks_rights=to_group)
        case InvalidToken():  # the token was withdrawn, or a proxy answered: a person must look
            return later(attempts, trying_for)
        case _:
            return later(attempts, trying_for, unreachable="(5" not in said)


def _refused(said: str, content: Content, attempts: int, trying_for: timedelta) -> Verdict:
    if any(words in said for words in _SO_ALREADY):
        return Sent()
    if isinstance(content, Deleted | Reacted) and "not found" in said:
        return Sent()  # there is nothing left to delete or to react to
    if isinstance(content, LeftTopic) and any(words in said for words in _NO_TOPIC):
        return Sent()  # there is nothing left to close
    for words, why in _FILES:
        if words in said:
            is_carried = isinstance(content, Relayed | RelayedEdit | ShownAgain)
            return Lost(why) if is_carried else Remedy.BARE
    for words, remedy in _REMEDIES:
        if words in said:
            return remedy
    for words, why in _LOST:
        if words in said:
            return Lost(why)
    if any(words in said for words in _REVERSIBLE):
        return later(attempts, trying_for)
    return Lost(said)


def _waits(verdict: Verdict, *, group_gone: bool = False, lacks_rights: bool = False) -> Verdict:
    """Somebody can mend what a group lacks, and nothing is lost until then."""
    if not isinstance(verdict, Later):
        return verdict
    return replace(verdict, group_gone=group_gone, lacks_rights=lacks_rights)


def later(attempts: int, trying_for: timedelta, *, unreachable: bool = False) -> Later | Lost:
    """Wait longer each time, and give up only after days."""
    if trying_for > GIVE_UP_AFTER:
        return Lost(UNREACHABLE)
    return Later(min(timedelta(seconds=2 ** min(attempts - 1, 16)), WAIT_MAX), unreachable)


def seconds_of(error: RetryAfter) -> float:
    """How long Telegram wants to hear nothing; the library says it in two ways."""
    return _span(error.retry_after).total_seconds()


def _span(value: int | timedelta) -> timedelta:
    return value if isinstance(value, timedelta) else timedelta(seconds=value)
