"""Agencies beside that of the settings: a code for each, and the group that brings it."""

from __future__ import annotations

import secrets
from datetime import datetime
from typing import Final

from domain.agency import NAME_MAX, OtherAgency
from storage.unit_of_work import UnitOfWork

_LETTERS: Final = "23456789ABCDEFGHJKLMNPQRSTUVWXYZ"  # nothing that looks like something else
CODE_LENGTH: Final = 12


class CannotAdd(Exception):
    """Said to whoever keeps the bot, in one line."""


async def add(uow: UnitOfWork, name: str, words: dict[str, str | None], now: datetime) -> str:
    """Make an agency, and the code its group is registered with; once more: another code."""
    name = " ".join(name.split())
    if not 0 < len(name) <= NAME_MAX:
        raise CannotAdd(f"an agency's name has 1 to {NAME_MAX} characters")
    known = await uow.agencies.called(name)
    if known is not None and known.staff_chat is not None:
        raise CannotAdd(f"{name} is there already, and its group is registered")
    code = "".join(secrets.choice(_LETTERS) for _ in range(CODE_LENGTH))
    await uow.agencies.add(name, words, code, now)
    return code


async def register(
    uow: UnitOfWork, typed: str, chat: int, by: str, now: datetime
) -> OtherAgency | None:
    """Take a group for the agency of this code; None when the code is not good (any more)."""
    code = typed.upper().replace("-", "")
    if not await uow.agencies.register(code, chat, by, now):
        return None
    return await uow.agencies.at(chat)
