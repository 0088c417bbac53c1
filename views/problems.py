"""A problem with what arrived: asked for in words and pictures, or taken back as a mistake."""

from __future__ import annotations

from typing import Final

from markupsafe import Markup

from domain.ids import OrderId
from domain.letters import Screen
from domain.orders import Order
from views import words
from views.buttons import Deed
from views.forms import Answer, Prompt
from views.paying import back_to_card, do, open_order
from views.sentences import together
from views.texts import Texts, later

READY: Final = "done"
_PICTURES: Final = {
    "parcel": later("Please send a photo of <b>the parcel</b> from outside."),
    "label": later("Please send a photo of <b>the label</b> with the tracking number."),
    "packing": later(
        "Please send a photo of <b>the packing</b>, as it looked when you opened it."
    ),
    "item": later("Please send a photo of <b>the item</b>, and of what is wrong with it."),
}


_ITEMS_MAX: Final = 20


def ask_words(order: OrderId, say: Texts) -> Prompt:
    return Prompt(
        say(
            "<b>Order #{no}: what is wrong?</b>\n\nPlease write it here; photos are asked for "
            "next. Each message goes to the agency in charge of this order at once, and no "
            "deadline runs until the problem is solved.",
            no=order,
        )
    )


def ask_picture(order: Order, what: str, count: int, say: Texts) -> Prompt:
    """One picture after the other; each can be skipped, and *Done* ends it at any time."""
    asked = [say.of(_PICTURES[what])]
    if what == "item" and len(order.live_lines) > 1:
        items = ", ".join(words.item(order, x.no, 30) for x in order.live_lines[:_ITEMS_MAX])
        asked.append(say("Please write below it which item it is: {items}.", items=items))
    hint = say("It helps us with the carrier. You can also write more, or <b>Skip</b> it.")
    text = Markup("{}\n\n{}").format(_got(order.id, count, say), together(*asked, hint))
    return Prompt(text, ((_done(say),),))


def ask_more(order: OrderId, count: int, say: Texts) -> Prompt:
    asked = say("Anything else, or more photos? When that is all, press <b>Done</b>.")
    return Prompt(Markup("{}\n\n{}").format(_got(order, count, say), asked), ((_done(say),),))


def _got(order: OrderId, count: int, say: Texts) -> Markup:
    return say.n(
        "✅ <b>Order #{no}:</b> we have {n} message about the problem.",
        "✅ <b>Order #{no}:</b> we have {n} messages about the problem.",
        count,
        no=order,
    )


def _done(say: Texts) -> Answer:
    return Answer(say.label("Done", emoji="✅"), READY)


def sent(order: OrderId, say: Texts) -> Screen:
    return Screen(
        say(
            "✅ <b>Order #{no}:</b> thank you for telling us.\n\n<b>Next:</b> we look into it and "
            "write to you here. No deadline runs until it is solved. Was it "
            "a mistake? Then take it back on the order’s card.",
            no=order,
        ),
        (open_order(order, say),),
    )


def left(order: OrderId, say: Texts) -> Screen:
    return Screen(say("Nothing was sent about order #{no}.", no=order), (open_order(order, say),))


# It was a mistake -----------------------------------------------------------------------------


def withdraw(order: Order, say: Texts) -> Screen:
    if order.is_ended:
        then = say("The order stays completed.")
    else:
        then = say("The order’s deadline goes on where it stood.")
    return Screen(
        Markup("{}\n\n{}").format(
            say("<b>Order #{no}: was the problem a mistake?</b>", no=order.id),
            together(say("We stop looking into it, and are told so. Your messages stay."), then),
        ),
        (
            do(order, Deed.PROBLEM_WITHDRAW_CONFIRM, say.label("Confirm", emoji="✅")),
            back_to_card(order, say),
        ),
    )


def withdrawn(say: Texts) -> str:
    """For a toast."""
    return str(say("Good! The problem is taken back.").unescape())
