"""A rush of letters within Telegram's limits: no refusal, nobody forgotten, all in order."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from typing import Any

import pytest

from bot.app import Daiko
from bot.pacer import USUAL
from bot.settings import Settings
from domain.ids import PersonId
from domain.letters import Drawn, Recipient, Screen, ToChat, ToPerson, Urgency
from sandbox.limits import FloodControl
from sandbox.people import Forum, Person
from sandbox.request import SandboxRequest
from sandbox.telegram import Telegram
from storage.unit_of_work import UnitOfWork, looking, unit_of_work
from tests.bot.conftest import Clock, until
from tests.bot.echo import Echo
from tests.bot.test_road import said

PEOPLE, EACH, TO_STAFF = 40, 3, 45


@pytest.fixture
async def paced(settings: Settings, telegram: Telegram, clock: Clock) -> AsyncIterator[Daiko]:
    """A bot that keeps to the limits, and a Telegram that enforces them, on one clock."""
    telegram.enforce_limits = True
    telegram.flood = FloodControl(clock.monotonic)
    async with Daiko(
        settings,
        Echo(),
        clock=clock,
        request=SandboxRequest(telegram),
        limits=USUAL,
        monotonic=clock.monotonic,
    ) as daiko:
        yield daiko


async def send_all(daiko: Daiko, clock: Clock) -> None:
    """Let time pass as it is needed."""
    while True:
        await daiko.sender.send_all()
        async with looking(daiko.database) as uow:
            if await uow.outbox.count_waiting() == 0:
                return
        wait = daiko.sender._bag.wakes_at() - clock.monotonic()
        clock.forward(seconds=max(wait, 0.001))


async def test_a_rush_is_spread_and_meets_no_refusal(
    paced: Daiko, telegram: Telegram, staff: Forum, clock: Clock
) -> None:
    people = [telegram.person(f"Person {number}") for number in range(PEOPLE)]
    for person in people:
        telegram.private(person.user).opened = True
    async with unit_of_work(paced.database) as uow:
        for number in range(EACH):
            for person in people:
                await promise(uow, number, ToPerson(PersonId(person.id)))
        for number in range(TO_STAFF):
            await promise(uow, number, ToChat(staff.id))
    await send_all(paced, clock)
    for person in people:
        assert said(person) == [f"letter {number}" for number in range(EACH)]
    assert [m["text"] for m in staff.messages] == [f"letter {n}" for n in range(TO_STAFF)]
    refused = [call for call in telegram.calls if not call.ok]
    assert refused == []
    # 120 letters at 28 a second, and then two minutes until a group's last five may come.
    assert 126 < clock.monotonic() < 127


class SlowAtFirst(SandboxRequest):
    """The first message is on its way for a while."""

    def __init__(self, telegram: Telegram, clock: Clock) -> None:
        super().__init__(telegram)
        self._clock = clock
        self._seconds = 0.3

    async def do_request(self, url: str, *rest: Any, **more: Any) -> tuple[int, bytes]:
        if url.endswith("/sendMessage"):
            self._clock.forward(seconds=self._seconds)
            self._seconds = 0
        return await super().do_request(url, *rest, **more)


@pytest.mark.parametrize("letters", [("one", "two"), ("one " * 1_500,)])
async def test_what_arrives_late_is_not_followed_too_soon(
    settings: Settings, telegram: Telegram, aki: Person, clock: Clock, letters: tuple[str, ...]
) -> None:
    telegram.enforce_limits = True
    telegram.flood = FloodControl(clock.monotonic)
    telegram.private(aki.user).opened = True
    request = SlowAtFirst(telegram, clock)
    async with Daiko(
        settings, Echo(), clock=clock, request=request, monotonic=clock.monotonic
    ) as daiko:
        async with unit_of_work(daiko.database) as uow:
            for text in letters:
                await uow.outbox.put(Drawn(Screen(text)), ToPerson(PersonId(aki.id)))
        sending = asyncio.create_task(send_all(daiko, clock))
        while len(said(aki)) < 2:
            await asyncio.sleep(0.01)
            clock.forward(seconds=0.01)
        await sending
    assert [call.answer for call in telegram.calls if not call.ok] == []
    assert clock.monotonic() >= 1.35


async def test_answers_do_not_wait_for_a_broadcast(
    paced: Daiko, telegram: Telegram, clock: Clock
) -> None:
    people = [telegram.person(f"Person {number}") for number in range(100)]
    for person in people:
        telegram.private(person.user).opened = True
    asker = people[-1]
    async with unit_of_work(paced.database) as uow:
        for person in people[:-1]:
            await promise(uow, 0, ToPerson(PersonId(person.id)))
    await paced.sender.send_all()
    clock.forward(seconds=0.05)
    async with unit_of_work(paced.database) as uow:
        await promise(uow, 1, ToPerson(PersonId(asker.id)), Urgency.ANSWER)
    await paced.sender.send_all()
    assert said(asker) == ["letter 1"]
    assert sum(len(said(person)) for person in people) < 5


async def test_what_was_sent_before_a_restart_counts_after_it(
    settings: Settings, telegram: Telegram, staff: Forum, clock: Clock
) -> None:
    telegram.enforce_limits = True
    telegram.flood = FloodControl(clock.monotonic)
    for sent_by_then in (15, 20):
        async with Daiko(
            settings,
            Echo(),
            clock=clock,
            request=SandboxRequest(telegram),
            limits=USUAL,
            monotonic=clock.monotonic,
        ) as daiko:
            async with unit_of_work(daiko.database) as uow:
                for number in range(15):
                    await promise(uow, number, ToChat(staff.id))
            running = asyncio.create_task(daiko.sender.run())
            for _ in range(50):
                await asyncio.sleep(0.02)
                clock.forward(seconds=0.05)
            await daiko.sender.stop()
            await running
        assert len(staff.messages) == sent_by_then
    assert [call for call in telegram.calls if not call.ok] == []


async def test_nothing_overtakes_after_a_restart_what_was_put_off_before_it(
    settings: Settings, telegram: Telegram, aki: Person, clock: Clock
) -> None:
    telegram.private(aki.user).opened = True
    telegram.fail("sendMessage", http_status=500)
    to_aki = ToPerson(PersonId(aki.id))
    for number in (1, 2):
        async with Daiko(
            settings,
            Echo(),
            clock=clock,
            request=SandboxRequest(telegram),
            monotonic=clock.monotonic,
        ) as daiko:
            async with unit_of_work(daiko.database) as uow:
                await promise(uow, number, to_aki)
            if number == 1:
                await daiko.sender.send_all()
                assert said(aki) == []
                continue
            running = asyncio.create_task(daiko.sender.run())
            for _ in range(80):
                await asyncio.sleep(0.02)
                clock.forward(seconds=0.05)
            await daiko.sender.stop()
            await running
    assert said(aki) == ["letter 1", "letter 2"]


async def test_what_was_due_before_its_transaction_ended_does_not_wait_for_the_next_rescan(
    daiko: Daiko, telegram: Telegram, aki: Person, clock: Clock
) -> None:
    telegram.private(aki.user).opened = True
    running = asyncio.create_task(daiko.sender.run())
    begun = clock()
    clock.forward(seconds=1)
    daiko.sender.wake()
    await asyncio.sleep(0.1)  # it looks, and finds nothing
    async with unit_of_work(daiko.database) as uow:
        letter = Drawn(Screen("behind an album"))
        await uow.outbox.put(letter, ToPerson(PersonId(aki.id)), not_before=begun)
    daiko.sender.take(uow.outbox.promised)
    clock.forward(seconds=0.02)
    await until(lambda: "behind an album" in said(aki))
    await daiko.sender.stop()
    await running


async def promise(
    uow: UnitOfWork, number: int, to: Recipient, urgency: Urgency = Urgency.NOTICE
) -> None:
    await uow.outbox.put(Drawn(Screen(f"letter {number}")), to, urgency)
