"""What an application asks, one question after another, its review, and what follows."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from markupsafe import Markup

from domain.agency import Agency
from domain.letters import Screen
from domain.orders import Application, Line, Order, Preference, SoldOut
from domain.typed import ADDRESS_MIN, LINES_MAX, QUANTITY_MAX
from views.buttons import Go, OpenCard, Place
from views.forms import Answer, Prompt, column
from views.lengths import block, one_line
from views.moments import Deadline
from views.texts import Texts, later

TOLERANCES: Final = (0, 5, 10)
MORE: Final = "more"
READY: Final = "done"
CONFIRM: Final = "ok"

_REVIEW_LETTERS: Final = 2600  # of what was typed; the rest of 4,096 is for our own words
_PREFERENCES: Final = {
    Preference.CHEAPEST: later("Cheapest"),
    Preference.FASTEST: later("Fastest"),
    Preference.ASK_ME: later("Ask me"),
}
_SOLD_OUT: Final = {
    SoldOut.BUY_THE_REST: later("Buy the rest"),
    SoldOut.CANCEL_EVERYTHING: later("Cancel everything"),
}


def description(number: int, has_photo: bool, say: Texts) -> Prompt:
    """`number` is the item's; it is 1 at the very beginning."""
    if has_photo:
        return Prompt(
            say(
                "📷 I have the photo. Now please <b>describe the item</b> in words, or send its "
                "link."
            )
        )
    asked = say(
        "Please send the <b>link</b> of the item, or <b>describe it</b>: name, size, colour. "
        "A photo may come with it, with your words under it."
    )
    if number == 1:
        begin = say("<b>A new order.</b> Let’s begin with the first item.")
    else:
        begin = say("<b>Item {no}.</b>", no=number)
    return Prompt(Markup("{}\n\n{}").format(begin, asked))


def quantity(line: str, say: Texts) -> Prompt:
    return Prompt(
        say(
            "<b>How many</b> of “{item}” do you want? Please type a number from 1 to {most}.",
            item=one_line(line, 120),
            most=QUANTITY_MAX,
        )
    )


def note(say: Texts) -> Prompt:
    return Prompt(
        say("Any <b>note</b> about this item, such as a second choice of colour? If not, skip.")
    )


def more(lines: Sequence[Line], say: Texts) -> Prompt:
    """Another one, or on to the address; `lines` are those so far."""
    listed = Markup("\n").join(_short_line(line, say) for line in lines[-10:])
    done = Answer(say.label("Done", emoji="✅"), READY)
    if len(lines) >= LINES_MAX:
        full = say(
            "That makes {n} items, as many as an order can have. Please go on with <b>Done</b>; "
            "for more, start another order afterwards.",
            n=len(lines),
        )
        return Prompt(Markup("{}\n\n{}").format(listed, full), ((done,),))
    asked = say("Is there <b>another item</b>, or was that all?")
    another = Answer(say.label("Add another item", emoji="➕"), MORE)
    return Prompt(Markup("{}\n\n{}").format(listed, asked), ((another,), (done,)))


def _short_line(line: Line, say: Texts) -> Markup:
    return say(
        "{no}. {item} × {quantity}",
        no=line.no,
        item=one_line(line.description, 80),
        quantity=line.quantity,
    )


def address(saved: Sequence[str], say: Texts) -> Prompt:
    asked = say(
        "<b>Where should we deliver to?</b> Please write name, street, city, postal code, "
        "country and phone number in one message of several lines, at least {least} characters.",
        least=ADDRESS_MIN,
    )
    if not saved:
        return Prompt(asked)
    listed = (Markup("{}. {}").format(no, one_line(text, 200)) for no, text in enumerate(saved, 1))
    known = Markup("\n").join([say("Or choose one you have used before:"), *listed])
    answers = column(
        (say.label("{no}. {address}", no=no, address=one_line(text, 40), emoji="🏠"), str(no))
        for no, text in enumerate(saved, 1)
    )
    return Prompt(Markup("{}\n\n{}").format(asked, known), answers)


def preference(say: Texts) -> Prompt:
    answers = ((say.label(label), value.value) for value, label in _PREFERENCES.items())
    return Prompt(say("<b>How shall we ship</b> to you, once all is here?"), column(answers))


def sold_out(say: Texts) -> Prompt:
    answers = ((say.label(label), value.value) for value, label in _SOLD_OUT.items())
    return Prompt(say("<b>If something is sold out</b>, what shall we do?"), column(answers))


def tolerance(say: Texts) -> Prompt:
    row = tuple(Answer(say.label("{n} %", n=n), str(n)) for n in TOLERANCES)
    return Prompt(
        say(
            "Prices change. <b>By how much may an item’s price rise</b> after our estimate "
            "without our asking you first?"
        ),
        (row,),
    )


# Review ---------------------------------------------------------------------------------------


def review(application: Application, say: Texts) -> Prompt:
    return Prompt(
        Markup("\n\n").join(
            [
                say("<b>Please check your application.</b>"),
                _items(application.lines, say),
                say("<b>Delivery address</b>\n{address}", address=block(application.address, 500)),
                _choices(application, say),
                say(
                    "With <b>Confirm</b> it goes to us. It costs nothing yet: we send you an "
                    "estimate first, and you can cancel until you have paid."
                ),
            ]
        ),
        ((Answer(say.label("Confirm", emoji="✅"), CONFIRM),),),
    )


def _items(lines: Sequence[Line], say: Texts) -> Markup:
    each = _REVIEW_LETTERS // len(lines)
    return Markup("\n").join(_item(line, each, say) for line in lines)


def _item(line: Line, letters: int, say: Texts) -> Markup:
    picture = "📷 " if line.photo else ""
    for_note = min(len(line.note), letters // 3)
    item = say(
        "<b>{no}.</b> {picture}{item} × <b>{quantity}</b>",
        no=line.no,
        picture=picture,
        item=one_line(line.description, letters - for_note - 12),
        quantity=line.quantity,
    )
    if not line.note:
        return item
    return Markup("{}\n   <i>{}</i>").format(item, one_line(line.note, max(for_note, 12)))


def _choices(application: Application, say: Texts) -> Markup:
    return Markup("\n").join(
        [
            say(
                "<b>Shipping:</b> {choice}",
                choice=say.of(_PREFERENCES[application.preference]),
            ),
            say("<b>If sold out:</b> {choice}", choice=say.of(_SOLD_OUT[application.sold_out])),
            say("<b>A price may rise by:</b> {n} %", n=application.tolerance_percent),
        ]
    )


# Afterwards -----------------------------------------------------------------------------------


def applied(order: Order, agency: Agency, say: Texts) -> Screen:
    """The number, and what happens next."""
    said = [
        say("✅ <b>Your order has the number #{no}.</b> Thank you!", no=order.id),
        say(
            "<b>Next:</b> {agency} checks it and sends you an estimate here. You need not do "
            "anything until then.",
            agency=one_line(agency.name, 60),
        ),
    ]
    if order.due_at is not None:
        said.append(
            say(
                "An order that has not been paid by {due} is cancelled by itself; the estimate "
                "will give you new time.",
                due=Deadline(order.due_at),
            )
        )
    return Screen(
        Markup("\n\n").join(said),
        (
            (OpenCard(order.id).key(say.label("Open order", emoji="📋", detail=f"#{order.id}")),),
            (Go(Place.ORDERS).key(say.label("My orders")),),
        ),
    )


def one_is_open(say: Texts) -> str:
    """For a toast."""
    return str(
        say(
            "You are in the middle of an application. Please finish or cancel it first."
        ).unescape()
    )


def left(say: Texts) -> Screen:
    return Screen(
        say("The application was left; nothing was sent to us."),
        (
            (Go(Place.NEW).key(say.label("New order", emoji="🛍")),),
            (Go(Place.ORDERS).key(say.label("My orders", emoji="📦")),),
        ),
    )
