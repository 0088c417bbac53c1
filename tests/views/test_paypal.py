"""What is said of payments through PayPal, word for word."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from typing import get_args

import pytest

from domain import paypal_notices as told
from domain.ids import PaymentId
from domain.letters import Screen
from domain.orders import Flag, Order
from domain.paypal_notices import PaypalNotice
from tests.views.files import AGENCY, ESTIMATED, NOW, PAID, READER, STAFF, a_file, usd
from tests.views.reading import labels, read
from tests.views.samples import LINK, NONE, NOTICES, N
from views import notices, paying, paypal
from views.buttons import Deed, Do, Go, HavePaid, Place

FIVE = PaymentId(5)
SAY = READER.say


def draw(notice: PaypalNotice, order: Order | None = None) -> Screen:
    file = None if order is None else a_file(order)
    return notices.draw(notice, file, READER, AGENCY, NOW)


def test_the_page_for_a_bill() -> None:
    screen = draw(told.PaypalReady(FIVE, usd(8320), LINK, N), ESTIMATED)
    assert screen.text == (
        "💳 #12 · <b>Pay $83.20 with PayPal</b>, by card or from a PayPal account.\n"
        "The button opens PayPal’s page. It stays open for about three hours.\n"
        "<b>Next:</b> we hear from PayPal when you have paid, usually within a minute, and tell "
        "you here. If you do not want to wait for that, press <i>I have paid</i>."
    )
    assert labels(screen) == [["💳 PayPal · $83.20"], ["✅ I have paid"], ["⬅️ Back"]]
    assert screen.keys[0][0].url == LINK
    assert HavePaid.unpack(screen.keys[1][0].data) == HavePaid(FIVE)
    assert Do.unpack(screen.keys[2][0].data) == Do(N, ESTIMATED.version, Deed.PAY_FIRST)


def test_the_page_for_the_deposit() -> None:
    screen = draw(told.PaypalReady(FIVE, usd(5000), LINK))
    assert read(screen).startswith("💳 Deposit · Pay $50.00 with PayPal, by card")
    assert Go.unpack(screen.keys[2][0].data) == Go(Place.DEPOSIT)


@pytest.mark.parametrize("notice", [n for n, _ in NOTICES if isinstance(n, PaypalNotice)])
def test_every_notice_is_said_without_an_order_too(notice: PaypalNotice) -> None:
    shown = read(draw(replace(notice, order=None)))
    assert " Deposit · " in shown
    assert "#" not in shown


@pytest.mark.parametrize("cause", get_args(told.Cause))
def test_whatever_failed_the_customer_knows_that_nothing_was_charged_and_what_to_do(
    cause: told.Cause,
) -> None:
    screen = draw(told.PaypalFailed(usd(8320), cause, N), ESTIMATED)
    assert "nothing was charged" in read(screen).lower()
    assert labels(screen) == [["🟢 Pay 1st bill · $83.20"], ["Open order"]]
    assert "You have time until Mon 30 Nov, 23:59 JST." in read(screen)


def test_a_bill_that_is_paid_already_asks_for_nothing() -> None:
    screen = draw(told.PaypalFailed(usd(8320), "not_due", N), PAID)
    assert labels(screen) == [["Open order"]]
    assert "time until" not in read(screen)


def test_an_order_on_hold_has_no_deadline_and_no_green_button() -> None:
    held = replace(ESTIMATED, flags=frozenset({Flag.ON_HOLD}), frozen_at=NOW)
    screen = draw(told.PaypalFailed(usd(8320), "on_hold", N), held)
    assert labels(screen) == [["Open order"]]
    assert "time until" not in read(screen)


def test_money_that_went_back() -> None:
    refund = draw(told.MoneyTakenBack(usd(1000), NONE, "refund", N), PAID)
    assert refund.text == "↩️ #12 · <b>$10.00</b> of your payment went back to you through PayPal."
    dispute = draw(told.MoneyTakenBack(usd(1000), usd(200), "dispute", N), PAID)
    assert dispute.text == (
        "↩️ #12 · <b>$10.00</b> of your payment was disputed and taken back through PayPal.\n"
        "You owe us $2.00 now. Your next payment into the deposit covers it first."
    )


def test_staff_read_what_came_and_what_it_cost() -> None:
    notice = told.PaypalArrived(FIVE, "A. <Tanaka>", usd(8320), usd(339), NONE, N)
    screen = notices.draw(notice, a_file(PAID), STAFF, AGENCY, NOW)
    assert screen.text == (
        "💳 #12 · $83.20 from A. &lt;Tanaka&gt; has arrived through PayPal. PayPal’s fee: $3.39."
    )


def test_staff_read_why_somebody_wants_the_money_back() -> None:
    opened = told.DisputeOpened(
        FIVE, "Aki", "PP-D-1", usd(8320), "UNAUTHORISED", datetime(2026, 12, 24, 9, tzinfo=UTC), N
    )
    assert read(draw(opened, PAID)) == (
        "🚨 #12 · Aki disputes $83.20 at PayPal: the customer says they did not pay.\n"
        "Dispute: PP-D-1\n"
        "Please answer it at PayPal before Thu 24 Dec, 18:00 JST."
    )
    lost = told.DisputeClosed(FIVE, "Aki", "PP-D-1", usd(8320), usd(1500), usd(100), N)
    assert read(draw(lost, PAID)) == (
        "⚖️ #12 · Dispute PP-D-1 was decided for Aki: PayPal took $83.20 back.\n"
        "PayPal’s fee for it: $15.00.\n"
        "The customer owes $1.00 now.\n"
        "The order is on hold. Please decide how it goes on."
    )


def test_paypal_is_a_way_to_pay_only_where_it_is_on() -> None:
    file, bill = a_file(ESTIMATED), ESTIMATED.first_bill
    assert bill is not None
    off = paying.ways(file, bill, AGENCY, SAY)
    on = paying.ways(file, bill, replace(AGENCY, paypal=True), SAY)
    assert [row for row in labels(on) if row not in labels(off)] == [["💳 PayPal"]]
    part = paying.part_paid(ESTIMATED, usd(20), usd(8300), replace(AGENCY, paypal=True), SAY)
    assert labels(part)[:2] == [["🏦 Bank transfer · $83.00"], ["💳 PayPal · $83.00"]]


def test_toasts_are_plain() -> None:
    assert paypal.arrived(SAY) == "This payment has arrived. Thank you!"
    assert paypal.looking(SAY) == "Thank you! We ask PayPal and tell you in a moment."
