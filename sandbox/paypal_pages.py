"""Pages of the sandbox's PayPal: where a customer agrees, and where its seller looks after it."""

from __future__ import annotations

from collections.abc import Iterator
from html import escape
from typing import Final

from starlette.requests import Request
from starlette.responses import HTMLResponse, RedirectResponse, Response

from sandbox.paypal import Json, No, Order, PayPal, half

HEADERS: Final = {
    "content-security-policy": "default-src 'none'; style-src 'unsafe-inline'; form-action 'self'",
    "referrer-policy": "no-referrer",
    "cache-control": "no-store",
}
STYLE: Final = """
:root { color-scheme: light dark; --back: #f5f7fa; --card: #fff; --text: #001435; --soft: #545d68;
  --line: #d7dde3; --pay: #0b5cc4; --on-pay: #fff; --note: #fff6d9; --note-text: #5b4300; }
@media (prefers-color-scheme: dark) { :root { --back: #0d1117; --card: #161c24; --text: #eef2f6;
  --soft: #9ba7b4; --line: #2b3540; --pay: #4a9bff; --on-pay: #06121f; --note: #3a3010;
  --note-text: #f2dea0; } }
* { box-sizing: border-box; }
body { margin: 0; min-height: 100vh; display: grid; place-items: center; background: var(--back);
  color: var(--text); font: 16px/1.5 system-ui, "Segoe UI", Roboto, sans-serif; padding: 16px; }
main { width: min(420px, 100%); background: var(--card); border: 1px solid var(--line);
  border-radius: 16px; padding: 28px; box-shadow: 0 6px 24px rgb(0 20 53 / 8%); }
.demo { margin: -8px 0 20px; padding: 8px 12px; border-radius: 8px; background: var(--note);
  color: var(--note-text); font-size: 14px; }
h1 { margin: 0; font-size: 20px; }
.amount { margin: 8px 0 20px; font-size: 40px; font-weight: 700; letter-spacing: -.02em; }
.amount small { font-size: 18px; font-weight: 600; color: var(--soft); }
dl { margin: 0 0 24px; border-top: 1px solid var(--line); }
dl div { display: flex; justify-content: space-between; gap: 16px; padding: 10px 0;
  border-bottom: 1px solid var(--line); }
dt { color: var(--soft); } dd { margin: 0; text-align: right; overflow-wrap: anywhere; }
button { width: 100%; min-height: 48px; border-radius: 24px; border: 1px solid var(--line);
  background: none; color: var(--text); font: inherit; font-weight: 600; cursor: pointer;
  margin-top: 10px; }
button.pay { background: var(--pay); border-color: var(--pay); color: var(--on-pay); }
button:focus-visible { outline: 3px solid var(--pay); outline-offset: 2px; }
section { border-top: 1px solid var(--line); padding: 14px 0; }
section h2 { margin: 0 0 2px; font-size: 17px; } section p { margin: 0; color: var(--soft); }
footer { margin-top: 18px; font-size: 14px; } a { color: var(--pay); }
details { margin-top: 18px; color: var(--soft); font-size: 14px; }
summary { cursor: pointer; padding: 6px 0; }
"""
MOODS: Final = {"pending": "PENDING", "declined": "INSTRUMENT_DECLINED"}
ENDS: Final = {
    "paid": (
        "You have agreed to the payment",
        "Go back to the chat: it goes on there by itself in a moment. You can close this page.",
    ),
    "left": (
        "Nothing was paid",
        "You did not agree, so nothing was charged. Go back to the chat to pay another way.",
    ),
    "gone": (
        "This page is not open any more",
        "It was used already, or too long ago. Go back to the chat to see how the payment stands.",
    ),
}


FOOT: Final = (
    '<footer><a href="seller">This PayPal’s other side: what the seller sees</a></footer>'
)


class Page:
    """Where the customer agrees or leaves; plain HTML, no script."""

    def __init__(self, paypal: PayPal) -> None:
        self._paypal = paypal

    async def show(self, request: Request) -> Response:
        order = self._open(request.query_params.get("token", ""))
        return _ended("gone", 404) if order is None else _html(_offer(order))

    async def decide(self, request: Request) -> Response:
        """The body is a form; without a parser of its own, for there are two fields."""
        async with request.form() as form:
            number, deed = str(form.get("token", "")), str(form.get("do", ""))
        order = self._open(number)
        if order is None:
            return _ended("gone", 404)
        if deed == "leave":
            return _ended("left")
        order.mood = MOODS.get(deed, "")
        self._paypal.approve(number)
        await self._paypal.deliver_all()
        return _ended("paid")

    def _open(self, number: str) -> Order | None:
        try:
            order = self._paypal.order(number)
        except No:
            return None
        return order if order.status == "PAYER_ACTION_REQUIRED" else None


def _offer(order: Order) -> str:
    amount = order.unit["amount"]
    rows = {
        "Pay to": order.context.get("brand_name", "the shop"),
        "For": order.unit.get("description", ""),
        "Invoice": order.unit.get("invoice_id", ""),
        "Pay with": "Demo card •••• 4242",
    }
    listed = "".join(
        f"<div><dt>{escape(name)}</dt><dd>{escape(str(value))}</dd></div>"
        for name, value in rows.items()
    )
    return f"""<h1>Pay with PayPal</h1>
<p class="amount">{escape(amount["value"])} <small>{escape(amount["currency_code"])}</small></p>
<dl>{listed}</dl>
<form method="post" action="?"><input type="hidden" name="token" value="{escape(order.id)}">
<button class="pay" name="do" value="pay">Pay now</button>
<button name="do" value="leave">Cancel and go back</button>
<details><summary>What else can happen</summary>
<button name="do" value="declined">Pay with a card that is declined</button>
<button name="do" value="pending">Pay, and let PayPal review it for a day</button>
</details></form>"""


def _ended(how: str, status: int = 200) -> Response:
    title, words = ENDS[how]
    return _html(f"<h1>{title}</h1><p>{words}</p>{FOOT}", status)


# The seller's side ----------------------------------------------------------------------------

DEEDS: Final = {
    "half": "Give half of it back",
    "refund": "Give all of it back",
    "dispute": "The customer disputes it",
    "lost": "Decide the dispute for the customer",
    "won": "Decide the dispute for the seller",
}


class SellersDesk:
    """Payments that came in, and what can happen to them afterwards."""

    def __init__(self, paypal: PayPal) -> None:
        self._paypal = paypal

    async def show(self, _request: Request) -> Response:
        listed = "".join(self._rows()) or "<section><p>No payment has come in yet.</p></section>"
        return _html(f"<h1>Payments</h1>{listed}")

    async def act(self, request: Request) -> Response:
        async with request.form() as form:
            capture, deed = str(form.get("capture", "")), str(form.get("do", ""))
        if (capture, deed) in {(c["id"], d) for _, c in self._captures() for d in self._open(c)}:
            self._do(capture, deed)
            await self._paypal.deliver_all()
        return RedirectResponse("seller", 303)

    def _captures(self) -> Iterator[tuple[Order, Json]]:
        for order in reversed(self._paypal.orders.values()):
            for capture in order.captures:
                yield order, capture

    def _dispute(self, capture: str) -> Json | None:
        for dispute in self._paypal.disputes.values():
            if dispute["disputed_transactions"][0]["seller_transaction_id"] == capture:
                return dispute
        return None

    def _open(self, capture: Json) -> list[str]:
        """What can be done about a payment now."""
        dispute = self._dispute(capture["id"])
        if dispute is not None:
            return [] if dispute["status"] == "RESOLVED" else ["lost", "won"]
        if capture["status"] == "COMPLETED":
            return ["half", "refund", "dispute"]
        return ["refund"] if capture["status"] == "PARTIALLY_REFUNDED" else []

    def _do(self, capture: str, deed: str) -> None:
        paypal, dispute = self._paypal, self._dispute(capture)
        match deed:
            case "half":
                _, found = paypal.find_capture(capture)
                paypal.refund(capture, {"amount": half(found["amount"])})
            case "refund":
                paypal.refund(capture, {})
            case "dispute":
                paypal.open_dispute(capture)
            case "lost" | "won" if dispute is not None:
                paypal.close_dispute(dispute["dispute_id"], won=deed == "won")

    def _rows(self) -> Iterator[str]:
        for order, capture in self._captures():
            amount, dispute = capture["amount"], self._dispute(capture["id"])
            state = capture["status"] if dispute is None else f"dispute {dispute['status']}"
            keys = "".join(
                f'<button name="do" value="{deed}">{DEEDS[deed]}</button>'
                for deed in self._open(capture)
            )
            yield (
                f"<section><h2>{escape(amount['value'])} {escape(amount['currency_code'])}</h2>"
                f"<p>{escape(order.unit.get('description', ''))} · "
                f"{escape(state.replace('_', ' ').lower())}</p>"
                f'<form method="post" action="seller">'
                f'<input type="hidden" name="capture" value="{escape(capture["id"])}">{keys}'
                "</form></section>"
            )


# What all pages share -------------------------------------------------------------------------


def _html(inside: str, status: int = 200) -> Response:
    return HTMLResponse(
        f"""<!doctype html><html lang="en"><head><meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>PayPal of the demo</title><style>{STYLE}</style></head><body><main>
<p class="demo">The demo’s own PayPal, on this machine. No money moves, and nothing is asked of
you.</p>{inside}</main></body></html>""",
        status,
        HEADERS,
    )
