"""What people are told."""

from __future__ import annotations

import re
from dataclasses import fields, replace
from datetime import timedelta
from typing import get_args

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from domain import notices as told
from domain.clock_notices import SecondBillUnpaid
from domain.desk_notices import CustomerNotTold, MorningDigest, ShutOut
from domain.files import Purse
from domain.ids import PaymentId
from domain.letters import Screen
from domain.notices import Notice
from domain.orders import Order, Question
from domain.payout_notices import PayoutNotice
from domain.question_notices import QuestionAsked
from domain.rights_notices import AccountDeleted
from domain.shipping_notices import ArrivalQuestion, SecondBillReminder
from domain.talk_notices import TalkNotice
from tests.views.files import (
    AGENCY,
    BILLED,
    DECISION,
    DUE,
    ESTIMATED,
    NOW,
    PAID,
    READER,
    SECOND_BILL,
    SHIPPED,
    STAFF,
    a_file,
    usd,
)
from tests.views.reading import all_keys, labels, read
from tests.views.samples import NONE, NOTICES, N, in_file
from tests.views.test_card import NASTY
from views import notices
from views.buttons import Do, OpenCard, StaffDo

WITHOUT_ORDER = (
    told.Sorry,
    told.UpdateParked,
    told.Alarm,
    told.PayInConfirmed,
    told.PayInRefused,
    told.PayInReported,
    told.LineSuggested,
    MorningDigest,
    ShutOut,
    CustomerNotTold,
    AccountDeleted,
    *get_args(PayoutNotice),
)


ROSE = QuestionAsked(N, DECISION.lines[1].no, Question.PRICE, "", usd(1520), usd(1800))


def draw(notice: Notice, order: Order) -> Screen:
    return notices.draw(notice, a_file(in_file(order, notice)), READER, AGENCY, NOW)


def test_every_notice_has_a_sample() -> None:
    assert {type(notice) for notice, _ in NOTICES} == {*get_args(Notice)} - {
        *get_args(TalkNotice)
    }  # drawn with what they are about


@pytest.mark.parametrize(("notice", "order"), NOTICES)
def test_every_notice_has_words(notice: Notice, order: Order) -> None:
    shown = read(draw(notice, order))
    assert not re.search(r"[{}]|None|Money\(|datetime", shown)
    if isinstance(notice, WITHOUT_ORDER):
        assert notices.draw(notice, None, READER, AGENCY, NOW) == draw(notice, order)
    else:
        assert re.match(r"\S+ #12 · [A-Z$]", shown)


@pytest.mark.parametrize(("notice", "order"), NOTICES)
def test_buttons_are_of_the_order_as_it_is_now(notice: Notice, order: Order) -> None:
    for key in all_keys(draw(notice, order)):
        press = Do.unpack(key.data) or StaffDo.unpack(key.data)
        if press:
            assert (press.order, press.seen) == (order.id, order.version)


def test_a_notice_about_an_order_needs_its_file() -> None:
    with pytest.raises(ValueError, match="estimate_issued"):
        notices.draw(NOTICES[0][0], None, READER, AGENCY, NOW)


def test_an_estimate() -> None:
    screen = draw(told.EstimateIssued(N, usd(8320), DUE), ESTIMATED)
    assert screen.text == (
        "🧾 #12 · Your estimate is ready: <b>$83.20</b>. It is your 1st bill.\n"
        "Please pay it by <b>Mon 30 Nov, 23:59 JST</b>. Then we will buy your items."
    )
    assert labels(screen) == [["🟢 Pay 1st bill · $83.20"], ["Open order"]]
    assert OpenCard.unpack(screen.keys[1][0].data) == OpenCard(N)


def test_a_button_of_an_old_notice_goes_with_what_it_was_for() -> None:
    screen = draw(told.EstimateIssued(N, usd(8320), DUE), PAID)
    assert labels(screen) == [["Open order"]]
    decided = draw(ROSE, PAID)
    assert labels(decided) == [["Open order"]]


def test_a_short_payment_is_offered_from_the_deposit_in_one_tap() -> None:
    notice = told.PaymentConfirmed(N, "first", usd(8000), NONE, usd(8320), usd(8000), NONE, DUE)
    purse = Purse(usd(8000), NONE, NONE)
    screen = notices.draw(notice, a_file(ESTIMATED, purse=purse), READER, AGENCY, NOW)
    assert screen.text == (
        "⚠️ #12 · <b>$80.00</b> has arrived. Thank you!\n"
        "That is less than the $83.20 of the 1st bill, so it is in your deposit.\n"
        "Please use it for the bill and transfer the missing $3.20.\n"
        "You have time until <b>Mon 30 Nov, 23:59 JST</b>."
    )
    assert labels(screen) == [["🟢 From deposit · $80.00"], ["Open order"]]


def test_a_second_short_payment_that_completes_the_sum_asks_for_no_more() -> None:
    notice = told.PaymentConfirmed(N, "first", usd(320), NONE, usd(8320), usd(320), NONE, DUE)
    purse = Purse(usd(8320), NONE, NONE)
    screen = notices.draw(notice, a_file(ESTIMATED, purse=purse), READER, AGENCY, NOW)
    assert screen.text == (
        "⚠️ #12 · <b>$3.20</b> has arrived. Thank you!\n"
        "That is less than the $83.20 of the 1st bill, so it is in your deposit.\n"
        "Your deposit covers the bill now: one tap pays it from there.\n"
        "You have time until <b>Mon 30 Nov, 23:59 JST</b>."
    )
    assert labels(screen) == [["🟢 From deposit · $83.20"], ["Open order"]]


def test_more_than_the_bill_goes_to_the_deposit_and_repays_first() -> None:
    notice = told.PaymentConfirmed(
        N, "first", usd(9000), usd(8320), NONE, usd(680), usd(200), None
    )
    assert draw(notice, PAID).text == (
        "✅ #12 · <b>$90.00</b> has arrived. Thank you!\n"
        "The 1st bill is paid. We are buying your items now.\n"
        "$6.80 was more than needed and is in your deposit.\n"
        "$2.00 of it went towards what you owed us."
    )


def test_a_price_that_rose_asks_for_a_decision() -> None:
    screen = draw(ROSE, DECISION)
    assert screen.text == (
        "❓ #12 · Item 2 (A book about tea) now costs <b>$18.00</b> each instead of $15.20.\n"
        "Shall we buy it at the new price, or drop it? We will not buy it until you decide.\n"
        "Without an answer by <b>Thu 26 Nov, 17:59 JST</b> it is dropped."
    )
    assert labels(screen) == [
        ["🟢 Accept · $18.00"],
        ["Drop item · 2"],
        ["Cancel order"],
        ["Open order"],
    ]


def test_staff_see_a_report_beside_what_is_due() -> None:
    notice = told.PaymentReported(
        N, PaymentId(5), "first", usd(8000), usd(8320), "2026-11-22", "A. <Tanaka>", "D12K", ""
    )
    screen = notices.draw(notice, a_file(ESTIMATED), STAFF, AGENCY, NOW)
    assert screen.text == (
        "💳 #12 · Payment reported for the 1st bill.\n"
        "Claimed: <b>$80.00</b> · due: <b>$83.20</b>\n"
        "⚠️ $3.20 too little\n"
        "Transferred on: 2026-11-22\n"
        "Sender: A. &lt;Tanaka&gt;\n"
        "Payment code: <code>D12K</code>\n"
        "Receipt: none\n"
        "Look for it at the bank. What arrived counts, not what is claimed:\n"
        "<code>/confirm 80.00 BANKREF</code>\n"
        "<code>/refuse reason</code>"
    )
    assert labels(screen) == [["Confirm payment", "Refuse"]]


@settings(max_examples=200, deadline=None)
@given(st.sampled_from(NOTICES), NASTY)
def test_every_notice_fits_whatever_was_typed(sample: tuple[Notice, Order], typed: str) -> None:
    notice, order = sample
    texts = ("reason", "words", "why", "detail", "sender", "carrier", "address", "error", "what")
    names = {field.name for field in fields(notice)} & set(texts)
    nasty = replace(notice, **dict.fromkeys(names, typed))  # type: ignore[arg-type]
    lines = tuple(replace(line, description=typed or "x") for line in order.lines)
    read(draw(nasty, replace(order, lines=lines, address=typed)))


def test_while_no_method_is_chosen_the_cheapest_is_only_where_it_begins() -> None:
    reminder, unpaid = SecondBillReminder(N, usd(2000), 14), SecondBillUnpaid(N, usd(2000), 14)
    assert "\nFrom $20.00 is to be paid for the shipping, as you choose the method. " in read(
        draw(reminder, BILLED)
    )
    assert "on the 2nd bill for 14 days (from $20.00 due)." in read(draw(unpaid, BILLED))
    chosen = replace(BILLED, second_bill=replace(SECOND_BILL, method="SAL"))
    assert "\n$20.00 is to be paid for the shipping. " in read(draw(reminder, chosen))
    assert "on the 2nd bill for 14 days ($20.00 due)." in read(draw(unpaid, chosen))


@pytest.mark.parametrize(
    ("left", "is_last", "says"),
    [
        (timedelta(days=16, hours=5), False, ["Wed 23 Dec, 23:59 JST. 16 days are left."]),
        (timedelta(days=7), False, ["Wed 23 Dec, 23:59 JST. 7 days are left."]),
        (
            timedelta(hours=39),
            True,
            [
                "Wed 23 Dec, 23:59 JST. Only 39 hours are left.",
                "This is the last time we ask. If it is not there, please press Not arrived yet.",
            ],
        ),
        # Handed over late: a day is left all the same.
        (
            timedelta(hours=3),
            True,
            [
                "Thu 24 Dec, 20:59 JST. Only 24 hours are left.",
                "This is the last time we ask. If it is not there, please press Not arrived yet.",
            ],
        ),
    ],
)
def test_each_question_says_how_long_is_left_and_the_last_one_that_it_is_the_last(
    left: timedelta, is_last: bool, says: list[str]
) -> None:
    assert SHIPPED.due_at is not None
    notice, now = ArrivalQuestion(N, is_last=is_last), SHIPPED.due_at - left
    shown = read(notices.draw(notice, a_file(SHIPPED), READER, AGENCY, now)).splitlines()
    says[0] = f"Without a report the order completes by itself on {says[0]}"
    assert shown[3 : 3 + len(says)] == says
