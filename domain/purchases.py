"""Buying: how much a line may cost before its customer is asked, and where buying leads."""

from __future__ import annotations

from typing import Final

from domain.money import Money
from domain.orders import Line, LineState, Order, Stage, follow_lines
from domain.questions import is_free, require_undecided
from domain.refusals import LineNotNow, RequestPending

_LED_BY_LINES: Final = frozenset({Stage.PURCHASING, Stage.AWAITING_ARRIVAL, Stage.AT_WAREHOUSE})


def approved_price(order: Order, line: Line) -> Money:
    """The unit price the customer agreed to."""
    if line.unit_price is None:
        raise LineNotNow(line.no, line.state)
    return line.unit_price


def charged(order: Order, line: Line, price: Money) -> Money:
    """What one costs the customer: nothing in an order that makes good another."""
    agreed = approved_price(order, line)
    return agreed if order.linked_to is not None and agreed.is_zero else price


def is_within(order: Order, line: Line, price: Money) -> bool:
    """Whether a real unit price stays within the tolerance, exactly and in whole minor units."""
    agreed = approved_price(order, line)
    return price.minor * 100 <= agreed.minor * (100 + tolerance_percent(order, line))


def tolerance_percent(order: Order, line: Line) -> int:
    """How much it may rise unasked: from the estimate, and not from what was agreed to since."""
    return 0 if line.agreed_price is not None else order.tolerance_percent


def buyable(line: Line) -> Line:
    """A line that may be bought now: no word about it is waited for."""
    if line.state is not LineState.TO_BUY:
        raise LineNotNow(line.no, line.state)
    require_undecided(line)
    if line.wanted is not None:
        raise RequestPending(line.no)
    return line


def is_free_to_buy(line: Line) -> bool:
    """Whether it is left to buy, and no word of the customer, or about them, is waited for."""
    return line.state is LineState.TO_BUY and is_free(line) and line.wanted is None


def all_buyable(order: Order) -> tuple[Line, ...]:
    """All that may be bought now; where each of them waits for a word, the first one says why."""
    to_buy = [line for line in order.live_lines if line.state is LineState.TO_BUY]
    free = tuple(line for line in to_buy if is_free_to_buy(line))
    return free or tuple(buyable(line) for line in to_buy)


def follow(order: Order) -> Order:
    """Bring the order where its least advanced line is, as long as lines lead it."""
    return follow_lines(order) if order.stage in _LED_BY_LINES else order
