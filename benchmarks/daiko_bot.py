"""Daiko as `daiko run` starts it, but for the pacing: none, or that of a Telegram in a hurry."""

from __future__ import annotations

import argparse
import asyncio
import signal
from typing import Final

from bot import logs
from bot.app import Daiko, look_no_more_through_what_stays
from bot.migrating import bring_up_to_date
from bot.pacer import UNLIMITED, Limits
from bot.rooms import Rooms
from bot.settings import Settings

CHAT_MARGIN_SECONDS: Final = 0.05
GROUP_MARGIN_SECONDS: Final = 0.15  # on its way, what was evenly spaced comes unevenly


def hurried(times: float) -> Limits:
    """The limits of a Telegram whose minute passes so many times as fast; the way does not."""
    return Limits(
        per_second=28 * times,
        chat_gap_seconds=1 / times + CHAT_MARGIN_SECONDS,
        group_window_seconds=60 / times + GROUP_MARGIN_SECONDS,
    )


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
    parser.add_argument("--hurry", type=float, help="keep limits, of a Telegram so many as fast")
    hurry = parser.parse_args().hurry
    settings = Settings()
    logs.set_up("json", "WARNING")
    bring_up_to_date(settings.database_url)
    asyncio.run(run(settings, hurried(hurry) if hurry else UNLIMITED))


if __name__ == "__main__":
    main()
