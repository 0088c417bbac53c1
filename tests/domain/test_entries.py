"""An entry whole: key, kind, what was asked, whose accounts, and what it belongs to.

`test_payments.py` has the amounts; here nothing else about an entry may be left out.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from typing import Final

import pytest

from domain.ids import BillId, EventId, OrderId, PaymentId, PayoutId, PersonId
from domain.ledger import (
    BAD_DEBT,
    BANK,
    DISPUTE_FEE,
    GOODWILL,
    INCOME,
    LEGS_MAX,
    PAYPAL,
    PAYPAL_FEE,
    SUSPENSE,
    Account,
    Entry,
    Kind,
    Leg,
    Side,
    deposit,
    order_account,
    payout_hold,
    receivable,
    reverse,
)
from domain.money import LARGEST, Currency, Money
from domain.payments import (
    REFERENCE_MAX,
    Arrival,
    Method,
    Payment,
    PaymentState,
    Purpose,
    cancel,
    chargeback,
    goodwill,
    hold_payout,
    late_payment,
    matched_money,
    pay_bill,
    pay_from_deposit,
    pay_in,
    paypal_refund,
    reference_key,
    refund,
    settle,
    unknown_money,
    write_off,
)
from domain.refusals import BadAmount, TooLong, TooShort

AKI, ORDER, PAYMENT, PAYOUT = PersonId(7), OrderId(12), PaymentId(4), PayoutId(5)
NOW: Final = datetime(2026, 11, 2, 9, tzinfo=UTC)


def usd(minor: int) -> Money:
    return Money(minor, Currency.USD)


DEPOSIT: Final = Account("liability:deposit:7", Side.CREDIT, True, AKI)
OWED: Final = Account("asset:receivable:7", Side.DEBIT, True, AKI)
RESERVED: Final = Account("liability:payout_hold:7", Side.CREDIT, True, AKI)
PAID: Final = Account("liability:order:12", Side.CREDIT, True, AKI, ORDER)


def legs(*moved: tuple[Account, Account, int]) -> tuple[Leg, ...]:
    return tuple(Leg(debit, credit, usd(minor)) for debit, credit, minor in moved)


def banked(minor: int) -> Arrival:
    return Arrival.by_bank(usd(minor), "B 17", PAYMENT)


def captured(gross: int, fee: int) -> Arrival:
    return Arrival.by_paypal(usd(gross), usd(fee), "CAP-1", PAYMENT)


def test_a_customers_accounts_are_guarded_and_say_whose_they_are() -> None:
    assert deposit(AKI) == DEPOSIT
    assert receivable(AKI) == OWED
    assert payout_hold(AKI) == RESERVED
    assert order_account(ORDER, AKI) == PAID


# Money that arrives ---------------------------------------------------------------------------


def test_a_pay_in() -> None:
    assert pay_in(AKI, banked(500), owed=usd(200)) == Entry(
        "bank:b17",
        Kind.PAY_IN,
        legs((BANK, DEPOSIT, 500), (DEPOSIT, OWED, 200)),
        ("7", "5.00", "0.00"),
        payment=PAYMENT,
    )


def test_a_pay_in_by_paypal() -> None:
    assert pay_in(AKI, captured(500, 20), owed=usd(0)) == Entry(
        "paypal:capture:CAP-1",
        Kind.PAY_IN,
        legs((PAYPAL, DEPOSIT, 500), (PAYPAL_FEE, PAYPAL, 20)),
        ("7", "5.00", "0.20"),
        payment=PAYMENT,
    )


def test_a_bill_by_transfer() -> None:
    assert pay_bill(AKI, ORDER, banked(900), remaining=usd(800), owed=usd(30)) == Entry(
        "bank:b17",
        Kind.BILL_PAYMENT,
        legs((BANK, PAID, 800), (BANK, DEPOSIT, 100), (DEPOSIT, OWED, 30)),
        ("7", "9.00", "0.00"),
        ORDER,
        PAYMENT,
    )


def test_a_late_payment() -> None:
    assert late_payment(AKI, ORDER, banked(900), owed=usd(0)) == Entry(
        "bank:b17",
        Kind.LATE_PAYMENT,
        legs((BANK, DEPOSIT, 900)),
        ("7", "9.00", "0.00"),
        ORDER,
        PAYMENT,
    )


def test_money_of_an_unknown_sender() -> None:
    assert unknown_money(Arrival.by_bank(usd(900), "B17")) == Entry(
        "bank:b17", Kind.SUSPENSE_IN, legs((BANK, SUSPENSE, 900)), ("None", "9.00", "0.00")
    )


def test_money_that_is_matched() -> None:
    assert matched_money(AKI, usd(900), "B17", owed=usd(0), payment=PAYMENT, order=ORDER) == Entry(
        "bank:b17:matched",
        Kind.SUSPENSE_OUT,
        legs((SUSPENSE, DEPOSIT, 900)),
        ("7", "9.00"),
        ORDER,
        PAYMENT,
    )


def test_a_part_from_the_deposit() -> None:
    balance, owed = usd(300), usd(0)
    first = pay_from_deposit(
        AKI, ORDER, BillId(3), remaining=usd(800), paid=usd(0), balance=balance, owed=owed
    )
    assert first == Entry(
        "bill:3:from_deposit", Kind.FROM_DEPOSIT, legs((DEPOSIT, PAID, 300)), ("3.00",), ORDER
    )
    second = pay_from_deposit(
        AKI, ORDER, BillId(3), remaining=usd(500), paid=usd(300), balance=balance, owed=owed
    )
    assert second == replace(first, key="bill:3:from_deposit:300")


# The end of an order --------------------------------------------------------------------------


def test_a_settlement_that_was_paid_enough() -> None:
    entry = settle(AKI, ORDER, cost=usd(800), held=usd(900), balance=usd(50), owed=usd(0))
    assert entry == Entry(
        "order:12:settle",
        Kind.SETTLEMENT,
        legs((PAID, INCOME, 800), (PAID, DEPOSIT, 100)),
        ("8.00",),
        ORDER,
    )


def test_a_settlement_that_was_paid_too_little() -> None:
    entry = settle(AKI, ORDER, cost=usd(800), held=usd(700), balance=usd(60), owed=usd(0))
    assert entry == Entry(
        "order:12:settle",
        Kind.SETTLEMENT,
        legs((PAID, INCOME, 700), (DEPOSIT, INCOME, 60), (OWED, INCOME, 40)),
        ("8.00",),
        ORDER,
    )


def test_a_cancellation() -> None:
    entry = cancel(AKI, ORDER, held=usd(900), kept=usd(100), owed=usd(50))
    assert entry == Entry(
        "order:12:cancel",
        Kind.CANCELLATION,
        legs((PAID, INCOME, 100), (PAID, DEPOSIT, 800), (DEPOSIT, OWED, 50)),
        ("1.00",),
        ORDER,
    )


@pytest.mark.parametrize(("kept", "said"), [(901, "9.01"), (-1, "-0.01")])
def test_what_cannot_be_kept_is_said(kept: int, said: str) -> None:
    with pytest.raises(BadAmount) as refusal:
        cancel(AKI, ORDER, held=usd(900), kept=usd(kept), owed=usd(0))
    no = refusal.value
    assert (no.typed, no.why, no.example) == (said, "size", "9.00")


# Money that leaves ----------------------------------------------------------------------------


def test_a_pay_out_that_is_held() -> None:
    assert hold_payout(AKI, PAYOUT, usd(500)) == Entry(
        "payout:5:hold",
        Kind.PAYOUT_HOLD,
        legs((DEPOSIT, RESERVED, 500)),
        ("5.00",),
        payout=PAYOUT,
    )


def test_a_refund_of_paypals() -> None:
    assert paypal_refund(
        AKI, ORDER, "R1", usd(900), held=usd(500), balance=usd(300), payment=PAYMENT
    ) == Entry(
        "paypal:refund:R1",
        Kind.PAYPAL_REFUND,
        legs((PAID, PAYPAL, 500), (DEPOSIT, PAYPAL, 300), (OWED, PAYPAL, 100)),
        ("9.00",),
        ORDER,
        PAYMENT,
    )


def test_a_chargeback() -> None:
    assert chargeback(
        AKI, ORDER, "D1", usd(900), usd(20), held=usd(900), balance=usd(1), payment=PAYMENT
    ) == Entry(
        "paypal:reversal:D1",
        Kind.PAYPAL_REVERSAL,
        legs((PAID, PAYPAL, 900), (DISPUTE_FEE, PAYPAL, 20)),
        ("9.00", "0.20"),
        ORDER,
        PAYMENT,
    )


def test_a_refund_by_staff() -> None:
    entry = refund(AKI, ORDER, "8", usd(900), "broken", held=usd(500), owed=usd(100))
    assert entry == Entry(
        "refund:8",
        Kind.REFUND,
        legs((PAID, DEPOSIT, 500), (INCOME, DEPOSIT, 400), (DEPOSIT, OWED, 100)),
        ("7", "9.00"),
        ORDER,
        memo="broken",
    )


def test_goodwill() -> None:
    assert goodwill(AKI, "8", usd(900), "late", owed=usd(100)) == Entry(
        "goodwill:8",
        Kind.GOODWILL,
        legs((GOODWILL, DEPOSIT, 900), (DEPOSIT, OWED, 100)),
        ("7", "9.00"),
        memo="late",
    )


def test_a_write_off() -> None:
    assert write_off(AKI, "8", usd(900), "gone") == Entry(
        "writeoff:8", Kind.WRITE_OFF, legs((BAD_DEBT, OWED, 900)), ("7", "9.00"), memo="gone"
    )


def test_a_correction() -> None:
    entry = Entry(
        "bank:b17",
        Kind.BILL_PAYMENT,
        legs((BANK, PAID, 800), (BANK, DEPOSIT, 100)),
        ("7",),
        ORDER,
        PAYMENT,
        PAYOUT,
    )
    assert reverse(entry, EventId(30), "typed wrong") == Entry(
        "bank:b17:reversed",
        Kind.CORRECTION,
        legs((DEPOSIT, BANK, 100), (PAID, BANK, 800)),
        ("30",),
        ORDER,
        PAYMENT,
        PAYOUT,
        EventId(30),
        "typed wrong",
    )


# Edges ----------------------------------------------------------------------------------------


def test_the_largest_transfer_and_the_longest_entry() -> None:
    largest = Leg(BANK, DEPOSIT, usd(LARGEST))
    assert len(Entry("x", Kind.PAY_IN, (largest,) * LEGS_MAX).legs) == LEGS_MAX
    with pytest.raises(ValueError, match="no transfer"):
        Leg(BANK, DEPOSIT, usd(LARGEST + 1))
    with pytest.raises(ValueError, match="x has 13 legs"):
        Entry("x", Kind.PAY_IN, (largest,) * (LEGS_MAX + 1))


def test_the_longest_reference_and_what_is_wrong_with_others() -> None:
    assert reference_key("B" * REFERENCE_MAX) == "b" * REFERENCE_MAX
    with pytest.raises(TooLong) as too_long:
        reference_key("B" * (REFERENCE_MAX + 1))
    assert (too_long.value.limit, too_long.value.length) == (REFERENCE_MAX, REFERENCE_MAX + 1)
    with pytest.raises(TooShort) as too_short:
        reference_key(" \n ")
    assert too_short.value.limit == 1


# What becomes of a payment --------------------------------------------------------------------

REPORTED: Final = Payment(
    PAYMENT, AKI, Purpose.BILL, Method.BANK, usd(900), NOW, order=ORDER, reason="not yet"
)


def test_a_payment_that_is_confirmed_says_by_whom_and_when() -> None:
    done = REPORTED.confirm(usd(800), "B 17", EventId(30), by="staff:42", at=NOW)
    assert done == replace(
        REPORTED,
        state=PaymentState.CONFIRMED,
        received=usd(800),
        bank_ref="B 17",
        event=EventId(30),
        decided_by="staff:42",
        decided_at=NOW,
    )


def test_a_payment_that_is_captured_says_by_which_capture() -> None:
    done = REPORTED.captured(usd(800), "CAP-1", EventId(30), by="paypal", at=NOW)
    assert done == replace(
        REPORTED,
        state=PaymentState.CONFIRMED,
        received=usd(800),
        paypal_capture="CAP-1",
        event=EventId(30),
        reason="",
        decided_by="paypal",
        decided_at=NOW,
    )


def test_a_payment_that_is_refused_or_withdrawn_says_by_whom_and_when() -> None:
    refused = REPORTED.refuse("nothing came", by="staff:42", at=NOW)
    assert refused == replace(
        REPORTED,
        state=PaymentState.REFUSED,
        reason="nothing came",
        decided_by="staff:42",
        decided_at=NOW,
    )
    withdrawn = REPORTED.withdraw(by="customer:7", at=NOW)
    assert withdrawn == replace(
        REPORTED, state=PaymentState.WITHDRAWN, decided_by="customer:7", decided_at=NOW
    )
