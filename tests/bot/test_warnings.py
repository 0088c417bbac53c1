"""When a warning counts as handed over: with the customer, or with staff in their place."""

from __future__ import annotations

from collections.abc import AsyncIterator, Mapping
from datetime import datetime, timedelta

import pytest

from bot.outcomes import SUPERSEDED, Outcome, Outcomes
from bot.verdicts import BLOCKED, UNREACHABLE
from domain.actors import Actor
from domain.clock_notices import DeadlineNear
from domain.ids import OrderId, PersonId
from domain.letters import Recipient, Told, ToPerson, ToTopic, Urgency
from domain.notices import NotDelivered
from domain.orders import Change, Role
from storage.database import Database
from storage.outbox import Letter
from storage.unit_of_work import looking, unit_of_work
from tests.bot.conftest import Clock
from tests.domain.orders import NOW, an_order

AKI = Actor(PersonId(7), "Aki", Role.CUSTOMER)
LATER = NOW + timedelta(days=6)


@pytest.fixture
async def database(database_url: str) -> AsyncIterator[Database]:
    database = await Database.connect(database_url)
    yield database
    await database.close()


@pytest.fixture
async def letter(database: Database) -> Letter:
    """A warning that waits to be sent; the order's clock looks at it in six days."""
    async with unit_of_work(database) as uow:
        await uow.people.meet(AKI.id, "Aki", "", "en", NOW)
        order = await uow.orders.add(an_order(), Change("applied"), AKI, NOW, LATER)
        said = Told(DeadlineNear(order.id, is_warning=True), warns="the key")
        await uow.outbox.put(said, ToPerson(AKI.id))
    return uow.outbox.promised[0]


async def settle(database: Database, letter: Letter, why: str = "") -> None:
    outcomes = Outcomes(database, Clock(NOW), lambda: None)
    outcomes.note(Outcome(letter, lambda: None, why=why))
    await outcomes.all_written()


async def handed(database: Database, letter: Letter) -> tuple[Mapping[str, datetime], object]:
    """The order's warnings, and when its clocks look at it next."""
    async with looking(database) as uow:
        return await uow.warnings.of(_order(letter)), await uow.orders.next_waking()


def _order(letter: Letter) -> OrderId:
    assert isinstance(letter.content, Told)
    assert isinstance(letter.content.notice, DeadlineNear | NotDelivered)
    return letter.content.notice.order


async def promised(database: Database) -> list[Letter]:
    async with looking(database) as uow:
        room = dict.fromkeys(Urgency, 10)
        waiting = await uow.outbox.waiting(dict.fromkeys(Urgency, 0), room, NOW)
    return [envelope.open() for envelope in waiting]


async def to(database: Database) -> list[tuple[Recipient, object, str]]:
    return [
        (each.to, each.content.notice, each.content.warns)
        for each in await promised(database)
        if isinstance(each.content, Told)
    ]


async def test_a_warning_that_telegram_took_is_written_down_and_looked_at(
    database: Database, letter: Letter
) -> None:
    await settle(database, letter)
    assert await handed(database, letter) == ({"the key": NOW}, NOW)


async def test_who_blocked_the_bot_is_warned_when_staff_were_shown_it(
    database: Database, letter: Letter
) -> None:
    await settle(database, letter, BLOCKED)
    assert await handed(database, letter) == ({}, LATER)
    order = _order(letter)
    assert await to(database) == [(ToTopic(order), NotDelivered(order, BLOCKED), "the key")]
    (shown,) = await promised(database)
    await settle(database, shown)
    assert await handed(database, letter) == ({"the key": NOW}, NOW)
    async with looking(database) as uow:
        assert (await uow.people.get(AKI.id)).blocked


async def test_a_warning_is_never_given_up(database: Database, letter: Letter) -> None:
    await settle(database, letter, UNREACHABLE)
    assert isinstance(letter.content, Told)
    assert await to(database) == [(ToPerson(AKI.id), letter.content.notice, "the key")]
    assert await handed(database, letter) == ({}, LATER)


async def test_a_warning_that_had_nothing_to_say_any_more_warned_nobody(
    database: Database, letter: Letter
) -> None:
    await settle(database, letter, SUPERSEDED)
    assert await handed(database, letter) == ({}, LATER)
    assert await to(database) == []
