"""The desk an update is worked at: who came, where, when, and the transaction it happens in."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Final

from telegram import Message, Update
from telegram.ext import CallbackContext, ExtBot

from actions.work import Work
from domain.actors import Actor
from domain.agency import Agency
from domain.ids import OrderId, PersonId
from domain.letters import Content, Recipient, ToChat, Urgency
from domain.orders import Order
from handlers.talks import Talks
from storage.unit_of_work import UnitOfWork
from views.texts import Reader, Texts, staff_reader

TOAST_LIMIT: Final = 200  # Telegram cuts nothing: it refuses
NOBODY: Final = PersonId(0)


@dataclass(frozen=True, slots=True)
class Membership:
    """What somebody is in the staff group, asked of Telegram for this very update."""

    is_member: bool = False
    is_admin: bool = False
    # Whether we may open topics there: asked only for `/register`, and so not shown elsewhere.
    has_our_topics: bool = field(default=False, repr=False)


@dataclass(frozen=True, slots=True)
class Toast:
    """What a press is answered with: nothing, a line that passes, or an alert to be closed."""

    text: str = ""
    alert: bool = False


@dataclass(frozen=True, slots=True)
class Origin:
    """Where an update comes from; nought where there is no such thing."""

    chat: int = 0
    thread: int = 0  # of the topic; 0 in General and outside of forums
    person: PersonId = NOBODY
    message: int = 0  # what was written, or the message under the pressed button

    @classmethod
    def of(cls, update: Update) -> Origin:
        chat, user = update.effective_chat, update.effective_user
        message, thread = update.effective_message, 0
        # In an ordinary group a reply has a thread id too; only a topic's is a place.
        if isinstance(message, Message) and message.is_topic_message:
            thread = message.message_thread_id or 0
        return cls(
            chat.id if chat else 0,
            thread,
            PersonId(user.id) if user else NOBODY,
            message.message_id if message else 0,
        )


@dataclass(slots=True)
class Desk:
    """All that a handler works with. What it writes and promises lives or dies as a whole."""

    uow: UnitOfWork
    now: datetime
    agency: Agency
    update: Update
    origin: Origin
    membership: Membership = Membership()
    talks: Talks = field(default_factory=Talks)
    answer: Toast | None = None
    actor: Actor | None = None  # who acts, once `handlers.arrivals.arrive` has met them
    _in_charge: Agency | None = None  # of the order that is talked about
    _turn: Work | None = None  # the last one

    @property
    def work(self) -> Work:
        """The turn of whoever acts; RuntimeError for an update that comes from nobody."""
        if self.actor is None:
            raise RuntimeError("nobody acts in this update")
        self._turn = Work(self.uow, self.agency, self.now, self.actor)
        return self._turn

    @property
    def reader(self) -> Reader:
        """For whom an answer is drawn: staff all read alike, a customer in their own way."""
        if self.is_staff_chat or self.actor is None:
            return staff_reader(self.agency)
        display = self._spoken_for.currency_display
        return Reader(self.actor.language, self.actor.timezone, display)

    @property
    def _spoken_for(self) -> Agency:
        """The agency of the order that was looked at, or worked on, last."""
        if self._in_charge is not None:
            return self._in_charge
        return self.agency if self._turn is None else self._turn.agency

    @property
    def say(self) -> Texts:
        """The words of whoever wrote or pressed."""
        return self.reader.say

    @property
    def person(self) -> PersonId:
        return self.origin.person

    @property
    def chat(self) -> int:
        return self.origin.chat

    @property
    def thread(self) -> int:
        return self.origin.thread

    @property
    def message(self) -> int:
        return self.origin.message

    @property
    def is_staff_chat(self) -> bool:
        return self.chat == self.agency.staff_chat

    @property
    def here(self) -> ToChat:
        """The very place where somebody wrote or pressed."""
        return ToChat(self.chat, self.thread)

    async def put(
        self,
        content: Content,
        recipient: Recipient | None = None,
        urgency: Urgency = Urgency.ANSWER,
    ) -> None:
        """Promise a letter, to whoever wrote or pressed unless somebody else is named."""
        await self.uow.outbox.put(content, recipient or self.here, urgency)

    def toast(self, text: str, *, alert: bool = False) -> None:
        """Say something short over the chat once the work is committed; the last one counts."""
        self.answer = Toast(text[:TOAST_LIMIT], alert)

    async def agency_of(self, order: OrderId) -> Agency:
        """The agency in charge of an order, in whose way amounts are shown from here on."""
        self._in_charge = await self.uow.agencies.in_charge(order, self.agency)
        return self._in_charge

    async def speak_for(self, order: Order) -> None:
        """What is said next is about this order."""
        if order.agency != self.agency.id:
            await self.agency_of(order.id)

    def conversation(self, name: str) -> dict[str, Any]:
        """What was said so far in a conversation: JSON values, kept as long as it goes on."""
        return self.talks.data(name)

    def begin(self, name: str) -> dict[str, Any]:
        """A clean sheet for a conversation that starts."""
        return self.talks.begin(name)


_DESK: Final[ContextVar[Desk]] = ContextVar("desk")


@contextmanager
def at(desk: Desk) -> Iterator[Desk]:
    """Let the handlers of one update find their desk."""
    token = _DESK.set(desk)
    try:
        yield desk
    finally:
        _DESK.reset(token)


def current_desk() -> Desk:
    """The desk of the update that is being worked; LookupError when none is."""
    return _DESK.get()


Nothing = dict[Any, Any]  # python-telegram-bot keeps user, chat and bot data here; we do not


class DeskContext(CallbackContext[ExtBot[None], Nothing, Nothing, Nothing]):
    """The context handlers get: `context.desk`."""

    __slots__ = ()

    @property
    def desk(self) -> Desk:
        return current_desk()
