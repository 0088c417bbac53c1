"""Agencies beside that of the settings: a code for each, and the group that brings it."""

from __future__ import annotations

import secrets
from dataclasses import replace
from datetime import datetime
from typing import Final

from domain.agency import ACCOUNT_MAX, NAME_MAX, OtherAgency
from storage.unit_of_work import UnitOfWork

_LETTERS: Final = "23456789ABCDEFGHJKLMNPQRSTUVWXYZ"  # nothing that looks like something else
CODE_LENGTH: Final = 12


class CannotAdd(Exception):
    """Said to whoever keeps the bot, in one line."""


async def add(
    uow: UnitOfWork, name: str, words: dict[str, str | None], now: datetime, *, settings_name: str
) -> str:
    """Make an agency, and the code its group is registered with; once more: another code."""
    name = _name(name)
    _require_short(words)
    _require_other(name, settings_name)
    known = await uow.agencies.called(name)
    if known is not None and known.staff_chat is not None:
        raise CannotAdd(
            f"{name} is there already, and its group is registered; `daiko agency set` changes it"
        )
    if known is None:
        await _require_free(uow, name)
    code = "".join(secrets.choice(_LETTERS) for _ in range(CODE_LENGTH))
    await uow.agencies.add(name, words, code, now)
    return code


async def change(
    uow: UnitOfWork,
    name: str,
    words: dict[str, str | None],
    new_name: str | None = None,
    *,
    settings_name: str,
) -> OtherAgency:
    """Give an agency words of its own; None: as in the settings. Others stay as they are."""
    known = await uow.agencies.called(" ".join(name.split()))
    if known is None:
        there = ", ".join(each.name for each in await uow.agencies.all()) or "none"
        raise CannotAdd(f"there is no agency {name}; there is: {there}")
    _require_short(words)
    called = known.name if new_name is None else _name(new_name)
    if called != known.name:
        _require_other(called, settings_name)
        await _require_free(uow, called, but=known)
    changed = replace(
        known,
        name=called,
        timezone=words.get("timezone", known.timezone),
        language=words.get("language", known.language),
        holidays=words.get("holidays", known.holidays),
        bank_account=words.get("bank_account", known.bank_account),
        currency_display=words.get("currency_display", known.currency_display),
    )
    await uow.agencies.change(changed)
    return changed


def _name(typed: str) -> str:
    name = " ".join(typed.split())
    if not 0 < len(name) <= NAME_MAX:
        raise CannotAdd(f"an agency's name has 1 to {NAME_MAX} characters")
    return name


def _require_short(words: dict[str, str | None]) -> None:
    if len(words.get("bank_account") or "") > ACCOUNT_MAX:
        raise CannotAdd(f"a bank account has {ACCOUNT_MAX} characters at most")


def _require_other(name: str, settings_name: str) -> None:
    """Staff and customers tell it from that of the settings by its name."""
    if name.casefold() == " ".join(settings_name.split()).casefold():
        raise CannotAdd(
            f"{name} is the name of the agency of the settings (AGENCY_NAME);"
            " this one needs another"
        )


async def _require_free(uow: UnitOfWork, name: str, but: OtherAgency | None = None) -> None:
    """Staff name agencies in any case: no two are called alike."""
    for each in await uow.agencies.all():
        if each.name.casefold() == name.casefold() and (but is None or each.id != but.id):
            raise CannotAdd(f"there is an agency {each.name} already")


async def register(
    uow: UnitOfWork, typed: str, chat: int, by: str, now: datetime
) -> OtherAgency | None:
    """Take a group for the agency of this code; None when the code is not good (any more)."""
    code = typed.upper().replace("-", "")
    if not await uow.agencies.register(code, chat, by, now):
        return None
    return await uow.agencies.at(chat)
