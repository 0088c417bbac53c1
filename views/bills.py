"""The order card's bills: the 1st and the 2nd apart, with what is paid and what remains."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from markupsafe import Markup

from domain.bills import Bill, BillState
from domain.estimates import goods
from domain.files import OrderFile
from domain.money import Money
from domain.orders import UNPAID, Line, LineState, Order, Stage
from domain.payments import Payment
from domain.problems import is_replacement
from views import words
from views.buttons import GetPaper
from views.lengths import linked, one_line
from views.moments import Deadline
from views.pages import Page, Row
from views.texts import Texts

LINES_A_PAGE: Final = 10


def text(file: OrderFile, page: int, say: Texts) -> Markup:
    parts = (_first(file, page, say), _second(file, say), _changes(file.order, say))
    shown = (Markup("\n").join(part) for part in parts)
    return Markup("\n\n").join(part for part in shown if part)


def keys(order: Order, say: Texts) -> tuple[Row, ...]:
    """Each bill as a file; the receipt, once it is paid."""
    return tuple(
        (GetPaper(order.id, bill.kind).key(_paper(bill, say)),)
        for bill in (order.first_bill, order.second_bill)
        if bill is not None
    )


def _paper(bill: Bill, say: Texts) -> str:
    which = words.of_bill(bill, say)
    if bill.state is BillState.PAID:
        return say.label("Receipt (PDF)", emoji="🧾", detail=which)
    return say.label("Bill (PDF)", emoji="🧾", detail=which)


def billed(order: Order) -> tuple[Line, ...]:
    """The lines the 1st bill was made of."""
    return tuple(
        line
        for line in order.lines
        if line.unit_price is not None
        and line.state is not LineState.REJECTED
        and not words.is_elsewhere(line)
    )


def _first(file: OrderFile, page: int, say: Texts) -> Iterator[Markup]:
    bill = file.order.first_bill
    if bill is None:
        yield say("<b>1st bill</b>")
        yield say("It comes with our estimate: your items, domestic shipping and our fee.")
        return
    yield _head(bill, say)
    if file.order.stage is Stage.APPLIED:
        yield say("You asked for more: our new estimate takes its place.")
        if bill.paid.is_positive:
            yield say("The {paid} you paid counts towards it.", paid=bill.paid)
        return
    yield from _items(file.order, page, say)
    zero = bill.total.nothing
    shipping, fee = bill.shipping or zero, bill.fee or zero
    yield say("Items: {amount}", amount=bill.total - shipping - fee)
    yield say("Domestic shipping: {amount}", amount=shipping)
    yield say("Service fee: {amount}", amount=fee)
    yield from _sums(file, bill, say)
    if bill.rate:
        shop, _, rate = bill.rate.partition("@")
        currency = bill.total.currency.value
        yield say(
            "Exchange rate: 1 {shop} = {rate} {currency}, fixed for this bill",
            shop=shop,
            rate=rate,
            currency=currency,
        )


def _items(order: Order, page: int, say: Texts) -> Iterator[Markup]:
    shown = Page.of(billed(order), page, LINES_A_PAGE)
    for line in shown.shown:
        if line.unit_price is not None:
            yield say(
                "{no} · {what}: {quantity} × {price} = {amount}",
                no=line.no,
                what=linked(line.description, 60),
                quantity=line.quantity,
                price=line.unit_price,
                amount=line.unit_price.times(line.quantity),
            )
    more = len(billed(order)) - len(shown.shown)
    if more:
        yield say.n("… and {n} more item", "… and {n} more items", more)


def _head(bill: Bill, say: Texts) -> Markup:
    state = say.of(words.BILL_STATES[bill.state])
    if bill.version > 1:
        return say(
            "<b>{bill}</b> · {state} · version {version}",
            bill=words.of_bill(bill, say),
            state=state,
            version=bill.version,
        )
    return say("<b>{bill}</b> · {state}", bill=words.of_bill(bill, say), state=state)


def _sums(file: OrderFile, bill: Bill, say: Texts) -> Iterator[Markup]:
    yield say("<b>Total: {amount}</b>", amount=bill.total)
    yield say("Paid: {amount}", amount=bill.paid)
    if bill.state is not BillState.OPEN:
        return
    is_due = file.order.bill_due is bill
    if file.review and is_due:
        yield _review(file.review, say)
    yield say("<b>Remaining: {amount}</b>", amount=bill.remaining)
    if file.order.due_at and is_due and file.order.stage in UNPAID:
        yield _due(file, say)


def _review(report: Payment, say: Texts) -> Markup:
    if report.transferred_on is None:
        return say("Under review: {amount}", amount=report.claimed)
    return say(
        "Under review: {amount}, transferred on {day}",
        amount=report.claimed,
        day=report.transferred_on,
    )


def _due(file: OrderFile, say: Texts) -> Markup:
    order = file.order
    assert order.due_at is not None
    if order.frozen_at or order.flags:
        return say("Due date: stands still for now")
    return say("Due: {due}", due=Deadline(order.due_at))


def _second(file: OrderFile, say: Texts) -> Iterator[Markup]:
    bill = file.order.second_bill
    if bill is None:
        if file.order.stage is not Stage.CANCELLED:
            yield say("<b>2nd bill</b>")
            if is_replacement(file.order):
                yield say("This is a replacement: its shipping costs you nothing, either.")
                return
            yield say("It comes when everything is in our warehouse: the shipping to you.")
        return
    yield _head(bill, say)
    if file.order.earlier_shipping is not None:
        amount = file.order.earlier_shipping
        yield say("Paid for what came back: {amount}", amount=amount)
    for method in bill.methods:
        mark = "✓" if method.name == bill.method else "·"
        yield say("{mark} {method}: {amount}", mark=mark, method=method.name, amount=method.price)
    if bill.extra is not None:
        yield say("{reason}: {amount}", reason=one_line(bill.extra_reason, 200), amount=bill.extra)
    if not bill.method and len(bill.methods) > 1:
        yield say("You choose the method when you pay. With the cheapest one:")
    yield from _sums(file, bill, say)
    if bill.state is BillState.OPEN and bill.remaining.is_positive:
        yield say("Due: no fixed date, take your time")


def _changes(order: Order, say: Texts) -> Iterator[Markup]:
    """What the order has come to cost since its 1st bill was paid."""
    difference = since_first_bill(order)
    if difference is None or difference.is_zero:
        return
    yield say("<b>Since the 1st bill</b>")
    if difference.is_positive:
        yield say(
            "The order now costs {amount} more. It is settled when the order completes.",
            amount=difference,
        )
    else:
        yield say(
            "The order now costs {amount} less. The difference goes to your deposit when the "
            "order completes.",
            amount=-difference,
        )


def since_first_bill(order: Order) -> Money | None:
    """What items and staff's adjustments add to, or take off, a 1st bill that is paid."""
    bill = order.first_bill
    if bill is None or order.stage in UNPAID or order.is_ended:
        return None
    zero = bill.total.nothing
    extra = zero if order.adjustment is None else order.adjustment
    return goods(order) + (bill.shipping or zero) + (bill.fee or zero) + extra - bill.total
