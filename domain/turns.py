"""Turns: who has to act next on an order, and on what; clocks count from when it became so."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum
from typing import Final

from domain.orders import Flag, LineState, Order, Stage
from domain.questions import is_free


class Turn(StrEnum):
    # of staff
    ESTIMATE = "estimate"
    REVIEW = "payment to confirm"
    PURCHASE = "purchase"
    REQUEST = "request about an item"
    SECOND_BILL = "2nd bill"
    SHIPPING = "shipping"
    PROBLEM = "problem"
    HOLD = "hold"
    # of the customer
    FIRST_PAYMENT = "1st payment"
    DECISION = "decision"
    SECOND_PAYMENT = "2nd payment"
    RECEPTION = "reception report"
    # of the shops, and of nobody
    ARRIVAL = "arrival"
    NOBODY = "nobody"


OF_STAFF: Final = frozenset(
    {
        Turn.ESTIMATE,
        Turn.REVIEW,
        Turn.PURCHASE,
        Turn.REQUEST,
        Turn.SECOND_BILL,
        Turn.SHIPPING,
        Turn.PROBLEM,
        Turn.HOLD,
    }
)
OF_CUSTOMER: Final = frozenset(
    {Turn.FIRST_PAYMENT, Turn.DECISION, Turn.SECOND_PAYMENT, Turn.RECEPTION}
)


def turn(order: Order) -> Turn:
    """Whose turn it is; staff's, where staff and customer both have something to do."""
    if Flag.PROBLEM_OPEN in order.flags:
        return Turn.PROBLEM
    if order.is_ended:
        return Turn.NOBODY
    if Flag.ON_HOLD in order.flags:
        return Turn.HOLD
    if any(line.wanted is not None for line in order.live_lines):
        return Turn.REQUEST
    return _by_stage(order)


def _by_stage(order: Order) -> Turn:
    match order.stage:
        case Stage.APPLIED:
            return Turn.ESTIMATE
        case Stage.AWAITING_FIRST_PAYMENT:
            return Turn.REVIEW if order.frozen_at else Turn.FIRST_PAYMENT
        case Stage.PURCHASING:
            return Turn.PURCHASE if _can_be_bought(order) else Turn.DECISION
        case Stage.AWAITING_ARRIVAL:
            return Turn.DECISION if _is_asked(order) else Turn.ARRIVAL
        case Stage.AT_WAREHOUSE:
            return Turn.DECISION if _is_asked(order) else Turn.SECOND_BILL
        case Stage.AWAITING_SECOND_PAYMENT:
            return Turn.REVIEW if order.frozen_at else Turn.SECOND_PAYMENT
        case Stage.READY_TO_SHIP:
            return Turn.DECISION if _is_asked(order) else Turn.SHIPPING
        case Stage.SHIPPED:
            return Turn.RECEPTION
        case _:
            return Turn.NOBODY


def _can_be_bought(order: Order) -> bool:
    to_buy = [line for line in order.live_lines if line.state is LineState.TO_BUY]
    return not to_buy or any(is_free(line) for line in to_buy)


def _is_asked(order: Order) -> bool:
    return any(line.question is not None for line in order.live_lines)


def waiting_since(order: Order, was: Order | None, now: datetime) -> datetime | None:
    """Since when it is somebody's turn; a customer who is given more time begins anew."""
    whose = turn(order)
    if whose is Turn.NOBODY:
        return None
    if was is None or turn(was) is not whose:
        return now
    if whose in OF_CUSTOMER and order.due_at != was.due_at:
        return now
    return order.waits_since or now
