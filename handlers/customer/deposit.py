"""The deposit: its page, the usage history, and the form that asks for a statement."""

from __future__ import annotations

from datetime import date, datetime

from actions.calendar import today
from domain.letters import Screen, Statement
from domain.refusals import StaleButton
from domain.typed import check_period, read_period
from handlers.customer import CUSTOMER
from handlers.desk import Desk
from handlers.forms import Form, Given, Question, State, begin, show
from handlers.hearing import KEYS, TEXT, Heard, Kind
from views import deposit as view
from views.buttons import HistoryPage
from views.forms import Prompt
from views.moments import zone
from views.pages import pages


async def deposit(desk: Desk) -> State:
    """`/deposit`: what is there."""
    purse = await desk.uow.ledger.purse(desk.person, desk.agency.currency)
    waiting = await desk.uow.payouts.waiting_of(desk.person)
    await show(desk, view.page(purse, today(desk.agency, desk.now), desk.say, waiting))
    return None


async def history(desk: Desk, press: HistoryPage) -> State:
    """A page of the history; a page that does not exist is the nearest one that does."""
    ledger, currency, size = desk.uow.ledger, desk.agency.currency, view.ENTRIES_A_PAGE
    count = pages(await ledger.history_count(desk.person, currency), size)
    number = min(max(press.page, 0), count - 1)
    lines = await ledger.history_page(desk.person, currency, number * size, size)
    purse = await ledger.purse(desk.person, currency)
    await show(desk, view.history(purse, lines, number, count, desk.say))
    return None


# The statement --------------------------------------------------------------------------------


async def statement(desk: Desk) -> State:
    return await begin(desk, STATEMENT)


def day_of(desk: Desk, moment: datetime) -> date:
    """The day it is then where the customer is."""
    return moment.astimezone(zone(desk.reader.timezone)).date()


async def _ask_period(desk: Desk, _given: Given) -> Prompt:
    return view.ask_period(day_of(desk, desk.now), desk.say)


def _read_period(desk: Desk, _given: Given, heard: Heard) -> list[str]:
    today = day_of(desk, desk.now)
    if heard.kind is Kind.TEXT:
        days = read_period(heard.text, today)
    else:
        days = _pressed(heard.value, today)
    return [day.isoformat() for day in days]


def _pressed(value: str, today: date) -> tuple[date, date]:
    try:
        since, until = map(date.fromisoformat, value.split(" "))
    except ValueError:  # forged
        raise StaleButton from None
    return check_period(since, until, today)


def _days(given: Given) -> tuple[date, date]:
    since, until = given["period"]
    return date.fromisoformat(since), date.fromisoformat(until)


async def _ask_form(desk: Desk, given: Given) -> Prompt:
    return view.ask_form(*_days(given), desk.say)


def _read_form(_desk: Desk, _given: Given, heard: Heard) -> str:
    if heard.value not in (view.PDF, view.CSV):
        raise StaleButton
    return heard.value


async def _done(desk: Desk, given: Given) -> Screen:
    since, until = _days(given)
    await desk.put(Statement(desk.person, since, until, given["form"]))
    return view.statement_promised(since, until, desk.say)


async def _left(desk: Desk, _given: Given) -> Screen:
    return view.statement_left(desk.say)


STATEMENT = Form(
    side=CUSTOMER,
    name="statement",
    questions=(
        Question("period", _ask_period, _read_period, TEXT | KEYS),
        Question("form", _ask_form, _read_form, KEYS),
    ),
    done=_done,
    left=_left,
)
