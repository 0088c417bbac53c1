"""Who may pay out, where to, and what people are shown of it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest

from domain.ids import EventId, PayoutId, PersonId
from domain.money import Currency, Money
from domain.payments import Method, PayoutState
from domain.payouts import Payout, Standing, check, hint_of, read_details
from domain.refusals import (
    AlreadyDone,
    BadEmail,
    CardNumber,
    DepositTooSmall,
    NotUsedYet,
    OwingFirst,
    PayoutNotNow,
    PayoutTooSmall,
    Refused,
    TextWanted,
    TooLong,
)


def usd(minor: int) -> Money:
    return Money(minor, Currency.USD)


USED = Standing(usd(5_000), usd(0), usd(200), has_used=True, returned=usd(0), paid_out=usd(0))
NEVER = replace(USED, has_used=False)


@pytest.mark.parametrize("minor", [201, 5_000])
def test_who_has_used_the_service_pays_out_anything_above_the_charge(minor: int) -> None:
    check(usd(minor), USED)


@pytest.mark.parametrize(
    ("minor", "standing", "refusal"),
    [
        (200, USED, PayoutTooSmall(usd(200))),
        (1, USED, PayoutTooSmall(usd(200))),
        (5_001, USED, DepositTooSmall(usd(5_000))),
        (201, replace(USED, owed=usd(1)), OwingFirst(usd(1))),
        (201, NEVER, NotUsedYet(usd(0))),
        (1_001, replace(NEVER, returned=usd(1_000)), NotUsedYet(usd(1_000))),
        (601, replace(NEVER, returned=usd(1_000), paid_out=usd(400)), NotUsedYet(usd(600))),
        (201, replace(NEVER, returned=usd(400), paid_out=usd(1_000)), NotUsedYet(usd(0))),
    ],
)
def test_anybody_else_is_told_why_not(minor: int, standing: Standing, refusal: Refused) -> None:
    with pytest.raises(type(refusal)) as no:
        check(usd(minor), standing)
    assert vars(no.value) == vars(refusal)


def test_what_was_returned_can_always_be_paid_out() -> None:
    check(usd(1_000), replace(NEVER, returned=usd(1_000)))
    check(usd(600), replace(NEVER, returned=usd(1_000), paid_out=usd(400)))


def test_staff_can_allow_all_of_it() -> None:
    check(usd(5_000), replace(NEVER, allowed_by="staff:42 Mina"))


def test_without_a_charge_any_amount_can_be_paid_out() -> None:
    check(usd(1), replace(USED, charge=usd(0)))


def test_staff_are_needed_when_the_charge_would_eat_what_may_be_paid_out() -> None:
    assert NEVER.needs_staff
    assert replace(NEVER, returned=usd(200)).needs_staff
    assert not replace(NEVER, returned=usd(201)).needs_staff
    assert not USED.needs_staff


# Where to -------------------------------------------------------------------------------------


def test_bank_details_are_free_text_up_to_500() -> None:
    assert read_details("  First Bank\nIBAN 12 ", Method.BANK) == "First Bank\nIBAN 12"
    assert len(read_details("x" * 500, Method.BANK)) == 500
    with pytest.raises(TooLong):
        read_details("x" * 501, Method.BANK)
    with pytest.raises(TextWanted):
        read_details(" \u200b ", Method.BANK)


@pytest.mark.parametrize("method", [Method.BANK, Method.PAYPAL])
def test_the_number_of_a_card_is_refused(method: Method) -> None:
    with pytest.raises(CardNumber):
        read_details("4111 1111 1111 1111", method)


@pytest.mark.parametrize(
    "address", ["aki@example.com", "a.b+c@mail.example.co.jp", "a@" + "x" * 248 + ".com"]
)
def test_paypal_wants_an_address(address: str) -> None:
    assert read_details(f" {address}\n", Method.PAYPAL) == address


@pytest.mark.parametrize(
    "typed",
    [
        "",
        "aki",
        "aki@example",
        "@example.com",
        "a b@example.com",
        "a@b@example.com",
        "a@.com",
        "a@example.com\nb@example.com",
        "<a@example.com>",
        "a@" + "x" * 249 + ".com",
    ],
)
def test_what_is_no_address_is_refused(typed: str) -> None:
    with pytest.raises(BadEmail):
        read_details(typed, Method.PAYPAL)


@pytest.mark.parametrize(
    ("details", "hint"),
    [
        ("Aki, First Bank, IBAN DE89 3704 0044 0532 0130 00", "***3000"),
        ("Account 123-4567, branch 001", "***4567"),
        ("Account 123456", "***3456"),
        ("Branch 999, account 123456", "***3456"),
        ("Account 12345", "***"),
        ("My mother's", "***"),
    ],
)
def test_a_hint_shows_the_last_four_of_a_long_number(details: str, hint: str) -> None:
    assert hint_of(details, Method.BANK) == hint


def test_a_hint_of_an_address_shows_its_first_letter() -> None:
    assert hint_of("aki@example.com", Method.PAYPAL) == "a***@example.com"


# Its way --------------------------------------------------------------------------------------

AT = datetime(2026, 11, 2, 9, 0, tzinfo=UTC)
NEW = Payout(
    id=PayoutId(5),
    customer=PersonId(7),
    amount=usd(3_000),
    charge=usd(200),
    method=Method.BANK,
    hint="***3000",
    requested_at=AT,
    due_on=date(2026, 11, 5),
    hold_event=EventId(1),
)
KIM = "staff:44 Kim"
STARTED = replace(
    NEW,
    state=PayoutState.STARTED,
    started_at=AT,
    started_by="staff:42 Mina Mori",
    seen_by="staff:42 Mina Mori",
)
SENT = replace(
    STARTED,
    state=PayoutState.SENT,
    final_event=EventId(2),
    decided_by="staff:43 Tom",
    decided_at=AT,
    reference="OUT77",
)


def test_who_starts_has_seen_the_account() -> None:
    assert NEW.start(by="staff:42 Mina Mori", at=AT) == STARTED
    assert STARTED.is_waiting
    assert NEW.arrives == usd(2_800)


def test_each_end_says_who_when_and_which_event() -> None:
    assert STARTED.send("OUT77", EventId(2), by="staff:43 Tom", at=AT) == SENT
    for begun in (NEW, STARTED):
        assert begun.refuse("no such account", EventId(2), by="staff:43 Tom", at=AT) == replace(
            begun,
            state=PayoutState.REFUSED,
            final_event=EventId(2),
            decided_by="staff:43 Tom",
            decided_at=AT,
            reason="no such account",
        )
    assert NEW.withdraw(EventId(2), by="customer:7 Aki", at=AT) == replace(
        NEW,
        state=PayoutState.WITHDRAWN,
        final_event=EventId(2),
        decided_by="customer:7 Aki",
        decided_at=AT,
    )
    later = AT + timedelta(days=1)
    assert SENT.bounce(EventId(3), by="staff:42 Mina", at=later) == replace(
        SENT,
        state=PayoutState.BOUNCED,
        bounce_event=EventId(3),
        decided_by="staff:42 Mina",
        decided_at=later,
    )
    assert not SENT.is_waiting


def test_what_the_state_does_not_allow_is_refused_with_who_was_faster() -> None:
    with pytest.raises(AlreadyDone) as no:
        STARTED.start(by=KIM, at=AT)
    assert (no.value.who, no.value.what) == ("Mina Mori", "pay-out 5 started")
    with pytest.raises(AlreadyDone):
        STARTED.withdraw(EventId(2), by=KIM, at=AT)
    late_presses: tuple[Callable[[], Payout], ...] = (
        lambda: SENT.send("OUT78", EventId(3), by=KIM, at=AT),
        lambda: SENT.refuse("late", EventId(3), by=KIM, at=AT),
        lambda: SENT.start(by=KIM, at=AT),
    )
    for late in late_presses:
        with pytest.raises(AlreadyDone) as no:
            late()
        assert (no.value.who, no.value.what) == ("Tom", "pay-out 5 sent")


def test_what_no_staff_have_done_is_refused_with_its_state() -> None:
    withdrawn = NEW.withdraw(EventId(2), by="customer:7 Aki", at=AT)
    presses: tuple[tuple[Payout, Callable[[], Payout]], ...] = (
        (withdrawn, lambda: withdrawn.start(by=KIM, at=AT)),
        (NEW, lambda: NEW.send("OUT78", EventId(3), by=KIM, at=AT)),
        (NEW, lambda: NEW.bounce(EventId(3), by=KIM, at=AT)),
    )
    for pay_out, late in presses:
        with pytest.raises(PayoutNotNow) as no:
            late()
        assert (no.value.payout, no.value.state) == (5, pay_out.state)
