"""Problems: the customer says that something is wrong with what arrived; staff close it."""

from __future__ import annotations

from dataclasses import replace
from types import MappingProxyType

from actions import agreeing, gifts, replacements
from actions.work import Work
from domain import problems
from domain.deadlines import freeze, unfreeze
from domain.ids import OrderId
from domain.money import Money
from domain.notices import ProblemReported, ProblemSolved
from domain.orders import Change, Flag, LineState, Order
from domain.problems import Pieces
from domain.proposals import Proposal, Wish
from domain.shipping_notices import ProblemWithdrawn

WORDS_KEPT = 500
NONE_NAMED: Pieces = MappingProxyType({})


async def open_problem(
    work: Work, order_id: OrderId, words: str, *, seen: int | None = None
) -> Order:
    """Keep the order from completing while staff look into it; a completed one stays completed."""
    order = await work.lock(order_id, seen=seen)
    problems.require_reportable(order, work.now)
    if problems.is_open(order):
        return order
    if not order.is_ended:
        order = freeze(order, work.now)
    order = replace(order, flags=order.flags | {Flag.PROBLEM_OPEN})
    order = await work.save(order, Change("problem reported", why=words[:WORDS_KEPT]))
    await work.tell_staff(order, ProblemReported(order.id, words))
    return order


async def withdraw(work: Work, order_id: OrderId, *, seen: int | None = None) -> Order:
    """The customer says that it was a mistake: the days go on where they stood."""
    order = await work.lock(order_id, seen=seen)
    order = await _go_on(work, problems.closed(order))
    order = await work.save(order, Change("problem withdrawn"))
    await agreeing.forget(work, _subject(order))
    await work.tell_staff(order, ProblemWithdrawn(order.id))
    return order


async def solve(work: Work, order_id: OrderId, words: str, *, seen: int | None = None) -> Order:
    """Close the open problem; the 30 days go on where they stood."""
    order = await work.lock(order_id, seen=seen)
    order = await _go_on(work, problems.closed(order))
    return await _solved(work, order, words, ProblemSolved(order.id, words))


async def solve_by_refund(
    work: Work, order_id: OrderId, amount: Money, words: str, *, seen: int | None = None
) -> Order | Proposal:
    """Money goes to the deposit at once, wanted by two people as every refund is."""
    work.require_finance()
    order = await work.lock(order_id, seen=seen)
    problems.closed(order)  # refused before anybody proposes it
    await gifts.require_paid(work, order, amount)
    line = f"/solve refund={amount.plain()} {words}"
    consent = await agreeing.agree(work, Wish(_subject(order), amount.plain(), line, order.id))
    if isinstance(consent, Proposal):
        return consent
    # What was paid too much is owed anyway: making good comes on top of it.
    order, given = await gifts.give_back(work, order, amount, words, consent, cheaper=amount)
    order = await _go_on(work, problems.closed(order))
    notice = ProblemSolved(order.id, words, "refund", amount, given.repaid)
    return await _solved(work, order, words, notice)


async def solve_by_replacement(
    work: Work,
    order_id: OrderId,
    words: str,
    wanted: Pieces = NONE_NAMED,
    *,
    seen: int | None = None,
) -> Order:
    """What is named, or else everything, is sent again, by a linked order with nothing to pay.

    What came back to the warehouse is sent again anyway.
    """
    order = problems.closed(await work.lock(order_id, seen=seen))
    notice = ProblemSolved(order.id, words, "replacement")
    if wanted or not problems.is_in_warehouse(order):
        lines = problems.pieces(order, wanted)
        linked = await replacements.open_linked(work, order, lines, LineState.TO_BUY, words)
        notice = replace(notice, linked=linked.id)
    order = await _go_on(work, order)
    return await _solved(work, order, words, notice)


async def _solved(work: Work, order: Order, words: str, notice: ProblemSolved) -> Order:
    linked = f"#{notice.linked}" if notice.linked else notice.outcome
    order = await work.save(order, Change("problem solved", after=linked, why=words))
    if notice.outcome != "refund":
        await agreeing.forget(work, _subject(order))
    await work.tell_customer(order, notice)
    return order


async def _go_on(work: Work, order: Order) -> Order:
    """Let the clock go on, unless something else stops it."""
    if await work.uow.payments.in_review(order.id) is not None:
        return order
    return unfreeze(order, work.now)


def _subject(order: Order) -> str:
    return f"solve:{order.id}"
