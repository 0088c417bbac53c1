"""What the demo's page asks for, and what it is told."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import aiohttp
import pytest
from telegram import Bot, BotCommandScopeAllPrivateChats, BotCommandScopeChat

from sandbox.files import picture
from sandbox.people import Forum, Person
from sandbox.server import create_app, serve
from sandbox.telegram import Telegram
from tests.sandbox.conftest import Clock, Door, keyboard


class Page(Door):
    """A browser's side: asks, and listens to the stream."""

    def __init__(self, session: aiohttp.ClientSession) -> None:
        super().__init__(session)
        self.events: list[dict[str, Any]] = []
        self.news = asyncio.Event()

    async def does(self, what: str, **body: Any) -> tuple[int, Any]:
        status, answer = await self.ask("POST", f"/demo/{what}", json=body)
        return status, json.loads(answer)

    async def listen(self) -> None:
        async with self.session.get("/demo/events") as stream:
            async for line in stream.content:
                if line.startswith(b"data: "):
                    self.events.append(json.loads(line[6:]))
                self.news.set()

    async def heard(self, kind: str, count: int = 1) -> dict[str, Any]:
        """So many of a kind, the last of them; they come beside the answers."""
        async with asyncio.timeout(5):
            while len(found := [one for one in self.events if one["type"] == kind]) < count:
                self.news.clear()
                await self.news.wait()
        return found[count - 1]


@pytest.fixture
async def page(telegram: Telegram, clock: Clock, tmp_path: Path) -> AsyncIterator[Page]:
    (tmp_path / "index.html").write_text("<title>Daiko</title>")

    async def advance(span: timedelta) -> None:
        clock.now += span

    async with (
        serve(create_app(telegram, tmp_path, advance)) as address,
        aiohttp.ClientSession(address) as session,
    ):
        page = Page(session)
        listening = asyncio.ensure_future(page.listen())
        await page.news.wait()  # the stream greets whoever comes
        yield page
        listening.cancel()
        await asyncio.gather(listening, return_exceptions=True)


async def test_the_world_is_told_whole(
    page: Page, bot: Bot, aki: Person, mina: Person, group: Forum
) -> None:
    topic = await bot.create_forum_topic(
        group.id, "#12 Aki", icon_custom_emoji_id="5431492767249342908"
    )
    card = await bot.send_message(group.id, "card", message_thread_id=topic.message_thread_id)
    await bot.pin_chat_message(group.id, card.message_id)
    aki.reacts(aki.sees[0], "👍")
    world = await page.get("/demo/world")
    assert world["now"] == "2026-11-02T09:00:00+00:00"
    assert world["bot"]["username"] == "daiko_bot"
    assert [(one["name"], one["role"], one["chat_id"]) for one in world["people"]] == [
        ("Aki", "customer", aki.id),
        ("Mina", "staff", group.id),
    ]
    private, staff = world["chats"]
    assert (private["id"], private["type"], private["title"]) == (aki.id, "private", "Aki")
    assert private["messages"][0]["reactions"] == ["👍"]
    assert staff["topics"] == [
        {
            "id": topic.message_thread_id,
            "name": "#12 Aki",
            "closed": False,
            "icon_color": 7322096,
            "icon": "🛒",
        }
    ]
    assert [message["pinned"] for message in staff["messages"]] == [False, True, False]


async def test_a_customer_writes_and_hears_the_bot(page: Page, bot: Bot, aki: Person) -> None:
    status, told = await page.does("send", user_id=aki.id, chat_id=aki.id, text="/help")
    assert (status, told["message"]["text"]) == (200, "/help")
    (update,) = await bot.get_updates()
    assert update.message is not None
    assert update.message.text == "/help"
    event = await page.heard("message")
    assert event["chat_id"] == aki.id
    assert event["message"]["edited"] is False
    await bot.send_chat_action(aki.id, "typing")
    assert await page.heard("typing") == {
        "type": "typing",
        "chat_id": aki.id,
        "thread_id": None,
    }


async def test_a_press_leads_to_a_toast_and_an_edit(page: Page, bot: Bot, aki: Person) -> None:
    card = await bot.send_message(aki.id, "card", reply_markup=keyboard("Pay"))
    press = {"user_id": aki.id, "chat_id": aki.id, "message_id": card.message_id, "data": "Pay"}
    assert (await page.does("press", **press))[0] == 200
    (update,) = await bot.get_updates()
    assert update.callback_query is not None
    await update.callback_query.answer("Paid", show_alert=True)
    await update.callback_query.edit_message_text("paid card")
    assert await page.heard("toast") == {
        "type": "toast",
        "user_id": aki.id,
        "text": "Paid",
        "alert": True,
    }
    edited = await page.heard("edited")
    assert (edited["message"]["text"], edited["message"]["edited"]) == ("paid card", True)


async def test_a_photo_is_uploaded_and_seen_again(page: Page, bot: Bot, aki: Person) -> None:
    form = aiohttp.FormData({"user_id": str(aki.id), "chat_id": str(aki.id), "caption": "receipt"})
    form.add_field("file", picture(200, 100), filename="r.png", content_type="image/png")
    _, answer = await page.ask("POST", "/demo/files", data=form)
    (message,) = json.loads(answer)["messages"]
    assert message["caption"] == "receipt"
    address = f"/demo/file/{message['photo'][-1]['file_id']}"
    assert await page.ask("GET", address) == (200, picture(200, 100))
    assert (await page.ask("GET", "/demo/file/nothing"))[0] == 404


async def test_several_pictures_are_an_album_and_other_files_stand_beside_it(
    page: Page, aki: Person
) -> None:
    form = aiohttp.FormData({"user_id": str(aki.id), "chat_id": str(aki.id), "caption": "all"})
    for name, kind, content in (
        ("a.png", "image/png", picture(20, 10)),
        ("b.png", "image/png", picture(10, 20)),
        ("list.txt", "text/plain", b"1 teapot"),
        ("broken.png", "image/png", b"no picture"),
    ):
        form.add_field("file", content, filename=name, content_type=kind)
    status, _ = await page.ask("POST", "/demo/files", data=form)
    assert status == 200
    first, second, listed, broken = aki.sees[1:]
    assert first["media_group_id"] == second["media_group_id"]
    assert (first["caption"], second.get("caption")) == ("all", None)
    assert listed["media_group_id"] == broken["media_group_id"] != first["media_group_id"]
    names = [message["document"]["file_name"] for message in (listed, broken)]
    assert names == ["list.txt", "broken.png"]


async def test_a_recording_a_sticker_a_place_and_a_poll_are_sent(page: Page, aki: Person) -> None:
    who = {"user_id": aki.id, "chat_id": aki.id}
    form = aiohttp.FormData({name: str(value) for name, value in who.items()} | {"kind": "voice"})
    form.add_field("file", b"RIFF", filename="voice.wav", content_type="audio/wav")
    await page.ask("POST", "/demo/files", data=form)
    await page.does("send", **who, sticker="🎉")
    await page.does("send", **who, latitude=52.5, longitude="13.4")
    await page.does("send", **who, poll="Shall we?")
    voice, sticker, place, poll = aki.sees[1:]
    assert voice["voice"]["duration"] == 1
    assert sticker["sticker"]["emoji"] == "🎉"
    assert place["location"] == {"latitude": 52.5, "longitude": 13.4}
    assert poll["poll"]["question"] == "Shall we?"
    nothing = aiohttp.FormData({name: str(value) for name, value in who.items()})
    nothing.add_field("file", "words", filename=None)
    assert (await page.ask("POST", "/demo/files", data=nothing))[0] == 400


async def test_commands_are_told_by_language_and_by_group(
    page: Page, telegram: Telegram, bot: Bot, aki: Person, mina: Person, group: Forum
) -> None:
    telegram.forum("Osaka staff", creator=telegram.person("Yui"))
    private = BotCommandScopeAllPrivateChats()
    await bot.set_my_commands([("new", "start a new order")], private)
    await bot.set_my_commands([("new", "新しい注文")], private, language_code="ja")
    await bot.set_my_commands([("queue", "what waits")], BotCommandScopeChat(group.id))
    world = await page.get("/demo/world")
    said = {tag: told[0]["description"] for tag, told in world["commands"].items()}
    assert said == {"": "start a new order", "ja": "新しい注文"}
    assert [len(told) for told in world["staff_commands"].values()] == [1, 0]
    status, told = await page.does("person", name="さくら", language="ja")
    assert (status, told["person"]["language"], told["person"]["groups"]) == (200, "ja", [])
    assert [one["groups"] for one in world["people"]] == [[], [group.id], [group.id - 1]]


async def test_edits_and_reactions_reach_bot_and_page(page: Page, bot: Bot, aki: Person) -> None:
    said = aki.writes("one")
    where = {"user_id": aki.id, "chat_id": aki.id, "message_id": said["message_id"]}
    assert (await page.does("edit", **where, text="two"))[0] == 200
    assert (await page.does("react", **where, emoji="🔥"))[0] == 200
    assert said["text"] == "two"
    event = await page.heard("reaction")
    assert event["reactions"] == ["🔥"]


async def test_topics_are_closed_reopened_and_deleted(
    page: Page, bot: Bot, mina: Person, group: Forum
) -> None:
    topic = await bot.create_forum_topic(group.id, "#12")
    where = {"user_id": mina.id, "chat_id": group.id, "thread_id": topic.message_thread_id}
    for act, closed in (("close", True), ("reopen", False)):
        assert (await page.does("topic", **where, do=act))[0] == 200
        assert group.topic("#12").closed is closed
    assert (await page.does("topic", **where, do="delete"))[0] == 200
    assert group.topics == []
    gone = await page.heard("topic", count=4)
    assert gone["topic"]["deleted"] is True
    assert await page.heard("deleted") == {
        "type": "deleted",
        "chat_id": group.id,
        "message_id": topic.message_thread_id,
    }


async def test_people_are_added_and_block_the_bot(
    page: Page, telegram: Telegram, bot: Bot
) -> None:
    status, told = await page.does("person", name="Bo")
    bo = telegram.people[told["person"]["id"]]
    assert (status, told["person"]["role"]) == (200, "customer")
    assert (await page.heard("person"))["person"]["name"] == "Bo"
    bo.start()
    await page.does("block", user_id=bo.id, blocked=True)
    assert bo.chat.blocked
    status, told = await page.does("send", user_id=bo.id, chat_id=bo.id, text="hi")
    assert (status, told) == (409, {"error": "You blocked the bot"})


async def test_the_clock_goes_forward_only(page: Page, clock: Clock) -> None:
    assert await page.does("clock", hours=24) == (200, {"now": "2026-11-03T09:00:00+00:00"})
    assert (await page.heard("clock"))["now"] == "2026-11-03T09:00:00+00:00"
    assert (await page.does("clock", hours=-1))[0] == 400
    assert (await page.does("clock", hours="soon"))[0] == 400
    assert clock.now.day == 3


@pytest.mark.parametrize(
    ("what", "body", "status"),
    [
        ("send", {}, 400),
        ("send", {"user_id": 1, "chat_id": 1, "text": "x"}, 404),
        ("send", {"user_id": "AKI", "chat_id": "AKI", "text": 5}, 400),
        ("send", {"user_id": "AKI", "chat_id": "AKI", "text": "  "}, 409),
        ("send", {"user_id": "AKI", "chat_id": "MINA", "text": "x"}, 409),
        ("send", {"user_id": "AKI", "chat_id": "GROUP", "text": "x"}, 409),
        ("send", {"user_id": "MINA", "chat_id": "GROUP", "text": "x", "thread_id": 99}, 404),
        ("press", {"user_id": "AKI", "chat_id": "AKI", "message_id": 99, "data": "x"}, 409),
        ("edit", {"user_id": "AKI", "chat_id": "AKI", "message_id": 99, "text": "x"}, 409),
        ("react", {"user_id": "AKI", "chat_id": "AKI", "message_id": 1, "emoji": "🧿"}, 409),
        ("topic", {"user_id": "MINA", "chat_id": "GROUP", "thread_id": 99, "do": "close"}, 404),
        ("person", {"name": " "}, 400),
        ("person", {"name": "Bo", "language": "../.."}, 400),
        ("send", {"user_id": "AKI", "chat_id": "AKI", "latitude": "north"}, 400),
    ],
)
async def test_what_cannot_be_done_is_told_as_an_error(
    page: Page,
    aki: Person,
    mina: Person,
    group: Forum,
    what: str,
    body: dict[str, Any],
    status: int,
) -> None:
    ids = {"AKI": aki.id, "MINA": mina.id, "GROUP": group.id}
    told = {k: ids.get(v, v) if isinstance(v, str) else v for k, v in body.items()}
    answered, error = await page.does(what, **told)
    assert answered == status
    assert isinstance(error["error"], str)
    assert aki.sees == [aki.sees[0]]


async def test_the_page_and_its_files_are_served(page: Page) -> None:
    for path in ("/", "/index.html", "/static/index.html"):
        assert await page.ask("GET", path) == (200, b"<title>Daiko</title>")
    assert (await page.ask("GET", "/../conftest.py"))[0] == 404


async def test_a_page_that_comes_early_waits_until_the_world_is_there(
    telegram: Telegram,
) -> None:
    begun = asyncio.Event()
    async with (
        serve(create_app(telegram, begun=begun)) as address,
        aiohttp.ClientSession(address) as session,
    ):
        coming = asyncio.ensure_future(session.get("/demo/events"))
        done, _ = await asyncio.wait([coming], timeout=0.05)
        assert not done
        begun.set()
        async with await coming as stream:
            assert await stream.content.readline() == b": here you are\n"


async def test_without_a_way_to_move_it_the_clock_stands(telegram: Telegram) -> None:
    async with (
        serve(create_app(telegram)) as address,
        aiohttp.ClientSession(address) as session,
    ):
        status, told = await Page(session).does("clock", hours=1)
        assert (status, told) == (409, {"error": "The clock of this sandbox is the real one."})
