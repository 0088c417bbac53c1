"""What asks for a customer's word before it is done: cancelling, and a price that rose."""

from __future__ import annotations

from markupsafe import Markup

from domain.files import OrderFile
from domain.letters import Key, Screen
from domain.money import Money
from domain.orders import Line, Order
from views import progress
from views.buttons import Choice, Decide, Deed
from views.lengths import one_line
from views.paying import back_to_card, do
from views.texts import Texts


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
    if order.first_bill is not None:
        said.append(
            say(
                "Our estimate of {total} is void then; for the same items you would have to apply "
                "again.",
                total=order.first_bill.total,
            )
        )
    confirm = say.label("Confirm", emoji="✖️")
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


# A price that rose ----------------------------------------------------------------------------


def accept(order: Order, line: Line, asked: Money, say: Texts) -> Screen:
    dearer = asked if line.unit_price is None else asked - line.unit_price
    return Screen(
        say(
            "<b>Order #{no}: accept the new price of item {line}?</b>\n\n{item}\n\n"
            "One costs <b>{asked}</b> instead of {agreed}: {more} more for all {n}. We buy at "
            "this price; the difference is part of the settlement at the end.",
            no=order.id,
            line=line.no,
            item=one_line(line.description, 200),
            asked=asked,
            agreed=line.unit_price,
            more=dearer.times(line.quantity),
            n=line.quantity,
        ),
        (_confirm(order, line, Choice.ACCEPT_CONFIRM, say), back_to_card(order, say)),
    )


def drop(order: Order, line: Line, say: Texts) -> Screen:
    is_last = len(order.live_lines) == 1
    if is_last:
        after = say(
            "It is the last item: the order is cancelled, and everything you paid goes to your "
            "deposit at once."
        )
    else:
        after = say("It will not be bought. What you paid for it comes back with the settlement.")
    return Screen(
        say(
            "<b>Order #{no}: drop item {line}?</b>\n\n{item}\n\n{after}",
            no=order.id,
            line=line.no,
            item=one_line(line.description, 200),
            after=after,
        ),
        (_confirm(order, line, Choice.DROP_CONFIRM, say), back_to_card(order, say)),
    )


def _confirm(order: Order, line: Line, choice: Choice, say: Texts) -> tuple[Key, ...]:
    confirm = say.label("Confirm", emoji="✅")
    return (Decide(order.id, order.version, line.no, choice).key(confirm),)


def accepted(line: Line, say: Texts) -> str:
    """For a toast."""
    return str(say("Thank you! We buy item {no} at the new price.", no=line.no).unescape())


def dropped(line: Line, say: Texts) -> str:
    """For a toast."""
    return str(say("Item {no} is dropped. It will not be bought.", no=line.no).unescape())
