"""A letter turned into calls of the Bot API: where it goes, what it says, in how many messages."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any, Final, Protocol

import structlog
from telegram.error import BadRequest, RetryAfter, TelegramError

from bot import charting
from bot.charting import Chart
from bot.pacer import Turns
from bot.pieces import CAPTION_LIMIT, cut, length, unmarked
from bot.request import Api, Upload
from bot.verdicts import seconds_of
from domain.agency import Agency
from domain.ids import OrderId, TopicId
from domain.letters import (
    BillPaper,
    Card,
    Deleted,
    Document,
    Drawn,
    Key,
    Reacted,
    Recipient,
    Relayed,
    Screen,
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
from domain.orders import Stage
from storage.database import Database
from storage.outbox import Letter
from storage.places import Places
from storage.unit_of_work import UnitOfWork, looking, unit_of_work
from views import topic_names
from views.topic_names import Title

log = structlog.get_logger(__name__)

PATIENCE: Final = 3  # refusals of a piece before the whole is begun again
DESK_TOPICS: Final = {"finance": "Finance"}


Drawable = (
    Told | Card | TopicCard | Relayed | Statement | TopicName | BillPaper | Statistics
)  # fmt: skip


class Drawer(Protocol):
    """Puts letters into words, as late as possible, from what is in the books then."""

    async def draw(
        self,
        content: Drawable,
        to: Recipient,
        uow: UnitOfWork,
        now: datetime,
    ) -> Screen | Document | Title | Chart: ...

    async def topic_name(self, order: OrderId, uow: UnitOfWork) -> str: ...


@dataclass(frozen=True, slots=True)
class Spot:
    """A chat, and a topic in it; 0 is General and everything that is no forum."""

    chat: int
    thread: int = 0


@dataclass(slots=True)
class Way:
    """How this attempt goes about it; remedies change it."""

    anew: bool = False  # as a new message, whatever it was to edit
    plain: bool = False  # without markup


class Delivery:
    """Knows the places of the staff group, and makes those that are missing."""

    def __init__(
        self, api: Api, database: Database, drawer: Drawer, agency: Agency, turns: Turns
    ) -> None:
        self._api = api
        self._database = database
        self._drawer = drawer
        self._staff_chat = agency.staff_chat
        self._turns = turns
        self._moved: dict[int, int] = {}

    # Where ------------------------------------------------------------------------------------

    def chat_of(self, to: Recipient) -> int:
        match to:
            case ToPerson(person):
                return person
            case ToChat(chat):
                return self._moved.get(chat, chat)
            case ToTopic() | ToStaff():
                return self._moved.get(self._staff_chat, self._staff_chat)

    async def remember_moves(self) -> None:
        """Take up what was learned before the last restart."""
        async with looking(self._database) as uow:
            moved = await Places(uow.tx).find(f"chat:{self._staff_chat}")
        if moved is not None:
            self._moved[self._staff_chat] = moved

    async def move(self, to: Recipient, chat: int) -> None:
        """A group has another number from now on."""
        old = to.chat if isinstance(to, ToChat) else self._staff_chat
        self._moved[old] = chat
        async with unit_of_work(self._database) as uow:
            await Places(uow.tx).set(f"chat:{old}", chat)
        log.error("group moved: change STAFF_CHAT_ID", old=old, new=chat)

    async def _spot(self, to: Recipient) -> Spot:
        chat = self.chat_of(to)
        match to:
            case ToPerson():
                return Spot(chat)
            case ToChat(thread=thread):
                return Spot(chat, thread)
            case ToStaff(desk="general"):
                return Spot(chat)
            case ToStaff(desk=desk):
                return Spot(chat, await self._desk_topic(chat, desk))
            case ToTopic(order):
                return Spot(chat, await self._order_topic(chat, order))

    async def _desk_topic(self, chat: int, desk: str) -> int:
        name = f"topic:{desk}@{chat}"
        async with looking(self._database) as uow:
            known = await Places(uow.tx).find(name)
        if known is not None:
            return known
        topic = await self._make_topic(chat, DESK_TOPICS[desk])
        async with unit_of_work(self._database) as uow:
            await Places(uow.tx).set(name, topic)
        return topic

    async def _order_topic(self, chat: int, order: OrderId) -> int:
        async with looking(self._database) as uow:
            if known := await uow.orders.topic(order):
                return known
            name = await self._drawer.topic_name(order, uow)
        topic = await self._make_topic(chat, name, topic_names.ICONS[Stage.APPLIED])
        async with unit_of_work(self._database) as uow:
            await uow.orders.set_topic(order, TopicId(topic))
        return topic

    async def _make_topic(self, chat: int, name: str, icon: str = "") -> int:
        made = await self._name_topic("createForumTopic", icon, chat_id=chat, name=name[:128])
        await self._turns.wait(chat)  # the topic stands in the chat like a message
        return int(made["message_thread_id"])

    async def _name_topic(self, method: str, icon: str, **values: object) -> Any:
        """Icons are a matter of taste: where Telegram has another set, the name goes alone."""
        try:
            return await self._api.call(method, icon_custom_emoji_id=icon or None, **values)
        except BadRequest as error:
            if not icon or "document_invalid" not in error.message.lower():
                raise
        return await self._api.call(method, **values)

    async def _rename(self, spot: Spot, title: Title) -> None:
        await self._name_topic(
            "editForumTopic",
            title.icon,
            chat_id=spot.chat,
            message_thread_id=spot.thread,
            name=title.name,
        )

    async def without_topic(self, letter: Letter) -> Letter:
        """The topic is gone, with the card in it: what is written next opens another one."""
        to = letter.to
        async with unit_of_work(self._database) as uow:
            if isinstance(to, ToChat):
                order = await uow.orders.by_topic(to.thread) if to.thread else None
                to = ToTopic(order) if order else ToChat(to.chat)
            if isinstance(to, ToTopic):
                await uow.orders.set_topic(to.order, None)
                await uow.orders.set_topic_card(to.order, None)
                if not isinstance(letter.content, TopicCard):
                    await uow.outbox.put(TopicCard(to.order), to)
            elif isinstance(to, ToStaff):
                await Places(uow.tx).forget(f"topic:{to.desk}@{self.chat_of(to)}")
        return replace(letter, to=to)

    async def reopen_topic(self, to: Recipient) -> None:
        spot = await self._spot(to)
        method = "reopenForumTopic" if spot.thread else "reopenGeneralForumTopic"
        await self._api.call(method, chat_id=spot.chat, message_thread_id=spot.thread or None)

    # What -------------------------------------------------------------------------------------

    async def deliver(self, letter: Letter, way: Way, now: datetime) -> int | None:
        """Make the calls. Returns the number of the message that carries the letter."""
        spot = await self._spot(letter.to)
        match letter.content:
            case Deleted(message):
                await self._api.call("deleteMessage", chat_id=spot.chat, message_id=message)
                return None
            case Reacted(message, emoji):
                await self._react(spot, message, emoji)
                return message
            case Drawn(screen, edits, replies_to):
                return await self._show(spot, screen, way, edits, replies_to)
            case content:
                return await self._draw(spot, content, letter.to, way, now)

    async def _draw(
        self, spot: Spot, content: Drawable, to: Recipient, way: Way, now: datetime
    ) -> int | None:
        async with looking(self._database) as uow:
            drawn = await self._drawer.draw(content, to, uow, now)
            edits = await self._edited_by(content, uow)
        if isinstance(drawn, Title):
            await self._rename(spot, drawn)
            return None
        if isinstance(drawn, Chart):
            drawn = await charting.drawn(drawn)
        if isinstance(drawn, Document):
            return await self._send_document(spot, drawn)
        if isinstance(content, Told) and content.photo:
            drawn = replace(drawn, photo=content.photo)
        message = await self._show(spot, drawn, way, edits)
        if isinstance(content, TopicCard) and message != edits:
            await self._pin(spot, message)
        return message

    @staticmethod
    async def _edited_by(content: Drawable, uow: UnitOfWork) -> int:
        """The message that a drawing takes the place of; 0 for none."""
        match content:
            case Card(edits=message):
                return message
            case TopicCard(order):
                return await uow.orders.topic_card(order) or 0
            case _:
                return 0

    async def _send_document(self, spot: Spot, document: Document) -> int:
        is_picture = document.mime.startswith("image/")
        upload = Upload(document.name, document.content, document.mime)
        sent = await self._api.call(
            "sendPhoto" if is_picture else "sendDocument",
            chat_id=spot.chat,
            message_thread_id=spot.thread or None,
            caption=document.caption or None,
            parse_mode="HTML",
            reply_markup=_keyboard(document.keys),
            **{"photo" if is_picture else "document": upload},
        )
        return int(sent["message_id"])

    async def _pin(self, spot: Spot, message: int) -> None:
        try:
            await self._api.call(
                "pinChatMessage",
                chat_id=spot.chat,
                message_id=message,
                disable_notification=True,
            )
        except TelegramError as error:  # the card is there; without the right it is not on top
            log.warning("card not pinned", chat=spot.chat, error=error.message)

    async def _react(self, spot: Spot, message: int, emoji: str) -> None:
        await self._api.call(
            "setMessageReaction",
            chat_id=spot.chat,
            message_id=message,
            reaction=[{"type": "emoji", "emoji": emoji}],
        )

    async def _show(
        self, spot: Spot, screen: Screen, way: Way, edits: int = 0, replies_to: int = 0
    ) -> int:
        """Put a screen into a chat, in as many messages as it takes; the keys are on the last."""
        first, *rest = _parts(screen)
        message = await self._put(spot, first, way, 0 if way.anew else edits, replies_to)
        for part in rest:
            message = await self._put_next(spot, part, way)
        return message

    async def _put_next(self, spot: Spot, part: Screen, way: Way) -> int:
        """Those before it are there already: it waits here, or they would be sent again."""
        for _ in range(PATIENCE):
            await self._turns.wait(spot.chat)
            try:
                return await self._put(spot, part, way)
            except RetryAfter as error:
                self._turns.refused(spot.chat, seconds_of(error))
        return await self._put(spot, part, way)

    async def _put(
        self, spot: Spot, part: Screen, way: Way, edits: int = 0, replies_to: int = 0
    ) -> int:
        keys = _keyboard(part.keys)
        text = unmarked(part.text) if way.plain else part.text
        parse_mode = None if way.plain else "HTML"
        if edits:
            await self._api.call(
                "editMessageText",
                chat_id=spot.chat,
                message_id=edits,
                text=text,
                parse_mode=parse_mode,
                reply_markup=keys,
                link_preview_options={"is_disabled": True},
            )
            return edits
        common = {
            "chat_id": spot.chat,
            "message_thread_id": spot.thread or None,
            "reply_parameters": _reply(replies_to),
            "reply_markup": keys,
            "parse_mode": parse_mode,
        }
        if part.photo:
            sent = await self._api.call(
                "sendPhoto", photo=part.photo, caption=text or None, **common
            )
        else:
            sent = await self._api.call(
                "sendMessage",
                text=text,
                link_preview_options={"is_disabled": True},
                **common,
            )
        return int(sent["message_id"])


def _parts(screen: Screen) -> list[Screen]:
    """A screen as the messages it takes."""
    if screen.photo and length(screen.text) > CAPTION_LIMIT:
        return [Screen("", photo=screen.photo), *_parts(Screen(screen.text, screen.keys))]
    pieces = cut(screen.text)
    parts = [Screen(text) for text in pieces[:-1]]
    return [*parts, Screen(pieces[-1], screen.keys, screen.photo)]


def _keyboard(rows: tuple[tuple[Key, ...], ...]) -> dict[str, Any] | None:
    return {"inline_keyboard": [[_button(key) for key in row] for row in rows]} if rows else None


def _button(key: Key) -> dict[str, Any]:
    if key.url:
        return {"text": key.label, "url": key.url}
    if key.copy:
        return {"text": key.label, "copy_text": {"text": key.copy}}
    return {"text": key.label, "callback_data": key.data}


def _reply(message: int) -> dict[str, Any] | None:
    if not message:
        return None
    return {"message_id": message, "allow_sending_without_reply": True}
