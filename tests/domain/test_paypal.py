"""What is made of what PayPal says, and when it is asked again."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest

from domain.ids import BillId, OrderId, PaymentId, PersonId
from domain.money import Currency, Money
from domain.payments import Method, Payment, PaymentState, Purpose
from domain.paypal import (
    CURRENCIES,
    LAPSES_AFTER,
    WAITING,
    Capture,
    CaptureState,
    Checkout,
    Standing,
    description,
    invoice,
    next_look,
    return_payload,
)

TEN = Money(1_000, Currency.USD)


def checkout(status: str, *states: CaptureState) -> Checkout:
    captures = tuple(
        Capture(f"C{n}", state, TEN, TEN.nothing) for n, state in enumerate(states, 1)
    )
    return Checkout("O1", status, captures)


@pytest.mark.parametrize(
    ("said", "standing"),
    [
        (checkout("CREATED"), Standing.OPEN),
        (checkout("PAYER_ACTION_REQUIRED"), Standing.OPEN),
        (checkout("SAVED"), Standing.OPEN),
        (checkout("SOMETHING_NEW"), Standing.OPEN),
        (checkout("APPROVED"), Standing.APPROVED),
        (checkout("VOIDED"), Standing.GONE),
        (checkout("COMPLETED", CaptureState.COMPLETED), Standing.COMPLETED),
        (checkout("COMPLETED", CaptureState.REFUNDED), Standing.COMPLETED),
        (checkout("COMPLETED", CaptureState.PARTIALLY_REFUNDED), Standing.COMPLETED),
        (checkout("COMPLETED", CaptureState.PENDING), Standing.PENDING),
        (checkout("COMPLETED", CaptureState.DECLINED), Standing.DECLINED),
        (checkout("COMPLETED", CaptureState.FAILED), Standing.DECLINED),
        (
            checkout("COMPLETED", CaptureState.DECLINED, CaptureState.COMPLETED),
            Standing.COMPLETED,
        ),
    ],
)
def test_captures_decide_and_then_the_order(said: Checkout, standing: Standing) -> None:
    assert said.standing is standing


def looks(state: PaymentState, now: datetime, count: int) -> list[timedelta]:
    """How long after the beginning PayPal is asked, if nothing changes."""
    since = now
    found: list[timedelta] = []
    while len(found) < count and (due := next_look(state, since, now)) is not None:
        found.append(due - since)
        now = due
    return found


def test_an_open_page_is_asked_about_until_it_lapses(now: datetime) -> None:
    spans = looks(PaymentState.CREATED, now, 99)
    assert [span.total_seconds() for span in spans[:6]] == [10, 30, 60, 120, 300, 600]
    assert spans[-1] == LAPSES_AFTER == timedelta(hours=6.5)
    assert spans == list(WAITING)


@pytest.mark.parametrize("state", [PaymentState.APPROVED, PaymentState.PENDING])
def test_what_is_under_way_is_asked_about_on_and_on(now: datetime, state: PaymentState) -> None:
    spans = looks(state, now, 20)
    assert spans[:12] == list(WAITING)
    assert spans[12:14] == [LAPSES_AFTER * 2, LAPSES_AFTER * 3]


def test_money_that_came_is_watched_for_180_days(now: datetime) -> None:
    spans = looks(PaymentState.CONFIRMED, now, 99)
    assert spans[:3] == [timedelta(hours=1), timedelta(hours=6), timedelta(days=1)]
    assert spans[-1] == timedelta(days=180)


@pytest.mark.parametrize(
    "state", [PaymentState.EXPIRED, PaymentState.REFUSED, PaymentState.REVERSED]
)
def test_what_is_over_is_not_asked_about(now: datetime, state: PaymentState) -> None:
    assert next_look(state, now, now) is None


def test_a_clock_that_jumped_asks_once_and_not_for_each_missed_look(now: datetime) -> None:
    after_an_outage = now + timedelta(hours=1)
    due = next_look(PaymentState.CREATED, now, after_an_outage)
    assert due == now + timedelta(seconds=4_800)


def payment(order: int | None, now: datetime) -> Payment:
    return Payment(
        id=PaymentId(17),
        customer=PersonId(7),
        purpose=Purpose.PAY_IN if order is None else Purpose.BILL,
        method=Method.PAYPAL,
        claimed=TEN,
        reported_at=now,
        order=None if order is None else OrderId(order),
        bill=None if order is None else BillId(3),
        paypal_request="0123456789abcdef",
    )


def test_what_paypal_reads(now: datetime) -> None:
    assert description(payment(12, now)) == "Order #12"
    assert invoice(payment(12, now)) == "D123-17-01234567"
    assert description(payment(None, now)) == "Deposit"
    assert invoice(payment(None, now)) == "PAYIN-17-01234567"
    assert return_payload(PaymentId(17)) == "paypal_17"


def test_currencies_whose_decimals_paypal_counts_otherwise_are_left_out() -> None:
    assert Currency.USD in CURRENCIES
    assert Currency.JPY in CURRENCIES
    assert not {Currency.HUF, Currency.TWD} & CURRENCIES
