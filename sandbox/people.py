"""People for stories: they write, press by label, and see what the bot says."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from sandbox import acts
from sandbox.files import StoredFile, describe, picture
from sandbox.limits import START_PAYLOAD_MAX
from sandbox.params import Upload
from sandbox.world import RIGHTS, Bot, Chat, Group, Json, Private, Query, Topic, User

if TYPE_CHECKING:
    from sandbox.telegram import Telegram

EMOJI_FIRST = re.compile(r"^[^\w\s$€£¥+#(/-]+\s+")


class Person:
    """Somebody with an account; acts at once, and the bot hears of it by an update."""

    def __init__(self, telegram: Telegram, user: User) -> None:
        self.telegram = telegram
        self.user = user

    def __repr__(self) -> str:
        return f"<{self.user.first_name} {self.id}>"

    @property
    def id(self) -> int:
        return self.user.id

    # -- what they see ------------------------------------------------------------------------

    @property
    def chat(self) -> Private:
        return self.telegram.private(self.user)

    @property
    def sees(self) -> list[Json]:
        """All messages of the chat with the bot, newest last; they change when edited."""
        chat = self.telegram.bot.privates.get(self.id)
        return list(chat.messages.values()) if chat else []

    @property
    def last(self) -> Json:
        """The newest message the bot wrote to them."""
        bot_id = self.telegram.bot.user.id
        for message in reversed(self.sees):
            if message["from"]["id"] == bot_id:
                return message
        raise AssertionError(f"the bot wrote nothing to {self.user.first_name}")

    @property
    def toasts(self) -> list[tuple[str, bool]]:
        """What came up for a moment after a press: the text, and whether as an alert."""
        return [
            (toast.text, toast.alert)
            for toast in self.telegram.toasts
            if toast.user_id == self.id and toast.text
        ]

    @property
    def waits_for(self) -> list[Query]:
        """Presses the bot has not answered: on the phone, buttons that still spin."""
        return [query for query in self.telegram.queries.values() if query.user is self.user]

    # -- writing ------------------------------------------------------------------------------

    def start(self, payload: str = "", *, bot: Bot | None = None) -> Json:
        """Open the chat with the bot, by a deep link if there is a payload."""
        if len(payload) > START_PAYLOAD_MAX:
            raise acts.CannotDo("the payload is too long")
        chat = self.telegram.private(self.user, bot)
        if chat.blocked:
            acts.block(self.telegram, chat, False)
        text = f"/start {payload}" if payload else "/start"
        return acts.write_text(self.telegram, self.user, chat, text)

    def writes(
        self,
        text: str,
        to: Forum | None = None,
        *,
        topic: Place = None,
        reply_to: Json | None = None,
    ) -> Json:
        """A text to the bot, or into a group's topic."""
        chat, thread = self._place(to, topic)
        return acts.write_text(
            self.telegram, self.user, chat, text, topic=thread, reply_to=reply_to
        )

    def sends(
        self,
        content: Json,
        to: Forum | None = None,
        *,
        topic: Place = None,
        reply_to: Json | None = None,
    ) -> Json:
        """A message of any content, as it stands in Bot API JSON."""
        chat, thread = self._place(to, topic)
        return acts.say(self.telegram, self.user, chat, content, topic=thread, reply_to=reply_to)

    def _sends_file(
        self, kind: str, upload: Upload, caption: str | None, to: Forum | None, **where: Any
    ) -> Json:
        stored = self.telegram.files.keep(kind, upload)
        return self.sends(describe(stored) | acts.caption(caption), to, **where)

    def sends_photo(
        self,
        to: Forum | None = None,
        *,
        caption: str | None = None,
        content: bytes | None = None,
        **where: Any,
    ) -> Json:
        upload = Upload("photo.png", content or picture(), "image/png")
        return self._sends_file("photo", upload, caption, to, **where)

    def sends_document(
        self,
        to: Forum | None = None,
        *,
        name: str = "list.txt",
        content: bytes = b"1 teapot\n",
        caption: str | None = None,
        **where: Any,
    ) -> Json:
        return self._sends_file("document", Upload(name, content), caption, to, **where)

    def sends_video(
        self, to: Forum | None = None, *, caption: str | None = None, **where: Any
    ) -> Json:
        return self._sends_file("video", Upload("film.mp4", b"\0mp4"), caption, to, **where)

    def sends_voice(
        self,
        to: Forum | None = None,
        *,
        caption: str | None = None,
        name: str = "voice.ogg",
        content: bytes = b"OggS",
        **where: Any,
    ) -> Json:
        return self._sends_file("voice", Upload(name, content), caption, to, **where)

    def sends_audio(
        self, to: Forum | None = None, *, caption: str | None = None, **where: Any
    ) -> Json:
        return self._sends_file("audio", Upload("song.mp3", b"ID3"), caption, to, **where)

    def sends_animation(
        self, to: Forum | None = None, *, caption: str | None = None, **where: Any
    ) -> Json:
        return self._sends_file("animation", Upload("cat.mp4", b"\0mp4"), caption, to, **where)

    def sends_sticker(self, to: Forum | None = None, **where: Any) -> Json:
        return self._sends_file("sticker", Upload("sticker.webp", b"RIFF"), None, to, **where)

    def sends_video_note(self, to: Forum | None = None, **where: Any) -> Json:
        return self._sends_file("video_note", Upload("round.mp4", b"\0mp4"), None, to, **where)

    def sends_poll(self, to: Forum | None = None, **where: Any) -> Json:
        """What a bot cannot pass on as its own."""
        return self.sends(acts.poll("Which one?", "Red", "Blue"), to, **where)

    def sends_dice(self, to: Forum | None = None, **where: Any) -> Json:
        return self.sends({"dice": {"emoji": "🎲", "value": 4}}, to, **where)

    def sends_venue(self, to: Forum | None = None, **where: Any) -> Json:
        location = {"latitude": 35.0116, "longitude": 135.7681}
        venue = {"location": location, "title": "Post office", "address": "1-2 Chuo, Kyoto"}
        return self.sends({"location": location, "venue": venue}, to, **where)

    def sends_location(
        self,
        to: Forum | None = None,
        *,
        latitude: float = 35.0116,
        longitude: float = 135.7681,
        **where: Any,
    ) -> Json:
        location = {"latitude": latitude, "longitude": longitude}
        return self.sends({"location": location}, to, **where)

    def sends_contact(
        self, to: Forum | None = None, *, phone: str = "+81312345678", **where: Any
    ) -> Json:
        contact = {"phone_number": phone, "first_name": self.user.first_name, "user_id": self.id}
        return self.sends({"contact": contact}, to, **where)

    def sends_album(
        self,
        to: Forum | None = None,
        *,
        count: int = 2,
        contents: Sequence[bytes] = (),
        caption: str | None = None,
        topic: Place = None,
        reply_to: Json | None = None,
    ) -> list[Json]:
        """So many photos, or these, as one album, the caption on the first."""
        chat, thread = self._place(to, topic)
        return acts.send_album(
            self.telegram,
            self.user,
            chat,
            [self._photo(one) for one in contents or map(_plain, range(count))],
            caption,
            topic=thread,
            reply_to=reply_to,
        )

    def _photo(self, content: bytes) -> StoredFile:
        return self.telegram.files.keep("photo", Upload("photo.png", content))

    # -- doing something with a message -------------------------------------------------------

    def edits(self, message: Json, text: str) -> Json:
        chat = self._chat_of(message)
        return acts.edit_text(self.telegram, self.user, chat, message["message_id"], text)

    def reacts(self, message: Json, emoji: str | None) -> None:
        chat = self._chat_of(message)
        acts.react(self.telegram, self.user, chat, message["message_id"], emoji)

    def deletes(self, message: Json) -> None:
        chat = self._chat_of(message)
        acts.delete_message(self.telegram, self.user, chat, message["message_id"])

    def presses(
        self,
        label: str,
        to: Forum | None = None,
        *,
        topic: Place = None,
        message: Json | None = None,
    ) -> Query:
        """Press the button with this label, on the newest message that has one."""
        if message is not None:
            chat = self._chat_of(message)
            candidates = [message]
        else:
            chat, thread = self._place(to, topic)
            candidates = [
                m for m in reversed(chat.messages.values()) if _is_within(m, chat, thread)
            ]
        for candidate in candidates:
            button = button_called(label, candidate)
            if button is not None:
                return self._press(chat, candidate, button)
        raise AssertionError(_no_such_button(self, label, candidates))

    def _press(self, chat: Chat, message: Json, button: Json) -> Query:
        data = button.get("callback_data")
        if data is None:
            raise AssertionError(f"the button {button['text']!r} opens {button.get('url')}")
        return acts.press(self.telegram, self.user, chat, message["message_id"], data)

    def presses_forged(self, data: str, message: Json) -> Query:
        """Press a button whose data one made up, as a forged app can."""
        chat = self._chat_of(message)
        return acts.press(self.telegram, self.user, chat, message["message_id"], data)

    # -- the bot, and groups ------------------------------------------------------------------

    def blocks(self) -> None:
        acts.block(self.telegram, self.chat, True)

    def unblocks(self) -> None:
        acts.block(self.telegram, self.chat, False)

    def deletes_account(self) -> None:
        self.user.deactivated = True

    def joins(self, forum: Forum) -> None:
        acts.become(self.telegram, forum.group, self.user, "member")

    def leaves(self, forum: Forum) -> None:
        acts.become(self.telegram, forum.group, self.user, "left")

    def promotes(self, whom: Person | Bot, forum: Forum, rights: Any = RIGHTS) -> None:
        acts.become(
            self.telegram,
            forum.group,
            whom.user,
            "administrator",
            by=self.user,
            rights=frozenset(rights),
        )

    def demotes(self, whom: Person | Bot, forum: Forum) -> None:
        acts.become(self.telegram, forum.group, whom.user, "member", by=self.user)

    def removes(self, whom: Person | Bot, forum: Forum) -> None:
        acts.become(self.telegram, forum.group, whom.user, "kicked", by=self.user)

    def adds(self, whom: Person | Bot, forum: Forum) -> None:
        acts.become(self.telegram, forum.group, whom.user, "member", by=self.user)

    def makes_topic(self, forum: Forum, name: str) -> TopicView:
        return TopicView(forum, acts.make_topic(self.telegram, self.user, forum.group, name))

    def deletes_topic(self, forum: Forum, topic: Place) -> None:
        acts.delete_topic(self.telegram, self.user, forum.group, forum.found(topic))

    def closes_topic(self, forum: Forum, topic: Place) -> None:
        acts.turn(self.telegram, self.user, forum.group, forum.found(topic), closed=True)

    def reopens_topic(self, forum: Forum, topic: Place) -> None:
        acts.turn(self.telegram, self.user, forum.group, forum.found(topic), closed=False)

    def _place(self, to: Forum | None, topic: Place) -> tuple[Chat, Topic | None]:
        if to is None:
            if topic is not None:
                raise AssertionError("a topic is in a group: say in which")
            return self.chat, None
        return to.group, None if topic is None else to.found(topic)

    def _chat_of(self, message: Json) -> Chat:
        chat_id = message["chat"]["id"]
        group = self.telegram.groups.get(chat_id)
        return group if group is not None else self.telegram.bot.privates[chat_id]


@dataclass(frozen=True)
class TopicView:
    """One topic of a forum, as its members see it."""

    forum: Forum
    topic: Topic

    @property
    def id(self) -> int:
        return self.topic.id

    @property
    def name(self) -> str:
        return self.topic.name

    @property
    def closed(self) -> bool:
        return self.topic.closed

    @property
    def messages(self) -> list[Json]:
        group = self.forum.group
        return [m for m in group.messages.values() if _is_within(m, group, self.topic)]

    @property
    def last(self) -> Json:
        return self.messages[-1]

    @property
    def texts(self) -> list[str]:
        """What was said, captions too; service messages left out."""
        return texts_of(self.messages)

    @property
    def pinned(self) -> list[Json]:
        return [m for m in self.messages if m["message_id"] in self.forum.group.pinned]


Place = TopicView | int | str | None


class Forum:
    """A group with topics; what stands in none of them is in General."""

    def __init__(self, telegram: Telegram, group: Group) -> None:
        self.telegram = telegram
        self.group = group

    @property
    def id(self) -> int:
        return self.group.id

    @property
    def topics(self) -> list[TopicView]:
        return [TopicView(self, topic) for topic in self.group.topics.values()]

    @property
    def messages(self) -> list[Json]:
        """All of the group, newest last."""
        return list(self.group.messages.values())

    @property
    def general(self) -> list[Json]:
        return [m for m in self.group.messages.values() if not m.get("is_topic_message")]

    def topic(self, beginning: str) -> TopicView:
        """The topic whose name begins so; the newest, if there are several."""
        for topic in reversed(self.group.topics.values()):
            if topic.name.startswith(beginning):
                return TopicView(self, topic)
        names = ", ".join(repr(topic.name) for topic in self.group.topics.values()) or "none"
        raise AssertionError(f"no topic begins with {beginning!r}; there is {names}")

    def found(self, topic: Place) -> Topic:
        if isinstance(topic, TopicView):
            return topic.topic
        if isinstance(topic, str):
            return self.topic(topic).topic
        if topic in self.group.topics:
            return self.group.topics[topic]
        raise AssertionError(f"there is no topic {topic}")


def _plain(number: int) -> bytes:
    """A photo of one colour, another one for each number."""
    return picture(rgb=(92, 147, 60 + 20 * number % 190))


def _is_within(message: Json, chat: Chat, topic: Topic | None) -> bool:
    """Of a group without a topic: what is in General."""
    if not isinstance(chat, Group):
        return True
    thread_id = message.get("message_thread_id") if message.get("is_topic_message") else None
    return thread_id == (topic.id if topic else None)


def texts_of(messages: list[Json]) -> list[str]:
    said = (message.get("text") or message.get("caption") for message in messages)
    return [text for text in said if text]


def buttons_of(message: Json) -> list[Json]:
    rows = message.get("reply_markup", {}).get("inline_keyboard", [])
    return [button for row in rows for button in row]


def button_called(label: str, message: Json) -> Json | None:
    """By its whole text; or by the label between emoji and detail; or by its beginning."""
    buttons = buttons_of(message)
    tests: tuple[Callable[[str], bool], ...] = (
        lambda text: text == label,
        lambda text: label_part(text) == label,
        lambda text: text.startswith(label) or _without_emoji(text).startswith(label),
    )
    for matches in tests:
        for button in buttons:
            if matches(button["text"]):
                return button
    return None


def _without_emoji(text: str) -> str:
    return EMOJI_FIRST.sub("", text)


def label_part(text: str) -> str:
    """A button reads `[emoji ]label[ · detail]`."""
    return _without_emoji(text).split(" · ")[0].strip()


def _no_such_button(person: Person, label: str, messages: list[Json]) -> str:
    shown = [
        f"  {(texts_of([message]) or ['(no text)'])[0][:60]!r}: "
        + ", ".join(repr(button["text"]) for button in buttons_of(message))
        for message in messages[:20]
        if buttons_of(message)
    ]
    seen = "\n".join(shown) or "  (no buttons at all)"
    return f"{person.user.first_name} sees no button {label!r}; newest first there is\n{seen}"
