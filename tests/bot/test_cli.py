"""The command `daiko`: what it says, and with which status it ends."""

from __future__ import annotations

import asyncio
import os
import re
import signal
import sqlite3
import subprocess
import sys
from contextlib import closing
from pathlib import Path
from typing import Final

import pytest

from bot.backup import CannotBackUp, back_up
from bot.cli import main
from bot.settings import Settings
from sandbox.people import Forum, Person
from sandbox.server import create_app, serve
from sandbox.telegram import TOKEN, Telegram
from storage.database import Database
from storage.inbox import Received
from storage.unit_of_work import unit_of_work
from tests.bot.conftest import until
from tests.bot.test_road import said
from tests.conftest import NOW
from tests.databases import SqliteFiles

ROOT: Final = Path(__file__).parent.parent.parent


@pytest.fixture(autouse=True)
def settings_of_a_test(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.chdir(tmp_path)
    for name in Settings.model_fields:
        monkeypatch.delenv(name.upper(), raising=False)
    monkeypatch.setenv("BOT_TOKEN", TOKEN)
    monkeypatch.setenv("STAFF_CHAT_ID", "-100")
    monkeypatch.setenv("BOT_API_URL", "http://127.0.0.1:9")


@pytest.fixture
def book(sqlite_files: SqliteFiles, tmp_path: Path) -> str:
    """A database where the settings look for one."""
    return sqlite_files.create(tmp_path / "daiko.db")


def test_help_names_every_command(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as end:
        main(["--help"])
    assert end.value.code == 0
    shown = capsys.readouterr().out
    for command in ("demo", "run", "migrate", "doctor", "check", "export", "backup", "replay"):
        assert f"  {command} " in shown


@pytest.mark.parametrize("command", ["run", "doctor", "keys rotate"])
def test_a_wrong_setting_stops_what_needs_it(
    command: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("STAFF_CHAT_ID", "staff")
    assert main(command.split()) == 1
    shown = capsys.readouterr()
    said = (shown.out + shown.err).strip()
    assert said.removeprefix("WRONG  settings: ") == (
        "STAFF_CHAT_ID is not a whole number. Example: STAFF_CHAT_ID=-1001234567890"
    )


@pytest.mark.parametrize("command", ["check", "export", "backup", "replay", "migrate"])
def test_what_only_looks_at_the_database_needs_no_other_setting(
    book: str, command: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("BOT_TOKEN")
    monkeypatch.setenv("STAFF_CHAT_ID", "staff")
    assert main([command]) == 0


@pytest.mark.parametrize("command", ["check", "export", "backup", "replay", "migrate"])
def test_a_wrong_address_of_the_database_stops_whoever_wants_it(
    command: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("DATABASE_URL", "mysql://x")
    assert main([command]) == 1
    assert capsys.readouterr().err == (
        "DATABASE_URL is neither sqlite:///file.db nor postgresql://user:password@host/name."
        " Example: DATABASE_URL=sqlite:///daiko.db\n"
    )


@pytest.mark.parametrize("command", ["check", "export", "backup", "replay"])
def test_a_database_that_is_not_there_is_not_made(
    command: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main([command]) == 1
    assert "there is no database at daiko.db" in capsys.readouterr().err
    assert not tmp_path.joinpath("daiko.db").exists()


def test_a_server_that_is_not_there_is_one_line(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("DATABASE_URL", "postgresql://nobody:secret@127.0.0.1:9/none")
    assert main(["check"]) == 1
    said = capsys.readouterr().err
    assert said.count("\n") == 1
    assert said.startswith("daiko: ")
    assert "secret" not in said


def test_migrate_makes_the_database(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["migrate"]) == 0
    assert "up to date" in capsys.readouterr().out
    assert tmp_path.joinpath("daiko.db").exists()
    assert main(["migrate"]) == 0


def test_check_says_each_proof(book: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["check"]) == 0
    said = capsys.readouterr().out.splitlines()
    assert len(said) == 13
    assert all(line.startswith("holds ") for line in said)


def test_check_ends_with_1_when_a_proof_fails(
    book: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    with closing(sqlite3.connect(tmp_path / "daiko.db")) as connection:
        triggers = connection.execute("SELECT name FROM sqlite_master WHERE type = 'trigger'")
        for (name,) in triggers.fetchall():
            connection.execute(f"DROP TRIGGER {name}")
        connection.execute(
            "INSERT INTO account (code, currency, side, guarded, debits)"
            " VALUES ('somebody', 'USD', 'D', 0, 5)"
        )
        connection.commit()
    assert main(["check"]) == 1
    assert "FAILS   1. each balance is the sum of its transfers" in capsys.readouterr().out


def test_export_writes_every_table(
    book: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["export", "out"]) == 0
    written = {path.name for path in tmp_path.joinpath("out").iterdir()}
    assert {"orders.csv", "lines.csv", "bills.csv", "payments.csv", "ledger.csv"} <= written
    assert "out/orders.csv" in capsys.readouterr().out


def test_backup_is_a_whole_copy(
    book: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["backup", "copy.db"]) == 0
    assert main(["backup", "copy.db"]) == 0  # last week's is replaced
    assert capsys.readouterr().out.splitlines() == ["copy.db", "copy.db"]
    assert {p.name for p in tmp_path.iterdir()} >= {"copy.db", "daiko.db"}
    assert not list(tmp_path.glob("copy.db?*"))
    assert tmp_path.joinpath("copy.db").stat().st_mode & 0o777 == 0o600
    with closing(sqlite3.connect(tmp_path / "copy.db")) as copy:
        assert copy.execute("SELECT count(*) FROM inbox").fetchone() == (0,)
    assert main(["backup"]) == 0
    assert capsys.readouterr().out.startswith("daiko-")


async def test_a_backup_beside_a_writer_has_what_was_committed(book: str, tmp_path: Path) -> None:
    database = await Database.connect(book, exclusive=True)
    async with unit_of_work(database) as uow:
        await uow.inbox.take_in([Received(1, 7, "{}")], NOW)
    async with unit_of_work(database) as uow:
        await uow.inbox.take_in([Received(2, 7, "{}")], NOW)
        back_up(book, tmp_path / "copy.db")
    await database.close()
    with closing(sqlite3.connect(tmp_path / "copy.db")) as copy:
        assert copy.execute("SELECT update_id FROM inbox").fetchall() == [(1,)]


def test_postgresql_is_backed_up_by_its_own_program(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    url = "postgresql://daiko:secret@db.example/daiko"
    monkeypatch.setenv("PATH", "")
    with pytest.raises(CannotBackUp, match="pg_dump is not on this machine"):
        back_up(url, tmp_path / "copy.dump")
    program = tmp_path / "pg_dump"
    program.write_text(
        '#!/bin/sh\nfor a in "$@"; do case $a in --file=*) '
        'echo "$PGPASSWORD $*" > "${a#--file=}";; esac; done\n'
    )
    program.chmod(0o755)
    monkeypatch.setenv("PATH", str(tmp_path))
    back_up(url, tmp_path / "copy.dump")
    password, *arguments = tmp_path.joinpath("copy.dump").read_text().split()
    assert password == "secret"
    assert "secret" not in " ".join(arguments)
    assert "--dbname=postgresql://daiko@db.example/daiko" in arguments


async def test_replay_lets_parked_updates_be_worked_again(
    book: str, capsys: pytest.CaptureFixture[str]
) -> None:
    database = await Database.connect(book)
    async with unit_of_work(database) as uow:
        await uow.inbox.take_in([Received(n, 7, "{}") for n in (1, 2, 3)], NOW)
        await uow.inbox.park(1, NOW, "KeyError in handlers/x.py:7")
        await uow.inbox.park(2, NOW, "")
    await database.close()
    run = asyncio.to_thread
    assert await run(main, ["replay", "--list"]) == 0
    assert capsys.readouterr().out.splitlines() == [
        "1  parked 2026-11-02 09:00  KeyError in handlers/x.py:7",
        "2  parked 2026-11-02 09:00  ",
        "2 parked. `daiko replay` lets the bot work them again.",
    ]
    assert await run(main, ["replay", "1", "9"]) == 1
    assert capsys.readouterr().err == "9  is not parked\n"
    assert await run(main, ["replay"]) == 0
    assert await run(main, ["replay"]) == 0
    assert capsys.readouterr().out.splitlines()[-1] == "No update is parked."


def test_an_agency_is_added_and_listed(book: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["agency", "list"]) == 0
    assert capsys.readouterr().out == ""
    assert main(["agency", "add", "Osaka", "--timezone", "Asia/Tokyo", "--holidays", "JP"]) == 0
    assert re.search(r"\n/register [2-9A-Z]{12}\n$", capsys.readouterr().out)
    assert main(["agency", "list"]) == 0
    assert capsys.readouterr().out.startswith("Osaka: waits for /register until ")
    assert main(["agency", "add", " "]) == 1
    assert capsys.readouterr().err == "daiko: an agency's name has 1 to 60 characters\n"
    assert main(["agency", "add", "Kobe", "--timezone", "Mars"]) == 1
    assert capsys.readouterr().err == "daiko: --timezone is no time zone that this machine knows\n"


def test_what_is_an_agency_s_own_is_changed(book: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["agency", "add", "Osaka", "--timezone", "Asia/Tokyo", "--holidays", "JP"]) == 0
    capsys.readouterr()
    changed = ["--bank-account", "Osaka Bank\n987", "--currency-display", "code", "--holidays", ""]
    assert main(["agency", "set", "Osaka", *changed]) == 0
    assert capsys.readouterr().out.splitlines() == [
        "Osaka",
        "  timezone: Asia/Tokyo",
        "  language: as in the settings",
        "  holidays: none",
        "  bank-account: Osaka Bank / 987",
        "  currency-display: code",
    ]
    assert (
        main(["agency", "set", "Osaka", "--name", "Osaka East", "--like-settings", "holidays"])
        == 0
    )
    assert capsys.readouterr().out.splitlines()[:4] == [
        "Osaka East",
        "  timezone: Asia/Tokyo",
        "  language: as in the settings",
        "  holidays: as in the settings",
    ]
    assert main(["agency", "list"]) == 0
    assert capsys.readouterr().out.startswith("Osaka East: waits for /register until ")


@pytest.mark.parametrize("typed", ["Sakura Shopping", "  sakura  SHOPPING "])
def test_no_other_agency_is_called_like_that_of_the_settings(
    book: str, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, typed: str
) -> None:
    assert main(["agency", "add", "Osaka"]) == 0
    capsys.readouterr()
    monkeypatch.setenv("AGENCY_NAME", "Sakura Shopping")
    for arguments in (["add", typed], ["set", "Osaka", "--name", typed]):
        assert main(["agency", *arguments]) == 1
        assert capsys.readouterr().err == (
            f"daiko: {' '.join(typed.split())} is the name of the agency of the settings"
            " (AGENCY_NAME); this one needs another\n"
        )
    assert main(["agency", "list"]) == 0
    (line,) = capsys.readouterr().out.splitlines()
    assert line.startswith("Osaka: ")


def test_an_order_that_is_not_there_is_not_moved(
    book: str, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("BOT_TOKEN", "123456789:AAF-from-BotFather")
    monkeypatch.setenv("STAFF_CHAT_ID", "-1001234567890")
    assert main(["agency", "move", "12", "Osaka"]) == 1
    assert capsys.readouterr().err.startswith("daiko: There is no other agency with a group.")


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["Kobe", "--language", "ja"], "there is no agency Kobe; there is: Osaka, Nara"),
        (["Osaka", "--name", "NARA"], "there is an agency Nara already"),
        (["Osaka", "--name", " "], "an agency's name has 1 to 60 characters"),
        (["Osaka", "--timezone", "Mars"], "--timezone is no time zone that this machine knows"),
        (["Osaka", "--holidays", "ZZ"], "--holidays is no country code whose holidays are known"),
        (["Osaka", "--currency-display", "yen"], "--currency-display must be one of symbol, code"),
        (["Osaka", "--bank-account", "x" * 601], "a bank account has 600 characters at most"),
        (
            ["Osaka", "--language", "ja", "--like-settings", "language"],
            "--language is given, and --like-settings has it too",
        ),
        (
            ["Osaka"],
            "nothing to change; one of --name, --timezone, --language, --holidays, --bank-account,"
            " --currency-display",
        ),
    ],
)
def test_what_an_agency_cannot_become_is_said_and_changes_nothing(
    book: str, capsys: pytest.CaptureFixture[str], arguments: list[str], said: str
) -> None:
    for name in ("Osaka", "Nara"):
        assert main(["agency", "add", name, "--language", "en"]) == 0
    assert main(["agency", "add", "osaka"]) == 1
    assert capsys.readouterr().err == "daiko: there is an agency Osaka already\n"
    assert main(["agency", "set", *arguments]) == 1
    assert capsys.readouterr().err == f"daiko: {said}\n"
    assert main(["agency", "set", "Osaka", "--name", "Osaka"]) == 0
    assert "  language: en\n  holidays: as in the settings\n" in capsys.readouterr().out


# In a process of its own ----------------------------------------------------------------------


def daiko(*arguments: str) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [sys.executable, "-m", "bot", *arguments],
        env=os.environ | {"PYTHONPATH": str(ROOT)},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )


async def ended(process: subprocess.Popen[str]) -> tuple[int, str]:
    out, err = await asyncio.to_thread(process.communicate, timeout=30)
    return process.returncode, out + err


@pytest.mark.slow
async def test_run_works_until_it_is_told_to_stop_and_shares_its_file_with_nobody(
    telegram: Telegram,
    staff: Forum,
    aki: Person,
    monkeypatch: pytest.MonkeyPatch,
    tmp_path: Path,
) -> None:
    monkeypatch.setenv("STAFF_CHAT_ID", str(staff.id))
    monkeypatch.setenv("LOG_FORMAT", "json")
    async with serve(create_app(telegram)) as address:
        monkeypatch.setenv("BOT_API_URL", address)
        first = daiko("run")
        aki.start()
        await until(lambda: len(said(aki)) == 1, seconds=30)
        status, words = await ended(daiko("run"))
        assert status == 1
        assert words == (
            f"daiko: daiko.db is in use by process {first.pid}; only one `daiko run` can have it\n"
        )
        assert (await ended(daiko("check")))[0] == 0  # works beside it
        first.send_signal(signal.SIGTERM)
        status, words = await ended(first)
    assert status == 0, words
    assert TOKEN not in words
    assert tmp_path.joinpath("daiko.db").exists()


@pytest.mark.slow
async def test_a_wrong_token_and_a_taken_port_are_one_line(
    telegram: Telegram, staff: Forum, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("STAFF_CHAT_ID", str(staff.id))
    async with serve(create_app(telegram)) as address:
        monkeypatch.setenv("BOT_API_URL", address)
        port = address.rpartition(":")[2]
        monkeypatch.setenv("HTTP_PORT", port)
        assert await ended(daiko("run")) == (
            1,
            f"daiko: cannot listen on 127.0.0.1:{port}: Address already in use;"
            " another HTTP_PORT, or an empty one\n",
        )
        monkeypatch.setenv("BOT_TOKEN", "1:wrong")
        assert await ended(daiko("run")) == (
            1,
            "daiko: Telegram does not know this BOT_TOKEN; @BotFather has the right one\n",
        )


# The bank's file ------------------------------------------------------------------------------


def test_a_bank_file_is_read_and_an_odd_line_ends_with_1(
    book: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file = tmp_path / "bank.csv"
    file.write_text("Date,Amount,Sender,Reference,Text\n2026-11-02,5.00,Somebody,B17,\n")
    assert main(["bank", "import", str(file)]) == 0
    assert capsys.readouterr().out.splitlines() == [
        "0 suggested; finance members confirm each of them.",
        "Nobody's that we know of: B17",
    ]
    file.write_text("Date,Amount,Reference\n2026-11-02,1.000,B18\n")
    assert main(["bank", "import", str(file)]) == 1
    assert capsys.readouterr().err == "line 2: the amount cannot be read\n"
    file.write_text("Day,Sum\n")
    assert main(["bank", "import", str(file)]) == 1
    assert "BANK_CSV_AMOUNT" in capsys.readouterr().err
    assert main(["bank", "import", str(tmp_path / "none.csv")]) == 1
    assert "none.csv" in capsys.readouterr().err
