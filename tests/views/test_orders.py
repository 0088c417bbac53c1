"""The list of orders."""

from __future__ import annotations

from hypothesis import given, settings

from domain.history import OrderGlance
from domain.ids import OrderId
from tests.views.files import DUE, NOW, READER
from tests.views.reading import labels, read
from tests.views.test_card import NASTY
from views import orders
from views.buttons import OpenCard, OrdersPage

PAY = OrderGlance(12, "AWAITING_FIRST_PAYMENT", "https://shop.example/mug", 2, True, NOW, DUE)
BUY = OrderGlance(9, "PURCHASING", "A <book>", 1, False, NOW, None)
DONE = OrderGlance(3, "COMPLETED", "A pen", 1, False, NOW, None)


def test_the_list() -> None:
    screen = orders.draw([PAY, BUY, DONE], 0, 1, READER)
    assert screen.text == (
        "<b>My orders</b>\n\n"
        "<b>Ongoing</b>\n"
        "🟢 <b>#12</b> · shop.example/mug and 1 more · Waiting for the 1st payment"
        " · <b>your turn</b>\n"
        "🛒 <b>#9</b> · A &lt;book&gt; · Being bought\n\n"
        "<b>Completed and cancelled</b>\n"
        "✅ <b>#3</b> · A pen · Completed"
    )
    assert labels(screen) == [
        ["🟢 #12 · shop.example/mug"],
        ["#9 · A <book>"],
        ["#3 · A pen"],
        ["New order", "Back"],
    ]
    assert OpenCard.unpack(screen.keys[0][0].data) == OpenCard(OrderId(12))


def test_more_orders_are_on_more_pages() -> None:
    screen = orders.draw([BUY], 1, 3, READER)
    assert screen.text.startswith("<b>My orders</b> · page 2 of 3")
    assert labels(screen)[1] == ["⬅️ Previous · 1/3", "➡️ Next · 3/3"]
    assert OrdersPage.unpack(screen.keys[1][1].data) == OrdersPage(2)


def test_no_orders_yet() -> None:
    screen = orders.draw([], 0, 1, READER)
    assert read(screen) == (
        "My orders\n\nYou have no orders yet. New order starts your first one."
    )
    assert labels(screen) == [["New order", "Back"]]


@settings(max_examples=50, deadline=None)
@given(NASTY)
def test_the_list_fits_whatever_was_typed(typed: str) -> None:
    glance = OrderGlance(10**9, "AWAITING_SECOND_PAYMENT", typed, 30, True, NOW, DUE)
    read(orders.draw([glance] * orders.ORDERS_A_PAGE, 3, 9, READER))
