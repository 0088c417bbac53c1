"""One of every notice about changes that a customer makes or asks for, and orders with them."""

from __future__ import annotations

from dataclasses import replace
from typing import Final

from domain import change_notices as told
from domain import changes
from domain.ids import LineNo, OrderId
from domain.notices import Notice
from domain.orders import LineState, Order
from tests.views import files
from tests.views.files import usd

N: Final = OrderId(12)
ONE: Final = LineNo(1)
TWO: Final = LineNo(2)

FEWER: Final = changes.changed(files.ESTIMATED, 1, 1)
MORE: Final = changes.changed(files.ESTIMATED, 1, 3)
ASKED: Final = changes.requested(files.PAID, 1, 0)
ASKED_FEWER: Final = changes.requested(files.PAID, 1, 1)
ASKED_ALL: Final = changes.requested_all(files.PAID)
HALF_BOUGHT: Final = replace(
    files.PAID,
    lines=(files.PAID.lines[0], replace(files.PAID.lines[1], state=LineState.BOUGHT)),
)

CHANGE_NOTICES: Final[tuple[tuple[Notice, Order], ...]] = (
    (told.ItemChanged(N, ONE, 2, 5), files.APPLIED),
    (told.ItemChanged(N, ONE, 2, 0), files.APPLIED),
    (told.ItemChanged(N, ONE, 2, 1, usd(8320), usd(5320)), FEWER),
    (told.EstimateWanted(N, ONE, 2, 3, usd(8320)), MORE),
    (told.EstimateWanted(N, ONE, 2, 3, usd(8320)), files.ESTIMATED),
    (told.ChangeRequested(N, (ONE,), 0), ASKED),
    (told.ChangeRequested(N, (ONE,), 1), ASKED_FEWER),
    (told.ChangeRequested(N, (ONE, TWO), 0), ASKED_ALL),
    (told.ChangeRequested(N, (ONE,), 0), files.BOUGHT),
    (told.RequestWithdrawn(N, (ONE,)), files.PAID),
    (told.RequestWithdrawn(N, (ONE, TWO)), files.PAID),
    (told.RequestAccepted(N, (ONE,), 0), files.PAID),
    (told.RequestAccepted(N, (ONE, TWO), 0), files.BOUGHT),
    (told.RequestAccepted(N, (ONE,), 1), files.BOUGHT),
    (told.RequestDeclined(N, (ONE,), "it is in <b>the cart"), files.PAID),
    (told.RequestDeclined(N, (ONE, TWO), "they are packed"), files.PAID),
)
