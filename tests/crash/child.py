"""Bots to be killed: `python -m tests.crash.child echo|rooms URL TOKEN GROUP DATABASE [HURRY]`.

HURRY: two numbers, as `benchmarks.hurry` knows them; without them there are no limits.
"""

from __future__ import annotations

import asyncio
import os
import signal
import sys

from telegram import Update

from benchmarks.hurry import Hurry
from bot import logs
from bot.app import Daiko, Trade
from bot.pacer import UNLIMITED
from bot.rooms import Rooms
from bot.settings import Settings
from domain.letters import Drawn, Screen, ToStaff, Urgency
from handlers.desk import DeskContext
from tests.bot.echo import Echo


class Loud(Echo):
    """An echo that tells staff of everything it hears."""

    async def echo(self, update: Update, context: DeskContext) -> None:
        desk, message = context.desk, update.effective_message
        assert message is not None
        number = await self.count(desk)
        await desk.put(Drawn(Screen(f"{number}: {message.text}")))
        heard = Drawn(Screen(f"{desk.chat}/{number}: {message.text}"))
        await desk.put(heard, ToStaff(), Urgency.NOTICE)


async def main(trade: str, url: str, token: str, group: int, database: str, *hurry: str) -> None:
    settings = Settings(
        _env_file=None,
        bot_token=token,
        bot_api_url=url,
        staff_chat_id=group,
        database_url=database,
    )
    stop = asyncio.Event()
    asyncio.get_running_loop().add_signal_handler(signal.SIGTERM, stop.set)
    signal.pthread_sigmask(signal.SIG_UNBLOCK, {signal.SIGTERM})
    does: Trade = Loud() if trade == "echo" else Rooms(settings.agency())
    limits = Hurry.of(list(hurry)).limits if hurry else UNLIMITED
    async with Daiko(settings, does, limits=limits) as daiko:
        await daiko.run_forever(stop)


def bear() -> None:
    """A child for each "start" on the standard input; its number, and at its end its status.

    The children find everything imported: what is killed is the bot, not Python as it starts.
    """
    for line in sys.stdin:
        command, *rest = line.split()
        if command == "start":
            # Who is told to stop before they listen hears of it as soon as they do.
            signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGTERM})
            child = os.fork()
            if child == 0:
                trade, url, token, group, database, *hurry = sys.argv[1:]
                asyncio.run(main(trade, url, token, int(group), database, *hurry))
                os._exit(0)
            signal.pthread_sigmask(signal.SIG_UNBLOCK, {signal.SIGTERM})
            _tell(child)
        else:
            _tell(os.waitpid(int(rest[0]), 0)[1])


def _tell(number: int) -> None:
    sys.stdout.write(f"{number}\n")
    sys.stdout.flush()


if __name__ == "__main__":
    logs.set_up("json", "WARNING")
    bear()
