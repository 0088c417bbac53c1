"""`daiko agency move`: an order goes to another agency when its own staff cannot write `/move`."""

from __future__ import annotations

from datetime import datetime

from actions import moving
from actions.work import Work
from bot.agencies import WrongWords
from bot.settings import Settings
from domain.actors import KEEPER
from domain.ids import OrderId
from domain.moving import called
from domain.refusals import NotYours, Refused
from storage.database import Database
from storage.unit_of_work import unit_of_work
from views import refusals
from views.lengths import plain
from views.texts import Reader


async def move(
    database: Database, settings: Settings, order: int, name: str, now: datetime
) -> str:
    """What is said of it then; WrongWords says why not."""
    say = Reader().say
    try:
        async with unit_of_work(database) as uow:
            work = Work(uow, settings.agency(), now, KEEPER)
            there = called(await moving.agencies(work), name)
            done = await moving.move(work, OrderId(order), there)
    except NotYours:
        raise WrongWords(f"there is no order {order}") from None
    except Refused as refusal:
        raise WrongWords(plain(refusals.refusal(refusal, say))) from None
    was, now_with = done.here.name, done.there.name
    told = f"#{order} is with {now_with} now, and was with {was}."
    if done.reported is not None:
        told += (
            f" A transfer that was reported to {was} went with it; {now_with}'s staff are told."
        )
    return told
