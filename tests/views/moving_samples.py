"""What is said when an order moves to another agency."""

from __future__ import annotations

from typing import Final

from domain import refusals as no
from domain.ids import OrderId
from domain.moving_notices import OrderCame, OrderMoved
from domain.notices import Notice
from domain.orders import Order
from domain.refusals import Refused
from tests.views import files

N: Final = OrderId(12)

MOVING_NOTICES: Final[tuple[tuple[Notice, Order], ...]] = (
    (OrderMoved(N, "Daiko", "Osaka"), files.PAID),
    (OrderMoved(N, "Daiko", "Osaka", pays_elsewhere=True), files.ESTIMATED),
    (OrderCame(N, "Daiko", "Mina"), files.PAID),
    (OrderCame(N, "Daiko", ""), files.PAID),
    (OrderCame(N, "Daiko", "Mina", waits=True, pays_elsewhere=True), files.ESTIMATED),
    (OrderCame(N, "Daiko", "", pays_elsewhere=True, reported=files.usd(1_700)), files.ESTIMATED),
)
MOVING_REFUSALS: Final[tuple[Refused, ...]] = (
    no.MovedAway(N, "Osaka"),
    no.InChargeAlready(N, "Osaka"),
    no.NoSuchAgency("Kobe", ("Daiko", "Osaka")),
    no.NoOtherAgency(),
)
