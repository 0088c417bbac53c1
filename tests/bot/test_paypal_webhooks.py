"""PayPal's webhooks at the door: what is let in, what is not, and what is never fetched."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta

import httpx
import pytest
from starlette.applications import Starlette

from bot.http import BODY_MAX, doors
from bot.paypal_webhooks import Forged, NoCertificate, NotAnEvent, Webhooks
from sandbox.paypal import WEBHOOK_ID, PayPal
from sandbox.paypal_seal import Seal
from sandbox.paypal_server import paypal_mount
from storage.paypal import Told
from tests.bot.conftest import Clock
from tests.conftest import NOW

EVENT = {"id": "WH-1", "event_type": "PAYMENT.CAPTURE.COMPLETED", "resource": {"id": "C1"}}
CERTIFICATES = "https://api.sandbox.paypal.com/v1/notifications/certs"


class Door:
    """A webhook's door, what was kept behind it, and what was fetched for it."""

    def __init__(self, api_url: str = "https://api-m.sandbox.paypal.com") -> None:
        self.clock = Clock(NOW)
        self.seal = Seal(WEBHOOK_ID, self.clock)
        self.kept: list[Told] = []
        self.fetched: list[str] = []
        self.answer = httpx.Response(200, content=self.seal.certificate)
        self.webhooks = Webhooks(
            api_url,
            WEBHOOK_ID,
            self.clock,
            self._keep,
            transport=httpx.MockTransport(self._fetch),
        )

    async def _keep(self, told: Told) -> None:
        self.kept.append(told)

    def _fetch(self, request: httpx.Request) -> httpx.Response:
        self.fetched.append(str(request.url))
        return self.answer

    def signed(
        self, body: bytes | None = None, url: str = f"{CERTIFICATES}/CERT-1"
    ) -> tuple[bytes, dict[str, str]]:
        body = json.dumps(EVENT).encode() if body is None else body
        return body, self.seal.sign(body, url)


@pytest.fixture
async def door() -> AsyncIterator[Door]:
    door = Door()
    yield door
    await door.webhooks.close()


async def test_what_paypal_signed_is_kept_as_it_came(door: Door) -> None:
    body, headers = door.signed()
    await door.webhooks.receive(body, headers)
    assert door.kept == [Told("WH-1", "PAYMENT.CAPTURE.COMPLETED", body.decode())]


async def test_the_certificate_is_fetched_once(door: Door) -> None:
    for _ in range(3):
        await door.webhooks.receive(*door.signed())
    assert door.fetched == [f"{CERTIFICATES}/CERT-1"]


FORGED = {
    "another body": ({}, b'{"id":"WH-1","event_type":"PAYMENT.CAPTURE.COMPLETED"}'),
    "another signature": ({"paypal-transmission-sig": "AAAA"}, None),
    "no signature at all": ({"paypal-transmission-sig": "%%%"}, None),
    "another algorithm": ({"paypal-auth-algo": "SHA1withRSA"}, None),
    "another moment": ({"paypal-transmission-time": "2026-11-02T08:00:00Z"}, None),
    "another transmission": ({"paypal-transmission-id": "2"}, None),
}


@pytest.mark.parametrize(("changed", "body"), FORGED.values(), ids=FORGED.keys())
async def test_what_is_not_as_paypal_signed_it_is_forged(
    door: Door, changed: dict[str, str], body: bytes | None
) -> None:
    signed, headers = door.signed()
    with pytest.raises(Forged):
        await door.webhooks.receive(body or signed, headers | changed)
    assert door.kept == []


@pytest.mark.parametrize(
    "url",
    [
        "https://evil.example/v1/notifications/certs/CERT-1",
        "https://api.sandbox.paypal.com@evil.example/v1/notifications/certs/CERT-1",
        "https://api.sandbox.paypal.com.evil.example/v1/notifications/certs/CERT-1",
        "http://api.sandbox.paypal.com/v1/notifications/certs/CERT-1",
        "https://api.sandbox.paypal.com:8443/v1/notifications/certs/CERT-1",
        "https://api.sandbox.paypal.com/v1/notifications/certs/../../x",
        "https://api.sandbox.paypal.com/v1/notifications/certs/CERT-1?x=1",
        "https://api.sandbox.paypal.com/v1/notifications/certs/CERT-1#x",
        "https://api.sandbox.paypal.com/other/CERT-1",
        "https://api.paypal.com/v1/notifications/certs/CERT-1",  # the live one, for a sandbox
        "https://127.0.0.1/v1/notifications/certs/CERT-1",
        "file:///v1/notifications/certs/CERT-1",
        "",
    ],
)
async def test_a_forged_address_is_never_fetched(door: Door, url: str) -> None:
    with pytest.raises(Forged, match="address"):
        await door.webhooks.receive(*door.signed(url=url))
    assert door.fetched == []


async def test_another_webhook_of_the_same_app_is_not_this_one(door: Door) -> None:
    body = json.dumps(EVENT).encode()
    headers = Seal("WH-OTHER", door.clock).sign(body, f"{CERTIFICATES}/CERT-1")
    with pytest.raises(Forged, match="signature"):
        await door.webhooks.receive(body, headers)


@pytest.mark.parametrize(("span", "is_good"), [(3, True), (4, False), (5, False)])
async def test_what_was_sent_days_ago_is_too_old(door: Door, span: int, is_good: bool) -> None:
    body, headers = door.signed()
    door.clock.now += timedelta(days=span)
    if is_good:
        await door.webhooks.receive(body, headers)
        return
    with pytest.raises(Forged, match="age"):
        await door.webhooks.receive(body, headers)


async def test_a_certificate_that_has_run_out_signs_nothing(door: Door) -> None:
    door.clock.now = datetime(2040, 1, 1, tzinfo=UTC)
    with pytest.raises(Forged, match="dates"):
        await door.webhooks.receive(*door.signed())


async def test_a_certificate_of_somebody_else_signs_nothing(
    door: Door, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("sandbox.paypal_seal.NAME", "certs.evil.example")
    door.answer = httpx.Response(200, content=door.seal.certificate)
    with pytest.raises(Forged, match="name"):
        await door.webhooks.receive(*door.signed())


@pytest.mark.parametrize(
    "answer",
    [
        httpx.Response(302, headers={"location": "http://127.0.0.1/x"}),
        httpx.Response(404),
        httpx.Response(200, content=b"no certificate"),
        httpx.Response(200, content=b"x" * 70_000),
    ],
)
async def test_without_a_certificate_paypal_is_to_come_again(
    door: Door, answer: httpx.Response
) -> None:
    good, door.answer = door.answer, answer
    for _ in range(3):
        with pytest.raises(NoCertificate):
            await door.webhooks.receive(*door.signed())
    assert len(door.fetched) == 1  # whoever forges cannot make us hammer at PayPal
    door.answer = good
    door.clock.forward(minutes=1)
    await door.webhooks.receive(*door.signed())
    assert len(door.kept) == 1


@pytest.mark.parametrize("body", [b"", b"[]", b"{}", b"\xff", b'{"id": "WH-1"}', b"nonsense"])
async def test_signed_nonsense_is_no_event(door: Door, body: bytes) -> None:
    with pytest.raises(NotAnEvent):
        await door.webhooks.receive(*door.signed(body))
    assert door.kept == []


@pytest.mark.parametrize("missing", ["transmission-id", "cert-url", "auth-algo"])
async def test_without_its_headers_it_is_no_event(door: Door, missing: str) -> None:
    body, headers = door.signed()
    del headers[f"paypal-{missing}"]
    with pytest.raises(NotAnEvent):
        await door.webhooks.receive(body, headers)
    with pytest.raises(NotAnEvent):
        await door.webhooks.receive(body, {})


async def test_another_api_has_its_certificates_at_its_own_address() -> None:
    door = Door("http://127.0.0.1:5010/paypal")
    mine = "http://127.0.0.1:5010/paypal/v1/notifications/certs/CERT-1"
    await door.webhooks.receive(*door.signed(url=mine))
    with pytest.raises(Forged, match="address"):
        await door.webhooks.receive(*door.signed())  # PayPal's own
    assert door.fetched == [mine]
    await door.webhooks.close()


# Over HTTP ------------------------------------------------------------------------------------


async def visitor_of(webhooks: Webhooks | None) -> httpx.AsyncClient:
    async def state() -> dict[str, bool]:
        return {}

    async def metrics() -> bytes:
        return b""

    async def store(_update: object) -> None:
        raise AssertionError

    app = doors(state=state, metrics=metrics, store=store, secret=None, paypal=webhooks)
    return httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://127.0.0.1")


async def test_the_door_answers_as_it_should(door: Door) -> None:
    body, headers = door.signed()
    async with await visitor_of(door.webhooks) as visitor:

        async def knocks(body: bytes, headers: dict[str, str]) -> int:
            return (await visitor.post("/paypal", content=body, headers=headers)).status_code

        assert await knocks(body, headers) == 200
        assert await knocks(body + b" ", headers) == 403
        assert await knocks(body, {}) == 400
        assert await knocks(b"x" * (BODY_MAX + 1), headers) == 413
        assert await knocks(*door.signed(b"[]")) == 400
        assert (await visitor.get("/paypal")).status_code == 405
        door.answer = httpx.Response(500)
        assert await knocks(*door.signed(url=f"{CERTIFICATES}/CERT-2")) == 503
    assert len(door.kept) == 1


async def test_without_a_webhook_there_is_no_door() -> None:
    async with await visitor_of(None) as visitor:
        assert (await visitor.post("/paypal", content=b"{}")).status_code == 404


async def test_the_sandboxs_paypal_signs_what_this_door_lets_in() -> None:
    clock = Clock(NOW)
    paypal = PayPal(clock)
    kept: list[Told] = []

    async def keep(told: Told) -> None:
        kept.append(told)

    app = Starlette(routes=[paypal_mount(paypal)])
    webhooks = Webhooks(
        paypal.address, WEBHOOK_ID, clock, keep, transport=httpx.ASGITransport(app)
    )
    async with await visitor_of(webhooks) as visitor:

        async def deliver(body: bytes, headers: dict[str, str]) -> int:
            return (await visitor.post("/paypal", content=body, headers=headers)).status_code

        paypal.deliver = deliver
        made = paypal.create(
            {
                "purchase_units": [{"amount": {"currency_code": "USD", "value": "1.00"}}],
                "payment_source": {"paypal": {}},
            }
        )
        paypal.approve(made["id"])
        assert await paypal.deliver_all() == [200]
    await webhooks.close()
    assert [told.kind for told in kept] == ["CHECKOUT.ORDER.APPROVED"]
