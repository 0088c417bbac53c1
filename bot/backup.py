"""`daiko backup`: a consistent copy of the database while the bot goes on."""

from __future__ import annotations

import os
import shutil
import sqlite3
import subprocess
from contextlib import closing
from datetime import datetime
from pathlib import Path
from typing import Final

from sqlalchemy.engine import make_url

from storage.database import postgres_address, sqlite_file

PAGES_AT_ONCE: Final = 2_000


class CannotBackUp(Exception):
    """Why there is no copy, and what to do."""


def default_name(url: str, now: datetime) -> Path:
    ending = "db" if sqlite_file(url) is not None else "dump"
    return Path(f"daiko-{now:%Y%m%d-%H%M%S}.{ending}")


def back_up(url: str, target: Path) -> Path:
    """Write a copy; what was at `target` is replaced when the copy is whole."""
    part = target.with_name(f"{target.name}.part")
    part.unlink(missing_ok=True)
    source = sqlite_file(url)
    try:
        if source is not None:
            _copy_sqlite(source, part)
        else:
            _dump_postgres(url, part)
        return part.replace(target)
    finally:
        part.unlink(missing_ok=True)


def _copy_sqlite(source: Path, part: Path) -> None:
    if not source.exists():
        raise CannotBackUp(f"there is no database at {source}")
    # Read-only: not even a journal is begun beside the bot's.
    with (
        closing(sqlite3.connect(f"file:{source}?mode=ro", uri=True)) as reading,
        closing(sqlite3.connect(part)) as writing,
    ):
        part.chmod(0o600)  # what is in it is nobody else's business
        reading.backup(writing, pages=PAGES_AT_ONCE)
        # The copy is one file that needs no others beside it.
        writing.execute("PRAGMA journal_mode = DELETE")
        if (found := writing.execute("PRAGMA quick_check").fetchone()[0]) != "ok":
            raise CannotBackUp(f"the copy is damaged, and so perhaps is {source}: {found}")


def _dump_postgres(url: str, part: Path) -> None:
    program = shutil.which("pg_dump")
    if program is None:
        raise CannotBackUp(
            "pg_dump is not on this machine. Install PostgreSQL's client programs, or take a"
            " snapshot where the server runs"
        )
    address = make_url(postgres_address(url))
    # The password goes by the environment: arguments can be read by everybody.
    plain = address._replace(password=None).render_as_string(hide_password=False)
    command = [program, "--format=custom", f"--file={part}", f"--dbname={plain}"]
    password = {"PGPASSWORD": str(address.password)} if address.password else {}
    done = subprocess.run(
        command, env=os.environ | password, capture_output=True, text=True, check=False
    )
    if done.returncode:
        raise CannotBackUp(f"pg_dump failed: {done.stderr.strip()}")
