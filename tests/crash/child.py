"""A bot to be killed: `python -m tests.crash.child URL TOKEN GROUP DATABASE`."""

from __future__ import annotations

import asyncio
import signal
import sys

from telegram import Update

from bot import logs
from bot.app import Daiko
from bot.migrating import bring_up_to_date
from bot.pacer import UNLIMITED
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


async def main(url: str, token: str, group: int, database: str) -> None:
    settings = Settings(
        _env_file=None,
        bot_token=token,
        bot_api_url=url,
        staff_chat_id=group,
        database_url=database,
    )
    stop = asyncio.Event()
    asyncio.get_running_loop().add_signal_handler(signal.SIGTERM, stop.set)
    async with Daiko(settings, Loud(), limits=UNLIMITED) as daiko:
        await daiko.run_forever(stop)


if __name__ == "__main__":
    logs.set_up("json", "WARNING")
    bring_up_to_date(sys.argv[4])
    asyncio.run(main(sys.argv[1], sys.argv[2], int(sys.argv[3]), sys.argv[4]))
