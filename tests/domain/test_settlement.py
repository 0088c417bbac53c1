from dataclasses import replace

from domain.bills import Bill, BillKind
from domain.ids import BillId
from domain.orders import LineState
from domain.settlement import settle
from tests.domain.orders import NOW, a_line, an_order, usd

FIRST = Bill(
    BillId(1), BillKind.FIRST, 1, usd(3_700), NOW, usd(3_700), shipping=usd(500), fee=usd(200)
)
SECOND = Bill(BillId(2), BillKind.SECOND, 1, usd(4_210), NOW, usd(4_210), extra=usd(10))
LINES = (
    a_line(1, 2, unit_price=usd(1_000), bought_price=usd(1_050), state=LineState.SHIPPED),
    a_line(2, 1, unit_price=usd(1_000), state=LineState.CANCELLED),
)


def test_a_settlement_counts_what_was_really_bought_and_both_bills() -> None:
    order = an_order(*LINES, first_bill=FIRST, second_bill=SECOND, adjustment=usd(-100))
    done = settle(order, usd(7_910))
    assert (done.goods, done.domestic_shipping, done.fee) == (usd(2_100), usd(500), usd(200))
    assert (done.international_shipping, done.adjustment) == (usd(4_210), usd(-100))
    assert (done.cost, done.over, done.under) == (usd(6_910), usd(1_000), usd(0))


def test_the_shipping_of_parcels_that_came_back_is_a_cost_too() -> None:
    order = an_order(*LINES, first_bill=FIRST, second_bill=SECOND, earlier_shipping=usd(1_500))
    done = settle(order, usd(9_000))
    assert (done.international_shipping, done.earlier_shipping) == (usd(4_210), usd(1_500))
    assert (done.cost, done.over) == (usd(8_510), usd(490))


def test_too_little_paid_is_a_lack_and_never_both() -> None:
    order = an_order(*LINES, first_bill=FIRST, second_bill=SECOND)
    done = settle(order, usd(7_009))
    assert (done.cost, done.over, done.under) == (usd(7_010), usd(0), usd(1))
    exact = settle(order, usd(7_010))
    assert (exact.over, exact.under) == (usd(0), usd(0))


def test_a_cost_is_never_below_zero() -> None:
    order = replace(an_order(*LINES), adjustment=usd(-999_999))
    assert settle(order, usd(500)).cost == usd(0)
    assert settle(order, usd(500)).over == usd(500)
