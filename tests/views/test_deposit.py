"""The deposit's page, its history, and statements as files."""

from __future__ import annotations

import csv
import re
from dataclasses import replace
from datetime import UTC, date, datetime
from io import StringIO

from hypothesis import given, settings

from domain.files import DepositLine, DepositStatement, Person, Purse
from domain.ids import EventId, OrderId, PersonId
from domain.ledger import Kind
from tests.views.files import AGENCY, NOW, READER, usd
from tests.views.reading import all_keys, flat, labels, read
from tests.views.test_card import NASTY
from views import deposit, statements
from views.buttons import HistoryPage, OpenCard
from views.statements import Account
from views.texts import Reader

SAY = READER.say
AKI = Person(PersonId(7), "Aki 山田 Иванова", timezone="Asia/Tokyo")
AT = datetime(2026, 11, 1, 15, 30, tzinfo=UTC)  # the 2nd in Tokyo
LINES = (
    DepositLine(EventId(1), AT, Kind.PAY_IN, None, usd(10_000), usd(10_200)),
    DepositLine(EventId(2), AT, Kind.FROM_DEPOSIT, OrderId(12), usd(-2_800), usd(7_400)),
)
STATEMENT = DepositStatement(usd(200), LINES)
ACCOUNT = Account(AKI, AGENCY, date(2026, 11, 1), date(2026, 11, 30), STATEMENT, NOW)


def purse(spendable: int, reserved: int = 0, owed: int = 0) -> Purse:
    return Purse(usd(spendable), usd(reserved), usd(owed))


def test_the_first_lines_are_balance_and_what_is_not_zero() -> None:
    assert read(deposit.page(purse(1200), AT.date(), SAY)).split("\n\n")[0] == "Balance: $12.00"
    page = read(deposit.page(purse(1200, 300), AT.date(), SAY))
    assert page.split("\n\n")[0] == "Balance: $12.00\nReserved: $3.00"
    page = read(deposit.page(purse(0, 0, 200), AT.date(), SAY))
    assert page.split("\n\n")[0] == "Balance: -$2.00\nOwed: $2.00"


def test_the_page_leads_to_all_that_can_be_done() -> None:
    shown = labels(deposit.page(purse(0), AT.date(), SAY))
    assert shown == [["💰 Pay in", "💸 Pay out"], ["📜 History", "🧾 Statement"], ["⬅️ Back"]]


def test_an_entry_of_the_history_has_its_order_and_the_balance_after_it() -> None:
    screen = deposit.history(purse(7_400), LINES[::-1], 0, 1, SAY)
    assert read(screen) == (
        "Usage history\n\nBalance: $74.00\n\n"
        "-$28.00 · Bill paid from the deposit · #12\n"
        "Mon 2 Nov 2026, 00:30 JST · balance $74.00\n\n"
        "+$100.00 · Pay-in\nMon 2 Nov 2026, 00:30 JST · balance $102.00"
    )
    assert labels(screen) == [["📋 Open order · #12"], ["⬅️ Back"]]
    assert OpenCard.unpack(all_keys(screen)[0].data) == OpenCard(OrderId(12))


def test_a_history_leads_to_its_other_pages() -> None:
    screen = deposit.history(purse(1), LINES, 1, 3, SAY)
    assert "page 2 of 3" in read(screen)
    assert "⬅️ Previous · 1/3" in flat(labels(screen))
    keys = {key.label: key.data for key in all_keys(screen)}
    assert HistoryPage.unpack(keys["➡️ Next · 3/3"]) == HistoryPage(2)
    assert "Nothing has happened" in read(deposit.history(purse(0), [], 0, 1, SAY))


def test_every_kind_of_event_has_words() -> None:
    assert deposit.WHAT.keys() == set(Kind)


def test_a_csv_statement_is_a_table_with_opening_and_closing_balance() -> None:
    file = statements.draw(ACCOUNT, "csv", Reader(timezone="Asia/Tokyo"))
    assert (file.name, file.mime) == ("statement-2026-11-01-2026-11-30.csv", "text/csv")
    assert file.content.startswith(b"\xef\xbb\xbf")
    rows = list(csv.reader(StringIO(file.content.decode("utf-8-sig"))))
    assert rows == [
        ["at", "what", "order", "change", "balance", "currency"],
        ["2026-11-01", "Opening balance", "", "", "2.00", "USD"],
        ["2026-11-02T00:30:00+09:00", "Pay-in", "", "100.00", "102.00", "USD"],
        [
            "2026-11-02T00:30:00+09:00",
            "Bill paid from the deposit",
            "12",
            "-28.00",
            "74.00",
            "USD",
        ],
        ["2026-11-30", "Closing balance", "", "", "74.00", "USD"],
    ]


def test_a_pdf_statement_has_pages_and_a_font_of_its_own() -> None:
    many = replace(STATEMENT, lines=LINES * 60)
    file = statements.draw(replace(ACCOUNT, statement=many), "pdf", READER)
    assert (file.name, file.mime) == ("statement-2026-11-01-2026-11-30.pdf", "application/pdf")
    assert file.content.startswith(b"%PDF-")
    assert len(re.findall(rb"/Type /Page\b", file.content)) > 2
    assert b"NotoSansCJK" in file.content
    assert "Balance at the end: $74.00" in file.caption


def test_a_statement_without_entries_says_so() -> None:
    empty = replace(ACCOUNT, statement=DepositStatement(usd(200)))
    assert statements.pdf_of(empty, READER).startswith(b"%PDF-")
    assert empty.statement.closing == usd(200)
    assert (STATEMENT.money_in, STATEMENT.money_out) == (usd(10_000), usd(-2_800))


@settings(max_examples=5, deadline=None)
@given(NASTY)
def test_a_statement_takes_any_name(typed: str) -> None:
    person = replace(AKI, name=typed)
    assert statements.pdf_of(replace(ACCOUNT, person=person), READER).startswith(b"%PDF-")
