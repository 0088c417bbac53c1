"""A small trade of its own: an echo that counts in a table, and hides nothing in memory."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Final

from telegram import Update
from telegram.ext import CallbackQueryHandler, CommandHandler, MessageHandler, filters

from bot.app import Commands
from bot.application import DaikoApplication
from bot.delivery import Drawable, Drawer
from domain.ids import InquiryId, OrderId
from domain.letters import (
    BillPaper,
    Card,
    Document,
    Drawn,
    Key,
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
from domain.refusals import Refused
from handlers.conversation import StoredConversation
from handlers.desk import Desk, DeskContext
from scheduler.sweeps import Sweep
from storage.places import Places
from storage.unit_of_work import UnitOfWork
from views.topic_names import Title

END: Final = StoredConversation.END


class NoThanks(Refused):
    """What the echo does not repeat."""


class EchoDrawer:
    """Facts in the plainest words there are."""

    async def draw(
        self,
        content: Drawable,
        to: Recipient,
        uow: UnitOfWork,
        now: datetime,
    ) -> Screen | Document | Title:
        match content:
            case Told(notice, photo):
                return Screen(f"told {notice.kind}", photo=photo)
            case Card(order, section):
                return Screen(f"card #{order} {section}")
            case TopicCard(order):
                stage = (await uow.orders.get(order)).stage
                return Screen(f"topic card #{order} {stage}")
            case Relayed(note) | RelayedEdit(note) | ShownAgain(note):
                return Screen(f"relayed: {(await uow.notes.get(note)).text}")
            case Statement(_, since, until, form):
                return Document(f"{since}.{form}", "text/csv", b"date,amount", f"until {until}")
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


class Echo:
    """Repeats what is written and counts it, a number a chat, in the table of places."""

    def __init__(self) -> None:
        self.commands = Commands([("start", "Begin")], [("queue", "What waits")])
        self.drawer: Drawer = EchoDrawer()
        self.sweeps: Sequence[Sweep] = ()
        self.failures: dict[str, int] = {}  # texts that break the handler, and how often

    def add_handlers(self, application: DaikoApplication) -> None:
        application.add_handler(counting())
        application.add_handler(MessageHandler(filters.TEXT, self.echo))
        application.add_handler(CallbackQueryHandler(self.press, "^again$"))

    async def arrive(self, desk: Desk) -> None:
        """Everybody is welcome."""

    async def tell_refusal(self, refusal: Refused, desk: Desk) -> None:
        await desk.put(Drawn(Screen(f"no: {type(refusal).__name__}")))
        desk.toast("no", alert=True)

    async def echo(self, update: Update, context: DeskContext) -> None:
        desk, message = context.desk, update.effective_message
        assert message is not None
        text = message.text or ""
        number = await self.count(desk)
        await desk.put(Drawn(Screen(f"{number}: {text}", ((Key("Again", "again"),),))))
        if text == "no":
            raise NoThanks
        if self.failures.get(text, 0) > 0:
            self.failures[text] -= 1
            raise RuntimeError(f"cannot bear {text}")
        if text == "who am I":
            await desk.put(Drawn(Screen(str(desk.membership))))

    async def press(self, update: Update, context: DeskContext) -> None:
        desk = context.desk
        number = await self.count(desk)
        await desk.put(Drawn(Screen(f"pressed {number}"), edits=desk.message))
        desk.toast("again!")

    @staticmethod
    async def count(desk: Desk) -> int:
        places, name = Places(desk.uow.tx), f"count:{desk.chat}"
        number = (await places.find(name) or 0) + 1
        await places.set(name, number)
        return number


def counting() -> StoredConversation:
    """A conversation: /add asks for numbers until /sum."""

    async def begin(_update: Update, context: DeskContext) -> str:
        context.desk.begin("adding")["numbers"] = []
        await context.desk.put(Drawn(Screen("Which?")))
        return "number"

    async def take(update: Update, context: DeskContext) -> str:
        assert update.message is not None
        numbers = context.desk.conversation("adding")["numbers"]
        numbers.append(int(update.message.text or ""))
        await context.desk.put(Drawn(Screen(f"{numbers}")))
        return "number"

    async def end(_update: Update, context: DeskContext) -> int:
        numbers = context.desk.conversation("adding")["numbers"]
        await context.desk.put(Drawn(Screen(f"= {sum(numbers)}")))
        return END

    return StoredConversation(
        name="adding",
        entry_points=[CommandHandler("add", begin)],
        states={"number": [MessageHandler(filters.TEXT & ~filters.COMMAND, take)]},
        fallbacks=[CommandHandler("sum", end)],
    )
