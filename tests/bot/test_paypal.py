"""The client: what it asks for, what it makes of each answer, and what it repeats."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable
from datetime import timedelta

import httpx
import pytest
from pydantic import SecretStr
from structlog.testing import capture_logs

from bot import paypal as module
from bot.paypal import Declined, NotThere, Page, PaypalClient, Unreachable, WrongCredentials
from domain.money import Currency, Money
from domain.paypal import Standing
from sandbox.paypal import SECRET, TOKEN, PayPal
from tests.conftest import NOW
from tests.paypal import client as client_of

PAGE = Page(
    Money(8_320, Currency.USD),
    "Order #12",
    "17",
    "D12K-17-abc",
    "Daiko",
    "https://t.me/daiko_bot?start=paypal_17",
)


@pytest.fixture(autouse=True)
def no_pauses(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "PAUSES", (0.0, 0.0))


@pytest.fixture
def paypal() -> PayPal:
    return PayPal(lambda: NOW)


@pytest.fixture
async def client(paypal: PayPal) -> AsyncIterator[PaypalClient]:
    client = client_of(paypal)
    yield client
    await client.close()


def usd(minor: int) -> Money:
    return Money(minor, Currency.USD)


async def captured(client: PaypalClient, paypal: PayPal, request: str = "r1") -> tuple[str, str]:
    """(the order, the capture)"""
    made = await client.create(PAGE, request_id=request)
    paypal.approve(made.id)
    taken = await client.capture(made.id, request_id=f"{request}-capture")
    assert taken.arrived is not None
    return made.id, taken.arrived.id


async def test_a_page_is_made_approved_and_captured_with_its_fee(
    client: PaypalClient, paypal: PayPal
) -> None:
    made = await client.create(PAGE, request_id="r1")
    assert made.standing is Standing.OPEN
    assert made.link == f"{paypal.address}/checkoutnow?token={made.id}"
    assert (await client.checkout(made.id)).standing is Standing.OPEN
    paypal.approve(made.id)
    assert (await client.checkout(made.id)).standing is Standing.APPROVED
    taken = await client.capture(made.id, request_id="r1-capture")
    assert taken.standing is Standing.COMPLETED
    assert taken.arrived is not None
    assert (taken.arrived.gross, taken.arrived.fee) == (usd(8_320), usd(339))
    assert await client.checkout(made.id) == taken


async def test_what_is_asked_for_pays_now_and_ships_nothing(
    client: PaypalClient, paypal: PayPal
) -> None:
    made = await client.create(PAGE, request_id="r1")
    order = paypal.orders[made.id]
    assert order.unit["amount"] == {"currency_code": "USD", "value": "83.20"}
    assert (order.unit["custom_id"], order.unit["invoice_id"]) == ("17", "D12K-17-abc")
    assert order.context == {
        "brand_name": "Daiko",
        "shipping_preference": "NO_SHIPPING",
        "user_action": "PAY_NOW",
        "payment_method_preference": "IMMEDIATE_PAYMENT_REQUIRED",
        "return_url": PAGE.back,
        "cancel_url": PAGE.back,
    }


async def test_the_same_request_id_makes_one_page(client: PaypalClient, paypal: PayPal) -> None:
    first = await client.create(PAGE, request_id="r1")
    assert (await client.create(PAGE, request_id="r1")).id == first.id
    assert len(paypal.orders) == 1
    assert (await client.create(PAGE, request_id="r2")).id != first.id


async def test_a_lost_answer_is_asked_for_again_and_nothing_is_done_twice(
    client: PaypalClient, paypal: PayPal
) -> None:
    paypal.moods.lose_create = 2
    made = await client.create(PAGE, request_id="r1")
    paypal.approve(made.id)
    paypal.moods.lose_capture = 2
    taken = await client.capture(made.id, request_id="r1-capture")
    assert taken.standing is Standing.COMPLETED
    assert (len(paypal.orders), len(paypal.orders[made.id].captures)) == (1, 1)


async def test_when_no_answer_comes_nobody_knows_what_happened(
    client: PaypalClient, paypal: PayPal
) -> None:
    made = await client.create(PAGE, request_id="r1")
    paypal.approve(made.id)
    paypal.moods.lose_capture = 3
    with pytest.raises(Unreachable):
        await client.capture(made.id, request_id="r1-capture")
    assert (await client.checkout(made.id)).standing is Standing.COMPLETED


async def test_a_declined_card_is_a_no_and_takes_nothing(
    client: PaypalClient, paypal: PayPal
) -> None:
    made = await client.create(PAGE, request_id="r1")
    with pytest.raises(Declined, match="ORDER_NOT_APPROVED"):
        await client.capture(made.id, request_id="r0")
    paypal.approve(made.id)
    paypal.moods.capture = "INSTRUMENT_DECLINED"
    with pytest.raises(Declined, match="INSTRUMENT_DECLINED") as no:
        await client.capture(made.id, request_id="r1-capture")
    assert no.value.issue == "INSTRUMENT_DECLINED"
    assert paypal.orders[made.id].captures == []


async def test_pending_is_not_money(client: PaypalClient, paypal: PayPal) -> None:
    made = await client.create(PAGE, request_id="r1")
    paypal.approve(made.id)
    paypal.moods.capture = "PENDING"
    taken = await client.capture(made.id, request_id="r1-capture")
    assert (taken.standing, taken.arrived) == (Standing.PENDING, None)
    paypal.decide_pending(taken.captures[0].id, "DECLINED")
    assert (await client.checkout(made.id)).standing is Standing.DECLINED


async def test_a_page_paypal_has_forgotten_is_not_there(
    client: PaypalClient, paypal: PayPal
) -> None:
    made = await client.create(PAGE, request_id="r1")
    paypal.let_go(made.id)
    with pytest.raises(NotThere):
        await client.checkout(made.id)
    with pytest.raises(NotThere):
        await client.capture(made.id, request_id="r1-capture")


async def test_refunds_are_listed_with_what_went_back(
    client: PaypalClient, paypal: PayPal
) -> None:
    order, capture = await captured(client, paypal)
    await client.refund(capture, usd(1_000), request_id="f1")
    await client.refund(capture, usd(1_000), request_id="f1")  # the same again
    found = await client.checkout(order)
    assert [(refund.amount, refund.is_done) for refund in found.refunds] == [(usd(1_000), True)]
    assert found.standing is Standing.COMPLETED
    with pytest.raises(Declined, match="REFUND_AMOUNT_EXCEEDED"):
        await client.refund(capture, usd(7_321), request_id="f2")


async def test_a_dispute_tells_what_was_taken_and_what_it_cost(
    client: PaypalClient, paypal: PayPal
) -> None:
    since = NOW - timedelta(hours=1)
    assert await client.disputes(since) == []
    _, capture = await captured(client, paypal)
    number = paypal.open_dispute(capture)
    assert await client.disputes(since) == [number]
    assert await client.disputes(NOW + timedelta(seconds=1)) == []
    found = await client.dispute(number, Currency.USD)
    assert (found.capture, found.amount, found.is_resolved) == (capture, usd(8_320), False)
    assert (found.taken, found.fee) == (None, None)
    assert found.answer_by == NOW + timedelta(days=10)
    paypal.close_dispute(number, won=False)
    lost = await client.dispute(number, Currency.USD)
    assert (lost.is_resolved, lost.taken, lost.fee) == (True, usd(8_320), usd(1_500))


async def test_a_dispute_that_is_won_takes_nothing(client: PaypalClient, paypal: PayPal) -> None:
    _, capture = await captured(client, paypal)
    number = paypal.open_dispute(capture)
    paypal.close_dispute(number, won=True)
    won = await client.dispute(number, Currency.USD)
    assert (won.is_resolved, won.taken, won.fee) == (True, None, None)


# Trouble --------------------------------------------------------------------------------------


async def test_wrong_credentials_are_named(paypal: PayPal) -> None:
    client = client_of(paypal, secret="wrong")
    with pytest.raises(WrongCredentials):
        await client.create(PAGE, request_id="r1")
    with pytest.raises(WrongCredentials):
        await client.greet()
    assert paypal.orders == {}
    await client.close()


async def test_a_token_that_ran_out_before_its_time_is_fetched_anew(
    client: PaypalClient, paypal: PayPal
) -> None:
    await client.greet()
    client._token = "old"
    await client.create(PAGE, request_id="r1")
    assert client._token == TOKEN
    paypal.moods.unknown = True
    with pytest.raises(WrongCredentials):
        await client.checkout(next(iter(paypal.orders)))


async def test_down_is_unreachable(client: PaypalClient, paypal: PayPal) -> None:
    paypal.moods.down = True
    with pytest.raises(Unreachable):
        await client.create(PAGE, request_id="r1")
    with pytest.raises(Unreachable):
        await client.greet()


Handler = Callable[[httpx.Request], httpx.Response]


def answering(handler: Handler, patience_seconds: float = 5.0) -> PaypalClient:
    return PaypalClient(
        "http://127.0.0.1:9",
        "id",
        SecretStr(SECRET),
        transport=httpx.MockTransport(handler),
        patience_seconds=patience_seconds,
    )


def token_or(response: httpx.Response) -> Handler:
    def handle(request: httpx.Request) -> httpx.Response:
        if request.url.path.endswith("/token"):
            return httpx.Response(200, json={"access_token": "t", "expires_in": 3_600})
        return response

    return handle


@pytest.mark.parametrize(
    ("response", "error"),
    [
        (httpx.Response(200, text="<html>"), Unreachable),
        (httpx.Response(200, json={"id": "O1"}), Unreachable),
        (httpx.Response(200, json=[1]), Unreachable),
        (httpx.Response(302, headers={"location": "http://127.0.0.1:9/x"}), Declined),
        (httpx.Response(403, json={"name": "NOT_AUTHORIZED"}), Declined),
        (httpx.Response(404, json={}), NotThere),
        (httpx.Response(422, json={"details": [{"issue": "X"}]}), Declined),
        (httpx.Response(422, json={"details": "odd"}), Declined),
        (httpx.Response(429), Unreachable),
        (httpx.Response(503), Unreachable),
    ],
)
async def test_every_answer_is_one_of_a_few_things(
    response: httpx.Response, error: type[Exception]
) -> None:
    client = answering(token_or(response))
    with pytest.raises(error):
        await client.checkout("O1")
    await client.close()


@pytest.mark.parametrize(
    "amount",
    [
        {"value": "83.205", "currency_code": "USD"},
        {"value": "1e3", "currency_code": "USD"},
        {"value": "NaN", "currency_code": "USD"},
        {"value": 83.2, "currency_code": "USD"},
        {"value": "83.20", "currency_code": "XXX"},
        {"currency_code": "USD"},
    ],
)
async def test_an_amount_that_is_none_is_not_guessed(amount: dict[str, object]) -> None:
    told = {
        "id": "O1",
        "status": "COMPLETED",
        "purchase_units": [
            {"payments": {"captures": [{"id": "C1", "status": "COMPLETED", "amount": amount}]}}
        ],
    }
    client = answering(token_or(httpx.Response(200, json=told)))
    with pytest.raises(Unreachable):
        await client.checkout("O1")
    await client.close()


async def test_a_connection_that_breaks_is_tried_again_where_that_is_harmless() -> None:
    asked: list[str] = []

    def handle(request: httpx.Request) -> httpx.Response:
        if request.url.path.endswith("/token"):
            return httpx.Response(200, json={"access_token": "t", "expires_in": 3_600})
        asked.append(request.method)
        raise httpx.ConnectError("no route to https://secret.example", request=request)

    client = answering(handle)
    with pytest.raises(Unreachable) as trouble:
        await client.checkout("O1")
    assert asked == ["GET"] * 3
    assert "secret.example" not in str(trouble.value)
    asked.clear()
    with pytest.raises(Unreachable):
        await client._call("POST", "/v2/checkout/orders", {"a": 1})  # without a request id
    assert asked == ["POST"]
    await client.close()


async def test_nobody_waits_longer_than_patience_lasts() -> None:
    import asyncio

    async def never(_request: httpx.Request) -> httpx.Response:
        await asyncio.sleep(60)
        raise AssertionError

    client = PaypalClient(
        "http://127.0.0.1:9",
        "id",
        SecretStr(SECRET),
        transport=httpx.MockTransport(never),
        patience_seconds=0.05,
    )
    with pytest.raises(Unreachable, match="in time"):
        await client.create(PAGE, request_id="r1")
    await client.close()


async def test_neither_secret_nor_token_is_ever_logged(
    client: PaypalClient, paypal: PayPal
) -> None:
    with capture_logs() as lines:
        await captured(client, paypal)
        paypal.moods.down = True
        with pytest.raises(Unreachable):
            await client.checkout("O1")
    said = repr(lines)
    assert len(lines) == 3
    assert SECRET not in said
    assert TOKEN not in said
