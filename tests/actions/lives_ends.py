"""The next press that leads an order to its end, of those its two cards show."""

from __future__ import annotations

from domain.changes import requests
from domain.files import OrderFile
from domain.orders import Stage
from domain.questions import open_questions
from tests.actions.lives_deeds import Deed, Hands
from tests.actions.lives_model import SAY
from views import card, topic
from views.buttons import Duty

# What staff are asked for first: the first one that is shown is pressed.
_FIRST = (
    (Duty.RELEASE, "release"),
    (Duty.SOLVE, "solve"),
)
_THEN = (
    (Duty.BOUGHT, "buy_all"),
    (Duty.ARRIVED, "arrive_all"),
    (Duty.ESTIMATE, "estimate"),
    (Duty.BILL, "bill"),
    (Duty.SHIP, "ship"),
)


def next_deed(file: OrderFile, hands: Hands) -> Deed:
    order, shown = file.order, topic.duties(file)
    for duty, name in _FIRST:
        if duty in shown:
            return hands.deed(name, order)
    if Duty.DECLINE in shown:
        return hands.declined(order, requests(order)[0].no)
    if file.report is not None:
        assert Duty.CONFIRM in shown
        return hands.confirmed(order, _due(file))
    is_green = card.primary(file, SAY) is not None
    if open_questions(order):
        assert is_green
        return hands.deed("decide", order)
    if is_green:
        return _pressed(file, hands)
    for duty, name in _THEN:
        if duty in shown:
            return hands.deed(name, order)
    raise AssertionError(f"nothing to press: {order}")


def _pressed(file: OrderFile, hands: Hands) -> Deed:
    """The green button, where nothing is asked."""
    order, bill = file.order, file.order.bill_due
    if order.stage is Stage.SHIPPED:
        return hands.deed("received", order)
    assert bill is not None
    if order.stage is Stage.AWAITING_SECOND_PAYMENT and not bill.method:
        return hands.deed("choose", order)
    if bill.is_covered:
        return hands.deed("request_shipping", order)
    return hands.confirmed(order, _due(file))


def _due(file: OrderFile) -> int:
    bill = file.order.bill_due
    return max(1, bill.remaining.minor if bill else 1)
