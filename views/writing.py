"""Writing to the agency: where a message goes, and that it went."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from markupsafe import Markup

from domain.agency import Agency
from domain.ids import OrderId
from domain.letters import Key, Screen
from domain.messages import Said, by_message
from domain.orders import Order
from views import words
from views.buttons import Go, Place
from views.forms import Prompt, column
from views.history import kind_of
from views.lengths import cut, one_line, plain
from views.paying import open_order
from views.texts import Texts

NONE: Final = "0"
ANSWER: Final = "answer"  # to what was asked before
QUOTED_MAX: Final = 300
LINE_MAX: Final = 80  # of each, where there are several
LINES_SHOWN: Final = 5  # more are folded up


def ask_words(order: OrderId, agency: Agency, say: Texts) -> Prompt:
    """The customer is told which desk it goes to before it is sent."""
    return Prompt(
        say(
            "<b>New message about order #{no}</b>\n\nPlease write it, or send a photo, a voice "
            "message, a file or an album. It goes to {agency}, to those in charge of this order.",
            no=order,
            agency=one_line(agency.name, 60),
        )
    )


def sent(order: OrderId, count: int, say: Texts, *, carried: bool = True) -> Screen:
    """`carried` is False for those whom staff do not want to hear just now."""
    if not carried:
        return Screen(
            say("Your message about order #{no} is kept with the order.", no=order),
            (open_order(order, say),),
        )
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


# To the front desk ----------------------------------------------------------------------------


def ask_inquiry(about: OrderId | None, agency: Agency, say: Texts) -> Prompt:
    """It is said before it is sent that it does not reach the agency in charge of an order."""
    if about is not None:
        return Prompt(
            say.n(
                "<b>Inquiry about order #{no}</b>\n\nThis order ended more than {n} day ago, so "
                "its team takes no more messages. Please write your question: it goes to our "
                "front desk with the order’s number, and does <b>not</b> reach the agency in "
                "charge of the order.",
                "<b>Inquiry about order #{no}</b>\n\nThis order ended more than {n} days ago, so "
                "its team takes no more messages. Please write your question: it goes to our "
                "front desk with the order’s number, and does <b>not</b> reach the agency in "
                "charge of the order.",
                agency.message_days,
                no=about,
            )
        )
    return Prompt(
        say(
            "<b>Inquiry</b>\n\nPlease write your question, or send it as a photo, a voice message "
            "or a file. It goes to our front desk and does <b>not</b> reach the agency in charge "
            "of an order; for that, open the order and press <i>New message</i>."
        )
    )


def inquired(count: int, say: Texts, *, carried: bool = True) -> Screen:
    if not carried:
        return Screen(say("Your inquiry is kept."))
    return Screen(
        say.n(
            "✅ Your inquiry is on its way to our front desk.\n\n<b>Next:</b> the answer comes "
            "here.",
            "✅ Your {n} messages are on their way to our front desk.\n\n<b>Next:</b> the answer "
            "comes here.",
            count,
        )
    )


def ask_late(order: OrderId, days: int, said: Sequence[Said], say: Texts) -> Prompt:
    """What was written about an order that takes no more messages."""
    asked = say.n(
        "Order #{no} ended more than {n} day ago, so its team takes no more messages, and this "
        "has not been sent:",
        "Order #{no} ended more than {n} days ago, so its team takes no more messages, and this "
        "has not been sent:",
        days,
        no=order,
    )
    offer = say(
        "It can go to our front desk with the order’s number. There it does <b>not</b> reach the "
        "agency in charge of the order."
    )
    text = Markup("\n").join(part for part in (asked, _quote(said, say), offer) if part)
    return Prompt(text, column([(say.label("Inquiry", emoji="✍️"), NONE)]))


def left(order: OrderId, say: Texts) -> Screen:
    return Screen(say("Nothing was sent about order #{no}.", no=order), (open_order(order, say),))


# Without a context ----------------------------------------------------------------------------


def ask_which(
    orders: Sequence[Order], said: Sequence[Said], say: Texts, *, old: bool = False
) -> Prompt:
    """Which order it is about; one message waits for the answer, or several, and all are shown.

    `old`: something else was asked long ago, and it may be the answer to that.
    """
    parts = [_asked(orders, len(by_message(said)), say), _quote(said, say)]
    if orders:
        parts.append(
            say(
                "<i>None of these</i> sends it to our front desk as an inquiry; there it does "
                "<b>not</b> reach the agency in charge of an order."
            )
        )
    answers = [(_order(order, say), str(order.id)) for order in orders]
    label = say.label("None of these", emoji="🚫") if orders else say.label("Inquiry", emoji="✍️")
    answers.append((label, NONE))
    if old:
        parts.append(
            say("You were in the middle of something, too: perhaps it is the answer to that.")
        )
        answers.insert(0, (say.label("It is my answer", emoji="↩️"), ANSWER))
    return Prompt(Markup("\n").join(part for part in parts if part), column(answers))


def _asked(orders: Sequence[Order], count: int, say: Texts) -> Markup:
    if not orders:
        return say.n(
            "I did not send this to anybody yet: you have no order it could be about. It can go "
            "to our front desk as an inquiry. To have something bought, press <b>Cancel</b> and "
            "start with <b>New order</b>.",
            "I did not send your {n} messages to anybody yet: you have no order they could be "
            "about. They can go to our front desk as an inquiry. To have something bought, press "
            "<b>Cancel</b> and start with <b>New order</b>.",
            count,
        )
    return say.n(
        "<b>Which order is your message about?</b> It has not been sent yet; it goes to those in "
        "charge of the order you choose.",
        "<b>Which order are your {n} messages about?</b> They have not been sent yet; they go to "
        "those in charge of the order you choose.",
        count,
    )


def _quote(said: Sequence[Said], say: Texts) -> Markup:
    """What was written, or as much of it as is needed to know it again; a line each of several."""
    messages = by_message(said)
    if len(messages) == 1:
        return Markup("<blockquote>{}</blockquote>").format(_known(messages[0], QUOTED_MAX, say))
    lines = [Markup("• {}").format(_known(parts, LINE_MAX, say)) for parts in messages]
    tag = "blockquote expandable" if len(lines) > LINES_SHOWN else "blockquote"
    return Markup("<{}>{}</blockquote>").format(Markup(tag), Markup("\n").join(lines))


def _known(parts: tuple[Said, ...], limit: int, say: Texts) -> Markup:
    """`[photo] the lid`"""
    first, album = parts[0], len(parts) if parts[0].album else 0
    words = plain(next((part.html for part in parts if part.html), ""))
    shown = one_line(words, limit) if limit == LINE_MAX else cut(words, limit)
    if not first.media:
        return Markup("{}").format(shown)
    kind = kind_of(first.media, album, say)
    return Markup("[{}] {}").format(kind, shown) if shown else Markup("[{}]").format(kind)


def _order(order: Order, say: Texts) -> str:
    return say.label(
        "#{no}", no=order.id, emoji=words.EMOJI[order.stage], detail=_first_item(order)
    )


def _first_item(order: Order) -> str:
    return one_line(order.first_item.split("://", 1)[-1], 40)


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
