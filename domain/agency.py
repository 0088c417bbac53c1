"""The agencies: what rules and screens need to know of them."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Final
from zoneinfo import ZoneInfo

from domain.ids import AgencyId, PersonId
from domain.money import Currency

CODE_LIFE: Final = timedelta(hours=24)
NAME_MAX: Final = 60
ACCOUNT_MAX: Final = 600  # so much of a bank account is shown


class CurrencyDisplay(StrEnum):
    """How amounts are written: `$83.20`, or `USD 83.20`."""

    SYMBOL = "symbol"
    CODE = "code"


@dataclass(frozen=True, slots=True)
class Agency:
    name: str
    currency: Currency
    timezone: ZoneInfo
    staff_chat: int
    language: str = "en"  # in which staff read
    bank_account: str = ""
    currency_display: CurrencyDisplay = CurrencyDisplay.SYMBOL
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
    id: AgencyId | None = None  # None: that of the settings
    beside: Agency | None = None  # of another one: that of the settings

    @property
    def settings(self) -> Agency:
        """That of the settings, whichever this one is."""
        return self if self.beside is None else self.beside


@dataclass(frozen=True, slots=True)
class OtherAgency:
    """An agency beside that of the settings: what is its own. All else it has from there."""

    id: AgencyId
    name: str
    timezone: str | None = None
    language: str | None = None
    holidays: str | None = None
    bank_account: str | None = None
    currency_display: str | None = None
    staff_chat: int | None = None  # None: its group is not registered yet
    code_until: datetime | None = None

    def beside(self, default: Agency) -> Agency:
        """It as a whole; only one with a group can have orders."""
        assert self.staff_chat is not None
        default = default.settings

        def own(word: str | None, shared: str) -> str:
            return shared if word is None else word

        return replace(
            default,
            id=self.id,
            beside=default,
            name=self.name,
            staff_chat=self.staff_chat,
            timezone=ZoneInfo(own(self.timezone, str(default.timezone))),
            language=own(self.language, default.language),
            holidays=own(self.holidays, default.holidays),
            bank_account=own(self.bank_account, default.bank_account),
            currency_display=CurrencyDisplay(own(self.currency_display, default.currency_display)),
        )
