"""The queue looks only at what waits: an index leads to it, however many orders have ended."""

from __future__ import annotations

import sqlite3
from pathlib import Path

import pytest
from sqlalchemy.dialects import sqlite

from domain.queue import Kind
from storage.queues import KINDS
from tests.databases import SqliteFiles


@pytest.mark.parametrize("kind", Kind)
def test_no_kind_of_work_is_looked_for_among_all_orders(
    kind: Kind, sqlite_files: SqliteFiles, tmp_path: Path
) -> None:
    path = tmp_path / "daiko.db"
    sqlite_files.create(path)
    statement = KINDS[kind].params(most=8)
    compiled = statement.compile(dialect=sqlite.dialect(paramstyle="qmark"))
    ready = compiled.construct_expanded_state()
    values = [ready.parameters[name] for name in ready.positiontup or ()]
    with sqlite3.connect(path) as database:
        plan = [
            row[3] for row in database.execute(f"EXPLAIN QUERY PLAN {ready.statement}", values)
        ]
    whole = [f"SCAN {table}" for table in ("orders", "line", "payment", "payout", "person")]
    assert [step for step in plan if step in whole] == []
    assert len(plan) > 3
