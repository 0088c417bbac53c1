"""The lines about pay-outs and gifts, read to the letter."""

from __future__ import annotations

import pytest

from domain.ids import OrderId, PayoutId
from domain.money import Currency, Money
from domain.payout_lines import (
    AllowPayout,
    BouncePayout,
    GiveGoodwill,
    RefundOrder,
    RefusePayout,
    SendPayout,
    ShowPayouts,
    StartPayout,
    WriteOff,
    read,
)
from domain.refusals import BadLine

FIVE = PayoutId(5)


def usd(minor: int) -> Money:
    return Money(minor, Currency.USD)


@pytest.mark.parametrize(
    ("line", "command"),
    [
        ("payouts", ShowPayouts()),
        ("payout 5 start", StartPayout(FIVE)),
        ("payout 5 sent REF-1", SendPayout(FIVE, "REF-1")),
        ("payout 5 refuse no such account", RefusePayout(FIVE, "no such account")),
        ("payout 5 bounced", BouncePayout(FIVE)),
        ("allow_payout 1001", AllowPayout("1001")),
        ("allow_payout @aki_m", AllowPayout("@aki_m")),
        ("goodwill 1001 5.00 for the delay", GiveGoodwill("1001", usd(500), "for the delay")),
        ("writeoff @aki_m 2.00 too small", WriteOff("@aki_m", usd(200), "too small")),
        ("refund 12 20.00 broken cup", RefundOrder(OrderId(12), usd(2_000), "broken cup")),
        ("refund #12 20.00 broken cup", RefundOrder(OrderId(12), usd(2_000), "broken cup")),
    ],
)
def test_a_line_says_what_is_to_be_done(line: str, command: object) -> None:
    word, space, rest = line.partition(" ")
    assert read(word, space + rest, Currency.USD) == command


@pytest.mark.parametrize(
    "line",
    [
        "payouts 5",
        "payout",
        "payout ",
        "payout 5",
        "payout 5 ",
        "payout  5 start",
        "payout 05 start",
        "payout ５ start",
        "payout 5 start now",
        "payout 5 Start",
        "payout 5 sent",
        "payout 5 sent two words",
        "payout 5 sent réf",
        "payout 5 refuse",
        "payout 5 refuse  ",
        "payout 5 bounced back",
        "payout 5 send REF",
        "allow_payout",
        "allow_payout aki",
        "allow_payout 1001 please",
        "allow_payout 1001 ",
        "goodwill 1001",
        "goodwill 1001 5.00",
        "goodwill 1001 0 reason",
        "goodwill 1001 -5.00 reason",
        "goodwill 1001 1,000 reason",
        "goodwill 1001 1e3 reason",
        "goodwill 1001 .5 reason",
        "goodwill 1001 5.001 reason",
        "goodwill 1001 ５ reason",
        "goodwill aki 5.00 reason",
        "refund x 5.00 reason",
        "refund 12 5.00",
        "writeoff 1001 5.00",
    ],
)
def test_whatever_could_mean_something_else_is_refused(line: str) -> None:
    word, space, rest = line.partition(" ")
    with pytest.raises(BadLine) as refusal:
        read(word, space + rest, Currency.USD)
    assert refusal.value.command == word
