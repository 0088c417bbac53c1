"""Mishaps: what came to the warehouse is too little, something else, or damaged."""

from __future__ import annotations

from dataclasses import replace
from typing import Final

from domain.orders import Line, LineState, Order, Question, Stage
from domain.questions import MISHAPS, closed, require_undecided
from domain.refusals import LineNotNow, NotNow, NotShort, TooMany

_AT_THE_WAREHOUSE: Final = frozenset({LineState.BOUGHT, LineState.ARRIVED})
BEFORE_BILL: Final = frozenset({Stage.PURCHASING, Stage.AWAITING_ARRIVAL, Stage.AT_WAREHOUSE})
# What is wrong or damaged may be seen as late as when it is packed.
_BEFORE_SHIPPING: Final = BEFORE_BILL | {Stage.AWAITING_SECOND_PAYMENT, Stage.READY_TO_SHIP}


def reported(order: Order, no: int, question: Question, count: int | None = None) -> Line:
    """The line as it lies in the warehouse; a mishap that was reported wrongly is corrected."""
    line = order.line(no)
    stages = BEFORE_BILL if question is Question.SHORT else _BEFORE_SHIPPING
    if order.stage not in stages:
        raise NotNow(order.stage)
    if line.state not in _AT_THE_WAREHOUSE:
        raise LineNotNow(no, line.state)
    if line.question not in MISHAPS:
        require_undecided(line)
    return _counted(line, count) if question is Question.SHORT else line


def _counted(line: Line, count: int | None) -> Line:
    """Fewer than were bought, perhaps none."""
    if count is None or count >= line.quantity:
        raise NotShort(line.no, line.quantity)
    return replace(line, arrived=count, state=LineState.BOUGHT)


def counted(line: Line, count: int) -> Line:
    """So many of a line are there, in all; with the last one what was short is no longer."""
    if line.state not in _AT_THE_WAREHOUSE:
        raise LineNotNow(line.no, line.state)
    if line.question in (Question.WRONG, Question.DAMAGED):
        require_undecided(line)
    if count > line.quantity:
        raise TooMany(line.no, line.quantity)
    if count < line.quantity:
        return replace(line, arrived=count, state=LineState.BOUGHT)
    return replace(closed(line), arrived=count, state=LineState.ARRIVED)


def to_buy_again(order: Order, no: int) -> Line:
    """What came and is not good is bought anew, at no other price; what is missing, too.

    That it was bought once stays known, and what was paid for that of it which is there.
    """
    line = order.line(no)
    if order.stage not in BEFORE_BILL:
        raise NotNow(order.stage)
    if line.question not in MISHAPS or line.state not in _AT_THE_WAREHOUSE:
        raise LineNotNow(no, line.state)
    kept = line.arrived if line.question is Question.SHORT else 0
    price = line.bought_price if kept else None
    return replace(closed(line), state=LineState.TO_BUY, arrived=kept, bought_price=price)
