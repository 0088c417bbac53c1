"""A PayPal of our own: pages to agree to, captures with fees, refunds, disputes, and its moods."""

from __future__ import annotations

import json
import secrets
from collections.abc import Awaitable, Callable
from copy import deepcopy
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from decimal import ROUND_HALF_UP, Decimal
from typing import Any, Final

from sandbox.paypal_seal import Seal
from sandbox.telegram import utc_now

Json = dict[str, Any]

CLIENT_ID: Final = "daiko-demo"
SECRET: Final = "demo-secret"
WEBHOOK_ID: Final = "5GP028458E2496506"
TOKEN: Final = "A21AAsandbox"
ADDRESS: Final = "http://127.0.0.1:9/paypal"  # nobody listens there: for tests without a network
NO_DECIMALS: Final = frozenset({"HUF", "JPY", "TWD"})
CURRENCIES: Final = (
    "AUD BRL CAD CHF CNY CZK DKK EUR GBP HKD HUF ILS JPY MXN MYR NOK NZD PHP PLN SEK SGD THB TWD"
    " USD"
)
RATE: Final = Decimal("0.0349")
FIXED: Final = Decimal("0.49")
DISPUTE_FEE: Final = Decimal("15.00")
LAPSES_AFTER: Final = timedelta(hours=6)
LETTERS: Final = "0123456789ABCDEFGHJKLMNPQRSTUVWXYZ"


class No(Exception):
    """How PayPal says no: a status, a name, and what is the matter."""

    def __init__(self, status: int, name: str, issue: str, field: str = "") -> None:
        super().__init__(issue)
        self.status = status
        self.name = name
        self.issue = issue
        self.field = field


def cannot(issue: str, field: str = "") -> No:
    return No(422, "UNPROCESSABLE_ENTITY", issue, field)


NOT_THERE: Final = No(404, "RESOURCE_NOT_FOUND", "INVALID_RESOURCE_ID")
Deliver = Callable[[bytes, dict[str, str]], Awaitable[int]]


@dataclass
class Moods:
    """What a test, or a person at the page, wants PayPal to do next."""

    down: bool = False  # answers 503 to everything
    unknown: bool = False  # does not know who asks
    no_disputes: bool = False  # the app has no right to see them
    lose_create: int = 0  # do it so many times, and lose the answer
    lose_capture: int = 0
    refuse: str = ""  # make no page, with this issue
    capture: str = ""  # the next one: PENDING, DECLINED, INSTRUMENT_DECLINED


@dataclass
class Order:
    """What PayPal calls an order: one payment on its way."""

    id: str
    status: str
    unit: Json
    context: Json
    made_at: datetime
    mood: str = ""  # what the customer chose to happen; see `Moods.capture`
    captures: list[Json] = field(default_factory=list)
    refunds: list[Json] = field(default_factory=list)


class PayPal:
    """The service in memory. `deliver` is how its webhooks reach whoever registered one."""

    def __init__(
        self,
        clock: Callable[[], datetime] = utc_now,
        *,
        address: str = ADDRESS,
        deliver: Deliver | None = None,
        decides_after: timedelta | None = None,
    ) -> None:
        self.clock = clock
        self.address = address
        self.deliver = deliver
        self.decides_after = decides_after  # what it holds back; None: when it is told to
        self.moods = Moods()
        self.seal = Seal(WEBHOOK_ID, clock)
        self.orders: dict[str, Order] = {}
        self.disputes: dict[str, Json] = {}
        self.events: list[Json] = []  # all that happened, delivered or not
        self.requests: list[tuple[str, str, str]] = []  # method, path, request id
        self.given: dict[tuple[str, str], tuple[int, Json]] = {}  # by path and request id

    # What a bot asks for ----------------------------------------------------------------------

    def create(self, asked: Json) -> Json:
        unit = asked["purchase_units"][0]
        if self.moods.refuse:
            raise cannot(self.moods.refuse)
        _check_amount(unit["amount"])
        self._check_invoice(unit.get("invoice_id"))
        wallet = asked.get("payment_source", {}).get("paypal")
        order = Order(
            _number(),
            "CREATED" if wallet is None else "PAYER_ACTION_REQUIRED",
            {"reference_id": "default", **unit},
            (wallet or {}).get("experience_context", {}),
            self.clock(),
        )
        self.orders[order.id] = order
        return self.shown(order)

    def _check_invoice(self, invoice: str | None) -> None:
        for order in self.orders.values():
            if invoice and order.captures and order.unit.get("invoice_id") == invoice:
                raise cannot("DUPLICATE_INVOICE_ID", "/purchase_units/0/invoice_id")

    def order(self, number: str) -> Order:
        order = self.orders.get(number)
        if order is None or (
            order.status == "PAYER_ACTION_REQUIRED" and self.clock() - order.made_at > LAPSES_AFTER
        ):
            raise NOT_THERE
        self._decide(order)
        return order

    def _decide(self, order: Order) -> None:
        """Let go what was held back long enough."""
        for capture in order.captures if self.decides_after else ():
            taken_at = datetime.fromisoformat(capture["create_time"])
            held = capture["status"] == "PENDING"
            if held and self.decides_after and self.clock() - taken_at >= self.decides_after:
                self.decide_pending(capture["id"], "COMPLETED")

    def shown(self, order: Order) -> Json:
        page = f"{self.address}/checkoutnow?token={order.id}"
        told: Json = {
            "id": order.id,
            "intent": "CAPTURE",
            "status": order.status,
            "purchase_units": [deepcopy(order.unit)],
            "create_time": _time(order.made_at),
            "links": [
                _link(f"{self.address}/v2/checkout/orders/{order.id}", "self", "GET"),
                _link(page, "payer-action", "GET"),
            ],
        }
        if order.captures:
            payments: Json = {"captures": deepcopy(order.captures)}
            if order.refunds:
                payments["refunds"] = deepcopy(order.refunds)
            told["purchase_units"][0]["payments"] = payments
        if order.status in ("APPROVED", "COMPLETED"):
            told["payment_source"] = {"paypal": {"email_address": "buyer@example.com"}}
        return told

    def capture(self, number: str) -> Json:
        order = self.order(number)
        if order.captures:
            raise cannot("ORDER_ALREADY_CAPTURED")
        if order.status != "APPROVED":
            raise cannot("ORDER_NOT_APPROVED")
        mood = order.mood or self.moods.capture
        order.mood = self.moods.capture = ""
        if mood == "INSTRUMENT_DECLINED":
            order.status = "PAYER_ACTION_REQUIRED"
            raise cannot("INSTRUMENT_DECLINED")
        order.status = "COMPLETED"
        capture = self._captured(order, mood or "COMPLETED")
        order.captures.append(capture)
        word = "DENIED" if mood == "DECLINED" else mood or "COMPLETED"
        self._happened(f"PAYMENT.CAPTURE.{word}", "capture", self._with_order(capture, order))
        return self.shown(order)

    def _captured(self, order: Order, status: str) -> Json:
        amount, number = order.unit["amount"], _number()
        at, path = _time(self.clock()), f"{self.address}/v2/payments/captures/{number}"
        told: Json = {
            "id": number,
            "status": status,
            "amount": _money(Decimal(amount["value"]), amount["currency_code"]),
            "final_capture": True,
            "create_time": at,
            "update_time": at,
            "links": [
                _link(path, "self", "GET"),
                _link(f"{path}/refund", "refund", "POST"),
                _link(f"{self.address}/v2/checkout/orders/{order.id}", "up", "GET"),
            ],
        }
        told |= {name: order.unit[name] for name in ("custom_id", "invoice_id")}
        if status == "PENDING":
            told["status_details"] = {"reason": "PENDING_REVIEW"}
        else:
            told["seller_receivable_breakdown"] = _breakdown(amount)
        return told

    def refund(self, number: str, asked: Json) -> Json:
        """By the bot, or by a person at PayPal's site."""
        order, capture = self.find_capture(number)
        if capture["status"] == "PENDING":
            raise cannot("PENDING_CAPTURE")
        currency = capture["amount"]["currency_code"]
        left = Decimal(capture["amount"]["value"]) - self._refunded(order)
        if not left:
            raise cannot("CAPTURE_FULLY_REFUNDED")
        amount = asked.get("amount") or _money(left, currency)
        if amount["currency_code"] != currency:
            raise cannot("REFUND_CAPTURE_CURRENCY_MISMATCH")
        if Decimal(amount["value"]) > left:
            raise cannot("REFUND_AMOUNT_EXCEEDED")
        return self._given_back(order, capture, amount)

    def _given_back(self, order: Order, capture: Json, amount: Json) -> Json:
        at = _time(self.clock())
        up = _link(f"{self.address}/v2/payments/captures/{capture['id']}", "up", "GET")
        refund: Json = {
            "id": _number(),
            "status": "COMPLETED",
            "amount": amount,
            "create_time": at,
            "update_time": at,
            "links": [up],
        }
        order.refunds.append(refund)
        whole = self._refunded(order) == Decimal(capture["amount"]["value"])
        capture["status"] = "REFUNDED" if whole else "PARTIALLY_REFUNDED"
        self._happened("PAYMENT.CAPTURE.REFUNDED", "refund", refund)
        return refund

    def _refunded(self, order: Order) -> Decimal:
        return sum((Decimal(r["amount"]["value"]) for r in order.refunds), Decimal(0))

    def find_capture(self, number: str) -> tuple[Order, Json]:
        for order in self.orders.values():
            for capture in order.captures:
                if capture["id"] == number:
                    return order, capture
        raise NOT_THERE

    def changed_disputes(self, since: str) -> list[Json]:
        summary = (
            "dispute_id",
            "create_time",
            "update_time",
            "reason",
            "status",
            "dispute_amount",
        )
        return [
            {name: dispute[name] for name in summary}
            for dispute in self.disputes.values()
            if dispute["update_time"] >= since
        ]

    # What people do ---------------------------------------------------------------------------

    def approve(self, number: str) -> None:
        """The customer agrees on PayPal's page."""
        order = self.order(number)
        if order.status == "PAYER_ACTION_REQUIRED":
            order.status = "APPROVED"
            self._happened("CHECKOUT.ORDER.APPROVED", "checkout-order", self.shown(order))

    def let_go(self, number: str) -> None:
        """PayPal forgets a page that nobody used."""
        del self.orders[number]

    def decide_pending(self, number: str, status: str) -> None:
        """PayPal has looked at a capture it held back: COMPLETED or DECLINED."""
        order, capture = self.find_capture(number)
        capture["status"] = status
        del capture["status_details"]
        capture["seller_receivable_breakdown"] = _breakdown(capture["amount"])
        word = "COMPLETED" if status == "COMPLETED" else "DENIED"
        self._happened(f"PAYMENT.CAPTURE.{word}", "capture", self._with_order(capture, order))

    def open_dispute(self, capture: str, value: str = "") -> str:
        order, of = self.find_capture(capture)
        number, at = f"PP-D-{secrets.randbelow(90_000) + 10_000}", _time(self.clock())
        amount = of["amount"] | ({"value": value} if value else {})
        self.disputes[number] = {
            "dispute_id": number,
            "create_time": at,
            "update_time": at,
            "disputed_transactions": [
                {
                    "seller_transaction_id": capture,
                    "transaction_status": "COMPLETED",
                    "gross_amount": of["amount"],
                    "invoice_number": order.unit["invoice_id"],
                    "custom": order.unit["custom_id"],
                }
            ],
            "reason": "MERCHANDISE_OR_SERVICE_NOT_RECEIVED",
            "status": "WAITING_FOR_SELLER_RESPONSE",
            "dispute_amount": amount,
            "dispute_life_cycle_stage": "CHARGEBACK",
            "seller_response_due_date": _time(self.clock() + timedelta(days=10)),
        }
        self._dispute_happened("CREATED", number)
        return number

    def close_dispute(self, number: str, *, won: bool) -> None:
        """PayPal decides; what it takes from the agency is a charge-back and a fee."""
        dispute, at = self.disputes[number], _time(self.clock())
        code = "RESOLVED_SELLER_FAVOUR" if won else "RESOLVED_BUYER_FAVOUR"
        dispute |= {
            "status": "RESOLVED",
            "update_time": at,
            "dispute_outcome": {"outcome_code": code},
        }
        if not won:
            amount = dispute["dispute_amount"]
            fee = _money(DISPUTE_FEE, amount["currency_code"])
            dispute["dispute_outcome"]["amount_refunded"] = amount
            dispute["money_movements"] = [
                _movement("DISPUTE_SETTLEMENT", amount, at),
                _movement("CHARGEBACK_FEE", fee, at),
            ]
        self._dispute_happened("RESOLVED", number)

    # What it tells ----------------------------------------------------------------------------

    def _with_order(self, capture: Json, order: Order) -> Json:
        return {**capture, "supplementary_data": {"related_ids": {"order_id": order.id}}}

    def _dispute_happened(self, what: str, number: str) -> None:
        self._happened(f"CUSTOMER.DISPUTE.{what}", "dispute", self.disputes[number])

    def _happened(self, event: str, kind: str, resource: Json) -> None:
        self.events.append(
            {
                "id": f"WH-{_number()}-{_number()}",
                "event_version": "1.0",
                "create_time": _time(self.clock()),
                "resource_type": kind,
                "resource_version": "2.0",
                "event_type": event,
                "summary": event,
                "resource": deepcopy(resource),
            }
        )

    def sealed(self, event: Json) -> tuple[bytes, dict[str, str]]:
        """An event as it goes over the wire."""
        body = json.dumps(event, separators=(",", ":")).encode()
        return body, self.seal.sign(body, f"{self.address}/v1/notifications/certs/CERT-sandbox-1")

    async def deliver_all(self) -> list[int]:
        """Tell what has happened; the statuses that came back. Without a webhook, nothing."""
        told, self.events = self.events, []
        if self.deliver is None:
            return []
        return [await self.deliver(*self.sealed(event)) for event in told]


# How PayPal writes things ---------------------------------------------------------------------


def _number() -> str:
    return "".join(secrets.choice(LETTERS) for _ in range(17))


def _time(at: datetime) -> str:
    return at.strftime("%Y-%m-%dT%H:%M:%SZ")


def _link(href: str, rel: str, method: str) -> Json:
    return {"href": href, "rel": rel, "method": method}


def _decimals(currency: str) -> Decimal:
    return Decimal(1) if currency in NO_DECIMALS else Decimal("0.01")


def _money(value: Decimal, currency: str) -> Json:
    exact = value.quantize(_decimals(currency), ROUND_HALF_UP)
    return {"currency_code": currency, "value": str(exact)}


def half(amount: Json) -> Json:
    return _money(Decimal(amount["value"]) / 2, amount["currency_code"])


def _breakdown(amount: Json) -> Json:
    gross, currency = Decimal(amount["value"]), amount["currency_code"]
    fixed = FIXED * 100 if currency in NO_DECIMALS else FIXED
    fee = _money(gross * RATE + fixed, currency)
    return {
        "gross_amount": _money(gross, currency),
        "paypal_fee": fee,
        "net_amount": _money(gross - Decimal(fee["value"]), currency),
    }


def _movement(reason: str, amount: Json, at: str) -> Json:
    return {
        "affected_party": "SELLER",
        "amount": amount,
        "initiated_time": at,
        "type": "DEBIT",
        "reason": reason,
    }


def _check_amount(amount: Json) -> None:
    where = "/purchase_units/0/amount/value"
    if amount["currency_code"] not in CURRENCIES.split():
        raise cannot("INVALID_CURRENCY_CODE", where)
    value = Decimal(amount["value"])
    if value <= 0:
        raise cannot("CANNOT_BE_ZERO_OR_NEGATIVE", where)
    if value != value.quantize(_decimals(amount["currency_code"])):
        raise cannot("DECIMAL_PRECISION", where)
