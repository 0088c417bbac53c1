"""The reception report: everything arrived, or there is a problem."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from markupsafe import Markup

from domain.files import OrderFile, Purse
from domain.ids import OrderId
from domain.letters import Screen
from domain.money import Money
from domain.orders import Order
from domain.settlement import Settlement
from views.buttons import Deed
from views.forms import Answer, Prompt
from views.paying import back_to_card, do, open_order
from views.texts import Texts
from views.words import item

READY: Final = "done"


def report(order: Order, say: Texts) -> Screen:
    """Which of the two it is."""
    return Screen(
        say(
            "<b>Order #{no}: reception report</b>\n\nHas everything arrived, and is it in order? "
            "If something is missing, wrong or damaged, tell us first: the order stays open "
            "until it is solved.",
            no=order.id,
        ),
        (
            do(order, Deed.ARRIVED, say.label("Everything arrived", emoji="✅")),
            do(order, Deed.PROBLEM, say.label("There is a problem", emoji="⚠️")),
            back_to_card(order, say),
        ),
    )


def settlement(file: OrderFile, settled: Settlement, say: Texts) -> Screen:
    """What it cost, line by line, against what was paid; nothing has moved yet."""
    order = file.order
    said = [
        say("<b>Order #{no}: settlement</b>", no=order.id),
        Markup("\n").join(_costs(order, settled, say)),
        _difference(settled, file.purse, say),
        say("With <b>Confirm</b> the order is completed. This cannot be undone."),
    ]
    return Screen(
        Markup("\n\n").join(said),
        (
            do(order, Deed.ARRIVED_CONFIRM, say.label("Confirm", emoji="✅")),
            do(order, Deed.RECEPTION, say.label("Back", emoji="⬅️")),
        ),
    )


def _costs(order: Order, settled: Settlement, say: Texts) -> Iterator[Markup]:
    yield from _goods(order, say)
    charges = (
        (say("Domestic shipping"), settled.domestic_shipping),
        (say("Our fee"), settled.fee),
        (say("International shipping"), settled.international_shipping),
        (say("Adjustment"), settled.adjustment),
    )
    for name, amount in charges:
        if not amount.is_zero:
            yield _row(name, amount, say)
    yield say("<b>Cost: {cost}</b>", cost=settled.cost)
    yield say("<b>Paid: {paid}</b>", paid=settled.paid)


_LINES_SHOWN: Final = 30


def _goods(order: Order, say: Texts) -> Iterator[Markup]:
    for line in order.live_lines[:_LINES_SHOWN]:
        if line.price is not None:
            name = say("{item} × {n}", item=item(order, line.no, 50), n=line.quantity)
            yield _row(name, line.price.times(line.quantity), say)


def _row(name: str, amount: Money, say: Texts) -> Markup:
    return say("{name}: {amount}", name=name, amount=amount)


def _difference(settled: Settlement, purse: Purse, say: Texts) -> Markup:
    if settled.over.is_positive:
        return say("You paid <b>{over}</b> too much: it goes to your deposit.", over=settled.over)
    if not settled.under.is_positive:
        return say("You paid exactly what it cost.")
    taken = min(settled.under, purse.deposit)
    owed = settled.under - taken
    if owed.is_positive:
        return say(
            "<b>{under}</b> is missing: {taken} is taken from your deposit, and you owe {owed}, "
            "which your next payment into the deposit settles.",
            under=settled.under,
            taken=taken,
            owed=owed,
        )
    return say("<b>{under}</b> is missing: it is taken from your deposit.", under=settled.under)


def thanks(say: Texts) -> str:
    """For a toast."""
    return str(say("The order is completed. Thank you!").unescape())


# A problem ------------------------------------------------------------------------------------


def ask_problem(order: OrderId, say: Texts) -> Prompt:
    return Prompt(
        say(
            "<b>Order #{no}: what is wrong?</b>\n\nPlease write it here, with photos if you can. "
            "Each message goes to the agency in charge of this order at once, and the order "
            "stays open until the problem is solved.",
            no=order,
        )
    )


def ask_more(order: OrderId, count: int, say: Texts) -> Prompt:
    got = say.n(
        "✅ <b>Order #{no}:</b> we have {n} message about the problem.",
        "✅ <b>Order #{no}:</b> we have {n} messages about the problem.",
        count,
        no=order,
    )
    asked = say("Anything else, or more photos? When that is all, press <b>Done</b>.")
    done = Answer(say.label("Done", emoji="✅"), READY)
    return Prompt(Markup("{}\n\n{}").format(got, asked), ((done,),))


def problem_sent(order: OrderId, say: Texts) -> Screen:
    return Screen(
        say(
            "✅ <b>Order #{no}:</b> thank you for telling us.\n\n<b>Next:</b> we look into it and "
            "write to you here. Until it is solved the order does not complete by itself.",
            no=order,
        ),
        (open_order(order, say),),
    )


def problem_left(order: OrderId, say: Texts) -> Screen:
    return Screen(say("Nothing was sent about order #{no}.", no=order), (open_order(order, say),))
