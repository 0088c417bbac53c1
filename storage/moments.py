"""Moments as the tables keep them: whole milliseconds since 1970, UTC."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Final, overload

_EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)
_MILLISECOND: Final = timedelta(milliseconds=1)


@overload
def to_ms(moment: datetime) -> int: ...
@overload
def to_ms(moment: None) -> None: ...
def to_ms(moment: datetime | None) -> int | None:
    """Exact: no float is involved."""
    return None if moment is None else (moment - _EPOCH) // _MILLISECOND


@overload
def from_ms(stored: int) -> datetime: ...
@overload
def from_ms(stored: None) -> None: ...
def from_ms(stored: int | None) -> datetime | None:
    return None if stored is None else _EPOCH + stored * _MILLISECOND
