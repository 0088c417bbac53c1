"""What a customer may change about a line, by when, and what follows from it.

[R] Before the 1st bill is paid: fewer, none, or more. From then on, until a line is bought,
cancelling it is a request that staff accept or decline.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from enum import StrEnum
from typing import Final

from domain.bills import BillState
from domain.ids import BillId
from domain.orders import (
    UNPAID,
    Event,
    Line,
    LineState,
    Order,
    Role,
    Stage,
    advance,
    follow_lines,
    with_line,
    with_lines,
)
from domain.questions import not_bought
from domain.refusals import (
    BadQuantity,
    DecideFirst,
    LineBought,
    LineNotNow,
    MoreAfterPayment,
    NoRequest,
    NotNow,
    Refused,
    RequestPending,
    SameQuantity,
    WhichRequest,
)
from domain.typed import QUANTITY_MAX

# The reason of a line, or of an order, that ended because its customer asked for it.
AS_ASKED: Final = "as the customer asked"

BOUGHT: Final = frozenset({LineState.BOUGHT, LineState.ARRIVED, LineState.SHIPPED})


class Effect(StrEnum):
    """What another quantity of a line leads to."""

    FREE = "free"  # nothing is priced yet: it is so at once
    LOWER = "lower"  # the 1st bill has a next version, and its deadline stays
    ANEW = "anew"  # more than was priced: the order waits for a new estimate
    ENDS = "ends"  # it was the last item: the order is cancelled
    ASKS = "asks"  # the order is paid: staff accept or decline


def effect(order: Order, no: int, quantity: int) -> Effect:
    """What `quantity` of a line instead leads to; 0 cancels the line. Or it is refused."""
    line = changeable(order, no)
    if not 0 <= quantity <= QUANTITY_MAX:
        raise BadQuantity(str(quantity), least=0)
    if quantity == line.quantity:
        raise SameQuantity(no, quantity)
    is_more = quantity > line.quantity
    if order.stage not in UNPAID:
        if is_more:
            raise MoreAfterPayment(no)
        return Effect.ASKS
    if quantity == 0 and order.live_lines == (line,):
        return Effect.ENDS
    if order.stage is Stage.APPLIED:
        return Effect.FREE
    return Effect.ANEW if is_more else Effect.LOWER


def changeable(order: Order, no: int) -> Line:
    """The line, if its customer may change it just now, or ask for it."""
    line = order.line(no)
    if line.state in BOUGHT or line.arrived:  # a part may be there, and the rest be bought again
        raise LineBought(order.id, no)
    if not line.is_live:
        raise LineNotNow(no, line.state)
    if order.stage not in UNPAID and order.stage is not Stage.PURCHASING:
        raise NotNow(order.stage)
    if line.question is not None:
        raise DecideFirst(no)
    if line.wanted is not None:
        raise RequestPending(no)
    return line


# Before the 1st bill is paid ------------------------------------------------------------------


def changed(order: Order, no: int, quantity: int) -> Order:
    """An unpaid order with another quantity of a line, which is not its last."""
    line = order.line(no)
    match effect(order, no, quantity):
        case Effect.FREE:
            return with_line(order, _left(line, quantity))
        case Effect.LOWER:
            return less(with_line(order, _left(line, quantity)), line, line.quantity - quantity)
        case Effect.ANEW:
            return _anew(with_line(order, _left(line, quantity)))
        case _:
            raise NotNow(order.stage)


def _left(line: Line, quantity: int) -> Line:
    """What is cancelled was on no bill that is paid: it has no price there any more."""
    if quantity:
        return replace(line, quantity=quantity)
    gone = replace(line, state=LineState.CANCELLED, reason=AS_ASKED)
    return replace(gone, unit_price=None, shop_price=None)


def less(order: Order, line: Line, count: int) -> Order:
    """The 1st bill's next version, without so many of a line; its deadline and date stay."""
    bill, price = order.first_bill, line.unit_price
    if bill is None or price is None or bill.state is not BillState.OPEN:
        return order
    total = bill.total - price.times(count)
    lower = replace(bill, id=BillId(0), version=bill.version + 1, total=total)
    return replace(order, first_bill=lower)


def _anew(order: Order) -> Order:
    """Back to the agency: no bill is due, and what was paid of it waits for the next version."""
    lines = [
        replace(line, state=LineState.REQUESTED, unit_price=None, shop_price=None)
        for line in order.live_lines
    ]
    order = advance(with_lines(order, lines), Event.MORE, Role.CUSTOMER)
    bill = order.first_bill
    void = None if bill is None else replace(bill, state=BillState.VOID)
    return replace(order, first_bill=void)


# Requests, once it is paid --------------------------------------------------------------------


def requests(order: Order) -> tuple[Line, ...]:
    """The lines about which a request waits for staff."""
    return tuple(line for line in order.live_lines if line.wanted is not None)


def requested(order: Order, no: int, quantity: int) -> Order:
    """So many of a line instead, if staff accept; until they answer nobody buys it."""
    if effect(order, no, quantity) is not Effect.ASKS:
        raise NotNow(order.stage)
    return with_line(order, replace(order.line(no), wanted=quantity))


def requested_all(order: Order) -> Order:
    """The whole order, of which nothing is bought yet."""
    return with_lines(order, [replace(line, wanted=0) for line in requestable(order)])


def requestable(order: Order) -> tuple[Line, ...]:
    """What is left to ask for, to cancel the whole order, of which nothing is bought yet."""
    if order.stage is not Stage.PURCHASING or not order.live_lines:
        raise NotNow(order.stage)
    lines = tuple(line for line in order.live_lines if line.wanted != 0)
    if not lines:
        raise RequestPending(order.live_lines[0].no)
    return tuple(changeable(order, line.no) for line in lines)


def can_request_all(order: Order) -> bool:
    """Whether *Cancel order* asks staff now."""
    try:
        return bool(requestable(order))
    except Refused:
        return False


def is_whole(order: Order) -> bool:
    """Whether all that is still to be bought is asked to be cancelled: then it is one request."""
    to_buy = [line for line in order.live_lines if line.state is LineState.TO_BUY]
    return bool(to_buy) and all(line.wanted == 0 for line in to_buy)


def ends_with(order: Order, no: int) -> bool:
    """Whether the order would be cancelled if this line were."""
    return all(line.no == no or line.wanted == 0 for line in order.live_lines)


def answered(order: Order, no: int | None) -> tuple[Line, ...]:
    """The requests that an answer means: one, or those about all that is still to be bought."""
    waiting = requests(order)
    if no is not None:
        line = order.line(no)
        if line not in waiting:
            raise NoRequest(no)
        return (line,)
    if not waiting:
        raise NoRequest(0)
    if len(waiting) > 1 and not is_whole(order):
        raise WhichRequest(tuple(line.no for line in waiting))
    return waiting


def accepted(order: Order, lines: Iterable[Line]) -> Order:
    """Fewer of each, or none; the settlement returns what was paid for it."""
    return follow_lines(with_lines(order, map(_granted, lines)))


def _granted(line: Line) -> Line:
    if line.wanted:
        return replace(line, quantity=line.wanted, wanted=None)
    return not_bought(line, AS_ASKED)


def left_as_they_are(order: Order, lines: Iterable[Line]) -> Order:
    """Declined, or withdrawn: the lines can be bought."""
    return with_lines(order, [replace(line, wanted=None) for line in lines])
