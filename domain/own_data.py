"""A customer's own data as tables, on their way into a file."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Rows:
    name: str
    columns: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
