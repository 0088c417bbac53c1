"""The staff's one-line commands are read to the letter, or refused with their usage."""

from __future__ import annotations

import contextlib
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain import lines
from domain.bills import Method
from domain.estimates import Estimate
from domain.lines import Command, head_of, is_note
from domain.money import Currency, Money, Rate
from domain.orders import Question
from domain.refusals import BadLine, Refused


def usd(minor: int) -> Money:
    return Money(minor, Currency.USD)


def jpy(minor: int) -> Money:
    return Money(minor, Currency.JPY)


def read(text: str) -> Command:
    head = head_of(text)
    assert head is not None
    return lines.read(head.word, head.rest, Currency.USD)


GOOD: list[tuple[str, Command]] = [
    (
        "/estimate 1=12.50 2=8 shipping=5 fee=3",
        lines.EstimateOrder(Estimate({1: usd(1250), 2: usd(800)}, usd(500), usd(300))),
    ),
    ("/estimate 1=12.50", lines.EstimateOrder(Estimate({1: usd(1250)}, usd(0), usd(0)))),
    ("/estimate fee=3 1=12.50", lines.EstimateOrder(Estimate({1: usd(1250)}, usd(0), usd(300)))),
    (
        "/estimate JPY@0.0066 1=1200 shipping=500",
        lines.EstimateOrder(
            Estimate(
                {1: jpy(1200)},
                jpy(500),
                jpy(0),
                Currency.JPY,
                Rate(Fraction(66, 10_000), "0.0066"),
                "JPY@0.0066",
            )
        ),
    ),
    ("/reject 2 sold out", lines.RejectLine(2, "sold out")),
    ("/confirm 83.20 BANKREF", lines.ConfirmPayment(usd(8320), "BANKREF")),
    ("/confirm $83.20 2026-11/0042", lines.ConfirmPayment(usd(8320), "2026-11/0042")),
    ("/refuse nothing arrived", lines.RefusePayment("nothing arrived")),
    ("/bought", lines.MarkBought(None)),
    ("/bought 1=12.00", lines.MarkBought({1: usd(1200)})),
    ("/bought 1=12.00 3=0.50", lines.MarkBought({1: usd(1200), 3: usd(50)})),
    ("/unavailable 2 discontinued", lines.MarkUnavailable(2, "discontinued")),
    ("/arrived", lines.MarkArrived(None)),
    ("/arrived 1=2", lines.MarkArrived({1: 2})),
    ("/arrived 1=2 12=40", lines.MarkArrived({1: 2, 12: 40})),
    ("/offer 2 blue instead", lines.OfferInstead(2, "blue instead")),
    ("/offer 2=12.00 blue", lines.OfferInstead(2, "blue", usd(1200))),
    ("/short 2=1 one is missing", lines.ReportMishap(Question.SHORT, 2, "one is missing", 1)),
    ("/short 2=0 none came", lines.ReportMishap(Question.SHORT, 2, "none came", 0)),
    ("/wrong 2 a spoon", lines.ReportMishap(Question.WRONG, 2, "a spoon")),
    ("/damaged 2 a crack", lines.ReportMishap(Question.DAMAGED, 2, "a crack")),
    ("/again 2", lines.BuyAgain(2)),
    ("/split 3 4", lines.SplitOrder((3, 4))),
    (
        "/bill EMS=42.10 SAL=20",
        lines.SecondBill((Method("EMS", usd(4210)), Method("SAL", usd(2000)))),
    ),
    ("/bill EMS=0", lines.SecondBill((Method("EMS", usd(0)),))),
    (
        "/bill EMS=42.10 extra=5 a larger box",
        lines.SecondBill((Method("EMS", usd(4210)),), usd(500), "a larger box"),
    ),
    ("/adjust 5.00 customs", lines.AdjustCost(usd(500), "customs")),
    ("/adjust -5.00 a coupon", lines.AdjustCost(usd(-500), "a coupon")),
    ("/ship EMS EE123456785JP", lines.ShipParcel("EMS", "EE123456785JP")),
    ("/ship Japan Post EE123456785JP", lines.ShipParcel("Japan Post", "EE123456785JP")),
    ("/ship EMS NEWNUMBER was=OLD", lines.ShipParcel("EMS", "NEWNUMBER", "OLD")),
    ("/pack", lines.PackOrder()),
    ("/unpack", lines.UnpackOrder()),
    (
        "/returned EE123456785JP address unknown",
        lines.ReturnParcel("EE123456785JP", "address unknown"),
    ),
    ("/accept", lines.AcceptRequest(None)),
    ("/accept 2", lines.AcceptRequest(2)),
    ("/decline 2 it is in the cart", lines.DeclineRequest(2, "it is in the cart")),
    ("/decline it is in the cart", lines.DeclineRequest(None, "it is in the cart")),
    ("/solve a new one is on its way", lines.SolveProblem("a new one is on its way")),
    ("/solve refund=10.00 sorry for that", lines.SolveProblem("sorry for that", usd(1000))),
    (
        "/solve replacement another one follows",
        lines.SolveProblem("another one follows", replacement=True),
    ),
    (
        "/solve replacement 2=1 3 another one follows",
        lines.SolveProblem("another one follows", replacement=True, wanted={2: 1, 3: None}),
    ),
    (
        "/solve replacement 2mugs follow",
        lines.SolveProblem("2mugs follow", replacement=True),
    ),
    ("/hold waiting for the shop", lines.HoldOrder("waiting for the shop")),
    ("/unhold", lines.ReleaseOrder()),
    ("/cancel forbidden goods", lines.CancelOrder("forbidden goods")),
    ("/cancel keep=8.50 postage back", lines.CancelOrder("postage back", usd(850))),
    ("/cancel keep=0 our mistake", lines.CancelOrder("our mistake", usd(0))),
    ("/history", lines.ShowHistory()),
    ("/take", lines.TakeOrder()),
    ("/answered", lines.NeedsNoAnswer()),
]


@pytest.mark.parametrize(("text", "meant"), GOOD, ids=[text for text, _ in GOOD])
def test_a_line_is_read_to_the_letter(text: str, meant: Command) -> None:
    assert read(text) == meant


def test_every_command_has_a_line_that_is_read() -> None:
    assert {head.word for text, _ in GOOD if (head := head_of(text))} == set(lines.READERS)


WRONG = [
    # estimate
    "/estimate",
    "/estimate shipping=5",
    "/estimate 1=12.50 1=13",
    "/estimate 1=12.50 shipping=5 shipping=5",
    "/estimate 1=12.50 Shipping=5",
    "/estimate 1=12.50 tax=1",
    "/estimate 1=-12.50",
    "/estimate 1=1,000",
    "/estimate 1=12.505",
    "/estimate 1=1e3",
    "/estimate 1=.5",
    "/estimate 1=",
    "/estimate =5",
    "/estimate 1",
    "/estimate 1 = 12.50",
    "/estimate 0=12.50",
    "/estimate 01=12.50",
    "/estimate 1000=12.50",
    "/estimate -1=12.50",
    "/estimate 1=12.50  2=8",
    "/estimate 1=12.50\n2=8",
    "/estimate\n1=12.50",
    "/estimate 1=12.50\u00a02=8",
    "/estimate 1=12.50\u00a0",
    "/estimate １=12.50",
    "/estimate 1=１２",
    "/estimate 1=12.50=13",
    "/estimate 1=99999999999999",
    "/estimate JPY@ 1=1200",
    "/estimate JPY@0 1=1200",
    "/estimate JPY@-1 1=1200",
    "/estimate JPY@0,0066 1=1200",
    "/estimate XXX@0.0066 1=1200",
    "/estimate jpy@0.0066 1=1200",
    "/estimate USD@1 1=12",
    "/estimate JPY@0.0066",
    "/estimate JPY@0.0066 1=1200.50",
    "/estimate 1=1200 JPY@0.0066",
    # reject, unavailable
    "/reject",
    "/reject 2",
    "/reject 2 ",
    "/reject sold out",
    "/reject 0 sold out",
    "/reject 2  ",
    "/reject 2 \u200b",
    "/reject 2\u00a0sold out",
    "/reject 2 sold\nout",
    "/reject 2 " + "x" * 501,
    "/accept two",
    "/accept 2 3",
    "/accept 0",
    "/accept  2",
    "/decline",
    "/decline 2",
    "/decline 2=1 no",
    "/decline 0 no",
    "/decline 1000 no",
    "/unavailable",
    "/unavailable 2",
    "/unavailable two gone",
    # confirm, refuse
    "/confirm",
    "/confirm 83.20",
    "/confirm BANKREF",
    "/confirm BANKREF 83.20",
    "/confirm 0 BANKREF",
    "/confirm 0.00 BANKREF",
    "/confirm -83.20 BANKREF",
    "/confirm 1,083.20 BANKREF",
    "/confirm 83.2.0 BANKREF",
    "/confirm €83.20 BANKREF",
    "/confirm 83.20 BANK REF",
    "/confirm 83.20 ＢＡＮＫ",
    "/confirm 83.20 " + "R" * 65,
    "/confirm 83.20  BANKREF",
    "/refuse",
    "/refuse ",
    "/refuse\nno",
    # bought, arrived
    "/bought 1",
    "/bought 1=",
    "/bought 1=12 1=12",
    "/bought all",
    "/bought 1=-12",
    "/bought 0=12",
    "/arrived 1",
    "/arrived 1=two",
    "/arrived 1=-1",
    "/arrived 1=1.5",
    "/arrived 1=1000",
    "/arrived 1=2 1=2",
    "/arrived 0=1",
    "/arrived all",
    # offer, short, wrong, damaged, again, split
    "/offer",
    "/offer 2",
    "/offer 2=12.00",
    "/offer 2= blue",
    "/offer 2=-1 blue",
    "/offer blue 2",
    "/offer 2 price=3 blue",
    "/short 2 one is missing",
    "/short 2=1",
    "/short 2=-1 none",
    "/wrong 2",
    "/wrong a spoon",
    "/damaged 2=1 a crack",
    "/again",
    "/again 2 3",
    "/again two",
    "/split",
    "/split 3,4",
    "/split 3 3",
    "/split 3  4",
    "/split 3 rest",
    # bill, adjust
    "/bill",
    "/bill EMS",
    "/bill EMS=",
    "/bill EMS=42.10 EMS=20",
    "/bill EMS=42.10 ems=20",
    "/bill 1=42.10",
    "/bill EMS=-1",
    "/bill EMS=42.10 extra=5",
    "/bill EMS=42.10 extra=0 nothing",
    "/bill EMS=42.10 extra=-5 coupon",
    "/bill EMS=42.10 Extra=5 a box",
    "/bill extra=5 a box",
    "/bill EMS=42.10 extra=5 a box SAL=20",
    "/bill EMS=42.10 a larger box",
    "/bill A=1 B=1 C=1 D=1 E=1 F=1 G=1 H=1 I=1",
    "/adjust",
    "/adjust 5.00",
    "/adjust 0 nothing",
    "/adjust -0 nothing",
    "/adjust --5 nothing",
    "/adjust coupon 5",
    # ship
    "/ship",
    "/ship EMS",
    "/ship EE123456785JP",
    "/ship Japan Post",
    "/ship EMS EE123 456 785 JP",
    "/ship EMS EE123456 785JP",
    "/ship EMS was=OLD",
    "/ship EMS was=OLD EE123456785JP",
    "/ship EMS EE123456785JP was=",
    "/ship EMS  EE123456785JP",
    "/ship EMS <b>1</b>",
    "/ship EMS ＥＥ123456785ＪＰ",
    # the rest
    "/solve",
    "/solve words refund=10",
    "/solve refund=10.00",
    "/solve refund=0 words",
    "/solve refund=-1 words",
    "/solve refund= words",
    "/solve replacement",
    "/solve replacement 2",
    "/solve replacement 2 2=1 words",
    "/solve replacement 2=0 words",
    "/solve replacement refund=10.00 words",
    "/solve refund=10.00 replacement=1 words",
    "/pack it",
    "/unpack it",
    "/returned",
    "/returned EE123456785JP",
    "/returned address unknown",
    "/hold",
    "/unhold now",
    "/unhold ",
    "/cancel",
    "/cancel keep=8.50",
    "/cancel keep= postage",
    "/cancel keep=-1 postage",
    "/cancel Keep=8.50 postage",
    "/cancel postage keep=8.50",
    "/cancel keep=8.50 keep=9 postage",
    "/history 5",
]


@pytest.mark.parametrize("text", WRONG)
def test_a_line_that_could_mean_something_else_is_refused(text: str) -> None:
    with pytest.raises(BadLine) as refusal:
        read(text)
    assert f"/{refusal.value.command}" == text.split()[0]
    assert refusal.value.why


@given(st.sampled_from(sorted(lines.READERS)), st.text())
def test_no_text_after_a_command_is_a_bug(word: str, rest: str) -> None:
    with contextlib.suppress(Refused):
        lines.read(word, rest, Currency.USD)


PIECES = st.sampled_from(
    [
        *(" ", "  ", "\n", "\u00a0", "1", "0", "１", "=", "-", "@", "/", "12.50", "9" * 30),
        *("JPY", "JPY@0.0066", "fee=", "keep=", "extra=", "was=", "1=2", "EMS", "reason"),
        *("<b>", "\x00", "\ud800"),
    ]
)


@given(st.sampled_from(sorted(lines.READERS)), st.lists(PIECES, max_size=9))
def test_no_mixture_of_a_lines_pieces_is_a_bug(word: str, pieces: list[str]) -> None:
    with contextlib.suppress(Refused):
        lines.read(word, " " + " ".join(pieces), Currency.USD)
    with contextlib.suppress(Refused):
        lines.read(word, "".join(pieces), Currency.JPY)


@given(st.text(max_size=40))
def test_what_was_read_can_be_stored(rest: str) -> None:
    try:
        held = lines.read("hold", " " + rest, Currency.USD)
    except Refused:
        return
    assert isinstance(held, lines.HoldOrder)
    assert "\x00" not in held.reason
    assert held.reason.encode()
    assert len(held.reason.splitlines()) == 1


@given(st.text())
def test_a_text_is_a_command_a_note_or_neither(text: str) -> None:
    if is_note(text):
        assert head_of(text) is None
    if head_of(text) is not None:
        assert text[0] in "/／"


@pytest.mark.parametrize(
    ("text", "word", "bot", "rest"),
    [
        ("/bought", "bought", "", ""),
        ("/Bought", "bought", "", ""),
        ("/bought@daiko_bot 1=12", "bought", "daiko_bot", " 1=12"),
        ("/bought\n1=12", "bought", "", "\n1=12"),
        ("/", "", "", ""),
        ("/ bought", "", "", " bought"),
        ("/見積 1=12", "見積", "", " 1=12"),
        ("／bought", "", "", ""),
    ],
)
def test_whatever_begins_with_a_slash_is_a_command(
    text: str, word: str, bot: str, rest: str
) -> None:
    head = head_of(text)
    assert head is not None
    assert (head.word, head.bot, head.rest) == (word, bot, rest)


@pytest.mark.parametrize("text", ["hello", "", "1/2 arrived", " /bought", "see http://x.test/"])
def test_other_texts_are_no_commands(text: str) -> None:
    assert head_of(text) is None
    assert not is_note(text)


@pytest.mark.parametrize("text", ["// no hurry", "//", "//bought", "／／ no hurry"])
def test_two_slashes_are_a_note_among_staff(text: str) -> None:
    assert is_note(text)
    assert head_of(text) is None


def test_a_yen_account_takes_no_decimals() -> None:
    assert lines.read("confirm", " 8320 REF1", Currency.JPY) == lines.ConfirmPayment(
        jpy(8320), "REF1"
    )
    with pytest.raises(BadLine):
        lines.read("confirm", " 83.20 REF1", Currency.JPY)
