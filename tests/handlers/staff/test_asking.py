"""A conversation in a topic ends in the line that would have been typed."""

from __future__ import annotations

from dataclasses import replace

import pytest

from domain import lines
from domain.bills import Bill, BillKind
from domain.ids import BillId, PaymentId, PersonId
from domain.money import Currency, Money
from domain.orders import LineState, Order, Parcel, Question, Stage, with_line
from domain.payments import Method, Payment, Purpose
from domain.refusals import BadLine, NoRequest, NotNow
from handlers.staff.asking import (
    COMMANDS,
    Answers,
    lines_of,
    next_question,
    read_answer,
)
from tests.domain.orders import NOW, a_line, an_order, usd
from views.buttons import Duty
from views.staff_forms import Asked


def order(state: LineState, stage: Stage = Stage.APPLIED) -> Order:
    """Two lines in the same state: one at $12.50, two at $8.00."""
    first = a_line(1, 1, state=state, unit_price=usd(1250))
    return an_order(first, a_line(2, 2, state=state, unit_price=usd(800)), stage=stage)


APPLIED = order(LineState.REQUESTED)
PAID = order(LineState.TO_BUY, Stage.PURCHASING)
ASKED = with_line(PAID, replace(PAID.line(2), wanted=0))
ASKED_ALL = with_line(ASKED, replace(PAID.line(1), wanted=0))
BOUGHT = order(LineState.BOUGHT, Stage.AWAITING_ARRIVAL)
SHIPPED = replace(order(LineState.SHIPPED, Stage.SHIPPED), parcels=(Parcel("EMS", "EE1", NOW),))
REPORT = Payment(PaymentId(1), PersonId(1), Purpose.BILL, Method.BANK, usd(8320), NOW)


def talk(
    duty: Duty,
    about: Order,
    *said: str,
    report: Payment | None = None,
    held: Money | None = None,
) -> list[str]:
    """Answer question by question; the lines that come out when nothing is asked any more."""
    answers: Answers = {}
    for text in said:
        question = next_question(duty, about, report, answers, held)
        assert question is not None, f"nothing was asked before {text!r}"
        answers[question.key] = read_answer(duty, about, question, answers, text)
    assert next_question(duty, about, report, answers, held) is None
    return lines_of(duty, answers)


@pytest.mark.parametrize(
    ("duty", "about", "said", "written"),
    [
        (
            Duty.ESTIMATE,
            APPLIED,
            ["12.50", "8", "5", "3"],
            ["/estimate 1=12.50 2=8.00 shipping=5.00 fee=3.00"],
        ),
        (
            Duty.ESTIMATE,
            APPLIED,
            ["$12.50", "reject", "sold out", "0", "0"],
            ["/reject 2 sold out", "/estimate 1=12.50 shipping=0 fee=0"],
        ),
        (
            Duty.ESTIMATE,
            APPLIED,
            ["reject", "sold out", "reject", "forbidden"],
            ["/reject 1 sold out", "/reject 2 forbidden"],
        ),
        (Duty.REJECT, APPLIED, ["2", "sold out"], ["/reject 2 sold out"]),
        (Duty.CONFIRM, PAID, ["83.20", "BANKREF"], ["/confirm 83.20 BANKREF"]),
        (Duty.REFUSE, PAID, ["nothing arrived"], ["/refuse nothing arrived"]),
        (Duty.BOUGHT, PAID, ["all"], ["/bought"]),
        (Duty.BOUGHT, PAID, ["1", "12"], ["/bought 1=12.00"]),
        (Duty.UNAVAILABLE, PAID, ["2", "gone"], ["/unavailable 2 gone"]),
        (Duty.ACCEPT, ASKED, ["2"], ["/accept 2"]),
        (Duty.DECLINE, ASKED, ["2", "3 are packed"], ["/decline 2 3 are packed"]),
        (Duty.ACCEPT, ASKED_ALL, ["all"], ["/accept"]),
        (Duty.ACCEPT, ASKED_ALL, ["1"], ["/accept 1"]),
        (Duty.DECLINE, ASKED_ALL, ["2", "in the cart"], ["/decline 2 in the cart"]),
        (Duty.DECLINE, ASKED_ALL, ["all", "in the cart"], ["/decline in the cart"]),
        (Duty.DECLINE, ASKED_ALL, ["all", "2 are packed"], ["/decline “2 are packed”"]),
        (Duty.ARRIVED, BOUGHT, ["all"], ["/arrived"]),
        (Duty.ARRIVED, BOUGHT, ["2", "1"], ["/arrived 2=1"]),
        (Duty.BILL, BOUGHT, ["EMS=42.1", "done", ""], ["/bill EMS=42.10"]),
        (
            Duty.BILL,
            BOUGHT,
            ["EMS=42.10", "SAL=20", "done", "5", "a larger box"],
            ["/bill EMS=42.10 SAL=20.00 extra=5.00 a larger box"],
        ),
        (Duty.SHIP, BOUGHT, ["Japan Post", "EE123JP"], ["/ship Japan Post EE123JP"]),
        (Duty.ADJUST, BOUGHT, ["-5", "a coupon"], ["/adjust -5.00 a coupon"]),
        (Duty.PACK, BOUGHT, [], ["/pack"]),
        (Duty.UNPACK, BOUGHT, [], ["/unpack"]),
        (Duty.RETURNED, SHIPPED, ["EE1", "unknown"], ["/returned EE1 unknown"]),
        (Duty.SOLVE, BOUGHT, ["a new one was sent"], ["/solve a new one was sent"]),
        (Duty.SOLVE, BOUGHT, ["replacement refused"], ["/solve “replacement refused”"]),
        (Duty.REFUND, BOUGHT, ["10", "sorry"], ["/solve refund=10.00 sorry"]),
        (Duty.REPLACE, BOUGHT, ["all", "sorry"], ["/solve replacement sorry"]),
        (Duty.REPLACE, BOUGHT, ["all", "2 follow"], ["/solve replacement “2 follow”"]),
        (Duty.REPLACE, BOUGHT, ["1", "sorry"], ["/solve replacement 1 sorry"]),
        (Duty.REPLACE, BOUGHT, ["2", "1", "sorry"], ["/solve replacement 2=1 sorry"]),
        (Duty.HOLD, BOUGHT, ["customs"], ["/hold customs"]),
        (Duty.RELEASE, BOUGHT, [], ["/unhold"]),
        (Duty.CANCEL, APPLIED, ["forbidden"], ["/cancel forbidden"]),
    ],
)
def test_what_is_asked_makes_the_line(
    duty: Duty, about: Order, said: list[str], written: list[str]
) -> None:
    assert talk(duty, about, *said) == written
    for line in written:
        head = lines.head_of(line)
        assert head is not None
        lines.read(head.word, head.rest, Currency.USD)  # it can be read as it was written


def test_a_paid_order_is_cancelled_with_what_is_kept() -> None:
    bill = Bill(BillId(1), BillKind.FIRST, 1, usd(3000), NOW, paid=usd(3000))
    paid, all_of_it = replace(PAID, first_bill=bill), usd(3000)
    for said, lines_ in (
        (("forbidden", "8.5"), ["/cancel keep=8.50 forbidden"]),
        (("forbidden", "0.00"), ["/cancel forbidden"]),
        (("forbidden", "30.00"), ["/cancel keep=30.00 forbidden"]),
    ):
        assert talk(Duty.CANCEL, paid, *said, held=all_of_it) == lines_
    assert talk(Duty.CANCEL, paid, "forbidden") == ["/cancel forbidden"]  # all went back before


def test_each_amount_that_was_paid_is_asked_about() -> None:
    first = Bill(BillId(1), BillKind.FIRST, 1, usd(3000), NOW, paid=usd(3000))
    second = Bill(BillId(2), BillKind.SECOND, 1, usd(2000), NOW, paid=usd(2000))
    paid = replace(PAID, first_bill=first, second_bill=second)
    answers: Answers = {"why": "lost"}
    question = next_question(Duty.CANCEL, paid, None, answers, usd(5500))
    assert question is not None
    assert [(x.value, x.amount) for x in question.choices] == [
        ("0.00", usd(3000)),
        ("30.00", usd(3000)),
    ]
    with pytest.raises(BadLine) as no:
        read_answer(Duty.CANCEL, paid, question, answers, "30.01")
    assert no.value.why == "too much"
    assert talk(Duty.CANCEL, paid, "lost", "8.5", "0.00", "5.00", held=usd(5500)) == [
        "/cancel keep=13.50 lost"
    ]


def test_every_duty_with_a_command_is_asked_for() -> None:
    at_once = {"history", "take", "answered"}
    mishaps = {"short", "wrong", "damaged"}  # one button asks which
    asked = {COMMANDS[duty] for duty in COMMANDS} | mishaps
    assert asked == set(lines.READERS) - at_once


def test_the_reported_amount_is_offered() -> None:
    question = next_question(Duty.CONFIRM, PAID, REPORT, {})
    assert question is not None
    assert [choice.value for choice in question.choices] == ["83.20"]


def test_a_line_that_waits_for_the_customer_is_not_offered_and_all_means_the_others() -> None:
    waiting = replace(PAID.lines[0], question=Question.PRICE, asked_price=usd(2000))
    question = next_question(Duty.BOUGHT, replace(PAID, lines=(waiting, PAID.lines[1])), None, {})
    assert question is not None
    assert [choice.value for choice in question.choices] == ["all", "2"]


def test_nothing_is_asked_about_lines_that_are_not_there() -> None:
    with pytest.raises(NotNow):
        next_question(Duty.BOUGHT, BOUGHT, None, {})


@pytest.mark.parametrize(
    ("duty", "about", "before", "wrong"),
    [
        (Duty.ESTIMATE, APPLIED, [], "1,000"),
        (Duty.ESTIMATE, APPLIED, [], "-1"),
        (Duty.ESTIMATE, APPLIED, [], "1=12.50"),
        (Duty.REJECT, APPLIED, [], "3"),
        (Duty.REJECT, APPLIED, [], "one"),
        (Duty.REJECT, APPLIED, ["1"], " "),
        (Duty.REJECT, APPLIED, ["1"], "two\nlines"),
        (Duty.CONFIRM, PAID, [], "0"),
        (Duty.CONFIRM, PAID, ["83.20"], "BANK REF"),
        (Duty.ARRIVED, BOUGHT, ["2"], "two"),
        (Duty.BILL, BOUGHT, [], "EMS"),
        (Duty.BILL, BOUGHT, ["EMS=1"], "ems=2"),
        (Duty.BILL, BOUGHT, ["EMS=1", "done"], "0"),
        (Duty.SHIP, BOUGHT, ["EMS"], "my number"),
        (Duty.ADJUST, BOUGHT, [], "0"),
    ],
)
def test_an_answer_that_cannot_stand_in_the_line_is_refused(
    duty: Duty, about: Order, before: list[str], wrong: str
) -> None:
    answers: Answers = {}
    for text in before:
        question = next_question(duty, about, None, answers)
        assert question is not None
        answers[question.key] = read_answer(duty, about, question, answers, text)
    question = next_question(duty, about, None, answers)
    assert question is not None
    with pytest.raises(BadLine):
        read_answer(duty, about, question, answers, wrong)
    with pytest.raises(BadLine):
        read_answer(duty, about, question, answers, None)  # a photo, a sticker


def test_taking_an_answer_back_asks_it_again() -> None:
    answers: Answers = {"1": "reject", "1 why": "sold out"}
    answers.popitem()
    question = next_question(Duty.ESTIMATE, APPLIED, None, answers)
    assert question is not None
    assert question.asked is Asked.REJECT_REASON


def test_a_line_that_is_asked_about_is_not_offered_to_a_buyer() -> None:
    question = next_question(Duty.BOUGHT, ASKED, None, {})
    assert question is not None
    assert [choice.value for choice in question.choices] == ["all", "1"]


def test_without_a_request_there_is_nothing_to_answer() -> None:
    for duty in (Duty.ACCEPT, Duty.DECLINE):
        with pytest.raises(NoRequest):
            next_question(duty, PAID, None, {})
