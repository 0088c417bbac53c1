"""Who is who in the staff group: asked of Telegram for each thing somebody does there."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from typing import Any, Final

import structlog
from telegram.error import BadRequest, ChatMigrated, Forbidden, RetryAfter, TelegramError

from bot.request import Api
from bot.verdicts import seconds_of
from handlers.desk import Membership

log = structlog.get_logger(__name__)

PAUSE_SECONDS_MAX: Final = 30.0
ADMINS: Final = ("creator", "administrator")


class Members:
    """Asks until Telegram answers: who is not known to be staff is not let in by an outage."""

    def __init__(self, api: Api) -> None:
        self._api = api

    async def ask(self, chat: int, person: int) -> Membership:
        return _membership(await self._member(chat, person))

    async def ask_for_both(self, chat: int, person: int, us: int) -> Membership:
        """Also what we may do there, in a group that is to be registered."""
        membership, ours = await self.ask(chat, person), await self._member(chat, us)
        has_topics = ours.get("status") == "administrator" and bool(ours.get("can_manage_topics"))
        return replace(membership, has_our_topics=has_topics)

    async def _member(self, chat: int, person: int) -> dict[str, Any]:
        pause = 1.0
        while True:
            try:
                member: dict[str, Any] = await self._api.call(
                    "getChatMember", chat_id=chat, user_id=person
                )
                return member
            except ChatMigrated as moved:  # what was written before it was a supergroup
                chat = moved.new_chat_id
            except (BadRequest, Forbidden):  # no such member, or we are none
                return {}
            except TelegramError as error:
                log.warning("membership not known", error=type(error).__name__)
                await asyncio.sleep(_wait(error, pause))
                pause = min(pause * 2, PAUSE_SECONDS_MAX)


def _membership(member: dict[str, Any]) -> Membership:
    status = member.get("status", "")
    is_admin = status in ADMINS
    is_member = is_admin or status == "member" or bool(member.get("is_member"))
    return Membership(is_member, is_admin)


def _wait(error: TelegramError, pause: float) -> float:
    return seconds_of(error) if isinstance(error, RetryAfter) else pause
