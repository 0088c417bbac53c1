"""The sandbox's PayPal: its page, and that it is strict where PayPal is."""

from __future__ import annotations

import asyncio
import re
from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import httpx
import pytest
from starlette.applications import Starlette

from sandbox.paypal import No, PayPal
from sandbox.paypal_server import paypal_mount
from sandbox.showcase import stage
from tests.bot.conftest import Clock
from tests.conftest import NOW

Json = dict[str, Any]


@pytest.fixture
def clock() -> Clock:
    return Clock(NOW)


@pytest.fixture
def paypal(clock: Clock) -> PayPal:
    return PayPal(clock)


@pytest.fixture
async def visitor(paypal: PayPal) -> AsyncIterator[httpx.AsyncClient]:
    app = Starlette(routes=[paypal_mount(paypal)])
    way = httpx.ASGITransport(app)
    async with httpx.AsyncClient(transport=way, base_url="http://127.0.0.1") as visitor:
        yield visitor


def made(paypal: PayPal, value: str = "28.00", currency: str = "USD", invoice: str = "D1") -> str:
    unit = {
        "amount": {"currency_code": currency, "value": value},
        "description": "Order #1 <b>",
        "custom_id": "1",
        "invoice_id": invoice,
    }
    context = {"experience_context": {"brand_name": "Daiko & Co"}}
    told = paypal.create({"purchase_units": [unit], "payment_source": {"paypal": context}})
    return str(told["id"])


async def agrees(visitor: httpx.AsyncClient, number: str, deed: str = "pay") -> httpx.Response:
    return await visitor.post("/paypal/checkoutnow?", data={"token": number, "do": deed})


async def test_the_page_shows_what_is_to_be_paid_and_whose_it_is(
    paypal: PayPal, visitor: httpx.AsyncClient
) -> None:
    page = await visitor.get("/paypal/checkoutnow", params={"token": made(paypal)})
    assert page.status_code == 200
    assert "The demo’s own PayPal, on this machine." in page.text
    assert "28.00 <small>USD</small>" in page.text
    assert "Daiko &amp; Co" in page.text
    assert "Order #1 &lt;b&gt;" in page.text
    assert "default-src 'none'" in page.headers["content-security-policy"]
    assert not re.search(r"src=|https?://|<script", page.text)


async def test_agreeing_is_done_once_and_leaving_pays_nothing(
    paypal: PayPal, visitor: httpx.AsyncClient
) -> None:
    number = made(paypal)
    assert "Nothing was paid" in (await agrees(visitor, number, "leave")).text
    assert paypal.orders[number].status == "PAYER_ACTION_REQUIRED"
    assert "You have agreed" in (await agrees(visitor, number)).text
    assert paypal.orders[number].status == "APPROVED"
    assert (await agrees(visitor, number)).status_code == 404
    assert (await visitor.get("/paypal/checkoutnow?token=nonsense")).status_code == 404


@pytest.mark.parametrize(
    ("deed", "outcome"), [("pay", "COMPLETED"), ("pending", "PENDING"), ("declined", "")]
)
async def test_the_page_lets_one_choose_what_happens(
    paypal: PayPal, visitor: httpx.AsyncClient, deed: str, outcome: str
) -> None:
    number = made(paypal)
    await agrees(visitor, number, deed)
    if outcome:
        assert paypal.capture(number)["purchase_units"][0]["payments"]["captures"][0][
            "status"
        ] == (outcome)
    else:
        with pytest.raises(No, match="INSTRUMENT_DECLINED"):
            paypal.capture(number)


async def test_what_is_held_back_for_a_day_is_money_afterwards(clock: Clock) -> None:
    paypal = PayPal(clock, decides_after=timedelta(days=1))
    number = made(paypal)
    paypal.moods.capture = "PENDING"
    paypal.approve(number)
    paypal.capture(number)
    clock.forward(hours=23)
    assert paypal.order(number).captures[0]["status"] == "PENDING"
    clock.forward(hours=1)
    assert paypal.order(number).captures[0]["status"] == "COMPLETED"


async def test_a_page_lapses_after_six_hours(paypal: PayPal, clock: Clock) -> None:
    number = made(paypal)
    clock.forward(hours=6)
    paypal.order(number)
    clock.forward(seconds=1)
    with pytest.raises(No, match="INVALID_RESOURCE_ID"):
        paypal.order(number)


@pytest.mark.parametrize(
    ("value", "currency", "issue"),
    [
        ("0", "USD", "CANNOT_BE_ZERO_OR_NEGATIVE"),
        ("1.005", "USD", "DECIMAL_PRECISION"),
        ("100.5", "JPY", "DECIMAL_PRECISION"),
        ("1.00", "XXX", "INVALID_CURRENCY_CODE"),
    ],
)
def test_amounts_paypal_does_not_take(
    paypal: PayPal, value: str, currency: str, issue: str
) -> None:
    with pytest.raises(No, match=issue):
        made(paypal, value, currency)


def test_an_invoice_is_paid_once(paypal: PayPal) -> None:
    number = made(paypal)
    made(paypal)  # a second page is no matter
    paypal.approve(number)
    paypal.capture(number)
    with pytest.raises(No, match="DUPLICATE_INVOICE_ID"):
        made(paypal)


def test_the_fee_of_a_currency_without_decimals_is_whole(paypal: PayPal) -> None:
    number = made(paypal, "12000", "JPY")
    paypal.approve(number)
    told = paypal.capture(number)["purchase_units"][0]["payments"]["captures"][0]
    assert told["seller_receivable_breakdown"]["paypal_fee"]["value"] == "468"


# The seller's side ----------------------------------------------------------------------------


async def acts(visitor: httpx.AsyncClient, capture: str, deed: str) -> str:
    """Press a button of the seller's page; what stands there afterwards."""
    sent = await visitor.post("/paypal/seller", data={"capture": capture, "do": deed})
    assert (sent.status_code, sent.headers["location"]) == (303, "seller")
    return (await visitor.get("/paypal/seller")).text


async def test_the_seller_can_give_back_and_be_disputed(
    paypal: PayPal, visitor: httpx.AsyncClient
) -> None:
    assert "No payment has come in yet." in (await visitor.get("/paypal/seller")).text
    first, second = made(paypal, "28.01"), made(paypal, invoice="D2")
    for number in (first, second):
        paypal.approve(number)
        paypal.capture(number)
    one, other = (paypal.orders[number].captures[0]["id"] for number in (first, second))
    assert "partially refunded" in await acts(visitor, one, "half")
    assert [r["amount"]["value"] for r in paypal.orders[first].refunds] == ["14.01"]
    await acts(visitor, one, "refund")
    assert [r["amount"]["value"] for r in paypal.orders[first].refunds] == ["14.01", "14.00"]
    assert "dispute waiting for seller response" in await acts(visitor, other, "dispute")
    assert "dispute resolved" in await acts(visitor, other, "lost")
    events = [event["event_type"] for event in paypal.events]
    await acts(visitor, other, "won")  # a button that is not there any more
    await acts(visitor, "nonsense", "refund")
    assert [event["event_type"] for event in paypal.events] == events


# In the demo ----------------------------------------------------------------------------------


class Viewer:
    """Aki, at the demo's page."""

    def __init__(self, page: httpx.AsyncClient) -> None:
        self.page = page

    async def messages(self) -> list[Json]:
        world = (await self.page.get("/demo/world")).json()
        self.me = next(p for p in world["people"] if p["name"] == "Aki")
        chat = next(c for c in world["chats"] if c["id"] == self.me["chat_id"])
        return list(chat["messages"])

    async def waits_for(self, text: str) -> Json:
        """The newest message that has a text, or a button with it."""
        async with asyncio.timeout(60):
            while True:
                for message in reversed(await self.messages()):
                    if text in f"{message.get('text')} {[b['text'] for b in keys(message)]}":
                        return message
                await asyncio.sleep(0.1)

    async def presses(self, label: str) -> None:
        message = await self.waits_for(label)
        button = next(b for b in keys(message) if label in b["text"])
        press = {
            "user_id": self.me["id"],
            "chat_id": self.me["chat_id"],
            "message_id": message["message_id"],
            "data": button["callback_data"],
        }
        assert (await self.page.post("/demo/press", json=press)).status_code == 200


def keys(message: Json) -> list[Json]:
    rows = message.get("reply_markup", {}).get("inline_keyboard", [])
    return [button for row in rows for button in row]


async def test_the_demo_pays_by_card_on_a_page_of_its_own(tmp_path: Path) -> None:
    async with (
        stage(tmp_path, 0) as address,
        httpx.AsyncClient(base_url=address) as page,
    ):
        aki = Viewer(page)
        await aki.presses("Pay 1st bill")
        await aki.waits_for("How would you like to pay?")
        await aki.presses("💳 PayPal")
        link = next(b for b in keys(await aki.waits_for("I have paid")) if "url" in b)["url"]
        assert link.startswith(f"{address}/paypal/checkoutnow?token=")
        assert "Pay now" in (await page.get(link)).text
        number = link.partition("token=")[2]
        assert (await agrees(page, number)).status_code == 200
        await aki.waits_for("$56.00 has arrived")
