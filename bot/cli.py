"""The command `daiko`."""

from __future__ import annotations

import argparse
import asyncio
import importlib
import signal
import sys
from collections.abc import Callable, Coroutine
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Final

import asyncpg
from telegram.error import InvalidToken

from actions.agencies import CannotAdd
from bot import agencies, logs
from bot.agencies import WrongWords
from bot.app import Daiko, look_no_more_through_what_stays
from bot.backup import CannotBackUp, back_up, default_name
from bot.bank_csv import NoBankFile
from bot.export import export
from bot.migrating import NotMigrated, bring_up_to_date
from bot.ports import PortTaken
from bot.settings import Settings, WrongSettings, read_database_url, read_settings
from domain.refusals import DetailsLocked
from storage.database import Database, DatabaseBusy, sqlite_file
from storage.inbox import Inbox
from storage.payouts import Payouts
from storage.proofs import PROOFS, prove

DEMO_PORT: Final = 8080
_OF_AGENCIES: Final = {
    "timezone": "as Asia/Tokyo",
    "language": "in which its staff read",
    "holidays": "a country code, or empty for none",
    "bank-account": "what its customers transfer to",
    "currency-display": "symbol ($83.20) or code (USD 83.20)",
}


class CannotGoOn(Exception):
    """Said in one line, and the end."""


def main(arguments: list[str] | None = None) -> int:
    """Do what the command line asks for; the exit status."""
    options = _parser().parse_args(arguments)
    try:
        status: int = options.do(options)
    except KeyboardInterrupt:
        return 130
    except Exception as error:
        lines = _explain(error)
        if lines is None:
            raise
        for line in lines:
            print(line, file=sys.stderr)
        return 1
    return status


def _explain(error: Exception) -> list[str] | None:
    """An error that a person can do something about; None for the others."""
    match error:
        case WrongSettings(lines=lines):
            return lines
        case DatabaseBusy(path=path, pid=pid):
            holder = f"process {pid}" if pid else "another process"
            return [f"daiko: {path} is in use by {holder}; only one `daiko run` can have it"]
        case InvalidToken():
            return ["daiko: Telegram does not know this BOT_TOKEN; @BotFather has the right one"]
        case PortTaken():
            return [f"daiko: cannot listen on {error}; another HTTP_PORT, or an empty one"]
        case (
            CannotGoOn()
            | CannotBackUp()
            | NotMigrated()
            | NoBankFile()
            | CannotAdd()
            | WrongWords()
        ):
            return [f"daiko: {error}"]
        case asyncpg.PostgresError() | asyncpg.InterfaceError() | OSError():
            return [f"daiko: {type(error).__name__}: {error}"]
        case _:
            return None


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        "daiko",
        description="The Telegram front desk of a purchase agency.",
        epilog="Settings come from the environment and from .env in the working directory.",
    )
    commands = parser.add_subparsers(title="commands", metavar="COMMAND", required=True)
    add = _Adding(commands)
    add("demo", _demo, "everything on this machine, no token").add_argument(
        "--port", type=int, default=DEMO_PORT, help=f"of the page ({DEMO_PORT})"
    )
    add("run", _run, "the bot")
    add("migrate", _migrate, "bring the database up to date")
    add("doctor", _doctor, "look at settings, database, token and group")
    add("check", _check, "prove the books")
    add("export", _export, "everything as CSV").add_argument(
        "directory", nargs="?", type=Path, help="made when it is not there"
    )
    add("backup", _back_up, "a copy of the database while the bot goes on").add_argument(
        "file", nargs="?", type=Path, help="replaced when it is there"
    )
    keys = add("keys", _keys, "the keys of pay-outs' account details")
    keys.add_argument("what", choices=["rotate"], help="encrypt all with the newest key")
    replay = add("replay", _replay, "work parked updates again")
    replay.add_argument("update", nargs="*", type=int, help="its number; none: all of them")
    replay.add_argument("--list", action="store_true", help="only show them")
    bank = add("bank", _import_bank_file, "the bank's file")
    deeds = bank.add_subparsers(title="commands", metavar="COMMAND", required=True)
    importing = _Adding(deeds)("import", _import_bank_file, "whose money its lines may be")
    _add_agency(add("agency", _list_agencies, "agencies beside that of the settings"))
    importing.add_argument("file", type=Path, help="CSV; its columns are named in the settings")
    return parser


def _add_agency(parser: argparse.ArgumentParser) -> None:
    deeds = _Adding(parser.add_subparsers(title="commands", metavar="COMMAND", required=True))
    deeds("list", _list_agencies, "which there are, and whether they have their group")
    adding = deeds("add", _make_agency, "another agency, and the code for its staff group")
    adding.add_argument("name")
    for word, says in _OF_AGENCIES.items():
        adding.add_argument(f"--{word}", help=f"{says} (else as in the settings)")
    moving = deeds("move", _move_order, "give an order to another agency, like /move")
    moving.add_argument("order", type=int, help="its number")
    moving.add_argument("agency", help="the name of the agency")
    setting = deeds("set", _change_agency, "change what is an agency's own, while the bot runs")
    setting.add_argument("agency", help="its name")
    setting.add_argument("--name", help="what it is called from now on")
    for word, says in _OF_AGENCIES.items():
        setting.add_argument(f"--{word}", help=f"{says} (else as it is)")
    setting.add_argument(
        "--like-settings",
        action="append",
        default=[],
        choices=list(_OF_AGENCIES),
        help="this one as in the settings again; may be repeated",
    )


class _Adding:
    def __init__(self, commands: Any) -> None:
        self._commands = commands

    def __call__(
        self, name: str, do: Callable[[argparse.Namespace], int], says: str
    ) -> argparse.ArgumentParser:
        parser: argparse.ArgumentParser = self._commands.add_parser(
            name, help=says, description=f"{says[0].upper()}{says[1:]}."
        )
        parser.set_defaults(do=do)
        return parser


# Running --------------------------------------------------------------------------------------


def _demo(options: argparse.Namespace) -> int:
    logs.set_up("console", "WARNING")  # the page shows what happens
    # The sandbox stands above the bot and knows it; the bot only knows it by name.
    showcase = importlib.import_module("sandbox.showcase")
    return int(showcase.main(options.port))


def _run(_options: argparse.Namespace) -> int:
    settings = read_settings()
    logs.set_up(settings.log_format, settings.log_level)
    bring_up_to_date(settings.database_url)
    if sqlite_file(settings.database_url) is None:
        _require_newest(settings.database_url)
    asyncio.run(_run_until_told(settings))
    return 0


async def _run_until_told(settings: Settings) -> None:
    from bot.rooms import Rooms  # all rooms, which the other commands do without

    stop = asyncio.Event()
    loop = asyncio.get_running_loop()
    for name in (signal.SIGINT, signal.SIGTERM):
        loop.add_signal_handler(name, stop.set)
    bot = Daiko(settings, Rooms(settings.agency()))
    opening = asyncio.create_task(bot.__aenter__())
    told = asyncio.create_task(stop.wait())
    await asyncio.wait([opening, told], return_when=asyncio.FIRST_COMPLETED)
    told.cancel()
    if not opening.done():  # Telegram was out of reach all the time
        opening.cancel()
        await asyncio.gather(opening, return_exceptions=True)
        return
    await opening
    look_no_more_through_what_stays()
    try:
        await bot.run_forever(stop)
    finally:
        await bot.__aexit__(None, None, None)


def _require_newest(url: str) -> None:
    from storage.migrate import newest, revision_of  # with all of Alembic

    if (revision := revision_of(url)) != newest():
        raise CannotGoOn(
            f"the database is at revision {revision or 'none'}, this program needs {newest()};"
            " run `daiko migrate`"
        )


def _migrate(_options: argparse.Namespace) -> int:
    from storage.migrate import migrate, newest, revision_of

    url = read_database_url()
    before = revision_of(url)
    migrate(url)
    print(f"The database is up to date: revision {newest()} (was {before or 'empty'}).")
    return 0


# Looking --------------------------------------------------------------------------------------


def _doctor(_options: argparse.Namespace) -> int:
    try:
        settings = read_settings()
    except WrongSettings as wrong:
        for line in wrong.lines:
            print(f"WRONG  settings: {line}")
        return 1
    return asyncio.run(_examine(settings))


async def _examine(settings: Settings) -> int:
    from bot.doctor import examine

    status = 0
    async for finding in examine(settings):
        print(finding, flush=True)
        status = status or int(finding.is_wrong)
    return status


def _check(_options: argparse.Namespace) -> int:
    return _with_database(_prove)


async def _prove(database: Database) -> int:
    async with database.reading() as tx:
        failed = {failure.number: failure for failure in await prove(tx)}
    for proof in PROOFS:
        failure = failed.get(proof.number)
        print(f"{'FAILS' if failure else 'holds'}  {proof.number:2}. {proof.name}")
        for row in failure.rows if failure else ():
            print(f"           {', '.join(str(value) for value in row)}")
    return 1 if failed else 0


def _export(options: argparse.Namespace) -> int:
    directory = options.directory or Path(f"export-{datetime.now(UTC):%Y%m%d-%H%M%S}")

    async def write(database: Database) -> int:
        for path in await export(database, directory):
            print(path)
        return 0

    return _with_database(write)


def _back_up(options: argparse.Namespace) -> int:
    url = read_database_url()
    print(back_up(url, options.file or default_name(url, datetime.now(UTC))))
    return 0


def _keys(_options: argparse.Namespace) -> int:
    """Encrypt what is kept with the first of ENCRYPTION_KEYS; all of it, or nothing."""
    vault = read_settings().vault()
    if not vault.has_key:
        raise CannotGoOn("there is no key in ENCRYPTION_KEYS; `daiko doctor` makes one")

    async def rotate(database: Database) -> int:
        async with database.transaction() as tx:
            try:
                renewed = await Payouts(tx, vault).renew_details()
            except DetailsLocked:
                raise CannotGoOn(
                    "account details of a pay-out cannot be opened with any of ENCRYPTION_KEYS;"
                    " the key they were kept with is missing. Nothing was changed"
                ) from None
        print(f"Account details of {renewed} pay-outs are kept with the newest key now.")
        return 0

    return _with_database(rotate)


def _import_bank_file(options: argparse.Namespace) -> int:
    from bot import bank_import

    settings = read_settings()

    async def take_in(database: Database) -> int:
        done = await bank_import.import_file(options.file, settings, database)
        for line in done.said():
            print(line)
        for odd in done.odd:
            print(odd, file=sys.stderr)
        return 1 if done.odd else 0

    return _with_database(take_in)


def _make_agency(options: argparse.Namespace) -> int:
    settings = read_settings()

    async def make(database: Database) -> int:
        own = _own_words(options)
        print(await agencies.add(database, settings, options.name, own, datetime.now(UTC)))
        return 0

    return _with_database(make)


def _own_words(options: argparse.Namespace) -> dict[str, str | None]:
    names = (word.replace("-", "_") for word in _OF_AGENCIES)
    return {name: getattr(options, name) for name in names}


def _change_agency(options: argparse.Namespace) -> int:
    like = [word.replace("-", "_") for word in options.like_settings]
    settings = read_settings()

    async def change(database: Database) -> int:
        own, name = _own_words(options), options.name
        for line in await agencies.change(database, settings, options.agency, own, like, name):
            print(line)
        return 0

    return _with_database(change)


def _move_order(options: argparse.Namespace) -> int:
    from bot import order_moves  # with the words of refusals

    settings = read_settings()

    async def move(database: Database) -> int:
        now = datetime.now(UTC)
        print(await order_moves.move(database, settings, options.order, options.agency, now))
        return 0

    return _with_database(move)


def _list_agencies(_options: argparse.Namespace) -> int:
    async def show(database: Database) -> int:
        for line in await agencies.listed(database, datetime.now(UTC)):
            print(line)
        return 0

    return _with_database(show)


def _replay(options: argparse.Namespace) -> int:
    async def replay(database: Database) -> int:
        async with database.transaction() as tx:
            inbox = Inbox(tx)
            parked = await inbox.parked()
            wanted = set(options.update) or {each.update_id for each in parked}
            for each in parked:
                if each.update_id not in wanted:
                    continue
                if not options.list:
                    await inbox.replay(each.update_id)
                print(f"{each.update_id}  parked {each.parked_at:%Y-%m-%d %H:%M}  {each.error}")
        unknown = wanted - {each.update_id for each in parked}
        for update_id in sorted(unknown):
            print(f"{update_id}  is not parked", file=sys.stderr)
        print(_replayed(len(wanted - unknown), only_listed=options.list))
        return 1 if unknown else 0

    return _with_database(replay)


def _replayed(count: int, *, only_listed: bool) -> str:
    if not count:
        return "No update is parked."
    if only_listed:
        return f"{count} parked. `daiko replay` lets the bot work them again."
    return f"{count} will be worked again, at once if the bot runs, else when it starts."


def _with_database(work: Callable[[Database], Coroutine[Any, Any, int]]) -> int:
    """Do something with a database that is there, beside the bot if it runs."""
    url = read_database_url()
    path = sqlite_file(url)
    if path is not None and not path.exists():
        raise CannotGoOn(f"there is no database at {path} yet; `daiko run` makes it")
    _require_newest(url)

    async def opened() -> int:
        database = await Database.connect(url)
        try:
            return await work(database)
        finally:
            await database.close()

    return asyncio.run(opened())


if __name__ == "__main__":
    sys.exit(main())
