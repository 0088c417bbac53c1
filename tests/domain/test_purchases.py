"""What `/bought` without a number means, and how far a price may rise unasked."""

from __future__ import annotations

import pytest

from domain.orders import LineState, Question
from domain.purchases import all_buyable
from domain.refusals import DecisionPending, RequestPending
from tests.domain.orders import a_line, an_order

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
