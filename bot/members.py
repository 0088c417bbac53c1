"""Who is who in the staff group: asked of Telegram for each thing somebody does there."""

from __future__ import annotations

import asyncio
from typing import Any, Final

import structlog
from telegram.error import BadRequest, Forbidden, RetryAfter, TelegramError

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
        pause = 1.0
        while True:
            try:
                return _membership(
                    await self._api.call("getChatMember", chat_id=chat, user_id=person)
                )
            except (BadRequest, Forbidden):  # no such member, or we are none
                return Membership()
            except TelegramError as error:
                log.warning("membership not known", error=type(error).__name__)
                await asyncio.sleep(_wait(error, pause))
                pause = min(pause * 2, PAUSE_SECONDS_MAX)


def _membership(member: dict[str, Any]) -> Membership:
    status = member["status"]
    is_admin = status in ADMINS
    is_member = is_admin or status == "member" or bool(member.get("is_member"))
    return Membership(is_member, is_admin)


def _wait(error: TelegramError, pause: float) -> float:
    return seconds_of(error) if isinstance(error, RetryAfter) else pause
