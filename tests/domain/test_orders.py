from dataclasses import replace

import pytest

from domain.bills import Bill, BillKind
from domain.ids import BillId
from domain.orders import (
    ENDED,
    STEPS,
    Event,
    LineState,
    Role,
    Stage,
    advance,
    follow_lines,
    with_line,
    with_lines,
)
from domain.purchases import is_within
from domain.refusals import NoSuchLine, NotNow
from tests.domain.orders import NOW, a_line, an_order, usd


def test_every_stage_is_reached_and_only_ended_ones_lead_nowhere() -> None:
    reached = {step.target for step in STEPS} | {Stage.APPLIED}
    left = {step.source for step in STEPS}
    assert reached == set(Stage)
    assert set(Stage) - left == ENDED


def test_a_step_is_written_down_once() -> None:
    pairs = [(step.source, step.event) for step in STEPS]
    assert len(pairs) == len(set(pairs))


def test_the_clock_touches_only_unpaid_and_shipped_orders() -> None:
    by_clock = {step.source for step in STEPS if Role.CLOCK in step.by}
    assert by_clock == {Stage.APPLIED, Stage.AWAITING_FIRST_PAYMENT, Stage.SHIPPED}


@pytest.mark.parametrize("stage", list(Stage))
@pytest.mark.parametrize("event", list(Event))
@pytest.mark.parametrize("role", list(Role))
def test_an_order_moves_along_the_table_or_not_at_all(
    stage: Stage, event: Event, role: Role
) -> None:
    order = an_order(stage=stage)
    steps = [s for s in STEPS if (s.source, s.event) == (stage, event) and role in s.by]
    if not steps:
        with pytest.raises(NotNow) as refusal:
            advance(order, event, role)
        assert refusal.value.stage is stage
    else:
        assert advance(order, event, role) == replace(order, stage=steps[0].target)


@pytest.mark.parametrize(
    ("states", "stage"),
    [
        ((LineState.TO_BUY, LineState.BOUGHT), Stage.PURCHASING),
        ((LineState.TO_BUY, LineState.ARRIVED), Stage.PURCHASING),
        ((LineState.BOUGHT, LineState.BOUGHT), Stage.AWAITING_ARRIVAL),
        ((LineState.BOUGHT, LineState.ARRIVED), Stage.AWAITING_ARRIVAL),
        ((LineState.ARRIVED, LineState.ARRIVED), Stage.AT_WAREHOUSE),
        ((LineState.ARRIVED, LineState.CANCELLED), Stage.AT_WAREHOUSE),
        ((LineState.BOUGHT, LineState.REJECTED), Stage.AWAITING_ARRIVAL),
    ],
)
def test_the_stage_follows_the_least_advanced_live_line(
    states: tuple[LineState, LineState], stage: Stage
) -> None:
    lines = [a_line(no, state=state) for no, state in enumerate(states, 1)]
    assert follow_lines(an_order(*lines, stage=Stage.PURCHASING)).stage is stage


def test_a_line_keeps_its_number() -> None:
    order = an_order(a_line(1), a_line(2), a_line(3))
    changed = with_line(order, replace(order.line(2), state=LineState.REJECTED))
    assert [line.no for line in changed.lines] == [1, 2, 3]
    assert [line.no for line in changed.live_lines] == [1, 3]
    with pytest.raises(NoSuchLine) as refusal:
        order.line(4)
    assert refusal.value.line == 4


def test_several_lines_change_at_once() -> None:
    order = an_order(a_line(1), a_line(2), a_line(3))
    gone = [replace(order.line(no), state=LineState.CANCELLED) for no in (1, 3)]
    changed = with_lines(order, gone)
    assert [line.no for line in changed.live_lines] == [2]
    assert changed == replace(order, lines=(gone[0], order.line(2), gone[1]))
    assert with_lines(order, []) == order


@pytest.mark.parametrize(
    ("states", "item"),
    [
        ((LineState.REQUESTED, LineState.REQUESTED), "Thing 1"),
        ((LineState.REJECTED, LineState.TO_BUY), "Thing 2"),
        ((LineState.CANCELLED, LineState.BOUGHT), "Thing 2"),
        ((LineState.SHIPPED, LineState.TO_BUY), "Thing 1"),
        ((LineState.CANCELLED, LineState.REJECTED), "Thing 1"),  # none is wanted any more
    ],
)
def test_an_order_is_called_by_its_first_item_that_is_still_wanted(
    states: tuple[LineState, LineState], item: str
) -> None:
    lines = [a_line(no, state=state) for no, state in enumerate(states, 1)]
    assert an_order(*lines).first_item == item


def test_a_bill_is_found_by_its_kind() -> None:
    first = Bill(BillId(1), BillKind.FIRST, 1, usd(900), NOW, usd(0))
    second = replace(first, id=BillId(2), kind=BillKind.SECOND)
    order = an_order(first_bill=first, second_bill=second)
    assert order.bill(BillKind.FIRST) == first
    assert order.bill(BillKind.SECOND) == second


@pytest.mark.parametrize(
    ("tolerance", "price", "within"),
    [(0, 1000, True), (0, 1001, False), (5, 1050, True), (5, 1051, False), (10, 1100, True)],
)
def test_a_price_may_rise_by_the_tolerance_and_not_by_a_cent_more(
    tolerance: int, price: int, within: bool
) -> None:
    order = an_order(a_line(unit_price=usd(1000)), tolerance_percent=tolerance)
    assert is_within(order, order.line(1), usd(price)) is within
