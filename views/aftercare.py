"""What can be pressed on a card from the paid 2nd bill on, beside the green button."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

from domain import problems, second_bills
from domain.files import OrderFile
from domain.orders import Flag, Order, Stage
from domain.parcels import is_receivable
from views.buttons import Deed
from views.pages import Row
from views.paying import do
from views.texts import Texts


def keys(file: OrderFile, now: datetime, say: Texts) -> tuple[Row, ...]:
    return tuple(_keys(file, now, say))


def _keys(file: OrderFile, now: datetime, say: Texts) -> Iterator[Row]:
    order = file.order
    if problems.is_open(order):
        label = say.label("Withdraw", emoji="↩️", detail=say("problem"))
        yield do(order, Deed.PROBLEM_WITHDRAW, label)
    elif order.stage is Stage.COMPLETED and problems.is_reportable(order, now):
        yield do(order, Deed.PROBLEM, say.label("There is a problem", emoji="⚠️"))
    if order.is_ended:
        yield apply_again(order, say)
    if Flag.ON_HOLD in order.flags:
        return
    if can_change_shipping(file):
        yield do(order, Deed.CHOOSE_SHIPPING, say.label("Change shipping", emoji="✏️"))
    if order.stage is not Stage.SHIPPED and is_receivable(order) and not problems.is_open(order):
        yield do(order, Deed.RECEPTION, say.label("Reception report", emoji="📬"))
    if can_wait_longer(order):
        yield do(order, Deed.NOT_ARRIVED, say.label("Not arrived yet", emoji="⏳"))


def apply_again(order: Order, say: Texts) -> Row:
    """A new application with what this one asked for."""
    return do(order, Deed.APPLY_AGAIN, say.label("Apply again", emoji="🔁"))


def can_change_shipping(file: OrderFile) -> bool:
    """After payment; before it the screen of the 2nd bill has a button of its own."""
    is_paid = file.order.stage is Stage.READY_TO_SHIP and file.review is None
    return is_paid and second_bills.can_choose(file.order)


def can_wait_longer(order: Order) -> bool:
    return order.stage is Stage.SHIPPED and order.due_at is not None and not order.flags
