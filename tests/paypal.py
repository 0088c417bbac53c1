"""A PayPal for tests: in process, and judged by PayPal's own OpenAPI files where they are."""

from __future__ import annotations

import json
import os
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from pathlib import Path
from typing import Any, Final

import httpx
from pydantic import SecretStr
from starlette.applications import Starlette

from bot.paypal import PaypalClient
from sandbox.paypal import CLIENT_ID, SECRET, PayPal
from sandbox.paypal_server import paypal_mount

FILES: Final = (
    ("/v2/checkout/orders", "checkout_orders_v2"),
    ("/v2/payments", "payments_payment_v2"),
    ("/v1/customer/disputes", "customer_disputes_v1"),
)
HOST: Final = "https://api-m.sandbox.paypal.com"


def openapi_folder() -> Path | None:
    """Where PayPal's files lie; they are not the project's to carry."""
    named = os.environ.get("PAYPAL_OPENAPI")
    folder = Path(named) if named else None
    return folder if folder is not None and folder.is_dir() else None


@cache
def _specification(name: str) -> Any:
    from openapi_core import Config, OpenAPI

    folder = openapi_folder()
    assert folder is not None
    # The file about disputes is not quite OpenAPI itself: PayPal's files are not what is judged.
    unjudged = Config(spec_validator_cls=None)
    said = json.loads((folder / f"{name}.json").read_text())
    if name == "customer_disputes_v1":  # its parameters' defaults are sentences, not values
        for parameter in said["components"]["parameters"].values():
            parameter["schema"].pop("default", None)
    return OpenAPI.from_dict(said, config=unjudged)


class Judged(httpx.AsyncBaseTransport):
    """Lets everything through, and raises if PayPal's files would not have."""

    def __init__(self, inner: httpx.AsyncBaseTransport) -> None:
        self._inner = inner
        self.judged: list[tuple[str, str, int]] = []

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        path = request.url.path.removeprefix("/paypal")
        name = next((name for prefix, name in FILES if path.startswith(prefix)), None)
        if name is None:
            return await self._inner.handle_async_request(request)
        asked = self._asked(request, path)
        with _quietly():
            _specification(name).validate_request(asked)
        response = await self._inner.handle_async_request(request)
        body = await response.aread()
        if response.status_code < 500:  # PayPal's own troubles have no promised form
            self._judge(name, asked, response, body)
        self.judged.append((request.method, path, response.status_code))
        headers = dict(response.headers)
        return httpx.Response(response.status_code, headers=headers, content=body)

    def _asked(self, request: httpx.Request, path: str) -> Any:
        from openapi_core.testing import MockRequest

        return MockRequest(
            HOST,
            request.method.lower(),
            path,
            args=dict(request.url.params),
            headers=dict(request.headers),
            data=request.content or None,
            content_type="application/json",
        )

    def _judge(self, name: str, asked: Any, response: httpx.Response, body: bytes) -> None:
        from openapi_core.testing import MockResponse

        told = MockResponse(body, response.status_code, content_type="application/json")
        with _quietly():
            _specification(name).validate_response(asked, told)


@contextmanager
def _quietly() -> Iterator[None]:
    """OAuth is no scheme that the judge knows, and it says so at each request."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        yield


def transport(paypal: PayPal) -> httpx.AsyncBaseTransport:
    """To the sandbox's PayPal, without a network."""
    app = Starlette(routes=[paypal_mount(paypal)])
    inside = httpx.ASGITransport(app)
    return inside if openapi_folder() is None else Judged(inside)


def client(
    paypal: PayPal, *, through: httpx.AsyncBaseTransport | None = None, secret: str = SECRET
) -> PaypalClient:
    way = through or transport(paypal)
    return PaypalClient(paypal.address, CLIENT_ID, SecretStr(secret), transport=way)
