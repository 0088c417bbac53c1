"""`daiko demo`: Telegram, the bot and a page to play both sides, all on this machine.

The orders that are there at the start were made as any order is: by people who wrote and pressed,
and by the bot's own actions.
"""

from __future__ import annotations

import asyncio
import contextlib
import re
import signal
import sys
import tempfile
from collections.abc import AsyncIterator
from dataclasses import dataclass
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
from domain.ids import PersonId
from sandbox.passing import let_pass, until_at_rest
from sandbox.paypal import CLIENT_ID, SECRET, WEBHOOK_ID, PayPal
from sandbox.people import Forum, Person
from sandbox.request import SandboxRequest
from sandbox.server import create_app, serve
from sandbox.telegram import Telegram
from storage.migrate import migrate

PORT: Final = 8080
PAGE: Final = Path(__file__).parent / "page"
TURNS_MAX: Final = 200
ADDRESSES: Final = {
    "Aki": "Aki Tanaka\nTorstraße 12\n10119 Berlin\nGermany",
    "Ben": "Ben Carter\n48 Orchard Road\nBristol BS1 4ND\nUnited Kingdom",
}


class Clock:
    """The system's time, moved forward as the page asks."""

    def __init__(self) -> None:
        self._ahead = timedelta()

    def __call__(self) -> datetime:
        return datetime.now(UTC) + self._ahead

    def turn_to(self, moment: datetime) -> None:
        """Forward only."""
        self._ahead += max(moment - self(), timedelta())


@dataclass(frozen=True, slots=True)
class Cast:
    """Who is on stage."""

    aki: Person
    ben: Person
    mina: Person
    tom: Person
    group: Forum


def _cast(telegram: Telegram) -> Cast:
    mina, tom = telegram.person("Mina"), telegram.person("Tom")
    group = telegram.forum("Daiko staff", creator=mina, members=[tom])
    return Cast(telegram.person("Aki"), telegram.person("Ben"), mina, tom, group)


@contextlib.asynccontextmanager
async def stage(folder: Path, port: int) -> AsyncIterator[str]:
    """The whole demo, running while the `with` lasts; gives the page's address."""
    clock = Clock()
    telegram, paypal = Telegram(clock), PayPal(clock, decides_after=timedelta(days=1))
    cast = _cast(telegram)

    async def advance(span: timedelta) -> None:
        await let_pass(daiko, span, clock.turn_to, partial(until_at_rest, daiko))

    async with serve(create_app(telegram, PAGE, advance, paypal), port) as address:
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
            await _prologue(daiko, cast)
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


def _settings(telegram: Telegram, paypal: PayPal, cast: Cast, folder: Path) -> Settings:
    return Settings(
        _env_file=None,
        bot_token=telegram.bot.token,
        staff_chat_id=cast.group.id,
        # Two of them, so that four eyes can be seen.
        finance_user_ids=(PersonId(cast.mina.id), PersonId(cast.tom.id)),
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


# The orders that are there at the start -------------------------------------------------------


async def _prologue(daiko: Daiko, cast: Cast) -> None:
    play = _Play(daiko, cast)
    await play.applies(cast.aki, "https://shop.example/kyusu-teapot", 1)
    await play.staff_write("/estimate 1=64.00 shipping=8.00 fee=6.50")
    await play.pays(cast.aki, "Aki Tanaka")
    await play.staff_write("/confirm 78.50 DEMO-0001", "/bought", "/arrived")
    await play.staff_write("/bill EMS=32.40 SAL=18.20")
    await play.applies(cast.ben, "https://shop.example/fountain-pen", 2)
    await play.staff_write("/estimate 1=21.30 shipping=5.00 fee=4.00")
    await play.pays(cast.ben, "Ben Carter")
    await play.pays_in(cast.aki, "50.00", "Aki Tanaka")
    await play.finance_writes("/payin {newest} 50.00 DEMO-0002", f"/allow_payout {cast.aki.id}")
    await play.asks_for(cast.aki, "20.00", "Aki Tanaka, Spree Bank, account 123 456 7890")
    await play.pays_in(cast.ben, "40.00", "Ben Carter")
    await play.applies(cast.aki, "Indigo noren curtain, 85 × 150 cm", 1)
    await play.staff_write("/estimate 1=45.00 shipping=6.00 fee=5.00")
    await play.applies(cast.aki, "https://shop.example/matcha-30g", 3)


class _Play:
    """People on stage take their turns; the bot answers before the next one."""

    def __init__(self, daiko: Daiko, cast: Cast) -> None:
        self._daiko = daiko
        self._cast = cast
        self._orders = 0

    async def writes(self, who: Person, *texts: str) -> None:
        for text in texts:
            who.writes(text)
            await self._daiko.settle_down()

    async def presses(self, who: Person, *labels: str) -> None:
        for label in labels:
            who.presses(label)
            await self._daiko.settle_down()

    async def staff_write(self, *lines: str) -> None:
        """In the newest order's topic."""
        group = self._cast.group
        for line in lines:
            self._cast.mina.writes(line, group, topic=group.topic(f"#{self._orders}"))
            await self._daiko.settle_down()

    async def finance_writes(self, *lines: str) -> None:
        """In the finance topic, about the newest pay-in there."""
        topic = self._cast.group.topic("Finance")
        newest = re.findall(r"/payin (\d+)", "".join(topic.texts))[-1]
        for line in lines:
            self._cast.mina.writes(line.format(newest=newest), self._cast.group, topic=topic)
            await self._daiko.settle_down()

    async def pays_in(self, who: Person, amount: str, sender: str) -> None:
        await self.writes(who, "/deposit")
        await self.presses(who, "Pay in", "Bank transfer", "I have transferred it")
        await self.writes(who, amount)
        await self.presses(who, "Today")
        await self.writes(who, sender)
        await self.presses(who, "Skip", "Confirm")

    async def asks_for(self, who: Person, amount: str, account: str) -> None:
        """Some of the deposit back."""
        await self.writes(who, "/deposit")
        await self.presses(who, "Pay out")
        await self.writes(who, amount)
        await self.presses(who, "Bank")
        await self.writes(who, account)
        await self.presses(who, "Confirm")

    async def applies(self, who: Person, item: str, quantity: int) -> None:
        name = who.user.first_name
        if not who.sees:
            await self.writes(who, "/start")
        await self.writes(who, "/new", item, str(quantity))
        await self.presses(who, "Skip", "Done")
        await self.writes(who, ADDRESSES[name])
        await self.presses(who, "Cheapest", "Buy the rest", "5 %", "Confirm")
        self._orders += 1

    async def pays(self, who: Person, sender: str) -> None:
        await self.presses(who, "Pay 1st bill", "Bank transfer", "I have transferred it")
        await self.presses(who, "$", "Today")
        await self.writes(who, sender)
        await self.presses(who, "Skip", "Confirm")


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
