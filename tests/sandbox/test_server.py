"""The same over real HTTP: ways to ask, files, lost connections, long polls, a process."""

from __future__ import annotations

import asyncio
import io
import json
import sys
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import aiohttp
import pytest
from telegram import Bot, InputMediaPhoto
from telegram.error import BadRequest, Conflict, InvalidToken, NetworkError

from sandbox.files import picture
from sandbox.people import Forum, Person
from sandbox.server import create_app, serve
from sandbox.telegram import TOKEN, Telegram
from tests.sandbox.conftest import Door, keyboard

ROOT = Path(__file__).parents[2]


@pytest.fixture
async def address(telegram: Telegram) -> AsyncIterator[str]:
    async with serve(create_app(telegram)) as address:
        yield address


@pytest.fixture
async def door(address: str) -> AsyncIterator[Door]:
    async with aiohttp.ClientSession(address) as session:
        yield Door(session)


@pytest.fixture
async def far_bot(address: str) -> AsyncIterator[Bot]:
    """A bot with its standard HTTP client."""
    async with Bot(TOKEN, f"{address}/bot", f"{address}/file/bot") as bot:
        yield bot


async def test_a_bot_talks_over_http_as_it_does_in_process(far_bot: Bot, aki: Person) -> None:
    sent = await far_bot.send_message(
        aki.id, "<b>Hi</b> 😀", parse_mode="HTML", reply_markup=keyboard("Pay")
    )
    assert aki.last["text"] == "Hi 😀"
    aki.presses("Pay")
    (update,) = await far_bot.get_updates(timeout=5)
    assert update.callback_query is not None
    await update.callback_query.answer("ok")
    await far_bot.edit_message_text("two", aki.id, sent.message_id)
    assert (aki.toasts, aki.last["text"]) == ([("ok", False)], "two")


async def test_files_go_up_and_come_down(far_bot: Bot, aki: Person) -> None:
    content = picture(300, 200)
    sent = await far_bot.send_photo(aki.id, content, caption="ümläut")
    file = await far_bot.get_file(sent.photo[-1].file_id)
    assert bytes(await file.download_as_bytearray()) == content
    document = await far_bot.send_document(aki.id, b"1\r\n2", filename="списoк.txt")
    assert document.document is not None
    assert document.document.file_name == "списoк.txt"
    album = await far_bot.send_media_group(
        aki.id, [InputMediaPhoto(content), InputMediaPhoto(content, caption="two")]
    )
    assert [message.caption for message in album] == [None, "two"]
    with pytest.raises(InvalidToken):
        await far_bot.request.retrieve(f"{far_bot.base_file_url}/photos/never.jpg")


async def test_errors_come_with_their_status(far_bot: Bot, aki: Person) -> None:
    with pytest.raises(BadRequest, match="Chat not found"):
        await far_bot.send_message(5, "x")
    with pytest.raises(BadRequest, match="unsupported start tag"):
        await far_bot.send_message(aki.id, "<p>", parse_mode="HTML")


async def test_a_lost_answer_is_a_closed_connection(
    telegram: Telegram, far_bot: Bot, aki: Person
) -> None:
    telegram.fail("sendMessage", lose_answer=True)
    with pytest.raises(NetworkError, match="Server disconnected without sending a response"):
        await far_bot.send_message(aki.id, "hi")
    assert aki.last["text"] == "hi"
    await far_bot.send_message(aki.id, "again")


async def test_two_who_poll_at_once_conflict(
    telegram: Telegram, far_bot: Bot, door: Door, aki: Person
) -> None:
    first = asyncio.ensure_future(far_bot.get_updates(timeout=10))
    async with asyncio.timeout(5):
        while not telegram.counts["getupdates"]:  # noqa: ASYNC110 - the sandbox tells nobody
            await asyncio.sleep(0.01)
    second = asyncio.ensure_future(door.get(f"/bot{TOKEN}/getUpdates?timeout=10"))
    with pytest.raises(Conflict):
        await first
    aki.writes("hello")
    assert len((await second)["result"]) == 1


async def test_who_leaves_a_long_poll_is_forgotten(
    telegram: Telegram, door: Door, aki: Person
) -> None:
    with pytest.raises(TimeoutError):
        await door.ask(
            "GET",
            f"/bot{TOKEN}/getUpdates?timeout=30",
            timeout=aiohttp.ClientTimeout(total=0.1),
        )
    await asyncio.sleep(0.05)
    assert telegram.bot.updates._poll is None
    aki.writes("hello")
    assert telegram.bot.updates.waiting[0].handed_at is None, "nobody took it"


FORMS: list[dict[str, Any]] = [
    {"json": {"chat_id": 0, "text": "a&b=ü", "disable_notification": True}},
    {"data": {"chat_id": "0", "text": "a&b=ü", "disable_notification": "true"}},
    {"params": {"chat_id": "0", "text": "a&b=ü"}},
    {"json": {"chat_id": "0", "text": "a&b=ü", "entities": "[]"}},
]


@pytest.mark.parametrize("form", FORMS, ids=["json", "form", "query", "json of strings"])
@pytest.mark.parametrize("verb", ["GET", "POST"])
async def test_parameters_are_read_wherever_they_stand(
    door: Door, aki: Person, form: dict[str, Any], verb: str
) -> None:
    asked = {
        kind: {**values, "chat_id": type(values["chat_id"])(aki.id)}
        for kind, values in form.items()
    }
    status, body = await door.ask(verb, f"/bot{TOKEN}/sendMessage", **asked)
    assert (status, json.loads(body)["result"]["text"]) == (200, "a&b=ü")


async def test_a_multipart_form_without_a_file_is_read(door: Door, aki: Person) -> None:
    form = aiohttp.FormData(default_to_multipart=True)
    form.add_field("chat_id", str(aki.id))
    form.add_field("text", "ü")
    _, body = await door.ask("POST", f"/bot{TOKEN}/sendMessage", data=form)
    assert json.loads(body)["result"]["text"] == "ü"


@pytest.mark.parametrize(
    ("path", "status", "description"),
    [
        ("bot1:wrong/getMe", 401, "Unauthorized"),
        ("bot/getMe", 401, "Unauthorized"),
        (f"bot{TOKEN}/sendTeapot", 404, "Not Found"),
        (f"bot{TOKEN}/", 404, "Not Found"),
        (f"bot{TOKEN}/sendMessage", 400, "Bad Request: message text is empty"),
        (f"file/bot{TOKEN}/photos/never.jpg", 404, "Not Found"),
        ("file/bot1:wrong/photos/file_1.jpg", 401, "Unauthorized"),
    ],
)
async def test_errors_are_json(door: Door, path: str, status: int, description: str) -> None:
    answered, body = await door.ask("POST", f"/{path}")
    assert answered == status
    assert json.loads(body) == {"ok": False, "error_code": status, "description": description}


@pytest.mark.parametrize("body", [b"{", b"[]", b"\xff"])
async def test_a_body_that_is_not_json_is_refused(door: Door, body: bytes) -> None:
    headers = {"Content-Type": "application/json"}
    status, _ = await door.ask("POST", f"/bot{TOKEN}/getMe", data=body, headers=headers)
    assert status == 400


async def test_a_file_that_is_too_large_is_refused(door: Door, aki: Person) -> None:
    form = aiohttp.FormData({"chat_id": str(aki.id)})
    large = io.BytesIO(bytes(50 * 1024 * 1024 + 1))
    form.add_field("document", large, filename="large.bin")
    status, _ = await door.ask("POST", f"/bot{TOKEN}/sendDocument", data=form)
    assert status == 413
    assert len(aki.sees) == 1


async def test_several_bots_have_queues_of_their_own(
    telegram: Telegram, door: Door, group: Forum, mina: Person
) -> None:
    other = telegram.add_bot("77:other", "other_bot")
    telegram.person("Bo").start(bot=other)
    mina.writes("only who is in the group hears this", group)
    (update,) = (await door.get(f"/bot{other.token}/getUpdates"))["result"]
    assert update["message"]["text"] == "/start"
    assert len(telegram.bot.updates.waiting) == 1


async def test_it_runs_as_a_program_and_tells_its_port() -> None:
    program = await asyncio.create_subprocess_exec(
        sys.executable,
        *("-m", "sandbox.server", "--port", "0", "--users", "3", "--enforce-limits"),
        cwd=ROOT,
        stdout=asyncio.subprocess.PIPE,
    )
    try:
        assert program.stdout is not None
        port = int(await asyncio.wait_for(program.stdout.readline(), 30))
        async with aiohttp.ClientSession(f"http://127.0.0.1:{port}") as session:
            door = Door(session)
            world = await door.get("/demo/world")
            customers = [one for one in world["people"] if one["role"] == "customer"]
            assert len(customers) == 3
            to = {"chat_id": customers[0]["id"], "text": "hi"}
            assert (await door.post(f"/bot{TOKEN}/sendMessage", to))["ok"]
            second = await door.post(f"/bot{TOKEN}/sendMessage", to)
            assert second["error_code"] == 429
            assert second["parameters"] == {"retry_after": 1}
    finally:
        program.terminate()
        await program.wait()


async def test_a_server_that_ends_takes_leave_of_open_pages_without_an_error(
    telegram: Telegram, caplog: pytest.LogCaptureFixture
) -> None:
    async with (
        aiohttp.ClientSession() as session,
        serve(create_app(telegram)) as address,
    ):
        page = await session.get(f"{address}/demo/events")
        assert await page.content.readline() == b": here you are\n"
    assert [record.getMessage() for record in caplog.records] == []
