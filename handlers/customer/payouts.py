"""Paying out: the form, and taking a request back."""

from __future__ import annotations

from actions import payouts
from actions.calendar import business_days_from
from domain.ids import PersonId
from domain.letters import Screen
from domain.money import Currency, Money
from domain.payments import Method, PayoutState
from domain.payouts import DUE_DAYS, Standing, check, hint_of, read_details
from domain.refusals import (
    DepositTooSmall,
    NoSuchPayout,
    OwingFirst,
    PayoutNotNow,
    StaleButton,
)
from domain.typed import read_amount
from handlers.customer import CUSTOMER
from handlers.desk import Desk
from handlers.forms import Form, Given, Question, State, begin, show
from handlers.hearing import KEYS, TEXT, Heard, Kind
from views import payouts as view
from views.buttons import PayOut, PayoutAsk, PayoutDeed
from views.forms import Prompt


async def pay_out(desk: Desk, _press: PayOut) -> State:
    """*Pay out*: who may not is told why before anything is asked."""
    await payouts.require_open(desk.work)
    standing = await payouts.standing(desk.work)
    if standing.owed.is_positive:
        raise OwingFirst(standing.owed)
    if standing.deposit <= standing.charge:
        raise DepositTooSmall(standing.deposit)
    if standing.needs_staff:
        await show(desk, view.not_yet(standing, desk.say))
        return None
    return await begin(desk, PAY_OUT, _sheet(standing))


def _sheet(standing: Standing) -> Given:
    return {
        "currency": standing.deposit.currency.value,
        "most": standing.most.minor,
        "deposit": standing.deposit.minor,
        "charge": standing.charge.minor,
    }


def _money(given: Given, name: str) -> Money:
    return Money(given[name], Currency(given["currency"]))


# The questions --------------------------------------------------------------------------------


async def _ask_amount(desk: Desk, given: Given) -> Prompt:
    return view.ask_amount(_money(given, "most"), _money(given, "charge"), desk.say)


def _read_amount(_desk: Desk, given: Given, heard: Heard) -> int:
    if heard.kind is Kind.TEXT:
        amount = read_amount(heard.text, Currency(given["currency"]))
        check(amount, _standing(given))
        return amount.minor
    if heard.value != view.ALL:
        raise StaleButton
    return _money(given, "most").minor


def _standing(given: Given) -> Standing:
    """As it was when the form began; what counts is looked up again when it is confirmed."""
    deposit, most = _money(given, "deposit"), _money(given, "most")
    return Standing(
        deposit=deposit,
        owed=deposit.nothing,
        charge=_money(given, "charge"),
        has_used=False,
        returned=most,
        paid_out=deposit.nothing,
    )


async def _ask_method(desk: Desk, given: Given) -> Prompt:
    return view.ask_method(_money(given, "amount"), desk.say)


def _read_method(_desk: Desk, _given: Given, heard: Heard) -> str:
    if heard.value not in (Method.BANK, Method.PAYPAL):
        raise StaleButton
    return heard.value


async def _ask_details(desk: Desk, given: Given) -> Prompt:
    return view.ask_details(Method(given["method"]), desk.say)


def _read_details(desk: Desk, given: Given, heard: Heard) -> str:
    """Kept sealed even while the form goes on."""
    method = Method(given["method"])
    details = read_details(heard.text, method)
    given["hint"] = hint_of(details, method)
    return desk.uow.payouts.vault.seal_draft(_who(desk), details)


def _who(desk: Desk) -> PersonId:
    return desk.work.by.id


async def _ask_confirm(desk: Desk, given: Given) -> Prompt:
    return view.review(
        _money(given, "amount"),
        _money(given, "charge"),
        Method(given["method"]),
        given["hint"],
        business_days_from(desk.agency, desk.now, DUE_DAYS),
        desk.say,
    )


def _read_confirm(_desk: Desk, _given: Given, heard: Heard) -> str:
    if heard.value != view.CONFIRM:
        raise StaleButton
    return heard.value


async def _done(desk: Desk, given: Given) -> Screen:
    details = desk.uow.payouts.vault.open_draft(_who(desk), given["details"])
    asked = payouts.Request(_money(given, "amount"), Method(given["method"]), details)
    return view.requested(await payouts.request(desk.work, asked), desk.say)


async def _left(desk: Desk, _given: Given) -> Screen:
    return view.left(desk.say)


PAY_OUT = Form(
    side=CUSTOMER,
    name="payout",
    questions=(
        Question("amount", _ask_amount, _read_amount, TEXT | KEYS),
        Question("method", _ask_method, _read_method, KEYS),
        Question("details", _ask_details, _read_details, secret=True),
        Question("confirm", _ask_confirm, _read_confirm, KEYS),
    ),
    done=_done,
    left=_left,
)


# Afterwards -----------------------------------------------------------------------------------


async def ask(desk: Desk, press: PayoutAsk) -> State:
    """*Withdraw*, with its *Confirm*, and *Contact staff*."""
    match press.deed:
        case PayoutDeed.WITHDRAW:
            await _withdraw(desk, press)
        case PayoutDeed.WITHDRAW_CONFIRM:
            payout = await payouts.withdraw(desk.work, press.payout)
            await show(desk, view.withdrawn(payout, desk.say))
        case PayoutDeed.CONTACT:
            await payouts.contact_staff(desk.work)
            await show(desk, view.contacted(desk.say))
        case _:
            raise StaleButton
    return None


async def _withdraw(desk: Desk, press: PayoutAsk) -> None:
    payout = await desk.uow.payouts.get(press.payout)
    if payout.customer != desk.person:
        raise NoSuchPayout(press.payout)
    if payout.state is not PayoutState.HELD:
        raise PayoutNotNow(payout.id, payout.state)
    await show(desk, view.withdraw(payout, desk.say))
