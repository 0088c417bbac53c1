"""All that is kept about a customer as one file: a ZIP of tables with a word about each."""

from __future__ import annotations

import csv
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from io import BytesIO, StringIO
from typing import Final
from zipfile import ZIP_DEFLATED, ZipFile, ZipInfo

from domain.agency import Agency
from domain.files import DepositStatement, Person
from domain.letters import Document
from domain.own_data import Rows
from views.deposit import what
from views.lengths import one_line, plain
from views.moments import Dated
from views.texts import Phrase, Reader, Texts, later

_ABOUT: Final[dict[str, Phrase]] = {
    "settings": later("your name, your number on Telegram, and what you chose under /settings"),
    "orders": later("your orders, with their delivery addresses"),
    "lines": later("the items of your orders"),
    "bills": later("your bills, in every version"),
    "payments": later("your payments and payment reports"),
    "payouts": later("your pay-outs; account details are erased when a pay-out ends"),
    "parcels": later("your parcels"),
    "messages": later("your messages and ours; pictures and files are in our chat"),
    "album_parts": later("the pictures and files of albums, with their words"),
    "message_versions": later("what messages said before they were edited"),
    "deposit": later("all that happened in your deposit"),
}
_SAID: Final = frozenset({"messages", "album_parts", "message_versions"})


@dataclass(frozen=True, slots=True)
class Own:
    """What is to be packed, and for whom."""

    person: Person
    agency: Agency
    tables: Sequence[Rows]
    statement: DepositStatement
    made_at: datetime


def draw(own: Own, reader: Reader) -> Document:
    say = reader.say
    tables = [_readable(table) for table in own.tables]
    tables.append(_deposit(own.statement, say))
    packed = BytesIO()
    with ZipFile(packed, "w", ZIP_DEFLATED) as file:
        _put(file, "README.txt", _readme(own, tables, say).encode(), own.made_at)
        for table in tables:
            _put(file, f"{table.name}.csv", _csv(table), own.made_at)
    name = f"my-data-{own.made_at:%Y-%m-%d}.zip"
    caption = say("📥 All that is kept about you. README.txt says what is in which file.")
    return Document(name, "application/zip", packed.getvalue(), str(caption))


def _put(file: ZipFile, name: str, content: bytes, at: datetime) -> None:
    moment = at.astimezone(UTC)
    info = ZipInfo(name, moment.timetuple()[:6])
    info.compress_type = ZIP_DEFLATED
    file.writestr(info, content)


def _csv(table: Rows) -> bytes:
    """A mark in front tells spreadsheets that it is UTF-8."""
    written = StringIO()
    rows = csv.writer(written, lineterminator="\r\n")
    rows.writerow(table.columns)
    rows.writerows([_harmless(cell) for cell in row] for row in table.rows)
    return written.getvalue().encode("utf-8-sig")


def _harmless(cell: str) -> str:
    """What somebody typed is no formula of a spreadsheet; an amount below zero is none either."""
    if cell[:1] in ("=", "+", "@", "\t", "\r") or (cell[:1] == "-" and not cell[1:2].isdigit()):
        return f"'{cell}"
    return cell


def _readable(table: Rows) -> Rows:
    """What was said without its markup."""
    if table.name not in _SAID:
        return table
    at = table.columns.index("text")
    rows = tuple((*row[:at], plain(row[at]), *row[at + 1 :]) for row in table.rows)
    return replace(table, rows=rows)


def _deposit(statement: DepositStatement, say: Texts) -> Rows:
    rows = tuple(
        (
            line.at.astimezone(UTC).isoformat(timespec="seconds"),
            plain(what(line, say)),
            "" if line.order is None else str(line.order),
            line.change.plain(),
            line.balance.plain(),
            line.balance.currency.value,
        )
        for line in statement.lines
    )
    return Rows("deposit", ("at", "what", "order", "change", "balance", "currency"), rows)


def _readme(own: Own, tables: Iterable[Rows], say: Texts) -> str:
    head = [
        say("All that {agency} keeps about you", agency=one_line(own.agency.name, 60)),
        say(
            "For {name} (number {id}), made on {at}.",
            name=one_line(own.person.name, 80),
            id=own.person.id,
            at=Dated(own.made_at),
        ),
        say(
            "Each file is a table (CSV, UTF-8) that spreadsheets open. Times are UTC; states are "
            "written as our system has them."
        ),
    ]
    files = [
        say(
            "{file}: {about} ({count})",
            file=f"{table.name}.csv",
            about=say.of(_ABOUT[table.name]),
            count=len(table.rows),
        )
        for table in tables
    ]
    text = "\n\n".join([*(plain(part) for part in head), "\n".join(map(plain, files))])
    return f"{text}\n".replace("\n", "\r\n")
