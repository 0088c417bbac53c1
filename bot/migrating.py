"""Bringing a database up to date before the bot starts, in a process that ends again."""

from __future__ import annotations

import asyncio
import contextlib
import multiprocessing

from storage.database import Database, DatabaseBusy, sqlite_file


class NotMigrated(Exception):
    """It could not be done; the lines above say why."""


def bring_up_to_date(url: str) -> None:
    """Migrate a SQLite file that nobody works on; the server's databases wait to be told.

    In a child, since what migrating needs would stay in memory for as long as the bot runs.
    """
    if sqlite_file(url) is None:
        return
    child = multiprocessing.get_context("fork").Process(target=_migrate, args=(url,))
    child.start()
    child.join()
    if child.exitcode:
        raise NotMigrated(f"{url} could not be brought up to date")


def _migrate(url: str) -> None:
    from storage.migrate import migrate

    async def hold_and_migrate() -> None:
        database = await Database.connect(url, exclusive=True)
        try:
            await asyncio.to_thread(migrate, url)
        finally:
            await database.close()

    with contextlib.suppress(DatabaseBusy):  # whoever opens it next will find it so, and say it
        asyncio.run(hold_and_migrate())
