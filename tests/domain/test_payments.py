"""Every event that moves money, and exactly what it writes into the books."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from domain.ids import BillId, EventId, OrderId, PaymentId, PayoutId, PersonId
from domain.ledger import (
    BANK,
    FOUR_EYES,
    PAYPAL,
    Entry,
    Kind,
    Leg,
    deposit,
    order_account,
    receivable,
    reverse,
)
from domain.money import LARGEST, Currency, Money
from domain.payments import (
    Arrival,
    Method,
    Payment,
    PaymentState,
    Purpose,
    bank_key,
    bounce_payout,
    cancel,
    chargeback,
    correct,
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
    refuse_payout,
    send_payout,
    settle,
    unknown_money,
    write_off,
)
from domain.refusals import BadAmount, DepositEmpty, Owing, TooLong, TooShort

AKI, ORDER, BILL, PAYOUT = PersonId(7), OrderId(12), BillId(3), PayoutId(5)

BANKED, ON_PAYPAL, SUSPENSE = "asset:bank", "asset:paypal", "liability:suspense"
DEPOSIT, OWED, HELD = "liability:deposit:7", "asset:receivable:7", "liability:payout_hold:7"
FOR_ORDER, INCOME, CHARGES = "liability:order:12", "income:orders", "income:payout_fee"
PAYPAL_FEE, DISPUTE_FEE = "expense:paypal_fee", "expense:dispute_fee"
GOODWILL, BAD_DEBT = "expense:goodwill", "expense:bad_debt"


def usd(minor: int) -> Money:
    return Money(minor, Currency.USD)


def legs(entry: Entry | None) -> list[tuple[str, str, int]]:
    """(debit, credit, amount) of each leg."""
    if entry is None:
        return []
    return [(leg.debit.code, leg.credit.code, leg.amount.minor) for leg in entry.legs]


def bank(minor: int) -> Arrival:
    return Arrival.by_bank(usd(minor), "B17", PaymentId(4))


def paypal(gross: int, fee: int) -> Arrival:
    return Arrival.by_paypal(usd(gross), usd(fee), "CAP-1", PaymentId(4))


# Money that arrives ---------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("owed", "written"),
    [
        (0, [(BANKED, DEPOSIT, 5_000)]),
        (300, [(BANKED, DEPOSIT, 5_000), (DEPOSIT, OWED, 300)]),
        (5_000, [(BANKED, DEPOSIT, 5_000), (DEPOSIT, OWED, 5_000)]),
        (7_000, [(BANKED, DEPOSIT, 5_000), (DEPOSIT, OWED, 5_000)]),
    ],
)
def test_a_pay_in_repays_a_debt_first(owed: int, written: list[tuple[str, str, int]]) -> None:
    entry = pay_in(AKI, bank(5_000), owed=usd(owed))
    assert legs(entry) == written
    assert (entry.key, entry.kind, entry.payment) == ("bank:b17", Kind.PAY_IN, 4)


def test_a_pay_in_by_paypal_credits_the_gross_amount() -> None:
    entry = pay_in(AKI, paypal(10_000, 354), owed=usd(100))
    assert legs(entry) == [
        (ON_PAYPAL, DEPOSIT, 10_000),
        (DEPOSIT, OWED, 100),
        (PAYPAL_FEE, ON_PAYPAL, 354),
    ]
    assert entry.key == "paypal:capture:CAP-1"


@pytest.mark.parametrize(
    ("arrived", "owed", "written"),
    [
        (8_320, 0, [(BANKED, FOR_ORDER, 8_320)]),
        (8_320, 500, [(BANKED, FOR_ORDER, 8_320)]),  # a bill is paid before a debt
        (9_000, 0, [(BANKED, FOR_ORDER, 8_320), (BANKED, DEPOSIT, 680)]),
        (
            9_000,
            500,
            [(BANKED, FOR_ORDER, 8_320), (BANKED, DEPOSIT, 680), (DEPOSIT, OWED, 500)],
        ),
        (8_319, 0, [(BANKED, DEPOSIT, 8_319)]),
        (8_319, 500, [(BANKED, DEPOSIT, 8_319), (DEPOSIT, OWED, 500)]),
    ],
)
def test_a_transfer_pays_the_bill_only_if_it_is_enough(
    arrived: int, owed: int, written: list[tuple[str, str, int]]
) -> None:
    entry = pay_bill(AKI, ORDER, bank(arrived), remaining=usd(8_320), owed=usd(owed))
    assert legs(entry) == written
    assert (entry.kind, entry.order) == (Kind.BILL_PAYMENT, ORDER)


def test_a_transfer_for_a_bill_that_is_paid_goes_to_the_deposit() -> None:
    entry = pay_bill(AKI, ORDER, bank(500), remaining=usd(0), owed=usd(0))
    assert legs(entry) == [(BANKED, DEPOSIT, 500)]


def test_a_bill_by_paypal() -> None:
    entry = pay_bill(AKI, ORDER, paypal(8_320, 300), remaining=usd(8_320), owed=usd(0))
    assert legs(entry) == [(ON_PAYPAL, FOR_ORDER, 8_320), (PAYPAL_FEE, ON_PAYPAL, 300)]


def test_money_for_an_order_that_has_ended_goes_to_the_deposit() -> None:
    entry = late_payment(AKI, ORDER, bank(8_320), owed=usd(20))
    assert legs(entry) == [(BANKED, DEPOSIT, 8_320), (DEPOSIT, OWED, 20)]
    assert entry.kind is Kind.LATE_PAYMENT


def test_money_of_an_unknown_sender_waits_until_it_is_matched() -> None:
    assert legs(unknown_money(bank(8_740))) == [(BANKED, SUSPENSE, 8_740)]
    matched = matched_money(AKI, usd(8_740), "B 17", owed=usd(40))
    assert legs(matched) == [(SUSPENSE, DEPOSIT, 8_740), (DEPOSIT, OWED, 40)]
    assert matched.key == "bank:b17:matched"


# From the deposit -----------------------------------------------------------------------------


def from_deposit(remaining: int, balance: int, *, owed: int = 0, paid: int = 0) -> Entry:
    return pay_from_deposit(
        AKI,
        ORDER,
        BILL,
        remaining=usd(remaining),
        paid=usd(paid),
        balance=usd(balance),
        owed=usd(owed),
    )


@pytest.mark.parametrize(
    ("balance", "moved"), [(10_000, 8_320), (8_320, 8_320), (8_319, 8_319), (1, 1)]
)
def test_a_bill_is_paid_from_the_deposit_as_far_as_it_goes(balance: int, moved: int) -> None:
    entry = from_deposit(8_320, balance)
    assert legs(entry) == [(DEPOSIT, FOR_ORDER, moved)]
    assert (entry.key, entry.kind) == ("bill:3:from_deposit", Kind.FROM_DEPOSIT)


def test_a_second_part_from_the_deposit_is_another_event() -> None:
    first, second = from_deposit(8_320, 2_000), from_deposit(6_320, 2_000, paid=2_000)
    assert first.key != second.key
    assert from_deposit(6_320, 2_000, paid=2_000).key == second.key  # pressed twice


def test_whoever_owes_cannot_pay_from_the_deposit() -> None:
    with pytest.raises(Owing) as refusal:
        from_deposit(8_320, 10_000, owed=1)
    assert refusal.value.owed == usd(1)


@pytest.mark.parametrize(("remaining", "balance"), [(8_320, 0), (0, 100)])
def test_nothing_is_paid_out_of_nothing(remaining: int, balance: int) -> None:
    with pytest.raises(DepositEmpty):
        from_deposit(remaining, balance)


# The end of an order --------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("cost", "held", "balance", "owed", "written"),
    [
        (8_000, 8_000, 0, 0, [(FOR_ORDER, INCOME, 8_000)]),
        (7_500, 8_000, 0, 0, [(FOR_ORDER, INCOME, 7_500), (FOR_ORDER, DEPOSIT, 500)]),
        (
            7_500,
            8_000,
            0,
            200,
            [(FOR_ORDER, INCOME, 7_500), (FOR_ORDER, DEPOSIT, 500), (DEPOSIT, OWED, 200)],
        ),
        (0, 8_000, 0, 0, [(FOR_ORDER, DEPOSIT, 8_000)]),
        (8_000, 7_500, 900, 0, [(FOR_ORDER, INCOME, 7_500), (DEPOSIT, INCOME, 500)]),
        (8_000, 7_500, 500, 0, [(FOR_ORDER, INCOME, 7_500), (DEPOSIT, INCOME, 500)]),
        (
            8_000,
            7_500,
            300,
            0,
            [(FOR_ORDER, INCOME, 7_500), (DEPOSIT, INCOME, 300), (OWED, INCOME, 200)],
        ),
        (8_000, 7_500, 0, 50, [(FOR_ORDER, INCOME, 7_500), (OWED, INCOME, 500)]),
        (800, 0, 0, 0, [(OWED, INCOME, 800)]),
        (0, 0, 500, 0, []),
    ],
)
def test_a_settlement(
    cost: int, held: int, balance: int, owed: int, written: list[tuple[str, str, int]]
) -> None:
    entry = settle(
        AKI, ORDER, cost=usd(cost), held=usd(held), balance=usd(balance), owed=usd(owed)
    )
    assert legs(entry) == written
    if entry is not None:
        assert (entry.key, entry.kind) == ("order:12:settle", Kind.SETTLEMENT)


@pytest.mark.parametrize(
    ("held", "kept", "owed", "written"),
    [
        (8_000, 0, 0, [(FOR_ORDER, DEPOSIT, 8_000)]),
        (8_000, 850, 0, [(FOR_ORDER, INCOME, 850), (FOR_ORDER, DEPOSIT, 7_150)]),
        (8_000, 8_000, 0, [(FOR_ORDER, INCOME, 8_000)]),
        (8_000, 0, 100, [(FOR_ORDER, DEPOSIT, 8_000), (DEPOSIT, OWED, 100)]),
        (0, 0, 100, []),
    ],
)
def test_a_cancellation_gives_back_what_is_not_kept(
    held: int, kept: int, owed: int, written: list[tuple[str, str, int]]
) -> None:
    entry = cancel(AKI, ORDER, held=usd(held), kept=usd(kept), owed=usd(owed))
    assert legs(entry) == written
    if entry is not None:
        assert entry.key == "order:12:cancel"


@pytest.mark.parametrize("kept", [8_001, -1])
def test_no_more_is_kept_than_was_paid(kept: int) -> None:
    with pytest.raises(BadAmount):
        cancel(AKI, ORDER, held=usd(8_000), kept=usd(kept), owed=usd(0))


# Pay-outs -------------------------------------------------------------------------------------


def test_a_pay_out_is_held_and_then_sent_with_its_charge() -> None:
    held = hold_payout(AKI, PAYOUT, usd(5_000))
    assert (held.key, legs(held)) == ("payout:5:hold", [(DEPOSIT, HELD, 5_000)])
    sent = send_payout(AKI, PAYOUT, usd(5_000), usd(200), BANK)
    assert sent.key == "payout:5:sent"
    assert legs(sent) == [(HELD, BANKED, 4_800), (HELD, CHARGES, 200)]
    by_paypal = send_payout(AKI, PAYOUT, usd(5_000), usd(0), PAYPAL)
    assert legs(by_paypal) == [(HELD, ON_PAYPAL, 5_000)]


def test_a_pay_out_that_is_refused_comes_back_whole() -> None:
    entry = refuse_payout(AKI, PAYOUT, usd(5_000), owed=usd(30))
    assert entry.key == "payout:5:rejected"
    assert legs(entry) == [(HELD, DEPOSIT, 5_000), (DEPOSIT, OWED, 30)]


def test_a_pay_out_that_bounced_comes_back_with_its_charge() -> None:
    entry = bounce_payout(AKI, PAYOUT, usd(5_000), usd(200), BANK, owed=usd(30))
    assert entry.key == "payout:5:returned"
    assert legs(entry) == [
        (BANKED, DEPOSIT, 4_800),
        (CHARGES, DEPOSIT, 200),
        (DEPOSIT, OWED, 30),
    ]


# Money that is taken back or given away -------------------------------------------------------


@pytest.mark.parametrize(
    ("held", "balance", "written"),
    [
        (8_000, 900, [(FOR_ORDER, ON_PAYPAL, 8_000)]),
        (3_000, 9_000, [(FOR_ORDER, ON_PAYPAL, 3_000), (DEPOSIT, ON_PAYPAL, 5_000)]),
        (
            3_000,
            900,
            [
                (FOR_ORDER, ON_PAYPAL, 3_000),
                (DEPOSIT, ON_PAYPAL, 900),
                (OWED, ON_PAYPAL, 4_100),
            ],
        ),
        (0, 0, [(OWED, ON_PAYPAL, 8_000)]),
    ],
)
def test_paypal_takes_back_from_the_order_then_the_deposit_then_as_a_debt(
    held: int, balance: int, written: list[tuple[str, str, int]]
) -> None:
    back = paypal_refund(AKI, ORDER, "R1", usd(8_000), held=usd(held), balance=usd(balance))
    assert (back.key, legs(back)) == ("paypal:refund:R1", written)
    lost = chargeback(
        AKI, ORDER, "D1", usd(8_000), usd(2_000), held=usd(held), balance=usd(balance)
    )
    assert lost.key == "paypal:reversal:D1"
    assert legs(lost) == [*written, (DISPUTE_FEE, ON_PAYPAL, 2_000)]


def test_a_pay_in_is_taken_back_from_the_deposit() -> None:
    entry = paypal_refund(AKI, None, "R1", usd(500), held=usd(0), balance=usd(300))
    assert legs(entry) == [(DEPOSIT, ON_PAYPAL, 300), (OWED, ON_PAYPAL, 200)]


def test_a_refund_comes_from_the_order_and_then_from_what_it_earned() -> None:
    entry = refund(AKI, ORDER, "9", usd(2_000), "broken", held=usd(1_500), owed=usd(100))
    assert legs(entry) == [
        (FOR_ORDER, DEPOSIT, 1_500),
        (INCOME, DEPOSIT, 500),
        (DEPOSIT, OWED, 100),
    ]
    assert (entry.key, entry.memo) == ("refund:9", "broken")


def test_goodwill_and_write_off() -> None:
    present = goodwill(AKI, "2", usd(500), "late parcel", owed=usd(100))
    assert legs(present) == [(GOODWILL, DEPOSIT, 500), (DEPOSIT, OWED, 100)]
    gone = write_off(AKI, "2", usd(500), "cannot be found")
    assert legs(gone) == [(BAD_DEBT, OWED, 500)]


# What holds for all ---------------------------------------------------------------------------


def test_two_people_are_asked_for_where_the_rules_say_so() -> None:
    assert {kind.value for kind in FOUR_EYES} == {
        "payout_sent",
        "refund",
        "goodwill",
        "write_off",
        "correction",
    }
    assert goodwill(AKI, "2", usd(5), "", owed=usd(0)).needs_two_people
    assert not pay_in(AKI, bank(5), owed=usd(0)).needs_two_people


def test_the_same_event_has_the_same_fingerprint_whatever_the_balances_were() -> None:
    first = pay_in(AKI, bank(5_000), owed=usd(0))
    assert pay_in(AKI, bank(5_000), owed=usd(300)).fingerprint == first.fingerprint
    others = [
        pay_in(AKI, bank(5_001), owed=usd(0)),
        pay_in(PersonId(8), bank(5_000), owed=usd(0)),
        pay_in(AKI, Arrival.by_bank(usd(5_000), "B17", PaymentId(5)), owed=usd(0)),
        pay_in(
            AKI,
            Arrival.by_bank(Money(5_000, Currency.EUR), "B17", PaymentId(4)),
            owed=Money(0, Currency.EUR),
        ),
        late_payment(AKI, ORDER, bank(5_000), owed=usd(0)),
        unknown_money(bank(5_000)),
    ]
    fingerprints = {entry.fingerprint for entry in others}
    assert len(fingerprints) == len(others)
    assert first.fingerprint not in fingerprints


def test_a_mistake_is_answered_by_its_reverse() -> None:
    entry = pay_in(AKI, bank(5_000), owed=usd(300))
    undone = reverse(entry, EventId(9), "another customer's")
    assert legs(undone) == [(OWED, DEPOSIT, 300), (DEPOSIT, BANKED, 5_000)]
    assert (undone.key, undone.kind) == ("bank:b17:reversed", Kind.CORRECTION)
    assert (undone.reverses, undone.memo) == (9, "another customer's")
    assert undone.needs_two_people


@pytest.mark.parametrize(
    ("balance", "owed", "expected"),
    [
        (5_000, 0, [(DEPOSIT, BANKED, 5_000)]),
        (5_001, 0, [(DEPOSIT, BANKED, 5_000)]),
        (4_999, 0, [(OWED, DEPOSIT, 1), (DEPOSIT, BANKED, 5_000)]),
        (0, 0, [(OWED, DEPOSIT, 5_000), (DEPOSIT, BANKED, 5_000)]),
        (0, 70, [(OWED, DEPOSIT, 5_000), (DEPOSIT, BANKED, 5_000)]),
    ],
)
def test_what_a_wrong_pay_in_was_spent_on_is_owed(
    balance: int, owed: int, expected: list[tuple[str, str, int]]
) -> None:
    entry = pay_in(AKI, bank(5_000), owed=usd(0))
    undone = correct(entry, EventId(9), "not hers", balance=usd(balance), owed=usd(owed))
    assert legs(undone) == expected
    assert (undone.key, undone.kind) == ("bank:b17:reversed", Kind.CORRECTION)
    assert (undone.reverses, undone.memo, undone.payment) == (9, "not hers", 4)


@pytest.mark.parametrize(
    ("balance", "before", "after"),
    [
        (0, [(OWED, DEPOSIT, 4_700)], []),
        (4_699, [(OWED, DEPOSIT, 1)], []),
        (4_700, [], []),
        (4_701, [], [(DEPOSIT, OWED, 1)]),
        (9_000, [], [(DEPOSIT, OWED, 300)]),
    ],
)
def test_a_debt_that_a_wrong_pay_in_repaid_is_owed_again_unless_the_deposit_has_it(
    balance: int, before: list[tuple[str, str, int]], after: list[tuple[str, str, int]]
) -> None:
    entry = pay_in(AKI, bank(5_000), owed=usd(300))
    undone = correct(entry, EventId(9), "", balance=usd(balance), owed=usd(0))
    back = [(OWED, DEPOSIT, 300), (DEPOSIT, BANKED, 5_000)]
    assert legs(undone) == [*before, *back, *after]


def test_what_a_wrong_transfer_paid_of_an_order_stays_paid_and_is_owed() -> None:
    entry = pay_bill(AKI, ORDER, bank(9_000), remaining=usd(8_000), owed=usd(0))
    back = [(DEPOSIT, BANKED, 1_000), (FOR_ORDER, BANKED, 8_000)]
    stays = (DEPOSIT, FOR_ORDER, 8_000)
    spent = correct(entry, EventId(9), "", balance=usd(0), owed=usd(0))
    assert legs(spent) == [(OWED, DEPOSIT, 9_000), stays, *back]
    unspent = correct(entry, EventId(9), "", balance=usd(1_000), owed=usd(0))
    assert legs(unspent) == [(OWED, DEPOSIT, 8_000), stays, *back]
    covered = correct(entry, EventId(9), "", balance=usd(9_000), owed=usd(0))
    assert legs(covered) == [stays, *back]


def test_a_wrong_match_is_money_of_an_unknown_sender_again() -> None:
    entry = matched_money(AKI, usd(900), "B17", owed=usd(200))
    undone = correct(entry, EventId(9), "", balance=usd(600), owed=usd(0))
    back = [(OWED, DEPOSIT, 200), (DEPOSIT, SUSPENSE, 900)]
    assert legs(undone) == [(OWED, DEPOSIT, 100), *back]
    assert undone.key == "bank:b17:matched:reversed"


def test_money_of_nobody_goes_back_as_it_came() -> None:
    undone = correct(unknown_money(bank(900)), EventId(9), "", balance=usd(0), owed=usd(0))
    assert legs(undone) == [(SUSPENSE, BANKED, 900)]


def test_what_is_booked_again_after_a_correction_has_a_key_that_no_reference_has() -> None:
    assert bank_key("B 17") == "bank:b17"
    assert bank_key("B 17", 2) == "bank:b17 2"
    assert bank_key("B17 2") == "bank:b172"
    assert unknown_money(Arrival.by_bank(usd(1), "B17", booking=3)).key == "bank:b17 3"
    again = matched_money(AKI, usd(1), "B17", owed=usd(0), booking=3)
    assert again.key == "bank:b17 3:matched"


@pytest.mark.parametrize("minor", [0, -1, LARGEST + 1])
def test_a_leg_moves_something(minor: int) -> None:
    with pytest.raises(ValueError, match="no transfer"):
        Leg(BANK, deposit(AKI), usd(minor))


def test_an_account_cannot_pay_itself() -> None:
    with pytest.raises(ValueError, match="cannot pay itself"):
        Leg(BANK, BANK, usd(1))


def test_an_entry_has_legs_of_one_currency() -> None:
    one = Leg(BANK, deposit(AKI), usd(1))
    other = Leg(BANK, receivable(AKI), Money(1, Currency.JPY))
    with pytest.raises(ValueError, match="mixes currencies"):
        Entry("key:1", Kind.PAY_IN, (one, other))
    with pytest.raises(ValueError, match="0 legs"):
        Entry("key:1", Kind.PAY_IN, ())
    with pytest.raises(ValueError, match="13 legs"):
        Entry("key:1", Kind.PAY_IN, (one,) * 13)


def test_what_belongs_to_customers_and_orders_is_guarded() -> None:
    for account in (deposit(AKI), receivable(AKI), order_account(ORDER, AKI)):
        assert account.guarded
        assert account.customer == AKI
    assert not BANK.guarded
    assert order_account(ORDER, AKI).order == ORDER


@pytest.mark.parametrize("reference", ["B17", " b 17 ", "B\t17", "b17"])
def test_a_bank_line_is_one_line_however_it_is_typed(reference: str) -> None:
    assert reference_key(reference) == "b17"


def test_a_reference_has_a_length() -> None:
    with pytest.raises(TooShort):
        reference_key("  ")
    with pytest.raises(TooLong):
        reference_key("x" * 101)


# Payments themselves --------------------------------------------------------------------------


def test_a_report_is_decided_once_and_remembers_by_whom() -> None:
    at = datetime(2026, 11, 2, 9, tzinfo=UTC)
    report = Payment(PaymentId(4), AKI, Purpose.BILL, Method.BANK, usd(8_320), at)
    assert report.is_reported

    confirmed = report.confirm(usd(8_300), "B17", EventId(9), by="staff:1", at=at)
    assert not confirmed.is_reported
    assert (confirmed.state, confirmed.received) == (PaymentState.CONFIRMED, usd(8_300))
    assert (confirmed.bank_ref, confirmed.event, confirmed.decided_by) == ("B17", 9, "staff:1")

    refused = report.refuse("nothing arrived", by="staff:1", at=at)
    assert (refused.state, refused.reason) == (PaymentState.REFUSED, "nothing arrived")
    withdrawn = report.withdraw(by="customer:7", at=at)
    assert (withdrawn.state, withdrawn.decided_by) == (PaymentState.WITHDRAWN, "customer:7")
    assert withdrawn.received is None
