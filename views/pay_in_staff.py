"""Pay-ins, bank lines and money of unknown senders, as the finance members see them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Final

from markupsafe import Markup

from domain import notices as told
from domain.files import Person
from domain.ids import OrderId, PaymentId, PayoutId
from domain.letters import Key, Screen
from domain.money import Money
from domain.payments import Payment
from views.buttons import BookLine, FormStep, PayInDo, PayInDuty, StaffKey
from views.lengths import one_line
from views.pages import Row
from views.sentences import together
from views.staff import code, why_not
from views.staff_forms import Turn
from views.texts import Texts

NAME_MAX: Final = 60
LISTED_MAX: Final = 20
CLAIMED: Final = "claimed"
CONFIRM: Final = "ok"


def _screen(lines: Iterable[Markup], *rows: Row) -> Screen:
    return Screen(str(Markup("\n").join(lines)), rows)


def _done(*parts: Markup) -> Markup:
    return Markup("✅ ") + together(*parts)


# Notices --------------------------------------------------------------------------------------


def reported(notice: told.PayInReported, say: Texts) -> Screen:
    number = notice.payment
    lines = [
        say(
            "💳 <b>Pay-in {number}</b> reported by {name} ({customer}).",
            number=number,
            name=one_line(notice.name, NAME_MAX),
            customer=notice.customer,
        ),
        say("Claimed: <b>{claimed}</b>", claimed=notice.claimed),
        say("Transferred on: {day}", day=notice.transferred_on),
        say("Sender: {sender}", sender=one_line(notice.sender, 120)),
        say("Payment code: {code}", code=code(notice.code)),
        say("Receipt: photo") if notice.receipt else say("Receipt: none"),
        say("Look for it at the bank. What arrived counts, not what is claimed:"),
        *lines_of(number, notice.claimed),
    ]
    return _screen(lines, keys_of(number, say))


def lines_of(number: PaymentId, claimed: Money) -> Iterator[Markup]:
    yield code(f"/payin {number} {claimed.plain()} BANKREF")
    yield code(f"/payin {number} refuse reason")


def keys_of(number: PaymentId, say: Texts) -> Row:
    return (
        PayInDo(number, PayInDuty.CONFIRM).key(say.label("Confirm payment", emoji="✅")),
        PayInDo(number, PayInDuty.REFUSE).key(say.label("Refuse", emoji="✖️")),
    )


def suggested(notice: told.LineSuggested, say: Texts) -> Screen:
    """A line of the bank's file beside what it may be."""
    label = say.label("Confirm payment", emoji="✅", detail=notice.amount)
    return _screen(_suggested(notice, say), (BookLine(notice.line).key(label),))


def _suggested(notice: told.LineSuggested, say: Texts) -> Iterator[Markup]:
    yield say("🏦 <b>{amount}</b> arrived on {day}.", amount=notice.amount, day=notice.paid_on)
    yield say("Reference: {reference}", reference=code(notice.reference))
    if notice.sender:
        yield say("Sender: {sender}", sender=one_line(notice.sender, 120))
    if notice.text:
        yield say("Text: {text}", text=one_line(notice.text, 200))
    yield _whose(notice, say)
    if notice.claimed is not None and notice.claimed != notice.amount:
        yield say("⚠️ {claimed} was reported.", claimed=notice.claimed)
    if notice.why == "code":
        yield say("Their payment code stands on it.")
    else:
        yield say("Sender, amount and day agree; there is no payment code on it.")
    yield from _line_for(notice)


def _whose(notice: told.LineSuggested, say: Texts) -> Markup:
    name = one_line(notice.name, NAME_MAX)
    if notice.for_order is not None:
        return say("It may be for order #{order} of {name}.", order=notice.for_order, name=name)
    if notice.payment is not None:
        return say("It may be pay-in {number} of {name}.", number=notice.payment, name=name)
    return say(
        "It may be a pay-in of {name} ({customer}), who has not reported it.",
        name=name,
        customer=notice.customer,
    )


def _line_for(notice: told.LineSuggested) -> Iterator[Markup]:
    """The same as a line, where there is one that needs no topic."""
    if notice.payment is not None and notice.for_order is None:
        yield code(f"/payin {notice.payment} {notice.amount.plain()} {notice.reference}")


# Answers --------------------------------------------------------------------------------------


def confirmed(number: PaymentId, name: str, received: Money, balance: Money, say: Texts) -> Markup:
    return _done(
        say(
            "Pay-in {number}: <b>{received}</b> is in the deposit of {name}.",
            number=number,
            received=received,
            name=one_line(name, NAME_MAX),
        ),
        say("Their balance is {balance} now.", balance=balance),
    )


def refused(number: PaymentId, say: Texts) -> Markup:
    return _done(say("Pay-in {number} is refused, and the customer is told.", number=number))


def kept(amount: Money, reference: str, say: Texts) -> Markup:
    return _done(
        say("<b>{amount}</b> is kept as money of an unknown sender.", amount=amount),
        say("When the owner is known:"),
        code(f"/match {reference} CUSTOMER"),
    )


def matched(received: Money, name: str, say: Texts) -> Markup:
    return _done(
        say(
            "<b>{received}</b> is in the deposit of {name}, who is told.",
            received=received,
            name=one_line(name, NAME_MAX),
        )
    )


@dataclass(frozen=True, slots=True)
class Correction:
    """What was taken back of whom, and how things stand now."""

    reference: str
    was: Money
    right: Money | None
    customer: Person | None
    owed: Money
    held: tuple[OrderId, ...]
    sending: tuple[PayoutId, ...]


def corrected(done: Correction, say: Texts) -> Markup:
    """What was done, and what to do next."""
    return Markup("\n").join(_corrected(done, say))


def _corrected(done: Correction, say: Texts) -> Iterator[Markup]:
    if done.right is not None and done.right.is_zero:
        yield _done(
            say("<b>{was}</b> is taken back, since it never arrived.", was=done.was),
            say("The reference {reference} can be used again.", reference=done.reference),
        )
    elif done.customer is None:
        yield _done(
            say(
                "<b>{reference}</b> is kept as {right} of an unknown sender, not as {was}.",
                reference=done.reference,
                right=done.right,
                was=done.was,
            )
        )
    elif done.right is None:
        yield _done(
            say(
                "<b>{was}</b> is taken back from {name}. When the owner is known:",
                was=done.was,
                name=one_line(done.customer.name, NAME_MAX),
            ),
            code(f"/match {done.reference} CUSTOMER"),
        )
    else:
        yield _done(
            say(
                "<b>{reference}</b> of {name} is booked as {right}, not as {was}.",
                reference=done.reference,
                name=one_line(done.customer.name, NAME_MAX),
                right=done.right,
                was=done.was,
            )
        )
    if done.customer is not None:
        yield from _left_by(done, done.customer, say)


def _left_by(done: Correction, customer: Person, say: Texts) -> Iterator[Markup]:
    """How the customer stands now."""
    if customer.erased:
        yield say("They have deleted their account: nobody is told.")
    else:
        yield say("They are told.")
    if done.owed.is_positive:
        yield say(
            "They owe {owed} now. Their next payment into the deposit covers it first.",
            owed=done.owed,
        )
    for order in done.held:
        yield (
            say(
                "#{order} is on hold, since it is not paid. When it is, in its topic:",
                order=order,
            )
            + Markup(" ")
            + code("/unhold")
        )
    for payout in done.sending:
        yield (
            say("⚠️ Pay-out {number} is being sent just now. If it can be stopped:", number=payout)
            + Markup(" ")
            + code(f"/payout {payout} refuse reason")
        )


def payins(waiting: Sequence[tuple[Payment, str]], say: Texts) -> Markup:
    """What waits, with the names of the customers, oldest first."""
    if not waiting:
        return say("No pay-in waits.")
    shown = [_waiting(payment, name, say) for payment, name in waiting[:LISTED_MAX]]
    more = len(waiting) - LISTED_MAX
    if more > 0:
        shown.append(say.n("And {n} more.", "And {n} more.", more))
    head = say.n("<b>{n} pay-in waits.</b>", "<b>{n} pay-ins wait.</b>", len(waiting))
    return Markup("\n\n").join([head, *shown])


def _waiting(payment: Payment, name: str, say: Texts) -> Markup:
    words = say(
        "Pay-in {number} · {claimed} · {name}, sent by {sender} · since {at}",
        number=payment.id,
        claimed=payment.claimed,
        name=one_line(name, NAME_MAX),
        sender=one_line(payment.sender, NAME_MAX),
        at=payment.reported_at,
    )
    return Markup("\n").join([words, next(lines_of(payment.id, payment.claimed))])


# The questions under the buttons --------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class PayIn:
    """A pay-in that somebody of the staff is asked about."""

    payment: Payment
    name: str  # of the customer


def ask_received(of: PayIn, turn: Turn, say: Texts, problem: str) -> Screen:
    claimed = of.payment.claimed
    key = _answer(turn, CLAIMED, say.label("{amount}", amount=claimed))
    asked = say("How much arrived? Press what was reported, or type another amount.")
    return _question(of, turn, say, problem, [asked], (key,), is_first=True)


def ask_reference(of: PayIn, turn: Turn, say: Texts, problem: str) -> Screen:
    asked = say("The bank’s reference? It is one word.")
    return _question(of, turn, say, problem, [asked])


def ask_reason(of: PayIn, turn: Turn, say: Texts, problem: str) -> Screen:
    asked = say("Why is it refused? The customer reads your words.")
    return _question(of, turn, say, problem, [asked], is_first=True)


def preview_booking(
    of: PayIn, received: Money, line: str, turn: Turn, say: Texts, problem: str
) -> Screen:
    lines = [say("<b>{amount}</b> goes into their deposit.", amount=received)]
    if received != of.payment.claimed:
        lines.append(say("⚠️ {claimed} was reported.", claimed=of.payment.claimed))
    return _preview(of, [*lines, code(line)], turn, say, problem)


def preview_refusal(of: PayIn, line: str, turn: Turn, say: Texts, problem: str) -> Screen:
    lines = [say("The report is refused, and nothing is moved."), code(line)]
    return _preview(of, lines, turn, say, problem)


def _preview(of: PayIn, lines: Iterable[Markup], turn: Turn, say: Texts, problem: str) -> Screen:
    confirm = _answer(turn, CONFIRM, say.label("Confirm", emoji="✅"))
    return _question(of, turn, say, problem, lines, (confirm,))


def _question(
    of: PayIn,
    turn: Turn,
    say: Texts,
    problem: str,
    lines: Iterable[Markup],
    keys: Row = (),
    *,
    is_first: bool = False,
) -> Screen:
    title = say(
        "<b>Pay-in {number}</b> of {customer} · {name}",
        number=of.payment.id,
        customer=one_line(of.name, NAME_MAX),
        name=one_line(turn.name, NAME_MAX),
    )
    wrong = [Markup("⚠️ ") + why_not(problem, say)] if problem else []
    cancel = StaffKey(turn.who, turn.number, FormStep.CANCEL)
    ways: Row = (cancel.key(say.label("Cancel", emoji="✖️")),)
    if not is_first:
        back = StaffKey(turn.who, turn.number, FormStep.BACK)
        ways = (back.key(say.label("Back", emoji="⬅️")), *ways)
    return _screen([title, *wrong, *lines], *((keys,) if keys else ()), ways)


def _answer(turn: Turn, value: str, label: str) -> Key:
    return StaffKey(turn.who, turn.number, FormStep.ANSWER, value).key(label)


def left(number: int, say: Texts) -> Screen:
    return Screen(str(say("Pay-in {number}: nothing was changed.", number=number)))
