"""The words tables are written in: types, names, and the one `metadata` they belong to."""

from __future__ import annotations

from typing import Any, Final

from sqlalchemy import BigInteger, Boolean, Index, Integer, LargeBinary, MetaData, Table, Text
from sqlalchemy.schema import SchemaItem
from sqlalchemy.sql.elements import ColumnElement

# Every constraint has a name: a migration can only change what it can name, and a refusal by
# the database is told by it.
metadata: Final = MetaData(
    naming_convention={
        "pk": "pk_%(table_name)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "ck": "ck_%(table_name)s_%(constraint_name)s",
        "fk": "fk_%(table_name)s_%(column_0_N_name)s",
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    }
)

# STRICT tables of SQLite know only INTEGER, TEXT and BLOB; PostgreSQL wants BIGINT.
Id: Final = BigInteger().with_variant(Integer(), "sqlite")
Count: Final = BigInteger().with_variant(Integer(), "sqlite")
Amount: Final = BigInteger().with_variant(Integer(), "sqlite")  # minor units of a currency
Moment: Final = BigInteger().with_variant(Integer(), "sqlite")  # milliseconds since 1970, UTC
Flag: Final = Boolean().with_variant(Integer(), "sqlite")  # rows carry True and False on both
Json: Final = Text()  # text on both engines: it is read and written whole, never searched
Blob: Final = LargeBinary()


def strict_table(name: str, *items: SchemaItem, **options: Any) -> Table:
    """A table that refuses a value of another type, on SQLite too."""
    return Table(name, metadata, *items, sqlite_strict=True, **options)


def partial_index(
    name: str, *columns: Any, where: ColumnElement[bool], unique: bool = False
) -> Index:
    """An index of only those rows that a sweep or a queue looks for."""
    return Index(name, *columns, unique=unique, sqlite_where=where, postgresql_where=where)
