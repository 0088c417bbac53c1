"""The agency as its settings describe it: what rules and screens need to know of it."""

from __future__ import annotations

from dataclasses import dataclass
from zoneinfo import ZoneInfo

from domain.ids import PersonId
from domain.money import Currency


@dataclass(frozen=True, slots=True)
class Agency:
    name: str
    currency: Currency
    timezone: ZoneInfo
    staff_chat: int
    language: str = "en"  # in which staff read
    bank_account: str = ""
    holidays: str = ""  # a country code; empty: weekends only
    first_bill_days: int = 7
    complete_after_days: int = 30
    message_days: int = 30
    finance: frozenset[PersonId] = frozenset()  # empty: the group's administrators
    four_eyes_above_minor: int | None = 50_000
    sole_operator: bool = False
    payout_fee_minor: int = 200
    payouts: bool = False  # whether account details can be kept, and so pay-outs be asked for
    paypal: bool = False  # whether customers can pay with it
    # What /privacy and /terms say, by language; without any, what is true of every agency.
    privacy: tuple[tuple[str, str], ...] = ()
    terms: tuple[tuple[str, str], ...] = ()
