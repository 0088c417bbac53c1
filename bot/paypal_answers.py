"""What PayPal answers, read strictly: amounts exact, and nothing taken for granted."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any, Final
from urllib.parse import parse_qs, urlsplit

from domain.money import Currency, Money, add_up, parse_amount
from domain.paypal import Capture, CaptureState, Checkout, Dispute, Refund
from domain.refusals import BadAmount

Json = Mapping[str, Any]

PAYER_LINKS: Final = ("payer-action", "approve")
AGAINST_US: Final = frozenset({"RESOLVED_BUYER_FAVOUR", "ACCEPTED"})
FEES: Final = frozenset({"DISPUTE_FEE", "CHARGEBACK_FEE", "DISPUTE_SETTLEMENT_FEE"})


class Unreadable(Exception):
    """Not what PayPal's documents promise."""


def wire(amount: Money) -> dict[str, str]:
    """An amount as PayPal writes it."""
    return {"currency_code": amount.currency.value, "value": amount.plain()}


def read_money(told: Json) -> Money:
    try:
        return parse_amount(told["value"], Currency(told["currency_code"]))
    except (BadAmount, KeyError, TypeError, ValueError, AttributeError):
        raise Unreadable("an amount") from None


# A payment ------------------------------------------------------------------------------------


def read_checkout(told: Json) -> Checkout:
    try:
        payments = [unit.get("payments", {}) for unit in told.get("purchase_units", [])]
        return Checkout(
            id=str(told["id"]),
            status=str(told["status"]),
            captures=tuple(_capture(c) for p in payments for c in p.get("captures", [])),
            refunds=tuple(_refund(r) for p in payments for r in p.get("refunds", [])),
            link=_payer_link(told.get("links", [])),
        )
    except (KeyError, TypeError, ValueError, AttributeError) as error:
        raise Unreadable(f"an order: {type(error).__name__}") from None


def _payer_link(links: list[Json]) -> str:
    known = {link["rel"]: str(link["href"]) for link in links}
    return next((known[rel] for rel in PAYER_LINKS if rel in known), "")


def _capture(told: Json) -> Capture:
    gross = read_money(told["amount"])
    fee = _fee(told.get("seller_receivable_breakdown", {}), gross)
    return Capture(str(told["id"]), CaptureState(told["status"]), gross, fee)


def _fee(breakdown: Json, gross: Money) -> Money:
    """A capture that is pending has none yet; one in another currency is no cost in ours."""
    fee = read_money(breakdown["paypal_fee"]) if "paypal_fee" in breakdown else gross.nothing
    return fee if fee.currency is gross.currency else gross.nothing


def _refund(told: Json) -> Refund:
    done = told.get("status") == "COMPLETED"
    made_at = _moment(told.get("create_time"))
    return Refund(str(told["id"]), read_money(told["amount"]), done, made_at)


# Disputes -------------------------------------------------------------------------------------


def read_dispute_ids(told: Json) -> tuple[list[str], str]:
    """The disputes of a page, and the token of the next one."""
    try:
        ids = [str(item["dispute_id"]) for item in told.get("items", [])]
        links = {link["rel"]: str(link["href"]) for link in told.get("links", [])}
    except (KeyError, TypeError, AttributeError) as error:
        raise Unreadable(f"disputes: {type(error).__name__}") from None
    query = parse_qs(urlsplit(links.get("next", "")).query)
    return ids, query.get("next_page_token", [""])[0]


def read_dispute(told: Json, currency: Currency) -> Dispute:
    try:
        transactions = told.get("disputed_transactions", [{}])
        return Dispute(
            id=str(told["dispute_id"]),
            capture=str(transactions[0].get("seller_transaction_id", "")),
            reason=str(told.get("reason", "OTHER")),
            amount=read_money(told["dispute_amount"]),
            is_resolved=told.get("status") == "RESOLVED",
            taken=_taken(told, currency),
            fee=_moved(told, currency, FEES),
            answer_by=_moment(told.get("seller_response_due_date")),
            opened_at=_moment(told.get("create_time")),
        )
    except (KeyError, TypeError, ValueError, AttributeError) as error:
        raise Unreadable(f"a dispute: {type(error).__name__}") from None


def _moment(told: str | None) -> datetime | None:
    return None if told is None else datetime.fromisoformat(told)


def _taken(told: Json, currency: Currency) -> Money | None:
    """What was taken from us: as it moved, or else as the outcome says."""
    if "money_movements" in told:
        return _moved(told, currency, frozenset({"DISPUTE_SETTLEMENT"}))
    outcome = told.get("dispute_outcome", {})
    if outcome.get("outcome_code") not in AGAINST_US or "amount_refunded" not in outcome:
        return None
    return read_money(outcome["amount_refunded"])


def _moved(told: Json, currency: Currency, reasons: frozenset[str]) -> Money | None:
    """What left our account for these reasons, less what came back; None: nothing."""
    moved = [
        read_money(movement["amount"])
        if movement["type"] == "DEBIT"
        else -read_money(movement["amount"])
        for movement in told.get("money_movements", [])
        if movement.get("affected_party") == "SELLER" and movement.get("reason") in reasons
    ]
    if any(amount.currency is not currency for amount in moved):
        raise Unreadable("a dispute in another currency")
    total = add_up(moved, currency)
    return total if total.is_positive else None
