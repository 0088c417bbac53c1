"""`daiko keys rotate`: account details under the newest key, all of them or none."""

from __future__ import annotations

import asyncio
from datetime import UTC, date, datetime
from pathlib import Path

import pytest
from cryptography.fernet import Fernet

from bot.cli import main
from bot.settings import Settings
from domain.ids import PayoutId, PersonId
from domain.money import Currency, Money
from domain.payments import Method
from domain.payouts import Payout
from domain.refusals import DetailsLocked
from sandbox.telegram import TOKEN
from storage.database import Database
from storage.unit_of_work import looking, unit_of_work
from storage.vault import Vault
from tests.databases import SqliteFiles

OLD, NEW, OTHER = (Fernet.generate_key().decode() for _ in range(3))
ACCOUNT = "First Bank 123 456 789"
NOW = datetime(2026, 11, 2, tzinfo=UTC)


@pytest.fixture
def url(monkeypatch: pytest.MonkeyPatch, sqlite_files: SqliteFiles, tmp_path: Path) -> str:
    monkeypatch.chdir(tmp_path)
    for name in Settings.model_fields:
        monkeypatch.delenv(name.upper(), raising=False)
    monkeypatch.setenv("BOT_TOKEN", TOKEN)
    monkeypatch.setenv("STAFF_CHAT_ID", "-100")
    return sqlite_files.create(tmp_path / "daiko.db")


async def keep(url: str, key: str) -> None:
    """A pay-out whose account is sealed with this key."""
    database = await Database.connect(url)
    database.vault = Vault([key])
    async with unit_of_work(database) as uow:
        await uow.people.meet(PersonId(7), "Aki", "", "en", NOW)
        amount, charge = Money(1_000, Currency.USD), Money(200, Currency.USD)
        new = Payout(
            PayoutId(0),
            PersonId(7),
            amount,
            charge,
            Method.BANK,
            "***6789",
            NOW,
            date(2026, 11, 5),
        )
        await uow.payouts.add(new, ACCOUNT)
    await database.close()


async def read(url: str, key: str, number: int = 1) -> str:
    database = await Database.connect(url)
    database.vault = Vault([key])
    try:
        async with looking(database) as uow:
            return await uow.payouts.details(PayoutId(number))
    finally:
        await database.close()


def test_the_newest_key_opens_what_was_kept_with_an_older_one(
    url: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    asyncio.run(keep(url, OLD))
    monkeypatch.setenv("ENCRYPTION_KEYS", f"{NEW},{OLD}")
    assert main(["keys", "rotate"]) == 0
    assert "1 pay-outs" in capsys.readouterr().out
    assert asyncio.run(read(url, NEW)) == ACCOUNT
    with pytest.raises(DetailsLocked):
        asyncio.run(read(url, OLD))


def test_a_missing_key_is_said_and_nothing_is_changed(
    url: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    asyncio.run(keep(url, OLD))
    asyncio.run(keep(url, OTHER))
    monkeypatch.setenv("ENCRYPTION_KEYS", f"{NEW},{OLD}")
    assert main(["keys", "rotate"]) == 1
    shown = capsys.readouterr().err
    assert "cannot be opened with any of ENCRYPTION_KEYS" in shown
    assert NEW not in shown
    assert asyncio.run(read(url, OLD)) == ACCOUNT


def test_without_a_key_it_says_so(url: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["keys", "rotate"]) == 1
    assert "no key in ENCRYPTION_KEYS" in capsys.readouterr().err
