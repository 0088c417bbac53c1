"""`daiko export`: every order, amount and message as CSV, beside a running bot."""

from __future__ import annotations

import csv
from pathlib import Path

from storage.database import Database, Tx
from storage.exports import EXPORTS, Export, rows_of


async def export(database: Database, directory: Path) -> list[Path]:
    """Write one CSV a table into `directory`, all of the same instant; give back their paths.

    UTF-8 with a header, times in ISO 8601 UTC, amounts with the currency's decimals.
    """
    directory.mkdir(parents=True, exist_ok=True)  # noqa: ASYNC240  # nothing else runs here
    async with database.reading() as tx:
        return [await _write(tx, each, directory / f"{each.name}.csv") for each in EXPORTS]


async def _write(tx: Tx, each: Export, path: Path) -> Path:
    # A reader never meets half a file: it is written beside and put in its place when whole.
    part = path.with_suffix(".csv.part")
    with part.open("w", newline="", encoding="utf-8") as file:
        writer = csv.writer(file)
        writer.writerow(each.columns)
        async for row in rows_of(tx, each):
            writer.writerow(map(_harmless, row))
    return part.replace(path)


def _harmless(cell: str) -> str:
    """A cell that a spreadsheet would take for a formula gets an apostrophe in front."""
    if cell[:1] in ("=", "+", "@", "\t", "\r") or (cell[:1] == "-" and not _is_number(cell)):
        return f"'{cell}"
    return cell


def _is_number(cell: str) -> bool:
    return cell.removeprefix("-").replace(".", "", 1).isdigit()
