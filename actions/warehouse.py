"""The warehouse: what arrived there, line by line and counted, and what is wrong with it."""

from __future__ import annotations

from collections.abc import Mapping

from actions.work import Work
from domain.ids import OrderId
from domain.mishaps import counted, reported, to_buy_again
from domain.notices import LinesArrived
from domain.orders import (
    Change,
    LineState,
    Order,
    Question,
    Stage,
    with_line,
    with_lines,
)
from domain.purchases import follow
from domain.question_notices import BoughtAgain, QuestionAsked
from domain.questions import MISHAPS, ask, require_undecided, settled
from domain.refusals import NotNow


async def mark_arrived(
    work: Work,
    order_id: OrderId,
    counts: Mapping[int, int] | None,
    photo: str = "",
    *,
    seen: int | None = None,
) -> Order:
    """Count what arrived, in all, of each line; None: everything that was bought."""
    order = await work.lock_to_work(order_id, seen=seen)
    if order.stage not in (Stage.PURCHASING, Stage.AWAITING_ARRIVAL):
        raise NotNow(order.stage)
    there = [counted(order.line(no), count) for no, count in _wanted(order, counts).items()]
    lines = [line for line in there if line != order.line(line.no)]
    if not lines and not photo:  # counted again, and it was right: no news for the customer
        return order
    order = follow(settled(with_lines(order, lines)))
    numbers = tuple(line.no for line in lines or there)
    what = ", ".join(
        f"line {line.no}: {line.arrived} of {line.quantity} arrived" for line in lines or there
    )
    order = await work.save(order, Change(what))
    all_arrived = order.stage is Stage.AT_WAREHOUSE
    await work.tell_customer(order, LinesArrived(order.id, numbers, all_arrived), photo)
    return order


def _wanted(order: Order, counts: Mapping[int, int] | None) -> Mapping[int, int]:
    if counts is not None:
        return counts
    bought = [line for line in order.live_lines if line.state is LineState.BOUGHT]
    if not bought:
        raise NotNow(order.stage)
    for line in bought:
        if line.question in MISHAPS:
            require_undecided(line)
    return {line.no: line.quantity for line in bought}


async def report_mishap(
    work: Work,
    order_id: OrderId,
    no: int,
    question: Question,
    words: str,
    count: int | None = None,
    photo: str = "",
    *,
    seen: int | None = None,
) -> Order:
    """Too little, something else, or damaged: the customer sees it and decides."""
    order = await work.lock_to_work(order_id, seen=seen)
    line = reported(order, no, question, count)
    order = follow(ask(order, line, question, work.now, words=words))
    order = await work.save(order, Change(f"line {no}: {question}", why=words))
    asked = QuestionAsked(order.id, line.no, question, words)
    await work.tell_customer(order, asked, photo)
    return order


async def buy_again(work: Work, order_id: OrderId, no: int, *, seen: int | None = None) -> Order:
    """Instead of waiting for the customer's word about a mishap: buy the line once more."""
    order = await work.lock_to_work(order_id, seen=seen)
    line = to_buy_again(order, no)
    order = follow(settled(with_line(order, line)))
    order = await work.save(order, Change(f"line {no}: buy again"))
    await work.tell_customer(order, BoughtAgain(order.id, line.no))
    return order
