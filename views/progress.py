"""Where an order stands: the line of stages, whose turn it is, until when, and what comes next."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from markupsafe import Markup

from domain.changes import requests
from domain.files import OrderFile
from domain.money import Money, add_up
from domain.orders import Flag, Line, LineState, Order, Stage
from domain.parcels import under_way
from domain.questions import questions_of
from domain.settlement import settle
from views import questions, words
from views.moments import Dated, Deadline
from views.texts import Texts, later

_MILESTONES: Final = (
    later("Applied"),
    later("Estimate"),
    later("Paid"),
    later("Bought"),
    later("Arrived"),
    later("2nd bill"),
    later("Shipped"),
    later("Completed"),
)
_STANDS_AT: Final = {  # the milestone that was reached last
    Stage.APPLIED: 0,
    Stage.AWAITING_FIRST_PAYMENT: 1,
    Stage.PURCHASING: 2,
    Stage.AWAITING_ARRIVAL: 3,
    Stage.AT_WAREHOUSE: 4,
    Stage.AWAITING_SECOND_PAYMENT: 5,
    Stage.READY_TO_SHIP: 5,
    Stage.SHIPPED: 6,
    Stage.COMPLETED: 7,
}


def stages(order: Order, say: Texts) -> Markup:
    """`✓ Applied · ✓ Estimate · ● Paid · ○ Bought …`: behind it, where it stands, to come."""
    if order.stage is Stage.CANCELLED:
        done = [f"✓ {say.of(name)}" for name in _MILESTONES[: _reached_before_the_end(order)]]
        return Markup(" · ".join([*done, say("✕ <b>Cancelled</b>")]))
    present = _STANDS_AT[order.stage]
    names = [say.of(name) for name in _MILESTONES]
    done = [f"✓ {name}" for name in names[:present]]
    to_come = [f"○ {name}" for name in names[present + 1 :]]
    return Markup(" · ".join([*done, f"● <b>{names[present]}</b>", *to_come]))


def _reached_before_the_end(order: Order) -> int:
    bill = order.first_bill
    if bill is None:
        return 1
    return 3 if bill.is_covered and bill.paid.is_positive else 2


def whose_turn(file: OrderFile, say: Texts) -> Markup:
    """Who must act, what happens next, and by when: two or three short paragraphs."""
    return Markup("\n").join(_turn(file, say))


def _turn(file: OrderFile, say: Texts) -> Iterator[Markup]:
    order = file.order
    if Flag.ON_HOLD in order.flags:
        yield from _on_hold(order, say)
        return
    if not file.review and (waiting := questions_of(order)):
        yield from _decision(order, waiting, say)
        return
    match order.stage:
        case Stage.APPLIED:
            yield from _applied(order, say)
        case Stage.AWAITING_FIRST_PAYMENT:
            yield from _first_payment(file, say)
        case Stage.PURCHASING:
            yield from _purchasing(order, say)
        case Stage.AWAITING_ARRIVAL:
            yield from _awaiting_arrival(order, say)
        case Stage.AT_WAREHOUSE:
            yield from _at_warehouse(order, say)
        case Stage.AWAITING_SECOND_PAYMENT:
            yield from _second_payment(file, say)
        case Stage.READY_TO_SHIP:
            yield from _packing(order, say)
        case Stage.SHIPPED:
            yield from _shipped(order, say)
        case Stage.COMPLETED:
            yield from _completed(order, say)
        case Stage.CANCELLED:
            yield from _cancelled(file, say)


def _on_hold(order: Order, say: Texts) -> Iterator[Markup]:
    yield say("<b>Our turn:</b> we put this order on hold.")
    if order.reason:
        yield say("<b>Reason:</b> {reason}", reason=words.reason(order.reason, say, 500))
    yield say(
        "<b>Next:</b> we will tell you when it continues. Its deadlines stand still until then."
    )


def _applied(order: Order, say: Texts) -> Iterator[Markup]:
    if order.first_bill is None:
        yield say("<b>Our turn:</b> we are checking your application.")
        yield say("<b>Next:</b> you will get our estimate. It is also your 1st bill.")
    else:
        yield say("<b>Our turn:</b> you asked for more, so we are working out a new estimate.")
        yield say("<b>Next:</b> you will get it. It takes the place of the former 1st bill.")
    if order.due_at and not order.frozen_at:
        yield say(
            "The application is open until <b>{due}</b>. Our estimate will set a new date.",
            due=Deadline(order.due_at),
        )


def _under_review(file: OrderFile, say: Texts) -> Iterator[Markup]:
    review = file.review
    assert review is not None
    if not review.is_reported:
        yield say(
            "<b>PayPal’s turn:</b> it is checking your payment of <b>{amount}</b>. "
            "The deadline stands still meanwhile.",
            amount=review.claimed,
        )
        return
    yield say(
        "<b>Our turn:</b> we are checking your payment of <b>{amount}</b>. "
        "The deadline stands still meanwhile.",
        amount=review.claimed,
    )


def _first_payment(file: OrderFile, say: Texts) -> Iterator[Markup]:
    order = file.order
    if file.review:
        yield from _under_review(file, say)
        yield say("<b>Next:</b> as soon as it is confirmed, we will buy your items.")
        return
    if order.first_bill is None:
        return
    yield say(
        "<b>Your turn:</b> please pay the 1st bill, <b>{amount}</b>.",
        amount=order.first_bill.remaining,
    )
    if order.due_at:
        yield say(
            "<b>By:</b> {due}. If it is not paid by then, the order is cancelled.",
            due=Deadline(order.due_at),
        )
    yield say("<b>Next:</b> as soon as it is paid, we will buy your items.")


def _purchasing(order: Order, say: Texts) -> Iterator[Markup]:
    asked = requests(order)
    numbers = ", ".join(str(line.no) for line in asked)
    if asked and not any(x.state is LineState.TO_BUY and x.wanted is None for x in order.lines):
        yield say.n(
            "<b>Our turn:</b> we are looking at your request about item {lines}. We buy nothing "
            "of it before we have answered.",
            "<b>Our turn:</b> we are looking at your request about items {lines}. We buy nothing "
            "of them before we have answered.",
            len(asked),
            lines=numbers,
        )
        yield say("<b>Next:</b> we will accept or decline it.")
        return
    bought = sum(line.state is not LineState.TO_BUY for line in order.live_lines)
    yield say("<b>Our turn:</b> we are buying your items.")
    if asked:
        yield say.n(
            "Your request about item {lines} waits for our answer.",
            "Your request about items {lines} waits for our answer.",
            len(asked),
            lines=numbers,
        )
    if bought:
        all_lines = len(order.live_lines)
        yield say.n(
            "So far {done} of {n} item is bought.",
            "So far {done} of {n} items are bought.",
            all_lines,
            done=bought,
        )
    yield say("<b>Next:</b> the shops will send them to our warehouse.")


def _decision(order: Order, waiting: tuple[Line, ...], say: Texts) -> Iterator[Markup]:
    yield say("<b>Your turn:</b> please decide.")
    yield from questions.of_line(order, waiting[0], say)
    if more := len(waiting) - 1:
        yield say.n(
            "After this, {n} more item waits for your decision.",
            "After this, {n} more items wait for your decision.",
            more,
        )


def _awaiting_arrival(order: Order, say: Texts) -> Iterator[Markup]:
    yield say("<b>Our turn:</b> everything is bought and on its way to our warehouse.")
    pieces = sum(line.quantity for line in order.live_lines)
    if arrived := sum(line.arrived for line in order.live_lines):
        yield say.n(
            "So far {arrived} of {n} piece has arrived.",
            "So far {arrived} of {n} pieces have arrived.",
            pieces,
            arrived=arrived,
        )
    yield say(
        "<b>Next:</b> when everything is here, you will get the 2nd bill, for the shipping to you."
    )


def _at_warehouse(order: Order, say: Texts) -> Iterator[Markup]:
    if order.parcels:
        yield say(
            "<b>Our turn:</b> a parcel came back to our warehouse. We are working out what "
            "sending it again costs."
        )
        yield say("<b>Next:</b> you will get a new 2nd bill. Please look at your address then.")
        return
    yield say(
        "<b>Our turn:</b> everything is in our warehouse. We are working out what the "
        "shipping to you costs."
    )
    yield say("<b>Next:</b> you will get the 2nd bill, for the international shipping.")


def _second_payment(file: OrderFile, say: Texts) -> Iterator[Markup]:
    bill = file.order.second_bill
    if bill is None:
        return
    if file.review:
        yield from _under_review(file, say)
        yield say("<b>Next:</b> as soon as it is confirmed, we will ship your order.")
        return
    if bill.is_covered:
        yield say(
            "<b>Your turn:</b> please confirm your address and request the shipping. "
            "There is nothing to pay."
        )
        yield say("<b>Next:</b> we will ship your order and send you the tracking number.")
        return
    if bill.method:
        yield say(
            "<b>Your turn:</b> please pay the 2nd bill, <b>{amount}</b>, for the shipping to you.",
            amount=bill.remaining,
        )
    else:
        yield say(
            "<b>Your turn:</b> please choose how we ship, confirm your address and pay "
            "the 2nd bill."
        )
    yield say(
        "<b>Next:</b> as soon as it is paid, we will ship. Take your time: there is no due date."
    )


def _packing(order: Order, say: Texts) -> Iterator[Markup]:
    if order.packed_at is None:
        yield say(
            "<b>Our turn:</b> we are packing your order. Until it is packed you can still change "
            "the address and the method."
        )
    else:
        yield say("<b>Our turn:</b> your order is packed. Method and address stay as they are.")
    yield say("<b>Next:</b> we will ship it and send you the tracking number.")


def _shipped(order: Order, say: Texts) -> Iterator[Markup]:
    if Flag.PROBLEM_OPEN in order.flags:
        yield say("<b>Our turn:</b> we are looking into the problem you reported.")
        yield say("<b>Next:</b> we will get back to you. The order stays open until then.")
        return
    yield say(
        "<b>Your turn:</b> when everything has arrived, please send us the reception report. "
        "If something is wrong, tell us there, too."
    )
    out = under_way(order)
    if there := sum(parcel.arrived_at is not None for parcel in out):
        yield say.n(
            "So far {there} of {n} parcel has arrived.",
            "So far {there} of {n} parcels have arrived.",
            len(out),
            there=there,
        )
    if order.due_at:
        yield say(
            "<b>By:</b> {due}. Without a report the order completes by itself then.",
            due=Deadline(order.due_at),
        )
    yield say(
        "<b>Next:</b> we settle the order. If you paid too much, the rest goes to your deposit."
    )


# The end --------------------------------------------------------------------------------------


def paid(order: Order) -> Money:
    """What has moved to the order for its bills, with those of parcels that came back."""
    bills = (order.first_bill, order.second_bill)
    paid = add_up((bill.paid for bill in bills if bill), order.currency)
    return paid if order.earlier_shipping is None else paid + order.earlier_shipping


def _completed(order: Order, say: Texts) -> Iterator[Markup]:
    if Flag.PROBLEM_OPEN in order.flags:
        yield say("<b>Our turn:</b> we are looking into the problem you reported.")
        yield say("<b>Next:</b> we will get back to you. The order stays completed meanwhile.")
    else:
        yield say("This order is completed. Thank you! There is nothing left to do.")
    settlement = settle(order, paid(order))
    yield say(
        "<b>Settlement:</b> it cost {cost}, and you paid {paid}.",
        cost=settlement.cost,
        paid=settlement.paid,
    )
    if settlement.over.is_positive:
        yield say("{amount} went to your deposit.", amount=settlement.over)
    if settlement.under.is_positive:
        yield say("{amount} was taken from your deposit.", amount=settlement.under)


def _cancelled(file: OrderFile, say: Texts) -> Iterator[Markup]:
    order = file.order
    if order.cancelled_at:
        yield say("This order was cancelled on {day}.", day=Dated(order.cancelled_at))
    if order.reason:
        yield say("<b>Reason:</b> {reason}", reason=words.reason(order.reason, say, 500))
    total = paid(order)
    if file.kept is not None and file.kept.is_positive:
        yield say(
            "You had paid {paid}. Of it {kept} was kept for what it had already cost; {back} went "
            "back to your deposit.",
            paid=total,
            kept=file.kept,
            back=total - file.kept,
        )
    elif total.is_positive:
        yield say("You had paid {paid}. All of it went back to your deposit.", paid=total)
    else:
        yield say("You had paid nothing for it, and there is nothing left to do.")
