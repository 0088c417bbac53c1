"""Fixtures of all rooms: a fresh database a test, on both engines, and a moment to be at."""

from __future__ import annotations

import os
import shutil
from collections.abc import AsyncIterator, Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:  # loaded by the fixtures: the tests of the pure rooms start without any SQL
    from storage.database import Database
    from tests.databases import Postgres, SqliteFiles

NOW = datetime(2026, 11, 2, 9, 0, tzinfo=UTC)  # a Monday

# Both by default; DAIKO_TEST_ENGINES=sqlite for a quick look.
ENGINES = tuple(os.environ.get("DAIKO_TEST_ENGINES", "sqlite,postgresql").split(","))

MEMORY = Path("/dev/shm")
ENOUGH_BYTES = 2 * 1024**3


def pytest_configure() -> None:
    """Files of tests lie in memory where there is room, instead of waiting for a disk.

    None of them has to survive a power cut; who kills a process leaves its files as they are.
    """
    if MEMORY.is_dir() and shutil.disk_usage(MEMORY).free > ENOUGH_BYTES:
        os.environ.setdefault("PYTEST_DEBUG_TEMPROOT", str(MEMORY))


@pytest.fixture
def now() -> datetime:
    return NOW


@pytest.fixture(scope="session")
def sqlite_files(tmp_path_factory: pytest.TempPathFactory) -> SqliteFiles:
    from tests.databases import SqliteFiles

    return SqliteFiles(tmp_path_factory.mktemp("template") / "daiko.db")


@pytest.fixture(scope="session")
def postgres(testrun_uid: str) -> Iterator[Postgres]:
    """One server a test run: pytest-xdist gives all its workers the same `testrun_uid`."""
    from tests.databases import Postgres

    postgres = Postgres(testrun_uid)
    yield postgres
    postgres.close()


@pytest.fixture(params=ENGINES)
def engine(request: pytest.FixtureRequest) -> str:
    """The engine this test runs on: "sqlite" or "postgresql"."""
    return str(request.param)


@pytest.fixture
def database_url(engine: str, request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """The address of a database of the newest revision, without data."""
    if engine == "sqlite":
        files: SqliteFiles = request.getfixturevalue("sqlite_files")
        yield files.create(tmp_path / "daiko.db")
    else:
        postgres: Postgres = request.getfixturevalue("postgres")
        url = postgres.create()
        yield url
        postgres.give_back(url)


@pytest.fixture
def empty_database_url(
    engine: str, request: pytest.FixtureRequest, tmp_path: Path
) -> Iterator[str]:
    """The address of a database without a table, for those who test migrations."""
    if engine == "sqlite":
        yield f"sqlite:///{tmp_path / 'daiko.db'}"
    else:
        postgres: Postgres = request.getfixturevalue("postgres")
        url = postgres.create_empty()
        yield url
        postgres.drop(url)


@pytest.fixture
async def database(database_url: str) -> AsyncIterator[Database]:
    """An open database; it is closed, and gone, after the test."""
    from storage.database import Database

    database = await Database.connect(database_url)
    yield database
    await database.close()
