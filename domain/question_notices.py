"""What is told about decisions, mishaps at the warehouse, and orders that go on in two parts."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from domain.ids import LineNo, OrderId
from domain.money import Money
from domain.orders import Question
from domain.questions import Answer

Side = Literal["customer", "staff"]

# To the customer ------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class QuestionAsked:
    """Something about a line is for the customer to decide; the order says what."""

    order: OrderId
    line: LineNo
    question: Question
    words: str = ""  # of staff
    agreed: Money | None = None  # what one was to cost
    asked: Money | None = None  # what one costs now
    kind: Literal["question_asked"] = "question_asked"


@dataclass(frozen=True, slots=True)
class DecisionReminder:
    """The customer has not decided yet; at `until` silence is the answer."""

    order: OrderId
    line: LineNo
    question: Question
    until: datetime
    kind: Literal["decision_reminder"] = "decision_reminder"


@dataclass(frozen=True, slots=True)
class BoughtAgain:
    """What came was not good, or not enough: staff buy it once more, at no other price."""

    order: OrderId
    line: LineNo
    kind: Literal["bought_again"] = "bought_again"


# To both --------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class QuestionLapsed:
    """72 hours of silence: the line is dropped, or everything waits for everything."""

    order: OrderId
    line: LineNo
    question: Question
    to: Side
    kind: Literal["question_lapsed"] = "question_lapsed"


@dataclass(frozen=True, slots=True)
class OrderSplit:
    """Some lines of an order are another one now. `is_new`: told where they went."""

    order: OrderId
    other: OrderId
    lines: tuple[LineNo, ...]
    to: Side
    is_new: bool = False
    kind: Literal["order_split"] = "order_split"


# To staff -------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class QuestionAnswered:
    order: OrderId
    line: LineNo
    question: Question
    answer: Answer
    asked: Money | None = None
    words: str = ""
    locks: bool = True  # a request about the rest: something of it is still to be bought
    kind: Literal["question_answered"] = "question_answered"


@dataclass(frozen=True, slots=True)
class DecisionOverdue:
    """The goods are there, and the customer has not said since then what becomes of them."""

    order: OrderId
    line: LineNo
    question: Question
    since: datetime
    kind: Literal["decision_overdue"] = "decision_overdue"


@dataclass(frozen=True, slots=True)
class NotArrived:
    """Bought since so long, and not all of it has arrived."""

    order: OrderId
    lines: tuple[LineNo, ...]
    since: datetime
    kind: Literal["not_arrived"] = "not_arrived"


QuestionNotice = (
    QuestionAsked
    | DecisionReminder
    | BoughtAgain
    | QuestionLapsed
    | OrderSplit
    | QuestionAnswered
    | DecisionOverdue
    | NotArrived
)
