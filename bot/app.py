"""Putting the rooms together. Nothing here decides anything."""

from __future__ import annotations

import asyncio
import gc
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from types import TracebackType
from typing import TYPE_CHECKING, Final, Protocol, Self

import httpx
import structlog
from telegram.error import InvalidToken, TelegramError
from telegram.request import BaseRequest

from bot.application import DaikoApplication, build
from bot.cashier import Cashier
from bot.delivery import Delivery, Drawer
from bot.dispatcher import Dispatcher
from bot.duties import Duties
from bot.logs import where
from bot.metrics import Metrics
from bot.pacer import USUAL, Limits, Pacer, Turns
from bot.paypal import PaypalClient
from bot.receiver import ALLOWED_UPDATES, Receiver
from bot.request import AiohttpRequest, Api
from bot.sender import Sender
from bot.settings import Settings
from domain.agency import Agency
from domain.letters import ToStaff
from domain.refusals import Refused
from handlers.desk import Desk
from scheduler.runner import Runner
from scheduler.sweeps import Clockwork, Sweep
from storage.database import Database
from storage.unit_of_work import looking

if TYPE_CHECKING:
    from bot.http import HttpServer
    from bot.paypal_webhooks import Webhooks

log = structlog.get_logger(__name__)

WORKERS: Final = {"sqlite": 4, "postgresql": 4}
STOP_SECONDS: Final = 8.0
START_PAUSE_SECONDS: Final = 1.0
START_PAUSE_SECONDS_MAX: Final = 30.0
ROUNDS_MAX: Final = 1_000
LED: Final = ("polling", "sender", "clock", "paypal")


def look_no_more_through_what_stays() -> None:
    """All that was imported: the garbage collector would stop the loop for it, for 100 ms."""
    gc.collect()
    gc.freeze()


def utc_now() -> datetime:
    return datetime.now(UTC)


@dataclass(frozen=True, slots=True)
class Commands:
    """What Telegram offers when somebody types a slash: names and what they do."""

    private: Sequence[tuple[str, str]] = ()
    staff: Sequence[tuple[str, str]] = ()
    # The private ones as people read them whose Telegram speaks another language.
    translated: Mapping[str, Sequence[tuple[str, str]]] = field(default_factory=dict)


class Trade(Protocol):
    """What the rooms below bring: who handles what, in which words, and what time does."""

    @property
    def commands(self) -> Commands: ...
    @property
    def drawer(self) -> Drawer: ...
    @property
    def sweeps(self) -> Sequence[Sweep]: ...
    def add_handlers(self, application: DaikoApplication) -> None: ...
    async def arrive(self, desk: Desk) -> None: ...
    async def tell_refusal(self, refusal: Refused, desk: Desk) -> None: ...


class Daiko:
    """The bot, whole. Enter it, then let it run, or take it step by step as stories do."""

    def __init__(
        self,
        settings: Settings,
        trade: Trade,
        *,
        clock: Callable[[], datetime] = utc_now,
        request: BaseRequest | None = None,
        limits: Limits = USUAL,
        paypal: httpx.AsyncBaseTransport | None = None,
        monotonic: Callable[[], float] = time.monotonic,
    ) -> None:
        self.settings = settings
        self.agency = settings.agency()
        self.clock = clock
        self.metrics = Metrics()
        self._limits = limits
        self._paypal_transport = paypal
        self.cashier: Cashier | None = None
        self.webhooks: Webhooks | None = None
        self._monotonic = monotonic
        self._requests = (request, request) if request else (AiohttpRequest(), _polling())
        self._trade = trade
        self.http: HttpServer | None = None

    # Opening and closing ----------------------------------------------------------------------

    async def __aenter__(self) -> Self:
        url = self.settings.database_url
        self.database = await Database.connect(url, exclusive=True)
        self.duties = Duties(self.database)
        self.database.vault = self.settings.vault()
        try:
            self._wire()
            await self.delivery.remember_moves()
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
        trade = self._trade
        settings = self.settings
        request, polling = self._requests
        self.application = build(
            settings.bot_token.get_secret_value(), settings.bot_api_url, request, polling
        )
        trade.add_handlers(self.application)
        bot = self.application.bot
        self.api, polling_api = Api(bot.base_url, request), Api(bot.base_url, polling)
        pacer = Pacer(self._limits)
        turns = Turns(pacer, self._monotonic)
        self.delivery = Delivery(self.api, self.database, trade.drawer, self.agency, turns)
        self.sender = Sender(
            self.database,
            self.delivery,
            self.clock,
            pacer,
            self.metrics,
            monotonic=self._monotonic,
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
            promised=self.sender.take,
            paypal_awaited=self._paypal_awaited,
            groups=self.delivery.groups,
        )
        self.receiver = Receiver(
            self.database,
            polling_api,
            self.clock,
            stored=self.dispatcher.wake,
            count_at_hand=self.dispatcher.count_at_hand,
        )
        self.runner = Runner(
            lambda: Clockwork(self.database, self.current_agency(), self.clock),
            trade.sweeps,
            tally=self.metrics.count_sweep,
            promised=self.sender.wake,
            where=where,
        )
        self._commands = trade.commands
        self._open_paypal()

    def _open_paypal(self) -> None:
        """PayPal is there if its settings are; its door, if it has a webhook."""
        settings, transport = self.settings, self._paypal_transport
        if settings.paypal_client_secret is None:
            return
        client = PaypalClient(
            settings.paypal_api_url,
            settings.paypal_client_id,
            settings.paypal_client_secret,
            transport=transport,
        )
        self.cashier = Cashier(
            self.database,
            client,
            self.current_agency,
            self.clock,
            back=self._link_to_chat,
            promised=self.sender.take,
        )
        if settings.paypal_webhook_id:
            from bot.paypal_webhooks import Webhooks  # with all of cryptography

            self.webhooks = Webhooks(
                settings.paypal_api_url,
                settings.paypal_webhook_id,
                self.clock,
                self.cashier.keep,
                transport=transport,
            )

    def _paypal_awaited(self) -> None:
        if self.cashier is not None:
            self.cashier.wake()

    def _link_to_chat(self, payload: str) -> str:
        return f"https://t.me/{self.application.bot.username}?start={payload}"

    def current_agency(self) -> Agency:
        """The agency of the settings, with the number its group has now."""
        chat = self.delivery.chat_of(ToStaff())
        if chat == self.agency.staff_chat:
            return self.agency
        return replace(self.agency, staff_chat=chat)

    async def _meet_telegram(self) -> None:
        """Learn who we are. Telegram being out of reach is waited for; a wrong token is not."""
        pause = START_PAUSE_SECONDS
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
        if hasattr(self, "application"):
            await self.application.shutdown()
        for request in self._requests:  # an application that never began closes nothing
            await request.shutdown()
        for part in (self.cashier, self.webhooks):
            if part is not None:
                await part.close()
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
        private: dict[str, object] = {"type": "all_private_chats"}
        others = (each.staff_chat for each in self.delivery.groups.others())
        chats = (self.current_agency().staff_chat, *others)
        staff: list[dict[str, object]] = [{"type": "chat", "chat_id": chat} for chat in chats]
        sets = (
            (private, "", self._commands.private),
            *((private, tag, told) for tag, told in self._commands.translated.items()),
            *((scope, "", self._commands.staff) for scope in staff),
        )
        for scope, language, commands in sets:
            listed = [{"command": name, "description": what} for name, what in commands]
            tag = language or None
            try:
                await self.api.call(
                    "setMyCommands", commands=listed, scope=scope, language_code=tag
                )
            except TelegramError as error:  # the bot works without; `daiko doctor` says more
                log.warning("commands not set", scope=scope["type"], error=error.message)

    # Running ----------------------------------------------------------------------------------

    async def run_forever(self, stop: asyncio.Event) -> None:
        """Receive, work, send and keep time until `stop`; what is in work then is finished."""
        tasks = self._start_all()
        stopping = asyncio.create_task(stop.wait(), name="stop")
        try:
            done, _ = await asyncio.wait([stopping, *tasks], return_when=asyncio.FIRST_COMPLETED)
        finally:
            stopping.cancel()
            await self._stop_all(tasks)
        for task in done - {stopping}:
            task.result()  # nothing ends by itself but in trouble

    def _start_all(self) -> list[asyncio.Task[None]]:
        if self.settings.http_port is not None:
            self.http = self._open_http(self.settings.http_port)
        works = {
            "introduction": self._introduce_until_done(),
            "dispatcher": self.duties.keep(
                "dispatcher", lambda: self.dispatcher.run(WORKERS[self.database.engine])
            ),
            "sender": self.duties.lead("sender", self.sender.run),
            "clock": self.duties.lead("clock", self.runner.run),
        }
        if self.settings.updates == "polling":
            works["polling"] = self.duties.lead("polling", self.receiver.poll_forever)
        if self.database.engine == "postgresql":  # another process may hear of a move first
            works["moves"] = self.duties.keep("moves", self.delivery.keep_up_with_moves)
        if self.cashier is not None:
            works["paypal"] = self.duties.lead("paypal", self.cashier.run)
        tasks = [asyncio.create_task(work, name=name) for name, work in works.items()]
        return [*tasks, self.http.start()] if self.http else tasks

    async def _stop_all(self, tasks: list[asyncio.Task[None]]) -> None:
        """Take nothing more in, finish what is in work, settle what was sent; then end."""
        log.info("stopping")
        named = {task.get_name(): task for task in tasks}
        for name in ("polling", "clock", "introduction", "paypal", "moves"):
            if name in named:
                named[name].cancel()
        if self.http is not None:
            await self.http.stop()
        try:
            async with asyncio.timeout(STOP_SECONDS):
                await self.dispatcher.stop()
                await asyncio.wait([named["dispatcher"]])
                if "sender" in self.duties.leaderships:
                    await self.sender.stop()
                    await asyncio.wait([named["sender"]])
        except TimeoutError:
            log.warning("stopped in the middle; what was in work is taken up at the next start")
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)

    async def _introduce_until_done(self) -> None:
        pause = START_PAUSE_SECONDS
        while True:
            try:
                await self.introduce()
                break
            except TelegramError as error:
                log.warning("not introduced", error=type(error).__name__, again_in=pause)
                await asyncio.sleep(pause)
                pause = min(pause * 2, START_PAUSE_SECONDS_MAX)
        await asyncio.Event().wait()

    # Looking at it ----------------------------------------------------------------------------

    def _open_http(self, port: int) -> HttpServer:
        from bot.http import HttpServer, doors  # whoever listens nowhere saves its 4 MB

        settings = self.settings
        secret = settings.webhook_secret if settings.updates == "webhook" else None
        app = doors(
            state=self.state,
            metrics=self._measure,
            store=lambda update: self.receiver.store([update]),
            secret=secret.get_secret_value() if secret else None,
            paypal=self.webhooks,
        )
        return HttpServer(app, settings.http_host, port)

    async def state(self) -> dict[str, bool]:
        """What must be in order for work to go on."""
        parts = {"database": await self._database_answers()}
        parts |= dict.fromkeys(self.duties.troubled, False)
        if "polling" in self.duties.leaderships:
            parts.setdefault("polling", self.receiver.is_well)
        if self.sender.group_gone:
            parts["staff group"] = False
        if "clock" in self.duties.leaderships:
            parts.setdefault("clock", not self.runner.is_late)
        return parts

    async def _database_answers(self) -> bool:
        try:
            async with asyncio.timeout(2), looking(self.database) as uow:
                await uow.inbox.count_parked()
        except Exception:
            return False
        return True

    async def _measure(self) -> bytes:
        async with looking(self.database) as uow:
            self.metrics.inbox_waiting.set(await uow.inbox.count_waiting())
            self.metrics.inbox_parked.set(await uow.inbox.count_parked())
            self.metrics.outbox_waiting.set(await uow.outbox.count_waiting())
        for name in LED:
            self.metrics.leading.labels(name).set(name in self.duties.leaderships)
        return self.metrics.render()

    # Step by step, for stories ----------------------------------------------------------------

    async def settle_down(self) -> None:
        """Receive, work and send until there is nothing left that can be done now."""
        for _ in range(ROUNDS_MAX):
            taken_in = await self.receiver.poll(patience=0)
            worked = await self.dispatcher.work_all()
            settled = await self.cashier.work_all() if self.cashier else 0
            sent = await self.sender.send_all()
            if not (taken_in or worked or settled or sent):
                return
        raise RuntimeError("the bot does not come to rest")

    async def sweep(self) -> int:
        """Run all sweeps once. How many things they dealt with."""
        return await self.runner.sweep_all()


def _polling() -> AiohttpRequest:
    return AiohttpRequest(connections=2)
