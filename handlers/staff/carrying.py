"""Carrying a command out: the action it asks for, and what its author is told."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from typing import Any, Final

from markupsafe import Markup

from actions import (
    adjustments,
    answering,
    assignments,
    cancellations,
    changes,
    confirmations,
    estimates,
    holds,
    payments,
    problems,
    purchases,
    second_bills,
    shipping,
    splitting,
    warehouse,
)
from actions.work import Work
from domain import lines
from domain.ids import OrderId
from domain.letters import Screen
from domain.lines import Command
from domain.orders import LineState, Order
from domain.proposals import Proposal
from handlers.staff import history, proposals
from views import desk_words, goods_words, parcel_staff, staff_results
from views.texts import Texts


@dataclass(frozen=True, slots=True)
class Errand:
    """Whose turn it is, on which order, and in which words they are answered."""

    work: Work
    order: OrderId
    say: Texts


async def carry_out(errand: Errand, command: Command) -> Markup | Screen:
    """Do it, or refuse; what was done, in words."""
    return await _DOING[type(command)](errand, command)


async def _estimate(errand: Errand, command: lines.EstimateOrder) -> Markup:
    order = await estimates.issue(errand.work, errand.order, command.estimate)
    return staff_results.estimate_issued(order, errand.say)


async def _reject(errand: Errand, command: lines.RejectLine) -> Markup:
    order = await estimates.reject_line(errand.work, errand.order, command.line, command.reason)
    return staff_results.line_rejected(order, command.line, errand.say)


async def _confirm(errand: Errand, command: lines.ConfirmPayment) -> Markup | Screen:
    booked = await confirmations.confirm(
        errand.work,
        errand.order,
        command.received,
        command.reference,
        without_report=command.unreported,
    )
    if isinstance(booked, Proposal):
        return await proposals.shown(errand.work, booked, errand.say)
    return staff_results.payment_confirmed(
        booked.order,
        booked.received,
        booked.applied,
        booked.remaining,
        booked.to_deposit,
        errand.say,
    )


async def _refuse(errand: Errand, command: lines.RefusePayment) -> Markup:
    order = await payments.refuse_report(errand.work, errand.order, command.reason)
    return staff_results.payment_refused(order, errand.say)


async def _bought(errand: Errand, command: lines.MarkBought) -> Markup:
    numbers = command.prices or await _numbers(errand, LineState.TO_BUY)
    order = await purchases.mark_bought(errand.work, errand.order, command.prices)
    return staff_results.bought(order, list(numbers), errand.say)


async def _numbers(errand: Errand, state: LineState) -> list[int]:
    """The lines that a command without a number means."""
    order = await errand.work.lock(errand.order)
    return [line.no for line in order.lines if line.state is state]


async def _unavailable(errand: Errand, command: lines.MarkUnavailable) -> Markup:
    order = await purchases.mark_unavailable(
        errand.work, errand.order, command.line, command.reason
    )
    return staff_results.unavailable(order, command.line, errand.say)


async def _offer(errand: Errand, command: lines.OfferInstead) -> Markup:
    await purchases.offer(errand.work, errand.order, command.line, command.words, command.price)
    return goods_words.offered(command.line, errand.say)


async def _mishap(errand: Errand, command: lines.ReportMishap) -> Markup:
    await warehouse.report_mishap(
        errand.work,
        errand.order,
        command.line,
        command.question,
        command.reason,
        command.count,
        command.photo,
    )
    return goods_words.mishap_reported(command.line, errand.say, photo=bool(command.photo))


async def _again(errand: Errand, command: lines.BuyAgain) -> Markup:
    await warehouse.buy_again(errand.work, errand.order, command.line)
    return goods_words.bought_again(command.line, errand.say)


async def _split(errand: Errand, command: lines.SplitOrder) -> Markup:
    await splitting.propose(errand.work, errand.order, command.lines)
    return goods_words.split_proposed(command.lines, errand.say)


async def _arrived(errand: Errand, command: lines.MarkArrived) -> Markup:
    numbers = command.counts or await _numbers(errand, LineState.BOUGHT)
    order = await warehouse.mark_arrived(errand.work, errand.order, command.counts, command.photo)
    return staff_results.arrived(order, list(numbers), errand.say)


async def _bill(errand: Errand, command: lines.SecondBill) -> Markup:
    await second_bills.issue(
        errand.work, errand.order, command.methods, command.extra, command.extra_reason
    )
    return staff_results.second_bill_issued(errand.say)


async def _adjust(errand: Errand, command: lines.AdjustCost) -> Markup:
    await adjustments.adjust(errand.work, errand.order, command.amount, command.reason)
    return staff_results.cost_adjusted(command.amount, errand.say)


async def _ship(errand: Errand, command: lines.ShipParcel) -> Markup:
    if command.was:
        await shipping.correct_tracking(
            errand.work, errand.order, command.carrier, command.tracking, command.was
        )
        return staff_results.tracking_corrected(command.tracking, errand.say)
    order = await shipping.ship(errand.work, errand.order, command.carrier, command.tracking)
    return staff_results.shipped(order, command.tracking, errand.say)


async def _pack(errand: Errand, _: lines.PackOrder) -> Markup:
    await second_bills.pack(errand.work, errand.order)
    return parcel_staff.packed(errand.say)


async def _unpack(errand: Errand, _: lines.UnpackOrder) -> Markup:
    await second_bills.unpack(errand.work, errand.order)
    return parcel_staff.unpacked(errand.say)


async def _returned(errand: Errand, command: lines.ReturnParcel) -> Markup:
    order = await shipping.take_back(errand.work, errand.order, command.tracking, command.reason)
    return parcel_staff.taken_back(order, errand.say)


async def _solve(errand: Errand, command: lines.SolveProblem) -> Markup | Screen:
    work, order_id, words = errand.work, errand.order, command.words
    solved: Order | Proposal
    if command.refund is not None:
        solved = await problems.solve_by_refund(work, order_id, command.refund, words)
    elif command.replacement:
        solved = await problems.solve_by_replacement(work, order_id, words, command.wanted)
    else:
        solved = await problems.solve(work, order_id, words)
    if isinstance(solved, Proposal):
        return await proposals.shown(work, solved, errand.say)
    return parcel_staff.solved(solved, command, errand.say)


async def _accept(errand: Errand, command: lines.AcceptRequest) -> Markup:
    was = await errand.work.lock(errand.order)
    order = await changes.accept(errand.work, errand.order, command.line)
    return staff_results.request_accepted(was, order, command.line, errand.say)


async def _decline(errand: Errand, command: lines.DeclineRequest) -> Markup:
    was = await errand.work.lock(errand.order)
    await changes.decline(errand.work, errand.order, command.line, command.reason)
    return staff_results.request_declined(was, command.line, errand.say)


async def _hold(errand: Errand, command: lines.HoldOrder) -> Markup:
    await holds.hold(errand.work, errand.order, command.reason)
    return staff_results.held(errand.say)


async def _release(errand: Errand, _: lines.ReleaseOrder) -> Markup:
    order = await holds.release(errand.work, errand.order)
    return staff_results.released(order, errand.say)


async def _cancel(errand: Errand, command: lines.CancelOrder) -> Markup | Screen:
    done = await cancellations.cancel_by_staff(
        errand.work, errand.order, command.reason, command.keep
    )
    if isinstance(done, Proposal):
        return await proposals.shown(errand.work, done, errand.say)
    return staff_results.cancelled(done.returned, done.kept, errand.say)


async def _take(errand: Errand, _: lines.TakeOrder) -> Markup:
    done = await assignments.take(errand.work, errand.order)
    return desk_words.taken(errand.order, done.was, errand.say, is_new=done.is_new)


async def _answered(errand: Errand, _: lines.NeedsNoAnswer) -> Markup:
    waited = await answering.needs_no_answer(errand.work, errand.order)
    return desk_words.needs_no_answer(errand.say, waited=waited)


async def _history(errand: Errand, _: lines.ShowHistory) -> Screen:
    return await history.shown(errand.work, errand.order, 0, errand.say)


_DOING: Final[Mapping[type, Callable[[Errand, Any], Awaitable[Markup | Screen]]]] = {
    lines.EstimateOrder: _estimate,
    lines.RejectLine: _reject,
    lines.ConfirmPayment: _confirm,
    lines.RefusePayment: _refuse,
    lines.MarkBought: _bought,
    lines.MarkUnavailable: _unavailable,
    lines.OfferInstead: _offer,
    lines.MarkArrived: _arrived,
    lines.ReportMishap: _mishap,
    lines.BuyAgain: _again,
    lines.SplitOrder: _split,
    lines.SecondBill: _bill,
    lines.AdjustCost: _adjust,
    lines.ShipParcel: _ship,
    lines.PackOrder: _pack,
    lines.UnpackOrder: _unpack,
    lines.ReturnParcel: _returned,
    lines.AcceptRequest: _accept,
    lines.DeclineRequest: _decline,
    lines.SolveProblem: _solve,
    lines.HoldOrder: _hold,
    lines.ReleaseOrder: _release,
    lines.CancelOrder: _cancel,
    lines.ShowHistory: _history,
    lines.TakeOrder: _take,
    lines.NeedsNoAnswer: _answered,
}
