"""What a customer is asked about a line: in words, until when, and with which keys."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Final

from markupsafe import Markup

from domain.letters import Key
from domain.money import Money
from domain.orders import Flag, Line, Order, Question
from domain.questions import ANSWERS, Answer, answer_until, open_questions
from views import words
from views.buttons import Choice, Decide
from views.lengths import one_line
from views.moments import Deadline
from views.pages import Row
from views.texts import Phrase, Texts, later

ASKING: Final[Mapping[Answer, Choice]] = {
    Answer.ACCEPT: Choice.ACCEPT,
    Answer.DROP: Choice.DROP,
    Answer.WAIT: Choice.WAIT,
    Answer.CANCEL: Choice.CANCEL,
}
CONFIRMING: Final[Mapping[Answer, Choice]] = {
    Answer.ACCEPT: Choice.ACCEPT_CONFIRM,
    Answer.DROP: Choice.DROP_CONFIRM,
    Answer.WAIT: Choice.WAIT_CONFIRM,
    Answer.CANCEL: Choice.CANCEL_CONFIRM,
}
_WORDS_MAX: Final = 500

# In words -------------------------------------------------------------------------------------


def said(
    order: Order,
    line: Line,
    question: Question,
    why: str,
    agreed: Money | None,
    asked: Money | None,
    say: Texts,
) -> Iterator[Markup]:
    """What has happened, and what the customer is to choose between."""
    yield from _happened(order, line, question, one_line(why, _WORDS_MAX), agreed, asked, say)
    yield say.of(_CHOICES[_case(line, question)])


def of_line(order: Order, line: Line, say: Texts) -> Iterator[Markup]:
    """The open question of a line, whole."""
    if line.question is None:
        return
    agreed, asked = line.unit_price, line.asked_price
    yield from said(order, line, line.question, line.asked_text, agreed, asked, say)
    yield silence(order, line, say)


def _case(line: Line, question: Question) -> str:
    return "none" if question is Question.SHORT and not line.arrived else question.value


def _happened(
    order: Order,
    line: Line,
    question: Question,
    why: str,
    agreed: Money | None,
    asked: Money | None,
    say: Texts,
) -> Iterator[Markup]:
    item = words.item(order, line.no, 200)
    match question:
        case Question.PRICE:
            yield _dearer(item, agreed, asked, say)
        case Question.VARIANT:
            yield say("Item {item} is not to be had as you wanted it.", item=item)
            yield say("What we could get: <b>{words}</b>", words=why)
            if asked is not None and asked != agreed:
                yield _instead(agreed, asked, say)
        case Question.SOLD_OUT:
            yield say("We are sorry: item {item} is not available.", item=item)
            yield say("<b>Reason:</b> {reason}", reason=why)
        case Question.SPLIT:
            yield _missing(order, say)
        case _:
            yield _mishap(line, question, item, say)
            if why:
                yield say("<b>Our warehouse says:</b> {words}", words=why)


def _dearer(item: str, agreed: Money | None, asked: Money | None, say: Texts) -> Markup:
    return say(
        "Item {item} now costs <b>{asked}</b> each instead of {estimated}.",
        item=item,
        asked=asked,
        estimated=agreed,
    )


def _instead(agreed: Money | None, asked: Money, say: Texts) -> Markup:
    return say("One costs <b>{asked}</b> instead of {agreed}.", asked=asked, agreed=agreed)


def _mishap(line: Line, question: Question, item: str, say: Texts) -> Markup:
    if question is Question.WRONG:
        return say("What arrived in our warehouse for item {item} is something else.", item=item)
    if question is Question.DAMAGED:
        return say("Item {item} arrived damaged in our warehouse.", item=item)
    if not line.arrived:
        return say("Item {item} did not come to our warehouse with the rest.", item=item)
    return say(
        "Of item {item} only {n} of {all} arrived in our warehouse.",
        item=item,
        n=line.arrived,
        all=line.quantity,
    )


def _to_split(order: Order) -> list[Line]:
    return [line for line in open_questions(order) if line.question is Question.SPLIT]


def split_numbers(order: Order) -> str:
    return ", ".join(str(line.no) for line in _to_split(order))


def split_count(order: Order) -> int:
    return len(_to_split(order))


def _missing(order: Order, say: Texts) -> Markup:
    return say.n(
        "We still wait for item {numbers}. The rest need not wait for it.",
        "We still wait for items {numbers}. The rest need not wait for them.",
        split_count(order),
        numbers=split_numbers(order),
    )


_CHOICES: Final[Mapping[str, Phrase]] = {
    "price": later(
        "Shall we buy it at the new price, or drop it? We will not buy it until you decide."
    ),
    "variant": later("Shall we buy that, or drop the item? We will not buy it until you decide."),
    "sold_out": later(
        "You wanted all or nothing, but a part of the order is bought already. Shall we go on "
        "without this item, or do you ask us to cancel the rest?"
    ),
    "short": later(
        "Shall we go on with what is here, or wait for the rest? You do not pay for what does "
        "not come."
    ),
    "none": later(
        "Shall we go on without it, or wait for it? You do not pay for what does not come."
    ),
    "wrong": later(
        "Do you take it as it is, or shall we drop the item? Then you do not pay for it."
    ),
    "damaged": later(
        "Do you take it as it is, or shall we drop the item? Then you do not pay for it."
    ),
    "split": later(
        "Shall we send the rest now? What is missing becomes an order of its own then, with its "
        "own 2nd bill for the shipping. Or we wait until everything is here."
    ),
}


def silence(order: Order, line: Line, say: Texts) -> Markup:
    """What happens without an answer, and when."""
    until = answer_until(line)
    if until is None:
        return say("Take your time: nothing is sent or dropped before you decide.")
    due = Deadline(until)
    if order.frozen_at is not None:
        return say("The time to answer stands still for now.")
    if line.question is Question.SPLIT:
        return say("Without an answer by <b>{due}</b> we wait for everything.", due=due)
    if len(order.live_lines) == 1:
        return say(
            "Without an answer by <b>{due}</b> it is dropped; it is the last item, so the order "
            "is cancelled and your money is back in your deposit.",
            due=due,
        )
    return say("Without an answer by <b>{due}</b> it is dropped.", due=due)


def brief(line: Line, say: Texts) -> Markup:
    """An open question in a few words, beside its line."""
    if line.question is Question.PRICE:
        return say("New price: {asked} each. Do you accept it?", asked=line.asked_price)
    assert line.question is not None
    return say.of(_BRIEF[line.question])


_BRIEF: Final[Mapping[Question, Phrase]] = {
    Question.VARIANT: later("Only something like it is to be had: your decision is needed."),
    Question.SOLD_OUT: later("It is not available: your decision is needed."),
    Question.SHORT: later("Too few arrived: your decision is needed."),
    Question.WRONG: later("Something else arrived: your decision is needed."),
    Question.DAMAGED: later("It arrived damaged: your decision is needed."),
    Question.SPLIT: later("Shall the rest go ahead without it? Your decision is needed."),
}

# The keys -------------------------------------------------------------------------------------


def keys(order: Order, line: Line, say: Texts) -> tuple[Row, ...]:
    """What can be answered: what we propose first, and green."""
    if line.question is None or Flag.ON_HOLD in order.flags:
        return ()
    answers = ANSWERS[line.question]
    return tuple((key(order, line, each, say, green=each is answers[0]),) for each in answers)


def key(order: Order, line: Line, answer: Answer, say: Texts, *, green: bool = False) -> Key:
    label = _label(line, answer, "🟢" if green else "", say)
    return Decide(order.id, order.version, line.no, ASKING[answer]).key(label)


def _label(line: Line, answer: Answer, emoji: str, say: Texts) -> str:
    match answer:
        case Answer.ACCEPT:
            return say.label("Accept", detail=_accepted(line, say), emoji=emoji)
        case Answer.DROP:
            return say.label("Drop item", detail=line.no, emoji=emoji)
        case Answer.WAIT if line.question is Question.SPLIT:
            return say.label("Wait", detail=say("for everything"), emoji=emoji)
        case Answer.WAIT:
            return say.label("Wait", detail=say("for the rest"), emoji=emoji)
        case Answer.CANCEL:
            return say.label("Cancel order", detail=say("the rest, too"), emoji=emoji)


def _accepted(line: Line, say: Texts) -> object:
    match line.question:
        case Question.SHORT if line.arrived:
            return say("{n} of {all}", n=line.arrived, all=line.quantity)
        case Question.SHORT:
            return say("without it")
        case Question.WRONG | Question.DAMAGED:
            return say("as it is")
        case Question.SPLIT:
            return say("send the rest now")
        case _:
            return line.asked_price if line.asked_price is not None else ""
