"""The history as staff read it: when, who, what, before, after and why, a page at a time."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from domain.history import HistoryLine
from domain.ids import OrderId
from domain.payments import NOT_ITS_MONEY
from views import order_history
from views.buttons import OrderHistory
from views.lengths import TEXT_MAX, visible_length
from views.texts import Reader, Texts, texts_for

NOW = datetime(2026, 11, 2, 9, 0, tzinfo=UTC)
TWELVE = OrderId(12)
SAY = texts_for(Reader())
TOKYO = texts_for(Reader(timezone="Asia/Tokyo"))


def read(*entries: HistoryLine, say: Texts = SAY) -> list[str]:
    return order_history.page(TWELVE, entries, 0, 1, say).text.splitlines()


def test_each_line_has_who_what_before_after_and_why() -> None:
    assert read(
        HistoryLine(NOW, "customer:7 Aki", "applied", "", "APPLIED"),
        HistoryLine(
            NOW + timedelta(minutes=5),
            "staff:42 Mina",
            "estimate",
            "APPLIED; line 1: requested; 1st bill: none; due: 2026-11-09 09:00 UTC",
            "AWAITING_FIRST_PAYMENT; line 1: quoted; 1st bill: 1234.50 USD;"
            " due: 2026-11-10 00:00 UTC",
        ),
        HistoryLine(
            NOW + timedelta(days=8), "clock", "on hold", "on hold: no", "on hold: yes", "<customs>"
        ),
        HistoryLine(NOW + timedelta(days=8), "staff:42", "payment confirmed: 0.00 USD"),
    ) == [
        "<b>#12</b> · History",
        "",
        "<b>2 Nov 2026</b> (UTC)",
        "09:00 · <b>Aki</b> · applied",
        "• Application received",
        "09:05 · <b>Mina</b> · estimate",
        "• Application received → Waiting for the 1st payment",
        "• line 1: requested → priced",
        "• 1st bill: none → $1,234.50",
        "• due: Mon 9 Nov, 08:59 UTC → Mon 9 Nov, 23:59 UTC",
        "",
        "<b>10 Nov 2026</b> (UTC)",
        "09:00 · <b>the clock</b> · on hold",
        "• on hold: no → yes",
        "• because: &lt;customs&gt;",
        "09:00 · <b>staff:42</b> · payment confirmed: $0.00",
    ]


@pytest.mark.parametrize(
    ("why", "said"),
    [
        ("price", "the customer did not accept the new price"),
        ("silence", "no decision within 72 hours"),
        ("as the customer asked", "the customer asked for it"),
        (NOT_ITS_MONEY, "a transfer that was booked for it by mistake is missing"),
        ("see shop", "see shop"),
    ],
)
def test_staff_read_why_as_people_who_work_on_it(why: str, said: str) -> None:
    (*_, last) = read(HistoryLine(NOW, "clock", "cancelled (nothing_left)", why=why))
    assert last == f"• because: {said}"


def test_the_day_and_the_hour_are_those_of_the_reader() -> None:
    late = HistoryLine(NOW.replace(hour=16), "clock", "released")
    assert read(late, say=TOKYO)[2:] == [
        "<b>3 Nov 2026</b> (JST)",
        "01:00 · <b>the clock</b> · released",
    ]


@pytest.mark.parametrize(
    ("stored", "shown"),
    [
        ("EMS 42.10 USD, SAL 20.00 USD", "EMS $42.10, SAL $20.00"),
        ("-5.00 USD", "-$5.00"),
        ("1200 JPY", "¥1,200"),
        ("12.345 USD", "12.345 USD"),  # nothing of ours
        ("12.00 USDT", "12.00 USDT"),
        ("v1.00 USD", "v1.00 USD"),
    ],
)
def test_amounts_have_one_form(stored: str, shown: str) -> None:
    (*_, line) = read(HistoryLine(NOW, "clock", "x", "none", stored))
    assert line == f"• none → {shown}"


@pytest.mark.parametrize(
    ("stored", "shown"),
    [
        ("second_bill 72h", "the 2nd bill, after 3 days"),
        ("first_bill -24h", "the 1st bill’s deadline, 24 hours before its end"),
        ("staff 2d", "our turn, after 2 business days"),
        ("completion 336h", "the reception report, after 14 days"),
    ],
)
def test_what_a_clock_said_has_words(stored: str, shown: str) -> None:
    (*_, line) = read(HistoryLine(NOW, "clock", "reminder", "", stored))
    assert line == f"• {shown}"


def test_what_changed_in_many_lines_is_cut_and_says_so() -> None:
    before = "; ".join(f"line {no}: quoted" for no in range(1, 21))
    after = before.replace("quoted", "to_buy")
    lines = read(HistoryLine(NOW, "clock", "1st bill paid", before, after))
    assert lines[-2:] == ["• line 8: priced → to be bought", "• and 12 more"]


def test_a_page_is_never_too_long() -> None:
    long = "; ".join(f"line {no}: {'w' * 400}" for no in range(1, 21))
    entries = [
        HistoryLine(NOW, "staff:1 Mina", "e" * 400, long, long.replace("w", "v"), "y" * 900)
    ]
    screen = order_history.page(TWELVE, entries * order_history.ENTRIES_A_PAGE, 0, 1, SAY)
    assert visible_length(screen.text) <= TEXT_MAX


@pytest.mark.parametrize(
    ("number", "keys"),
    [
        (0, [("⬅️ Older · 2/3", 1)]),
        (1, [("⬅️ Older · 3/3", 2), ("➡️ Newer · 1/3", 0)]),
        (2, [("➡️ Newer · 2/3", 1)]),
    ],
)
def test_pages_are_turned(number: int, keys: list[tuple[str, int]]) -> None:
    screen = order_history.page(TWELVE, [HistoryLine(NOW, "clock", "x")], number, 3, SAY)
    assert f"page {number + 1} of 3" in screen.text
    (row,) = screen.keys
    assert [(key.label, OrderHistory.unpack(key.data)) for key in row] == [
        (label, OrderHistory(TWELVE, page)) for label, page in keys
    ]


@pytest.mark.parametrize(("entries", "count"), [(0, 1), (1, 1), (8, 1), (9, 2), (17, 3)])
def test_eight_entries_make_a_page(entries: int, count: int) -> None:
    assert order_history.pages(entries) == count
