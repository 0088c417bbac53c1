"""Notices about pay-outs and about money that staff give or forgive, in words."""

from __future__ import annotations

from collections.abc import Iterable

from markupsafe import Markup

from domain import payout_notices as told
from domain.ids import PayoutId
from domain.letters import Key, Screen
from domain.money import Money
from domain.payout_notices import PayoutNotice
from domain.payouts import Payout
from views import payouts, words
from views.buttons import PayoutDo, PayoutDuty
from views.lengths import block, one_line
from views.pages import Row
from views.staff import code
from views.texts import Texts

_NAME_MAX = 60
_REASON_MAX = 500


def draw(notice: PayoutNotice, say: Texts) -> Screen:
    return _for_staff(notice, say) or _for_customer(notice, say)


# For staff ------------------------------------------------------------------------------------


def key(payout: PayoutId, duty: PayoutDuty, label: str) -> Key:
    return PayoutDo(payout, duty).key(label)


def to_start(payout: PayoutId, say: Texts) -> Row:
    return (
        key(payout, PayoutDuty.START, say.label("Start", emoji="▶️")),
        key(payout, PayoutDuty.REFUSE, say.label("Refuse", emoji="✖️")),
    )


def to_send(payout: PayoutId, say: Texts) -> Row:
    return (
        key(payout, PayoutDuty.SENT, say.label("Sent", emoji="✅")),
        key(payout, PayoutDuty.REFUSE, say.label("Refuse", emoji="✖️")),
    )


def to_bounce(payout: PayoutId, say: Texts) -> Row:
    return (key(payout, PayoutDuty.BOUNCED, say.label("Bounced", emoji="↩️")),)


def keys_of(payout: PayoutId, state: str, say: Texts) -> Row:
    """What can be done about a pay-out in this state."""
    match state:
        case "held":
            return to_start(payout, say)
        case "started":
            return to_send(payout, say)
        case "sent":
            return to_bounce(payout, say)
        case _:
            return ()


def lines_of(payout: PayoutId, state: str) -> Iterable[Markup]:
    match state:
        case "held":
            yield code(f"/payout {payout} start")
            yield code(f"/payout {payout} refuse reason")
        case "started":
            yield code(f"/payout {payout} sent REFERENCE")
            yield code(f"/payout {payout} refuse reason")
        case "sent":
            yield code(f"/payout {payout} bounced")
        case _:
            pass


def _screen(lines: Iterable[Markup], keys: Row = ()) -> Screen:
    return Screen(str(Markup("\n").join(lines)), (keys,) if keys else ())


def _for_staff(notice: PayoutNotice, say: Texts) -> Screen | None:
    match notice:
        case told.PayoutRequested():
            return _requested(notice, say)
        case told.PayoutWithdrawn(number, name, amount):
            words = say(
                "↩️ Pay-out {number} of {name} over {amount} was withdrawn. Do not send it.",
                number=number,
                name=one_line(name, _NAME_MAX),
                amount=amount,
            )
            return _screen([words, code(f"/payout {number}")])
        case told.PayoutLate():
            return _late(notice, say)
        case told.PayoutWanted(customer, name, deposit):
            words = say(
                "💬 {name} ({customer}) asks for a pay-out, and has never used the service."
                " Their deposit is {deposit}. To allow pay-outs:",
                name=one_line(name, _NAME_MAX),
                customer=customer,
                deposit=deposit,
            )
            return _screen([words, code(f"/allow_payout {customer}")])
        case told.PayoutOpened(number, by):  # the account itself is added by whoever sends it
            words = say(
                "▶️ Pay-out {number} was started by {name}.",
                number=number,
                name=one_line(by, _NAME_MAX),
            )
            return _screen([words, *lines_of(number, "started")], to_send(number, say))
        case told.CorrectedForStaff():
            return _screen(_corrected_for_staff(notice, say))
        case _:
            return None


def _corrected_for_staff(notice: told.CorrectedForStaff, say: Texts) -> Iterable[Markup]:
    if notice.right is None:
        yield say(
            "🔁 The transfer of <b>{was}</b> was not for this order: it is taken back.",
            was=notice.was,
        )
    elif notice.right.is_zero:
        yield say(
            "🔁 The transfer of <b>{was}</b> never arrived: it is taken back.", was=notice.was
        )
    else:
        yield say(
            "🔁 The transfer of {was} is booked as <b>{right}</b> now.",
            was=notice.was,
            right=notice.right,
        )
    yield from _because(notice.reason, say)
    if notice.owed.is_positive:
        yield say("The customer is told, and owes {owed} now.", owed=notice.owed)
    else:
        yield say("The customer is told. Their deposit covers it: the order stays as it is.")
    if notice.is_held:
        yield say("The order is on hold. When it is paid:") + Markup(" ") + code("/unhold")


def _requested(notice: told.PayoutRequested, say: Texts) -> Screen:
    lines = [
        say(
            "💸 <b>Pay-out {number}</b> asked for by {name} ({customer}).",
            number=notice.payout,
            name=one_line(notice.name, _NAME_MAX),
            customer=notice.customer,
        ),
        say(
            "To be sent: <b>{arrives}</b> ({amount} without the charge)",
            arrives=notice.arrives,
            amount=notice.amount,
        ),
        say(
            "By {method}, to {hint}",
            method=payouts.method(notice.method, say),
            hint=notice.hint,
        ),
        say("Due on {day}", day=notice.due_on),
        *lines_of(notice.payout, "held"),
    ]
    return _screen(lines, to_start(notice.payout, say))


def _late(notice: told.PayoutLate, say: Texts) -> Screen:
    lines = [
        say(
            "⏰ <b>Pay-out {number}</b> of {name} is late: {arrives} was due on {day}.",
            number=notice.payout,
            name=one_line(notice.name, _NAME_MAX),
            arrives=notice.arrives,
            day=notice.due_on,
        ),
        *lines_of(notice.payout, notice.state),
    ]
    return _screen(lines, keys_of(notice.payout, notice.state, say))


def opened(payout: Payout, by: str, details: str, say: Texts) -> Screen:
    """The account in clear, shown once to who starts. Empty details: it is erased already."""
    if not details:
        words = say("The account of pay-out {number} is no longer kept.", number=payout.id)
        return _screen([words])
    lines = [
        say(
            "▶️ <b>Pay-out {number}</b> was started by {name}. Please send <b>{arrives}</b> by"
            " {method} to:",
            number=payout.id,
            name=one_line(by, _NAME_MAX),
            arrives=payout.arrives,
            method=payouts.method(payout.method, say),
        ),
        Markup("<code>{}</code>").format(block(details, 600)),
        say("It is shown this once. When it is sent:"),
        *lines_of(payout.id, "started"),
    ]
    return _screen(lines, to_send(payout.id, say))


# For the customer -----------------------------------------------------------------------------


def _for_customer(notice: PayoutNotice, say: Texts) -> Screen:
    return Screen(str(Markup("\n").join(_words(notice, say))), (payouts.deposit_row(say),))


def _words(notice: PayoutNotice, say: Texts) -> Iterable[Markup]:
    match notice:
        case told.PayoutStarted(number, arrives, due_on):
            yield say(
                "💸 Our team has begun with pay-out {number}: {arrives} will be sent by {day} at"
                " the latest. It cannot be withdrawn any more.",
                number=number,
                arrives=arrives,
                day=due_on,
            )
        case told.PayoutSent():
            yield from _sent(notice, say)
        case told.PayoutRefused(number, amount, reason, repaid):
            yield say(
                "⚠️ Pay-out {number} could not be made. <b>{amount}</b> is back in your deposit.",
                number=number,
                amount=amount,
            )
            yield from _because(reason, say)
            yield from _repaid(repaid, say)
        case told.PayoutBounced(number, amount, repaid):
            yield say(
                "⚠️ Pay-out {number} came back to us. <b>{amount}</b> is in your deposit again, the"
                " charge too. Please check the account before you ask again.",
                number=number,
                amount=amount,
            )
            yield from _repaid(repaid, say)
        case told.PayoutAllowed():
            yield say("✅ You can pay out of your deposit now: press <i>Pay out</i> there.")
        case _:
            yield from _gift(notice, say)


def _sent(notice: told.PayoutSent, say: Texts) -> Iterable[Markup]:
    yield say(
        "✅ Pay-out {number} is sent: <b>{arrives}</b> to {hint}. The charge was {charge}.",
        number=notice.payout,
        arrives=notice.arrives,
        hint=notice.hint,
        charge=notice.charge,
    )
    yield say("Reference: {reference}", reference=code(notice.reference))


def _gift(notice: PayoutNotice, say: Texts) -> Iterable[Markup]:
    match notice:
        case told.GoodwillGiven(amount, reason, repaid):
            yield say("🎁 <b>{amount}</b> was put into your deposit.", amount=amount)
            yield from _because(reason, say)
            yield from _repaid(repaid, say)
        case told.DebtWrittenOff(amount, reason, owed):
            yield say("We do not ask for {amount} of what you owed any more.", amount=amount)
            yield from _because(reason, say)
            if owed.is_positive:
                yield say("You still owe {owed}.", owed=owed)
        case told.MoneyGivenBack(order, amount, reason, repaid):
            yield say(
                "💰 #{order} · <b>{amount}</b> of what you paid is back in your deposit.",
                order=order,
                amount=amount,
            )
            yield from _because(reason, say)
            yield from _repaid(repaid, say)
        case told.TransferCorrected():
            yield from _corrected(notice, say)
        case _:
            raise TypeError(f"no words for {notice!r}")


def _corrected(notice: told.TransferCorrected, say: Texts) -> Iterable[Markup]:
    head = Markup("🔁 #{} · ").format(notice.order) if notice.order else Markup("🔁 ")
    if notice.right is None:
        yield head + say(
            "We booked a transfer of <b>{was}</b> for you that was not yours. We have taken it"
            " back. The mistake was ours, and we are sorry.",
            was=notice.was,
        )
    elif notice.right.is_zero:
        yield head + say(
            "We booked a transfer of <b>{was}</b> for you that has not arrived. We have taken it"
            " back. The mistake was ours, and we are sorry.",
            was=notice.was,
        )
    else:
        yield head + say(
            "We booked your transfer as {was}, but <b>{right}</b> arrived. We have put it right."
            " The mistake was ours, and we are sorry.",
            was=notice.was,
            right=notice.right,
        )
    if notice.owed.is_positive:
        yield say(
            "You owe us {owed} now, because it was used already. Please press <i>Deposit</i>, then"
            " <i>Pay in</i>: what you pay in covers it first.",
            owed=notice.owed,
        )
    else:
        yield say("Your balance is {balance} now.", balance=notice.balance)
    if notice.is_held:
        yield say("Your order waits until then; its deadlines stand still.")


def _because(reason: str, say: Texts) -> Iterable[Markup]:
    if reason:
        yield say("<b>Reason:</b> {reason}", reason=words.reason(reason, say, _REASON_MAX))


def _repaid(repaid: Money, say: Texts) -> Iterable[Markup]:
    if repaid.is_positive:
        yield say("{amount} of it went towards what you owed us.", amount=repaid)
