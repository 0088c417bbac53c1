"""`daiko agency`: making agencies, and seeing which have their group."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from typing import Any, Final

from pydantic import TypeAdapter, ValidationError

from actions import agencies
from bot.settings import Country, Display, Language, Settings, Zone
from domain.agency import OtherAgency
from storage.database import Database
from storage.unit_of_work import looking, unit_of_work

_CHECKED: Final[Mapping[str, Any]] = {
    "timezone": Zone,
    "language": Language,
    "holidays": Country,
    "bank_account": str,
    "currency_display": Display,
}


class WrongWords(Exception):
    """One line for each option that is wrong."""


async def add(
    database: Database,
    settings: Settings,
    name: str,
    words: Mapping[str, str | None],
    now: datetime,
) -> str:
    """Make it; what whoever keeps the bot reads then."""
    checked = dict(_checked(words))
    async with unit_of_work(database) as uow:
        code = await agencies.add(uow, name, checked, now, settings_name=settings.agency_name)
    return (
        f"{name} waits for its staff group: a group with topics, with the bot as an administrator"
        " who may manage topics. An administrator writes there within 24 hours:\n"
        f"/register {code}"
    )


async def change(
    database: Database,
    settings: Settings,
    name: str,
    words: Mapping[str, str | None],
    like_settings: Sequence[str] = (),
    new_name: str | None = None,
) -> list[str]:
    """Change what is its own, here and now; how it is then, a line each."""
    given = {word: value for word, value in words.items() if value is not None}
    both = sorted(set(given) & set(like_settings))
    if both:
        raise WrongWords(f"{_option(both[0])} is given, and --like-settings has it too")
    checked = dict(_checked(given)) | dict.fromkeys(like_settings)
    if not checked and new_name is None:
        raise WrongWords(f"nothing to change; one of --name, {', '.join(map(_option, _CHECKED))}")
    async with unit_of_work(database) as uow:
        changed = await agencies.change(
            uow, name, checked, new_name, settings_name=settings.agency_name
        )
    return _described(changed)


def _option(word: str) -> str:
    return f"--{word.replace('_', '-')}"


def _described(agency: OtherAgency) -> list[str]:
    """As it is in use from now on; the running bot needs no restart."""
    lines = [agency.name]
    for word in _CHECKED:
        value = getattr(agency, word)
        shown = "as in the settings" if value is None else value.replace("\n", " / ") or "none"
        lines.append(f"  {word.replace('_', '-')}: {shown}")
    return lines


def _checked(words: Mapping[str, str | None]) -> Iterator[tuple[str, str | None]]:
    for name, value in words.items():
        try:
            yield (
                name,
                None if value is None else TypeAdapter(_CHECKED[name]).validate_python(value),
            )
        except ValidationError as error:
            wrong = error.errors()[0]["ctx"]["error"]
            raise WrongWords(f"{_option(name)} {wrong}") from None


async def listed(database: Database, now: datetime) -> list[str]:
    """A line for each agency beside that of the settings."""
    async with looking(database) as uow:
        return [_line(each, now) for each in await uow.agencies.all()]


def _line(each: OtherAgency, now: datetime) -> str:
    if each.staff_chat is not None:
        return f"{each.name}: group {each.staff_chat}"
    assert each.code_until is not None
    if each.code_until > now:
        return f"{each.name}: waits for /register until {each.code_until:%Y-%m-%d %H:%M} UTC"
    return f"{each.name}: its code has run out; `daiko agency add` with its name makes another"
