"""Somebody's turn: the transaction, the agency, the moment, and who acts."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Final

from actions.calendar import closed_around
from domain import storing
from domain.actors import Actor
from domain.agency import Agency
from domain.agenda import agenda, next_at
from domain.clock_notices import CustomerAsleep
from domain.ids import AgencyId, EventId, OrderId, PersonId
from domain.ledger import Entry
from domain.letters import (
    Recipient,
    Told,
    ToPerson,
    TopicCard,
    TopicName,
    ToStaff,
    ToTopic,
    Urgency,
)
from domain.messages import Thread
from domain.notices import Notice, speaks
from domain.orders import Change, Flag, Order, Role
from domain.proposals import Consent
from domain.quiet_hours import CANNOT_WAIT, night_ends_at, zone_of
from domain.refusals import (
    MovedAway,
    NotFinance,
    NotYours,
    OrderFlagged,
    OwnAccount,
    OwnOrder,
    Refused,
)
from domain.turns import waiting_since
from storage.unit_of_work import UnitOfWork


@dataclass(slots=True)
class Work:
    uow: UnitOfWork
    agency: Agency  # that of the order in hand, as soon as one is
    now: datetime
    by: Actor
    _home: Agency = field(init=False)  # where they act
    _reaches_all: bool = field(init=False, default=False)

    def __post_init__(self) -> None:
        self._home = self.agency

    async def lock(self, order_id: OrderId, *, seen: int | None = None) -> Order:
        """Take an order to change it, if this person may; see `Orders.lock`."""
        order = await self.uow.orders.lock(order_id, by=self.by, seen=seen)
        if self.by.role is Role.STAFF and order.customer == self.by.id:
            raise OwnOrder
        if self.by.role is Role.STAFF and order.agency != self._home.id and not self._reaches_all:
            raise await self._elsewhere(order)
        self.agency = await self.in_charge(order)
        return order

    async def _elsewhere(self, order: Order) -> Refused:
        if await self.uow.orders.was_with(order.id, self._home.id):
            return MovedAway(order.id, (await self.in_charge(order)).name)
        return NotYours()

    async def in_charge(self, order: Order) -> Agency:
        """The agency whose order it is."""
        if order.agency == self._home.id:
            return self._home
        if order.agency is None:
            return self._home.settings
        return (await self.uow.agencies.get(order.agency)).beside(self._home)

    def reach_all(self) -> None:
        """Money is one for all agencies: the front desk books it for any order."""
        self._reaches_all = self._home.id is None

    async def lock_to_work(self, order_id: OrderId, *, seen: int | None = None) -> Order:
        """Take an order to carry it further: not while it is on hold."""
        order = await self.lock(order_id, seen=seen)
        if Flag.ON_HOLD in order.flags:
            raise OrderFlagged(Flag.ON_HOLD)
        return order

    def require_finance(self) -> None:
        """Whatever posts to the ledger, or refuses a payment, is for finance members."""
        if self.by.role is Role.STAFF and not self.by.is_finance:
            raise NotFinance

    async def save(self, order: Order, change: Change) -> Order:
        """Keep the order with a line of history, and bring its topic's card up to date."""
        order = storing.since(order, self.now)
        was = self.uow.orders.locked(order.id)
        order = self._counted(order, was)
        wake_at = self.wakes_at(order)
        kept = await self.uow.orders.save(order, change, self.by, self.now, wake_at)
        await self.redraw(kept)
        if was is not None and _is_elsewhere(was, kept):
            await self._put(TopicName(kept.id), ToTopic(kept.id), Urgency.REDRAW)
        return kept

    async def add(self, order: Order, change: Change) -> Order:
        """Keep a new order; its number is the database's."""
        order = self._counted(order, None)
        wake_at = self.wakes_at(order)
        return await self.uow.orders.add(order, change, self.by, self.now, wake_at)

    def _counted(self, order: Order, was: Order | None) -> Order:
        return replace(order, waits_since=waiting_since(order, was, self.now))

    def wakes_at(self, order: Order) -> datetime | None:
        """When a clock has to look at the order as it is now."""
        holidays = closed_around(self.agency, self.now)
        marks = agenda(order, self.agency, self.now, holidays=holidays)
        return next_at(order, marks, self.now, blind=True)

    async def redraw(self, order: Order, urgency: Urgency = Urgency.REDRAW) -> None:
        """Bring the card at the head of the order's topic up to date."""
        await self._put(TopicCard(order.id), ToTopic(order.id), urgency)

    async def post(self, entry: Entry, consent: Consent | None = None) -> EventId:
        """Write an event into the books, in the name of who acts, or of the two who agreed."""
        if consent is None:
            return await self.uow.ledger.post(entry, actor=self.by.signature, at=self.now)
        return await self.uow.ledger.post(
            entry, actor=consent.actor, approved_by=consent.approved_by, at=self.now
        )

    async def tell_customer(
        self, order: Order, notice: Notice, photo: str = "", *, warns: str = ""
    ) -> None:
        """Tell them now, or in their morning; see `_morning`. Staff are shown when."""
        morning = None if _bites_soon(order, self.now) else await self._morning(order.customer)
        content = Told(notice, photo, warns)
        await self._put(content, ToPerson(order.customer), Urgency.NOTICE, morning)
        if self.by.role is Role.STAFF and speaks(notice):
            await self.uow.answering.answered(Thread(order.id))
        if morning is not None and self.by.role is Role.STAFF:
            await self.tell_staff(order, CustomerAsleep(order.id, morning))

    async def tell_staff(self, order: Order, notice: Notice, photo: str = "") -> None:
        await self._put(Told(notice, photo), ToTopic(order.id), Urgency.NOTICE)

    async def tell_person(self, person: PersonId, notice: Notice) -> None:
        """Tell a customer what belongs to no order."""
        morning = await self._morning(person)
        await self._put(Told(notice), ToPerson(person), Urgency.NOTICE, morning)

    async def tell_finance(self, notice: Notice, photo: str = "") -> None:
        await self._put(Told(notice, photo), ToStaff("finance"), Urgency.NOTICE)

    async def tell_general(self, notice: Notice, agency: AgencyId | None = None) -> None:
        """Tell all staff of an agency what belongs to no order."""
        await self._put(Told(notice), ToStaff(agency=agency), Urgency.NOTICE)

    def require_others(self, customer: PersonId) -> None:
        """A member of staff never acts on their own account."""
        if self.by.role is Role.STAFF and customer == self.by.id:
            raise OwnAccount

    async def _morning(self, person: PersonId) -> datetime | None:
        """When their night is over, if it is night; what they did themselves is told at once."""
        if self.by.role not in _CAN_WAIT:
            return None
        known = await self.uow.people.find(person)
        return None if known is None else night_ends_at(self.now, zone_of(known.timezone))

    async def _put(
        self,
        content: Told | TopicCard | TopicName,
        recipient: Recipient,
        urgency: Urgency,
        not_before: datetime | None = None,
    ) -> None:
        await self.uow.outbox.put(content, recipient, urgency, not_before=not_before)


_CAN_WAIT: Final = frozenset({Role.STAFF, Role.CLOCK})


def _is_elsewhere(was: Order, order: Order) -> bool:
    """Whether its topic's name, which shows stage and item, may have become another."""
    return (was.stage, was.flags, was.frozen_at is None, was.first_item) != (
        order.stage,
        order.flags,
        order.frozen_at is None,
        order.first_item,
    )


def _bites_soon(order: Order, now: datetime) -> bool:
    """Whether the order's deadline is so near that its customer is told at any hour."""
    if order.due_at is None or order.frozen_at is not None:
        return False
    return order.due_at - now <= CANNOT_WAIT
