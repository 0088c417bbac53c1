"""The rights of people: the privacy notice, the terms, their data, and deleting the account."""

from __future__ import annotations

from datetime import UTC, datetime

from actions import rights
from domain.refusals import StaleButton
from domain.rights import require_fresh
from handlers.desk import Desk
from handlers.forms import State, show
from views import rights as view
from views.buttons import RightsDeed, RightsDo


async def privacy(desk: Desk) -> State:
    await show(desk, view.privacy(desk.reader, desk.agency))
    return None


async def terms(desk: Desk) -> State:
    await show(desk, view.terms(desk.reader, desk.agency))
    return None


async def do(desk: Desk, press: RightsDo) -> State:
    match press.deed:
        case RightsDeed.DOWNLOAD:
            await rights.download(desk.work)
            await show(desk, view.data_promised(desk.say))
        case RightsDeed.DELETE:
            await _explain(desk)
        case RightsDeed.SURE:
            require_fresh(_moment(press), desk.now)
            await show(desk, view.last_question(press.explained_at, desk.say))
        case RightsDeed.ERASE:
            require_fresh(_moment(press), desk.now)
            await _erase(desk)
        case _:
            raise StaleButton
    return None


async def _explain(desk: Desk) -> None:
    """What keeps the account open; or what is erased and what stays, before anything is asked."""
    standing = await rights.standing(desk.work)
    if not standing.is_closed:
        await show(desk, view.still_open(standing, desk.say))
        return
    await show(desk, view.explained(int(desk.now.timestamp()), desk.say))


async def _erase(desk: Desk) -> None:
    desk.talks.leave_all()  # what they were in the middle of names them, too
    goodbye = view.erased(desk.say)
    await rights.erase(desk.work)
    await show(desk, goodbye)


def _moment(press: RightsDo) -> datetime:
    try:
        return datetime.fromtimestamp(press.explained_at, UTC)
    except (ValueError, OverflowError, OSError):  # forged
        raise StaleButton from None
