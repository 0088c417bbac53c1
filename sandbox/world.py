"""What there is in the sandbox's Telegram: bots, people, chats, topics and messages."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Final, NamedTuple

from sandbox.files import Files
from sandbox.queue import UpdateQueue

Json = dict[str, Any]

GENERAL: Final = 1  # the topic that every forum has, and that messages do not name
TOPIC_COLORS: Final = (0x6FB9F0, 0xFFD67E, 0xCB86DB, 0x8EEE98, 0xFF93B2, 0xFB6F5F)
RIGHTS: Final = (
    "can_manage_chat",
    "can_delete_messages",
    "can_manage_video_chats",
    "can_restrict_members",
    "can_promote_members",
    "can_change_info",
    "can_invite_users",
    "can_post_stories",
    "can_edit_stories",
    "can_delete_stories",
    "can_pin_messages",
    "can_manage_topics",
    "can_send_welcome_messages",
)


@dataclass(slots=True, eq=False)
class User:
    id: int
    first_name: str
    username: str | None = None
    language_code: str | None = None
    is_bot: bool = False
    deactivated: bool = False

    @property
    def as_json(self) -> Json:
        told: Json = {"id": self.id, "is_bot": self.is_bot, "first_name": self.first_name}
        if self.username:
            told["username"] = self.username
        if self.language_code and not self.is_bot:
            told["language_code"] = self.language_code
        return told


@dataclass(slots=True, eq=False)
class Bot:
    """A bot: its token, what waits for it, and what it set about itself."""

    user: User
    token: str
    updates: UpdateQueue
    privates: dict[int, Private] = field(default_factory=dict)
    last_message_id: int = 0  # private chats of one bot share one count
    commands: dict[str, list[Json]] = field(default_factory=dict)
    texts: dict[tuple[str, str], str] = field(default_factory=dict)
    menu_buttons: dict[int, Json] = field(default_factory=dict)
    default_rights: Json | None = None


@dataclass(slots=True, eq=False)
class Topic:
    id: int
    name: str
    icon_color: int
    first: Json  # the service message that every message of the topic seems to answer
    creator_id: int
    icon_custom_emoji_id: str | None = None
    closed: bool = False

    @property
    def as_json(self) -> Json:
        told = {
            "message_thread_id": self.id,
            "name": self.name,
            "icon_color": self.icon_color,
        }
        if self.icon_custom_emoji_id:
            told["icon_custom_emoji_id"] = self.icon_custom_emoji_id
        return told


@dataclass(slots=True, eq=False)
class Member:
    """Somebody's place in a group; who left keeps an entry."""

    user: User
    status: str = "member"  # creator, administrator, member, left, kicked
    rights: frozenset[str] = frozenset()

    @property
    def is_in(self) -> bool:
        return self.status not in ("left", "kicked")

    @property
    def leads(self) -> bool:
        return self.status in ("creator", "administrator")

    def may(self, right: str) -> bool:
        return self.status == "creator" or right in self.rights

    @property
    def as_json(self) -> Json:
        told: Json = {"user": self.user.as_json, "status": self.status}
        if self.status == "creator":
            told["is_anonymous"] = False
        elif self.status == "administrator":
            told["can_be_edited"] = False
            told["is_anonymous"] = False
            told.update((right, right in self.rights) for right in RIGHTS)
        elif self.status == "kicked":
            told["until_date"] = 0
        return told


@dataclass(slots=True, eq=False)
class Chat:
    """Messages in the order they were written; the same dictionaries are edited in place."""

    id: int
    messages: dict[int, Json] = field(default_factory=dict)
    pinned: list[int] = field(default_factory=list)  # newest last
    reactions: dict[int, dict[int, list[str]]] = field(default_factory=dict)

    @property
    def as_json(self) -> Json:
        raise NotImplementedError


@dataclass(slots=True, eq=False, kw_only=True)
class Private(Chat):
    """A person's chat with one bot; it opens when the person writes first."""

    user: User
    bot: Bot
    opened: bool = False  # a bot cannot write first
    blocked: bool = False
    _json: Json = field(init=False)

    def __post_init__(self) -> None:
        self._json = {"id": self.id, "first_name": self.user.first_name}
        if self.user.username:
            self._json["username"] = self.user.username
        self._json["type"] = "private"

    @property
    def as_json(self) -> Json:
        return self._json


@dataclass(slots=True, eq=False, kw_only=True)
class Group(Chat):
    """A supergroup, with topics if it is a forum; or a basic group, and what became of it."""

    title: str
    forum: bool = True
    kind: str = "supergroup"
    members: dict[int, Member] = field(default_factory=dict)
    topics: dict[int, Topic] = field(default_factory=dict)
    last_message_id: int = 1  # the first was the group's creation
    migrated_to: int | None = None

    @property
    def as_json(self) -> Json:
        told: Json = {"id": self.id, "title": self.title, "type": self.kind}
        if self.forum:
            told["is_forum"] = True
        return told

    def member(self, user: User) -> Member:
        return self.members.get(user.id) or Member(user, "left")


@dataclass(slots=True, eq=False)
class Query:
    """A press that waits for `answerCallbackQuery`."""

    id: str
    bot: Bot
    user: User
    asked_at: float


class Toast(NamedTuple):
    """What a person sees for a moment after a press."""

    user_id: int
    text: str
    alert: bool
    url: str | None


Listener = Callable[[Json], None]


class World:
    """Holds everything, writes messages, and tells bots and onlookers."""

    def __init__(self, clock: Callable[[], datetime]) -> None:
        self.clock = clock
        self.bots: dict[str, Bot] = {}
        self.users: dict[int, User] = {}
        self.groups: dict[int, Group] = {}
        self.queries: dict[str, Query] = {}
        self.toasts: list[Toast] = []
        self.files = Files()
        self.listeners: list[Listener] = []
        self._last_id = 0

    def unique(self) -> int:
        """A number that nothing else in this world has."""
        self._last_id += 1
        return self._last_id

    def timestamp(self) -> int:
        return int(self.clock().timestamp())

    def bot_of(self, user: User) -> Bot | None:
        return next((bot for bot in self.bots.values() if bot.user is user), None)

    def write(
        self,
        chat: Chat,
        sender: User,
        content: Json,
        *,
        topic: Topic | None = None,
        reply_to: Json | None = None,
        echo: bool = False,
    ) -> Json:
        """Put a message into a chat; `echo` also tells the bot that wrote it."""
        message_id = self._next_message_id(chat)
        message: Json = {
            "message_id": message_id,
            "from": sender.as_json,
            "chat": chat.as_json,
            "date": self.timestamp(),
        }
        self._place(message, chat, topic, reply_to)
        message.update(content)
        chat.messages[message_id] = message
        if self.listeners:
            self.announce({"type": "message", "chat_id": chat.id, "message": message})
        self.tell("message", message, chat, sender, echo=echo)
        return message

    def edited(self, chat: Chat, message: Json, sender: User, *, silent: bool = False) -> None:
        """A message was changed in place; keyboards change silently."""
        if not silent:
            message["edit_date"] = self.timestamp()
        self.announce({"type": "edited", "chat_id": chat.id, "message": message})
        if not sender.is_bot:
            self.tell("edited_message", message, chat, sender)

    def remove(self, chat: Chat, message_id: int) -> None:
        del chat.messages[message_id]
        chat.reactions.pop(message_id, None)
        if message_id in chat.pinned:
            chat.pinned.remove(message_id)
        self.announce({"type": "deleted", "chat_id": chat.id, "message_id": message_id})

    def tell(
        self, kind: str, payload: Json, chat: Chat, sender: User, *, echo: bool = False
    ) -> None:
        """An update for the bots that see this chat; a bot never hears another bot."""
        for bot in self.bots_in(chat):
            if not sender.is_bot or (echo and bot.user is sender):
                bot.updates.put(kind, payload, chat.id)

    def bots_in(self, chat: Chat) -> list[Bot]:
        if isinstance(chat, Private):
            return [chat.bot]
        assert isinstance(chat, Group)
        return [bot for bot in self.bots.values() if chat.member(bot.user).is_in]

    def announce(self, event: Json) -> None:
        for listener in self.listeners:
            listener(event)

    def last_message_id(self, chat: Chat) -> int:
        return _counter(chat).last_message_id

    def _next_message_id(self, chat: Chat) -> int:
        counter = _counter(chat)
        counter.last_message_id += 1
        return counter.last_message_id

    def _place(
        self, message: Json, chat: Chat, topic: Topic | None, reply_to: Json | None
    ) -> None:
        """Topic and reply, told as Telegram tells them."""
        if topic is not None:
            message["message_thread_id"] = topic.id
            message["is_topic_message"] = True
            if reply_to is not None and reply_to.get("message_thread_id") != topic.id:
                # An answer across topics does not answer within its own.
                message["external_reply"] = _external(reply_to)
                reply_to = None
            message["reply_to_message"] = quoted(reply_to or topic.first)
        elif reply_to is not None:
            if isinstance(chat, Group) and chat.kind == "supergroup":
                # A reply outside the topics begins a thread of its own, with a number that
                # looks like a topic's; only `is_topic_message` tells them apart.
                root = reply_to.get("message_thread_id", reply_to["message_id"])
                message["message_thread_id"] = root
            message["reply_to_message"] = quoted(reply_to)


def _counter(chat: Chat) -> Bot | Group:
    """Who numbers the messages of a chat: the private ones of a bot are numbered together."""
    if isinstance(chat, Private):
        return chat.bot
    assert isinstance(chat, Group)
    return chat


def _external(message: Json) -> Json:
    origin = {"type": "user", "sender_user": message["from"], "date": message["date"]}
    return {"origin": origin, "chat": message["chat"], "message_id": message["message_id"]}


def quoted(message: Json) -> Json:
    """A message as it stands within another: without what it answers itself."""
    return {key: value for key, value in message.items() if key != "reply_to_message"}
