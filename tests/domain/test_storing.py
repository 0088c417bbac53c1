"""Since when everything is in the warehouse, and for how many days."""

from __future__ import annotations

from datetime import timedelta

import pytest

from domain.orders import Stage
from domain.storing import days, since
from tests.domain.orders import NOW, an_order

LATER = NOW + timedelta(days=2)


def test_it_is_remembered_once_and_forgotten_when_something_is_bought_again() -> None:
    order = since(an_order(stage=Stage.AT_WAREHOUSE), NOW)
    assert order.arrived_at == NOW
    assert since(order, LATER).arrived_at == NOW
    assert since(an_order(stage=Stage.SHIPPED, arrived_at=NOW), LATER).arrived_at == NOW
    for stage in (Stage.PURCHASING, Stage.AWAITING_ARRIVAL):
        assert since(an_order(stage=stage, arrived_at=NOW), LATER).arrived_at is None


@pytest.mark.parametrize(
    ("span", "count"),
    [
        (timedelta(0), 0),
        (timedelta(hours=24) - timedelta(seconds=1), 0),
        (timedelta(hours=24), 1),
        (timedelta(days=200, hours=3), 200),
    ],
)
def test_full_days_are_counted_without_an_end(span: timedelta, count: int) -> None:
    order = an_order(stage=Stage.AWAITING_SECOND_PAYMENT, arrived_at=NOW)
    assert days(order, NOW + span) == count


@pytest.mark.parametrize("stage", [Stage.AWAITING_ARRIVAL, Stage.SHIPPED, Stage.COMPLETED])
def test_what_is_not_there_is_not_stored(stage: Stage) -> None:
    assert days(an_order(stage=stage, arrived_at=NOW), LATER) is None
