"""What staff are answered about pay-outs and four eyes, and what their buttons ask."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from markupsafe import Markup

from domain.files import Person
from domain.letters import Key, Screen
from domain.money import Money
from domain.payouts import Payout
from domain.proposals import Proposal
from views import payout_notices, payouts
from views.buttons import AgreeTo, FormStep, PayoutDuty, StaffKey
from views.lengths import one_line
from views.sentences import together
from views.staff import code, why_not
from views.staff_forms import Turn
from views.texts import Phrase, Texts, later

CONFIRM: Final = "ok"
_NAME_MAX: Final = 60
_SHOWN_MAX: Final = 30


# Results --------------------------------------------------------------------------------------


def waiting(found: Sequence[tuple[Payout, Person]], say: Texts) -> Screen:
    """All pay-outs that wait, the most urgent first, each with what can be done about it."""
    if not found:
        return Screen(str(say("No pay-out is waiting.")))
    rows = [say.n("{n} pay-out is waiting:", "{n} pay-outs are waiting:", len(found))]
    for payout, person in found[:_SHOWN_MAX]:
        rows += [Markup(), _row(payout, person, say)]
        rows += payout_notices.lines_of(payout.id, payout.state)
    return Screen(str(Markup("\n").join(rows)))


def _row(payout: Payout, person: Person, say: Texts) -> Markup:
    return say(
        "<b>Pay-out {number}</b> · {name} ({customer}) · {arrives} by {method} to {hint} · {state}"
        " · due on {day}",
        number=payout.id,
        name=one_line(person.name, _NAME_MAX),
        customer=person.id,
        arrives=payout.arrives,
        method=payouts.method(payout.method, say),
        hint=payout.hint,
        state=payouts.state(payout.state, say),
        day=payout.due_on,
    )


def sent(payout: Payout, say: Texts) -> Screen:
    words = say(
        "✅ Pay-out {number} is booked as sent: {arrives}, reference {reference}. The account"
        " details are erased, and the customer is told. If it comes back:",
        number=payout.id,
        arrives=payout.arrives,
        reference=code(payout.reference),
    )
    lines = Markup("\n").join([words, *payout_notices.lines_of(payout.id, "sent")])
    return Screen(str(lines), (payout_notices.to_bounce(payout.id, say),))


def refused(payout: Payout, say: Texts) -> Screen:
    words = say(
        "✅ Pay-out {number} is refused: {amount} went back to the deposit, the account details"
        " are erased, and the customer is told.",
        number=payout.id,
        amount=payout.amount,
    )
    return Screen(str(words))


def bounced(payout: Payout, say: Texts) -> Screen:
    words = say(
        "✅ Pay-out {number} is booked as returned: {amount} went back to the deposit, the charge"
        " too, and the customer is told.",
        number=payout.id,
        amount=payout.amount,
    )
    return Screen(str(words))


def allowed(person: Person, say: Texts) -> Screen:
    words = say(
        "✅ {name} ({customer}) may pay out of the deposit now, and is told.",
        name=one_line(person.name, _NAME_MAX),
        customer=person.id,
    )
    return Screen(str(words))


def goodwill(amount: Money, repaid: Money, say: Texts) -> Screen:
    words = [say("✅ {amount} is in the customer’s deposit, and they are told.", amount=amount)]
    return Screen(str(together(*words, *_repaid(repaid, say))))


def written_off(amount: Money, say: Texts) -> Screen:
    words = say(
        "✅ {amount} of the customer’s debt is written off, and they are told.", amount=amount
    )
    return Screen(str(words))


def refunded(order: int, amount: Money, repaid: Money, say: Texts) -> Screen:
    words = [
        say(
            "✅ {amount} of order #{order} is back in the deposit, and the customer is told.",
            amount=amount,
            order=order,
        )
    ]
    return Screen(str(together(*words, *_repaid(repaid, say))))


def _repaid(repaid: Money, say: Texts) -> list[Markup]:
    if repaid.is_positive:
        return [say("{amount} of it repaid a debt.", amount=repaid)]
    return []


# Four eyes ------------------------------------------------------------------------------------


def proposed(proposal: Proposal, others: Sequence[str], say: Texts) -> Screen:
    """Nothing is done yet: who must agree, and how."""
    name = one_line(proposal.name, _NAME_MAX)
    if others:
        listed = ", ".join(one_line(each, _NAME_MAX) for each in others)
        who = say("It takes a second finance member to agree: {names}.", names=listed)
    else:
        who = say(
            "It takes a second finance member to agree, somebody other than {name}.", name=name
        )
    lines = [
        say("⏳ <b>Proposed by {name}</b>. Nothing is done yet.", name=name),
        code(proposal.wish.line),
        who,
        say("They press Agree, or write the same line."),
    ]
    agree = AgreeTo(proposal.id).key(say.label("Agree", emoji="✅"))
    return Screen(str(Markup("\n").join(lines)), ((agree,),))


# Asking ---------------------------------------------------------------------------------------

_PROMPTS: Final[dict[PayoutDuty, Phrase]] = {
    PayoutDuty.SENT: later("The reference of the transfer or of PayPal’s transaction?"),
    PayoutDuty.REFUSE: later("Why is it refused? The customer reads your words."),
}
_PREVIEWS: Final[dict[PayoutDuty, Phrase]] = {
    PayoutDuty.SENT: later("{arrives} is booked as sent, and the account details are erased."),
    PayoutDuty.REFUSE: later("{amount} goes back to the deposit, and the details are erased."),
    PayoutDuty.BOUNCED: later("{amount} goes back to the deposit, the charge too."),
}


def ask(payout: Payout, duty: PayoutDuty, turn: Turn, say: Texts, problem: str = "") -> Screen:
    """What is missing for a duty."""
    parts = [_title(payout, turn, say)]
    if problem:
        parts.append(Markup("⚠️ ") + why_not(problem, say))
    parts.append(say.of(_PROMPTS[duty]))
    return Screen(str(Markup("\n").join(parts)), ((_step(turn, FormStep.CANCEL, say),),))


def preview(
    payout: Payout, duty: PayoutDuty, line: str, turn: Turn, say: Texts, problem: str = ""
) -> Screen:
    """What *Confirm* does."""
    parts = [_title(payout, turn, say)]
    if problem:
        parts.append(Markup("⚠️ ") + why_not(problem, say))
    what = say.of(_PREVIEWS[duty], arrives=payout.arrives, amount=payout.amount)
    parts += [what, code(line)]
    confirm = StaffKey(turn.who, turn.number, FormStep.ANSWER, CONFIRM).key(
        say.label("Confirm", emoji="✅")
    )
    ways = [_step(turn, FormStep.CANCEL, say)]
    if duty is not PayoutDuty.BOUNCED:
        ways.insert(0, _step(turn, FormStep.BACK, say))
    return Screen(str(Markup("\n").join(parts)), ((confirm,), tuple(ways)))


def _title(payout: Payout, turn: Turn, say: Texts) -> Markup:
    return say(
        "<b>Pay-out {number}</b> · {name}",
        number=payout.id,
        name=one_line(turn.name, _NAME_MAX),
    )


def _step(turn: Turn, step: FormStep, say: Texts) -> Key:
    back, cancel = say.label("Back", emoji="⬅️"), say.label("Cancel", emoji="✖️")
    label = back if step is FormStep.BACK else cancel
    return StaffKey(turn.who, turn.number, step).key(label)


def left(payout: int, say: Texts) -> Screen:
    return Screen(str(say("Pay-out {number}: nothing was changed.", number=payout)))
