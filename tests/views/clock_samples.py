"""One of every notice of the clocks."""

from __future__ import annotations

from typing import Final

from domain.clock_notices import (
    CustomerAsleep,
    DeadlineNear,
    EstimateMissing,
    SecondBillUnpaid,
    StaffAwaited,
)
from domain.ids import OrderId
from domain.notices import Notice
from domain.orders import Order
from domain.turns import OF_STAFF
from tests.views import files
from tests.views.files import DUE, NOW, usd

N: Final = OrderId(12)

CLOCK_NOTICES: Final[tuple[tuple[Notice, Order], ...]] = (
    (DeadlineNear(N), files.ESTIMATED),
    (DeadlineNear(N, is_warning=True), files.ESTIMATED),
    (DeadlineNear(N), files.APPLIED),
    (EstimateMissing(N), files.APPLIED),
    *((StaffAwaited(N, turn, NOW), files.READY) for turn in sorted(OF_STAFF)),
    (SecondBillUnpaid(N, usd(4210), 14), files.BILLED),
    (CustomerAsleep(N, DUE), files.PAID),
)
