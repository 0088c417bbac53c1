"""What asks for a customer's word before it is done: cancelling, and questions about a line."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from markupsafe import Markup

from domain.files import OrderFile
from domain.letters import Screen
from domain.money import Money
from domain.orders import Line, Order, Question
from domain.questions import MISHAPS, Answer, lockable
from views import progress
from views.buttons import Decide, Deed
from views.lengths import one_line
from views.paying import back_to_card, do
from views.questions import CONFIRMING, split_count, split_numbers
from views.texts import Phrase, Texts, later


def cancel(file: OrderFile, say: Texts) -> Screen:
    """What is lost, before it is."""
    order, paid = file.order, progress.paid(file.order)
    count = len(order.live_lines)
    said = [
        say.n(
            "<b>Cancel order #{no} with its {n} item?</b>",
            "<b>Cancel order #{no} with its {n} items?</b>",
            count,
            no=order.id,
        ),
        say("Nothing of it will be bought, and this cannot be undone."),
        _money_back(paid, say),
    ]
    if order.bill_due is not None:
        said.append(
            say(
                "Our estimate of {total} is void then; for the same items you would have to apply "
                "again.",
                total=order.bill_due.total,
            )
        )
    confirm = say.label("Confirm", emoji="✅")
    return Screen(
        str(Markup("\n\n").join(said)),
        (do(order, Deed.CANCEL_CONFIRM, confirm), back_to_card(order, say)),
    )


def _money_back(paid: Money, say: Texts) -> Markup:
    if paid.is_positive:
        return say("The {paid} you paid goes to your deposit at once.", paid=paid)
    return say("You have paid nothing for it, so no money is lost.")


def cancelled(order: Order, say: Texts) -> str:
    """For a toast."""
    return str(say("Order #{no} is cancelled.", no=order.id).unescape())


# A question about a line -----------------------------------------------------------------------


def preview(order: Order, line: Line, answer: Answer, say: Texts) -> Screen:
    """What an answer means, before it is given."""
    assert line.question is not None
    parts = [
        say.of(_TITLES[answer], no=order.id, line=line.no),
        Markup("{}").format(one_line(line.description, 200)),
        _means(order, line, answer, say),
    ]
    confirm = say.label("Confirm", emoji="✅")
    key = Decide(order.id, order.version, line.no, CONFIRMING[answer]).key(confirm)
    return Screen(str(Markup("\n\n").join(parts)), ((key,), back_to_card(order, say)))


_TITLES: Final[Mapping[Answer, Phrase]] = {
    Answer.ACCEPT: later("<b>Order #{no}: accept this for item {line}?</b>"),
    Answer.DROP: later("<b>Order #{no}: drop item {line}?</b>"),
    Answer.WAIT: later("<b>Order #{no}: wait for item {line}?</b>"),
    Answer.CANCEL: later("<b>Order #{no}: ask us to cancel the rest, too?</b>"),
}


def _means(order: Order, line: Line, answer: Answer, say: Texts) -> Markup:
    match answer:
        case Answer.ACCEPT:
            return _accepted_means(order, line, say)
        case Answer.DROP:
            return _dropped_means(order, line, say)
        case Answer.WAIT if line.question is Question.SPLIT:
            return say("We send everything together, as soon as it is here.")
        case Answer.WAIT:
            return say("We wait for the rest, and tell you when it is here.")
        case Answer.CANCEL if not lockable(order):
            return say(
                "Item {no} is dropped. Everything else is bought already, so nothing is cancelled "
                "by itself: our team looks at your request and writes to you. It may cost "
                "something.",
                no=line.no,
            )
        case Answer.CANCEL:
            return say(
                "Item {no} is dropped. What is not bought yet is locked while we look at your "
                "request; what is bought already may cost something. We will tell you.",
                no=line.no,
            )


def _accepted_means(order: Order, line: Line, say: Texts) -> Markup:
    match line.question:
        case Question.PRICE:
            return _dearer(line, say)
        case Question.VARIANT:
            words = say("We buy <b>{words}</b> for it.", words=one_line(line.asked_text, 500))
            changed = line.asked_price not in (None, line.unit_price)
            return words + Markup("\n") + _dearer(line, say) if changed else words
        case Question.SHORT if not line.arrived:
            return _dropped_means(order, line, say)
        case Question.SHORT:
            return say(
                "We go on with {n} of {all}. What you paid for the rest comes back with the "
                "settlement.",
                n=line.arrived,
                all=line.quantity,
            )
        case Question.SPLIT:
            return _split(order, say)
        case _:
            return say("We send it to you as it is.")


def _dearer(line: Line, say: Texts) -> Markup:
    assert line.asked_price is not None
    agreed = line.asked_price.nothing if line.unit_price is None else line.unit_price
    if line.asked_price < agreed:
        return say(
            "One costs <b>{asked}</b> instead of {agreed}: {less} less for all {n}. The "
            "difference is part of the settlement at the end.",
            asked=line.asked_price,
            agreed=line.unit_price,
            less=(agreed - line.asked_price).times(line.quantity),
            n=line.quantity,
        )
    return say(
        "One costs <b>{asked}</b> instead of {agreed}: {more} more for all {n}. We buy at "
        "this price; the difference is part of the settlement at the end.",
        asked=line.asked_price,
        agreed=line.unit_price,
        more=(line.asked_price - agreed).times(line.quantity),
        n=line.quantity,
    )


def _split(order: Order, say: Texts) -> Markup:
    return say.n(
        "The rest goes ahead without waiting. Item {numbers} becomes an order of its own, with "
        "what you paid for it; nothing is paid twice. Its shipping comes with its own 2nd bill.",
        "The rest goes ahead without waiting. Items {numbers} become an order of their own, with "
        "what you paid for them; nothing is paid twice. Their shipping comes with its own 2nd "
        "bill.",
        split_count(order),
        numbers=split_numbers(order),
    )


def _dropped_means(order: Order, line: Line, say: Texts) -> Markup:
    if len(order.live_lines) == 1:
        return say(
            "It is the last item: the order is cancelled, and everything you paid goes to your "
            "deposit at once."
        )
    if line.question in MISHAPS:
        return say("We do not send it. What you paid for it comes back with the settlement.")
    return say("It will not be bought. What you paid for it comes back with the settlement.")


def decided(order: Order, line: Line, answer: Answer, say: Texts) -> str:
    """For a toast; `line` as it was when it was asked about."""
    if order.is_ended:
        return cancelled(order, say)
    return str(_decided(line, answer, say).unescape())


def _decided(line: Line, answer: Answer, say: Texts) -> Markup:
    match answer:
        case Answer.ACCEPT if line.question is Question.PRICE:
            return say("Thank you! We buy item {no} at the new price.", no=line.no)
        case Answer.ACCEPT if line.question is Question.VARIANT:
            return say("Thank you! We buy that for item {no}.", no=line.no)
        case Answer.ACCEPT if line.question is Question.SPLIT:
            return say("Thank you! The rest goes ahead.")
        case Answer.ACCEPT:
            return say("Thank you! We go on with item {no}.", no=line.no)
        case Answer.WAIT:
            return say("Thank you! We wait for it.")
        case Answer.CANCEL:
            return say("Item {no} is dropped, and we look at your request.", no=line.no)
        case Answer.DROP if line.question in MISHAPS:
            return say("Item {no} is dropped. It will not be sent.", no=line.no)
        case Answer.DROP:
            return say("Item {no} is dropped. It will not be bought.", no=line.no)
