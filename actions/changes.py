"""Changes by the customer: at once before payment, afterwards as requests that staff answer."""

from __future__ import annotations

from collections.abc import Iterable

from actions import replacements
from actions.cancellations import cancel_because
from actions.estimates import go_on_if_covered, refuse_under_review
from actions.work import Work
from domain import changes
from domain.change_notices import (
    ChangeRequested,
    EstimateWanted,
    ItemChanged,
    RequestAccepted,
    RequestDeclined,
    RequestWithdrawn,
)
from domain.changes import Effect
from domain.ids import LineNo, OrderId
from domain.money import Money
from domain.orders import UNPAID, Change, Line, Order
from domain.refusals import CardOutdated, LineBought

# The customer ---------------------------------------------------------------------------------


async def change(
    work: Work, order_id: OrderId, no: int, quantity: int, *, seen: int | None = None
) -> Order:
    """So many of a line instead, 0 for none: done at once, or asked for once it is paid."""
    order = await _lock(work, order_id, seen, no)
    if order.stage in UNPAID:
        await refuse_under_review(work, order)
    match changes.effect(order, no, quantity):
        case Effect.ENDS:
            return await cancel_because(work, order, "customer")
        case Effect.ASKS:
            asked = changes.requested(order, no, quantity)
            return await _ask(work, asked, (order.line(no),), quantity)
        case effect:
            return await _change(work, order, no, quantity, effect)


async def _lock(work: Work, order_id: OrderId, seen: int | None, *numbers: int) -> Order:
    """Take the order; where the card is outdated because staff bought a line, that is said."""
    try:
        return await work.lock(order_id, seen=seen)
    except CardOutdated:
        order = await work.lock(order_id)
        for no in numbers or [line.no for line in order.live_lines]:
            if order.line(no).state in changes.BOUGHT:
                raise LineBought(order_id, no) from None
        raise


async def _change(work: Work, order: Order, no: int, quantity: int, effect: Effect) -> Order:
    line, was = order.line(no), _total(order)
    order = changes.changed(order, no, quantity)
    order = await work.save(order, Change(f"line {no}: {line.quantity} → {quantity}"))
    if effect is Effect.ANEW:
        assert was is not None
        wanted = EstimateWanted(order.id, line.no, line.quantity, quantity, was)
        await work.tell_staff(order, wanted)
        return order
    total = _total(order) if effect is Effect.LOWER else None
    was = was if effect is Effect.LOWER else None
    changed = ItemChanged(order.id, line.no, line.quantity, quantity, was, total)
    await work.tell_staff(order, changed)
    return await go_on_if_covered(work, order)


def _total(order: Order) -> Money | None:
    return None if order.bill_due is None else order.bill_due.total


async def request_all(work: Work, order_id: OrderId, *, seen: int | None = None) -> Order:
    """The whole order, paid and with nothing bought yet: staff are asked."""
    order = await _lock(work, order_id, seen)
    lines = changes.requestable(order)
    return await _ask(work, changes.requested_all(order), lines, 0)


async def _ask(work: Work, order: Order, lines: Iterable[Line], quantity: int) -> Order:
    numbers = tuple(line.no for line in lines)
    wish = "cancel" if quantity == 0 else f"{quantity} instead"
    order = await work.save(order, Change(f"asked: {_named(numbers)}, {wish}"))
    await work.tell_staff(order, ChangeRequested(order.id, numbers, quantity))
    return order


def _named(numbers: tuple[LineNo, ...]) -> str:
    return f"line{'s' if len(numbers) > 1 else ''} {', '.join(map(str, numbers))}"


async def withdraw(
    work: Work, order_id: OrderId, no: int | None, *, seen: int | None = None
) -> Order:
    """The customer takes a request back, or all of them; the lines can be bought again."""
    order = await work.lock(order_id, seen=seen)
    lines = changes.requests(order) if no is None else ()
    lines = lines or changes.answered(order, no)
    numbers = tuple(line.no for line in lines)
    order = changes.left_as_they_are(order, lines)
    order = await work.save(order, Change(f"request withdrawn: {_named(numbers)}"))
    await work.tell_staff(order, RequestWithdrawn(order.id, numbers))
    return order


# What staff answer ----------------------------------------------------------------------------


async def accept(
    work: Work, order_id: OrderId, no: int | None, *, seen: int | None = None
) -> Order:
    """Fewer of a line, or none of it; nothing left returns everything at once.

    Without a number it is the only request, or the one about all that is still to be bought.
    """
    order = await work.lock(order_id, seen=seen)
    lines = changes.answered(order, no)
    was, order = order, changes.accepted(order, lines)
    if not order.live_lines:
        return await cancel_because(work, order, "nothing_left", changes.AS_ASKED)
    numbers, wanted = tuple(line.no for line in lines), lines[0].wanted or 0
    order = await work.save(order, Change(f"request accepted: {_named(numbers)}"))
    await work.tell_customer(order, RequestAccepted(order.id, numbers, wanted))
    await replacements.look_after(work, was, order)
    return order


async def decline(
    work: Work, order_id: OrderId, no: int | None, reason: str, *, seen: int | None = None
) -> Order:
    """The lines stay as they are, and can be bought."""
    order = await work.lock(order_id, seen=seen)
    lines = changes.answered(order, no)
    numbers = tuple(line.no for line in lines)
    order = changes.left_as_they_are(order, lines)
    change = Change(f"request declined: {_named(numbers)}", why=reason)
    order = await work.save(order, change)
    await work.tell_customer(order, RequestDeclined(order.id, numbers, reason))
    return order
