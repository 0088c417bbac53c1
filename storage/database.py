"""Transactions on SQLite and PostgreSQL; all that differs between the two is in this file."""

from __future__ import annotations

import asyncio
import contextlib
import fcntl
import hashlib
import os
import random
import re
import sqlite3
import time
from abc import ABC, abstractmethod
from collections.abc import (
    AsyncIterator,
    Awaitable,
    Callable,
    Collection,
    Mapping,
    Sequence,
)
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path
from types import TracebackType
from typing import Any, Final, Literal, Protocol, TypeVar

import aiosqlite
import asyncpg
from sqlalchemy import Engine, Executable, Table, event
from sqlalchemy import create_engine as create_sync_engine
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.dialects.postgresql.asyncpg import dialect as asyncpg_dialect
from sqlalchemy.engine import URL, make_url

from storage.plans import Plan, Plans, row_class
from storage.plans import Row as Row
from storage.vault import Vault

EngineName = Literal["sqlite", "postgresql"]
Result = TypeVar("Result")

POOL_SIZE: Final = 10
READERS_MAX: Final = 3
BUSY_SECONDS: Final = 10
SLOW_SECONDS: Final = 0.02
READERS_CACHE: Final = "cache_size = -512"  # KiB each; the system holds the file's pages anyway
PRAGMAS: Final = (
    f"busy_timeout = {BUSY_SECONDS * 1_000}",
    "journal_mode = WAL",
    "synchronous = FULL",
    "foreign_keys = ON",
    "secure_delete = ON",  # what is emptied is overwritten: accounts, what people wrote
    "recursive_triggers = ON",  # without it INSERT OR REPLACE deletes behind the triggers' backs
)


# What the rest of the project sees ------------------------------------------------------------


class Tx(Protocol):
    """A transaction that is open: what it writes is kept or lost as a whole.

    After any error it is over: nothing more can be done in it, and nothing of it is kept.
    """

    engine: EngineName

    async def all(self, statement: Executable, /, **values: object) -> list[Row]: ...
    async def one(self, statement: Executable, /, **values: object) -> Row | None: ...
    async def run(self, statement: Executable, /, **values: object) -> int: ...
    async def run_many(
        self, statement: Executable, rows: Sequence[Mapping[str, object]], /
    ) -> None: ...


class IntegrityError(Exception):
    """The database refused a row: a constraint or a trigger stands against it."""

    def __init__(self, message: str, constraint: str) -> None:
        super().__init__(message)
        self.constraint = constraint  # its name; a trigger's words; "" where nobody knows


class TryAgain(Exception):
    """Two transactions were in each other's way; the whole of this one may be tried again."""


class DatabaseBusy(Exception):
    """Another process works on this SQLite file."""

    def __init__(self, path: str, pid: int | None) -> None:
        super().__init__(f"{path} is in use by process {pid or 'unknown'}")
        self.path = path
        self.pid = pid


class Leadership(Protocol):
    """The right to be the only process that does something."""

    @property
    def lost(self) -> bool: ...
    async def confirm(self) -> bool: ...
    async def release(self) -> None: ...


class Database(ABC):
    """A place where transactions are made."""

    engine: EngineName
    url: str
    vault: Vault = Vault()  # replaced by whoever has the keys

    @classmethod
    async def connect(
        cls, url: str, *, exclusive: bool = False, pool_size: int = POOL_SIZE
    ) -> Database:
        """Open `sqlite:///relative.db`, `sqlite:////absolute.db` or `postgresql://…`.

        `exclusive` is for the bot itself, of which a SQLite file bears only one.
        """
        address = make_url(url)
        if address.get_backend_name() == "sqlite":
            return await SqliteDatabase.open(url, exclusive=exclusive)
        return await PostgresDatabase.open(url, pool_size)

    @abstractmethod
    def transaction(self) -> AbstractAsyncContextManager[Tx]:
        """Leave it normally and all is kept; leave it by an exception and nothing is."""

    @abstractmethod
    def reading(self) -> AbstractAsyncContextManager[Tx]:
        """One unchanging view of everything, which waits for no writer and cannot write."""

    @abstractmethod
    async def leader(self, name: str) -> Leadership | None:
        """Become the one process that does `name`; None while another one is."""

    @abstractmethod
    async def close(self) -> None:
        """Let go of the database; what is open is rolled back."""


async def retrying(
    database: Database, work: Callable[[Tx], Awaitable[Result]], *, attempts: int = 8
) -> Result:
    """Do `work` in a transaction; whole and from the start again when it got in another's way."""
    for attempt in range(1, attempts):
        try:
            async with database.transaction() as tx:
                return await work(tx)
        except TryAgain:
            await asyncio.sleep(random.random() * 0.02 * attempt)
    async with database.transaction() as tx:
        return await work(tx)


def insert_ignoring(table: Table, *, keys: Collection[str] = ()) -> postgresql.Insert:
    """INSERT that does nothing when the row (or another with the same `keys`) is there."""
    # PostgreSQL's construct is compiled for SQLite as well: the two share their syntax.
    return postgresql.insert(table).on_conflict_do_nothing(index_elements=list(keys) or None)


def upsert(table: Table, keys: Collection[str], set_: Collection[str]) -> postgresql.Insert:
    """INSERT that changes the columns `set_` when a row with the same `keys` is there."""
    statement = postgresql.insert(table)
    return statement.on_conflict_do_update(
        index_elements=list(keys), set_={name: statement.excluded[name] for name in set_}
    )


# What both engines' transactions share ---------------------------------------------------------


class _Guard:
    """Around all that a transaction asks of its driver: after an error it is over."""

    __slots__ = ("_known", "_over")

    def __init__(self, known: Callable[[BaseException], Exception | None]) -> None:
        self._known = known
        self._over: str | None = None

    def __enter__(self) -> None:
        if self._over is not None:
            raise RuntimeError(f"this transaction is over: {self._over}")

    def __exit__(
        self,
        _kind: type[BaseException] | None,
        error: BaseException | None,
        _trace: TracebackType | None,
    ) -> None:
        if error is None:
            return
        self._over = f"a statement in it failed ({type(error).__name__})"
        if (known := self._known(error)) is not None:
            raise known from None  # PostgreSQL's own words quote the row: people's names

    def check(self) -> None:
        """Called before the commit: whoever swallowed an error must not believe it was kept."""
        if self._over is not None:
            raise RuntimeError(f"nothing of this transaction is kept: {self._over}")

    def end(self, how: str) -> None:
        self._over = self._over or how


class _Transaction(ABC):
    """What both engines' transactions share: plans, and a guard."""

    engine: EngineName

    def __init__(self, plans: Plans) -> None:
        self._plans = plans
        self.guard = _Guard(self._known)

    async def all(self, statement: Executable, /, **values: object) -> list[Row]:
        plan = self._plans.of(statement, values)
        sql, parameters = plan.bind(values)
        with self.guard:
            return await self._fetch(plan, sql, parameters)

    async def one(self, statement: Executable, /, **values: object) -> Row | None:
        rows = await self.all(statement, **values)
        return rows[0] if rows else None

    async def run(self, statement: Executable, /, **values: object) -> int:
        plan = self._plans.of(statement, values)
        sql, parameters = plan.bind(values)
        with self.guard:
            return await self._execute(plan, sql, parameters)

    async def run_many(
        self, statement: Executable, rows: Sequence[Mapping[str, object]], /
    ) -> None:
        if not rows:
            return
        plan = self._plans.of(statement, rows[0])
        if plan.expansion is not None:
            raise TypeError("run_many cannot expand an IN")
        with self.guard:
            await self._execute_many(plan.sql, [plan.bind(row)[1] for row in rows])

    @abstractmethod
    async def _fetch(self, plan: Plan, sql: str, parameters: list[object]) -> list[Row]: ...

    @abstractmethod
    async def _execute(self, plan: Plan, sql: str, parameters: list[object]) -> int: ...

    @abstractmethod
    async def _execute_many(self, sql: str, rows: list[list[object]]) -> None: ...

    @staticmethod
    @abstractmethod
    def _known(error: BaseException) -> Exception | None: ...


async def _to_the_end(awaitable: Awaitable[object]) -> None:
    """Wait for it even if we are cancelled meanwhile: a connection is never left half way."""
    task, cancelled = asyncio.ensure_future(awaitable), False
    while not task.done():
        try:
            await asyncio.wait([task])
        except asyncio.CancelledError:
            cancelled = True
    task.result()
    if cancelled:
        raise asyncio.CancelledError


# SQLite ---------------------------------------------------------------------------------------


def _sqlite_path(url: str) -> str:
    path = make_url(url).database
    if not path or path == ":memory:":
        raise ValueError("SQLite needs a file: every connection to :memory: sees the same one")
    return path


class _SqliteConnection:
    """aiosqlite's connection, whose thread is asked only for what may take long.

    A hop to the thread and back costs more than 0.1 ms of CPU, ten times what most statements
    take; so these run where they are, and the thread waits for the disk: it commits, and runs
    what is known, or was seen, to be slow.
    """

    def __init__(self, threaded: aiosqlite.Connection, quick: sqlite3.Connection) -> None:
        self.threaded = threaded
        self._quick = quick  # the same connection, seen from this side
        self._slow: set[str] = set()
        self._changes = 0

    @classmethod
    async def open(cls, path: str, *pragmas: str) -> _SqliteConnection:
        opened: list[sqlite3.Connection] = []

        def connect() -> sqlite3.Connection:
            # The driver's own BEGIN comes too late and is not IMMEDIATE: isolation_level None.
            connection = sqlite3.connect(
                path, isolation_level=None, check_same_thread=False, cached_statements=512
            )
            for pragma in (*PRAGMAS, *pragmas):
                connection.execute(f"PRAGMA {pragma}")
            opened.append(connection)
            return connection

        threaded = aiosqlite.Connection(connect, iter_chunk_size=64)
        threaded._thread.daemon = True  # forgetting to close must not hang the exit
        await threaded
        return cls(threaded, opened[0])

    async def execute(
        self, sql: str, parameters: Sequence[object] = (), *, slow: bool = False
    ) -> tuple[list[Any], int, Any]:
        """The rows, how many were touched, and what the columns are."""
        started = time.perf_counter()
        if slow or sql in self._slow:
            cursor = await self.threaded.execute(sql, parameters)
            rows = list(await cursor.fetchall())
            touched, columns = cursor.rowcount, cursor.description
        else:
            quick = self._quick.execute(sql, parameters)
            rows, touched, columns = quick.fetchall(), quick.rowcount, quick.description
        if time.perf_counter() - started > SLOW_SECONDS:
            self._slow.add(sql)
        else:
            self._slow.discard(sql)
        return rows, touched, columns

    async def execute_many(self, sql: str, rows: list[list[object]]) -> None:
        if len(rows) > 50:
            await self.threaded.executemany(sql, rows)
        else:
            self._quick.executemany(sql, rows)

    async def begin(self, how: str) -> None:
        """Begin without stopping the loop while another process writes."""
        for _ in range(BUSY_SECONDS * 200):
            if self._begun(how):
                break
            await asyncio.sleep(0.005)
        else:
            self._quick.execute(how)
        self._changes = self._quick.total_changes

    def _begun(self, how: str) -> bool:
        try:
            self._quick.execute(how)
        except sqlite3.OperationalError as error:
            if "locked" not in str(error):
                raise
            return False
        return True

    @property
    def is_open(self) -> bool:
        """Whether a transaction is open: some errors make SQLite roll back by itself."""
        return self._quick.in_transaction

    async def commit(self) -> None:
        if self._quick.total_changes != self._changes:
            await self.threaded.commit()  # waits for the disk
        else:
            self._quick.commit()
            await asyncio.sleep(0)  # whoever only looks, again and again, lets others in


class _SqliteTransaction(_Transaction):
    engine: EngineName = "sqlite"

    def __init__(self, plans: Plans, connection: _SqliteConnection) -> None:
        super().__init__(plans)
        self._connection = connection

    async def _fetch(self, plan: Plan, sql: str, parameters: list[object]) -> list[Row]:
        rows, _, columns = await self._connection.execute(sql, parameters, slow=plan.slow)
        make = plan.row or row_class([column[0] for column in columns or ()])
        if plan.flags:
            rows = [_with_flags(row, plan.flags) for row in rows]
        return [make(row) for row in rows]

    async def _execute(self, plan: Plan, sql: str, parameters: list[object]) -> int:
        rows, touched, columns = await self._connection.execute(sql, parameters, slow=plan.slow)
        return len(rows) if columns else touched

    async def _execute_many(self, sql: str, rows: list[list[object]]) -> None:
        await self._connection.execute_many(sql, rows)

    @staticmethod
    def _known(error: BaseException) -> Exception | None:
        if isinstance(error, sqlite3.IntegrityError):
            return IntegrityError(str(error), _sqlite_constraint(error))
        if isinstance(error, sqlite3.OperationalError) and "locked" in str(error):
            return TryAgain(str(error))
        return None


def _with_flags(row: Sequence[object], flags: tuple[int, ...]) -> list[object]:
    values = list(row)
    for index in flags:
        if values[index] is not None:
            values[index] = bool(values[index])
    return values


def _sqlite_constraint(error: sqlite3.IntegrityError) -> str:
    """The name PostgreSQL would have told: SQLite lists a unique key's columns instead."""
    kind, _, said = str(error).partition(" constraint failed: ")
    if not said:
        return "" if kind == "FOREIGN KEY constraint failed" else str(error)
    if kind == "CHECK":
        return said
    if kind != "UNIQUE":
        return ""
    columns = re.findall(r"(\w+)\.(\w+)", said)
    if error.sqlite_errorname == "SQLITE_CONSTRAINT_PRIMARYKEY" and columns:
        return f"pk_{columns[0][0]}"
    return "_".join(["uq", columns[0][0], *(c for _, c in columns)]) if columns else said


class _AlwaysLeader:
    """The process that holds the file leads in everything."""

    lost = False

    async def confirm(self) -> bool:
        return True

    async def release(self) -> None:
        pass


@dataclass(slots=True)
class _SharedCommit:
    """A commit to come: those who write one after the other wait for the disk together."""

    count: int = 0  # of transactions that are in it
    is_over: bool = False
    is_lost: bool = False  # it failed, and nothing of it was kept
    why: str = "one of those who shared a commit made SQLite roll back"


class SqliteDatabase(Database):
    """One file, one writer; readers see the last commit and wait for nobody."""

    engine: EngineName = "sqlite"

    def __init__(self, url: str, writer: _SqliteConnection, lock: _FileLock | None) -> None:
        self.url = url
        self._path = _sqlite_path(url)
        self._writer = writer
        self._writing = asyncio.Lock()
        self._shared: _SharedCommit | None = None
        self._readers: list[_SqliteConnection] = []
        self._idle: list[_SqliteConnection] = []
        self._reading = asyncio.Semaphore(READERS_MAX)
        self._lock = lock
        self._plans = Plans(sqlite.dialect(paramstyle="qmark"))

    @classmethod
    async def open(cls, url: str, *, exclusive: bool) -> SqliteDatabase:
        path = _sqlite_path(url)
        lock = _FileLock.take(path) if exclusive else None
        try:
            return cls(url, await _SqliteConnection.open(path, "busy_timeout = 0"), lock)
        except BaseException:
            if lock is not None:
                lock.release()
            raise

    @asynccontextmanager
    async def transaction(self) -> AsyncIterator[Tx]:
        # SQLite has no row locks: FOR UPDATE compiles to nothing. Taking the file's write
        # lock as the transaction begins gives the same promise, one writer at a time.
        async with self._writing:
            shared = await self._joined()
            async with self._part_of(shared) as tx:
                yield tx
        await self._kept(shared)

    async def _joined(self) -> _SharedCommit:
        """The commit that is to come, for whoever writes now."""
        if self._shared is None:
            with _Guard(_SqliteTransaction._known):
                await self._writer.begin("BEGIN IMMEDIATE")
            self._shared = _SharedCommit()
        return self._shared

    @asynccontextmanager
    async def _part_of(self, shared: _SharedCommit) -> AsyncIterator[Tx]:
        """One transaction among those that are committed together: it fails alone."""
        tx = _SqliteTransaction(self._plans, self._writer)
        is_first = shared.count == 0
        try:
            if not is_first:
                await self._writer.execute("SAVEPOINT part")
            yield tx
            tx.guard.check()
            if not is_first:
                await self._writer.execute("RELEASE part")
            shared.count += 1
        except BaseException:
            await _to_the_end(self._undo(shared, whole=is_first))
            raise
        finally:
            tx.guard.end("it has ended")

    async def _undo(self, shared: _SharedCommit, *, whole: bool) -> None:
        """Undo what is not to be kept; a disk that is full undoes the others' work as well."""
        if not whole and self._writer.is_open:
            await self._writer.execute("ROLLBACK TO part")
            await self._writer.execute("RELEASE part")
            return
        self._shared = None
        shared.is_over = True
        shared.is_lost = not whole
        await self._writer.threaded.rollback()

    async def _kept(self, shared: _SharedCommit) -> None:
        """Wait for the disk, once for all that were written before we come round again.

        The lock is fair: whoever waited for it while we wrote has written by now, and shares
        the commit. Who is alone commits at once.
        """
        try:
            async with self._writing:
                if not shared.is_over:
                    await _to_the_end(self._commit(shared))
        except asyncio.CancelledError:
            with contextlib.suppress(Exception):
                await _to_the_end(self._kept(shared))  # the others rely on it
            raise
        if shared.is_lost:
            raise TryAgain(shared.why)

    async def _commit(self, shared: _SharedCommit) -> None:
        self._shared = None
        shared.is_over = True
        try:
            with _Guard(_SqliteTransaction._known):
                await self._writer.commit()
        except Exception as error:
            # Whose fault it was is not known: each of them meets its own error when it is alone.
            shared.is_lost = shared.count > 1
            shared.why = f"a commit shared by {shared.count} failed: {error}"
            await self._writer.threaded.rollback()
            if not shared.is_lost:
                raise

    @asynccontextmanager
    async def reading(self) -> AsyncIterator[Tx]:
        async with self._reading:
            connection = self._idle.pop() if self._idle else await self._new_reader()
            try:
                async with self._view(connection) as tx:
                    yield tx
            finally:
                self._idle.append(connection)

    @asynccontextmanager
    async def _view(self, connection: _SqliteConnection) -> AsyncIterator[Tx]:
        tx = _SqliteTransaction(self._plans, connection)
        try:
            with tx.guard:
                await connection.begin("BEGIN")
            yield tx
            tx.guard.check()
            with tx.guard:
                await connection.commit()
        except BaseException:
            # The connection's thread works in order. If we were cancelled while it committed,
            # this comes after the commit and finds nothing to roll back.
            await _to_the_end(connection.threaded.rollback())
            raise
        finally:
            tx.guard.end("it has ended")

    async def _new_reader(self) -> _SqliteConnection:
        reader = await _SqliteConnection.open(self._path, "query_only = ON", READERS_CACHE)
        self._readers.append(reader)
        return reader

    async def leader(self, name: str) -> Leadership | None:
        return _AlwaysLeader()

    async def close(self) -> None:
        for connection in (*self._readers, self._writer):
            await connection.threaded.close()
        if self._lock is not None:
            self._lock.release()


class _FileLock:
    """A file beside the database that says which process works on it."""

    def __init__(self, descriptor: int) -> None:
        self._descriptor = descriptor

    @classmethod
    def take(cls, path: str) -> _FileLock:
        descriptor = os.open(f"{path}.lock", os.O_RDWR | os.O_CREAT, 0o600)
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            written = os.read(descriptor, 20).strip()
            os.close(descriptor)
            raise DatabaseBusy(path, int(written) if written.isdigit() else None) from None
        os.ftruncate(descriptor, 0)
        os.pwrite(descriptor, str(os.getpid()).encode(), 0)
        return cls(descriptor)

    def release(self) -> None:
        # The file stays: removing it would let two processes lock two files of one name.
        os.ftruncate(self._descriptor, 0)
        os.close(self._descriptor)


# PostgreSQL -----------------------------------------------------------------------------------


class _PostgresConnection(asyncpg.Connection):  # type: ignore[misc]
    def get_reset_query(self) -> str:
        return ""  # nothing is set for a session, so nothing is reset, at a round trip each


async def _set_up(connection: asyncpg.Connection) -> None:
    # The sum of BIGINTs is a NUMERIC; here it is an int, as on SQLite.
    await connection.set_type_codec(
        "numeric", encoder=str, decoder=_number, schema="pg_catalog", format="text"
    )


def _number(text: str) -> int | Decimal:
    return int(text) if text.lstrip("-").isdigit() else Decimal(text)


def postgres_address(url: str, *, driver: str = "") -> str:
    """The address as asyncpg wants it or, with a driver, as SQLAlchemy does."""
    scheme = f"postgresql+{driver}" if driver else "postgresql"
    return re.sub(r"^postgres(ql)?(\+\w+)?://", f"{scheme}://", url)


class _PostgresTransaction(_Transaction):
    engine: EngineName = "postgresql"

    def __init__(self, plans: Plans, connection: Any) -> None:
        super().__init__(plans)
        self._connection = connection

    async def _fetch(self, plan: Plan, sql: str, parameters: list[object]) -> list[Row]:
        records = await self._connection.fetch(sql, *parameters)
        if not records:
            return []
        make = plan.row or row_class(list(records[0].keys()))
        return [make(record) for record in records]

    async def _execute(self, plan: Plan, sql: str, parameters: list[object]) -> int:
        status = await self._connection.execute(sql, *parameters)
        touched = status.rpartition(" ")[2]  # "UPDATE 1", "INSERT 0 1", "CREATE TABLE"
        return int(touched) if touched.isdigit() else -1

    async def _execute_many(self, sql: str, rows: list[list[object]]) -> None:
        await self._connection.executemany(sql, rows)

    @staticmethod
    def _known(error: BaseException) -> Exception | None:
        match error:
            case asyncpg.IntegrityConstraintViolationError():
                return IntegrityError(error.message, error.constraint_name or "")
            case asyncpg.RaiseError():  # a trigger
                return IntegrityError(error.message, error.message)
            case asyncpg.SerializationError() | asyncpg.DeadlockDetectedError():
                return TryAgain(str(error))
            case asyncpg.LockNotAvailableError():
                return TryAgain(str(error))
        return None


class _PostgresLeadership:
    """An advisory lock on a connection of its own: it is lost with the connection, never after."""

    def __init__(self, connection: Any) -> None:
        self._connection = connection

    @property
    def lost(self) -> bool:
        return bool(self._connection.is_closed())

    async def confirm(self) -> bool:
        """Ask the server: a connection can be dead long before this side notices."""
        try:
            await self._connection.fetchval("SELECT 1", timeout=BUSY_SECONDS)
        except Exception:  # whatever it says: who cannot be sure does not lead
            self._connection.terminate()
            return False
        return True

    async def release(self) -> None:
        if not self.lost:
            await self._connection.close()


class PostgresDatabase(Database):
    """A server with row locks: many transactions at once, from many processes."""

    engine: EngineName = "postgresql"

    def __init__(self, url: str, pool: Any) -> None:
        self.url = url
        self._pool = pool
        self._plans = Plans(asyncpg_dialect())  # type: ignore[no-untyped-call]

    @classmethod
    async def open(cls, url: str, pool_size: int) -> PostgresDatabase:
        pool = await asyncpg.create_pool(
            postgres_address(url),
            min_size=1,
            max_size=pool_size,
            statement_cache_size=1_000,
            connection_class=_PostgresConnection,
            init=_set_up,
        )
        return cls(url, pool)

    @asynccontextmanager
    async def transaction(self) -> AsyncIterator[Tx]:
        async with self._in("BEGIN") as tx:
            yield tx

    @asynccontextmanager
    async def reading(self) -> AsyncIterator[Tx]:
        async with self._in("BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY") as tx:
            yield tx

    @asynccontextmanager
    async def _in(self, begin: str) -> AsyncIterator[Tx]:
        async with self._pool.acquire() as connection:
            tx = _PostgresTransaction(self._plans, connection)
            try:
                await connection.execute(begin)
                yield tx
                tx.guard.check()
                with tx.guard:  # a deferred constraint speaks now
                    await connection.execute("COMMIT")
            except BaseException:
                if not connection.is_closed():
                    await _to_the_end(connection.execute("ROLLBACK"))
                raise
            finally:
                tx.guard.end("it has ended")

    async def leader(self, name: str) -> Leadership | None:
        connection = await asyncpg.connect(postgres_address(self.url))
        key = int.from_bytes(hashlib.sha256(name.encode()).digest()[:8], "big", signed=True)
        try:
            if await connection.fetchval("SELECT pg_try_advisory_lock($1)", key):
                return _PostgresLeadership(connection)
        except BaseException:  # whoever stops while they ask leaves nothing open
            connection.terminate()
            raise
        await connection.close()
        return None

    async def close(self) -> None:
        await self._pool.close()


# For migrations, which are synchronous --------------------------------------------------------


def sqlite_engine(url: str) -> Engine:
    """An engine of SQLAlchemy's own whose DDL is undone when a migration fails."""
    engine = create_sync_engine(URL.create("sqlite", database=_sqlite_path(url)))

    @event.listens_for(engine, "connect")
    def configure(connection: Any, _record: Any) -> None:
        connection.isolation_level = None
        for pragma in PRAGMAS:
            connection.execute(f"PRAGMA {pragma}")
        # A table is changed by being rebuilt, which must not look like deleting its rows.
        connection.execute("PRAGMA foreign_keys = OFF")

    @event.listens_for(engine, "begin")
    def begin_immediate(connection: Any) -> None:
        connection.exec_driver_sql("BEGIN IMMEDIATE")

    return engine


def sqlite_file(url: str) -> Path | None:
    """Where the database lies on this machine; None when it is on a server."""
    address = make_url(url)
    return Path(_sqlite_path(url)) if address.get_backend_name() == "sqlite" else None
