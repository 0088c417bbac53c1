"""Reading the bank's CSV file: its lines of money that arrived, and what could not be read."""

from __future__ import annotations

import csv
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from io import StringIO
from pathlib import Path
from typing import Final

from domain.bank_lines import BankLine, read_bank_amount
from domain.lines import REFERENCE_MAX
from domain.money import Currency
from domain.refusals import BadAmount

TEXT_MAX: Final = 500
_DELIMITERS: Final = (",", ";", "\t")
_ISO: Final = re.compile(r"([0-9]{4})[-/.]([0-9]{2})[-/.]([0-9]{2})")
_EUROPEAN: Final = re.compile(r"([0-9]{2})\.([0-9]{2})\.([0-9]{4})")
_REFERENCE: Final = re.compile(rf"[!-~]{{1,{REFERENCE_MAX}}}")


@dataclass(frozen=True, slots=True)
class Columns:
    """What the bank calls them."""

    date: str
    amount: str
    sender: str
    reference: str
    text: str

    @property
    def needed(self) -> tuple[str, ...]:
        return (self.date, self.amount, self.reference)


@dataclass(slots=True)
class BankFile:
    lines: list[BankLine] = field(default_factory=list)
    left: int = 0  # lines of money that left, or of nothing
    odd: list[str] = field(default_factory=list)  # what could not be read, with the line's number


class NoBankFile(Exception):
    """The file is not what the settings say; said in one line."""


def read_file(path: Path, columns: Columns, currency: Currency) -> BankFile:
    """All lines of a file, in its order; an odd one is no reason to leave the others."""
    rows = _rows(_decoded(path), columns)
    found = BankFile()
    for number, row in rows:
        try:
            line = _line(row, columns, currency)
        except _Odd as odd:
            found.odd.append(f"line {number}: {odd}")
            continue
        if line is None:
            found.left += 1
        else:
            found.lines.append(line)
    return found


def _decoded(path: Path) -> str:
    """Banks write UTF-8, or what Windows wrote before it."""
    content = path.read_bytes()
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError:
        return content.decode("cp1252", errors="replace")


def _rows(text: str, columns: Columns) -> Iterator[tuple[int, Mapping[str, str]]]:
    """The rows below the header; banks like to write something above it."""
    lines = text.splitlines(keepends=True)
    for number, line in enumerate(lines):
        for delimiter in _DELIMITERS:
            head = next(csv.reader([line], delimiter=delimiter), [])
            names = [name.strip() for name in head]
            if all(name in names for name in columns.needed):
                return _below(lines, number, names, delimiter)
    raise NoBankFile(
        f"no line of the file has the columns {', '.join(columns.needed)};"
        " BANK_CSV_DATE, BANK_CSV_AMOUNT and BANK_CSV_REFERENCE name them"
    )


def _below(
    lines: list[str], number: int, names: list[str], delimiter: str
) -> Iterator[tuple[int, Mapping[str, str]]]:
    reader = csv.reader(StringIO("".join(lines[number + 1 :])), delimiter=delimiter)
    for row in reader:
        if any(cell.strip() for cell in row):
            cells = (cell.strip() for cell in row)
            yield number + 1 + reader.line_num, dict(zip(names, cells, strict=False))


class _Odd(Exception):
    """What is wrong with a line, without what stands in it."""


def _line(row: Mapping[str, str], columns: Columns, currency: Currency) -> BankLine | None:
    """None for money that left."""
    try:
        amount = read_bank_amount(row.get(columns.amount, ""), currency)
    except BadAmount:
        raise _Odd("the amount cannot be read") from None
    if not amount.is_positive:
        return None
    reference = "".join(row.get(columns.reference, "").split())
    if _REFERENCE.fullmatch(reference) is None:
        raise _Odd("there is no reference of plain letters and digits")
    return BankLine(
        reference=reference,
        amount=amount,
        paid_on=_date(row.get(columns.date, "")),
        sender=_words(row.get(columns.sender, "")),
        text=_words(row.get(columns.text, "")),
    )


def _date(text: str) -> date:
    """`2026-11-22`, `2026/11/22` or `22.11.2026`; `11/12/2026` means two different days."""
    if iso := _ISO.fullmatch(text):
        parts = iso.groups()
    elif european := _EUROPEAN.fullmatch(text):
        parts = tuple(reversed(european.groups()))
    else:
        raise _Odd("the date is not written like 2026-11-22 or 22.11.2026")
    try:
        return date(*map(int, parts))
    except ValueError:
        raise _Odd("there is no such date") from None


def _words(text: str) -> str:
    kept = "".join(letter if letter.isprintable() else " " for letter in text)
    return " ".join(kept.split())[:TEXT_MAX]
