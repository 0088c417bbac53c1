"""HTTP to Telegram: whole, patient as long as asked, and silent about the address."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator

import pytest
from telegram import Bot, InputFile, InputMediaPhoto
from telegram.error import BadRequest, Forbidden, NetworkError, RetryAfter, TimedOut

from bot.request import AiohttpRequest, Api, Upload
from sandbox.files import picture
from sandbox.people import Person
from sandbox.server import create_app, serve
from sandbox.telegram import TOKEN, Telegram
from tests.bot.conftest import until


@pytest.fixture
async def address(telegram: Telegram) -> AsyncIterator[str]:
    async with serve(create_app(telegram)) as address:
        yield address


@pytest.fixture
async def request_() -> AsyncIterator[AiohttpRequest]:
    request = AiohttpRequest(read_seconds=5)
    await request.initialize()
    yield request
    await request.shutdown()


@pytest.fixture
def api(address: str, request_: AiohttpRequest) -> Api:
    return Api(f"{address}/bot{TOKEN}", request_)


async def test_values_arrive_as_they_are(api: Api, aki: Person) -> None:
    aki.start()
    keys = {"inline_keyboard": [[{"text": "é 😀", "callback_data": "a:1"}]]}
    sent = await api.call(
        "sendMessage", chat_id=aki.id, text="茶 & <b>", reply_markup=keys, parse_mode=None
    )
    assert sent["text"] == "茶 & <b>"
    assert aki.last["reply_markup"] == keys


async def test_a_file_goes_up(api: Api, aki: Person) -> None:
    aki.start()
    upload = Upload("year 2026 – 茶.csv", b"date,amount\n", "text/csv")
    await api.call("sendDocument", chat_id=aki.id, document=upload, caption="Here")
    assert aki.last["document"]["file_name"] == "year 2026 – 茶.csv"
    assert aki.last["document"]["file_size"] == 12
    assert aki.last["caption"] == "Here"


async def test_the_library_sends_and_fetches_through_it(
    address: str, request_: AiohttpRequest, aki: Person
) -> None:
    aki.start()
    bot = Bot(
        TOKEN,
        base_url=f"{address}/bot",
        base_file_url=f"{address}/file/bot",
        request=request_,
        get_updates_request=AiohttpRequest(),
    )
    async with bot:
        photos = [InputMediaPhoto(picture()), InputMediaPhoto(picture(rgb=(1, 2, 3)))]
        assert len(await bot.send_media_group(aki.id, photos)) == 2
        sent = await bot.send_document(aki.id, InputFile(b"hello", filename="a.txt"))
        assert sent.document is not None
        file = await bot.get_file(sent.document.file_id)
        assert bytes(await file.download_as_bytearray()) == b"hello"


async def test_refusals_are_the_librarys_errors(api: Api, aki: Person, telegram: Telegram) -> None:
    aki.start()
    with pytest.raises(BadRequest, match="Chat not found"):
        await api.call("sendMessage", chat_id=1, text="x")
    telegram.fail("sendMessage", error="Too Many Requests: retry after 7")
    with pytest.raises(RetryAfter):
        await api.call("sendMessage", chat_id=aki.id, text="x")
    aki.blocks()
    with pytest.raises(Forbidden, match="blocked by the user"):
        await api.call("sendMessage", chat_id=aki.id, text="x")


async def test_what_takes_too_long_times_out(api: Api, aki: Person, telegram: Telegram) -> None:
    aki.start()
    telegram.fail("sendMessage", delay=2.0)
    with pytest.raises(TimedOut):
        await api.call("sendMessage", chat_id=aki.id, text="x", read_timeout=0.1)


async def test_a_long_poll_is_waited_for(api: Api, aki: Person) -> None:
    polling = asyncio.create_task(api.call("getUpdates", timeout=3, read_timeout=13))
    await asyncio.sleep(0.05)
    aki.start()
    assert len(await polling) == 1


async def test_no_error_names_the_address(telegram: Telegram, aki: Person) -> None:
    request = AiohttpRequest(read_seconds=0.2, connect_seconds=0.2)
    await request.initialize()
    aki.start()
    async with serve(create_app(telegram)) as address:
        api = Api(f"{address}/bot{TOKEN}", request)
        telegram.fail("sendMessage", lose_answer=True)
        telegram.fail("sendMessage", http_status=500)
        telegram.fail("sendMessage", delay=1.0)
        errors = [await failing(api, aki) for _ in range(3)]
    errors.append(await failing(api, aki))  # nobody listens any more
    errors.append(await failing(Api(f"nonsense://{TOKEN}", request), aki))
    for error in errors:
        chain: BaseException | None = error
        while chain is not None:
            assert TOKEN not in repr(chain)
            assert TOKEN not in str(chain)
            chain = chain.__cause__
    await request.shutdown()


async def failing(api: Api, person: Person) -> NetworkError:
    with pytest.raises(NetworkError) as caught:
        await api.call("sendMessage", chat_id=person.id, text="x")
    return caught.value


async def test_connections_are_kept(api: Api, aki: Person, telegram: Telegram) -> None:
    aki.start()
    await asyncio.gather(
        *(api.call("sendMessage", chat_id=aki.id, text=str(n)) for n in range(200))
    )
    await until(lambda: len(telegram.calls_of("sendMessage")) == 200)
