"""Paying through PayPal: its page, what became of it, and what staff hear of it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import datetime
from typing import Final

from markupsafe import Markup

from domain import paypal_notices as told
from domain.files import OrderFile
from domain.ids import OrderId, PaymentId
from domain.letters import Key, Screen
from domain.money import Money
from domain.orders import Order, Stage
from domain.payments import Payment
from domain.paypal_notices import PaypalNotice
from views import card
from views.buttons import Deed, Go, HavePaid, OpenCard, Place
from views.lengths import one_line
from views.moments import Deadline
from views.pages import Row
from views.texts import Texts, later


def draw(notice: PaypalNotice, file: OrderFile | None, say: Texts) -> Screen:
    """`file` is the order's, as it is now; None for a payment into the deposit."""
    match notice:
        case told.PaypalReady() | told.PaypalWaiting() | told.PaypalSilent():
            return _on_the_way(notice, file, say)
        case told.PaypalFailed():
            return _failed(notice, file, say)
        case told.PaypalPending():
            lines = _pending(notice, file, say)
            return _screen("⏳", lines, file, _to_order(file, say), say)
        case told.MoneyTakenBack():
            return _screen("↩️", _taken_back(notice, say), file, _to_order(file, say), say)
        case _:
            return _for_staff(notice, file, say)


# The page -------------------------------------------------------------------------------------


def asking(payment: Payment, file: OrderFile | None, say: Texts) -> Screen:
    """PayPal is being asked for its page; it comes as a message of its own."""
    lines = [
        say("<b>Pay {amount} with PayPal.</b>", amount=payment.claimed),
        say("One moment, please: the link to PayPal’s page comes as the next message."),
    ]
    return _screen("💳", lines, file, (_back(file, say),), say)


def page(payment: Payment, link: str, file: OrderFile | None, say: Texts) -> Screen:
    """The page was made before, and is still open."""
    return draw(told.PaypalReady(payment.id, payment.claimed, link, payment.order), file, say)


def _on_the_way(
    notice: told.PaypalReady | told.PaypalWaiting | told.PaypalSilent,
    file: OrderFile | None,
    say: Texts,
) -> Screen:
    match notice:
        case told.PaypalReady(payment, amount, link):
            lines = _ready(amount, say)
        case told.PaypalWaiting(payment, amount, link):
            lines = _waiting(amount, say)
        case told.PaypalSilent(payment, amount):
            link, lines = "", _silent(amount, say)
    keys = (*_page_keys(payment, amount, link, say), _back(file, say))
    return _screen("💳", lines, file, keys, say)


def _page_keys(payment: PaymentId, amount: Money, link: str, say: Texts) -> Iterator[Row]:
    if link:
        yield (Key(say.label("PayPal", emoji="💳", detail=amount), url=link),)
    yield (HavePaid(payment).key(say.label("I have paid", emoji="✅")),)


def _ready(amount: Money, say: Texts) -> list[Markup]:
    return [
        say("<b>Pay {amount} with PayPal</b>, by card or from a PayPal account.", amount=amount),
        say("The button opens PayPal’s page. It stays open for about three hours."),
        say(
            "<b>Next:</b> we hear from PayPal when you have paid, usually within a minute, and "
            "tell you here. If you do not want to wait for that, press <i>I have paid</i>."
        ),
    ]


def _waiting(amount: Money, say: Texts) -> list[Markup]:
    return [
        say("PayPal has not told us about a payment of {amount} yet.", amount=amount),
        say(
            "If you have just paid, it can take a minute: we keep looking and tell you here. If "
            "not, the button opens PayPal’s page again. So far nothing was charged."
        ),
    ]


def _silent(amount: Money, say: Texts) -> list[Markup]:
    return [
        say("PayPal does not answer just now, so we cannot see your {amount} yet.", amount=amount),
        say(
            "We keep asking and tell you here; you need not do anything. If you have paid, please "
            "do not pay again."
        ),
    ]


# What became of it ----------------------------------------------------------------------------

_FAILED: Final = {
    "unavailable": later(
        "PayPal cannot be reached right now, so nothing was charged. Please pay another way, or "
        "try PayPal again a little later."
    ),
    "not_accepted": later(
        "PayPal did not accept this payment of {amount}. Nothing was charged, and our team has "
        "been told. Please pay another way."
    ),
    "declined": later(
        "PayPal could not take {amount}: the card or the account was declined. Nothing was "
        "charged. Please try another card, or pay another way."
    ),
    "denied": later(
        "PayPal has reviewed your payment of {amount} and did not let it through. Nothing was "
        "charged. Please pay another way."
    ),
    "lapsed": later(
        "PayPal’s page for {amount} has expired without a payment. Nothing was charged. If you "
        "still want to pay with PayPal, just choose it again."
    ),
    "not_due": later(
        "You agreed to pay {amount} with PayPal, but there is nothing to pay any more. So we did "
        "not take it: nothing was charged."
    ),
    "changed": later(
        "You agreed to pay {amount} with PayPal, but the bill has changed meanwhile. So we did "
        "not take it: nothing was charged. Please look at what is due now."
    ),
    "on_hold": later(
        "You agreed to pay {amount} with PayPal, but the order is on hold. So we did not take "
        "it: nothing was charged. You can pay as soon as the order continues."
    ),
    "under_review": later(
        "You agreed to pay {amount} with PayPal, but we are still checking the transfer you "
        "reported. So we did not take it: nothing was charged."
    ),
}


def _failed(notice: told.PaypalFailed, file: OrderFile | None, say: Texts) -> Screen:
    lines = [say.of(_FAILED[notice.cause], amount=notice.amount)]
    due_at = None if file is None else _running_out(file.order)
    if due_at is not None:
        lines.append(say("You have time until <b>{due}</b>.", due=Deadline(due_at)))
    green = None if file is None else card.primary(file, say)
    rows = ((green,),) if green else ()
    return _screen("⚠️", lines, file, (*rows, *_to_order(file, say)), say)


def _running_out(order: Order) -> datetime | None:
    """The deadline of the 1st bill, unless it stands still."""
    stopped = order.frozen_at is not None or bool(order.flags)
    return None if stopped or order.stage is not Stage.AWAITING_FIRST_PAYMENT else order.due_at


def _pending(notice: told.PaypalPending, file: OrderFile | None, say: Texts) -> Iterable[Markup]:
    yield say("PayPal is reviewing your payment of <b>{amount}</b>.", amount=notice.amount)
    yield say(
        "That can take a few days. We tell you here when it is done; please do not pay again "
        "meanwhile."
    )
    if file is not None and file.order.due_at is not None:
        yield say("The deadline stands still until then.")


def _taken_back(notice: told.MoneyTakenBack, say: Texts) -> Iterable[Markup]:
    if notice.cause == "refund":
        yield say(
            "<b>{amount}</b> of your payment went back to you through PayPal.",
            amount=notice.amount,
        )
    else:
        yield say(
            "<b>{amount}</b> of your payment was disputed and taken back through PayPal.",
            amount=notice.amount,
        )
    if notice.owed.is_positive:
        yield say(
            "You owe us {owed} now. Your next payment into the deposit covers it first.",
            owed=notice.owed,
        )


# How a message is put together ----------------------------------------------------------------


def _screen(
    emoji: str,
    lines: Iterable[Markup],
    file: OrderFile | None,
    rows: Iterable[Row],
    say: Texts,
) -> Screen:
    head = _head(emoji, None if file is None else file.order.id, say)
    return Screen(str(head + Markup("\n").join(lines)), tuple(rows))


def _head(emoji: str, order: OrderId | None, say: Texts) -> Markup:
    if order is None:
        return Markup("{} {} · ").format(emoji, say("Deposit"))
    return Markup("{} #{} · ").format(emoji, order)


def _back(file: OrderFile | None, say: Texts) -> Row:
    """To the ways to pay, if there is still something to pay."""
    label = say.label("Back", emoji="⬅️")
    if file is None:
        return (Go(Place.DEPOSIT).key(label),)
    match file.order.stage:
        case Stage.AWAITING_FIRST_PAYMENT:
            return (card.do(file.order, Deed.PAY_FIRST, label),)
        case Stage.AWAITING_SECOND_PAYMENT:
            return (card.do(file.order, Deed.PAY_SECOND, label),)
        case _:
            return _open(file.order, say)


def _to_order(file: OrderFile | None, say: Texts) -> tuple[Row, ...]:
    if file is None:
        return ((Go(Place.DEPOSIT).key(say.label("Deposit", emoji="💰")),),)
    return (_open(file.order, say),)


def _open(order: Order, say: Texts) -> Row:
    return (OpenCard(order.id).key(say.label("Open order")),)


# What a press is answered with ---------------------------------------------------------------


def arrived(say: Texts) -> str:
    """For a toast."""
    return str(say("This payment has arrived. Thank you!").unescape())


def looking(say: Texts) -> str:
    """For a toast."""
    return str(say("Thank you! We ask PayPal and tell you in a moment.").unescape())


def welcome_back(say: Texts, *, is_there: bool) -> Screen:
    """For whoever comes back from PayPal's page by its link."""
    if is_there:
        return Screen(str(say("Welcome back! This payment has arrived. Thank you!")))
    return Screen(str(say("Welcome back! We ask PayPal about your payment and tell you here.")))


# To staff -------------------------------------------------------------------------------------


def _for_staff(notice: PaypalNotice, file: OrderFile | None, say: Texts) -> Screen:
    match notice:
        case told.PaypalArrived():
            return _staff_screen("💳", notice.order, _arrived(notice, say), say)
        case told.PaypalHeldBack():
            return _staff_screen("⏳", notice.order, _held_back(notice, say), say)
        case told.PaypalReturned():
            return _staff_screen("↩️", notice.order, _returned(notice, say), say)
        case told.DisputeOpened():
            return _staff_screen("🚨", notice.order, _opened(notice, say), say)
        case told.DisputeClosed():
            return _staff_screen("⚖️", notice.order, _closed(notice, file, say), say)
        case _:
            raise TypeError(f"no words for {notice!r}")


def _staff_screen(
    emoji: str, order: OrderId | None, lines: Iterable[Markup], say: Texts
) -> Screen:
    return Screen(str(_head(emoji, order, say) + Markup("\n").join(lines)))


def _who(name: str) -> str:
    return one_line(name, 60)


def _arrived(notice: told.PaypalArrived, say: Texts) -> Iterator[Markup]:
    yield say(
        "{amount} from {name} has arrived through PayPal. PayPal’s fee: {fee}.",
        amount=notice.received,
        name=_who(notice.name),
        fee=notice.fee,
    )
    if notice.to_deposit.is_positive:
        yield say("{amount} of it is in the deposit.", amount=notice.to_deposit)


def _held_back(notice: told.PaypalHeldBack, say: Texts) -> Iterator[Markup]:
    yield say(
        "PayPal is reviewing a payment of {amount} from {name}. It is not money yet, and there is "
        "nothing to do here.",
        amount=notice.amount,
        name=_who(notice.name),
    )


def _returned(notice: told.PaypalReturned, say: Texts) -> Iterator[Markup]:
    yield say(
        "PayPal has given {amount} back to {name}. It is booked.",
        amount=notice.amount,
        name=_who(notice.name),
    )
    yield from _owed(notice.owed, say)


def _owed(owed: Money | None, say: Texts) -> Iterator[Markup]:
    if owed is not None and owed.is_positive:
        yield say("The customer owes {amount} now.", amount=owed)


_REASONS: Final = {
    "MERCHANDISE_OR_SERVICE_NOT_RECEIVED": later("nothing was received"),
    "MERCHANDISE_OR_SERVICE_NOT_AS_DESCRIBED": later("it is not as described"),
    "UNAUTHORISED": later("the customer says they did not pay"),
    "CREDIT_NOT_PROCESSED": later("a promised refund did not come"),
    "DUPLICATE_TRANSACTION": later("it was paid twice"),
    "INCORRECT_AMOUNT": later("the amount is wrong"),
    "PAYMENT_BY_OTHER_MEANS": later("it was paid another way"),
    "OTHER": later("another reason"),
}


def _opened(notice: told.DisputeOpened, say: Texts) -> Iterator[Markup]:
    known = _REASONS.get(notice.reason)
    yield say(
        "{name} disputes {amount} at PayPal: {reason}.",
        name=_who(notice.name),
        amount=notice.amount,
        reason=say.of(known) if known else one_line(notice.reason.lower(), 80),
    )
    yield say("Dispute: {number}", number=one_line(notice.dispute, 60))
    if notice.answer_by is not None:
        yield say("Please answer it at PayPal before {moment}.", moment=notice.answer_by)
    else:
        yield say("Please answer it at PayPal.")


def _closed(notice: told.DisputeClosed, file: OrderFile | None, say: Texts) -> Iterator[Markup]:
    number = one_line(notice.dispute, 60)
    if notice.taken is None:
        yield say("Dispute {number} was decided for us. Nothing was taken.", number=number)
        return
    yield say(
        "Dispute {number} was decided for {name}: PayPal took {amount} back.",
        number=number,
        name=_who(notice.name),
        amount=notice.taken,
    )
    if notice.fee is not None and notice.fee.is_positive:
        yield say("PayPal’s fee for it: {fee}.", fee=notice.fee)
    yield from _owed(notice.owed, say)
    if file is not None and not file.order.is_ended:
        yield say("The order is on hold. Please decide how it goes on.")
