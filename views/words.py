"""Words for the domain's own words: stages, states, choices and reasons."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Final

from markupsafe import Markup

from domain import problems
from domain.bills import Bill, BillKind, BillState
from domain.changes import AS_ASKED
from domain.orders import (
    Flag,
    Line,
    LineState,
    Order,
    Preference,
    Question,
    SoldOut,
    Stage,
)
from domain.payments import NOT_ITS_MONEY, NOT_THEIR_MONEY
from views.lengths import one_line
from views.texts import Phrase, Texts, later

STAGES: Final = {
    Stage.APPLIED: later("Application received"),
    Stage.AWAITING_FIRST_PAYMENT: later("Waiting for the 1st payment"),
    Stage.PURCHASING: later("Being bought"),
    Stage.AWAITING_ARRIVAL: later("On the way to our warehouse"),
    Stage.AT_WAREHOUSE: later("In our warehouse"),
    Stage.AWAITING_SECOND_PAYMENT: later("Waiting for the 2nd payment"),
    Stage.READY_TO_SHIP: later("Ready to ship"),
    Stage.SHIPPED: later("Shipped"),
    Stage.COMPLETED: later("Completed"),
    Stage.CANCELLED: later("Cancelled"),
}
EMOJI: Final = {
    Stage.APPLIED: "📝",
    Stage.AWAITING_FIRST_PAYMENT: "💳",
    Stage.PURCHASING: "🛒",
    Stage.AWAITING_ARRIVAL: "🚚",
    Stage.AT_WAREHOUSE: "📦",
    Stage.AWAITING_SECOND_PAYMENT: "💳",
    Stage.READY_TO_SHIP: "📮",
    Stage.SHIPPED: "✈️",
    Stage.COMPLETED: "✅",
    Stage.CANCELLED: "✖️",
}
LINES: Final = {
    LineState.REQUESTED: later("requested"),
    LineState.QUOTED: later("priced"),
    LineState.REJECTED: later("rejected"),
    LineState.TO_BUY: later("to be bought"),
    LineState.BOUGHT: later("bought"),
    LineState.ARRIVED: later("in our warehouse"),
    LineState.SHIPPED: later("shipped"),
    LineState.CANCELLED: later("cancelled"),
}
PREFERENCES: Final = {
    Preference.CHEAPEST: later("the cheapest way"),
    Preference.FASTEST: later("the fastest way"),
    Preference.ASK_ME: later("ask me"),
}
SOLD_OUT: Final = {
    SoldOut.BUY_THE_REST: later("buy the rest"),
    SoldOut.CANCEL_EVERYTHING: later("cancel everything"),
}
FLAGS: Final = {
    Flag.ON_HOLD: later("on hold"),
    Flag.DECISION_NEEDED: later("decision needed"),
    Flag.PROBLEM_OPEN: later("problem open"),
}
QUESTIONS: Final = {
    Question.PRICE: later("a new price"),
    Question.VARIANT: later("something else instead"),
    Question.SHORT: later("too few arrived"),
    Question.WRONG: later("something else arrived"),
    Question.DAMAGED: later("it arrived damaged"),
    Question.SOLD_OUT: later("not available, go on without it?"),
    Question.SPLIT: later("shall the rest go ahead?"),
}
BILL_STATES: Final = {
    BillState.OPEN: later("open"),
    BillState.PAID: later("paid"),
    BillState.VOID: later("no longer due"),
}
BILLS: Final = {
    BillKind.FIRST: later("1st bill"),
    BillKind.SECOND: later("2nd bill"),
}
_SPLIT: Final = re.compile("split ([0-9]+)")
_REASONS: Final = {
    "price": later("you did not accept the new price"),
    "variant": later("you did not want something else instead"),
    "sold_out": later("it is not available"),
    "short": later("it did not arrive"),
    "wrong": later("something else arrived, and you did not take it"),
    "damaged": later("it arrived damaged, and you did not take it"),
    "silence": later("no decision within 72 hours"),
    AS_ASKED: later("you asked for it"),
    NOT_ITS_MONEY: later(
        "a transfer that was booked for it by mistake is missing: please pay in what you owe"
    ),
    NOT_THEIR_MONEY: later("a transfer that was booked for you by mistake was taken back"),
}
_STAFF_REASONS: Final = {
    "price": later("the customer did not accept the new price"),
    "variant": later("the customer did not want something else instead"),
    "wrong": later("something else arrived, and the customer did not take it"),
    "damaged": later("it arrived damaged, and the customer did not take it"),
    AS_ASKED: later("the customer asked for it"),
    NOT_ITS_MONEY: later("a transfer that was booked for it by mistake is missing"),
    NOT_THEIR_MONEY: later(
        "a transfer that was booked for the customer by mistake was taken back"
    ),
}


def of_stage(stage: str, say: Texts) -> Markup:
    return say.of(STAGES[Stage(stage)])


def of_line(line: Line, say: Texts) -> Markup:
    """A line's state; counted while only a part of it has arrived."""
    if line.state is LineState.BOUGHT and line.arrived:
        return say("{n} of {all} in our warehouse", n=line.arrived, all=line.quantity)
    return say.of(LINES[line.state])


def is_elsewhere(line: Line) -> bool:
    """Whether the line goes on in an order of its own."""
    return not line.is_live and _SPLIT.fullmatch(line.reason) is not None


def of_bill(bill: Bill | BillKind | str, say: Texts) -> Markup:
    kind = bill.kind if isinstance(bill, Bill) else BillKind(bill)
    return say.of(BILLS[kind])


def reason(text: str, say: Texts, limit: int = 300) -> str:
    """Why something was dropped or cancelled: our own word for it, or what staff wrote."""
    if (moved := _SPLIT.fullmatch(text)) is not None:
        return say("it goes on in order #{number}", number=moved[1])
    known: Phrase | None = _REASONS.get(text)
    return one_line(text, limit) if known is None else say.of(known)


_SHOWS: Final[Mapping[str, Phrase]] = {
    "parcel": later("the parcel"),
    "label": later("the label"),
    "packing": later("the packing"),
    "item": later("the item"),
}


def picture(shows: str, say: Texts) -> Markup:
    """Which of the pictures of a problem it is: `📷 2 of 4: the label`."""
    no = problems.PICTURES.index(shows) + 1
    what = say.of(_SHOWS[shows])
    return say("📷 {no} of {all}: {what}", no=no, all=len(problems.PICTURES), what=what)


def staff_reason(text: str, say: Texts, limit: int = 300) -> str:
    """The same for those who work on the order: *you* in a customer's reason is not them."""
    known: Phrase | None = _STAFF_REASONS.get(text)
    return reason(text, say, limit) if known is None else say.of(known)


def item(order: Order, no: int, limit: int = 60) -> str:
    """A line by its number and what it is: `2 (Blue mug)`."""
    return f"{no} ({one_line(order.line(no).description, limit)})"
