"""A letter turned into calls of the Bot API: where it goes, what it says, in how many messages."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any, Final, Protocol

import structlog
from telegram.error import BadRequest, RetryAfter, TelegramError

from bot import charting, media
from bot.charting import Chart
from bot.groups import Groups
from bot.media import Handed
from bot.pacer import Turns
from bot.pieces import CAPTION_LIMIT, cut, length, unmarked
from bot.request import Api, Upload
from bot.verdicts import seconds_of
from domain.agency import Agency
from domain.ids import InquiryId, OrderId, TopicId
from domain.letters import (
    BillPaper,
    Card,
    Carried,
    Deleted,
    Document,
    Drawn,
    Key,
    LeftTopic,
    OwnData,
    Reacted,
    Recipient,
    Relayed,
    RelayedEdit,
    Screen,
    ShownAgain,
    Statement,
    Statistics,
    ToChat,
    ToInquiry,
    Told,
    ToPerson,
    TopicCard,
    TopicName,
    ToStaff,
    ToTopic,
)
from domain.talk_notices import InquiryOpened
from domain.timely import Needless
from storage.database import Database
from storage.outbox import Letter
from storage.places import Places
from storage.unit_of_work import UnitOfWork, looking, unit_of_work
from views import topic_names
from views.topic_names import Title

log = structlog.get_logger(__name__)

MOVES_SECONDS: Final = 5.0
PATIENCE: Final = 3  # refusals of a piece before the whole is begun again
DESK_TOPICS: Final = {"finance": "Finance"}


Drawable = (
    Told | Card | TopicCard | Relayed | RelayedEdit | ShownAgain | Statement
    | TopicName | LeftTopic | BillPaper | Statistics | OwnData
)  # fmt: skip


class Drawer(Protocol):
    """Puts letters into words, as late as possible, from what is in the books then."""

    async def draw(
        self,
        content: Drawable,
        to: Recipient,
        uow: UnitOfWork,
        now: datetime,
    ) -> Screen | Document | Carried | Title | Chart: ...

    async def topic_title(self, order: OrderId, uow: UnitOfWork) -> Title: ...

    async def inquiry_topic_name(self, number: InquiryId, uow: UnitOfWork) -> str: ...

    async def without_picture(self, screen: Screen, to: Recipient, uow: UnitOfWork) -> Screen: ...


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
    bare: bool = False  # without its picture, which Telegram does not take
    ready: Screen | Document | None = None  # it was drawn ahead


class _MovedOn(Exception):
    """The order has another agency by now, whose topic this letter belongs in."""


class Delivery:
    """Knows the places of the staff group, and makes those that are missing."""

    def __init__(
        self, api: Api, database: Database, drawer: Drawer, agency: Agency, turns: Turns
    ) -> None:
        self._api = api
        self._database = database
        self._drawer = drawer
        self.groups = Groups(agency)
        self._turns = turns
        self._moved: dict[int, int] = {}

    # Where ------------------------------------------------------------------------------------

    def chat_of(self, to: Recipient) -> int:
        match to:
            case ToPerson(person):
                return person
            case ToChat(chat):
                return self._moved.get(chat, chat)
            case ToInquiry() | ToTopic() | ToStaff():
                chat = self._group_of(to)
                return self._moved.get(chat, chat)

    def _group_of(self, to: ToInquiry | ToTopic | ToStaff) -> int:
        """By the number it had when it was set up."""
        return self.groups.chat(None if isinstance(to, ToInquiry) else to.agency)

    async def remember_moves(self) -> None:
        """Take up what was learned before the last restart, or by another process."""
        chat = self.groups.chat(None)
        async with looking(self._database) as uow:
            await self.groups.learn(uow)
            moved = await Places(uow.tx).find(f"chat:{chat}")
        if moved is not None:
            self._moved[chat] = moved

    async def keep_up_with_moves(self) -> None:
        """Until cancelled: another process may be the one that hears of it."""
        while True:
            await self.remember_moves()
            await asyncio.sleep(MOVES_SECONDS)

    async def move(self, to: Recipient, chat: int) -> None:
        """A group has another number from now on."""
        match to:
            case ToInquiry() | ToTopic() | ToStaff():
                old = self._group_of(to)
            case _:
                old = self.chat_of(to)
        self._moved[old] = chat
        async with unit_of_work(self._database) as uow:
            await Places(uow.tx).set(f"chat:{old}", chat)
            await uow.agencies.regroup(old, chat)
            await self.groups.learn(uow)
        if old == self.groups.chat(None):
            log.error("group moved: change STAFF_CHAT_ID", old=old, new=chat)
        else:
            log.warning("group moved", old=old, new=chat)

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
            case ToTopic():
                return Spot(chat, await self._order_topic(chat, to))
            case ToInquiry(number):
                return Spot(chat, await self._inquiry_topic(chat, number))

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

    async def _order_topic(self, chat: int, to: ToTopic) -> int:
        async with looking(self._database) as uow:
            if await uow.orders.agency(to.order) != to.agency:
                raise _MovedOn
            if known := await uow.orders.topic(to.order):
                return known
            title = await self._drawer.topic_title(to.order, uow)
        topic = await self._make_topic(chat, title.name, title.icon)
        async with unit_of_work(self._database) as uow:
            if await uow.orders.set_topic(to.order, TopicId(topic), to.agency):
                return topic
            await self._leave(to, Spot(chat, topic), uow)
        raise _MovedOn

    async def _leave(self, to: ToTopic, spot: Spot, uow: UnitOfWork) -> None:
        """The order was moved while its topic was opened."""
        agency = await uow.agencies.in_charge(to.order, self.groups.default)
        await uow.orders.leave_topic(to.order, to.agency, TopicId(spot.thread))
        await uow.outbox.put(LeftTopic(to.order, agency.name), ToChat(spot.chat, spot.thread))

    async def _send_on(self, letter: Letter, now: datetime) -> None:
        """It was promised to the topic of the agency that had the order before."""
        async with unit_of_work(self._database) as uow:
            await uow.outbox.send_on(letter, now)

    async def _inquiry_topic(self, chat: int, number: InquiryId) -> int:
        async with looking(self._database) as uow:
            if known := await uow.inquiries.topic(number):
                return known
            name = await self._drawer.inquiry_topic_name(number, uow)
        topic = await self._make_topic(chat, name)
        async with unit_of_work(self._database) as uow:
            await uow.inquiries.set_topic(number, TopicId(topic))
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
        async with unit_of_work(self._database) as uow:
            to = await self._whose_topic(letter.to, uow)
            match to:
                case ToTopic(order, agency):
                    known = await uow.orders.set_topic(order, None, agency)
                    if known and not isinstance(letter.content, TopicCard):
                        await uow.outbox.put(TopicCard(order), to)
                case ToInquiry(number):
                    await uow.inquiries.set_topic(number, None)
                    if letter.content != Told(InquiryOpened(number)):
                        await uow.outbox.put(Told(InquiryOpened(number)), to)
                case ToStaff(desk=desk):
                    await Places(uow.tx).forget(f"topic:{desk}@{self.chat_of(to)}")
        return replace(letter, to=to)

    async def _whose_topic(self, to: Recipient, uow: UnitOfWork) -> Recipient:
        """To whom a topic belonged that somebody wrote in."""
        if not isinstance(to, ToChat):
            return to
        other = self.groups.at(to.chat)
        agency = other.id if other else None
        if to.thread and (order := await uow.orders.by_topic(to.thread, agency)):
            return ToTopic(order, agency)
        if to.thread and not other and (number := await uow.inquiries.by_topic(to.thread)):
            return ToInquiry(number)
        return ToChat(to.chat)

    async def reopen_topic(self, to: Recipient) -> None:
        spot = await self._spot(to)
        method = "reopenForumTopic" if spot.thread else "reopenGeneralForumTopic"
        await self._api.call(method, chat_id=spot.chat, message_thread_id=spot.thread or None)

    # What -------------------------------------------------------------------------------------

    async def deliver(self, letter: Letter, way: Way, now: datetime) -> Handed:
        """Make the calls. Returns the numbers of the messages that carry the letter."""
        if isinstance(letter.content, Relayed | RelayedEdit) and not await self._is_due(letter):
            return Handed()
        try:
            spot = await self._spot(letter.to)
        except _MovedOn:
            await self._send_on(letter, now)
            raise Needless from None
        match letter.content:
            case Deleted(message):
                await self._api.call("deleteMessage", chat_id=spot.chat, message_id=message)
                return Handed()
            case Reacted(message, emoji):
                await self._react(spot, message, emoji)
                return Handed(message)
            case Drawn(screen, edits, replies_to):
                screen = await self._bare(screen, way, letter.to)
                return Handed(await self._show(spot, screen, way, edits, replies_to))
            case LeftTopic():
                return await self._close_left(spot, letter.content, letter.to, way, now)
            case content:
                return await self._draw(spot, content, letter.to, way, now)

    async def _is_due(self, letter: Letter) -> bool:
        """Whether this is the letter that carries it: an album goes with its last part."""
        async with looking(self._database) as uow:
            match letter.content:
                case Relayed(number, part) if part:
                    parts = await uow.notes.parts(number)  # none: it was withdrawn
                    waiting = [each.no for each in parts if each.delivered_as is None]
                    return bool(waiting) and waiting[-1] <= part
                case RelayedEdit(number, part):
                    note = await uow.notes.get(number)
                    of = next((p for p in note.parts if p.no == part), note)
                    return of.delivered_as is not None  # else it goes as it is now, when it goes
        return True

    async def draw_ahead(self, letter: Letter, now: datetime) -> Screen | Document | None:
        """What takes seconds to draw, so that its chat does not wait for it."""
        assert isinstance(letter.content, Statistics)
        async with looking(self._database) as uow:
            drawn = await self._drawer.draw(letter.content, letter.to, uow, now)
        return await charting.drawn(drawn) if isinstance(drawn, Chart) else None

    async def _draw(
        self, spot: Spot, content: Drawable, to: Recipient, way: Way, now: datetime
    ) -> Handed:
        async with looking(self._database) as uow:
            drawn = way.ready or await self._drawer.draw(content, to, uow, now)
            edits = await self._edited_by(content, uow)
        if isinstance(drawn, Title):
            await self._rename(spot, drawn)
            return Handed()
        if isinstance(drawn, Chart):
            drawn = await charting.drawn(drawn)
        if isinstance(drawn, Document) and not way.bare:
            return Handed(await self._send_document(spot, drawn))
        if isinstance(drawn, Document):
            return Handed(await self._show(spot, await self._without(drawn, to), way))
        if isinstance(drawn, Carried):
            return await self._carry(spot, drawn, way)
        if isinstance(content, Told) and content.photo:
            drawn = replace(drawn, photo=content.photo)
        drawn = await self._bare(drawn, way, to)
        message = await self._show(spot, drawn, way, edits)
        if isinstance(content, TopicCard) and message != edits:
            await self._pin(spot, message)
        return Handed(message, chat=spot.chat)

    async def _close_left(
        self, spot: Spot, letter: LeftTopic, to: Recipient, way: Way, now: datetime
    ) -> Handed:
        """Its card says where the order went, its name too; what is done once is done twice."""
        if letter.card and not way.anew:
            await self._unless_so_already(self._draw(spot, letter, to, way, now))
        title = topic_names.left(letter.order, letter.agency)
        await self._unless_so_already(self._rename(spot, title))
        closed = self._api.call(
            "closeForumTopic", chat_id=spot.chat, message_thread_id=spot.thread
        )
        await self._unless_so_already(closed)
        return Handed()

    @staticmethod
    async def _unless_so_already(call: Awaitable[Any]) -> None:
        try:
            await call
        except BadRequest as error:
            if "not_modified" not in error.message.lower().replace(" ", "_"):
                raise

    async def _bare(self, screen: Screen, way: Way, to: Recipient) -> Screen:
        """The words go without a picture that Telegram does not take, and say so."""
        if not (way.bare and screen.photo):
            return screen
        async with looking(self._database) as uow:
            return await self._drawer.without_picture(replace(screen, photo=""), to, uow)

    async def _without(self, refused: Document, to: Recipient) -> Screen:
        """Whoever asked for a file hears that Telegram does not take it."""
        words = Screen(refused.caption, refused.keys)
        async with looking(self._database) as uow:
            return await self._drawer.without_picture(words, to, uow)

    async def _carry(self, spot: Spot, carried: Carried, way: Way) -> Handed:
        """A stored message: words, something with words, or an album."""
        carried = self._of_here(spot, carried)
        edits = 0 if way.anew else carried.edits
        if not carried.text and not carried.media:
            return Handed()
        if not carried.media:
            screen = Screen(carried.text, carried.keys)
            message = await self._show(spot, screen, way, edits, carried.replies_to)
            return Handed(message, chat=spot.chat)
        if edits:
            method, values = media.edit(carried, plain=way.plain)
            keys = _keyboard(carried.keys)
            await self._api.call(
                method, chat_id=spot.chat, message_id=edits, reply_markup=keys, **values
            )
            return Handed(edits, chat=spot.chat)
        common = {
            "chat_id": spot.chat,
            "message_thread_id": spot.thread or None,
            "reply_parameters": _reply(carried.replies_to),
        }
        if len(carried.media) > 1:
            return await self._carry_album(spot, carried, common, way)
        return await self._carry_one(spot, carried, common, way)

    def _of_here(self, spot: Spot, carried: Carried) -> Carried:
        """A message can only be edited or answered in its own chat: its order may have moved."""
        edits, replies = carried.edits, carried.replies_to
        if carried.edits_in not in (None, spot.chat):
            edits = 0
        if carried.replies_in not in (None, spot.chat):
            replies = 0
        return replace(carried, edits=edits, replies_to=replies)

    async def _carry_album(
        self, spot: Spot, carried: Carried, common: dict[str, Any], way: Way
    ) -> Handed:
        await self._turns.count(spot.chat, len(carried.media) - 1)
        method, values = media.album(carried.media, plain=way.plain)
        sent = await self._api.call(method, **values, **common)
        numbers = [int(message["message_id"]) for message in sent]
        parts = zip((medium.part for medium in carried.media), numbers, strict=True)
        return Handed(numbers[0], tuple(parts), spot.chat)

    async def _carry_one(
        self, spot: Spot, carried: Carried, common: dict[str, Any], way: Way
    ) -> Handed:
        """Words that do not fit under it come behind it, with the keys."""
        (medium,) = carried.media
        fits = media.fits_under(carried.text)
        method, values = media.one(medium, carried.text if fits else "", plain=way.plain)
        keys = _keyboard(carried.keys) if fits else None
        sent = await self._api.call(method, reply_markup=keys, **values, **common)
        message = int(sent["message_id"])
        if not fits:
            for part in _parts(Screen(carried.text, carried.keys)):
                await self._put_next(spot, part, way)
        return Handed(message, ((medium.part, message),) if medium.part else (), spot.chat)

    @staticmethod
    async def _edited_by(content: Drawable, uow: UnitOfWork) -> int:
        """The message that a drawing takes the place of; 0 for none."""
        match content:
            case Card(edits=message):
                return message
            case TopicCard(order):
                return await uow.orders.topic_card(order) or 0
            case LeftTopic(card=message):
                return message
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
            self._turns.answered(spot.chat)
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
