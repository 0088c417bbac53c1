"""What came to the warehouse is too little, something else, or damaged: the rules."""

from __future__ import annotations

from dataclasses import replace

import pytest

from domain.mishaps import counted, reported, to_buy_again
from domain.orders import Line, LineState, Question, Stage
from domain.questions import ask
from domain.refusals import DecisionPending, LineNotNow, NotNow, NotShort, TooMany
from tests.domain.orders import NOW, a_line, an_order, usd

BOUGHT = a_line(1, 3, state=LineState.BOUGHT, unit_price=usd(1_000), bought_price=usd(1_020))
ARRIVED = replace(BOUGHT, state=LineState.ARRIVED, arrived=3)
HERE = Stage.AWAITING_ARRIVAL


def with_question(line: Line, question: Question) -> Line:
    return replace(line, question=question, asked_at=NOW)


@pytest.mark.parametrize("there", [0, 1, 2])
def test_fewer_than_were_bought_is_short(there: int) -> None:
    for line in (BOUGHT, ARRIVED):
        found = reported(an_order(line, stage=HERE), 1, Question.SHORT, there)
        assert (found.arrived, found.state) == (there, LineState.BOUGHT)


@pytest.mark.parametrize("there", [3, 4, None])
def test_as_many_as_were_bought_is_not_short(there: int | None) -> None:
    with pytest.raises(NotShort):
        reported(an_order(BOUGHT, stage=HERE), 1, Question.SHORT, there)


def test_only_what_was_bought_can_be_wrong_and_only_before_it_is_shipped() -> None:
    for state in (LineState.TO_BUY, LineState.SHIPPED, LineState.CANCELLED):
        with pytest.raises(LineNotNow):
            reported(an_order(replace(BOUGHT, state=state), stage=HERE), 1, Question.WRONG)
    for stage in (Stage.APPLIED, Stage.AWAITING_FIRST_PAYMENT, Stage.SHIPPED, Stage.COMPLETED):
        with pytest.raises(NotNow):
            reported(an_order(ARRIVED, stage=stage), 1, Question.WRONG)
    packing = an_order(ARRIVED, stage=Stage.READY_TO_SHIP)
    assert reported(packing, 1, Question.DAMAGED) == ARRIVED
    with pytest.raises(NotNow):
        reported(packing, 1, Question.SHORT, 2)


def test_a_mishap_can_be_reported_anew_but_a_price_is_decided_first() -> None:
    wrong = an_order(with_question(BOUGHT, Question.WRONG), stage=HERE)
    assert reported(wrong, 1, Question.SHORT, 1).arrived == 1
    price = an_order(with_question(BOUGHT, Question.PRICE), stage=HERE)
    with pytest.raises(DecisionPending):
        reported(price, 1, Question.WRONG)


def test_with_the_last_piece_what_was_short_is_no_longer() -> None:
    short = with_question(replace(BOUGHT, arrived=1), Question.SHORT)
    assert counted(short, 2) == replace(short, arrived=2)
    assert counted(short, 3) == replace(BOUGHT, arrived=3, state=LineState.ARRIVED)
    with pytest.raises(TooMany):
        counted(short, 4)
    for question in (Question.WRONG, Question.DAMAGED):
        with pytest.raises(DecisionPending):
            counted(with_question(BOUGHT, question), 3)


def test_what_came_wrong_is_bought_anew_and_what_is_missing_too() -> None:
    order = an_order(ARRIVED, a_line(2, state=LineState.ARRIVED), stage=Stage.AT_WAREHOUSE)
    wrong = ask(order, ARRIVED, Question.WRONG, NOW, words="a spoon")
    again = to_buy_again(wrong, 1)
    assert (again.state, again.arrived, again.bought_price, again.question) == (
        LineState.TO_BUY, 0, None, None,
    )  # fmt: skip
    assert again.unit_price == usd(1_000)
    short = ask(order, replace(BOUGHT, arrived=2), Question.SHORT, NOW)
    assert to_buy_again(short, 1).arrived == 2


def test_nothing_is_bought_twice_without_a_mishap() -> None:
    for line in (BOUGHT, ARRIVED, with_question(BOUGHT, Question.SPLIT)):
        with pytest.raises(LineNotNow):
            to_buy_again(an_order(line, stage=HERE), 1)
    late = an_order(with_question(ARRIVED, Question.WRONG), stage=Stage.READY_TO_SHIP)
    with pytest.raises(NotNow):
        to_buy_again(late, 1)
