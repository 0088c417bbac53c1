"""Whose turn it is while the customer is asked about a line."""

from __future__ import annotations

import pytest

from domain.orders import LineState, Question, Stage
from domain.turns import Turn, turn
from tests.domain.orders import NOW, a_line, an_order

ARRIVED = LineState.ARRIVED
TO_BUY = LineState.TO_BUY


@pytest.mark.parametrize(
    ("stage", "state", "question", "whose"),
    [
        (Stage.PURCHASING, TO_BUY, Question.PRICE, Turn.DECISION),
        (Stage.PURCHASING, TO_BUY, Question.SPLIT, Turn.PURCHASE),
        (Stage.PURCHASING, TO_BUY, None, Turn.PURCHASE),
        (Stage.AWAITING_ARRIVAL, LineState.BOUGHT, Question.SHORT, Turn.DECISION),
        (Stage.AT_WAREHOUSE, ARRIVED, Question.WRONG, Turn.DECISION),
        (Stage.AT_WAREHOUSE, ARRIVED, None, Turn.SECOND_BILL),
        (Stage.READY_TO_SHIP, ARRIVED, Question.DAMAGED, Turn.DECISION),
        (Stage.READY_TO_SHIP, ARRIVED, None, Turn.SHIPPING),
    ],
)
def test_who_waits_for_whom(
    stage: Stage, state: LineState, question: Question | None, whose: Turn
) -> None:
    asked_at = NOW if question else None
    line = a_line(1, state=state, question=question, asked_at=asked_at)
    assert turn(an_order(line, stage=stage)) is whose
