"""A deposit's statement as a file: a CSV for spreadsheets, a PDF to hand on."""

from __future__ import annotations

import csv
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from io import StringIO
from typing import Final

from fpdf import FontFace
from fpdf.enums import TableBordersLayout

from domain.agency import Agency
from domain.files import DepositLine, DepositStatement, Person
from domain.letters import Document
from views.deposit import signed, what
from views.lengths import one_line, plain
from views.moments import Dated, zone
from views.paper import SHADE, Paper, row
from views.texts import Reader, Texts

NAME_MAX: Final = 80
COLUMNS: Final = (34, 22, 62, 31, 31)  # of 180 mm


@dataclass(frozen=True, slots=True)
class Account:
    """Whose statement it is, of which days, and what happened in them."""

    person: Person
    agency: Agency
    since: date
    until: date
    statement: DepositStatement
    made_at: datetime


def draw(account: Account, form: str, reader: Reader) -> Document:
    """The file, in the customer's language and time zone."""
    say = reader.say
    if form == "csv":
        mime, content = "text/csv", csv_of(account, reader)
    else:
        mime, content = "application/pdf", pdf_of(account, reader)
    caption = say(
        "🧾 Statement of your deposit, {since} to {until}. Balance at the end: {amount}",
        since=account.since,
        until=account.until,
        amount=account.statement.closing,
    )
    name = f"statement-{account.since}-{account.until}.{form}"
    return Document(name, mime, content, str(caption))


def _words(text: str) -> str:
    return plain(str(text))


# CSV ------------------------------------------------------------------------------------------


def csv_of(account: Account, reader: Reader) -> bytes:
    """A header, then a row an entry; a mark in front tells spreadsheets that it is UTF-8."""
    written = StringIO()
    rows = csv.writer(written, lineterminator="\r\n")
    rows.writerow(["at", "what", "order", "change", "balance", "currency"])
    currency = account.statement.opening.currency.value
    opening, closing = account.statement.opening, account.statement.closing
    say = reader.say
    rows.writerow(
        [account.since, _words(say("Opening balance")), "", "", opening.plain(), currency]
    )
    for line in account.statement.lines:
        at = line.at.astimezone(zone(reader.timezone)).isoformat(timespec="seconds")
        change, balance = line.change.plain(), line.balance.plain()
        order = "" if line.order is None else str(line.order)
        rows.writerow([at, _words(what(line, say)), order, change, balance, currency])
    rows.writerow(
        [account.until, _words(say("Closing balance")), "", "", closing.plain(), currency]
    )
    return written.getvalue().encode("utf-8-sig")


# PDF ------------------------------------------------------------------------------------------


def pdf_of(account: Account, reader: Reader) -> bytes:
    paper = Paper(reader.say)
    paper.set_creation_date(account.made_at)
    paper.set_title(_words(reader.say("Deposit statement")))
    paper.set_author(account.agency.name)
    paper.add_page()
    _head(paper, account, reader.say)
    _sums(paper, account.statement, reader.say)
    _entries(paper, account, reader.say)
    return bytes(paper.output())


def _head(paper: Paper, account: Account, say: Texts) -> None:
    paper.line_of(one_line(account.agency.name, NAME_MAX), 11, grey=True)
    paper.line_of(_words(say("Deposit statement")), 18)
    paper.ln(2)
    period = say("Period: {since} to {until}", since=account.since, until=account.until)
    name = one_line(account.person.name, NAME_MAX)
    customer = say("Customer: {name} (number {id})", name=name, id=account.person.id)
    made = say("Made on {at}; times are in this zone.", at=Dated(account.made_at))
    for words in (customer, period, say("Currency: {code}", code=_currency(account)), made):
        paper.line_of(_words(words))
    paper.ln(4)


def _currency(account: Account) -> str:
    return account.statement.opening.currency.value


def _sums(paper: Paper, of: DepositStatement, say: Texts) -> None:
    rows = (
        (say("Opening balance"), of.opening),
        (say("Money in"), of.money_in),
        (say("Money out"), of.money_out),
        (say("Closing balance"), of.closing),
    )
    with paper.table(
        width=90,
        align="LEFT",
        col_widths=(55, 35),
        text_align=("LEFT", "RIGHT"),
        first_row_as_headings=False,
        borders_layout=TableBordersLayout.HORIZONTAL_LINES,
        line_height=6,
    ) as table:
        for words, amount in rows:
            row(table, (_words(words), say.show(amount)))
    paper.ln(6)


def _entries(paper: Paper, account: Account, say: Texts) -> None:
    lines = account.statement.lines
    if not lines:
        paper.line_of(_words(say("Nothing happened in this time.")))
        return
    head = (say("Date"), say("Order"), say("What"), say("Amount"), say("Balance"))
    with paper.table(
        col_widths=COLUMNS,
        text_align=("LEFT", "LEFT", "LEFT", "RIGHT", "RIGHT"),
        headings_style=FontFace(emphasis="", fill_color=SHADE),
        borders_layout=TableBordersLayout.HORIZONTAL_LINES,
        line_height=5.5,
    ) as table:
        row(table, [_words(words) for words in head])
        for cells in _cells(lines, say):
            row(table, cells)


def _cells(lines: Iterable[DepositLine], say: Texts) -> Iterable[tuple[str, ...]]:
    for line in lines:
        at = line.at.astimezone(zone(say.timezone))
        order = "" if line.order is None else f"#{line.order}"
        kind, change = _words(what(line, say)), signed(line.change, say)
        yield f"{at:%Y-%m-%d %H:%M}", order, kind, change, say.show(line.balance)
