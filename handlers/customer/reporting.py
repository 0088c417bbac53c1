"""The payment report: a form that asks what was transferred, when, and by whom."""

from __future__ import annotations

from datetime import date, datetime

from actions import payments
from domain.bills import BillKind
from domain.ids import OrderId
from domain.letters import Screen
from domain.money import Currency, Money
from domain.refusals import StaleButton
from domain.reports import TransferReport, payment_code
from domain.typed import check_date, read_amount, read_date, read_sender, refuse_card
from handlers.customer import CUSTOMER, shipping
from handlers.customer.cards import bill_to_pay, file_under
from handlers.desk import Desk
from handlers.forms import Form, Given, Question, State, begin
from handlers.hearing import KEYS, PHOTO, TEXT, Heard, Kind
from views import paying as view
from views.buttons import Do
from views.forms import Prompt
from views.moments import zone


async def report(desk: Desk, press: Do) -> State:
    """*I have transferred it*."""
    file = await file_under(desk, press)
    order, bill = file.order, bill_to_pay(file)
    if bill.kind is BillKind.SECOND and not bill.method:
        return await shipping.choose(desk, file, bill)
    given: Given = {
        "order": order.id,
        "currency": order.currency.value,
        "due": bill.remaining.minor,
        "applied": _day(desk, order.applied_at).isoformat(),
    }
    return await begin(desk, REPORT, given)


def _day(desk: Desk, moment: datetime) -> date:
    """The day it is then where the customer is."""
    return moment.astimezone(zone(desk.reader.timezone)).date()


def _money(given: Given, minor: int) -> Money:
    return Money(minor, Currency(given["currency"]))


def _due(given: Given) -> Money:
    return _money(given, given["due"])


# The questions --------------------------------------------------------------------------------


async def _ask_amount(desk: Desk, given: Given) -> Prompt:
    return view.ask_amount(given["order"], _due(given), desk.say)


def _read_amount(_desk: Desk, given: Given, heard: Heard) -> int:
    if heard.kind is Kind.TEXT:
        return read_amount(heard.text, Currency(given["currency"])).minor
    if heard.value != view.DUE:
        raise StaleButton
    return _due(given).minor


async def _ask_date(desk: Desk, given: Given) -> Prompt:
    return view.ask_date(given["order"], _day(desk, desk.now), desk.say)


def _read_date(desk: Desk, given: Given, heard: Heard) -> str:
    today, applied = _day(desk, desk.now), date.fromisoformat(given["applied"])
    if heard.kind is Kind.TEXT:
        return read_date(heard.text, today, applied).isoformat()
    try:
        day = date.fromisoformat(heard.value)
    except ValueError:
        raise StaleButton from None
    return check_date(day, today, applied).isoformat()


async def _ask_sender(desk: Desk, given: Given) -> Prompt:
    return view.ask_sender(given["order"], desk.say)


def _read_sender(_desk: Desk, _given: Given, heard: Heard) -> str:
    return read_sender(heard.text)


async def _ask_receipt(desk: Desk, given: Given) -> Prompt:
    return view.ask_receipt(given["order"], desk.say)


def _read_receipt(_desk: Desk, _given: Given, heard: Heard) -> str:
    refuse_card(heard.text)
    return heard.photo


async def _ask_confirm(desk: Desk, given: Given) -> Prompt:
    order = OrderId(given["order"])
    return view.review_report(order, _report(given), _due(given), payment_code(order), desk.say)


def _read_confirm(_desk: Desk, _given: Given, heard: Heard) -> str:
    if heard.value != view.CONFIRM:
        raise StaleButton
    return heard.value


def _report(given: Given) -> TransferReport:
    return TransferReport(
        amount=_money(given, given["amount"]),
        transferred_on=date.fromisoformat(given["date"]),
        sender=given["sender"],
        receipt=given["receipt"],
    )


async def _done(desk: Desk, given: Given) -> Screen:
    order, report = OrderId(given["order"]), _report(given)
    await payments.report_transfer(desk.work, order, report)
    return view.reported(order, report.amount, desk.say)


async def _left(desk: Desk, given: Given) -> Screen:
    return view.report_left(OrderId(given["order"]), desk.say)


REPORT = Form(
    side=CUSTOMER,
    name="report",
    questions=(
        Question("amount", _ask_amount, _read_amount, TEXT | KEYS),
        Question("date", _ask_date, _read_date, TEXT | KEYS),
        Question("sender", _ask_sender, _read_sender),
        Question("receipt", _ask_receipt, _read_receipt, PHOTO, skip=True),
        Question("confirm", _ask_confirm, _read_confirm, KEYS),
    ),
    done=_done,
    left=_left,
)
