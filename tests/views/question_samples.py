"""One of every notice about decisions, mishaps at the warehouse and splits."""

from __future__ import annotations

from dataclasses import replace
from typing import Final

from domain import question_notices as told
from domain.ids import LineNo, OrderId
from domain.notices import Notice
from domain.orders import Flag, LineState, Order, Question
from domain.questions import ANSWERS
from tests.views import files
from tests.views.files import DUE, NOW, usd

N: Final = OrderId(12)
TWO: Final = LineNo(2)


def asked(question: Question, **more: object) -> Order:
    """The order with a question about its second line."""
    line = replace(
        files.PAID.lines[1],
        question=question,
        asked_text="blue <b>instead",
        asked_at=NOW,
        **more,  # type: ignore[arg-type]
    )
    flags = frozenset({Flag.DECISION_NEEDED})
    return replace(files.PAID, lines=(files.PAID.lines[0], line), flags=flags)


VARIANT: Final = asked(Question.VARIANT, asked_price=usd(1200))
SOLD_OUT: Final = asked(Question.SOLD_OUT)
SHORT: Final = asked(Question.SHORT, state=LineState.BOUGHT, quantity=3, arrived=2)
NOTHING: Final = asked(Question.SHORT, state=LineState.BOUGHT, quantity=3)
WRONG: Final = asked(Question.WRONG, state=LineState.BOUGHT)
DAMAGED: Final = asked(Question.DAMAGED, state=LineState.ARRIVED)
SPLIT: Final = asked(Question.SPLIT, state=LineState.BOUGHT)

TOLD: Final[tuple[tuple[told.Side, bool], ...]] = (
    ("customer", False),
    ("staff", False),
    ("staff", True),
)

QUESTION_NOTICES: Final[tuple[tuple[Notice, Order], ...]] = (
    (told.QuestionAsked(N, TWO, Question.PRICE, "", usd(1520), usd(1800)), files.DECISION),
    (
        told.QuestionAsked(N, TWO, Question.VARIANT, "blue <b>instead", usd(1520), usd(1200)),
        VARIANT,
    ),
    (told.QuestionAsked(N, TWO, Question.SOLD_OUT, "gone"), SOLD_OUT),
    (told.QuestionAsked(N, TWO, Question.SHORT, "one missing"), SHORT),
    (told.QuestionAsked(N, TWO, Question.SHORT, "all missing"), NOTHING),
    (told.QuestionAsked(N, TWO, Question.WRONG, "a spoon"), WRONG),
    (told.QuestionAsked(N, TWO, Question.DAMAGED, "a crack"), DAMAGED),
    (told.QuestionAsked(N, TWO, Question.SPLIT), SPLIT),
    *(
        (told.DecisionReminder(N, TWO, question, DUE), asked(question))
        for question in (Question.VARIANT, Question.DAMAGED, Question.SPLIT)
    ),
    (told.DecisionReminder(N, TWO, Question.PRICE, DUE), files.PAID),
    *(
        (told.QuestionLapsed(N, TWO, question, to), files.PAID)
        for question in (Question.PRICE, Question.SPLIT)
        for to in ("customer", "staff")
    ),
    (told.BoughtAgain(N, TWO), files.PAID),
    *(
        (told.OrderSplit(N, OrderId(13), lines, to, is_new), files.ARRIVED)
        for lines in ((TWO,), (LineNo(1), TWO))
        for to, is_new in TOLD
    ),
    *(
        (told.QuestionAnswered(N, TWO, question, answer, usd(1800), "blue <b>"), files.PAID)
        for question, answers in ANSWERS.items()
        for answer in answers
    ),
    *(
        (told.DecisionOverdue(N, TWO, question, NOW), asked(question))
        for question in (Question.SHORT, Question.WRONG, Question.DAMAGED)
    ),
    (told.NotArrived(N, (TWO,), NOW), files.BOUGHT),
    (told.NotArrived(N, (LineNo(1), TWO), NOW), files.BOUGHT),
)
