"""Writing to the agency: where a message goes, and that it went."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from markupsafe import Markup

from domain.agency import Agency
from domain.ids import OrderId
from domain.letters import Key, Screen
from domain.orders import Order
from views import words
from views.buttons import Go, Place
from views.forms import Prompt, column
from views.lengths import one_line
from views.paying import open_order
from views.texts import Texts

NONE: Final = "0"


def ask_words(order: OrderId, agency: Agency, say: Texts) -> Prompt:
    """The customer is told which desk it goes to before it is sent."""
    return Prompt(
        say(
            "<b>New message about order #{no}</b>\n\nPlease write it, or send a photo with your "
            "words under it. It goes to {agency}, to those in charge of this order.",
            no=order,
            agency=one_line(agency.name, 60),
        )
    )


def sent(order: OrderId, count: int, say: Texts) -> Screen:
    return Screen(
        say.n(
            "✅ Your message about order #{no} is on its way to us.\n\n<b>Next:</b> the answer "
            "comes here.",
            "✅ Your {n} messages about order #{no} are on their way to us.\n\n<b>Next:</b> the "
            "answer comes here.",
            count,
            no=order,
        ),
        (open_order(order, say),),
    )


def left(order: OrderId, say: Texts) -> Screen:
    return Screen(say("Nothing was sent about order #{no}.", no=order), (open_order(order, say),))


# Without a context ----------------------------------------------------------------------------


def ask_which(orders: Sequence[Order], count: int, say: Texts) -> Prompt:
    """Which order it is about; one waits for the answer, or several."""
    asked = say.n(
        "<b>Which order is your message about?</b> It has not been sent yet; it goes to those in "
        "charge of the order you choose.",
        "<b>Which order are your {n} messages about?</b> They have not been sent yet; they go to "
        "those in charge of the order you choose.",
        count,
    )
    answers = [(_order(order, say), str(order.id)) for order in orders]
    none = say.label("None of these", emoji="🚫")
    return Prompt(asked, column([*answers, (none, NONE)]))


def _order(order: Order, say: Texts) -> str:
    return say.label(
        "#{no}", no=order.id, emoji=words.EMOJI[order.stage], detail=_first_item(order)
    )


def _first_item(order: Order) -> str:
    return one_line(order.lines[0].description.split("://", 1)[-1], 40)


def not_sent(say: Texts) -> Screen:
    """None of these: nothing is passed on, and what to do instead."""
    return Screen(
        Markup("\n\n").join(
            [
                say("Nothing was sent to anybody."),
                say(
                    "For something new, start with <b>New order</b>. To write about an order, "
                    "open it and press <b>New message</b> under <b>Messages</b>."
                ),
            ]
        ),
        (
            (Go(Place.NEW).key(say.label("New order", emoji="🛍")),),
            (Go(Place.ORDERS).key(say.label("My orders", emoji="📦")),),
        ),
    )


def no_order(say: Texts) -> Screen:
    """Something was written, and there is no order it could be about."""
    return Screen(
        say(
            "I did not send this to anybody: you have no order it could be about. To have "
            "something bought, start with <b>New order</b>."
        ),
        (
            (Go(Place.NEW).key(say.label("New order", emoji="🛍")),),
            (Go(Place.HELP).key(say.label("Help")),),
        ),
    )


def cannot_carry(say: Texts) -> Screen:
    return Screen(
        say(
            "I cannot pass this kind of message on yet, and it was not sent. Please write it as "
            "text, or send it as a photo."
        )
    )


def edited(say: Texts) -> Screen:
    return Screen(
        say(
            "I see that you changed a message. What I have is what you sent first; please send "
            "the correction as a new message."
        )
    )


def unknown_command(say: Texts) -> Screen:
    return Screen(
        say(
            "I do not know this command. Try /new for a new order, /orders for your orders, or "
            "/help."
        ),
        ((Go(Place.HELP).key(say.label("Help", emoji="❓")),),),
    )


def nothing_to_leave(say: Texts) -> Screen:
    return Screen(
        say("You are not in the middle of anything. /new starts an order, /orders lists yours.")
    )


def please_in_private(username: str, say: Texts) -> Screen:
    """In a group or a channel, or to somebody who is no person."""
    return Screen(
        say("Please write to me in a private chat; orders are nobody else’s business."),
        ((Key(say.label("Private chat", emoji="✉️"), url=f"https://t.me/{username}"),),),
    )
