"""The client and the sandbox's PayPal, both held against PayPal's own OpenAPI files.

Each request of ours and each answer of the sandbox's is validated. The files are PayPal's, so they
are not in this project: `PAYPAL_OPENAPI` names the folder they lie in.
"""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import suppress
from datetime import timedelta

import httpx
import pytest
from openapi_core.exceptions import OpenAPIError
from starlette.applications import Starlette

from bot.paypal import CAPTURES, DISPUTES, ORDERS, Declined, NotThere, PaypalClient
from domain.money import Currency, Money
from sandbox.paypal import PayPal
from sandbox.paypal_server import paypal_mount
from tests.bot.test_paypal import PAGE
from tests.conftest import NOW
from tests.paypal import Judged, client, openapi_folder

if openapi_folder() is None:
    pytest.skip(  # `-ra` shows it at the end of every run
        "PAYPAL'S CONTRACT IS NOT CHECKED: PAYPAL_OPENAPI names no folder with PayPal's OpenAPI "
        "files (github.com/paypal/paypal-rest-api-specifications)",
        allow_module_level=True,
    )


@pytest.fixture
def paypal() -> PayPal:
    return PayPal(lambda: NOW)


@pytest.fixture
def judge(paypal: PayPal) -> Judged:
    return Judged(httpx.ASGITransport(Starlette(routes=[paypal_mount(paypal)])))


@pytest.fixture
async def ours(paypal: PayPal, judge: Judged) -> AsyncIterator[PaypalClient]:
    ours = client(paypal, through=judge)
    yield ours
    await ours.close()


async def test_every_question_and_every_answer_is_as_paypals_files_say(
    ours: PaypalClient, paypal: PayPal, judge: Judged
) -> None:
    made = await ours.create(PAGE, request_id="r1")
    await ours.checkout(made.id)
    with pytest.raises(Declined):
        await ours.capture(made.id, request_id="too soon")
    with pytest.raises(NotThere):
        await ours.checkout("NOSUCHORDER")
    paypal.approve(made.id)
    taken = await ours.capture(made.id, request_id="r1-capture")
    with pytest.raises(Declined):
        await ours.capture(made.id, request_id="once more")
    capture = taken.captures[0].id
    await ours.refund(capture, Money(1_000, Currency.USD), request_id="f1")
    with pytest.raises(Declined):
        await ours.refund(capture, Money(99_999, Currency.USD), request_id="f2")
    await ours.checkout(made.id)
    number = paypal.open_dispute(capture)
    await ours.disputes(NOW - timedelta(days=1))
    await ours.dispute(number, Currency.USD)
    paypal.close_dispute(number, won=False)
    await ours.dispute(number, Currency.USD)
    asked = {(method, path.replace(made.id, "O").replace(capture, "C").replace(number, "D"))
             for method, path, _ in judge.judged}  # fmt: skip
    assert asked == {
        ("POST", ORDERS),
        ("GET", f"{ORDERS}/O"),
        ("GET", f"{ORDERS}/NOSUCHORDER"),
        ("POST", f"{ORDERS}/O/capture"),
        ("POST", f"{CAPTURES}/C/refund"),
        ("GET", DISPUTES),
        ("GET", f"{DISPUTES}/D"),
    }


@pytest.mark.parametrize("mood", ["PENDING", "DECLINED", "INSTRUMENT_DECLINED"])
async def test_captures_that_are_no_money_are_told_as_paypal_tells_them(
    ours: PaypalClient, paypal: PayPal, judge: Judged, mood: str
) -> None:
    made = await ours.create(PAGE, request_id="r1")
    paypal.approve(made.id)
    paypal.moods.capture = mood
    with suppress(Declined):
        await ours.capture(made.id, request_id="r1-capture")
    await ours.checkout(made.id)
    assert [status for _, _, status in judge.judged] == [
        200,
        422 if mood == "INSTRUMENT_DECLINED" else 201,
        200,
    ]


async def test_wrong_credentials_and_a_second_invoice_are_refused_as_paypal_refuses(
    ours: PaypalClient, paypal: PayPal, judge: Judged
) -> None:
    made = await ours.create(PAGE, request_id="r1")
    paypal.approve(made.id)
    await ours.capture(made.id, request_id="r1-capture")
    with pytest.raises(Declined, match="DUPLICATE_INVOICE_ID"):
        await ours.create(PAGE, request_id="r2")
    paypal.moods.unknown = True
    ours._token_until = 9e9
    response = await judge.handle_async_request(
        httpx.Request(
            "GET", f"{paypal.address}{ORDERS}/{made.id}", headers={"authorization": "Bearer x"}
        )
    )
    assert response.status_code == 401


@pytest.mark.parametrize(
    "wrong",
    [
        {"intent": "PAY"},
        {"purchase_units": []},
        {"purchase_units": [{"amount": {"currency_code": "USD", "value": "1,000.00"}}]},
    ],
)
async def test_the_judge_does_notice(
    judge: Judged, paypal: PayPal, wrong: dict[str, object]
) -> None:
    right = {
        "intent": "CAPTURE",
        "purchase_units": [{"amount": {"currency_code": "USD", "value": "1.00"}}],
    }
    request = httpx.Request(
        "POST", f"{paypal.address}{ORDERS}", json=right | wrong, headers={"authorization": "x"}
    )
    with pytest.raises(OpenAPIError):
        await judge.handle_async_request(request)
