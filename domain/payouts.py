"""Pay-outs: who may have money back, and the way from request to sent."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Final

from domain.ids import EventId, PayoutId, PersonId
from domain.money import Money
from domain.payments import Method, PayoutState
from domain.refusals import (
    AlreadyDone,
    BadEmail,
    CardNumber,
    DepositTooSmall,
    NotUsedYet,
    OwingFirst,
    PayoutNotNow,
    PayoutTooSmall,
)
from domain.typed import is_card_number, read_text

DUE_DAYS: Final = 3  # business days [R]
DETAILS_MAX: Final = 500
EMAIL_MAX: Final = 254
WAITING: Final = frozenset({PayoutState.HELD, PayoutState.STARTED})

_EMAIL: Final = re.compile(r"[^@\s<>\"]{1,64}@[^@\s.<>\"]+(\.[^@\s.<>\"]+)+")
_ACCOUNT: Final = re.compile(r"[0-9](?:[ -]?[0-9])*")
_HINT_DIGITS: Final = 4
_ACCOUNT_DIGITS_MIN: Final = 6  # of fewer, four would give too much away


@dataclass(frozen=True, slots=True)
class Payout:
    """Money a customer wants back. Its account details are kept apart, encrypted."""

    id: PayoutId  # 0 until it is stored
    customer: PersonId
    amount: Money  # what leaves the deposit; the charge is inside
    charge: Money
    method: Method
    hint: str  # of the account: `***4567`
    requested_at: datetime
    due_on: date
    state: PayoutState = PayoutState.HELD
    allowed_by: str = ""  # who of the staff let somebody pay out who had not used the service
    hold_event: EventId | None = None
    final_event: EventId | None = None
    bounce_event: EventId | None = None
    seen_by: str = ""  # who was shown the account in clear
    started_at: datetime | None = None
    started_by: str = ""
    decided_at: datetime | None = None
    decided_by: str = ""
    reference: str = ""
    reason: str = ""

    @property
    def arrives(self) -> Money:
        """What the customer gets."""
        return self.amount - self.charge

    @property
    def is_waiting(self) -> bool:
        """Neither sent nor given back: the amount is reserved, the account details are kept."""
        return self.state in WAITING

    def require(self, *states: PayoutState) -> None:
        """Refuse what the pay-out's state does not allow, and say who was faster."""
        if self.state in states:
            return
        who = self.started_by if self.state is PayoutState.STARTED else self.decided_by
        if who.startswith("staff:"):
            raise AlreadyDone(who.partition(" ")[2], f"pay-out {self.id} {self.state}")
        raise PayoutNotNow(self.id, self.state)

    def start(self, *, by: str, at: datetime) -> Payout:
        """Staff begin, and are shown the account: it cannot be withdrawn any more."""
        self.require(PayoutState.HELD)
        return replace(self, state=PayoutState.STARTED, started_at=at, started_by=by, seen_by=by)

    def send(self, reference: str, event: EventId, *, by: str, at: datetime) -> Payout:
        self.require(PayoutState.STARTED)
        done = self._ended(PayoutState.SENT, event, by, at)
        return replace(done, reference=reference)

    def refuse(self, reason: str, event: EventId, *, by: str, at: datetime) -> Payout:
        self.require(PayoutState.HELD, PayoutState.STARTED)
        return replace(self._ended(PayoutState.REFUSED, event, by, at), reason=reason)

    def withdraw(self, event: EventId, *, by: str, at: datetime) -> Payout:
        self.require(PayoutState.HELD)
        return self._ended(PayoutState.WITHDRAWN, event, by, at)

    def bounce(self, event: EventId, *, by: str, at: datetime) -> Payout:
        """It came back after it was sent."""
        self.require(PayoutState.SENT)
        return replace(
            self,
            state=PayoutState.BOUNCED,
            bounce_event=event,
            decided_by=by,
            decided_at=at,
        )

    def _ended(self, state: PayoutState, event: EventId, by: str, at: datetime) -> Payout:
        return replace(self, state=state, final_event=event, decided_by=by, decided_at=at)


# [R] Who may pay out --------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Standing:
    """What decides about a pay-out."""

    deposit: Money
    owed: Money
    charge: Money
    has_used: bool  # one of their orders was settled with income
    returned: Money  # from returned orders and settlements, ever
    paid_out: Money  # or reserved for it, ever
    allowed_by: str = ""  # staff

    @property
    def most(self) -> Money:
        """The largest pay-out there could be just now."""
        if self.has_used or self.allowed_by:
            return self.deposit
        left = max(self.returned - self.paid_out, self.deposit.nothing)
        return min(self.deposit, left)

    @property
    def needs_staff(self) -> bool:
        """Nothing of the deposit can be paid out before staff allow it."""
        return self.most <= self.charge < self.deposit


def check(amount: Money, standing: Standing) -> None:
    """Refuse a pay-out that may not be, with what could be."""
    if standing.owed.is_positive:
        raise OwingFirst(standing.owed)
    if amount <= standing.charge:
        raise PayoutTooSmall(standing.charge)
    if amount > standing.deposit:
        raise DepositTooSmall(standing.deposit)
    if amount > standing.most:
        raise NotUsedYet(standing.most)


# Where to -------------------------------------------------------------------------------------


def read_details(text: str, method: Method) -> str:
    """A bank account in the customer's own words, or a PayPal address."""
    if is_card_number(text):
        raise CardNumber
    if method is not Method.PAYPAL:
        return read_text(text, DETAILS_MAX)
    address = text.strip()
    if len(address) > EMAIL_MAX or _EMAIL.fullmatch(address) is None:
        raise BadEmail
    return address


def hint_of(details: str, method: Method) -> str:
    """What people are shown of an account: `***4567`, `a***@example.com`."""
    if method is Method.PAYPAL:
        return f"{details[0]}***{details[details.index('@') :]}"
    accounts = (re.sub(r"[ -]", "", found) for found in _ACCOUNT.findall(details))
    account = max(accounts, key=len, default="")
    return "***" + account[-_HINT_DIGITS:] * (len(account) >= _ACCOUNT_DIGITS_MIN)
