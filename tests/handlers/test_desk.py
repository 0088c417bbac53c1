"""Where an update comes from, and what its desk keeps."""

from __future__ import annotations

from typing import Any

import pytest
from telegram import Update

from handlers.desk import Origin, current_desk

PERSON = {"id": 7, "is_bot": False, "first_name": "Aki"}
FORUM = {"id": -100, "type": "supergroup", "is_forum": True}
GROUP = {"id": -100, "type": "supergroup"}


def message(chat: dict[str, Any], **more: Any) -> dict[str, Any]:
    return {"message_id": 5, "date": 1, "chat": chat, "from": PERSON, "text": "x", **more}


def origin(**event: Any) -> Origin:
    update = Update.de_json({"update_id": 1, **event}, None)
    return Origin.of(update)


@pytest.mark.parametrize(
    ("event", "expected"),
    [
        (
            {"message": message({"id": 7, "type": "private"})},
            Origin(chat=7, person=7, message=5),  # type: ignore[arg-type]
        ),
        (
            {"message": message(FORUM, message_thread_id=3, is_topic_message=True)},
            Origin(-100, 3, 7, 5),  # type: ignore[arg-type]
        ),
        # In General, and where a reply in an ordinary group has a thread, there is no topic.
        ({"message": message(FORUM)}, Origin(-100, 0, 7, 5)),  # type: ignore[arg-type]
        (
            {"message": message(GROUP, message_thread_id=3)},
            Origin(-100, 0, 7, 5),  # type: ignore[arg-type]
        ),
        (
            {
                "callback_query": {
                    "id": "1",
                    "from": PERSON,
                    "chat_instance": "1",
                    "data": "a",
                    "message": message(FORUM, message_thread_id=3, is_topic_message=True),
                }
            },
            Origin(-100, 3, 7, 5),  # type: ignore[arg-type]
        ),
        (
            {
                "callback_query": {
                    "id": "1",
                    "from": PERSON,
                    "chat_instance": "1",
                    "data": "a",
                    "message": {"message_id": 5, "date": 0, "chat": FORUM},  # too old to be seen
                }
            },
            Origin(-100, 0, 7, 5),  # type: ignore[arg-type]
        ),
        ({"poll": {"id": "1"}}, Origin()),
    ],
    ids=["private", "topic", "general", "reply", "press", "old press", "nobody"],
)
def test_an_update_comes_from_somebody_somewhere(event: dict[str, Any], expected: Origin) -> None:
    if "poll" in event:
        assert Origin.of(Update(1)) == expected
    else:
        assert origin(**event) == expected


def test_outside_of_an_update_there_is_no_desk() -> None:
    with pytest.raises(LookupError):
        current_desk()
