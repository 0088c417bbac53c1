"""Settings: the time zone in which a customer reads dates and times."""

from __future__ import annotations

from dataclasses import replace

from domain.letters import Screen
from domain.refusals import StaleButton
from domain.typed import read_timezone
from handlers.customer import CUSTOMER
from handlers.desk import Desk
from handlers.forms import Form, Given, Question, State, begin, close, show
from handlers.hearing import TEXT, Heard
from views import menu
from views.buttons import ChooseTimezone
from views.forms import Prompt
from views.texts import Reader


async def settings(desk: Desk) -> State:
    """What is set now. Whoever was asked for a time zone is not asked any longer."""
    await show(desk, await _settings(desk))
    return await close(desk, TIMEZONE)


async def _settings(desk: Desk) -> Screen:
    person = await desk.uow.people.get(desk.person)
    shown = replace(person, timezone=desk.reader.timezone)  # the agency's until one is chosen
    return menu.settings(shown, desk.reader)


async def ask_timezone(desk: Desk) -> State:
    """Buttons of common zones; any other one can be typed."""
    return await begin(desk, TIMEZONE)


async def choose_timezone(desk: Desk, press: ChooseTimezone) -> State:
    if press.zone not in menu.ZONES:
        raise StaleButton
    await show(desk, await _set(desk, press.zone))
    return await close(desk, TIMEZONE)


async def _set(desk: Desk, zone: str) -> Screen:
    await desk.uow.people.set_timezone(desk.person, zone)
    person = await desk.uow.people.get(desk.person)
    return menu.timezone_set(person, Reader(person.language, zone), desk.now)


async def _ask(desk: Desk, _given: Given) -> Prompt:
    screen = menu.timezones(desk.reader, desk.now)
    return Prompt(screen.text, keys=screen.keys)


def _read(_desk: Desk, _given: Given, heard: Heard) -> str:
    return read_timezone(heard.text)


async def _done(desk: Desk, given: Given) -> Screen:
    return await _set(desk, given["zone"])


TIMEZONE = Form(
    side=CUSTOMER,
    name="timezone",
    questions=(Question("zone", _ask, _read, TEXT, cancel=False),),
    done=_done,
)
