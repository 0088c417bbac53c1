"""Refusals about pay-outs and four eyes, in words."""

from __future__ import annotations

from typing import Final

from markupsafe import Markup

from domain import refusals as no
from domain.refusals import Refused
from views import payouts
from views.lengths import one_line
from views.staff import code
from views.texts import Phrase, Texts, later

_TYPED_MAX: Final = 40
_SIMPLE: Final[dict[type[Refused], Phrase]] = {
    no.PayoutsOff: later(
        "Pay-outs are not possible here at the moment. Please contact our team: your deposit is"
        " safe."
    ),
    no.PayoutsStopped: later(
        "Pay-outs are stopped for a short while, until our books have been looked at. Nothing was"
        " changed; please try again later."
    ),
    no.BadEmail: later("Please send the e-mail address of your PayPal account, like a@b.com."),
    no.DetailsLocked: later(
        "The account details cannot be opened with the keys in ENCRYPTION_KEYS. Nothing was"
        " changed; whoever keeps the settings has to look."
    ),
    no.TwoMustAgree: later("So much money takes two finance members. Nothing was changed."),
}


def about(refused: Refused, say: Texts) -> Markup | None:
    simple = _SIMPLE.get(type(refused))
    if simple is not None:
        return say.of(simple)
    return _about_asking(refused, say) or _about_staff(refused, say)


def _about_asking(refused: Refused, say: Texts) -> Markup | None:
    match refused:
        case no.PayoutTooSmall(charge):
            return say(
                "A pay-out must be more than the charge of {charge}. Please choose a larger"
                " amount.",
                charge=charge,
            )
        case no.DepositTooSmall(deposit):
            return say("Your deposit has {deposit}, and no more can be paid out.", deposit=deposit)
        case no.NotUsedYet(most) if most.is_positive:
            return say(
                "Up to {most} can be paid out now: what came back to you. The rest can be after"
                " your first completed order; our team can allow it.",
                most=most,
            )
        case no.NotUsedYet():
            return say(
                "Your deposit cannot be paid out before you have used our service; our team can"
                " allow it."
            )
        case no.OwingFirst(owed):
            return say(
                "You owe {owed}. Please pay it first: then your deposit can be paid out.",
                owed=owed,
            )
        case _:
            return None


def _about_staff(refused: Refused, say: Texts) -> Markup | None:
    match refused:
        case no.NoSuchPayout(payout):
            return say("There is no pay-out {payout}.", payout=payout)
        case no.PayoutNotNow(payout, state):
            return say(
                "That is not possible: pay-out {payout} is {state}. Nothing was changed.",
                payout=payout,
                state=payouts.state(state, say),
            )
        case no.SomebodyElseMust(line):
            return say(
                "You proposed {line} yourself. It waits for another finance member to agree;"
                " nothing was changed.",
                line=code(one_line(line, 100)),
            )
        case no.ProposalDiffers(who, line):
            return say(
                "{who} proposed something else: {line}. Nothing was changed. Press Agree or write"
                " the same, or ask {who} to correct it.",
                who=one_line(who, 60),
                line=code(one_line(line, 100)),
            )
        case no.OwesLess(owed):
            return say("The customer owes {owed}; no more can be written off.", owed=owed)
        case no.PaidLess(paid):
            return say("Only {paid} of this order can be given back.", paid=paid)
        case _:
            return _about_who(refused, say)


def _about_who(refused: Refused, say: Texts) -> Markup | None:
    match refused:
        case no.OwnAccount():
            return say("This is your own account. Please ask a colleague. Nothing was changed.")
        case no.NoSuchCustomer(typed):
            return say(
                "I know no customer {typed}: somebody who has written to the bot, by Telegram"
                " number or @name.",
                typed=one_line(typed, _TYPED_MAX),
            )
        case _:
            return None
