"""Short answers of the desk: whose an order is, and what needs no answer."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from markupsafe import Markup

from domain.ids import InquiryId, OrderId
from domain.orders import Stage
from views.lengths import one_line
from views.texts import Phrase, Texts, later

NAME_MAX: Final = 60

# A stage as staff see it, in a word or two: in a topic's name, on a chart.
STAGES: Final[Mapping[Stage, Phrase]] = {
    Stage.APPLIED: later("To estimate"),
    Stage.AWAITING_FIRST_PAYMENT: later("To be paid"),
    Stage.PURCHASING: later("To buy"),
    Stage.AWAITING_ARRIVAL: later("To arrive"),
    Stage.AT_WAREHOUSE: later("To bill"),
    Stage.AWAITING_SECOND_PAYMENT: later("2nd bill to be paid"),
    Stage.READY_TO_SHIP: later("To ship"),
    Stage.SHIPPED: later("Shipped"),
    Stage.COMPLETED: later("Completed"),
    Stage.CANCELLED: later("Cancelled"),
}


def name_of(who: str) -> str:
    """`staff:42 Mina` as history writes it: `Mina`."""
    return one_line(who.partition(" ")[2] or who, NAME_MAX)


def taken(number: OrderId, was: str, say: Texts, *, is_new: bool) -> Markup:
    """`was` is who looked after the order before, if somebody did."""
    if not is_new:
        return say("✋ #{number} is yours already.", number=number)
    if was:
        return say(
            "✋ #{number} is yours now. It was {name}’s before.",
            number=number,
            name=name_of(was),
        )
    return say("✋ #{number} is yours now.", number=number)


def inquiry(number: InquiryId, say: Texts) -> Markup:
    return say("Inquiry {no}", no=number)


def inquiry_taken(number: InquiryId, was: str, say: Texts, *, is_new: bool) -> Markup:
    """`was` is who looked after it before, if somebody did."""
    if not is_new:
        return say("✋ Inquiry {no} is yours already.", no=number)
    if was:
        return say(
            "✋ Inquiry {no} is yours now. It was {name}’s before.", no=number, name=name_of(was)
        )
    return say("✋ Inquiry {no} is yours now.", no=number)


def needs_no_answer(say: Texts, *, waited: bool) -> Markup:
    if waited:
        return say("✅ Noted: nothing to answer here. The customer is not told.")
    return say("The customer waits for no answer here.")
