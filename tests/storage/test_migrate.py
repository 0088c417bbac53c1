"""Migrations: up, down and up again with data, all or nothing, and in step with the code."""

from __future__ import annotations

import asyncio
import shutil
from functools import partial
from pathlib import Path

import pytest
from sqlalchemy import Column, Connection, Integer, Table, select, text

from storage import drift, migrate
from storage.database import Database, Row
from storage.metadata import metadata
from storage.tables import person
from tests.storage.books import Books

SECOND = '''
"""A second migration, as a release would bring it."""
import sqlalchemy as sa
from alembic import op

revision, down_revision = "0002", "0001"


def upgrade() -> None:
    op.add_column("person", sa.Column("nickname", sa.Text(), nullable=False, server_default=""))
    op.execute("UPDATE person SET nickname = name")
    with op.batch_alter_table("parcel") as parcel:
        parcel.create_check_constraint("tracking_known", "tracking <> ''")
        parcel.add_column(sa.Column("weight", sa.Integer(), nullable=False, server_default="0"))
    {then}


def downgrade() -> None:
    with op.batch_alter_table("parcel") as parcel:
        parcel.drop_column("weight")
        parcel.drop_constraint("tracking_known", type_="check")
    op.drop_column("person", "nickname")
'''


def folder(tmp_path: Path, then: str = "pass") -> Path:
    """The project's migrations and one more."""
    copy = tmp_path / "migrations"
    shutil.copytree(migrate.MIGRATIONS, copy, ignore=shutil.ignore_patterns("__pycache__"))
    (copy / "versions" / "0002_second.py").write_text(SECOND.format(then=then), encoding="utf-8")
    return copy


async def all_of(url: str, question: str) -> list[Row]:
    database = await Database.connect(url)
    try:
        async with database.reading() as tx:
            return await tx.all(text(question))
    finally:
        await database.close()


async def some_life(url: str) -> None:
    database = await Database.connect(url)
    books = Books(database)
    await books.person(7)
    await books.order(1, 7)
    await books.pay_order(7, 1, 9_000, "B1", remaining=8_000)
    async with database.transaction() as tx:
        await tx.run(
            text(
                "INSERT INTO parcel (order_id, no, carrier, tracking, shipped_at)"
                " VALUES (1, 1, 'EMS', 'EE123456785JP', 0)"
            )
        )
    await database.close()


async def in_order(url: str) -> bool:
    database = await Database.connect(url)
    try:
        books = Books(database)
        return await books.purse(7) == (1_000, 0, 0) and await books.failures() == []
    finally:
        await database.close()


async def test_up_twice_is_up_once(empty_database_url: str) -> None:
    url = empty_database_url
    assert migrate.revision_of(url) is None
    migrate.migrate(url)
    await some_life(url)
    migrate.migrate(url)
    assert migrate.revision_of(url) == migrate.newest() == "0001"
    assert await in_order(url)


async def test_down_to_nothing_and_up_again(empty_database_url: str) -> None:
    url = empty_database_url
    migrate.migrate(url)
    await some_life(url)
    migrate.downgrade(url, "base")
    assert migrate.revision_of(url) is None
    assert migrate.in_transaction(url, drift.schema) == set()
    migrate.migrate(url)
    assert await all_of(url, "SELECT id FROM person") == []
    await some_life(url)
    assert await in_order(url)


async def test_data_lives_through_a_later_migration_and_back(
    empty_database_url: str, tmp_path: Path
) -> None:
    url, more = empty_database_url, folder(tmp_path)
    migrate.migrate(url)
    await some_life(url)
    old = migrate.in_transaction(url, drift.schema)
    for _ in range(2):
        migrate.migrate(url, migrations=more)
        assert migrate.revision_of(url) == "0002"
        rows = await all_of(url, "SELECT nickname, weight, tracking FROM person, parcel")
        assert [tuple(row) for row in rows] == [("Aki", 0, "EE123456785JP")]
        assert await in_order(url)
        migrate.downgrade(url, "0001", migrations=more)
        assert migrate.in_transaction(url, drift.schema) == old
        assert await in_order(url)


@pytest.mark.parametrize("failure", ['op.execute("SELECT no_such_function()")', "raise OSError"])
async def test_a_migration_that_fails_leaves_nothing(
    empty_database_url: str, tmp_path: Path, failure: str
) -> None:
    url = empty_database_url
    then = 'op.create_table("half", sa.Column("id", sa.Integer()))\n    ' + failure
    more = folder(tmp_path, then)
    migrate.migrate(url)
    await some_life(url)
    old = migrate.in_transaction(url, drift.schema)
    with pytest.raises(Exception, match=r"no_such_function|^$"):
        migrate.migrate(url, migrations=more)
    assert migrate.revision_of(url) == "0001"
    assert migrate.in_transaction(url, drift.schema) == old
    assert await in_order(url)


async def test_a_first_migration_that_fails_leaves_an_empty_database(
    empty_database_url: str, tmp_path: Path
) -> None:
    more = folder(tmp_path, "raise OSError")
    with pytest.raises(OSError):  # noqa: PT011
        migrate.migrate(empty_database_url, migrations=more)
    assert migrate.revision_of(empty_database_url) is None
    assert migrate.in_transaction(empty_database_url, drift.schema) == set()


async def test_rows_that_point_at_nothing_stop_a_migration(
    empty_database_url: str, tmp_path: Path, engine: str
) -> None:
    if engine != "sqlite":
        pytest.skip("PostgreSQL looks by itself")
    migrate.migrate(empty_database_url)
    await some_life(empty_database_url)
    more = folder(tmp_path, 'op.execute("DELETE FROM orders")')
    with pytest.raises(RuntimeError, match="point at nothing"):
        migrate.migrate(empty_database_url, migrations=more)
    assert await in_order(empty_database_url)


async def test_two_processes_may_migrate_at_once(empty_database_url: str) -> None:
    await asyncio.gather(
        *(asyncio.to_thread(migrate.migrate, empty_database_url) for _ in range(3))
    )
    await some_life(empty_database_url)
    assert await in_order(empty_database_url)


async def test_migrating_within_a_running_loop(empty_database_url: str) -> None:
    migrate.migrate(empty_database_url)  # as `daiko run` does
    database = await Database.connect(empty_database_url)
    async with database.reading() as tx:
        assert await tx.all(select(person)) == []
    await database.close()


def test_the_migrations_lead_to_what_the_code_describes(empty_database_url: str) -> None:
    migrate.migrate(empty_database_url)
    migrated = migrate.in_transaction(empty_database_url, drift.schema)
    migrate.downgrade(empty_database_url, "base")
    migrate.in_transaction(empty_database_url, metadata.create_all)
    assert migrate.in_transaction(empty_database_url, drift.schema) == migrated


DRIFTS = (
    "CREATE TABLE extra (id INTEGER)",
    "ALTER TABLE person ADD COLUMN extra INTEGER",
    "ALTER TABLE person RENAME COLUMN name TO title",
    "DROP INDEX ix_payment_customer_id",
    "CREATE INDEX ix_extra ON person (name)",
    "DROP TABLE place",
)
DRIFTS_OF = {
    "sqlite": (
        "DROP TRIGGER transfer_posts",
        "ALTER TABLE person ADD COLUMN extra INTEGER CONSTRAINT ck_extra CHECK (extra > 0)",
    ),
    "postgresql": (
        "DROP TRIGGER transfer_posts ON transfer",
        "ALTER TABLE account DROP CONSTRAINT ck_account_never_overdrawn",
        "CREATE OR REPLACE FUNCTION transfer_posts() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN"
        " RETURN NULL; END $$",
        "ALTER TABLE person ALTER COLUMN username DROP DEFAULT",
        "ALTER TABLE person ALTER COLUMN name DROP NOT NULL",
    ),
}


def test_any_drift_is_noticed(empty_database_url: str, engine: str) -> None:
    url = empty_database_url
    migrate.migrate(url)
    old = migrate.in_transaction(url, drift.schema)
    for statement in (*DRIFTS, *DRIFTS_OF[engine]):
        with pytest.raises(LookedEnough):
            migrate.in_transaction(url, partial(_compare, statement, old))
    assert migrate.in_transaction(url, drift.schema) == old


class LookedEnough(Exception):
    """Rolls the drift back."""


def _compare(ddl: str, old: set[str], connection: Connection) -> None:
    connection.exec_driver_sql(ddl)
    assert drift.schema(connection) != old, ddl
    raise LookedEnough


def test_the_first_migration_is_what_the_code_describes(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Until the first release, which freezes it."""
    anew = tmp_path / "0001_first.py"
    monkeypatch.setattr(migrate, "FIRST", anew)
    migrate.regenerate_first()
    present = migrate.MIGRATIONS / "versions" / "0001_first.py"
    assert anew.read_text(encoding="utf-8") == present.read_text(encoding="utf-8")


def test_a_draft_has_what_the_tables_have_more(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    copy = tmp_path / "migrations"
    shutil.copytree(migrate.MIGRATIONS, copy, ignore=shutil.ignore_patterns("__pycache__"))
    monkeypatch.setattr(migrate, "MIGRATIONS", copy)
    monkeypatch.setattr(migrate, "FIRST", copy / "versions" / "0001_first.py")
    extra = Table("extra", metadata, Column("id", Integer, primary_key=True))
    try:
        migrate.draft("something more")
    finally:
        metadata.remove(extra)
    (written,) = (copy / "versions").glob("0002*.py")
    draft = written.read_text(encoding="utf-8")
    assert 'revision = "0002"' in draft or "revision = '0002'" in draft
    assert "create_table" in draft
    assert "drop_table" in draft
    for other in ("alter_column", "add_column", "op.create_index", "drop_constraint"):
        assert other not in draft


def test_the_check_says_what_differs(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(drift, "drift", lambda: ["sqlite: - table extra"])
    assert migrate.main(["--check"]) == 1
    assert capsys.readouterr().out == "sqlite: - table extra\n"
