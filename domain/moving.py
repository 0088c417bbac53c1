"""Moving an order to another agency: whether it may be, and what changes with it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from domain.agency import Agency
from domain.history import LABEL, NONE, PARTS
from domain.messages import is_thread_open
from domain.money import Money
from domain.orders import Change, Order
from domain.refusals import InChargeAlready, NoSuchAgency, NotNow, UnderReview


@dataclass(frozen=True, slots=True)
class Move:
    """What a move is, or would be: from whom to whom, and what is to be known of it."""

    order: Order
    here: Agency
    there: Agency
    pays_elsewhere: bool = False  # an open bill has another bank account then
    taken_by: str = ""  # who looked after it
    proposals: int = 0  # that wait for a second person, and end with it
    reported: Money | None = None  # a transfer that may be at the former agency's bank


def called(agencies: Sequence[Agency], typed: str) -> Agency:
    """The agency of this name, in whichever case it was typed."""
    wanted = " ".join(typed.split()).casefold()
    for each in agencies:
        if each.name.casefold() == wanted:
            return each
    raise NoSuchAgency(typed, tuple(each.name for each in agencies))


def moved(order: Order, here: Agency, there: Agency, now: datetime, *, is_reported: bool) -> Order:
    """The order in its new agency's hands. What it costs, owes and was promised stays as it is.

    A transfer that was reported is at the bank of whom it was reported to: they decide first.
    """
    if here.id == there.id:
        raise InChargeAlready(order.id, there.name)
    if not is_thread_open(order, here.message_days, now):
        raise NotNow(order.stage)
    if is_reported and here.bank_account != there.bank_account:
        raise UnderReview(order.id)
    return replace(order, agency=there.id, taken_by="")


def change(order: Order, here: Agency, there: Agency, why: str = "") -> Change:
    """A line of history: whose it was, who looked after it, and whose it is now."""
    taker = order.taken_by.partition(" ")[2] or order.taken_by
    before, after = [f"agency{LABEL}{_plain(here)}"], [f"agency{LABEL}{_plain(there)}"]
    if taker:
        before.append(f"taken by{LABEL}{taker.replace(PARTS, ', ')}")
        after.append(f"taken by{LABEL}{NONE}")
    return Change("moved", PARTS.join(before), PARTS.join(after), why)


def _plain(agency: Agency) -> str:
    return agency.name.replace(PARTS, ", ")


def pays_elsewhere(order: Order, here: Agency, there: Agency) -> bool:
    """Whether a bill that is not paid yet is to be transferred to another account from now on."""
    bill = order.bill_due
    is_open = bill is not None and not bill.is_covered
    return is_open and here.bank_account != there.bank_account
