"""Talking HTTP to PayPal: pages to agree to, captures, refunds and disputes as domain values."""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, Final, TypeVar

import httpx
import structlog
from pydantic import SecretStr

from bot.paypal_answers import Unreadable, read_checkout, read_dispute, read_dispute_ids, wire
from domain.money import Currency, Money
from domain.paypal import Checkout, Dispute

log = structlog.get_logger(__name__)

Read = TypeVar("Read")

CONNECT_SECONDS: Final = 5.0
ANSWER_SECONDS: Final = 10.0
PATIENCE_SECONDS: Final = 15.0  # for one question with all its repetitions
PAUSES: Final = (0.2, 0.8)
TOKEN_MARGIN_SECONDS: Final = 120
CONNECTIONS: Final = 16
DISPUTE_PAGES_MAX: Final = 20
TOKEN: Final = "/v1/oauth2/token"
ORDERS: Final = "/v2/checkout/orders"
CAPTURES: Final = "/v2/payments/captures"
DISPUTES: Final = "/v1/customer/disputes"


class PaypalError(Exception):
    """PayPal did not do what it was asked for."""


class WrongCredentials(PaypalError):
    """It does not know us: PAYPAL_CLIENT_ID and PAYPAL_CLIENT_SECRET are wrong."""


class Unreachable(PaypalError):
    """No answer that says what happened: what was asked for may have been done."""


class NotThere(PaypalError):
    """PayPal does not know what we ask about."""


class Declined(PaypalError):
    """PayPal understood, and will not: nothing has moved."""

    def __init__(self, issue: str) -> None:
        super().__init__(issue)
        self.issue = issue


@dataclass(frozen=True, slots=True)
class Page:
    """What a customer is asked to agree to at PayPal."""

    amount: Money
    description: str
    custom: str  # our own number for it
    invoice: str  # unique for ever
    brand: str
    back: str  # where the customer goes afterwards


class PaypalClient:
    """A question is repeated only where that cannot do a thing twice."""

    def __init__(
        self,
        url: str,
        client_id: str,
        secret: SecretStr,
        *,
        transport: httpx.AsyncBaseTransport | None = None,
        patience_seconds: float = PATIENCE_SECONDS,
    ) -> None:
        self._client_id = client_id
        self._secret = secret
        self._patience_seconds = patience_seconds
        self._http = httpx.AsyncClient(
            base_url=url,
            transport=transport,
            timeout=httpx.Timeout(ANSWER_SECONDS, connect=CONNECT_SECONDS),
            limits=httpx.Limits(max_connections=CONNECTIONS),
            follow_redirects=False,
            trust_env=False,
        )
        self._token = ""
        self._token_until = 0.0
        self._asking_token = asyncio.Lock()

    async def close(self) -> None:
        await self._http.aclose()

    # What can be asked for --------------------------------------------------------------------

    async def create(self, page: Page, *, request_id: str) -> Checkout:
        """Make a page for the customer; the same request id gives the same one again."""
        return _read(read_checkout, await self._call("POST", ORDERS, _order(page), request_id))

    async def checkout(self, order: str) -> Checkout:
        """How a payment stands, with its captures and refunds."""
        return _read(read_checkout, await self._call("GET", f"{ORDERS}/{order}"))

    async def capture(self, order: str, *, request_id: str) -> Checkout:
        """Take the money the customer agreed to, once; or raise `Declined`."""
        answer = await self._call("POST", f"{ORDERS}/{order}/capture", {}, request_id)
        return _read(read_checkout, answer)

    async def refund(self, capture: str, amount: Money, *, request_id: str) -> None:
        """Give back, once; the books have it with the next look at the payment."""
        body = {"amount": wire(amount)}
        await self._call("POST", f"{CAPTURES}/{capture}/refund", body, request_id)

    async def disputes(self, since: datetime) -> list[str]:
        """The disputes that something happened to since then."""
        asked = {"update_time_after": _moment(since), "page_size": "50"}
        found: list[str] = []
        for _ in range(DISPUTE_PAGES_MAX):
            answer = await self._call("GET", DISPUTES, params=asked)
            ids, following = _read(read_dispute_ids, answer)
            found += ids
            if not following:
                break
            asked["next_page_token"] = following
        return found

    async def dispute(self, dispute: str, currency: Currency) -> Dispute:
        answer = await self._call("GET", f"{DISPUTES}/{dispute}")
        return _read(lambda told: read_dispute(told, currency), answer)

    async def greet(self) -> None:
        """Whether it knows us; `WrongCredentials` or `Unreachable` if not."""
        async with self._patience():
            await self._authorization()

    # One question -----------------------------------------------------------------------------

    async def _call(
        self,
        method: str,
        path: str,
        body: Mapping[str, Any] | None = None,
        request_id: str = "",
        *,
        params: Mapping[str, str] | None = None,
    ) -> Any:
        """What PayPal answers, as JSON."""
        headers = {"Content-Type": "application/json", "Prefer": "return=representation"}
        if request_id:
            headers["PayPal-Request-Id"] = request_id
        request = self._http.build_request(method, path, json=body, params=params, headers=headers)
        started = time.perf_counter()
        try:
            async with self._patience():
                response = await self._answer(request, harmless=bool(request_id) or body is None)
            answer = _judged(response)
        except PaypalError as error:
            _log(method, path, started, type(error).__name__, str(error))
            raise
        _log(method, path, started, "done", "")
        return answer

    @asynccontextmanager
    async def _patience(self) -> AsyncIterator[None]:
        try:
            async with asyncio.timeout(self._patience_seconds):
                yield
        except TimeoutError:
            raise Unreachable("no answer in time") from None

    async def _answer(self, request: httpx.Request, *, harmless: bool) -> httpx.Response:
        """The first answer that says something; asked for again as long as that is harmless."""
        pauses = list(PAUSES) if harmless else []
        while True:
            try:
                response = await self._ask(request)
                if not _is_trouble(response) or not pauses:
                    return response
            except httpx.TransportError as error:
                if not pauses:
                    # `from None`: the library's own words may quote the address and more.
                    raise Unreachable(type(error).__name__) from None
            await asyncio.sleep(pauses.pop(0))

    async def _ask(self, request: httpx.Request) -> httpx.Response:
        """Once; twice if the token has run out before its time."""
        for _ in range(2):
            request.headers["Authorization"] = await self._authorization()
            response = await self._http.send(request)
            if response.status_code != 401:
                break
            self._token_until = 0.0
        return response

    async def _authorization(self) -> str:
        async with self._asking_token:
            if time.monotonic() >= self._token_until:
                await self._fetch_token()
            return f"Bearer {self._token}"

    async def _fetch_token(self) -> None:
        response = await self._http.post(
            TOKEN,
            data={"grant_type": "client_credentials"},
            auth=(self._client_id, self._secret.get_secret_value()),
        )
        if response.status_code in (400, 401, 403):
            raise WrongCredentials(f"status {response.status_code}")
        if response.status_code != 200:
            raise Unreachable(f"status {response.status_code}")
        try:
            told = response.json()
            self._token = str(told["access_token"])
            lasts = float(told["expires_in"]) - TOKEN_MARGIN_SECONDS
        except (ValueError, KeyError, TypeError):
            raise Unreachable("no token") from None
        self._token_until = time.monotonic() + max(lasts, 1.0)


def _order(page: Page) -> dict[str, Any]:
    unit = {
        "amount": wire(page.amount),
        "description": page.description,
        "custom_id": page.custom,
        "invoice_id": page.invoice,
    }
    context = {
        "brand_name": page.brand,
        "shipping_preference": "NO_SHIPPING",
        "user_action": "PAY_NOW",
        "payment_method_preference": "IMMEDIATE_PAYMENT_REQUIRED",
        "return_url": page.back,
        "cancel_url": page.back,
    }
    return {
        "intent": "CAPTURE",
        "purchase_units": [unit],
        "payment_source": {"paypal": {"experience_context": context}},
    }


def _moment(at: datetime) -> str:
    return at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.000Z")


def _is_trouble(response: httpx.Response) -> bool:
    """PayPal's own trouble, or a race with ourselves: it may be over in a moment."""
    return response.status_code >= 500 or response.status_code in (409, 429)


def _judged(response: httpx.Response) -> Any:
    """The answer, or what kind of no it is."""
    if _is_trouble(response):
        raise Unreachable(f"status {response.status_code}")
    try:
        told = response.json() if response.content else {}
    except ValueError:
        raise Unreachable("no JSON") from None
    match response.status_code:
        case 200 | 201 | 202 | 204:
            return told
        case 401:
            raise WrongCredentials("status 401")
        case 404:
            raise NotThere(_issue(told))
        case _:
            raise Declined(_issue(told))


def _issue(told: Any) -> str:
    """PayPal's word for what is wrong."""
    if not isinstance(told, dict):
        return "UNKNOWN"
    details = told.get("details")
    first = details[0] if isinstance(details, list) and details else {}
    issue = first.get("issue") if isinstance(first, dict) else None
    return str(issue or told.get("name") or "UNKNOWN")[:100]


def _read(read: Callable[[Any], Read], answer: Any) -> Read:
    try:
        return read(answer)
    except Unreadable as error:
        raise Unreachable(f"unreadable: {error}") from None


def _log(method: str, path: str, started: float, result: str, why: str) -> None:
    spent = round((time.perf_counter() - started) * 1_000, 1)
    log.info("paypal", method=method, path=path, ms=spent, result=result, why=why)
