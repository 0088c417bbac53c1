"""Settlement: what an order cost against what was paid. [R] at the reception report or 30 days."""

from __future__ import annotations

from dataclasses import dataclass

from domain.estimates import goods
from domain.money import Money
from domain.orders import Order


@dataclass(frozen=True, slots=True)
class Settlement:
    """Line by line what the order cost. Only one of `over` and `under` is above zero."""

    goods: Money
    domestic_shipping: Money
    fee: Money
    international_shipping: Money
    earlier_shipping: Money  # of parcels that came back
    adjustment: Money  # may be below zero
    paid: Money
    cost: Money

    @property
    def over(self) -> Money:
        """What goes back to the deposit."""
        return max(self.paid - self.cost, self.cost.nothing)

    @property
    def under(self) -> Money:
        """What is taken from the deposit, or owed."""
        return max(self.cost - self.paid, self.cost.nothing)


def _known(amount: Money | None, zero: Money) -> Money:
    return zero if amount is None else amount


def settle(order: Order, paid: Money) -> Settlement:
    """What the order really cost, against what waits in its account."""
    zero = Money(0, order.currency)
    first, second = order.first_bill, order.second_bill
    shipping = _known(first.shipping if first else None, zero)
    fee = _known(first.fee if first else None, zero)
    abroad = second.total if second else zero
    earlier = _known(order.earlier_shipping, zero)
    adjustment = _known(order.adjustment, zero)
    cost = goods(order) + shipping + fee + abroad + earlier + adjustment
    return Settlement(
        goods=goods(order),
        domestic_shipping=shipping,
        fee=fee,
        international_shipping=abroad,
        earlier_shipping=earlier,
        adjustment=adjustment,
        paid=paid,
        cost=max(cost, zero),
    )
