"""The bank's file is read to the letter; what is odd about a line is said with its number."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from bot.bank_csv import BankFile, Columns, NoBankFile, read_file
from domain.bank_lines import BankLine
from domain.money import Currency, Money

COLUMNS = Columns("Date", "Amount", "Sender", "Reference", "Text")
HEAD = "Date,Amount,Sender,Reference,Text\n"


def usd(minor: int) -> Money:
    return Money(minor, Currency.USD)


def read(tmp_path: Path, content: str | bytes, columns: Columns = COLUMNS) -> BankFile:
    file = tmp_path / "bank.csv"
    file.write_bytes(content if isinstance(content, bytes) else content.encode())
    return read_file(file, columns, Currency.USD)


def test_lines_of_money_that_arrived_are_read(tmp_path: Path) -> None:
    found = read(
        tmp_path,
        HEAD
        + '2026-11-02,"1,234.50",Aki Tanaka,B17,"pay in P9L, thanks"\n'
        + "02.11.2026,87.40,,B 18,\n"
        + "2026-11-02,-5.00,Bank,B19,charges\n"
        + "\n",
    )
    assert found.lines == [
        BankLine("B17", usd(123_450), date(2026, 11, 2), "Aki Tanaka", "pay in P9L, thanks"),
        BankLine("B18", usd(8_740), date(2026, 11, 2)),
    ]
    assert (found.left, found.odd) == (1, [])


@pytest.mark.parametrize(
    ("row", "why"),
    [
        ("2026-11-02,1.000,Aki,B17,", "the amount cannot be read"),
        ("2026-11-02,,Aki,B17,", "the amount cannot be read"),
        ("11/12/2026,5.00,Aki,B17,", "the date is not written like 2026-11-22 or 22.11.2026"),
        ("2026-02-30,5.00,Aki,B17,", "there is no such date"),
        ("2026-11-02,5.00,Aki,,", "there is no reference of plain letters and digits"),
        ("2026-11-02,5.00,Aki,Б17,", "there is no reference of plain letters and digits"),
        ("2026-11-02,5.00", "there is no reference of plain letters and digits"),
    ],
)
def test_an_odd_line_is_said_and_the_others_are_read(tmp_path: Path, row: str, why: str) -> None:
    found = read(tmp_path, HEAD + row + "\n2026-11-02,5.00,Aki,B18,\n")
    assert found.odd == [f"line 2: {why}"]
    assert [line.reference for line in found.lines] == ["B18"]


def test_what_the_bank_writes_above_the_header_is_skipped(tmp_path: Path) -> None:
    found = read(tmp_path, "First Bank\nAccount 1\n\n" + HEAD + "2026-11-02,x,Aki,B17,\n")
    assert found.odd == ["line 5: the amount cannot be read"]


@pytest.mark.parametrize("delimiter", [",", ";", "\t"])
def test_the_bank_separates_as_it_likes(tmp_path: Path, delimiter: str) -> None:
    rows = ["Buchungstag Betrag Name Referenz Zweck", "02.11.2026 5,00 Aki B17 P9L"]
    text = "\r\n".join(row.replace(" ", delimiter) for row in rows)
    if delimiter == ",":
        text = text.replace("5,00", '"5,00"')
    columns = Columns("Buchungstag", "Betrag", "Name", "Referenz", "Zweck")
    assert read(tmp_path, text, columns).lines == [
        BankLine("B17", usd(500), date(2026, 11, 2), "Aki", "P9L")
    ]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp1252"])
def test_names_are_read_in_the_banks_encoding(tmp_path: Path, encoding: str) -> None:
    found = read(tmp_path, (HEAD + "2026-11-02,5.00,Jürgen,B17,\n").encode(encoding))
    assert found.lines[0].sender == "Jürgen"


def test_a_file_without_the_columns_is_refused_with_their_names(tmp_path: Path) -> None:
    with pytest.raises(NoBankFile, match="BANK_CSV_AMOUNT"):
        read(tmp_path, "a,b,c\n1,2,3\n")
