"""What a clock says at its moment: to the customer, to staff, or to both."""

from __future__ import annotations

from datetime import timedelta
from typing import Final

from actions import questions
from actions.work import Work
from domain.agenda import Mark, to_arrive
from domain.clock_notices import (
    DeadlineNear,
    EstimateMissing,
    SecondBillUnpaid,
    StaffAwaited,
)
from domain.deadlines import DAY, Clock, What
from domain.notices import Notice
from domain.orders import Order, Role, Stage
from domain.question_notices import DecisionReminder, NotArrived
from domain.questions import ANSWER_WITHIN
from domain.shipping_notices import ArrivalQuestion, SecondBillReminder
from domain.turns import turn

LATE_AFTER: Final = timedelta(days=10)  # what was bought so long ago is asked after


async def tell(work: Work, order: Order, mark: Mark, *, warns: str = "") -> None:
    """Say it; `warns` is the key under which it is written down that it was handed over."""
    match mark.clock:
        case Clock.FIRST_BILL:
            await work.tell_customer(
                order, DeadlineNear(order.id, is_warning=bool(warns)), warns=warns
            )
            if order.stage is Stage.APPLIED:
                await work.tell_staff(order, EstimateMissing(order.id))
        case Clock.COMPLETION:
            question = ArrivalQuestion(order.id, is_last=mark.is_warning)
            await work.tell_customer(order, question, warns=warns)
        case Clock.MISHAP if mark.what is What.RING:
            assert mark.line is not None
            await questions.lapse(work, order, mark.line)
        case Clock.DECISION | Clock.MISHAP:
            await work.tell_customer(order, _decision(order, mark), warns=warns)
        case Clock.SECOND_BILL:
            await _second_bill(work, order, mark)
        case Clock.ARRIVAL:
            await work.tell_staff(order, _not_arrived(work, order, mark))
        case Clock.STAFF:
            await work.tell_staff(order, StaffAwaited(order.id, turn(order), mark.since))


def _decision(order: Order, mark: Mark) -> Notice:
    assert mark.line is not None
    line = order.line(mark.line)
    assert line.question is not None
    assert line.asked_at is not None
    return DecisionReminder(order.id, line.no, line.question, line.asked_at + ANSWER_WITHIN)


async def _second_bill(work: Work, order: Order, mark: Mark) -> None:
    bill, days = order.second_bill, _days(work, mark)
    if bill is None:
        return
    await work.tell_customer(order, SecondBillReminder(order.id, bill.remaining, days))
    if Role.STAFF in mark.to:
        await work.tell_staff(order, SecondBillUnpaid(order.id, bill.remaining, days))


def _days(work: Work, mark: Mark) -> int:
    """The days since a clock began; a night may have moved the moment by some hours."""
    return round((work.now - mark.since) / DAY)


def _not_arrived(work: Work, order: Order, mark: Mark) -> Notice:
    late = [
        line.no
        for line in to_arrive(order)
        if line.bought_at is not None and work.now - line.bought_at >= LATE_AFTER
    ]
    return NotArrived(order.id, tuple(late), mark.since)
