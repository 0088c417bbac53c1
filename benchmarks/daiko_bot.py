"""Daiko as `daiko run` starts it, but for the pacing: a benchmark asks what it could do."""

from __future__ import annotations

import asyncio
import signal

from bot import logs
from bot.app import Daiko, look_no_more_through_what_stays
from bot.migrating import bring_up_to_date
from bot.pacer import UNLIMITED
from bot.rooms import Rooms
from bot.settings import Settings


async def run(settings: Settings) -> None:
    stop = asyncio.Event()
    loop = asyncio.get_running_loop()
    for name in (signal.SIGINT, signal.SIGTERM):
        loop.add_signal_handler(name, stop.set)
    async with Daiko(settings, Rooms(settings.agency()), limits=UNLIMITED) as daiko:
        look_no_more_through_what_stays()
        await daiko.run_forever(stop)


def main() -> None:
    settings = Settings()
    logs.set_up("json", "WARNING")
    bring_up_to_date(settings.database_url)
    asyncio.run(run(settings))


if __name__ == "__main__":
    main()
