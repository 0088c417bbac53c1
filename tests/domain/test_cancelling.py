"""What is left of what was paid, amount by amount, and when it takes two to cancel."""

from __future__ import annotations

from dataclasses import replace

import pytest

from domain.bills import Bill, BillKind
from domain.cancelling import Paid, amounts, can_cancel, takes_two
from domain.ids import BillId
from domain.orders import LineState, Question, Stage
from tests.domain.orders import NOW, a_line, an_order, usd


def bill(kind: BillKind, paid: int) -> Bill:
    return Bill(BillId(1), kind, 1, usd(paid), NOW, usd(paid))


BOTH = replace(
    an_order(),
    first_bill=bill(BillKind.FIRST, 2_800),
    second_bill=bill(BillKind.SECOND, 2_000),
)


@pytest.mark.parametrize(
    ("held", "left"),
    [
        (4_800, {Paid.FIRST: 2_800, Paid.SECOND: 2_000}),
        (4_000, {Paid.FIRST: 2_800, Paid.SECOND: 1_200}),  # 8.00 were refunded
        (2_800, {Paid.FIRST: 2_800}),
        (1, {Paid.FIRST: 1}),
        (0, {}),
        (5_300, {Paid.FIRST: 2_800, Paid.SECOND: 2_000, Paid.REST: 500}),
    ],
)
def test_all_that_is_left_is_asked_about_and_no_more(held: int, left: dict[Paid, int]) -> None:
    found = amounts(BOTH, usd(held))
    assert {paid: amount.minor for paid, amount in found.items()} == left
    assert list(found) == list(left)


def test_what_came_from_another_order_has_no_bill() -> None:
    assert amounts(an_order(), usd(500)) == {Paid.REST: usd(500)}


@pytest.mark.parametrize(
    ("state", "two"),
    [
        (LineState.REQUESTED, False),
        (LineState.QUOTED, False),
        (LineState.REJECTED, False),
        (LineState.TO_BUY, False),
        (LineState.CANCELLED, False),
        (LineState.BOUGHT, True),
        (LineState.ARRIVED, True),
        (LineState.SHIPPED, True),
    ],
)
def test_it_takes_two_once_one_line_was_bought(state: LineState, two: bool) -> None:
    assert takes_two(an_order(a_line(1), a_line(2, state=state))) is two


@pytest.mark.parametrize(
    ("question", "may"),
    [
        (Question.PRICE, True),
        (Question.VARIANT, True),
        (Question.SPLIT, False),  # that the rest goes ahead is no reason: it is asked for
        (None, False),
    ],
)
def test_a_customer_cancels_at_once_instead_of_deciding_about_a_purchase(
    question: Question | None, may: bool
) -> None:
    asked = a_line(1, state=LineState.TO_BUY, question=question)
    rest = a_line(2, 3, state=LineState.TO_BUY)
    order = an_order(asked, rest, stage=Stage.PURCHASING)
    assert can_cancel(order) is may
    for there in (replace(rest, state=LineState.BOUGHT), replace(rest, arrived=1)):
        assert not can_cancel(an_order(asked, there, stage=Stage.PURCHASING))


def test_what_was_bought_and_dropped_later_counts_too() -> None:
    dropped = a_line(1, state=LineState.CANCELLED)
    assert takes_two(an_order(replace(dropped, bought_at=NOW)))
    assert takes_two(an_order(replace(dropped, bought_price=usd(900))))
