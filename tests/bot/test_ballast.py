"""A press is read without what nobody looks at."""

from __future__ import annotations

from typing import Any

import pytest
from telegram import Update

from bot.ballast import read
from domain.ids import PersonId
from handlers.desk import Origin

AKI: dict[str, Any] = {"id": 7, "is_bot": False, "first_name": "Aki"}
PRIVATE = {"id": 7, "type": "private", "first_name": "Aki"}
GROUP = {"id": -100, "type": "supergroup", "title": "Staff", "is_forum": True}
CARD: dict[str, Any] = {
    "message_id": 5,
    "date": 1_763_000_000,
    "chat": PRIVATE,
    "text": "Order #1",
    "entities": [{"type": "bold", "offset": 0, "length": 5}],
    "reply_markup": {"inline_keyboard": [[{"text": "Items", "callback_data": "t:1"}]]},
}
IN_A_TOPIC = {"chat": GROUP, "message_thread_id": 3, "is_topic_message": True}
IN_A_GROUP = {"chat": GROUP, "message_thread_id": 3}  # a reply; no topic
PHOTO = {"photo": [{"file_id": "x", "file_unique_id": "y", "width": 1, "height": 1}]}


def press(**message: Any) -> dict[str, Any]:
    query = {"id": "1", "from": AKI, "chat_instance": "x", "data": "t:1", "message": message}
    return {"update_id": 9, "callback_query": query}


@pytest.mark.parametrize(
    "message", [CARD, {**CARD, **IN_A_TOPIC}, {**CARD, **IN_A_GROUP}, {**CARD, **PHOTO}]
)
def test_a_press_comes_from_the_same_place(message: dict[str, Any]) -> None:
    whole = Update.de_json(press(**message), None)
    light = read(press(**message), None)
    assert Origin.of(light) == Origin.of(whole)
    assert Origin.of(light).message == 5
    assert Origin.of(light).person == PersonId(7)
    chat, same = whole.effective_chat, light.effective_chat
    assert chat is not None
    assert same is not None
    assert (same.id, same.type) == (chat.id, chat.type)
    assert light.callback_query is not None
    assert light.callback_query.data == "t:1"


def test_whether_it_stands_under_a_photo_is_known() -> None:
    light = read(press(**CARD, **PHOTO), None)
    assert getattr(light.effective_message, "photo", None)
    light = read(press(**CARD), None)
    assert not getattr(light.effective_message, "photo", None)


def test_the_update_itself_stays_as_it_came() -> None:
    update = press(**CARD)
    read(update, None)
    assert update == press(**CARD)


@pytest.mark.parametrize(
    "update",
    [
        {"update_id": 1, "message": {**CARD, "from": AKI}},
        {"update_id": 1, "callback_query": {"id": "1", "from": AKI, "chat_instance": "x"}},
        {"update_id": 1},
    ],
)
def test_everything_else_is_read_whole(update: dict[str, Any]) -> None:
    assert read(update, None).to_dict() == Update.de_json(update, None).to_dict()


@pytest.mark.parametrize(
    "query",
    [
        {**press(**CARD)["callback_query"], "from": None},
        {**press(**CARD)["callback_query"], "message": {**CARD, "chat": "nonsense"}},
        "nonsense",
    ],
)
def test_what_cannot_be_read_says_so(query: object) -> None:
    with pytest.raises(Exception):  # noqa: B017, PT011  # whatever the library makes of it
        read({"update_id": 1, "callback_query": query}, None)
