"""Paying in: how, where to, the report of a transfer, and what became of it."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta
from typing import Final

from markupsafe import Markup

from domain import notices as told
from domain.agency import Agency
from domain.letters import Key, Screen
from domain.money import Money
from domain.reports import TransferReport
from views.buttons import PurseDeed
from views.deposit import back, do, open_deposit
from views.forms import Answer, Prompt
from views.lengths import block, one_line
from views.texts import Texts

CONFIRM: Final = "ok"
_REASON_MAX: Final = 500


def ways(agency: Agency, say: Texts) -> Screen:
    """PayPal is there when the agency has it."""
    rows = [(do(PurseDeed.TRANSFER, say.label("Bank transfer", emoji="🏦")),)]
    if agency.paypal:
        rows.append((do(PurseDeed.PAYPAL, say.label("PayPal", emoji="💳")),))
    text = say(
        "<b>Pay in</b>\n\nAny amount goes into your deposit as soon as it has arrived. How would "
        "you like to pay?"
    )
    return Screen(str(text), (*rows, back(say)))


def transfer(code: str, agency: Agency, say: Texts) -> Screen:
    """Where to pay to, and the customer's own code."""
    said = [
        say("<b>Pay in by bank transfer</b>"),
        _account(agency, say),
        say(
            "<b>Payment code:</b> <code>{code}</code>\nPlease write it on the transfer, so that "
            "we know whose money it is. The code is always the same.",
            code=code,
        ),
        say("<b>Next:</b> when you have transferred it, tell us with the button below."),
    ]
    return Screen(
        str(Markup("\n\n").join(said)),
        (
            (Key(say.label("Copy code", emoji="📋", detail=code), copy=code),),
            (do(PurseDeed.TRANSFERRED, say.label("I have transferred it", emoji="✅")),),
            (do(PurseDeed.PAY_IN, say.label("Back", emoji="⬅️")),),
        ),
    )


def _account(agency: Agency, say: Texts) -> Markup:
    if not agency.bank_account:
        return say("<b>Account:</b> please ask us for it before you transfer anything.")
    return say("<b>Account:</b>\n<code>{account}</code>", account=block(agency.bank_account, 600))


# The questions --------------------------------------------------------------------------------


def ask_amount(example: Money, say: Texts) -> Prompt:
    return Prompt(
        say(
            "<b>Payment report for a pay-in.</b>\n\nHow much did you transfer? Please type the "
            "amount, such as <code>{example}</code>.",
            example=example.plain(),
        )
    )


def ask_date(today: date, say: Texts) -> Prompt:
    yesterday = today - timedelta(days=1)
    row = (
        Answer(say.label("Today"), today.isoformat()),
        Answer(say.label("Yesterday"), yesterday.isoformat()),
    )
    return Prompt(
        say(
            "<b>When</b> did you transfer it? Or type the date, such as <code>{example}</code>.",
            example=(today - timedelta(days=2)).isoformat(),
        ),
        (row,),
    )


def ask_sender(say: Texts) -> Prompt:
    return Prompt(say("Whose <b>name</b> is on the transfer? Please type the sender’s name."))


def ask_receipt(say: Texts) -> Prompt:
    return Prompt(
        say("Do you have a <b>photo of the receipt</b>? Send it here; it helps. If not, skip.")
    )


def ask_paypal_amount(example: Money, say: Texts) -> Prompt:
    return Prompt(
        say(
            "<b>Pay in by PayPal</b>\n\nHow much would you like to pay in? Please type the "
            "amount, such as <code>{example}</code>.",
            example=example.plain(),
        )
    )


def review(report: TransferReport, code: str, say: Texts) -> Prompt:
    receipt = say("with a photo") if report.receipt else say("none")
    said = [
        say("<b>Please check your payment report.</b>"),
        Markup("\n").join(
            [
                say("<b>Amount:</b> {amount}", amount=report.amount),
                say("<b>Date:</b> {day}", day=report.transferred_on),
                say("<b>Sender:</b> {name}", name=one_line(report.sender, 100)),
                say("<b>Receipt:</b> {is_there}", is_there=receipt),
                say("<b>Payment code:</b> <code>{code}</code>", code=code),
            ]
        ),
        say("With <b>Confirm</b> it goes to us. What arrives is what counts."),
    ]
    return Prompt(
        Markup("\n\n").join(said), ((Answer(say.label("Confirm", emoji="✅"), CONFIRM),),)
    )


def reported(amount: Money, say: Texts) -> Screen:
    text = say(
        "✅ Thank you, we have your report of {amount}.\n\n<b>Next:</b> we look for it at our "
        "bank. As soon as it has arrived it is in your deposit, and we tell you here.",
        amount=amount,
    )
    return Screen(str(text), (open_deposit(say),))


def left(say: Texts) -> Screen:
    return Screen(str(say("The pay-in was left; nothing was sent.")), (open_deposit(say),))


# What became of it ----------------------------------------------------------------------------


def confirmed(notice: told.PayInConfirmed, say: Texts) -> Screen:
    return Screen(str(Markup("\n").join(_confirmed(notice, say))), (open_deposit(say),))


def _confirmed(notice: told.PayInConfirmed, say: Texts) -> Iterator[Markup]:
    yield say("💰 <b>{amount}</b> has arrived and is in your deposit.", amount=notice.received)
    if notice.repaid.is_positive:
        yield say("{amount} of it went towards what you owed us.", amount=notice.repaid)
    yield say("Balance: {amount}", amount=notice.balance)


def refused(notice: told.PayInRefused, say: Texts) -> Screen:
    text = say(
        "⚠️ We could not confirm your pay-in of {amount}.\n<b>Reason:</b> {reason}\n\nIf the "
        "money was sent, please report it once more with the receipt.",
        amount=notice.claimed,
        reason=one_line(notice.reason, _REASON_MAX),
    )
    again = do(PurseDeed.PAY_IN, say.label("Pay in", emoji="💰"))
    return Screen(str(text), ((again, *open_deposit(say)),))
