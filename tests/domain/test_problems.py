"""Until when a problem can be reported, and what follows from its end."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from datetime import timedelta

import pytest

from domain.bills import BillState
from domain.orders import Flag, Line, LineState, Parcel, Stage, with_line
from domain.problems import (
    closed,
    is_replacement,
    is_reportable,
    not_coming,
    nothing_to_pay,
    open_again,
    pieces,
    require_reportable,
    sent_again,
)
from domain.refusals import LineNotNow, NoSuchLine, NotNow, TooLateForProblem, TooMany
from tests.domain.orders import NOW, a_line, an_order, usd

PARCEL = Parcel("EMS", "EE1", NOW)
SECOND = timedelta(seconds=1)


@pytest.mark.parametrize(
    ("after", "possible"),
    [(timedelta(0), True), (timedelta(days=30) - SECOND, True), (timedelta(days=30), False)],
)
def test_a_problem_is_reported_within_thirty_days_to_the_second(
    after: timedelta, possible: bool
) -> None:
    order = an_order(stage=Stage.COMPLETED, completed_at=NOW, parcels=(PARCEL,))
    assert is_reportable(order, NOW + after) is possible


def test_later_is_refused_with_the_days() -> None:
    order = an_order(stage=Stage.COMPLETED, completed_at=NOW, parcels=(PARCEL,))
    with pytest.raises(TooLateForProblem) as refusal:
        require_reportable(order, NOW + timedelta(days=30))
    assert refusal.value.days == 30


@pytest.mark.parametrize(
    ("stage", "possible"),
    [(Stage.SHIPPED, True), (Stage.AT_WAREHOUSE, True), (Stage.CANCELLED, False)],
)
def test_something_must_have_been_sent(stage: Stage, possible: bool) -> None:
    assert is_reportable(an_order(stage=stage, parcels=(PARCEL,)), NOW) is possible
    assert not is_reportable(an_order(stage=stage), NOW)
    with pytest.raises(NotNow):
        require_reportable(an_order(stage=stage), NOW)


def test_closing_leaves_the_other_flags() -> None:
    order = an_order(flags=frozenset({Flag.PROBLEM_OPEN, Flag.ON_HOLD}))
    assert closed(order).flags == {Flag.ON_HOLD}
    with pytest.raises(NotNow):
        closed(closed(order))


SENT = an_order(
    a_line(1, 2, state=LineState.SHIPPED, unit_price=usd(1_000)),
    a_line(2, 3, state=LineState.SHIPPED, unit_price=usd(500)),
    a_line(3, state=LineState.REJECTED),
    stage=Stage.SHIPPED,
)


def counts(lines: Iterable[Line]) -> list[tuple[int, int]]:
    return [(line.no, line.quantity) for line in lines]


def test_what_is_sent_again_is_what_is_named_or_everything() -> None:
    assert counts(pieces(SENT, {})) == [(1, 2), (2, 3)]
    assert counts(pieces(SENT, {2: 1})) == [(2, 1)]
    assert counts(pieces(SENT, {2: None, 1: 2})) == [(2, 3), (1, 2)]
    with pytest.raises(TooMany) as many:
        pieces(SENT, {2: 4})
    assert (many.value.line, many.value.quantity) == (2, 3)
    with pytest.raises(LineNotNow):
        pieces(SENT, {3: None})
    with pytest.raises(NoSuchLine):
        pieces(SENT, {4: None})


def test_what_a_replacement_does_not_bring_is_counted_piece_by_piece() -> None:
    order = nothing_to_pay(sent_again(SENT, SENT.live_lines, LineState.TO_BUY, NOW), NOW)
    assert is_replacement(order)
    one, two = order.lines
    assert not_coming(order, order) == ()
    assert counts(not_coming(order, with_line(order, replace(two, quantity=1)))) == [(2, 2)]
    gone = with_line(order, replace(one, state=LineState.CANCELLED))
    assert counts(not_coming(order, gone)) == [(1, 2)]
    assert not_coming(gone, gone) == ()  # what did not come before is told already
    assert not_coming(SENT, with_line(SENT, replace(SENT.line(1), quantity=1))) == ()


def test_a_problem_opens_again_and_stops_the_days_where_some_run() -> None:
    shipped = open_again(SENT, NOW)
    assert (shipped.flags, shipped.frozen_at) == (frozenset({Flag.PROBLEM_OPEN}), NOW)
    done = open_again(replace(SENT, stage=Stage.COMPLETED, completed_at=NOW), NOW)
    assert (done.stage, done.flags) == (Stage.COMPLETED, frozenset({Flag.PROBLEM_OPEN}))
    assert done.frozen_at is None


def test_the_linked_order_has_the_same_items_for_nothing() -> None:
    order = an_order(
        a_line(1, 2, state=LineState.SHIPPED, unit_price=usd(1_000), bought_price=usd(900)),
        a_line(2, state=LineState.REJECTED),
        stage=Stage.COMPLETED,
    )
    linked = nothing_to_pay(sent_again(order, order.live_lines, LineState.TO_BUY, NOW), NOW)
    assert linked.lines == (a_line(1, 2, state=LineState.TO_BUY, unit_price=usd(0)),)
    assert (linked.linked_to, linked.customer, linked.address) == (12, 7, order.address)
    assert linked.first_bill is not None
    assert (linked.first_bill.total, linked.first_bill.state) == (usd(0), BillState.PAID)
    there = sent_again(order, order.live_lines, LineState.ARRIVED, NOW)
    assert [line.arrived for line in there.lines] == [2]
