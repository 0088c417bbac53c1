"""`daiko demo`: Telegram, the bot and a page to play both sides, all on this machine."""

from __future__ import annotations

import asyncio
import contextlib
import signal
import sys
import tempfile
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from functools import partial
from pathlib import Path
from typing import Final

from cryptography.fernet import Fernet
from pydantic import SecretStr

from bot.app import Daiko
from bot.pacer import UNLIMITED
from bot.rooms import Rooms
from bot.settings import Settings
from sandbox import prologue
from sandbox.passing import let_pass, until_at_rest
from sandbox.paypal import CLIENT_ID, SECRET, WEBHOOK_ID, PayPal
from sandbox.request import SandboxRequest
from sandbox.server import create_app, serve
from sandbox.telegram import Telegram
from storage.migrate import migrate

PORT: Final = 8080
PAGE: Final = Path(__file__).parent / "page"


class Clock:
    """The system's time, moved forward as the page asks."""

    def __init__(self, ahead: timedelta = timedelta()) -> None:
        self._ahead = ahead

    def __call__(self) -> datetime:
        return datetime.now(UTC) + self._ahead

    def turn_to(self, moment: datetime) -> None:
        """Forward only."""
        self._ahead += max(moment - self(), timedelta())


@contextlib.asynccontextmanager
async def stage(folder: Path, port: int) -> AsyncIterator[str]:
    """The whole demo, running while the `with` lasts; gives the page's address."""
    clock = Clock(-timedelta(days=prologue.DAYS))
    telegram, paypal = Telegram(clock), PayPal(clock, decides_after=timedelta(days=1))
    cast = prologue.cast(telegram)

    async def advance(span: timedelta) -> None:
        await let_pass(daiko, span, clock.turn_to, partial(until_at_rest, daiko))

    begun = asyncio.Event()
    app = create_app(telegram, PAGE, advance, paypal, begun=begun)
    async with serve(app, port) as address:
        paypal.address = f"{address}/paypal"
        settings = _settings(telegram, paypal, cast, folder)
        migrate(settings.database_url)
        daiko = Daiko(
            settings,
            Rooms(settings.agency()),
            clock=clock,
            request=SandboxRequest(telegram),
            limits=UNLIMITED,
        )
        async with daiko:
            paypal.deliver = partial(_let_in, daiko)
            await daiko.introduce()
            await prologue.perform(daiko, cast, clock.turn_to)
            begun.set()
            stop = asyncio.Event()
            running = asyncio.create_task(daiko.run_forever(stop))
            try:
                yield address
            finally:
                stop.set()
                await running


async def _let_in(daiko: Daiko, body: bytes, headers: dict[str, str]) -> int:
    """What PayPal's webhook brings, without a port for it."""
    assert daiko.webhooks is not None
    await daiko.webhooks.receive(body, headers)
    return 200


def _settings(telegram: Telegram, paypal: PayPal, cast: prologue.Cast, folder: Path) -> Settings:
    return Settings(
        _env_file=None,
        bot_token=telegram.bot.token,
        staff_chat_id=cast.group.id,
        database_url=f"sqlite:///{folder / 'demo.db'}",
        agency_name="Daiko",
        bank_account="Daiko Ltd.\nFirst Demo Bank\nIBAN DE00 1234 5678 9012 3456 78",
        encryption_keys=(SecretStr(Fernet.generate_key().decode()),),
        paypal_client_id=CLIENT_ID,
        paypal_client_secret=SecretStr(SECRET),
        paypal_webhook_id=WEBHOOK_ID,
        paypal_api_url=paypal.address,
        http_port=None,
        log_level="WARNING",
    )


# The program ----------------------------------------------------------------------------------


async def show(port: int = PORT) -> None:
    """Run the demo until it is interrupted."""
    stop = asyncio.Event()
    loop = asyncio.get_running_loop()
    for name in (signal.SIGINT, signal.SIGTERM):
        loop.add_signal_handler(name, stop.set)
    with tempfile.TemporaryDirectory(prefix="daiko-demo-") as folder:
        async with stage(Path(folder), port) as address:
            print(f"Daiko's demo is at {address} — stop it with Ctrl+C.", flush=True)  # noqa: T201
            await stop.wait()


def main(port: int = PORT) -> int:
    """Status 0 when it was stopped, 1 when it could not begin."""
    try:
        asyncio.run(show(port))
    except OSError as error:
        sys.stderr.write(
            f"daiko demo: port {port} of 127.0.0.1 is taken ({error.strerror}). Another one:"
            f" daiko demo --port {port + 1}, or make demo PORT={port + 1}\n"
        )
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
