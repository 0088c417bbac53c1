"""What the demo's page asks for: the world as it stands, what happens, and what people do."""

from __future__ import annotations

import asyncio
import re
from collections.abc import AsyncIterator, Awaitable, Callable, Iterable
from datetime import timedelta
from pathlib import Path
from typing import Any, Final

from starlette.datastructures import UploadFile
from starlette.requests import Request
from starlette.responses import JSONResponse, Response, StreamingResponse
from starlette.routing import BaseRoute, Mount, Route
from starlette.staticfiles import StaticFiles

from sandbox import acts
from sandbox.errors import Declined
from sandbox.files import StoredFile, describe, kind_of
from sandbox.methods.editing import reactions_on
from sandbox.methods.topics import shown
from sandbox.params import Upload
from sandbox.queue import dump
from sandbox.telegram import Telegram
from sandbox.world import GENERAL, Chat, Group, Json, Topic, User

Advance = Callable[[timedelta], Awaitable[None]]
Endpoint = Callable[[Request], Awaitable[Response]]

KEEP_ALIVE_SECONDS: Final = 15.0
BACKLOG_MAX: Final = 1000  # events a page may be behind before it has to begin anew
HOURS_MAX: Final = 24 * 366
LANGUAGE: Final = re.compile(r"[a-z]{2,3}(-[A-Za-z]{2,4})?")


class Wrong(Exception):
    """A request of the page that cannot be carried out, and why."""

    def __init__(self, why: str, status: int = 400) -> None:
        super().__init__(why)
        self.status = status


def demo_routes(
    telegram: Telegram,
    page_dir: Path | None = None,
    advance: Advance | None = None,
    begun: asyncio.Event | None = None,
) -> list[BaseRoute]:
    demo = Demo(telegram, advance, begun)
    routes: list[BaseRoute] = [
        Route("/demo/world", _told(demo.world)),
        Route("/demo/events", demo.events),
        Route("/demo/file/{file_id}", _told(demo.file)),
        *(
            Route(f"/demo/{what}", _told(act), methods=["POST"])
            for what, act in (
                ("send", demo.send),
                ("files", demo.files),
                ("press", demo.press),
                ("edit", demo.edit),
                ("react", demo.react),
                ("topic", demo.topic),
                ("block", demo.block),
                ("person", demo.person),
                ("clock", demo.clock),
            )
        ),
    ]
    if page_dir is not None:
        routes.append(Mount("/static", StaticFiles(directory=page_dir)))
        routes.append(Mount("/", StaticFiles(directory=page_dir, html=True)))
    return routes


def _told(act: Callable[[Request], Awaitable[Any]]) -> Endpoint:
    """Answer with JSON, also when it went wrong."""

    async def endpoint(request: Request) -> Response:
        try:
            told = await act(request)
        except Wrong as wrong:
            return JSONResponse({"error": str(wrong)}, wrong.status)
        except acts.CannotDo as no:
            return JSONResponse({"error": f"{no}".capitalize()}, 409)
        except Declined as no:
            return JSONResponse({"error": no.description}, 400)
        if isinstance(told, Response):
            return told
        return Response(dump(told), media_type="application/json")

    return endpoint


class Fields:
    """What the page sent, read strictly."""

    def __init__(self, told: Any) -> None:
        if not isinstance(told, dict):
            raise Wrong("A JSON object is expected.")
        self.told = told

    def number(self, name: str) -> int:
        try:
            return int(self.told[name])
        except (KeyError, TypeError, ValueError):
            raise Wrong(f"{name} must be a number.") from None

    def decimal(self, name: str) -> float:
        try:
            return float(self.told[name])
        except (KeyError, TypeError, ValueError):
            raise Wrong(f"{name} must be a number.") from None

    def text(self, name: str) -> str:
        value = self.told.get(name)
        if not isinstance(value, str):
            raise Wrong(f"{name} must be a text.")
        return value


async def _fields(request: Request) -> Fields:
    try:
        return Fields(await request.json())
    except (ValueError, UnicodeDecodeError):
        raise Wrong("A JSON object is expected.") from None


async def _upload(file: Any) -> Upload:
    if not isinstance(file, UploadFile):
        raise Wrong("file must be a file.")
    return Upload(file.filename or "file", await file.read(), file.content_type or "")


class Demo:
    def __init__(
        self, telegram: Telegram, advance: Advance | None, begun: asyncio.Event | None
    ) -> None:
        self._telegram = telegram
        self._advance = advance
        self._begun = begun
        self._pages: set[asyncio.Queue[str | None]] = set()
        telegram.listeners.append(self._happened)

    # -- the world as it stands ---------------------------------------------------------------

    async def world(self, _request: Request) -> Json:
        telegram = self._telegram
        chats: list[Chat] = [telegram.private(user) for user in self._customers()]
        chats += [c for c in telegram.bot.privates.values() if c not in chats]
        chats += telegram.groups.values()
        return {
            "now": telegram.clock().isoformat(),
            "bot": telegram.bot.user.as_json,
            "commands": {tag: self._private_commands(tag) for tag in self._languages()},
            "staff_commands": {group: self._staff_commands(group) for group in telegram.groups},
            "people": [self._person(person.user) for person in telegram.people.values()],
            "chats": [self._chat(chat) for chat in chats],
        }

    def _languages(self) -> set[str]:
        """Those the bot set commands for; empty: for everybody else."""
        return {"", *(key.partition("/")[2] for key in self._telegram.bot.commands)}

    def _private_commands(self, language: str) -> list[Json]:
        scopes = ("all_private_chats", "default")
        return self._commands(f"{scope}/{tag}" for scope in scopes for tag in (language, ""))

    def _staff_commands(self, group_id: int) -> list[Json]:
        one_group = (f"chat_administrators:{group_id}", f"chat:{group_id}")
        scopes = (*one_group, "all_chat_administrators", "all_group_chats", "default")
        return self._commands(f"{scope}/" for scope in scopes)

    def _commands(self, keys: Iterable[str]) -> list[Json]:
        """What the bot offers there: of the narrowest scope it set, as Telegram chooses."""
        told = self._telegram.bot.commands
        return next((told[key] for key in keys if key in told), [])

    def _customers(self) -> list[User]:
        users = (person.user for person in self._telegram.people.values())
        return [user for user in users if not self._staff_groups(user)]

    def _staff_groups(self, user: User) -> list[int]:
        groups = self._telegram.groups.values()
        return [group.id for group in groups if group.member(user).is_in]

    def _person(self, user: User) -> Json:
        groups = self._staff_groups(user)
        chat = self._telegram.bot.privates.get(user.id)
        return {
            "id": user.id,
            "name": user.first_name,
            "language": user.language_code or "en",
            "role": "staff" if groups else "customer",
            "chat_id": groups[0] if groups else user.id,
            "groups": groups,
            "blocked": chat is not None and chat.blocked,
        }

    def _chat(self, chat: Chat) -> Json:
        told = chat.as_json
        topics = chat.topics.values() if isinstance(chat, Group) else ()
        return {
            "id": chat.id,
            "type": told["type"],
            "title": told.get("title") or told.get("first_name"),
            "topics": [shown(topic) for topic in topics],
            "messages": [_seen(chat, message) for message in chat.messages.values()],
        }

    async def file(self, request: Request) -> Response:
        stored = self._telegram.files.find(request.path_params["file_id"])
        if stored is None:
            raise Wrong("There is no such file.", 404)
        kind = "image/png" if stored.kind == "photo" else stored.mime_type
        if stored.content[:2] == b"\xff\xd8":
            kind = "image/jpeg"
        headers = {
            "cache-control": "private, max-age=86400, immutable",
            "x-content-type-options": "nosniff",
            "content-security-policy": "default-src 'none'; sandbox",
        }
        return Response(stored.content, media_type=kind, headers=headers)

    # -- what happens -------------------------------------------------------------------------

    def _happened(self, event: Json) -> None:
        if not self._pages:
            return
        if event["type"] in ("message", "edited"):
            chat = self._find_chat(event["chat_id"])
            event = {**event, "message": _seen(chat, event["message"])}
        line = f"data: {dump(event)}\n\n"
        for page in list(self._pages):
            if page.qsize() >= BACKLOG_MAX:
                self._pages.discard(page)
                page.put_nowait(None)
            else:
                page.put_nowait(line)

    async def events(self, _request: Request) -> Response:
        """Opens when the world is worth looking at."""
        if self._begun is not None:
            await self._begun.wait()
        page: asyncio.Queue[str | None] = asyncio.Queue()
        self._pages.add(page)
        headers = {"cache-control": "no-store", "x-accel-buffering": "no"}
        return StreamingResponse(self._stream(page), 200, headers, "text/event-stream")

    async def _stream(self, page: asyncio.Queue[str | None]) -> AsyncIterator[str]:
        try:
            yield ": here you are\n\n"
            while True:
                try:
                    async with asyncio.timeout(KEEP_ALIVE_SECONDS):
                        line = await page.get()
                except TimeoutError:
                    line = ": still here\n\n"
                if line is None:
                    return
                yield line
        finally:
            self._pages.discard(page)

    # -- what people do -----------------------------------------------------------------------

    def _user(self, user_id: int) -> User:
        person = self._telegram.people.get(user_id)
        if person is None:
            raise Wrong("There is no such person.", 404)
        return person.user

    def _find_chat(self, chat_id: int) -> Chat:
        group = self._telegram.groups.get(chat_id)
        if group is not None:
            return group
        return self._telegram.private(self._user(chat_id))

    def _place(self, fields: Fields) -> tuple[User, Chat, Topic | None]:
        user = self._user(fields.number("user_id"))
        chat = self._find_chat(fields.number("chat_id"))
        thread = fields.told.get("thread_id") or None
        if thread is None or int(thread) == GENERAL:
            return user, chat, None
        return user, chat, self._topic(chat, fields)

    def _topic(self, chat: Chat, fields: Fields) -> Topic:
        topic = chat.topics.get(fields.number("thread_id")) if isinstance(chat, Group) else None
        if topic is None:
            raise Wrong("There is no such topic.", 404)
        return topic

    def _replied(self, chat: Chat, fields: Fields) -> Json | None:
        return (
            chat.messages.get(fields.number("reply_to")) if fields.told.get("reply_to") else None
        )

    async def send(self, request: Request) -> Json:
        fields = await _fields(request)
        user, chat, topic = self._place(fields)
        where: Any = {"topic": topic, "reply_to": self._replied(chat, fields)}
        other = self._unwritten(fields)
        if other is not None:
            message = acts.say(self._telegram, user, chat, other, **where)
        else:
            text = fields.text("text")
            message = acts.write_text(self._telegram, user, chat, text, **where)
        return {"message": _seen(chat, message)}

    def _unwritten(self, fields: Fields) -> Json | None:
        """A sticker, a place or a poll, when it is that."""
        if "sticker" in fields.told:
            upload = Upload("sticker.webp", b"RIFF", "image/webp")
            emoji = fields.text("sticker")
            return describe(self._telegram.files.keep("sticker", upload, emoji=emoji))
        if "latitude" in fields.told:
            names = ("latitude", "longitude")
            return {"location": {name: fields.decimal(name) for name in names}}
        if "poll" in fields.told:
            return acts.poll(fields.text("poll"), "Yes", "No")
        return None

    async def files(self, request: Request) -> Json:
        """Several pictures are an album, as in an app."""
        async with request.form() as form:
            uploads = [await _upload(file) for file in form.getlist("file")]
            fields = Fields({name: value for name, value in form.items() if name != "file"})
        if not uploads:
            raise Wrong("file must be a file.")
        user, chat, topic = self._place(fields)
        text = fields.told.get("caption")
        acts.caption(text)  # refused before anything is sent
        kept = [self._keep(upload, fields) for upload in uploads]
        replied = self._replied(chat, fields)
        sent = acts.send_files(
            self._telegram, user, chat, kept, text, topic=topic, reply_to=replied
        )
        return {"messages": [_seen(chat, message) for message in sent]}

    def _keep(self, upload: Upload, fields: Fields) -> StoredFile:
        kind = "voice" if fields.told.get("kind") == "voice" else kind_of(upload)
        return self._telegram.files.keep(kind, upload)

    async def press(self, request: Request) -> Json:
        fields = await _fields(request)
        user, chat, _topic = self._place(fields)
        message_id, data = fields.number("message_id"), fields.text("data")
        if message_id not in chat.messages:
            raise acts.CannotDo("this message is gone")
        query = acts.press(self._telegram, user, chat, message_id, data)
        return {"query_id": query.id}

    async def edit(self, request: Request) -> Json:
        fields = await _fields(request)
        user, chat, _topic = self._place(fields)
        message_id, text = fields.number("message_id"), fields.text("text")
        message = acts.edit_text(self._telegram, user, chat, message_id, text)
        return {"message": _seen(chat, message)}

    async def react(self, request: Request) -> Json:
        fields = await _fields(request)
        user, chat, _topic = self._place(fields)
        emoji = fields.told.get("emoji") or None
        acts.react(self._telegram, user, chat, fields.number("message_id"), emoji)
        return {}

    async def topic(self, request: Request) -> Json:
        fields = await _fields(request)
        user = self._user(fields.number("user_id"))
        group = self._find_chat(fields.number("chat_id"))
        topic = self._topic(group, fields)
        assert isinstance(group, Group)
        match fields.text("do"):
            case "delete":
                acts.delete_topic(self._telegram, user, group, topic)
            case "close":
                acts.turn(self._telegram, user, group, topic, closed=True)
            case "reopen":
                acts.turn(self._telegram, user, group, topic, closed=False)
            case other:
                raise Wrong(f"A topic cannot {other!r}.")
        return {}

    async def block(self, request: Request) -> Json:
        fields = await _fields(request)
        user = self._user(fields.number("user_id"))
        acts.block(self._telegram, self._telegram.private(user), bool(fields.told.get("blocked")))
        return self._announce_person(user)

    async def person(self, request: Request) -> Json:
        fields = await _fields(request)
        name, language = fields.text("name").strip(), fields.told.get("language") or "en"
        if not 0 < len(name) <= 64:
            raise Wrong("name must have 1 to 64 characters.")
        if not isinstance(language, str) or not LANGUAGE.fullmatch(language):
            raise Wrong("language must be a language's code, as in: en, pt-br.")
        return self._announce_person(self._telegram.person(name, language_code=language).user)

    def _announce_person(self, user: User) -> Json:
        told = {"person": self._person(user)}
        self._telegram.announce({"type": "person", **told})
        return told

    async def clock(self, request: Request) -> Json:
        fields = await _fields(request)
        hours = fields.number("hours")
        if not 0 < hours <= HOURS_MAX:
            raise Wrong("The clock goes forward only, a year at most.")
        if self._advance is None:
            raise Wrong("The clock of this sandbox is the real one.", 409)
        await self._advance(timedelta(hours=hours))
        told = {"now": self._telegram.clock().isoformat()}
        self._telegram.announce({"type": "clock", **told})
        return told


def _seen(chat: Chat, message: Json) -> Json:
    """A message with what stands around it on the screen."""
    message_id = message["message_id"]
    return {
        **message,
        "pinned": message_id in chat.pinned,
        "edited": "edit_date" in message,
        "reactions": reactions_on(chat, message_id),
    }
