"""The payment report: the customer says "I transferred it"."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Final

from domain.ids import OrderId
from domain.money import Money

_ALPHABET: Final = "23456789ABCDEFGHJKLMNPQRSTUVWXYZ"  # nothing that looks like something else


@dataclass(frozen=True, slots=True)
class TransferReport:
    amount: Money
    transferred_on: date
    sender: str
    receipt: str = ""  # a Telegram file id


def payment_code(order: OrderId) -> str:
    """What the customer writes on the transfer: the order's number and a check letter, `D12K`."""
    check = (order * 7919 + 13) % len(_ALPHABET)
    return f"D{order}{_ALPHABET[check]}"
