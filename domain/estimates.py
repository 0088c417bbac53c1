"""The estimate: the agency's answer to an application, and at once its 1st bill."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace

from domain.money import LARGEST, Currency, Money, Rate, convert
from domain.orders import Line, LineState, Order
from domain.refusals import BadLine, LineNotNow, NothingToPay, NotPriced


@dataclass(frozen=True, slots=True)
class Estimate:
    """Unit prices by line, domestic shipping and fee; in the shop's currency if one is named."""

    prices: Mapping[int, Money]
    shipping: Money
    fee: Money
    shop: Currency | None = None
    rate: Rate | None = None
    rate_text: str = field(default="")  # "JPY@0.0066", as it is frozen on the bill

    def converted(self, price: Money, into: Currency) -> Money:
        if self.rate is None or price.currency == into:
            return price
        return convert(price, self.rate, into)


def priced(order: Order, estimate: Estimate) -> Order:
    """Give every live line its unit price; refuse when one is left out or none is left."""
    for no in estimate.prices:
        line = order.line(no)
        if not line.is_live:
            raise LineNotNow(no, line.state)
    missing = tuple(line.no for line in order.live_lines if line.no not in estimate.prices)
    if missing:
        raise NotPriced(missing)
    if not order.live_lines:
        raise NothingToPay(order.id)
    lines = tuple(_priced(line, estimate, order.currency) for line in order.lines)
    return replace(order, lines=lines)


def _priced(line: Line, estimate: Estimate, currency: Currency) -> Line:
    if not line.is_live:
        return line
    asked = estimate.prices[line.no]
    unit_price = estimate.converted(asked, currency)
    if asked.minor > 0 and unit_price.minor == 0:
        raise BadLine("estimate", "rate")  # a price that the rate makes nothing of
    shop_price = asked if estimate.shop is not None else None
    return replace(line, unit_price=unit_price, shop_price=shop_price, state=LineState.QUOTED)


def goods(order: Order) -> Money:
    """What the live lines cost together, as far as their prices are known."""
    total = Money(0, order.currency)
    for line in order.live_lines:
        if line.price is not None:
            total += line.price.times(line.quantity)
    return total


def first_bill_total(order: Order, estimate: Estimate) -> tuple[Money, Money, Money]:
    """(total, domestic shipping, fee) of the 1st bill, in the account's currency."""
    shipping = estimate.converted(estimate.shipping, order.currency)
    fee = estimate.converted(estimate.fee, order.currency)
    total = goods(order) + shipping + fee
    if total.minor > LARGEST:  # nobody could pay it: the books take no such transfer
        raise BadLine("estimate", "amount")
    return total, shipping, fee
