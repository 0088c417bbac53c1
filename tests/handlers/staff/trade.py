"""The staff's side alone: its routes on the whole road, with cards in the plainest words."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from actions import applications, payments
from actions.work import Work
from bot.app import Commands, Daiko
from bot.application import DaikoApplication
from bot.delivery import Drawable, Drawer
from domain.actors import Actor
from domain.ids import InquiryId, OrderId, PersonId
from domain.letters import (
    BillPaper,
    Card,
    Carried,
    Drawn,
    LeftTopic,
    OwnData,
    Recipient,
    Relayed,
    RelayedEdit,
    Screen,
    ShownAgain,
    Statement,
    Statistics,
    Told,
    TopicCard,
    TopicName,
)
from domain.orders import Order, Role
from domain.refusals import Refused
from handlers import arrivals
from handlers.desk import Desk
from handlers.staff.routes import staff_routes
from sandbox.people import Forum, Person, TopicView
from scheduler.sweeps import Sweep
from storage.unit_of_work import UnitOfWork, looking, unit_of_work
from tests.actions.conftest import application, report
from tests.bot.conftest import Clock
from views import refusals
from views.buttons import Duty, StaffDo
from views.texts import Reader
from views.topic_names import Title


def no(refusal: Refused) -> str:
    """A refusal in its words, whatever they are."""
    return refusals.toast(refusal, Reader().say)


class PlainDrawer:
    """Every duty has its button on a topic's card, whether it is possible or not."""

    async def draw(
        self,
        content: Drawable,
        to: Recipient,
        uow: UnitOfWork,
        now: datetime,
    ) -> Screen | Carried | Title:
        match content:
            case Told(notice):
                return Screen(f"told {notice.kind}")
            case Card(number):
                return Screen(f"card #{number}")
            case TopicCard(number):
                order = await uow.orders.get(number)
                keys = tuple((StaffDo(number, order.version, d).key(d.name),) for d in Duty)
                return Screen(f"card #{number} {order.stage} v{order.version}", keys)
            case RelayedEdit(note):
                found = await uow.notes.get(note)
                return Carried(f"relayed: {found.text}", edits=found.delivered_as or 0)
            case Relayed(note) | ShownAgain(note):
                found = await uow.notes.get(note)
                return Screen(f"relayed: {found.text}", photo=found.file)
            case Statement():
                return Screen("statement")
            case TopicName(number):
                return Title(f"#{number}", "")
            case LeftTopic() | BillPaper() | Statistics() | OwnData():
                return Screen(content.kind)

    async def topic_title(self, order: OrderId, uow: UnitOfWork) -> Title:
        return Title(f"#{order}", "")

    async def inquiry_topic_name(self, number: InquiryId, uow: UnitOfWork) -> str:
        return f"inquiry {number}"

    async def without_picture(self, screen: Screen, to: Recipient, uow: UnitOfWork) -> Screen:
        return Screen(f"{screen.text} without picture", screen.keys)


class StaffOnly:
    """A trade without customers: their turns are taken by the actions themselves."""

    def __init__(self) -> None:
        self.commands = Commands()
        self.drawer: Drawer = PlainDrawer()
        self.sweeps: Sequence[Sweep] = ()

    def add_handlers(self, application: DaikoApplication) -> None:
        application.add_handlers(staff_routes())

    async def arrive(self, desk: Desk) -> None:
        await arrivals.arrive(desk)

    async def tell_refusal(self, refusal: Refused, desk: Desk) -> None:
        if desk.update.callback_query is not None:
            desk.toast(refusals.toast(refusal, desk.say), alert=True)
        else:
            screen = Screen(refusals.refusal(refusal, desk.say))
            await desk.put(Drawn(screen, replies_to=desk.message))


@dataclass
class Office:
    """A staff group with orders in it, and what its members say and see there."""

    daiko: Daiko
    clock: Clock
    group: Forum
    aki: Person  # the customer

    async def applied(self, *quantities: int) -> Order:
        """An order of Aki's, with its topic open."""
        self.aki.start()
        await self.daiko.settle_down()
        async with self.turn(self.aki) as work:
            order = await applications.apply(work, application(*(quantities or (2, 1))))
        await self.daiko.settle_down()
        return order

    async def reported(self, order: Order, minor: int) -> None:
        async with self.turn(self.aki) as work:
            await payments.report_transfer(work, order.id, report(minor))
        await self.daiko.settle_down()

    def turn(self, who: Person) -> _Turn:
        return _Turn(self, who)

    def topic(self, order: Order) -> TopicView:
        return self.group.topic(f"#{order.id}")

    async def write(self, who: Person, text: str, about: Order) -> str:
        """Write in the order's topic; what the bot answers to it, and nothing else."""
        asked = who.writes(text, self.group, topic=self.topic(about))
        await self.daiko.settle_down()
        return self.answer_to(asked["message_id"])

    def answer_to(self, message: int) -> str:
        """The bot's reply to a message; empty when there is none."""
        for candidate in self.group.messages:
            replied = candidate.get("reply_to_message", {})
            if candidate["from"]["is_bot"] and replied.get("message_id") == message:
                return str(candidate["text"])
        return ""

    async def press(self, who: Person, label: str, about: Order) -> str:
        """Press a key in the order's topic; the newest message there afterwards."""
        who.presses(label, self.group, topic=self.topic(about))
        await self.daiko.settle_down()
        return self.last(about)

    def last(self, about: Order) -> str:
        return self.topic(about).texts[-1]

    def heard(self) -> list[str]:
        """What reached the customer."""
        bot = self.group.telegram.bot.user.id
        said = (m.get("text") or m.get("caption") for m in self.aki.sees if m["from"]["id"] == bot)
        return [text for text in said if text]

    async def order(self, order: Order) -> Order:
        async with looking(self.daiko.database) as uow:
            return await uow.orders.get(order.id)

    async def deposit(self) -> str:
        async with looking(self.daiko.database) as uow:
            purse = await uow.ledger.purse(PersonId(self.aki.id), self.daiko.agency.currency)
            return purse.deposit.plain()


class _Turn:
    """A transaction in which somebody does something without the bot."""

    def __init__(self, office: Office, who: Person) -> None:
        self._office, self._who = office, who

    async def __aenter__(self) -> Work:
        office, who = self._office, self._who
        self._transaction = unit_of_work(office.daiko.database)
        uow = await self._transaction.__aenter__()
        actor = Actor(PersonId(who.id), who.user.first_name, Role.CUSTOMER)
        await uow.people.meet(actor.id, actor.name, "", "en", office.clock.now)
        return Work(uow, office.daiko.agency, office.clock.now, actor)

    async def __aexit__(self, *error: object) -> None:
        await self._transaction.__aexit__(*error)  # type: ignore[arg-type]
