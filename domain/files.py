"""An order's file: all that is known of one order, as cards and notices need it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from domain.ids import EventId, InquiryId, NoteId, OrderId, PersonId
from domain.ledger import Kind
from domain.messages import Thread
from domain.money import Currency, Money, add_up
from domain.orders import Order
from domain.payments import Payment


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody who uses the bot, as Telegram describes them, with what they chose."""

    id: PersonId
    name: str
    username: str = ""
    language: str = "en"
    timezone: str = "UTC"
    blocked: bool = False
    muted: bool = False  # their messages are kept, and not carried
    erased: bool = False  # they deleted their account


@dataclass(frozen=True, slots=True)
class Part:
    """One picture, film or file of an album."""

    no: int
    message: int
    text: str
    media: str
    file: str
    delivered_as: int | None = None
    delivered_in: int | None = None  # an edit after a move leaves the others where they are


@dataclass(frozen=True, slots=True)
class Note:
    """A message between customer and agency. Stored before it is relayed."""

    id: NoteId
    order: OrderId | None  # none: of an inquiry
    direction: Literal["to_agency", "to_customer"]
    author: PersonId
    at: datetime
    chat: int  # where it was written
    message: int
    text: str = ""  # Telegram HTML, safe to send
    media: str = ""  # photo, document, … or empty
    file: str = ""  # a Telegram file id
    delivered_at: datetime | None = None
    trouble: str = ""
    inquiry: InquiryId | None = None
    data: str = ""  # of a location, a venue, a contact, as JSON
    album: str = ""
    answers: NoteId | None = None
    version: int = 1
    delivered_as: int | None = None  # the message it is on the other side
    delivered_in: int | None = None  # the chat it stands in there
    agency: str = ""  # whose staff wrote it, by name; empty: that of the settings
    told_at: datetime | None = None  # when its author heard that it is held up
    shows: str = ""  # which picture of a problem it is
    parts: tuple[Part, ...] = ()  # of an album

    @property
    def thread(self) -> Thread:
        return Thread(self.order, self.inquiry)

    @property
    def is_edited(self) -> bool:
        return self.version > 1


@dataclass(frozen=True, slots=True)
class Purse:
    """A customer's money: what they can spend, what is reserved, what they owe."""

    deposit: Money
    reserved: Money
    owed: Money

    @property
    def balance(self) -> Money:
        """What the customer is shown; below zero when they owe."""
        return self.deposit - self.owed


@dataclass(frozen=True, slots=True)
class DepositLine:
    """One event of a customer's deposit, as a statement shows it."""

    event: EventId
    at: datetime
    kind: Kind
    order: OrderId | None
    change: Money
    balance: Money  # deposit minus debt, after it
    is_short: bool = False  # a payment that was less than its bill, so all of it is here


@dataclass(frozen=True, slots=True)
class DepositStatement:
    """A deposit over some time, oldest first."""

    opening: Money
    lines: tuple[DepositLine, ...] = ()

    @property
    def closing(self) -> Money:
        return self.lines[-1].balance if self.lines else self.opening

    @property
    def money_in(self) -> Money:
        return add_up((x.change for x in self.lines if x.change.is_positive), self._currency)

    @property
    def money_out(self) -> Money:
        return add_up((x.change for x in self.lines if not x.change.is_positive), self._currency)

    @property
    def _currency(self) -> Currency:
        return self.opening.currency


@dataclass(frozen=True, slots=True)
class OrderFile:
    order: Order
    customer: Person
    purse: Purse
    payments: tuple[Payment, ...] = ()
    notes: tuple[Note, ...] = ()  # the newest page of the messages, oldest first
    notes_count: int = 0
    held: Money | None = None  # in the order's account: paid for it, and neither earned nor back
    kept: Money | None = None  # of what was paid for an order that was cancelled
    linked: tuple[OrderId, ...] = ()  # what it was split from, or makes good, and the other way

    @property
    def report(self) -> Payment | None:
        """The payment report that waits for staff, if there is one."""
        return next((p for p in self.payments if p.is_reported), None)

    @property
    def review(self) -> Payment | None:
        """The payment that staff or PayPal look at just now, if there is one."""
        return next((p for p in self.payments if p.is_in_review), None)
