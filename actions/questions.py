"""Questions: staff ask, the customer answers or is silent, and the order goes on from there."""

from __future__ import annotations

from actions import answering, replacements, splitting
from actions.cancellations import cancel_because
from actions.work import Work
from domain.changes import requests
from domain.ids import OrderId
from domain.messages import Thread
from domain.orders import Change, Line, Order, Question
from domain.purchases import follow
from domain.question_notices import (
    DecisionOverdue,
    QuestionAnswered,
    QuestionLapsed,
)
from domain.questions import Answer, answered, lapses, require_open, silent
from domain.splitting import offered


async def decide(
    work: Work, order_id: OrderId, no: int, answer: Answer, *, seen: int | None = None
) -> Order:
    """The customer's word about a line; the first one counts, until silence was the answer."""
    order = await work.lock_to_work(order_id, seen=seen)
    line = order.line(no)
    question = require_open(line, answer)
    return await _answer(work, order, line, question, answer)


async def _answer(
    work: Work, order: Order, line: Line, question: Question, answer: Answer
) -> Order:
    if question is Question.SPLIT:
        return await _answer_split(work, order, line, answer)
    change = Change(f"line {line.no}: {question}: {answer}", why=line.asked_text)
    was, order = order, answered(order, line, answer)
    if not order.live_lines:
        return await cancel_because(work, order, "nothing_left", question)
    order = await work.save(follow(order), change)
    await replacements.look_after(work, was, order)
    locks = answer is not Answer.CANCEL or bool(requests(order))
    if not locks:  # no line carries the request: it waits, and rings, as a message of theirs does
        await answering.wrote(work, Thread(order.id))
    said = QuestionAnswered(
        order.id, line.no, question, answer, line.asked_price, line.asked_text, locks
    )
    await work.tell_staff(order, said)
    return order


async def _answer_split(work: Work, order: Order, line: Line, answer: Answer) -> Order:
    """One answer for all the lines that were proposed; nothing to split off is a no."""
    if answer is Answer.ACCEPT and len(offered(order)) < len(order.live_lines):
        return await splitting.carry_out(work, order)
    order = await work.save(silent(order, line), Change("split declined"))
    said = QuestionAnswered(order.id, line.no, Question.SPLIT, Answer.WAIT)
    await work.tell_staff(order, said)
    return order


async def lapse(work: Work, order: Order, no: int) -> Order:
    """72 hours of silence about a line of a locked order: it is dropped, and nothing is bought.

    An offered split is off. Where there are goods nothing changes, but it rings for staff.
    """
    line = order.line(no)
    if line.question is None:
        return order
    if not lapses(line):
        return await _ring(work, order, line, line.question)
    change = Change(f"line {no}: {line.question}: no answer within 72 hours")
    was, order = order, silent(order, line)
    if not order.live_lines:
        return await cancel_because(work, order, "nothing_left", "silence")
    order = await work.save(follow(order), change)
    await replacements.look_after(work, was, order)
    await work.tell_customer(order, QuestionLapsed(order.id, line.no, line.question, "customer"))
    await work.tell_staff(order, QuestionLapsed(order.id, line.no, line.question, "staff"))
    return order


async def _ring(work: Work, order: Order, line: Line, question: Question) -> Order:
    since = line.asked_at or work.now
    await work.tell_staff(order, DecisionOverdue(order.id, line.no, question, since))
    return order
