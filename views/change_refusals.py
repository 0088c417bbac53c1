"""Refusals about changes that a customer asks for, in words: what is wrong, and what to do."""

from __future__ import annotations

from markupsafe import Markup

from domain import refusals as no
from domain.refusals import Refused
from views import staff
from views.lengths import one_line
from views.texts import Texts


def about(refused: Refused, say: Texts) -> Markup | None:
    match refused:
        case no.RequestPending(line):
            return say(
                "The customer has asked for a change of item {line}. Staff accept or decline that "
                "first, or the customer withdraws it; nothing was changed.",
                line=line,
            )
        case no.NoRequest(0):
            return say("No request of the customer waits for an answer. Nothing was changed.")
        case no.NoRequest(line):
            return say(
                "No request about item {line} waits for an answer. Nothing was changed.",
                line=line,
            )
        case no.WhichRequest(lines):
            return say(
                "Requests about items {lines} wait. Please name the one you mean, like {example}.",
                lines=one_line(", ".join(map(str, lines)), 100),
                example=staff.code(f"/accept {lines[0]}"),
            )
        case _:
            return _to_the_customer(refused, say)


def _to_the_customer(refused: Refused, say: Texts) -> Markup | None:
    match refused:
        case no.LineBought(_, line):
            return say(
                "This card is outdated: item {line} has been bought in the meantime, so it stays "
                "as it is. Nothing was changed.",
                line=line,
            )
        case no.DecideFirst(line):
            return say(
                "We have asked you about item {line}. Please answer that first, on the order’s "
                "card.",
                line=line,
            )
        case no.MoreAfterPayment(line):
            return say(
                "This order is paid, so there cannot be more of item {line} in it. Please make a "
                "new order for what is to be added: /new.",
                line=line,
            )
        case no.SameQuantity(line, quantity):
            return say.n(
                "You have {n} piece of item {line} already. Please send another number.",
                "You have {n} pieces of item {line} already. Please send another number.",
                quantity,
                line=line,
            )
        case _:
            return None
