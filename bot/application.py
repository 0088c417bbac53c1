"""python-telegram-bot's application, put into a transaction's hands."""

from __future__ import annotations

from typing import Any

from telegram.ext import Application, ApplicationHandlerStop, ContextTypes, ExtBot
from telegram.request import BaseRequest

from handlers.desk import DeskContext, Nothing

Base = Application[ExtBot[None], DeskContext, Nothing, Nothing, Nothing, None]


class DaikoApplication(Base):
    """Hands an update to its handlers, one of each group, and lets what they raise go on.

    The library's own method swallows errors once it has reported them, so that a transaction
    around it would be kept; and it remembers every chat it ever saw.
    """

    __slots__ = ()

    async def process_update(self, update: object) -> None:
        context: DeskContext | None = None
        for handlers in self.handlers.values():
            for handler in handlers:
                check = handler.check_update(update)
                if check is None or check is False:
                    continue
                context = context or self.context_types.context.from_update(update, self)
                try:
                    await handler.handle_update(update, self, check, context)
                except ApplicationHandlerStop:
                    return
                break


def build(
    token: str, api_url: str, request: BaseRequest, get_updates_request: BaseRequest
) -> DaikoApplication:
    """An application that neither polls nor keeps time: we do."""
    builder: Any = Application.builder()
    application: DaikoApplication = (
        builder.application_class(DaikoApplication)
        .token(token)
        .base_url(f"{api_url}/bot")
        .base_file_url(f"{api_url}/file/bot")
        .request(request)
        .get_updates_request(get_updates_request)
        .context_types(ContextTypes(context=DeskContext))
        .updater(None)
        .job_queue(None)
        .build()
    )
    return application
