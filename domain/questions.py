"""Questions: what a customer decides about a line, the answers there are, and what silence is.

A question belongs to its line, and the order carries the flag while any is open. Before anything
is bought silence drops the line; once there are goods nothing is dropped without a word.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Final

from domain.money import Money
from domain.orders import Flag, Line, LineState, Order, Question, with_line, with_lines
from domain.refusals import DecisionPending, LineNotNow

ANSWER_WITHIN: Final = timedelta(hours=72)


class Answer(StrEnum):
    ACCEPT = "accept"
    DROP = "drop"
    WAIT = "wait"
    CANCEL = "cancel"  # asks staff to cancel the rest, too


# The first is what we propose: the green button.
ANSWERS: Final[Mapping[Question, tuple[Answer, ...]]] = {
    Question.PRICE: (Answer.ACCEPT, Answer.DROP),
    Question.VARIANT: (Answer.ACCEPT, Answer.DROP),
    Question.SOLD_OUT: (Answer.DROP, Answer.CANCEL),
    Question.SHORT: (Answer.ACCEPT, Answer.WAIT),
    Question.WRONG: (Answer.ACCEPT, Answer.DROP),
    Question.DAMAGED: (Answer.ACCEPT, Answer.DROP),
    Question.SPLIT: (Answer.ACCEPT, Answer.WAIT),
}
BEFORE_PURCHASE: Final = frozenset({Question.PRICE, Question.VARIANT, Question.SOLD_OUT})
MISHAPS: Final = frozenset({Question.SHORT, Question.WRONG, Question.DAMAGED})


def open_questions(order: Order) -> tuple[Line, ...]:
    """The lines whose customer is asked."""
    return tuple(line for line in order.live_lines if line.question is not None)


def questions_of(order: Order) -> tuple[Line, ...]:
    """The open questions, each once: a split is one question about all its lines."""
    lines = open_questions(order)
    split = [line for line in lines if line.question is Question.SPLIT]
    return tuple(line for line in lines if line not in split[1:])


def is_free(line: Line) -> bool:
    """Whether it can be bought and counted; that it may go on by itself is no hindrance."""
    return line.question in (None, Question.SPLIT)


def lapses(line: Line) -> bool:
    """Whether 72 hours of silence are an answer; where there are goods they are not."""
    return line.question is not None and line.question not in MISHAPS


def answer_until(line: Line) -> datetime | None:
    """The moment from which on silence is an answer, if there is one."""
    return line.asked_at + ANSWER_WITHIN if line.asked_at and lapses(line) else None


def require_open(line: Line, answer: Answer) -> Question:
    """The open question that this is an answer to; as long as it is open, none comes too late."""
    if line.question is None or not line.is_live or answer not in ANSWERS[line.question]:
        raise LineNotNow(line.no, line.state)
    return line.question


def require_undecided(line: Line) -> None:
    """A line about which the customer is asked is left alone until they answer."""
    if not is_free(line):
        raise DecisionPending(line.no)


def require_decided(order: Order) -> None:
    """Nothing is billed or shipped while a question is open."""
    for line in open_questions(order):
        raise DecisionPending(line.no)


# Asking ---------------------------------------------------------------------------------------


def ask(
    order: Order,
    line: Line,
    question: Question,
    now: datetime,
    *,
    words: str = "",
    price: Money | None = None,
) -> Order:
    asked = replace(line, question=question, asked_text=words, asked_price=price, asked_at=now)
    return replace(with_line(order, asked), flags=order.flags | {Flag.DECISION_NEEDED})


# Answering ------------------------------------------------------------------------------------


def closed(line: Line) -> Line:
    """The line without its question."""
    return replace(line, question=None, asked_text="", asked_price=None, asked_at=None)


def gone(line: Line, reason: str) -> Line:
    """The line, dropped: whatever was open about it is settled by that."""
    return replace(closed(line), state=LineState.CANCELLED, wanted=None, reason=reason)


def not_bought(line: Line, reason: str) -> Line:
    """The line without what is still to be bought of it; what is at the warehouse stays."""
    if line.state is not LineState.TO_BUY or line.arrived == 0:
        return gone(line, reason)
    there = replace(closed(line), quantity=line.arrived, state=LineState.ARRIVED)
    return replace(there, wanted=None)


def settled(order: Order) -> Order:
    """The flag goes when no line waits for the customer any more."""
    if open_questions(order):
        return order
    return replace(order, flags=order.flags - {Flag.DECISION_NEEDED})


def dropped(order: Order, line: Line, reason: str) -> Order:
    return settled(with_line(order, not_bought(line, reason)))


def answered(order: Order, line: Line, answer: Answer) -> Order:
    """The order after the customer's word about a line."""
    assert line.question is not None
    match answer:
        case Answer.ACCEPT:
            return settled(with_line(order, _accepted(line)))
        case Answer.WAIT:
            return settled(with_line(order, closed(line)))
        case Answer.DROP:
            return dropped(order, line, line.question)
        case Answer.CANCEL:
            return _without_the_rest(dropped(order, line, line.question))


def _accepted(line: Line) -> Line:
    done = closed(line)
    match line.question:
        case Question.PRICE | Question.VARIANT:
            return _agreed(line, done)
        case Question.SHORT if line.arrived == 0:
            return gone(line, Question.SHORT)
        case Question.SHORT:
            return replace(done, quantity=line.arrived, state=LineState.ARRIVED)
        case Question.WRONG | Question.DAMAGED:
            return replace(done, arrived=line.quantity, state=LineState.ARRIVED)
        case _:
            return done


def _agreed(line: Line, done: Line) -> Line:
    """At the new price, and with what it is instead beside the customer's own note."""
    note = " → ".join(part for part in (line.note, line.asked_text) if part)
    done = replace(done, note=note)
    if line.asked_price is None:
        return done
    price = line.asked_price
    return replace(done, unit_price=price, agreed_price=price, shop_price=None)


def _without_the_rest(order: Order) -> Order:
    """Ask for the rest not to be bought; what is bought is for staff to decide."""
    return with_lines(order, [replace(line, wanted=0) for line in lockable(order)])


def lockable(order: Order) -> tuple[Line, ...]:
    """What can still be asked not to be bought; where a question is open, its answer counts."""
    live = order.live_lines
    return tuple(x for x in live if x.state is LineState.TO_BUY and x.question is None)


def silent(order: Order, line: Line) -> Order:
    """What becomes of an order whose customer did not answer about a line."""
    if not lapses(line):
        return order
    if line.question is Question.SPLIT:
        waiting = [x for x in order.live_lines if x.question is Question.SPLIT]
        return settled(with_lines(order, [closed(x) for x in waiting]))
    return dropped(order, line, "silence")
