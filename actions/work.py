"""Somebody's turn: the transaction, the agency, the moment, and who acts."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from domain import storing
from domain.actors import Actor
from domain.agency import Agency
from domain.ids import EventId, OrderId, PersonId
from domain.ledger import Entry
from domain.letters import Recipient, Told, ToPerson, TopicCard, ToStaff, ToTopic, Urgency
from domain.notices import Notice
from domain.orders import Change, Flag, Order, Role
from domain.proposals import Consent
from domain.refusals import NotFinance, OrderFlagged, OwnAccount, OwnOrder
from storage.unit_of_work import UnitOfWork


@dataclass(frozen=True, slots=True)
class Work:
    uow: UnitOfWork
    agency: Agency
    now: datetime
    by: Actor

    async def lock(self, order_id: OrderId, *, seen: int | None = None) -> Order:
        """Take an order to change it, if this person may; see `Orders.lock`."""
        order = await self.uow.orders.lock(order_id, by=self.by, seen=seen)
        if self.by.role is Role.STAFF and order.customer == self.by.id:
            raise OwnOrder
        return order

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
        kept = await self.uow.orders.save(order, change, self.by, self.now)
        await self.redraw(kept)
        return kept

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

    async def tell_customer(self, order: Order, notice: Notice, photo: str = "") -> None:
        await self._put(Told(notice, photo), ToPerson(order.customer), Urgency.NOTICE)

    async def tell_staff(self, order: Order, notice: Notice, photo: str = "") -> None:
        await self._put(Told(notice, photo), ToTopic(order.id), Urgency.NOTICE)

    async def tell_person(self, person: PersonId, notice: Notice) -> None:
        """Tell a customer what belongs to no order."""
        await self._put(Told(notice), ToPerson(person), Urgency.NOTICE)

    async def tell_finance(self, notice: Notice, photo: str = "") -> None:
        await self._put(Told(notice, photo), ToStaff("finance"), Urgency.NOTICE)

    def require_others(self, customer: PersonId) -> None:
        """A member of staff never acts on their own account."""
        if self.by.role is Role.STAFF and customer == self.by.id:
            raise OwnAccount

    async def _put(
        self, content: Told | TopicCard, recipient: Recipient, urgency: Urgency
    ) -> None:
        await self.uow.outbox.put(content, recipient, urgency)
