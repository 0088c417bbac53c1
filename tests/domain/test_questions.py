"""Questions about a line: who may answer what, until when, and what becomes of the order."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from domain.orders import Flag, Line, LineState, Order, Question, Stage
from domain.questions import (
    ANSWERS,
    Answer,
    answer_until,
    answered,
    ask,
    closed,
    questions_of,
    require_decided,
    require_open,
    silent,
)
from domain.refusals import DecisionPending, LineNotNow
from tests.domain.orders import NOW, a_line, an_order, usd

TO_BUY = a_line(1, 3, state=LineState.TO_BUY, unit_price=usd(1_000))
OTHER = a_line(2, 1, state=LineState.TO_BUY, unit_price=usd(500), note="in a box")


def asked(question: Question, line: Line = TO_BUY, **more: object) -> Order:
    order = an_order(line, OTHER, stage=Stage.PURCHASING)
    return ask(order, line, question, NOW, **more)  # type: ignore[arg-type]


def test_a_question_puts_the_flag_on_the_order_and_stands_on_its_line() -> None:
    order = asked(Question.VARIANT, words="blue", price=usd(900))
    assert order.flags == {Flag.DECISION_NEEDED}
    line = order.line(1)
    assert (line.question, line.asked_text, line.asked_price, line.asked_at) == (
        Question.VARIANT, "blue", usd(900), NOW,
    )  # fmt: skip
    assert order.line(2) == OTHER


@pytest.mark.parametrize("question", Question)
def test_only_its_own_answers_are_answers_and_the_flag_goes_with_each(question: Question) -> None:
    order = asked(question)
    line = order.line(1)
    for answer in Answer:
        if answer in ANSWERS[question]:
            assert require_open(line, answer) is question
            after = answered(order, line, answer)
            assert after.flags == frozenset()
            assert after.line(1).question is None
            assert after.line(1).asked_at is None
        else:
            with pytest.raises(LineNotNow):
                require_open(line, answer)


def test_the_flag_stays_while_another_line_is_asked_about() -> None:
    order = asked(Question.PRICE, price=usd(1_100))
    order = ask(order, order.line(2), Question.PRICE, NOW, price=usd(900))
    order = answered(order, order.line(1), Answer.DROP)
    assert order.flags == {Flag.DECISION_NEEDED}
    assert answered(order, order.line(2), Answer.ACCEPT).flags == frozenset()


@pytest.mark.parametrize("question", [Question.PRICE, Question.VARIANT, Question.SOLD_OUT])
def test_before_the_purchase_silence_is_an_answer_after_72_hours(question: Question) -> None:
    line = asked(question).line(1)
    assert answer_until(line) == NOW + timedelta(hours=72)
    assert silent(asked(question), line).line(1).state is LineState.CANCELLED


@pytest.mark.parametrize("question", [Question.SHORT, Question.WRONG, Question.DAMAGED])
def test_about_goods_that_are_there_silence_is_no_answer(question: Question) -> None:
    order = asked(question)
    line = order.line(1)
    assert answer_until(line) is None
    assert silent(order, line) == order


def test_an_accepted_price_is_what_the_customer_agreed_to() -> None:
    order = asked(Question.PRICE, replace(TO_BUY, shop_price=usd(7)), price=usd(1_100))
    line = answered(order, order.line(1), Answer.ACCEPT).line(1)
    assert (line.unit_price, line.shop_price, line.state) == (usd(1_100), None, LineState.TO_BUY)


def test_an_accepted_variant_stands_beside_the_customers_own_note() -> None:
    order = asked(Question.VARIANT, words="blue instead of red")
    line = answered(order, order.line(1), Answer.ACCEPT).line(1)
    assert (line.note, line.unit_price) == ("blue instead of red", usd(1_000))
    order = ask(order, OTHER, Question.VARIANT, NOW, words="in a bag", price=usd(450))
    line = answered(order, order.line(2), Answer.ACCEPT).line(2)
    assert (line.note, line.unit_price) == ("in a box → in a bag", usd(450))


def test_going_on_with_what_came_takes_the_missing_pieces_off() -> None:
    order = asked(Question.SHORT, replace(TO_BUY, state=LineState.BOUGHT, arrived=2))
    line = answered(order, order.line(1), Answer.ACCEPT).line(1)
    assert (line.quantity, line.arrived, line.state) == (2, 2, LineState.ARRIVED)
    line = answered(order, order.line(1), Answer.WAIT).line(1)
    assert (line.quantity, line.arrived, line.state) == (3, 2, LineState.BOUGHT)


def test_going_on_without_what_did_not_come_at_all_drops_it() -> None:
    order = asked(Question.SHORT, replace(TO_BUY, state=LineState.BOUGHT))
    line = answered(order, order.line(1), Answer.ACCEPT).line(1)
    assert (line.quantity, line.state, line.reason) == (3, LineState.CANCELLED, "short")


@pytest.mark.parametrize("question", [Question.WRONG, Question.DAMAGED])
def test_what_is_taken_as_it_is_has_arrived(question: Question) -> None:
    order = asked(question, replace(TO_BUY, state=LineState.BOUGHT, arrived=1))
    line = answered(order, order.line(1), Answer.ACCEPT).line(1)
    assert (line.arrived, line.state) == (3, LineState.ARRIVED)
    line = answered(order, order.line(1), Answer.DROP).line(1)
    assert (line.state, line.reason) == (LineState.CANCELLED, question)


def test_asking_to_cancel_the_rest_locks_what_is_not_bought() -> None:
    bought = a_line(3, state=LineState.BOUGHT)
    order = replace(asked(Question.SOLD_OUT), lines=(*asked(Question.SOLD_OUT).lines, bought))
    order = answered(order, order.line(1), Answer.CANCEL)
    assert [(x.state, x.wanted) for x in order.lines] == [
        (LineState.CANCELLED, None),
        (LineState.TO_BUY, 0),
        (LineState.BOUGHT, None),
    ]


def test_silence_drops_the_line_before_it_is_bought_and_only_that_one() -> None:
    order = asked(Question.PRICE, price=usd(1_100))
    after = silent(order, order.line(1))
    assert after.line(1) == replace(closed(TO_BUY), state=LineState.CANCELLED, reason="silence")
    assert after.line(2) == OTHER
    assert after.flags == frozenset()


def test_silence_about_a_split_is_a_no_for_all_its_lines() -> None:
    order = asked(Question.SPLIT)
    order = ask(order, order.line(2), Question.SPLIT, NOW)
    after = silent(order, order.line(2))
    assert after.lines == (TO_BUY, OTHER)
    assert after.flags == frozenset()


def test_nothing_is_billed_or_shipped_while_a_question_is_open() -> None:
    order = asked(Question.DAMAGED)
    with pytest.raises(DecisionPending) as refusal:
        require_decided(order)
    assert refusal.value.line == 1
    require_decided(answered(order, order.line(1), Answer.DROP))


def test_a_split_is_one_question_about_all_its_lines() -> None:
    order = asked(Question.SPLIT)
    order = ask(order, order.line(2), Question.SPLIT, NOW)
    assert [line.no for line in questions_of(order)] == [1]
    order = ask(order, order.line(1), Question.PRICE, NOW, price=usd(1_100))
    assert [line.no for line in questions_of(order)] == [1, 2]
