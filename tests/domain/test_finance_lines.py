"""The lines about money in General and the finance topic, read to the letter."""

from __future__ import annotations

import pytest

from domain.finance_lines import (
    ConfirmPayIn,
    CorrectTransfer,
    KeepUnknown,
    MatchUnknown,
    RefusePayIn,
    ShowPayIns,
    read,
)
from domain.ids import OrderId, PaymentId
from domain.money import Currency, Money
from domain.refusals import BadLine


def usd(minor: int) -> Money:
    return Money(minor, Currency.USD)


@pytest.mark.parametrize(
    ("line", "command"),
    [
        ("payins", ShowPayIns()),
        ("payin 17 100.00 B17", ConfirmPayIn(PaymentId(17), usd(10_000), "B17")),
        ("payin 17 refuse not here", RefusePayIn(PaymentId(17), "not here")),
        ("suspense 87.40 B17", KeepUnknown(usd(8_740), "B17")),
        ("match B17 7", MatchUnknown("B17", "7")),
        ("match B17 @aki_t", MatchUnknown("B17", "@aki_t")),
        ("match B17 #12", MatchUnknown("B17", order=OrderId(12))),
        ("correct B17 of #13", CorrectTransfer("B17", "of #13")),
        ("correct B17 amount=0 no such line", CorrectTransfer("B17", "no such line", usd(0))),
        (
            "correct B17 amount=87.40 a 4, not a 1",
            CorrectTransfer("B17", "a 4, not a 1", usd(8_740)),
        ),
    ],
)
def test_a_line_says_what_is_to_be_done(line: str, command: object) -> None:
    word, space, rest = line.partition(" ")
    assert read(word, space + rest, Currency.USD) == command


@pytest.mark.parametrize(
    "line",
    [
        "payins now",
        "payin",
        "payin 17",
        "payin 17 100.00",
        "payin 17 B17 100.00",
        "payin 17  100.00 B17",
        "payin 017 100.00 B17",
        "payin #17 100.00 B17",
        "payin 17 0 B17",
        "payin 17 -1 B17",
        "payin 17 1,000 B17",
        "payin 17 .5 B17",
        "payin 17 1e3 B17",
        "payin 17 １００ B17",
        "payin 17 1000000000000000 B17",
        "payin 17 1.005 B17",
        "payin 17 100.00 B 17",
        "payin 17 refuse",
        "payin 17 refused no",
        "suspense 87.40",
        "suspense B17 87.40",
        "match B17",
        "match B17 aki",
        "match B17 #x",
        "match B17 7 8",
        "correct",
        "correct B17",
        "correct B17 ",
        "correct  B17 why",
        "correct B17 amount=87.40",
        "correct B17 amount=-1 why",
        "correct B17 amount= why",
        "correct B17 amount=1,000 why",
        "correct B17 why amount=87.40",
    ],
)
def test_a_line_that_could_mean_something_else_is_refused(line: str) -> None:
    word, space, rest = line.partition(" ")
    with pytest.raises(BadLine) as refusal:
        read(word, space + rest, Currency.USD)
    assert refusal.value.command == word
