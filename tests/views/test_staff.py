"""What staff read is whole, fits into a message, and is nobody's markup."""

from __future__ import annotations

import re
from dataclasses import replace
from pathlib import Path

import pytest

from domain import desk_lines, finance_lines, lines, orders, payout_lines, talk_lines
from domain.bills import Bill, BillKind
from domain.files import OrderFile, Person, Purse
from domain.ids import BillId, PaymentId, PersonId
from domain.letters import Screen
from domain.orders import LineState, Order, Stage, with_line
from domain.payments import Method as Rail
from domain.payments import Payment, Purpose
from domain.refusals import BadLine
from handlers.staff import moving
from tests.domain.orders import NOW, a_line, an_order, usd
from views import staff, staff_forms, staff_results
from views.lengths import TEXT_MAX, visible_length
from views.staff_forms import Asked, Choice, Pick, Question, Turn
from views.texts import Reader

SAY = Reader().say
TURN = Turn(PersonId(5), "Mina <b>", 99)
ROOT = Path(__file__).parents[2]


def file_of(order: Order, *payments: Payment) -> OrderFile:
    person = Person(order.customer, "Aki")
    return OrderFile(order, person, Purse(usd(0), usd(0), usd(0)), payments)


def shown(screen: Screen) -> str:
    return re.sub(r"<[^>]*>", "", screen.text)


def labels(screen: Screen) -> list[list[str]]:
    return [[key.label for key in row] for row in screen.keys]


def foresee(order: Order, *written: str, payments: tuple[Payment, ...] = ()) -> str:
    heads = [lines.head_of(line) for line in written]
    commands = [lines.read(h.word, h.rest, order.currency) for h in heads if h]
    return shown(
        staff_forms.preview(commands, list(written), file_of(order, *payments), TURN, SAY)
    )


# Usages ---------------------------------------------------------------------------------------


def test_every_command_has_a_usage_that_is_itself_read() -> None:
    assert set(staff.USAGES) == set(lines.READERS)
    for command, examples in staff.USAGES.items():
        for example in examples:
            head = lines.head_of(example)
            assert head is not None
            assert head.word == command
            lines.read(head.word, head.rest, usd(0).currency)


def test_every_reason_to_refuse_a_line_has_words() -> None:
    source = (ROOT / "domain" / "lines.py").read_text() + (
        ROOT / "handlers" / "staff" / "asking.py"
    ).read_text()
    whys = re.findall(r"""(?:_odd|BadLine)\((?:\w+|"\w+"), "([\w ]+)"\)""", source)
    assert len(whys) > 20
    assert [why for why in whys if not staff.why_not(why, SAY)] == []


@pytest.mark.parametrize(
    ("line", "like"), [("/arrived 9", "1=2"), ("/short 9 gone", "1=2"), ("/bought 9", "1=12.50")]
)
def test_what_counts_pieces_is_refused_with_pieces(line: str, like: str) -> None:
    head = lines.head_of(line)
    assert head is not None
    with pytest.raises(BadLine) as refusal:
        lines.read(head.word, head.rest, usd(0).currency)
    assert f"Each part is written like {like}, without" in staff.why_not(refusal.value.why, SAY)


def test_a_usage_says_what_is_wrong_and_how_it_is_written() -> None:
    assert staff.usage("reject", "words", SAY) == (
        "⚠️ The words are missing. Nothing was changed.\n"
        "It is written like this:\n"
        "<code>/reject 2 sold out</code>"
    )


def test_the_list_of_commands_fits_into_a_message() -> None:
    text = staff.unknown_command("x" * 5000, SAY)
    assert visible_length(text) < TEXT_MAX
    for command in lines.READERS:
        assert f"<code>/{command}" in text


def test_an_unknown_word_is_no_markup() -> None:
    assert "/&lt;b&gt;" in staff.unknown_command("<b>", SAY)


def test_every_line_of_the_desk_can_be_read_as_its_usage_says() -> None:
    assert set(staff.DESK_USAGES) == set(desk_lines.READERS)
    for examples in staff.DESK_USAGES.values():
        for example in examples:
            head = lines.head_of(example)
            assert head is not None
            desk_lines.read(head.word, head.rest)


def test_telegrams_menu_takes_the_descriptions() -> None:
    menu = staff.menu(SAY)
    money = {**finance_lines.READERS, **payout_lines.READERS}
    topic = [*lines.READERS, *moving.WORDS]
    expected = [*desk_lines.READERS, *topic, *staff.MONEY_USAGES, *talk_lines.READERS]
    assert sorted(name for name, _ in menu) == sorted(expected)
    assert set(staff.MONEY_USAGES) == set(money)
    assert all(1 <= len(what) <= 256 and "&" not in what for _, what in menu)


# Questions ------------------------------------------------------------------------------------


@pytest.mark.parametrize("asked", list(Asked))
def test_every_question_has_words_and_a_way_out(asked: Asked) -> None:
    order = an_order()
    question = Question("key", asked, order.lines[0], (Choice(Pick.SKIP, "0"),))
    screen = staff_forms.ask(question, order, TURN, SAY)
    assert shown(screen).startswith("#12 · Mina &lt;b&gt;\n1 · 2 × Thing 1\n")
    assert len(shown(screen).splitlines()) == 3
    assert labels(screen) == [["Skip"], ["⬅️ Back", "✖️ Cancel"]]


def test_the_first_question_has_nothing_to_go_back_to() -> None:
    question = Question("price", Asked.PRICE)
    screen = staff_forms.ask(question, an_order(), replace(TURN, is_first=True), SAY)
    assert labels(screen) == [["✖️ Cancel"]]


def test_a_wrong_answer_is_told_above_the_question() -> None:
    question = Question("price", Asked.PRICE)
    screen = staff_forms.ask(question, an_order(), TURN, SAY, problem="amount")
    assert shown(screen).splitlines()[1:] == [
        "⚠️ An amount is written like 83.20.",
        "Unit price in USD?",
    ]


def test_short_answers_share_a_row_and_long_ones_do_not() -> None:
    carriers = tuple(Choice(Pick.WORD, name) for name in ("EMS", "Japan Post", "DHL", "UPS"))
    screen = staff_forms.ask(
        Question("carrier", Asked.CARRIER, choices=carriers), an_order(), TURN, SAY
    )
    assert labels(screen)[:2] == [["EMS", "Japan Post", "DHL"], ["UPS"]]
    long = replace(a_line(2), description="a very long description of a thing " * 20)
    which = (Choice(Pick.ALL, "all"), Choice(Pick.LINE, "2", long))
    screen = staff_forms.ask(
        Question("line", Asked.BOUGHT_LINE, choices=which), an_order(), TURN, SAY
    )
    assert labels(screen)[0] == ["All"]
    assert labels(screen)[1][0].startswith("2 · a very long")
    assert len(labels(screen)[1][0]) <= 60


# Previews -------------------------------------------------------------------------------------


def test_an_estimate_is_previewed_with_its_sum() -> None:
    text = foresee(an_order(), "/estimate 1=12.50 2=8 shipping=5 fee=3")
    assert text.splitlines()[1:] == [
        "1 · Thing 1: $12.50 × 2 = $25.00",
        "2 · Thing 2: $8.00 × 1 = $8.00",
        "Shipping within the country: $5.00",
        "Fee: $3.00",
        "1st bill: $41.00",
        "The customer is asked to pay it; the days to pay begin anew.",
        "",
        "/estimate 1=12.50 2=8 shipping=5 fee=3",
    ]


def test_a_rejected_line_is_not_on_the_bill_that_is_previewed() -> None:
    text = foresee(an_order(), "/reject 2 sold out", "/estimate 1=12.50")
    assert "It is rejected: sold out" in text
    assert "1st bill: $25.00" in text


def test_rejecting_the_last_line_says_that_the_order_ends() -> None:
    text = foresee(an_order(), "/reject 1 gone", "/reject 2 gone too")
    assert text.count("It is the last item: the order is cancelled.") == 1


BILL = Bill(BillId(1), BillKind.FIRST, 1, usd(8320), NOW, paid=usd(0))
DUE = an_order(stage=Stage.AWAITING_FIRST_PAYMENT, first_bill=BILL)
REPORT = Payment(PaymentId(1), PersonId(7), Purpose.BILL, Rail.BANK, usd(8320), NOW)


@pytest.mark.parametrize(
    ("order", "line", "says"),
    [
        (DUE, "/confirm 83.20 REF1", ["It pays the bill."]),
        (
            DUE,
            "/confirm 90 REF1",
            [
                "The report says $83.20.",
                "It pays the bill, and $6.80 goes to the customer’s deposit.",
            ],
        ),
        (
            DUE,
            "/confirm 80 REF1",
            [
                "The report says $83.20.",
                "That is $3.20 less than the bill asks for. It goes to the customer’s deposit, and"
                " the bill stays open.",
            ],
        ),
        (
            replace(DUE, stage=Stage.CANCELLED),
            "/confirm 83.20 REF1",
            ["The order has ended, so it goes to the customer’s deposit."],
        ),
        (
            replace(DUE, stage=Stage.PURCHASING),
            "/confirm 83.20 REF1",
            ["No bill is due, so it goes to the customer’s deposit."],
        ),
    ],
)
def test_a_payment_is_previewed_with_where_it_goes(
    order: Order, line: str, says: list[str]
) -> None:
    assert foresee(order, line, payments=(REPORT,)).splitlines()[2:-2] == says


def test_a_payment_nobody_reported_says_so() -> None:
    assert "The customer has not reported a payment." in foresee(DUE, "/confirm 83.20 REF1")


def test_a_price_above_the_tolerance_says_that_the_customer_is_asked() -> None:
    to_buy = a_line(1, 2, state=LineState.TO_BUY, unit_price=usd(1000))
    order = an_order(to_buy, stage=Stage.PURCHASING)
    assert "Bought at $10.50 each, estimated $10.00." in foresee(order, "/bought 1=10.50")
    assert "$10.51 each is above what the customer allowed ($10.00 and 5 %)." in foresee(
        order, "/bought 1=10.51"
    )


@pytest.mark.parametrize("line", [e for some in staff.USAGES.values() for e in some])
def test_every_usage_can_be_previewed(line: str) -> None:
    if line in ("/history", "/take", "/answered"):
        return  # done at once
    order = replace(DUE, lines=(a_line(1, 2, unit_price=usd(1200)), a_line(2, unit_price=usd(1))))
    if line.startswith("/estimate JPY"):
        order = replace(order, lines=(a_line(1, 2),))
    if line.startswith(("/accept", "/decline")):
        order = with_line(order, replace(order.line(2), wanted=0))
    assert foresee(order, line).endswith(line)


def test_what_staff_typed_is_no_markup() -> None:
    command = lines.HoldOrder("<b>& all")
    screen = staff_forms.preview([command], ["/hold <b>& all"], file_of(DUE), TURN, SAY)
    assert "The customer reads: &lt;b&gt;&amp; all" in screen.text
    assert "<code>/hold &lt;b&gt;&amp; all</code>" in screen.text
    assert labels(screen) == [["✅ Confirm"], ["⬅️ Back", "✖️ Cancel"]]


def test_thirty_long_lines_are_previewed_in_one_message() -> None:
    many = tuple(replace(a_line(no, 999), description="x" * 1000) for no in range(1, 31))
    written = "/estimate " + " ".join(f"{no}=333333.33" for no in range(1, 31))
    assert len(foresee(an_order(*many), written)) < TEXT_MAX


def test_many_long_reasons_are_cut_to_one_message() -> None:
    many = an_order(*(a_line(no) for no in range(1, 31)))
    text = foresee(many, *(f"/reject {no} {'w' * 500}" for no in range(1, 31)))
    assert visible_length(text) <= TEXT_MAX


# Results --------------------------------------------------------------------------------------


def test_bought_says_what_was_not_bought() -> None:
    lines_ = (
        a_line(1, state=LineState.BOUGHT, bought_price=usd(900)),
        a_line(
            2,
            state=LineState.TO_BUY,
            unit_price=usd(800),
            question=orders.Question.PRICE,
            asked_price=usd(1200),
        ),
    )
    order = an_order(*lines_, stage=Stage.PURCHASING)
    assert staff_results.bought(order, [1, 2], SAY) == (
        "✅ Bought: 1. Item 2 is not bought: $12.00 is above what the customer allowed."
        " They are asked to decide."
    )


def test_bought_says_of_each_line_that_was_left_out_what_has_to_be_said_first() -> None:
    order = an_order(
        a_line(1, state=LineState.BOUGHT, bought_price=usd(900)),
        a_line(2, 2, state=LineState.TO_BUY, wanted=1),
        a_line(3, state=LineState.TO_BUY, question=orders.Question.VARIANT, asked_text="blue"),
        stage=Stage.PURCHASING,
    )
    assert staff_results.bought(order, [1, 2, 3], SAY) == (
        "✅ Bought: 1. Item 2 is not bought: the customer has asked for a change. Answer that "
        "first: <code>/accept 2</code> or <code>/decline 2 reason</code> "
        "Item 3 is not bought: the customer has not decided about it yet."
    )
    assert foresee(order, "/bought").count("Thing") == 0


def test_a_short_payment_says_what_stays_open() -> None:
    text = staff_results.payment_confirmed(DUE, usd(8000), usd(0), usd(8320), usd(8000), SAY)
    assert text == (
        "✅ <b>$80.00</b> booked. $80.00 went to the customer’s deposit."
        " The bill stays open with $83.20."
    )


def test_estimate_in_the_shops_currency_is_shown_in_both() -> None:
    text = foresee(an_order(a_line(1, 2)), "/estimate JPY@0.0066 1=1200")
    assert "1 · Thing 1: $7.92 × 2 = $15.84 (¥1,200)" in text
