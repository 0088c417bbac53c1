"""The language in which a customer reads: Telegram's at first, then the one they choose."""

from __future__ import annotations

from domain.refusals import StaleButton
from handlers.desk import Desk
from handlers.forms import State, show
from views import languages as view
from views.buttons import ChooseLanguage
from views.texts import Reader


async def ask(desk: Desk) -> State:
    await show(desk, view.choose(desk.reader))
    return None


async def choose(desk: Desk, press: ChooseLanguage) -> State:
    if press.language not in view.offered():
        raise StaleButton
    await desk.uow.people.set_language(desk.person, press.language)
    await show(desk, view.chosen(Reader(press.language, desk.reader.timezone)))
    return None
