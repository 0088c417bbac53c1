"""The sandbox's PayPal over HTTP: its API as bots know it, and its pages."""

from __future__ import annotations

import base64
import json
import secrets
from collections.abc import Awaitable, Callable
from typing import Any, Final

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Mount, Route

from sandbox.paypal import CLIENT_ID, SECRET, TOKEN, Json, No, PayPal
from sandbox.paypal_pages import Page, SellersDesk

MESSAGES: Final = {
    400: "Request is not well-formed, syntactically incorrect, or violates schema.",
    401: "Authentication failed due to missing authorization header, or invalid authentication "
    "credentials.",
    403: "Authorization failed due to insufficient permissions.",
    404: "The specified resource does not exist.",
    422: "The requested action could not be performed, semantically incorrect, or failed "
    "business validation.",
}
DESCRIPTIONS: Final = {
    "INVALID_RESOURCE_ID": "Specified resource ID does not exist. Please check the resource ID "
    "and try again.",
    "CANNOT_BE_ZERO_OR_NEGATIVE": "Must be greater than zero. If the currency supports decimals, "
    "only two decimal place precision is supported.",
    "DECIMAL_PRECISION": "If the currency supports decimals, only two decimal place precision is "
    "supported.",
    "INVALID_CURRENCY_CODE": "Currency code is invalid or is not currently supported. Please "
    "refer https://developer.paypal.com/api/rest/reference/currency-codes/ for list of supported "
    "currency codes.",
    "DUPLICATE_INVOICE_ID": "Duplicate Invoice ID detected. To avoid a potential duplicate "
    "transaction your account setting requires that Invoice Id be unique for each transaction.",
    "INSTRUMENT_DECLINED": "The instrument presented  was either declined by the processor or "
    "bank, or it can't be used for this payment.",
    "ORDER_NOT_APPROVED": "Payer has not yet approved the Order for payment. Please redirect the "
    "payer to the 'rel':'approve' url returned as part of the HATEOAS links within the Create "
    "Order call or provide a valid `payment_source` in the request.",
    "ORDER_ALREADY_CAPTURED": "Order already captured.If 'intent=CAPTURE' only one capture per "
    "order is allowed.",
    "PENDING_CAPTURE": "Cannot initiate a refund as the capture is pending. Capture is typically "
    "pending when the payer has funded the transaction using e-check/bank funded.",
    "CAPTURE_FULLY_REFUNDED": "The capture has already been fully refunded",
    "REFUND_AMOUNT_EXCEEDED": "The refund amount must be less than or equal to the capture amount "
    "that has not yet been refunded.",
    "REFUND_CAPTURE_CURRENCY_MISMATCH": "Refund must be in the same currency as the capture",
    "PAYPAL_REQUEST_ID_REQUIRED": "A PayPal-Request-Id is required if you are trying to process "
    "payment for an Order. Please specify a PayPal-Request-Id or Create the Order without a "
    "'payment_source' specified.",
    "MALFORMED_REQUEST_JSON": "The request JSON is not well formed.",
}
Answering = Callable[[Request, Json], Json]


def paypal_app(paypal: PayPal) -> Starlette:
    """To be mounted below the path of `paypal.address`."""
    api = Api(paypal)
    page, desk = Page(paypal), SellersDesk(paypal)
    return Starlette(
        routes=[
            Route("/v1/oauth2/token", api.token, methods=["POST"]),
            Route("/v1/notifications/certs/{name}", api.certificate),
            Route("/v2/checkout/orders", api.answers(api.create, 200), methods=["POST"]),
            Route("/v2/checkout/orders/{id}", api.answers(api.order)),
            Route(
                "/v2/checkout/orders/{id}/capture",
                api.answers(api.capture, 201),
                methods=["POST"],
            ),
            Route(
                "/v2/payments/captures/{id}/refund", api.answers(api.refund, 201), methods=["POST"]
            ),
            Route("/v1/customer/disputes", api.answers(api.disputes)),
            Route("/v1/customer/disputes/{id}", api.answers(api.dispute)),
            Route("/checkoutnow", page.show),
            Route("/checkoutnow", page.decide, methods=["POST"]),
            Route("/seller", desk.show),
            Route("/seller", desk.act, methods=["POST"]),
        ]
    )


def paypal_mount(paypal: PayPal) -> Mount:
    return Mount("/paypal", paypal_app(paypal))


class Api:
    """PayPal's REST API, as far as a bot needs it."""

    def __init__(self, paypal: PayPal) -> None:
        self._paypal = paypal

    async def token(self, request: Request) -> Response:
        if self._paypal.moods.down:
            return Response(status_code=503)
        known = base64.b64encode(f"{CLIENT_ID}:{SECRET}".encode()).decode()
        told = request.headers.get("authorization", "").removeprefix("Basic ")
        if self._paypal.moods.unknown or not secrets.compare_digest(told, known):
            return JSONResponse(
                {"error": "invalid_client", "error_description": "Client Authentication failed"},
                401,
            )
        return JSONResponse(
            {"access_token": TOKEN, "token_type": "Bearer", "expires_in": 32_400, "nonce": "n"}
        )

    async def certificate(self, _request: Request) -> Response:
        return Response(self._paypal.seal.certificate, media_type="application/x-pem-file")

    def answers(
        self, act: Answering, status: int = 200
    ) -> Callable[[Request], Awaitable[Response]]:
        """An endpoint: who asks, was it asked before, and the answer in PayPal's shape."""

        async def endpoint(request: Request) -> Response:
            moods, number = self._paypal.moods, request.headers.get("paypal-request-id", "")
            if moods.down:
                return Response(status_code=503)
            if moods.unknown or request.headers.get("authorization") != f"Bearer {TOKEN}":
                return _no(No(401, "AUTHENTICATION_FAILURE", ""))
            path = request.url.path
            self._paypal.requests.append((request.method, _below(path), number))
            try:
                code, told = await self._once(path, number, act, status, request)
            except No as no:
                return _no(no)
            return Response(status_code=504) if self._loses(path) else JSONResponse(told, code)

        return endpoint

    async def _once(
        self, path: str, number: str, act: Answering, status: int, request: Request
    ) -> tuple[int, Json]:
        """Do it, or give the answer of the first time; that it was no news is a 200."""
        given = self._paypal.given
        if (path, number) in given:
            code, told = given[path, number]
            return (code if path.endswith("/refund") else 200), told
        told = act(request, await _asked(request))
        if number:
            given[path, number] = (status, told)
        return status, told

    def _loses(self, path: str) -> bool:
        """Whether the answer, of something that was done, is lost."""
        moods = self._paypal.moods
        if path.endswith("/orders") and moods.lose_create:
            moods.lose_create -= 1
            return True
        if path.endswith("/capture") and moods.lose_capture:
            moods.lose_capture -= 1
            return True
        return False

    def create(self, request: Request, asked: Json) -> Json:
        if "payment_source" in asked and "paypal-request-id" not in request.headers:
            raise No(400, "INVALID_REQUEST", "PAYPAL_REQUEST_ID_REQUIRED", "PayPal-Request-Id")
        return self._paypal.create(asked)

    def order(self, request: Request, _asked: Json) -> Json:
        return self._paypal.shown(self._paypal.order(request.path_params["id"]))

    def capture(self, request: Request, _asked: Json) -> Json:
        return self._paypal.capture(request.path_params["id"])

    def refund(self, request: Request, asked: Json) -> Json:
        return self._paypal.refund(request.path_params["id"], asked)

    def disputes(self, request: Request, _asked: Json) -> Json:
        if self._paypal.moods.no_disputes:
            raise No(403, "NOT_AUTHORIZED", "PERMISSION_DENIED")
        since = request.query_params.get("update_time_after", "")
        found = self._paypal.changed_disputes(since)
        here = f"{self._paypal.address}/v1/customer/disputes"
        links = [{"href": here, "rel": "self", "method": "GET"}]
        return {"items": found, "links": links} if found else {"links": links}

    def dispute(self, request: Request, _asked: Json) -> Json:
        found = self._paypal.disputes.get(request.path_params["id"])
        if found is None:
            raise No(404, "RESOURCE_NOT_FOUND", "INVALID_RESOURCE_ID")
        return found


def _below(path: str) -> str:
    """Without what it is mounted at."""
    return path[path.index("/v") :]


async def _asked(request: Request) -> Json:
    body = await request.body()
    try:
        asked = json.loads(body) if body else {}
    except ValueError:
        raise No(400, "INVALID_REQUEST", "MALFORMED_REQUEST_JSON", "/") from None
    return asked if isinstance(asked, dict) else {}


def _no(no: No) -> Response:
    told: dict[str, Any] = {
        "name": no.name,
        "message": MESSAGES[no.status],
        "debug_id": secrets.token_hex(6),
        "links": [
            {
                "href": "https://developer.paypal.com/docs/api/orders/v2/",
                "rel": "information_link",
                "method": "GET",
            }
        ],
    }
    if no.issue:
        detail = {"issue": no.issue}
        if no.issue in DESCRIPTIONS:
            detail["description"] = DESCRIPTIONS[no.issue]
        if no.field:
            detail["field"] = no.field
        if no.status == 400:
            detail |= {"location": "body", "value": ""}
        told["details"] = [detail]
    return JSONResponse(told, no.status)
