"""PayPal's page asks in the name of the agency that the order is with."""

from __future__ import annotations

from sandbox.paypal import PayPal
from sandbox.people import Forum, Person
from tests.stories.shop import Shop, Somebody
from tests.stories.test_agencies import coded, osaka, says, yui
from tests.stories.test_paypal import no_pauses, paypal, shop
from tests.stories.test_two_agencies import ESTIMATE, applies_to, in_topic

__all__ = ["no_pauses", "osaka", "paypal", "shop", "yui"]


async def test_a_payment_is_asked_for_in_the_name_of_the_order_s_agency(
    shop: Shop, paypal: PayPal, aki: Somebody, yui: Person, osaka: Forum
) -> None:
    await says(shop, yui, await coded(shop, "Osaka"), osaka)
    await applies_to(aki, "Osaka")
    await in_topic(shop, yui, ESTIMATE, osaka, 1)
    await aki.presses("Open order", "Pay 1st bill", "PayPal")
    (order,) = paypal.orders.values()
    assert order.context["brand_name"] == "Osaka"
