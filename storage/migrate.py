"""Brings a database to the newest schema, or back, wholly or not at all.

`python -m storage.migrate URL` upgrades, `--check` compares the migrations with the tables as the
code describes them, `--new "message"` drafts the next migration. `--regenerate-first` writes the
first one anew, which is allowed until there has been a release.
"""

from __future__ import annotations

import argparse
import asyncio
import subprocess
import sys
import tempfile
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any, Final, TypeVar

from alembic import command
from alembic.autogenerate import produce_migrations, render_python_code
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection
from sqlalchemy.ext.asyncio import create_async_engine

from storage.database import postgres_address, sqlite_engine, sqlite_file
from storage.metadata import metadata

Result = TypeVar("Result")

MIGRATIONS: Final = Path(__file__).parent / "migrations"
FIRST: Final = MIGRATIONS / "versions" / "0001_first.py"
ONE_AT_A_TIME: Final = "SELECT pg_advisory_xact_lock(7_220_001)"


def migrate(url: str, revision: str = "head", *, migrations: Path = MIGRATIONS) -> None:
    """Upgrade; does nothing when the database is there already. A failure leaves nothing."""
    in_transaction(url, lambda c: command.upgrade(_config(c, migrations), revision))


def downgrade(url: str, revision: str, *, migrations: Path = MIGRATIONS) -> None:
    """Go back to an older revision, `base` for an empty database."""
    in_transaction(url, lambda c: command.downgrade(_config(c, migrations), revision))


def revision_of(url: str) -> str | None:
    """The revision a database is at; None when it was never migrated."""
    if (path := sqlite_file(url)) is not None and not path.exists():
        return None
    return in_transaction(url, lambda c: MigrationContext.configure(c).get_current_revision())


def newest() -> str | None:
    """The revision that `migrate` leads to."""
    return ScriptDirectory(str(MIGRATIONS)).get_current_head()


def _config(connection: Connection | None, migrations: Path = MIGRATIONS) -> Config:
    config = Config()
    config.set_main_option("script_location", str(migrations))
    config.set_main_option("path_separator", "os")
    config.attributes["connection"] = connection
    return config


def in_transaction(url: str, work: Callable[[Connection], Result]) -> Result:
    if sqlite_file(url) is not None:
        return _on_sqlite(url, work)
    # The caller may be inside an event loop; asyncpg wants one of its own.
    with ThreadPoolExecutor(1) as thread:
        return thread.submit(asyncio.run, _on_postgres(url, work)).result()


def _on_sqlite(url: str, work: Callable[[Connection], Result]) -> Result:
    engine = sqlite_engine(url)
    try:
        with engine.begin() as connection:
            result = work(connection)
            # Tables are rebuilt with foreign keys switched off: look once all is done.
            if broken := connection.exec_driver_sql("PRAGMA foreign_key_check").all():
                raise RuntimeError(f"rows point at nothing: {broken[:5]}")
            return result
    finally:
        engine.dispose()


async def _on_postgres(url: str, work: Callable[[Connection], Result]) -> Result:
    engine = create_async_engine(postgres_address(url, driver="asyncpg"))
    try:
        async with engine.begin() as connection:
            await connection.exec_driver_sql(ONE_AT_A_TIME)
            return await connection.run_sync(work)
    finally:
        await engine.dispose()


# For those who change the schema --------------------------------------------------------------

_FIRST: Final = '''"""The first schema.

Written by `python -m storage.migrate --regenerate-first`; frozen from the first release on.
"""
# ruff: noqa: E501

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None

BIG = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    {upgrade}
    connection = op.get_bind()
    for statement in TRIGGERS[connection.dialect.name]:
        connection.exec_driver_sql(statement)


def downgrade() -> None:
    {downgrade}
    connection = op.get_bind()
    for function in FUNCTIONS[connection.dialect.name]:
        connection.exec_driver_sql(f"DROP FUNCTION {{function}}()")


TRIGGERS = {triggers}

# SQLite drops a table's triggers with it; PostgreSQL keeps the functions they call.
FUNCTIONS = {functions}
'''


_BIG: Final = "sa.BigInteger().with_variant(sa.Integer(), 'sqlite')"


def regenerate_first() -> None:
    """Write the first migration from the tables as the code describes them now."""
    others = [path for path in FIRST.parent.glob("[0-9]*.py") if path != FIRST]
    if others:
        raise SystemExit(f"there are later migrations already: {', '.join(map(str, others))}")
    FIRST.write_text(_first(), encoding="utf-8")
    subprocess.run([sys.executable, "-m", "ruff", "format", "-q", str(FIRST)], check=False)


def _first() -> str:
    from storage.ledger_tables import TRIGGERS

    with tempfile.TemporaryDirectory() as folder:
        script = in_transaction(f"sqlite:///{folder}/empty.db", _differences)
    return _FIRST.format(
        upgrade=_rendered(script.upgrade_ops),
        downgrade=_rendered(script.downgrade_ops),
        triggers=_listed(TRIGGERS),
        functions=_listed({engine: _functions(ddl) for engine, ddl in TRIGGERS.items()}),
    )


def _differences(connection: Connection) -> Any:
    return produce_migrations(MigrationContext.configure(connection), metadata)


def _rendered(operations: Any) -> str:
    code = render_python_code(operations, sqlalchemy_module_prefix="sa.")
    code = code.replace(_BIG, "BIG")
    return "\n".join(line for line in code.splitlines() if "# ###" not in line).strip()


def _functions(statements: tuple[str, ...]) -> tuple[str, ...]:
    words = [statement.split("(")[0].split() for statement in statements]
    return tuple(name[2] for name in words if name[:2] == ["CREATE", "FUNCTION"])


def _listed(by_engine: dict[str, tuple[str, ...]]) -> str:
    lines = ["{"]
    for engine, statements in by_engine.items():
        lines.append(f'    "{engine}": (')
        for statement in statements:
            quotes = '"""' if "\n" in statement else '"'
            lines.append(f"        {quotes}{statement}{quotes},")
        lines.append("    ),")
    return "\n".join([*lines, "}"])


def draft(message: str) -> None:
    """Draft the next migration: what the tables have that the migrations do not."""
    with tempfile.TemporaryDirectory() as folder:
        url = f"sqlite:///{folder}/present.db"
        migrate(url, migrations=MIGRATIONS)
        number = f"{len(list(FIRST.parent.glob('[0-9]*.py'))) + 1:04}"
        in_transaction(
            url,
            lambda c: command.revision(
                _config(c, MIGRATIONS), message, autogenerate=True, rev_id=number
            ),
        )


def main(arguments: list[str] | None = None) -> int:
    parser = argparse.ArgumentParser("python -m storage.migrate", description=__doc__)
    parser.add_argument("url", nargs="?", help="the database to upgrade")
    parser.add_argument("--check", action="store_true", help="compare migrations and tables")
    parser.add_argument("--new", metavar="MESSAGE", help="draft the next migration")
    parser.add_argument("--regenerate-first", action="store_true")
    options = parser.parse_args(arguments)
    if options.regenerate_first:
        regenerate_first()
    if options.new:
        draft(options.new)
    if options.url:
        migrate(options.url)
    return _report() if options.check else 0


def _report() -> int:
    from storage.drift import drift

    lines = drift()
    sys.stdout.writelines(f"{line}\n" for line in lines)
    return 1 if lines else 0


if __name__ == "__main__":
    sys.exit(main())
