"""The road of one update, from Telegram's hand to Telegram's hand."""

from __future__ import annotations

from typing import Any

from bot.app import Daiko
from bot.receiver import received
from sandbox.people import Forum, Person
from sandbox.telegram import Telegram
from storage.inbox import Inbox
from storage.unit_of_work import looking
from tests.bot.conftest import Clock
from tests.bot.echo import Echo


def said(person: Person) -> list[str]:
    """What the bot said to somebody."""
    bot = person.telegram.bot.user.id
    return [m["text"] for m in person.sees if m["from"]["id"] == bot]


async def waiting(daiko: Daiko) -> tuple[int, int, int]:
    """What waits in the inbox, is parked, and waits in the outbox."""
    async with looking(daiko.database) as uow:
        return (
            await uow.inbox.count_waiting(),
            await uow.inbox.count_parked(),
            await uow.outbox.count_waiting(),
        )


async def test_what_is_written_is_worked_once_and_answered(daiko: Daiko, aki: Person) -> None:
    aki.start()
    aki.writes("hello")
    await daiko.settle_down()
    assert said(aki) == ["1: /start", "2: hello"]
    await daiko.settle_down()
    assert said(aki) == ["1: /start", "2: hello"]
    assert await waiting(daiko) == (0, 0, 0)


async def test_a_press_edits_its_message_and_is_answered(daiko: Daiko, aki: Person) -> None:
    aki.start()
    await daiko.settle_down()
    aki.presses("Again")
    await daiko.settle_down()
    assert said(aki) == ["pressed 2"]
    assert aki.toasts == [("again!", False)]
    assert aki.waits_for == []


async def test_a_press_that_does_nothing_is_answered_too(daiko: Daiko, aki: Person) -> None:
    aki.start()
    await daiko.settle_down()
    aki.presses_forged("nonsense", aki.last)
    await daiko.settle_down()
    assert aki.toasts == []
    assert aki.waits_for == []


async def test_a_refusal_undoes_everything_and_is_told(daiko: Daiko, aki: Person) -> None:
    aki.writes("no")
    aki.writes("yes")
    await daiko.settle_down()
    assert said(aki) == ["no: NoThanks", "1: yes"]
    assert await waiting(daiko) == (0, 0, 0)


async def test_a_bug_is_tried_again_after_a_pause_while_others_go_on(
    daiko: Daiko, aki: Person, boss: Person, echo: Echo, clock: Clock
) -> None:
    echo.failures["bug"] = 2
    aki.writes("bug")
    aki.writes("after")
    boss.writes("hello")
    await daiko.settle_down()
    assert said(boss) == ["1: hello"]
    assert said(aki) == []
    clock.forward(seconds=1)
    await daiko.settle_down()
    assert said(aki) == []
    clock.forward(seconds=5)
    await daiko.settle_down()
    assert said(aki) == ["1: bug", "2: after"]


async def test_what_cannot_be_worked_is_parked_told_and_can_be_replayed(
    daiko: Daiko, aki: Person, staff: Forum, echo: Echo, clock: Clock
) -> None:
    echo.failures["bug"] = 99
    aki.writes("bug")
    aki.writes("after")
    for seconds in (0, 1, 5, 25):
        clock.forward(seconds=seconds)
        await daiko.settle_down()
    assert said(aki) == ["told sorry", "1: after"]
    assert [m["text"] for m in staff.group.messages.values()] == ["told update_parked"]
    async with looking(daiko.database) as uow:
        (parked,) = await uow.inbox.parked()
    assert parked.error.startswith("RuntimeError in tests/bot/echo.py:")

    echo.failures.clear()
    async with daiko.database.transaction() as tx:
        assert await Inbox(tx).replay(parked.update_id)
    daiko.dispatcher.wake()
    await daiko.settle_down()
    assert said(aki) == ["told sorry", "1: after", "2: bug"]


async def test_an_update_the_library_cannot_read_is_parked_at_once(
    daiko: Daiko, aki: Person
) -> None:
    broken: dict[str, Any] = {
        "update_id": 5,
        "message": {"message_id": 9, "chat": {"id": aki.id}, "from": {"id": aki.id}},
    }
    aki.start()
    await daiko.receiver.store([received(broken)])
    await daiko.settle_down()
    assert said(aki) == ["1: /start", "told sorry"]
    assert await waiting(daiko) == (0, 1, 0)


async def test_a_conversation_survives_and_rolls_back(
    daiko: Daiko, aki: Person, clock: Clock
) -> None:
    for text in ("/add", "2", "two", "3", "/sum"):
        aki.writes(text)
        await daiko.settle_down()
    for seconds in (1, 5, 25):
        clock.forward(seconds=seconds)
        await daiko.settle_down()
    assert said(aki) == ["Which?", "[2]", "told sorry", "[2, 3]", "= 5"]


async def test_staff_are_known_to_be_staff(
    daiko: Daiko, telegram: Telegram, staff: Forum, boss: Person
) -> None:
    boss.writes("who am I", staff)
    await daiko.settle_down()
    texts = [m["text"] for m in staff.group.messages.values()]
    assert texts[-1] == "Membership(is_member=True, is_admin=True)"
