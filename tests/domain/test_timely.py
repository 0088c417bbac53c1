"""Nobody is reminded of what is done by then."""

from __future__ import annotations

from dataclasses import replace

import pytest

from domain.clock_notices import DeadlineNear, EstimateMissing, SecondBillUnpaid, StaffAwaited
from domain.ids import LineNo
from domain.notices import Notice, ReportWithdrawn
from domain.orders import LineState, Order, Question, Stage
from domain.question_notices import DecisionOverdue, DecisionReminder
from domain.shipping_notices import ArrivalQuestion, SecondBillReminder
from domain.timely import is_timely
from domain.turns import Turn
from tests.domain.orders import NOW, a_line, an_order, usd

N = an_order().id
APPLIED = an_order(due_at=NOW)
UNPAID = replace(APPLIED, stage=Stage.AWAITING_FIRST_PAYMENT)
REVIEWED = replace(UNPAID, frozen_at=NOW)
PAID = an_order(stage=Stage.PURCHASING)
ASKED = an_order(
    a_line(1, state=LineState.TO_BUY, question=Question.PRICE), stage=Stage.PURCHASING
)
BILLED = an_order(stage=Stage.AWAITING_SECOND_PAYMENT)
READY = an_order(stage=Stage.READY_TO_SHIP)
SHIPPED = an_order(stage=Stage.SHIPPED, due_at=NOW)
DONE = an_order(stage=Stage.COMPLETED)
CANCELLED = replace(ASKED, stage=Stage.CANCELLED)


@pytest.mark.parametrize(
    ("notice", "still", "over"),
    [
        (DeadlineNear(N), [APPLIED, UNPAID], [REVIEWED, PAID, SHIPPED, DONE]),
        (EstimateMissing(N), [APPLIED], [UNPAID, PAID]),
        (ArrivalQuestion(N), [SHIPPED], [replace(SHIPPED, frozen_at=NOW), DONE]),
        (DecisionReminder(N, LineNo(1), Question.PRICE, NOW), [ASKED], [PAID, CANCELLED]),
        (DecisionOverdue(N, LineNo(1), Question.WRONG, NOW), [], [ASKED, PAID]),
        (SecondBillReminder(N, usd(1), 3), [BILLED], [replace(BILLED, frozen_at=NOW), READY]),
        (SecondBillUnpaid(N, usd(1), 14), [BILLED], [READY]),
        (StaffAwaited(N, Turn.SHIPPING, NOW), [READY], [BILLED, SHIPPED]),
        (ReportWithdrawn(N, usd(1)), [UNPAID, DONE], []),
    ],
)
def test_what_a_clock_says_is_said_only_while_it_is_so(
    notice: Notice, still: list[Order], over: list[Order]
) -> None:
    assert [is_timely(notice, order) for order in still] == [True] * len(still)
    assert [is_timely(notice, order) for order in over] == [False] * len(over)
