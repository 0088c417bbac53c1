"""Putting the rooms together. Nothing here decides anything."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from types import TracebackType
from typing import Final, Protocol, Self

import structlog
from telegram.error import InvalidToken, TelegramError
from telegram.request import BaseRequest

from bot.application import DaikoApplication, build
from bot.delivery import Delivery, Drawer
from bot.dispatcher import Dispatcher
from bot.metrics import Metrics
from bot.pacer import UNLIMITED, Limits, Pacer
from bot.receiver import ALLOWED_UPDATES, Receiver
from bot.request import AiohttpRequest, Api
from bot.sender import Sender
from bot.settings import Settings
from domain.agency import Agency
from domain.letters import ToStaff
from domain.refusals import Refused
from handlers.desk import Desk
from scheduler.runner import Clockwork, Runner, Sweep
from storage.database import Database, Leadership

log = structlog.get_logger(__name__)

WORKERS: Final = {"sqlite": 1, "postgresql": 4}
LEADER_SECONDS: Final = 2.0
STOP_SECONDS: Final = 9.0
START_PAUSE_SECONDS_MAX: Final = 30.0
ROUNDS_MAX: Final = 1_000


def utc_now() -> datetime:
    return datetime.now(UTC)


@dataclass(frozen=True, slots=True)
class Commands:
    """What Telegram offers when somebody types a slash: names and what they do."""

    private: Sequence[tuple[str, str]] = ()
    staff: Sequence[tuple[str, str]] = ()


class Trade(Protocol):
    """What the rooms below bring: who handles what, in which words, and what time does."""

    commands: Commands
    drawer: Drawer
    sweeps: Sequence[Sweep]

    def add_handlers(self, application: DaikoApplication) -> None: ...
    async def arrive(self, desk: Desk) -> None: ...
    async def tell_refusal(self, refusal: Refused, desk: Desk) -> None: ...


class Daiko:
    """The bot, whole. Enter it, then let it run, or take it step by step as stories do."""

    def __init__(
        self,
        settings: Settings,
        *,
        clock: Callable[[], datetime] = utc_now,
        request: BaseRequest | None = None,
        limits: Limits = Limits(),  # noqa: B008  # frozen
        trade: Trade | None = None,
    ) -> None:
        self.settings = settings
        self.agency = settings.agency()
        self.clock = clock
        self.metrics = Metrics()
        self._limits = limits
        self._requests = (request, request) if request else (AiohttpRequest(), _polling())
        self._trade = trade
        self._leaderships: dict[str, Leadership] = {}
        self.leads_polling = False

    # Opening and closing ----------------------------------------------------------------------

    async def __aenter__(self) -> Self:
        self.database = await Database.connect(self.settings.database_url, exclusive=True)
        try:
            self._wire()
            await self._meet_telegram()
        except BaseException:
            await self._close()
            raise
        return self

    async def __aexit__(
        self,
        _kind: type[BaseException] | None,
        _error: BaseException | None,
        _trace: TracebackType | None,
    ) -> None:
        await self._close()

    def _wire(self) -> None:
        trade = self._trade or _whole_trade(self.agency)
        settings = self.settings
        request, polling = self._requests
        self.application = build(
            settings.bot_token.get_secret_value(), settings.bot_api_url, request, polling
        )
        trade.add_handlers(self.application)
        bot = self.application.bot
        self.api, polling_api = Api(bot.base_url, request), Api(bot.base_url, polling)
        self.delivery = Delivery(self.api, self.database, trade.drawer, self.agency)
        self.sender = Sender(
            self.database, self.delivery, self.clock, Pacer(self._limits), self.metrics
        )
        self.dispatcher = Dispatcher(
            self.database,
            self.application,
            self.api,
            self.current_agency,
            self.clock,
            self.metrics,
            arrive=trade.arrive,
            tell_refusal=trade.tell_refusal,
            promised=self.sender.wake,
        )
        self.receiver = Receiver(self.database, polling_api, self.clock, self.dispatcher.wake)
        self.runner = Runner(
            Clockwork(self.database, self.current_agency, self.clock),
            trade.sweeps,
            self.metrics,
            promised=self.sender.wake,
        )
        self._commands = trade.commands

    def current_agency(self) -> Agency:
        """The agency of the settings, with the number its group has now."""
        chat = self.delivery.chat_of(ToStaff())
        return self.agency if chat == self.agency.staff_chat else replace(
            self.agency, staff_chat=chat
        )

    async def _meet_telegram(self) -> None:
        """Learn who we are. Telegram being out of reach is waited for; a wrong token is not."""
        pause = 1.0
        while True:
            try:
                await self.application.initialize()
                return
            except InvalidToken:
                raise
            except TelegramError as error:
                log.warning("telegram out of reach", error=type(error).__name__, again_in=pause)
                await asyncio.sleep(pause)
                pause = min(pause * 2, START_PAUSE_SECONDS_MAX)

    async def _close(self) -> None:
        for leadership in self._leaderships.values():
            await leadership.release()
        if hasattr(self, "application"):
            await self.application.shutdown()
        await self.database.close()

    async def introduce(self) -> None:
        """Tell Telegram the commands, and how updates are to come."""
        await self._set_commands()
        settings = self.settings
        if settings.updates == "webhook":
            assert settings.webhook_secret is not None
            await self.api.call(
                "setWebhook",
                url=f"{settings.webhook_url}/telegram",
                secret_token=settings.webhook_secret.get_secret_value(),
                allowed_updates=ALLOWED_UPDATES,
            )
        else:
            await self.api.call("deleteWebhook")

    async def _set_commands(self) -> None:
        scopes = (
            ({"type": "all_private_chats"}, self._commands.private),
            ({"type": "chat", "chat_id": self.current_agency().staff_chat}, self._commands.staff),
        )
        for scope, commands in scopes:
            listed = [{"command": name, "description": what} for name, what in commands]
            try:
                await self.api.call("setMyCommands", commands=listed, scope=scope)
            except TelegramError as error:  # the bot works without; `daiko doctor` says more
                log.warning("commands not set", scope=scope["type"], error=error.message)

    # Running ----------------------------------------------------------------------------------

    async def run_forever(self, stop: asyncio.Event) -> None:
        """Receive, work, send and keep time until `stop`; what is in work then is finished."""
        async with asyncio.TaskGroup() as group:
            working = group.create_task(
                self.dispatcher.run(WORKERS[self.database.engine]), name="dispatcher"
            )
            leading = [
                group.create_task(self._lead(name, work), name=name)
                for name, work in self._led()
            ]
            await stop.wait()
            log.info("stopping")
            try:
                async with asyncio.timeout(STOP_SECONDS):
                    await self.dispatcher.stop()
                    await self.sender.stop()
                    await asyncio.wait([working])
                    with contextlib.suppress(KeyError):
                        await self._leaderships["sender"].confirm()
                    await self._let_sender_finish(leading)
            except TimeoutError:
                log.warning("stopped in the middle; nothing is lost by it")
            for task in (working, *leading):
                task.cancel()
        log.info("stopped")
