"""Paying out, as the customer sees it: the questions, the review, and taking it back."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Final

from markupsafe import Markup

from domain.ids import PayoutId
from domain.letters import Key, Screen
from domain.money import Money
from domain.payments import Method, PayoutState
from domain.payouts import DETAILS_MAX, Payout, Standing
from views.buttons import Go, PayOut, PayoutAsk, PayoutDeed, Place
from views.forms import Answer, Prompt, column
from views.pages import Row
from views.texts import Phrase, Texts, later

ALL: Final = "all"
CONFIRM: Final = "ok"
METHODS: Final = {Method.BANK: later("Bank"), Method.PAYPAL: later("PayPal")}
STATES: Final[dict[PayoutState, Phrase]] = {
    PayoutState.HELD: later("waiting for our team"),
    PayoutState.STARTED: later("being sent"),
    PayoutState.SENT: later("sent"),
    PayoutState.REFUSED: later("refused"),
    PayoutState.WITHDRAWN: later("withdrawn"),
    PayoutState.BOUNCED: later("came back"),
}


def state(of: str, say: Texts) -> Markup:
    return say.of(STATES[PayoutState(of)])


def method(of: str, say: Texts) -> Markup:
    return say.of(METHODS[Method(of)])


def pay_out_key(say: Texts) -> Key:
    """For the deposit's page."""
    return PayOut().key(say.label("Pay out", emoji="💸"))


# The questions --------------------------------------------------------------------------------


def ask_amount(most: Money, charge: Money, say: Texts) -> Prompt:
    text = say(
        "<b>Pay out</b>\n\nHow much shall we send you? You can have up to <b>{most}</b>. "
        "A charge of {charge} is taken from the amount.",
        most=most,
        charge=charge,
    )
    return Prompt(text, ((Answer(say.label("All", detail=most), ALL),),))


def ask_method(amount: Money, say: Texts) -> Prompt:
    text = say("<b>Pay out {amount}</b>\n\nHow shall we send it?", amount=amount)
    labels = {Method.BANK: say.label("Bank", emoji="🏦"), Method.PAYPAL: say.label("PayPal")}
    return Prompt(text, column((label, method.value) for method, label in labels.items()))


def ask_details(method: Method, say: Texts) -> Prompt:
    if method is Method.PAYPAL:
        where = say("What is the e-mail address of your PayPal account?")
    else:
        where = say(
            "Where shall we send it? Please write the account holder, the bank, the account "
            "number or IBAN, and the BIC if there is one; {most} characters at most.",
            most=DETAILS_MAX,
        )
    safe = say(
        "Your message is taken out of this chat. We keep it encrypted, and erase it when the "
        "pay-out is done."
    )
    return Prompt(Markup("\n\n").join([where, safe]))


def review(
    amount: Money, charge: Money, method: Method, hint: str, due_on: date, say: Texts
) -> Prompt:
    text = Markup("\n").join(
        [
            say("<b>Please check your pay-out</b>"),
            "",
            say("From your deposit: <b>{amount}</b>", amount=amount),
            say("Charge: {charge}", charge=charge),
            say("You will get: <b>{arrives}</b>", arrives=amount - charge),
            _where(method, hint, say),
            say("At the latest on {day}", day=due_on),
            "",
            say("The amount is reserved at once. You can withdraw it until our team begins."),
        ]
    )
    return Prompt(text, ((Answer(say.label("Confirm", emoji="✅"), CONFIRM),),))


def _where(method: Method, hint: str, say: Texts) -> Markup:
    if method is Method.PAYPAL:
        return say("To: PayPal {hint}", hint=hint)
    return say("To: bank account {hint}", hint=hint)


# Afterwards -----------------------------------------------------------------------------------


def requested(payout: Payout, say: Texts) -> Screen:
    text = Markup("\n").join(
        [
            say(
                "✅ <b>Pay-out {number}</b> is on its way to our team: you will get "
                "<b>{arrives}</b> by {day} at the latest.",
                number=payout.id,
                arrives=payout.arrives,
                day=payout.due_on,
            ),
            say("{amount} of your deposit is reserved for it.", amount=payout.amount),
        ]
    )
    return Screen(str(text), (_withdraw(payout, say), _back(say)))


def waiting(payouts: Sequence[Payout], today: date, say: Texts) -> list[Markup]:
    """The pay-outs that are under way, a line each, for the deposit's page."""
    return [_waits(payout, payout.due_on < today, say) for payout in payouts]


def _waits(payout: Payout, is_late: bool, say: Texts) -> Markup:
    text = _LATE if is_late else _IN_TIME
    return say.of(
        text,
        number=payout.id,
        amount=payout.amount,
        hint=payout.hint,
        state=state(payout.state, say),
        day=payout.due_on,
    )


_IN_TIME: Final = later("Pay-out {number}: {amount} to {hint}, {state}, by {day}")
_LATE: Final = later(
    "⚠️ Pay-out {number}: {amount} to {hint}, {state}. It was to be sent by {day} and is late. We "
    "are sorry; our team knows it and looks into it."
)


def withdraw_rows(payouts: Sequence[Payout], say: Texts) -> tuple[Row, ...]:
    """A key for each that can still be taken back, for the deposit's page."""
    return tuple(_withdraw(each, say) for each in payouts if each.state is PayoutState.HELD)


def _withdraw(payout: Payout, say: Texts) -> Row:
    label = say.label("Withdraw", emoji="↩️", detail=payout.amount)
    return (PayoutAsk(payout.id, PayoutDeed.WITHDRAW).key(label),)


def withdraw(payout: Payout, say: Texts) -> Screen:
    """What withdrawing means; nothing has moved yet."""
    text = say(
        "<b>Withdraw pay-out {number}?</b>\n\n{amount} goes back to your deposit, and nothing "
        "is sent.",
        number=payout.id,
        amount=payout.amount,
    )
    confirm = PayoutAsk(payout.id, PayoutDeed.WITHDRAW_CONFIRM).key(
        say.label("Confirm", emoji="✅")
    )
    return Screen(str(text), ((confirm,), _back(say)))


def withdrawn(payout: Payout, say: Texts) -> Screen:
    text = say(
        "↩️ Pay-out {number} is withdrawn: <b>{amount}</b> is back in your deposit.",
        number=payout.id,
        amount=payout.amount,
    )
    return Screen(str(text), (deposit_row(say),))


def left(say: Texts) -> Screen:
    return Screen(str(say("Nothing is paid out, and nothing was reserved.")), (deposit_row(say),))


def _back(say: Texts) -> Row:
    return (Go(Place.DEPOSIT).key(say.label("Back", emoji="⬅️")),)


def deposit_row(say: Texts) -> Row:
    return (Go(Place.DEPOSIT).key(say.label("Deposit", emoji="💰")),)


# Not yet --------------------------------------------------------------------------------------


def not_yet(standing: Standing, say: Texts) -> Screen:
    """[R] Who has never used the service is told why, and whom to ask."""
    text = say(
        "<b>Pay out</b>\n\nYour deposit is {deposit}. It cannot be paid out yet, because none of "
        "it was ever used for our service: a pay-out becomes possible with your first completed "
        "order. What comes back to you from a cancelled order or a settlement can always be paid "
        "out.\n\nIs this a problem for you? Please contact our team: they can allow it.",
        deposit=standing.deposit,
    )
    return Screen(str(text), (contact_row(say), _back(say)))


def contact_row(say: Texts) -> Row:
    label = say.label("Contact staff", emoji="💬")
    return (PayoutAsk(PayoutId(0), PayoutDeed.CONTACT).key(label),)


def contacted(say: Texts) -> Screen:
    text = say("Our team knows that you would like a pay-out. You will hear from them here.")
    return Screen(str(text), (deposit_row(say),))
