"""Each of Telegram's errors means one thing for the letter that met it."""

from __future__ import annotations

from datetime import timedelta

import pytest
from telegram.error import (
    BadRequest,
    ChatMigrated,
    Forbidden,
    InvalidToken,
    NetworkError,
    RetryAfter,
    TelegramError,
    TimedOut,
)

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
from domain.ids import NoteId, OrderId
from domain.letters import (
    Deleted,
    Drawn,
    Reacted,
    Relayed,
    RelayedEdit,
    Screen,
    Told,
    TopicCard,
    TopicName,
)
from domain.notices import ApplicationArrived

TEXT = Drawn(Screen("hello"))
FOR_STAFF = (
    Told(ApplicationArrived(OrderId(1))),
    TopicCard(OrderId(1)),
    Relayed(NoteId(1)),
    RelayedEdit(NoteId(1)),
)
NOW, LONG = timedelta(), timedelta(days=3, seconds=1)


def seconds(number: int) -> timedelta:
    return timedelta(seconds=number)


@pytest.mark.parametrize(
    ("error", "verdict"),
    [
        (RetryAfter(7), Slower(seconds(7))),
        (RetryAfter(seconds(8)), Slower(seconds(8))),
        (ChatMigrated(-1009), Moved(-1009)),
        (Forbidden("Forbidden: bot was blocked by the user"), Lost("blocked")),
        (Forbidden("Forbidden: user is deactivated"), Lost("deactivated")),
        (
            Forbidden("Forbidden: bot can't initiate conversation with a user"),
            Lost("not_started"),
        ),
        (BadRequest("Bad Request: chat not found"), Lost("chat_not_found")),
        (BadRequest("Bad Request: PEER_ID_INVALID"), Lost("chat_not_found")),
        (BadRequest("Bad Request: message thread not found"), Remedy.NEW_TOPIC),
        (BadRequest("Bad Request: TOPIC_DELETED"), Remedy.NEW_TOPIC),
        (BadRequest("Bad Request: TOPIC_CLOSED"), Remedy.REOPEN),
        (BadRequest("Bad Request: message is not modified: specified new …"), Sent()),
        (BadRequest("Bad Request: TOPIC_NOT_MODIFIED"), Sent()),
        (BadRequest("Bad Request: message to edit not found"), Remedy.ANEW),
        (BadRequest("Bad Request: message can't be edited"), Remedy.ANEW),
        (BadRequest("Bad Request: MESSAGE_ID_INVALID"), Remedy.ANEW),
        (BadRequest("Bad Request: there is no text in the message to edit"), Remedy.ANEW),
        (BadRequest("Bad Request: can't parse entities: Unsupported start tag"), Remedy.PLAIN),
        (BadRequest("Bad Request: not enough rights to send text messages"), Later(seconds(1))),
        (Forbidden("Forbidden: bot was kicked from the supergroup chat"), Later(seconds(1))),
        (BadRequest("Bad Request: the chat is not a forum"), Later(seconds(1))),
        (
            BadRequest("Bad Request: wrong file identifier specified"),
            Remedy.BARE,
        ),
        (TimedOut(), Later(seconds(1), unreachable=True)),
        (NetworkError("aiohttp.ClientConnectorError"), Later(seconds(1), unreachable=True)),
        (NetworkError("Internal Server Error (500)"), Later(seconds(1))),
        (NetworkError("Bad Gateway (502)"), Later(seconds(1))),
        (InvalidToken(), Later(seconds(1))),
        (TelegramError("Invalid server response"), Later(seconds(1), unreachable=True)),
    ],
    ids=lambda value: value.message if isinstance(value, TelegramError) else "",
)
def test_an_error_is_a_decision(error: TelegramError, verdict: Verdict) -> None:
    assert judge(error, TEXT, 1, NOW) == verdict


@pytest.mark.parametrize("content", [Deleted(7), Reacted(7, "👍")])
def test_nothing_is_left_to_delete_or_react_to(content: Deleted | Reacted) -> None:
    gone = BadRequest("Bad Request: message to delete not found")
    assert judge(gone, content, 1, NOW) == Sent()


def test_waiting_grows_to_five_minutes() -> None:
    waits = [later(attempts, NOW) for attempts in (1, 2, 3, 8, 9, 10, 99)]
    assert [w.wait.total_seconds() for w in waits if isinstance(w, Later)] == [
        1,
        2,
        4,
        128,
        256,
        300,
        300,
    ]


def test_nothing_is_given_up_for_three_days() -> None:
    assert isinstance(judge(TimedOut(), TEXT, 999, timedelta(days=3)), Later)
    assert judge(TimedOut(), TEXT, 999, LONG) == Lost("unreachable")


@pytest.mark.parametrize(
    ("said", "why"),
    [
        ("Bad Request: wrong file identifier/HTTP URL specified", "file_refused"),
        ("Bad Request: file is too big", "too_large"),
        ("Request Entity Too Large", "too_large"),
        ("Bad Request: VOICE_MESSAGES_FORBIDDEN", "voice_forbidden"),
    ],
)
def test_a_message_whose_file_is_refused_is_lost_and_it_is_said_why(said: str, why: str) -> None:
    assert judge(BadRequest(said), Relayed(NoteId(1)), 1, NOW) == Lost(why)


@pytest.mark.parametrize(
    "error",
    [
        BadRequest("Bad Request: chat not found"),
        Forbidden("Forbidden: bot was kicked from the supergroup chat"),
        Forbidden("Forbidden: bot is not a member of the supergroup chat"),
    ],
)
def test_a_staff_group_that_is_gone_is_waited_for(error: TelegramError) -> None:
    gone = Later(seconds(1), group_gone=True)
    assert judge(error, TEXT, 1, NOW, to_group=True) == gone
    assert judge(error, TEXT, 1, LONG, to_group=True) == Lost("unreachable")
    for content in FOR_STAFF:
        assert judge(error, content, 1, LONG, to_group=True) == gone


@pytest.mark.parametrize(
    ("said", "waits"),
    [
        (
            "Bad Request: not enough rights to send text messages to the chat",
            Later(seconds(1), group_gone=True),
        ),
        (
            "Bad Request: have no rights to send a message",
            Later(seconds(1), group_gone=True),
        ),
        ("Bad Request: CHAT_WRITE_FORBIDDEN", Later(seconds(1), group_gone=True)),
        (
            "Bad Request: not enough rights to create a topic",
            Later(seconds(1), lacks_rights=True),
        ),
        ("Bad Request: the chat is not a forum", Later(seconds(1), lacks_rights=True)),
    ],
)
def test_rights_that_are_missing_are_waited_for_and_said(said: str, waits: Later) -> None:
    for content in FOR_STAFF:
        assert judge(BadRequest(said), content, 1, LONG, to_group=True) == waits
    assert judge(BadRequest(said), FOR_STAFF[0], 1, LONG) == Lost("unreachable")


def test_what_staff_have_to_know_waits_for_their_group_as_long_as_it_takes() -> None:
    for content in FOR_STAFF:
        assert judge(TimedOut(), content, 1, LONG, to_group=True) == Later(
            seconds(1), unreachable=True
        )
        assert judge(TimedOut(), content, 1, LONG) == Lost("unreachable")
    for other in (TEXT, TopicName(OrderId(1)), Reacted(7, "👍")):
        assert judge(TimedOut(), other, 1, LONG, to_group=True) == Lost("unreachable")
