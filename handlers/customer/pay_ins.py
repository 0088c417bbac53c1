"""Paying in: by bank transfer with a report, or through PayPal."""

from __future__ import annotations

from datetime import date

from actions import pay_ins
from actions import paypal as paypal_actions
from domain.codes import customer_code
from domain.letters import Screen
from domain.money import Currency, Money
from domain.refusals import PaypalOff, StaleButton
from domain.reports import TransferReport
from domain.typed import check_date, read_amount, read_date, read_sender, refuse_card
from handlers.customer import CUSTOMER, deposit, paypal
from handlers.desk import Desk
from handlers.forms import Form, Given, Question, State, begin, show
from handlers.hearing import KEYS, PHOTO, TEXT, Heard, Kind
from views import pay_ins as view
from views.buttons import PurseDeed, PurseDo
from views.forms import Prompt

EXAMPLE_MINOR = 5000


async def do(desk: Desk, press: PurseDo) -> State:
    """What the deposit's page sets going."""
    match press.deed:
        case PurseDeed.PAY_IN:
            await show(desk, view.ways(desk.agency, desk.say))
        case PurseDeed.TRANSFER:
            await show(desk, view.transfer(customer_code(desk.person), desk.agency, desk.say))
        case PurseDeed.TRANSFERRED:
            return await begin(desk, REPORT, _given(desk))
        case PurseDeed.PAYPAL:
            if not desk.agency.paypal:
                raise PaypalOff
            return await begin(desk, PAYPAL, _given(desk))
        case PurseDeed.STATEMENT:
            return await deposit.statement(desk)
    return None


def _given(desk: Desk) -> Given:
    return {"currency": desk.agency.currency.value}


def _money(given: Given) -> Money:
    return Money(given["amount"], Currency(given["currency"]))


def _example(given: Given) -> Money:
    return Money(EXAMPLE_MINOR, Currency(given["currency"]))


# The report of a transfer ---------------------------------------------------------------------


async def _ask_amount(desk: Desk, given: Given) -> Prompt:
    return view.ask_amount(_example(given), desk.say)


def _read_amount(_desk: Desk, given: Given, heard: Heard) -> int:
    return read_amount(heard.text, Currency(given["currency"])).minor


async def _ask_date(desk: Desk, _given: Given) -> Prompt:
    return view.ask_date(deposit.day_of(desk, desk.now), desk.say)


def _read_date(desk: Desk, _given: Given, heard: Heard) -> str:
    today = deposit.day_of(desk, desk.now)
    if heard.kind is Kind.TEXT:
        return read_date(heard.text, today, today).isoformat()
    try:
        day = date.fromisoformat(heard.value)
    except ValueError:  # forged
        raise StaleButton from None
    return check_date(day, today, today).isoformat()


async def _ask_sender(desk: Desk, _given: Given) -> Prompt:
    return view.ask_sender(desk.say)


def _read_sender(_desk: Desk, _given: Given, heard: Heard) -> str:
    return read_sender(heard.text)


async def _ask_receipt(desk: Desk, _given: Given) -> Prompt:
    return view.ask_receipt(desk.say)


def _read_receipt(_desk: Desk, _given: Given, heard: Heard) -> str:
    refuse_card(heard.text)
    return heard.photo


async def _ask_confirm(desk: Desk, given: Given) -> Prompt:
    return view.review(_report(given), customer_code(desk.person), desk.say)


def _read_confirm(_desk: Desk, _given: Given, heard: Heard) -> str:
    if heard.value != view.CONFIRM:
        raise StaleButton
    return heard.value


def _report(given: Given) -> TransferReport:
    return TransferReport(
        amount=_money(given),
        transferred_on=date.fromisoformat(given["date"]),
        sender=given["sender"],
        receipt=given["receipt"],
    )


async def _done(desk: Desk, given: Given) -> Screen:
    payment = await pay_ins.report(desk.work, _report(given))
    return view.reported(payment.claimed, desk.say)


async def _left(desk: Desk, _given: Given) -> Screen:
    return view.left(desk.say)


REPORT = Form(
    side=CUSTOMER,
    name="payin",
    questions=(
        Question("amount", _ask_amount, _read_amount),
        Question("date", _ask_date, _read_date, TEXT | KEYS),
        Question("sender", _ask_sender, _read_sender),
        Question("receipt", _ask_receipt, _read_receipt, PHOTO, skip=True),
        Question("confirm", _ask_confirm, _read_confirm, KEYS),
    ),
    done=_done,
    left=_left,
)

# Through PayPal -------------------------------------------------------------------------------


async def _ask_paypal(desk: Desk, given: Given) -> Prompt:
    return view.ask_paypal_amount(_example(given), desk.say)


async def _start_paypal(desk: Desk, given: Given) -> None:
    started = await paypal_actions.start_pay_in(desk.work, _money(given))
    await paypal.show_started(desk, started)


PAYPAL = Form(
    side=CUSTOMER,
    name="paypal",
    questions=(Question("amount", _ask_paypal, _read_amount),),
    done=_start_paypal,
    left=_left,
)
