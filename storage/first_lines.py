"""What an order is about, in one line: its first item that is still wanted."""

from __future__ import annotations

from typing import Any, Final

from sqlalchemy import ScalarSelect, case, select

from domain.orders import LineState
from storage.tables import line, orders

_first = line.alias("first_line")
_IS_LIVE: Final = _first.c.state.not_in((LineState.REJECTED.value, LineState.CANCELLED.value))
# Where none goes on, the first there was.
FIRST_LINE: Final[ScalarSelect[Any]] = (
    select(_first.c.description)
    .where(_first.c.order_id == orders.c.id)
    .order_by(case((_IS_LIVE, 0), else_=1), _first.c.no)
    .limit(1)
    .correlate(orders)
    .scalar_subquery()
)
