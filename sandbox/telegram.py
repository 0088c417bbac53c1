"""A Telegram of our own: answers a bot's calls, and lets people act."""

from __future__ import annotations

import asyncio
import time
from collections import Counter
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, Final, NamedTuple

from sandbox.errors import ConnectionCut, Declined
from sandbox.faults import Fault, Faults, as_declined
from sandbox.limits import FloodControl
from sandbox.methods import COUNTED, METHODS, SLOW_METHODS
from sandbox.params import Params, Upload
from sandbox.people import Forum, Person
from sandbox.queue import UpdateQueue, dump
from sandbox.world import RIGHTS, Bot, Group, Json, Member, Private, User, World

TOKEN: Final = "4839574812:AAFD39kkdpWt3ywyRZergyOLMaJhac60qcs"
FIRST_PERSON_ID: Final = 6_100_000_001  # beyond 32 bits, as those of newer accounts are
FIRST_GROUP_ID: Final = -1002_100_000_001
# Calls that count as many messages as they list.
LISTED: Final = {
    "sendmediagroup": "media",
    "copymessages": "message_ids",
    "forwardmessages": "message_ids",
}
UNAUTHORIZED: Final = Declined(401, "Unauthorized")
NOT_FOUND: Final = Declined(404, "Not Found")


class Answer(NamedTuple):
    status: int
    body: bytes


@dataclass(frozen=True, slots=True)
class Call:
    """One request of a bot, as it came over the wire."""

    method: str
    params: dict[str, Any]
    files: tuple[str, ...] = ()
    ok: bool = True
    answer: str = ""  # the description, when it was declined


def utc_now() -> datetime:
    return datetime.now(UTC)


class Telegram(World):
    """The whole service in memory; `answer` is its door for bots."""

    def __init__(
        self,
        clock: Callable[[], datetime] = utc_now,
        *,
        token: str = TOKEN,
        username: str = "daiko_bot",
        enforce_limits: bool = False,
        record_calls: bool = True,
    ) -> None:
        super().__init__(clock)
        self.calls: list[Call] = []
        self.counts: Counter[str] = Counter()
        self.trace: list[tuple[int, str, int, float]] | None = None
        self.faults = Faults()
        self.people: dict[int, Person] = {}
        self.flood = FloodControl(time.monotonic)
        self.enforce_limits = enforce_limits
        self.record_calls = record_calls
        self.bot = self.add_bot(token, username)

    # -- what tests and the demo arrange ------------------------------------------------------

    def add_bot(self, token: str, username: str, name: str = "Daiko") -> Bot:
        user = User(int(token.partition(":")[0]), name, username, is_bot=True)
        bot = Bot(user, token, UpdateQueue())
        self.users[user.id] = user
        self.bots[token] = bot
        return bot

    def person(
        self,
        name: str,
        *,
        user_id: int | None = None,
        username: str | None = None,
        language_code: str | None = "en",
    ) -> Person:
        """Somebody with an account; the chat with the bot opens with `start`."""
        if user_id is None:
            user_id = FIRST_PERSON_ID + len(self.people)
        user = User(user_id, name, username, language_code)
        self.users[user_id] = user
        self.people[user_id] = person = Person(self, user)
        return person

    def forum(
        self,
        title: str,
        *,
        creator: Person,
        members: Iterable[Person] = (),
        chat_id: int | None = None,
        bot_rights: Iterable[str] | None = RIGHTS,
    ) -> Forum:
        """A supergroup with topics; the bot is there with its rights, or not at all (None)."""
        group = Group(chat_id or FIRST_GROUP_ID - len(self.groups), title=title)
        group.members[creator.id] = Member(creator.user, "creator")
        for person in members:
            group.members[person.id] = Member(person.user)
        if bot_rights is not None:
            rights = frozenset(bot_rights)
            status = "administrator" if rights else "member"
            group.members[self.bot.user.id] = Member(self.bot.user, status, rights)
        self.groups[group.id] = group
        return Forum(self, group)

    def basic_group(self, title: str, *, creator: Person) -> Forum:
        """A group as they begin: without topics, and with another kind of number."""
        group = Group(-4_100_000_001 - len(self.groups), title=title, forum=False, kind="group")
        group.members[creator.id] = Member(creator.user, "creator")
        group.members[self.bot.user.id] = Member(self.bot.user)
        self.groups[group.id] = group
        return Forum(self, group)

    def upgrade(self, old: Forum) -> Forum:
        """A basic group becomes a forum; the old number is good for nothing any more."""
        creator = next(m.user for m in old.group.members.values() if m.status == "creator")
        new = Group(FIRST_GROUP_ID - len(self.groups), title=old.group.title)
        new.members.update(old.group.members)
        self.groups[new.id] = new
        self.write(old.group, creator, {"migrate_to_chat_id": new.id})
        old.group.migrated_to = new.id
        self.write(new, creator, {"migrate_from_chat_id": old.id})
        return Forum(self, new)

    def forum_at(self, chat_id: int) -> Forum:
        return Forum(self, self.groups[chat_id])

    def fail(
        self,
        method: str,
        *,
        times: int = 1,
        chat: int | Person | Forum | None = None,
        error: str | Declined | None = None,
        http_status: int | None = None,
        lose_answer: bool = False,
        delay: float = 0.0,
    ) -> None:
        """Let the next calls of a method (`*` for any) go wrong, in one chat or in all."""
        chat_id = chat if chat is None or isinstance(chat, int) else chat.id
        self.faults.add(
            Fault(
                method.lower(), times, chat_id, as_declined(error), http_status, lose_answer, delay
            )
        )

    def calls_of(self, method: str) -> list[Call]:
        return [call for call in self.calls if call.method.lower() == method.lower()]

    def pending_updates(self) -> list[Json]:
        """What waits for the bot, without confirming it."""
        import json

        return [json.loads(update.body) for update in self.bot.updates.waiting]

    # -- the door for bots --------------------------------------------------------------------

    async def answer(
        self,
        token: str,
        method: str,
        values: dict[str, Any],
        files: dict[str, Upload] | None = None,
    ) -> Answer:
        """What Telegram says to a request; `ConnectionCut` when it never arrives."""
        bot = self.bots.get(token)
        if bot is None:
            return _declined(UNAUTHORIZED)
        name = method.lower()
        self.counts[name] += 1
        fault = self.faults.next_for(name, values) if self.faults else None
        if fault is not None:
            if fault.delay:
                await asyncio.sleep(fault.delay)
            if fault.http_status is not None:
                return Answer(fault.http_status, b"<html><body>Bad Gateway</body></html>")
        pressed = self.queries.get(str(values.get("callback_query_id", "")))
        try:
            if fault is not None and fault.error is not None:
                raise fault.error
            result = await self._perform(bot, name, Params(values, files))
        except Declined as no:
            self._record(method, values, files, no)
            answer = _declined(no)
        else:
            self._record(method, values, files)
            body = result if isinstance(result, bytes) else dump(result).encode()
            answer = Answer(200, b'{"ok":true,"result":' + body + b"}")
            if self.trace is not None and name not in SLOW_METHODS:
                chat_id = values.get("chat_id") or (pressed.user.id if pressed else 0)
                self.trace.append((bot.user.id, name, int(chat_id), time.time()))
        if fault is not None and fault.lose_answer:
            raise ConnectionCut
        return answer

    async def _perform(self, bot: Bot, name: str, params: Params) -> Any:
        perform = METHODS.get(name)
        if perform is not None:
            if self.enforce_limits and name in COUNTED:
                self._admit(params, name)
            return perform(self, bot, params)
        slow = SLOW_METHODS.get(name)
        if slow is None:
            raise NOT_FOUND
        return await slow(self, bot, params)

    def _admit(self, params: Params, name: str) -> None:
        if name == "sendchataction":
            return
        listed = params.parsed(LISTED[name], "list") if name in LISTED else None
        self.flood.admit(params.number("chat_id"), len(listed) if isinstance(listed, list) else 1)

    def _record(
        self,
        method: str,
        values: dict[str, Any],
        files: dict[str, Upload] | None,
        no: Declined | None = None,
    ) -> None:
        if self.record_calls:
            description = no.description if no else ""
            self.calls.append(Call(method, values, tuple(files or ()), no is None, description))

    def download(self, token: str, path: str) -> Answer:
        """A file's content, at the path that `getFile` told."""
        if token not in self.bots:
            return _declined(UNAUTHORIZED)
        stored = self.files.at_path(path)
        return _declined(NOT_FOUND) if stored is None else Answer(200, stored.content)

    # -- what people do -----------------------------------------------------------------------

    def private(self, person: User, bot: Bot | None = None) -> Private:
        """A person's chat with a bot; it opens when the person first does something there."""
        bot = bot or self.bot
        chat = bot.privates.get(person.id)
        if chat is None:
            chat = Private(person.id, user=person, bot=bot)
            bot.privates[person.id] = chat
        return chat


def _declined(no: Declined) -> Answer:
    return Answer(no.code, dump(no.as_json()).encode())
