"""What `/bought` without a number means, and how far a price may rise unasked."""

from __future__ import annotations

import pytest

from domain.orders import LineState, Question
from domain.purchases import all_buyable, is_within
from domain.questions import Answer, answered, ask
from domain.refusals import DecisionPending, RequestPending
from tests.domain.orders import NOW, a_line, an_order, usd

TO_BUY = LineState.TO_BUY


def test_all_that_is_to_be_bought_leaves_out_what_waits_for_a_word() -> None:
    order = an_order(
        a_line(1, state=TO_BUY),
        a_line(2, state=TO_BUY, wanted=0),
        a_line(3, state=TO_BUY, question=Question.VARIANT),
        a_line(4, state=TO_BUY, question=Question.SPLIT),  # that it may wait is no hindrance
        a_line(5, state=LineState.BOUGHT),
        a_line(6, state=LineState.CANCELLED),
    )
    assert [line.no for line in all_buyable(order)] == [1, 4]


@pytest.mark.parametrize(
    ("waiting", "refusal"),
    [({"wanted": 0}, RequestPending), ({"question": Question.PRICE}, DecisionPending)],
)
def test_where_everything_waits_for_a_word_it_is_refused_for_the_first(
    waiting: dict[str, object], refusal: type[Exception]
) -> None:
    order = an_order(a_line(1, state=LineState.BOUGHT), a_line(2, 2, state=TO_BUY, **waiting))
    with pytest.raises(refusal) as raised:
        all_buyable(order)
    assert raised.value.line == 2  # type: ignore[attr-defined]


@pytest.mark.parametrize(
    ("question", "asked"),
    [(Question.PRICE, 1_200), (Question.VARIANT, 1_200), (Question.VARIANT, 800)],
)
def test_what_the_customer_said_yes_to_does_not_rise_by_the_tolerance_again(
    question: Question, asked: int
) -> None:
    order = an_order(a_line(state=TO_BUY, unit_price=usd(1_000)), tolerance_percent=5)
    order = ask(order, order.line(1), question, NOW, price=usd(asked))
    order = answered(order, order.line(1), Answer.ACCEPT)
    assert is_within(order, order.line(1), usd(asked))
    assert not is_within(order, order.line(1), usd(asked + 1))


def test_something_like_it_at_the_same_price_may_still_rise_by_the_tolerance() -> None:
    order = an_order(a_line(state=TO_BUY, unit_price=usd(1_000)), tolerance_percent=5)
    order = ask(order, order.line(1), Question.VARIANT, NOW, words="blue")
    order = answered(order, order.line(1), Answer.ACCEPT)
    assert is_within(order, order.line(1), usd(1_050))
    assert not is_within(order, order.line(1), usd(1_051))
