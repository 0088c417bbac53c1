"""What the rooms below bring to the bot: handlers, words, and what time does."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from bot.app import Commands
from bot.application import DaikoApplication
from bot.drawing import Drawing
from domain.agency import Agency
from domain.refusals import Refused
from handlers import arrivals, commands, refusals, routes
from handlers.desk import Desk
from scheduler.desk import DESK
from scheduler.held_up import HELD_UP, SHUT_OUT
from scheduler.money import MONEY
from scheduler.sweeps import SWEEPS, Sweep
from scheduler.tidying import TIDYING


class Rooms:
    """The trade of `bot.app.Daiko`."""

    sweeps: Final[Sequence[Sweep]] = (*SWEEPS, *MONEY, *DESK, HELD_UP, SHUT_OUT, TIDYING)

    def __init__(self, agency: Agency) -> None:
        self.commands = Commands(
            commands.PRIVATE, commands.in_staff_group(agency.language), commands.translated()
        )
        self.drawer = Drawing(agency)

    def add_handlers(self, application: DaikoApplication) -> None:
        for group, handlers in enumerate(routes.groups()):
            application.add_handlers(handlers, group)

    async def arrive(self, desk: Desk) -> None:
        await arrivals.arrive(desk)

    async def tell_refusal(self, refusal: Refused, desk: Desk) -> None:
        await refusals.answer(refusal, desk)
