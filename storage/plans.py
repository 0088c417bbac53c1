"""Statements, compiled once for an engine, and the rows they bring.

Statements are SQLAlchemy Core constants, run by the driver itself: SQLAlchemy's own asynchronous
layer costs four times as much on SQLite. A statement that is known to take long says so:
`statement.execution_options(slow=True)`.
"""

from __future__ import annotations

from collections import namedtuple
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final, Protocol, cast

from sqlalchemy import Boolean, Dialect, Executable, Insert, Table, Update
from sqlalchemy.sql import visitors
from sqlalchemy.sql.compiler import SQLCompiler
from sqlalchemy.sql.elements import BindParameter, ClauseElement

PLANS_MAX: Final = 5_000


class Row(Protocol):
    """One row of a result: its columns are attributes."""

    def __getattr__(self, name: str, /) -> Any: ...
    def __getitem__(self, index: int, /) -> Any: ...
    def __iter__(self) -> Iterator[Any]: ...
    def __len__(self) -> int: ...


@dataclass(frozen=True, slots=True)
class Plan:
    """A statement in the words of one engine."""

    sql: str
    names: tuple[str, ...]  # the parameters, in the order the driver wants them
    constants: Mapping[str, object]  # those whose values stand in the statement itself
    accepts: frozenset[str]
    row: Callable[[Iterable[Any]], Row] | None  # None: columns only known to the driver
    flags: tuple[int, ...]  # columns that are booleans
    expansion: _Expansion | None  # of an IN whose length comes with the values
    slow: bool

    def bind(self, values: Mapping[str, object]) -> tuple[str, list[object]]:
        if unknown := values.keys() - self.accepts:
            raise TypeError(f"the statement has no parameter {sorted(unknown)}")
        if self.expansion is not None:
            return self.expansion.bind({**self.constants, **values})
        constants = self.constants
        return self.sql, [values[n] if n in values else constants[n] for n in self.names]


class _Expansion:
    """The forms of a statement with an IN: one for each length it was asked for."""

    def __init__(self, compiled: SQLCompiler) -> None:
        self._compiled = compiled
        self._lists = [compiled.bind_names[bind] for bind in compiled.post_compile_params]
        self._forms: dict[tuple[int, ...], tuple[str, list[tuple[str, int]]]] = {}

    def bind(self, values: dict[str, Any]) -> tuple[str, list[object]]:
        for name in self._lists:
            values[name] = list(values[name])
        lengths = tuple(len(values[name]) for name in self._lists)
        if lengths not in self._forms:
            self._forms[lengths] = self._expand(values)
        sql, places = self._forms[lengths]
        return sql, [values[name][i] if i >= 0 else values[name] for name, i in places]

    def _expand(self, values: dict[str, Any]) -> tuple[str, list[tuple[str, int]]]:
        state = self._compiled.construct_expanded_state(values)
        origin = {
            part: (name, index)
            for name, parts in state.parameter_expansion.items()
            for index, part in enumerate(parts)
        }
        return state.statement, [origin.get(name, (name, -1)) for name in state.positiontup or ()]


class Plans:
    """The statements of one engine; a statement is known by its identity."""

    def __init__(self, dialect: Dialect) -> None:
        self._dialect = dialect
        self._closed: dict[int, Plan] = {}
        self._plans: dict[tuple[int, frozenset[str]], tuple[Executable, Plan]] = {}

    def of(self, statement: Executable, values: Mapping[str, object]) -> Plan:
        if (plan := self._closed.get(id(statement))) is not None:
            return plan
        # What an INSERT without VALUES inserts depends on what it is given.
        is_open = _is_open(statement)
        given = frozenset(values) if is_open else frozenset[str]()
        known = self._plans.get((id(statement), given))
        if known is not None:
            return known[1]
        if len(self._plans) >= PLANS_MAX:  # somebody builds statements as they go
            oldest = next(iter(self._plans))
            self._closed.pop(oldest[0], None)
            del self._plans[oldest]
        plan = _compile(statement, given, self._dialect)
        self._plans[id(statement), given] = (statement, plan)  # keeping it keeps its id taken
        if not is_open:
            self._closed[id(statement)] = plan
        return plan


def _is_open(statement: Executable) -> bool:
    """Whether this is an INSERT or UPDATE that does not say which columns."""
    if isinstance(statement, Insert):
        return not (statement._values or statement._multi_values or statement.select is not None)
    return isinstance(statement, Update) and not (
        statement._values or getattr(statement, "_ordered_values", None)
    )


def _compile(statement: Executable, given: frozenset[str], dialect: Dialect) -> Plan:
    options: dict[str, Any] = {}
    if isinstance(statement, (Insert, Update)) and _is_open(statement):
        options["column_keys"] = sorted(_columns_of(statement, given))
    if isinstance(statement, Insert) and not statement._returning:
        statement = statement.inline()  # or PostgreSQL would be asked to return the key
    clause = cast("ClauseElement", statement)
    compiled = cast("SQLCompiler", clause.compile(dialect=dialect, **options))
    slow = bool(statement.get_execution_options().get("slow"))
    if isinstance(statement, Insert) and compiled.insert_prefetch:
        raise TypeError(f"{statement.table.name}: defaults are the database's: server_default")
    return _plan(compiled, slow)


def _columns_of(statement: Insert | Update, given: frozenset[str]) -> set[str]:
    elsewhere = {
        str(part.key)
        for part in visitors.iterate(cast("ClauseElement", statement))
        if isinstance(part, BindParameter)
    }
    return set(given - elsewhere) & set(cast("Table", statement.table).c.keys())


def _plan(compiled: SQLCompiler, slow: bool) -> Plan:
    binds = {name: bind for bind, name in compiled.bind_names.items()}
    constants = {name: bind.value for name, bind in binds.items() if not bind.required}
    columns = compiled._result_columns
    names = [column.keyname for column in columns]
    return Plan(
        sql=compiled.string,
        names=tuple(compiled.positiontup or ()),
        constants=constants,
        accepts=frozenset(name for name in binds if not name.startswith("%")),
        row=row_class(names) if names else None,
        flags=tuple(i for i, column in enumerate(columns) if isinstance(column.type, Boolean)),
        expansion=_Expansion(compiled) if compiled.post_compile_params else None,
        slow=slow,
    )


def row_class(names: Sequence[str]) -> Callable[[Iterable[Any]], Row]:
    made = namedtuple("Row", names, rename=True)  # type: ignore[misc]
    return cast("Callable[[Iterable[Any]], Row]", made._make)
