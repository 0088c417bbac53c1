"""Daiko as `daiko run` starts it, but for the pacing: none, or that of a Telegram in a hurry."""

from __future__ import annotations

import argparse
import asyncio
import signal

from benchmarks import hurry
from benchmarks.hurry import Hurry
from bot import logs
from bot.app import Daiko, look_no_more_through_what_stays
from bot.migrating import bring_up_to_date
from bot.pacer import UNLIMITED, Limits
from bot.rooms import Rooms
from bot.settings import Settings


async def run(settings: Settings, limits: Limits) -> None:
    stop = asyncio.Event()
    loop = asyncio.get_running_loop()
    for name in (signal.SIGINT, signal.SIGTERM):
        loop.add_signal_handler(name, stop.set)
    async with Daiko(settings, Rooms(settings.agency()), limits=limits) as daiko:
        look_no_more_through_what_stays()
        await daiko.run_forever(stop)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    hurry.add_to(parser, None)
    words = parser.parse_args().hurry
    settings = Settings()
    logs.set_up("json", "WARNING")
    bring_up_to_date(settings.database_url)
    asyncio.run(run(settings, Hurry.of(words).limits if words else UNLIMITED))


if __name__ == "__main__":
    main()
