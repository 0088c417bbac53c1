"""What was done, as it is told to the member of staff who did it, and what comes next."""

from __future__ import annotations

from collections.abc import Iterable

from markupsafe import Markup

from domain.changes import answered
from domain.money import Money
from domain.orders import Line, Order, Question, Stage
from domain.questions import is_free
from views.moments import Deadline
from views.sentences import together
from views.staff import code
from views.texts import Texts


def _done(*parts: Markup) -> Markup:
    return Markup("✅ ") + together(*parts)


def estimate_issued(order: Order, say: Texts) -> Markup:
    assert order.first_bill is not None
    issued = say("Estimate issued: <b>{total}</b>.", total=order.first_bill.total)
    if order.stage is Stage.PURCHASING:
        return _done(issued, say("It is paid already: you can buy."))
    return _done(issued, _asked_to_pay(order, say))


def _asked_to_pay(order: Order, say: Texts) -> Markup:
    if order.due_at is None:
        return say("The customer is asked to pay.")
    return say("The customer is asked to pay by {due}.", due=Deadline(order.due_at))


def line_rejected(order: Order, no: int, say: Texts) -> Markup:
    if order.is_ended:
        return _done(
            say("Item {no} is rejected. It was the last one: the order is cancelled.", no=no)
        )
    rejected = say("Item {no} is rejected.", no=no)
    if order.first_bill is None or order.stage is Stage.APPLIED:
        return _done(rejected, say("The others still need an estimate."))
    return _done(rejected, say("The 1st bill is {total} now.", total=order.first_bill.total))


def payment_confirmed(
    order: Order,
    received: Money,
    applied: Money,
    remaining: Money,
    to_deposit: Money,
    say: Texts,
) -> Markup:
    parts = [say("<b>{received}</b> booked.", received=received)]
    if applied.is_positive:
        parts.append(say("The bill is paid."))
    if to_deposit.is_positive:
        parts.append(say("{amount} went to the customer’s deposit.", amount=to_deposit))
    if remaining.is_positive:
        parts.append(say("The bill stays open with {amount}.", amount=remaining))
    return _done(*parts, _next_step(order, say))


def _next_step(order: Order, say: Texts) -> Markup:
    match order.stage:
        case Stage.PURCHASING:
            return say("Next: buy.")
        case Stage.AT_WAREHOUSE:
            return say("Next: the 2nd bill.")
        case Stage.READY_TO_SHIP:
            return say("Next: ship.")
        case _:
            return Markup()


def payment_refused(order: Order, say: Texts) -> Markup:
    parts = [say("The payment report is refused, and the customer is told.")]
    if order.due_at is not None:
        parts.append(say("They can pay until {due}.", due=Deadline(order.due_at)))
    return _done(*parts)


def bought(order: Order, numbers: Iterable[int], say: Texts) -> Markup:
    lines = [order.line(no) for no in numbers]
    done = [line for line in lines if line.wanted is None and is_free(line)]
    parts = []
    if done:
        parts.append(say("Bought: {lines}.", lines=_numbers(done)))
    parts += [_not_bought(line, say) for line in lines if line not in done]
    if order.stage is Stage.AWAITING_ARRIVAL:
        parts.append(say("That was everything. Next: its arrival at the warehouse."))
    return _done(*parts)


def _not_bought(line: Line, say: Texts) -> Markup:
    """Why a line was left out, and what has to be said first."""
    if line.wanted is not None:
        return say(
            "Item {no} is not bought: the customer has asked for a change. Answer "
            "that first: {accept} or {decline}",
            no=line.no,
            accept=code(f"/accept {line.no}"),
            decline=code(f"/decline {line.no} reason"),
        )
    if line.question is Question.PRICE:
        return say(
            "Item {no} is not bought: {price} is above what the customer allowed. "
            "They are asked to decide.",
            no=line.no,
            price=line.asked_price,
        )
    return say("Item {no} is not bought: the customer has not decided about it yet.", no=line.no)


def _numbers(some: Iterable[Line]) -> str:
    return ", ".join(str(line.no) for line in some)


def request_accepted(was: Order, order: Order, no: int | None, say: Texts) -> Markup:
    """`was` is the order as it was asked about."""
    if order.is_ended:
        return _done(
            say("Accepted. Nothing is left to buy: the order is cancelled."),
            say("What was paid went back to the deposit, and the customer is told."),
        )
    lines = answered(was, no)
    line = lines[0]
    if line.wanted:
        said = say(
            "The quantity of item {no} is {n} now, and the customer is told.",
            no=line.no,
            n=line.wanted,
        )
    else:
        said = say.n(
            "Item {items} is cancelled, and the customer is told.",
            "Items {items} are cancelled, and the customer is told.",
            len(lines),
            items=_numbers(lines),
        )
    return _done(said, _bought_already(order, say))


def _bought_already(order: Order, say: Texts) -> Markup:
    if order.stage is Stage.PURCHASING:
        return Markup()
    return say("Everything else is bought already.")


def request_declined(was: Order, no: int | None, say: Texts) -> Markup:
    numbers = _numbers(answered(was, no))
    return _done(
        say("Declined: {lines}. To be bought as ordered, and the customer is told.", lines=numbers)
    )


def unavailable(order: Order, no: int, say: Texts) -> Markup:
    dropped = say("Item {no} is not available, and the customer is told.", no=no)
    if order.is_ended:
        return _done(dropped, say("Nothing is left to buy: the order is cancelled."))
    return _done(
        dropped, _next_step(order, say) if order.stage is not Stage.PURCHASING else Markup()
    )


def arrived(order: Order, numbers: Iterable[int], say: Texts) -> Markup:
    counts = [
        say(
            "{no}: {count} of {all}",
            no=no,
            count=order.line(no).arrived,
            all=order.line(no).quantity,
        )
        for no in numbers
    ]
    return _done(
        say("Arrived: {counts}.", counts=Markup(", ").join(counts)), _next_step(order, say)
    )


def second_bill_issued(say: Texts) -> Markup:
    return _done(
        say("The 2nd bill is issued. The customer is asked for method, address and payment.")
    )


def cost_adjusted(amount: Money, say: Texts) -> Markup:
    if amount.is_positive:
        return _done(
            say("The order costs {amount} more, and the customer is told.", amount=amount)
        )
    return _done(say("The order costs {amount} less, and the customer is told.", amount=-amount))


def shipped(order: Order, tracking: str, say: Texts) -> Markup:
    parts = [
        say(
            "Parcel {number} is on its way: {tracking}.",
            number=len(order.parcels),
            tracking=code(tracking),
        )
    ]
    if order.due_at is not None:
        parts.append(
            say(
                "Without a reception report the order completes by itself on {due}.",
                due=Deadline(order.due_at),
            )
        )
    return _done(*parts)


def tracking_corrected(tracking: str, say: Texts) -> Markup:
    return _done(
        say("The number is {tracking} now, and the customer is told.", tracking=code(tracking))
    )


def held(say: Texts) -> Markup:
    return _done(
        say("The order is on hold: its deadlines stand still, and the customer is told."),
        say("{command} lets it go on.", command=code("/unhold")),
    )


def released(order: Order, say: Texts) -> Markup:
    parts = [say("The order goes on.")]
    if order.due_at is not None and order.frozen_at is None:
        parts.append(say("Its deadline is {due} now.", due=Deadline(order.due_at)))
    return _done(*parts)


def cancelled(returned: Money | None, kept: Money | None, say: Texts) -> Markup:
    parts = [say("The order is cancelled, and the customer is told.")]
    if returned is not None:
        parts.append(say("{amount} went back to the deposit.", amount=returned))
    if kept is not None and kept.is_positive:
        parts.append(say("{amount} was kept.", amount=kept))
    return _done(*parts)
