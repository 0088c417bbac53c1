"""Putting letters into words when they are sent: facts as they are then, in the reader's words."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from datetime import UTC, datetime, time, timedelta
from typing import Final

from bot import desk_drawing
from bot.charting import Chart
from bot.delivery import Drawable
from domain.agency import Agency
from domain.files import Note, OrderFile
from domain.ids import InquiryId, OrderId, PayoutId, PersonId
from domain.letters import (
    BillPaper,
    Card,
    Carried,
    Document,
    LeftTopic,
    OwnData,
    Recipient,
    Relayed,
    RelayedEdit,
    Screen,
    ShownAgain,
    Statement,
    Statistics,
    ToChat,
    Told,
    ToPerson,
    TopicCard,
    TopicName,
    ToStaff,
    ToTopic,
)
from domain.payout_notices import PayoutOpened
from domain.talk_notices import (
    BackAgain,
    HeldUp,
    InquiryOpened,
    InquiryUnanswered,
    Muted,
    NotCarried,
    Slowed,
    TalkNotice,
)
from domain.timely import Needless, is_timely
from storage.own_data import own_data as tables_of
from storage.unit_of_work import UnitOfWork
from views import (
    card,
    moving,
    notices,
    payout_notices,
    relay,
    talk_notices,
    topic,
    topic_names,
)
from views.moments import zone
from views.texts import Reader, staff_reader
from views.topic_names import Title

EVER: Final = datetime(1970, 1, 1, tzinfo=UTC)


class Drawing:
    """Draws for this agency. Staff read in its language and time zone."""

    def __init__(self, agency: Agency) -> None:
        self._agency = agency
        self._staff = staff_reader(agency)

    async def draw(
        self,
        content: Drawable,
        to: Recipient,
        uow: UnitOfWork,
        now: datetime,
    ) -> Screen | Document | Carried | Title | Chart:
        agency = await self._agency_of(to, uow, content)
        reader = await self._reader(to, uow, agency)
        match content:
            case Told(PayoutOpened(number, by)):
                return await self._opened(number, by, uow)
            case Told(
                InquiryOpened() | InquiryUnanswered() | NotCarried() | HeldUp() | Muted()
                | Slowed() | BackAgain() as notice
            ):  # fmt: skip
                return await self._talk(notice, reader, agency, uow)
            case Told(notice):
                file = await self._file(getattr(notice, "order", None), uow)
                if file is not None and not is_timely(notice, file.order):
                    raise Needless
                return notices.draw(notice, file, reader, agency, now)
            case Card(order, section, _, page):
                file = await uow.files.load(order, page=page)
                siblings = await uow.orders.ongoing_of(file.order.customer)
                return card.draw(file, section, page, reader, now, agency, siblings)
            case TopicCard(order):
                return topic.card(await uow.files.load(order), reader, now, agency)
            case Relayed(number) | RelayedEdit(number):
                return await self._relayed(
                    content, await uow.notes.get(number), reader, agency, uow
                )
            case ShownAgain(number):
                return await self._again(await uow.notes.get(number), to, reader, agency, uow)
            case LeftTopic(order, name):
                return moving.left_topic(order, name, reader.say)
            case Statement():
                return await self._statement(content, reader, uow, now)
            case OwnData(person):
                return await self._own_data(person, reader, uow, now)
            case TopicName() | BillPaper() | Statistics():
                return await desk_drawing.draw(content, reader, agency, uow, now)

    async def _relayed(
        self,
        letter: Relayed | RelayedEdit,
        note: Note,
        reader: Reader,
        agency: Agency,
        uow: UnitOfWork,
    ) -> Carried:
        customer = await uow.people.get(await _customer_of(note, uow))
        if isinstance(letter, RelayedEdit):
            return relay.draw_edit(
                note, letter.part, customer, reader, agency, new_file=letter.new_file
            )
        drawn = relay.draw(note, customer, reader, agency)
        if note.answers is None:
            return drawn
        message, chat = _counterpart(await uow.notes.get(note.answers), note)
        return replace(drawn, replies_to=message, replies_in=chat)

    async def _again(
        self, note: Note, to: Recipient, reader: Reader, agency: Agency, uow: UnitOfWork
    ) -> Carried:
        """Staff read their customer's name where the customer reads *You*."""
        if not (isinstance(to, ToChat) and to.chat < 0):
            return relay.draw_again(note, reader, agency)
        customer = await uow.people.get(await _customer_of(note, uow))
        return relay.draw_again(note, reader, agency, customer.name)

    async def _talk(
        self, notice: TalkNotice, reader: Reader, agency: Agency, uow: UnitOfWork
    ) -> Screen:
        """What is said about what people say to each other."""
        match notice:
            case InquiryOpened(number):
                inquiry = await uow.inquiries.get(number)
                customer = await uow.people.get(inquiry.customer)
                return talk_notices.inquiry_opened(inquiry, customer, reader.say)
            case InquiryUnanswered(number):
                inquiry = await uow.inquiries.get(number)
                customer = await uow.people.get(inquiry.customer)
                chat = agency.staff_chat
                return talk_notices.unanswered(notice, inquiry, customer, chat, reader.say)
            case NotCarried(number, why):
                return talk_notices.not_carried(await uow.notes.get(number), why, reader.say)
            case HeldUp(number):
                return talk_notices.held_up(await uow.notes.get(number), reader.say)
            case Muted():
                return talk_notices.muted(reader.say)
            case Slowed():
                return talk_notices.slowed(reader.say)
            case BackAgain(missed=missed):
                return talk_notices.back_again(missed, reader.say)

    async def _statement(
        self, of: Statement, reader: Reader, uow: UnitOfWork, now: datetime
    ) -> Document:
        """The days are whole days where the customer is."""
        from views import statements  # with all that draws a PDF, which few letters need

        here = zone(reader.timezone)
        since = datetime.combine(of.since, time(), here)
        until = datetime.combine(of.until + timedelta(days=1), time(), here)
        account = statements.Account(
            person=await uow.people.get(of.person),
            agency=self._agency,
            since=of.since,
            until=of.until,
            statement=await uow.ledger.statement(of.person, self._agency.currency, since, until),
            made_at=now,
        )
        # A font is read for it: the others need not wait.
        return await asyncio.to_thread(statements.draw, account, of.form, reader)

    async def _own_data(
        self, person: PersonId, reader: Reader, uow: UnitOfWork, now: datetime
    ) -> Document:
        from views import own_data

        own = own_data.Own(
            person=await uow.people.get(person),
            agency=self._agency,
            tables=await tables_of(uow.tx, person),
            statement=await uow.ledger.statement(person, self._agency.currency, EVER, now),
            made_at=now,
        )
        return await asyncio.to_thread(own_data.draw, own, reader)

    async def _opened(self, number: PayoutId, by: str, uow: UnitOfWork) -> Screen:
        """The account of a pay-out, in clear: it is nowhere but in the message that goes out."""
        payout = await uow.payouts.get(number)
        details = await uow.payouts.details(number) if payout.is_waiting else ""
        return payout_notices.opened(payout, by, details, self._staff.say)

    async def topic_title(self, order: OrderId, uow: UnitOfWork) -> Title:
        agency = await uow.agencies.in_charge(order, self._agency)
        say = staff_reader(agency).say
        return topic_names.title(await uow.files.load(order), say)

    async def inquiry_topic_name(self, number: InquiryId, uow: UnitOfWork) -> str:
        inquiry = await uow.inquiries.get(number)
        customer = await uow.people.get(inquiry.customer)
        return talk_notices.topic_name(inquiry, customer, self._staff.say)

    async def without_picture(self, screen: Screen, to: Recipient, uow: UnitOfWork) -> Screen:
        agency = await self._agency_of(to, uow)
        say = (await self._reader(to, uow, agency)).say
        return replace(screen, text=f"{screen.text}\n\n{talk_notices.picture_missing(say)}")

    async def _file(self, order: OrderId | None, uow: UnitOfWork) -> OrderFile | None:
        return None if order is None else await uow.files.load(order)

    async def _agency_of(
        self, to: Recipient, uow: UnitOfWork, content: Drawable | None = None
    ) -> Agency:
        """In whose name it is said: of the order's agency, or of whose group it goes to."""
        match to:
            case ToStaff(agency=number) if number is not None:
                return (await uow.agencies.get(number)).beside(self._agency)
            case ToChat(chat) if chat < 0:
                other = await uow.agencies.at(chat)
                return other.beside(self._agency) if other else self._agency
            case ToTopic(order):
                return await uow.agencies.in_charge(order, self._agency)
        about = await _order_in(content, uow)
        if about is None:
            return self._agency
        return await uow.agencies.in_charge(about, self._agency)

    async def _reader(self, to: Recipient, uow: UnitOfWork, agency: Agency) -> Reader:
        match to:
            case ToPerson(person):
                return await self._reader_of(person, uow, agency)
            case ToChat(chat) if chat > 0:  # a private chat has its person's number
                return await self._reader_of(PersonId(chat), uow, agency)
            case _ if agency.id is not None:
                return staff_reader(agency)
            case _:
                return self._staff

    async def _reader_of(self, person: PersonId, uow: UnitOfWork, agency: Agency) -> Reader:
        known = await uow.people.find(person)
        if known is None:
            return self._staff
        timezone = known.timezone or self._staff.timezone
        return Reader(known.language, timezone, agency.currency_display)


async def _order_in(content: Drawable | None, uow: UnitOfWork) -> OrderId | None:
    """The order that a letter is about."""
    match content:
        case Told(notice):
            order: OrderId | None = getattr(notice, "order", None)
            return order
        case Card(order=order) | BillPaper(order=order):
            return order
        case Relayed(note=number) | RelayedEdit(note=number) | ShownAgain(note=number):
            return (await uow.notes.get(number)).order
        case _:
            return None


async def _customer_of(note: Note, uow: UnitOfWork) -> PersonId:
    if note.order is not None:
        return await uow.orders.customer(note.order)
    assert note.inquiry is not None
    return (await uow.inquiries.get(note.inquiry)).customer


def _counterpart(answered: Note, note: Note) -> tuple[int, int | None]:
    """The answered message, and its chat, on the side to which `note` goes; 0 if it is not."""
    if answered.direction == note.direction:
        return answered.delivered_as or 0, answered.delivered_in
    return answered.message, answered.chat
