"""Whether what a clock was to say still holds when it is sent: nobody is reminded in vain."""

from __future__ import annotations

from domain.clock_notices import DeadlineNear, EstimateMissing, SecondBillUnpaid, StaffAwaited
from domain.notices import Notice
from domain.orders import UNPAID, Order, Stage
from domain.question_notices import DecisionOverdue, DecisionReminder
from domain.shipping_notices import ArrivalQuestion, SecondBillReminder
from domain.turns import Turn, turn


class Needless(Exception):
    """A letter that has nothing to say any more."""


def is_timely(notice: Notice, order: Order) -> bool:
    match notice:
        case DeadlineNear():
            return _runs(order) and order.stage in UNPAID
        case EstimateMissing():
            return _runs(order) and order.stage is Stage.APPLIED
        case ArrivalQuestion():
            return _runs(order) and order.stage is Stage.SHIPPED
        case (
            DecisionReminder(line=no, question=question)
            | DecisionOverdue(line=no, question=question)
        ):
            return not order.is_ended and order.line(no).question is question
        case SecondBillReminder() | SecondBillUnpaid():
            return turn(order) is Turn.SECOND_PAYMENT
        case StaffAwaited(turn=whose):
            return turn(order) is whose
        case _:
            return True


def _runs(order: Order) -> bool:
    return order.due_at is not None and order.frozen_at is None
