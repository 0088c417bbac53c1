"""Updates that come into the inbox later than their numbers tell."""

from __future__ import annotations

from typing import Any

import pytest

from bot.app import Daiko
from bot.receiver import received
from sandbox.people import Person
from tests.bot.echo import Echo
from tests.bot.test_road import said


def written(person: Person, update_id: int, text: str) -> dict[str, Any]:
    who = {"id": person.id, "is_bot": False, "first_name": "Somebody"}
    chat = {"id": person.id, "type": "private", "first_name": "Somebody"}
    message = {"message_id": update_id, "date": 1, "chat": chat, "from": who, "text": text}
    return {"update_id": update_id, "message": message}


@pytest.mark.parametrize("number", [50, 99])
async def test_a_lower_number_does_not_wait_for_a_chat_in_trouble(
    daiko: Daiko, aki: Person, boss: Person, echo: Echo, number: int
) -> None:
    """Webhooks overtake each other; parked updates are replayed; numbers begin anew."""
    aki.start()
    boss.start()
    await daiko.settle_down()
    echo.failures["bug"] = 2
    await daiko.receiver.store([received(written(aki, 100, "bug"))])
    await daiko.dispatcher.work_all()
    await daiko.receiver.store([received(written(boss, number, "hello"))])
    await daiko.dispatcher.work_all()
    await daiko.sender.send_all()
    assert said(boss) == ["1: /start", "2: hello"]
    assert said(aki) == ["1: /start"]  # it still rests
