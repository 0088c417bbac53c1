"""The rights of people: what keeps an account open, and how often its data can be had."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from domain.files import Purse
from domain.ids import OrderId, PaymentId, PayoutId
from domain.refusals import AccountOpen, DataHadLately, StaleButton

DATA_PAUSE: Final = timedelta(hours=1)
SURE_FOR: Final = timedelta(hours=1)  # so long the last button holds that deletes an account


@dataclass(frozen=True, slots=True)
class Standing:
    """All of a customer that has not come to its end."""

    purse: Purse
    orders: tuple[OrderId, ...] = ()
    problems: tuple[OrderId, ...] = ()  # of orders that have ended
    payments: tuple[PaymentId, ...] = ()  # that staff, PayPal or a bank look at
    payouts: tuple[PayoutId, ...] = ()

    @property
    def is_closed(self) -> bool:
        """Nothing is to be done any more, and nobody owes anybody anything."""
        purse = self.purse
        money = (purse.deposit, purse.reserved, purse.owed)
        open_ = (self.orders, self.problems, self.payments, self.payouts)
        return not any(open_) and all(amount.is_zero for amount in money)


def require_closed(standing: Standing) -> None:
    if not standing.is_closed:
        raise AccountOpen


def require_pause(had_at: datetime | None, now: datetime) -> None:
    """Making the file is work for all: once an hour is often enough."""
    if had_at is not None and now < had_at + DATA_PAUSE:
        raise DataHadLately(had_at + DATA_PAUSE)


def require_fresh(explained_at: datetime, now: datetime) -> None:
    """Nobody deletes their account with a button that they find again a year later."""
    if not timedelta(0) <= now - explained_at <= SURE_FOR:
        raise StaleButton
