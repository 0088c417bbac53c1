"""`daiko bank import`: the lines of a file are remembered, and every guess is put to finance."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from actions.bank_lines import Imported, take_in
from actions.work import Work
from bot.bank_csv import BankFile, Columns, read_file
from bot.settings import Settings
from domain.actors import CLOCK
from storage.database import Database
from storage.unit_of_work import unit_of_work


@dataclass(frozen=True, slots=True)
class Done:
    file: BankFile
    lines: Imported

    def said(self) -> Iterator[str]:
        """What became of it; nobody's names, for this may end up in a log."""
        yield f"{len(self.lines.suggested)} suggested; finance members confirm each of them."
        if self.lines.known:
            yield f"{len(self.lines.known)} were suggested before."
        if self.lines.booked:
            yield f"{len(self.lines.booked)} are booked already."
        if self.file.left:
            yield f"{self.file.left} are no money that arrived."
        if self.lines.unknown:
            yield "Nobody's that we know of: " + ", ".join(self.lines.unknown)

    @property
    def odd(self) -> list[str]:
        twice = (f"{each}: another line has this reference" for each in self.lines.odd)
        return [*self.file.odd, *twice]


async def import_file(path: Path, settings: Settings, database: Database) -> Done:
    """All of it in one transaction; the bot, if it runs, sends the messages at once."""
    columns = Columns(
        settings.bank_csv_date,
        settings.bank_csv_amount,
        settings.bank_csv_sender,
        settings.bank_csv_reference,
        settings.bank_csv_text,
    )
    file = read_file(path, columns, settings.currency)
    async with unit_of_work(database) as uow:
        work = Work(uow, settings.agency(), datetime.now(UTC), CLOCK)
        lines = await take_in(work, file.lines)
    return Done(file, lines)
