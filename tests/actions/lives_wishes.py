"""What customer and staff may want to do to an order as it is: mostly what makes sense."""

from __future__ import annotations

from random import Random
from typing import Final

from domain.changes import requests
from domain.orders import Flag, Order, Stage
from domain.questions import open_questions

# What makes sense at a stage; the same name twice comes twice as often.
SENSIBLE: Final[dict[Stage, tuple[str, ...]]] = {
    Stage.APPLIED: ("estimate", "estimate", "estimate", "reject", "change", "change"),
    Stage.AWAITING_FIRST_PAYMENT: (
        *("report", "report", "report", "confirm", "confirm", "confirm", "pay_from_deposit"),
        *("pay_from_deposit", "estimate", "reject", "change", "change", "change"),
    ),
    Stage.PURCHASING: (
        *("buy", "buy", "buy", "buy", "buy", "unavailable", "unavailable", "offer", "offer"),
        *("change", "change", "request_all", "arrive", "split", "split", "adjust"),
        "cancel_by_staff",
    ),
    Stage.AWAITING_ARRIVAL: (
        *("arrive", "arrive", "arrive_all", "arrive_all", "short", "short", "spoilt", "split"),
        *("split", "adjust", "cancel_by_staff"),
    ),
    Stage.AT_WAREHOUSE: ("bill", "bill", "bill", "bill", "short", "spoilt", "cancel_by_staff"),
    Stage.AWAITING_SECOND_PAYMENT: (
        *("choose", "choose", "choose", "report", "report", "confirm", "confirm", "bill"),
        *("pay_from_deposit", "pay_from_deposit", "request_shipping", "request_shipping"),
        *("spoilt", "cancel_by_staff"),
    ),
    Stage.READY_TO_SHIP: (
        *("ship", "ship", "ship", "pack", "unpack", "choose", "choose", "spoilt"),
        "cancel_by_staff",
    ),
    Stage.SHIPPED: (
        *("ship", "correct", "tick", "not_arrived", "send_back", "problem", "problem", "received"),
        "refund",
    ),
    Stage.COMPLETED: ("problem", "send_back", "refund", "confirm"),
    Stage.CANCELLED: ("confirm", "refund"),
}
ANYTHING: Final = (
    *("estimate", "reject", "change", "request_all", "withdraw_request", "cancel"),
    *("accept", "decline", "decide", "report", "withdraw_report", "confirm", "refuse"),
    *("pay_from_deposit", "buy", "buy_all", "unavailable", "offer", "arrive", "arrive_all"),
    *("short", "spoilt", "again", "split", "bill", "choose", "request_shipping", "pack", "ship"),
    "unpack",
    *("correct", "send_back", "tick", "not_arrived", "received", "problem", "withdraw_problem"),
    *("solve", "solve_by_refund", "solve_by_replacement", "hold", "release", "adjust", "refund"),
    "cancel_by_staff",
)
REVIEWED: Final = (
    *("confirm", "confirm", "refuse", "withdraw_report"),
    *("cancel", "cancel_by_staff", "change", "estimate"),
)


def likely(order: Order, under_review: bool, chance: Random) -> str:
    """What somebody may want to do to the order as it is."""
    if chance.random() < 0.15:
        return chance.choice(ANYTHING)
    if Flag.ON_HOLD in order.flags and chance.random() < 0.5:
        return "release"
    if Flag.PROBLEM_OPEN in order.flags and chance.random() < 0.6:
        solving = ("solve", "solve_by_refund", "solve_by_replacement", "withdraw_problem")
        return chance.choice(solving)
    if open_questions(order) and chance.random() < 0.5:
        return chance.choice(("decide", "decide", "decide", "decide", "again", "cancel"))
    if requests(order) and chance.random() < 0.5:
        return chance.choice(("accept", "decline", "withdraw_request"))
    if under_review and chance.random() < 0.7:
        return chance.choice(REVIEWED)
    return "hold" if chance.random() < 0.05 else chance.choice(SENSIBLE[order.stage])
