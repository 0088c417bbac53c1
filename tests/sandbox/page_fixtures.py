"""A small agency to look at on the demo page: people, chats, topics, and a bot one plays."""

from __future__ import annotations

import asyncio
import contextlib
import json
import math
import struct
import zlib
from contextlib import AbstractAsyncContextManager
from datetime import UTC, datetime, timedelta
from functools import cache
from pathlib import Path
from typing import Any, Final

from sandbox.server import create_app, serve
from sandbox.telegram import TOKEN, Telegram

Json = dict[str, Any]

PAGE: Final = Path(__file__).parents[2] / "sandbox" / "page"
START: Final = datetime(2026, 11, 23, 9, 41, tzinfo=UTC)  # a Monday
COMMANDS: Final = {
    "new": "Apply for a purchase",
    "orders": "Your orders",
    "deposit": "Your balance and its history",
    "inquiry": "Ask the front desk",
    "settings": "Your time zone",
    "help": "How this works",
}
STAFF_COMMANDS: Final = {
    "estimate": "Price every line",
    "confirm": "What arrived, and the bank's reference",
    "bought": "All lines, or one",
    "ship": "A parcel",
}
GREETING: Final = "Welcome to Daiko, Aki! 👋\nWe buy for you in shops you cannot use yourself."
CARD: Final = """<b>Order #1042</b>
● Applied → ◉ Estimate → ○ Paid → ○ Bought → ○ Arrived → ○ Shipped

Your estimate is ready. Please pay the 1st bill by <b>Mon 30 Nov 2026, 23:59 (UTC)</b>, or the \
order is cancelled.

Canon FD 50mm f/1.4 lens × 1   $62.00
Lens cap 55mm × 2   $8.20
Domestic shipping   $5.00
Our fee   $8.00
<b>Total   $83.20</b>

Payment code: <code>DK-1042-7Q</code>"""
STAFF_CARD: Final = """<b>#1042 · Aki</b>
Canon FD 50mm f/1.4 lens × 1
Lens cap 55mm × 2
Estimate wanted by Wed 25 Nov 2026."""
CLEAN: Final = "The shop says the glass is clear: no fungus, no scratches."


def key(text: str, data: str = "x") -> Json:
    return {"text": text, "callback_data": data}


def keyboard(*rows: list[Json]) -> Json:
    return {"inline_keyboard": list(rows)}


CARD_KEYS: Final = keyboard(
    [key("🟢 Pay 1st bill · $83.20", "pay")],
    [key("Details"), key("Items"), key("Bills")],
    [key("Messages"), key("Cancel order")],
    [
        {"text": "Payment code", "copy_text": {"text": "DK-1042-7Q"}},
        {"text": "The shop", "url": "https://shop.example/lens"},
    ],
)
STAFF_KEYS: Final = keyboard(
    [key("Estimate", "estimate"), key("Reject line")],
    [key("Hold"), key("Cancel order"), key("History")],
)


class Agency:
    """A sandbox with two customers and two of the staff, whose clock a test moves."""

    def __init__(self) -> None:
        self.now = START
        self.telegram = Telegram(lambda: self.now)
        self.aki, self.ben = self.telegram.person("Aki"), self.telegram.person("Ben")
        self.mina, self.ken = self.telegram.person("Mina"), self.telegram.person("Ken")
        self.group = self.telegram.forum("Daiko staff", creator=self.mina, members=[self.ken])

    def served(self, port: int = 0) -> AbstractAsyncContextManager[str]:
        return serve(create_app(self.telegram, PAGE, self.advance), port)

    async def advance(self, step: timedelta) -> None:
        self.now += step

    async def bot(self, method: str, **values: Any) -> Any:
        """A call of the bot, which has to succeed."""
        answer = await self.telegram.answer(TOKEN, method, values)
        told = json.loads(answer.body)
        assert told["ok"], told
        return told["result"]

    async def says(self, chat_id: int, text: str, **values: Any) -> Json:
        told: Json = await self.bot(
            "sendMessage", chat_id=chat_id, text=text, parse_mode="HTML", **values
        )
        return told

    async def says_in(self, topic: int, text: str, **values: Any) -> Json:
        return await self.says(self.group.id, text, message_thread_id=topic, **values)

    async def pins(self, message: Json) -> None:
        """Silently: without the service message that would stand in the chat."""
        chat_id, message_id = message["chat"]["id"], message["message_id"]
        await self.bot("pinChatMessage", chat_id=chat_id, message_id=message_id)
        await self.bot("deleteMessage", chat_id=chat_id, message_id=message_id + 1)

    async def topic(self, name: str, color: int) -> int:
        told = await self.bot(
            "createForumTopic", chat_id=self.group.id, name=name, icon_color=color
        )
        return int(told["message_thread_id"])

    async def answers_press(self, text: str = "", *, alert: bool = False) -> None:
        """Answer the press that waits."""
        (query_id,) = self.telegram.queries
        await self.bot(
            "answerCallbackQuery", callback_query_id=query_id, text=text, show_alert=alert
        )


class Cable:
    """A way to the sandbox that can be cut, as when it is stopped, and mended."""

    def __init__(self, address: str) -> None:
        self._port = int(address.rpartition(":")[2])
        self._ends: set[asyncio.StreamWriter] = set()
        self._is_cut = False

    async def __aenter__(self) -> Cable:
        self._server = await asyncio.start_server(self._connect, "127.0.0.1", 0)
        self.address = f"http://127.0.0.1:{self._server.sockets[0].getsockname()[1]}"
        return self

    async def __aexit__(self, *_trouble: object) -> None:
        self._server.close()
        self.cut()

    def cut(self) -> None:
        self._is_cut = True
        for end in self._ends:
            end.transport.abort()

    def mend(self) -> None:
        self._is_cut = False

    async def _connect(self, page: asyncio.StreamReader, to_page: asyncio.StreamWriter) -> None:
        if self._is_cut:
            to_page.transport.abort()
            return
        sandbox, to_sandbox = await asyncio.open_connection("127.0.0.1", self._port)
        ends = {to_page, to_sandbox}
        self._ends |= ends
        await asyncio.gather(_carry(page, to_sandbox), _carry(sandbox, to_page))
        self._ends -= ends


async def _carry(source: asyncio.StreamReader, target: asyncio.StreamWriter) -> None:
    with contextlib.suppress(ConnectionError):
        while piece := await source.read(65536):
            target.write(piece)
            await target.drain()
    target.close()


async def agency() -> Agency:
    """Orders at several stages, a day and a morning old."""
    here = Agency()
    here.now = START - timedelta(days=1, hours=2)
    await _commands(here)
    await _older_topics(here)
    here.aki.start()
    menu = keyboard(
        [key("🛒 New order"), key("📦 My orders")], [key("💰 Deposit"), key("💬 Inquiry")]
    )
    await here.says(here.aki.id, GREETING, reply_markup=menu)
    await _order(here)
    here.now = START
    return here


async def _commands(here: Agency) -> None:
    for scope, commands in (
        ("all_private_chats", COMMANDS),
        ("all_chat_administrators", STAFF_COMMANDS),
    ):
        told = [{"command": name, "description": words} for name, words in commands.items()]
        await here.bot("setMyCommands", commands=told, scope={"type": scope})


async def _older_topics(here: Agency) -> None:
    await here.says(here.group.id, "Good morning! 3 orders wait for you. /queue shows them.")
    tea = await here.topic("#1031 Aki · tea set", 0x8EEE98)
    here.mina.writes("All parcels were delivered on Friday.", here.group, topic=tea)
    here.mina.closes_topic(here.group, tea)
    inquiry = await here.topic("Inquiry · Ben", 0xCB86DB)
    await here.says_in(inquiry, "Ben: Do you also ship to Norway?")
    shoes = await here.topic("#1039 Ben · shoes", 0x6FB9F0)
    here.ken.writes("/bought 1=74.00", here.group, topic=shoes)
    await here.says_in(shoes, "Bought: line 1 at $74.00. Now waiting for its arrival.")


async def _order(here: Agency) -> None:
    """A lens: a question with a photo, its answer, the estimate."""
    here.now = START - timedelta(minutes=50)
    topic = await here.topic("#1042 Aki · lens", 0xFFD67E)
    card = await here.says_in(topic, STAFF_CARD, reply_markup=STAFF_KEYS)
    await here.pins(card)
    here.now = START - timedelta(minutes=34)
    asked = here.aki.sends_photo(caption="This lens please. Is the glass clean?", content=lens())
    relayed = await here.bot(
        "sendPhoto",
        chat_id=here.group.id,
        message_thread_id=topic,
        photo=asked["photo"][-1]["file_id"],
        caption="Aki: This lens please. Is the glass clean?",
    )
    here.now = START - timedelta(minutes=22)
    here.ken.writes("// asked the shop, waiting", here.group, topic=topic)
    answer = here.mina.writes(CLEAN, here.group, topic=topic, reply_to=relayed)
    await _delivered(here, answer)
    here.now = START - timedelta(minutes=21)
    await here.says(
        here.aki.id,
        f"<b>#1042 · The agency writes:</b>\n{CLEAN}",
        reply_parameters={"message_id": asked["message_id"]},
    )
    await _estimated(here, topic)


async def _delivered(here: Agency, message: Json) -> None:
    await here.bot(
        "setMessageReaction",
        chat_id=here.group.id,
        message_id=message["message_id"],
        reaction=[{"type": "emoji", "emoji": "👍"}],
    )


async def _estimated(here: Agency, topic: int) -> None:
    here.now = START - timedelta(minutes=5)
    here.mina.writes("/estimate 1=62.00 2=4.10 shipping=5 fee=8", here.group, topic=topic)
    until = "Aki has until Mon 30 Nov 2026, 23:59 (UTC) to pay."
    await here.says_in(topic, f"Estimate issued: <b>$83.20</b>. {until}")
    here.now = START - timedelta(minutes=4)
    await here.pins(await here.says(here.aki.id, CARD, reply_markup=CARD_KEYS))


@cache
def lens(width: int = 320, height: int = 240) -> bytes:
    """A picture with something on it: a lens, seen from the front, as PNG."""
    rows = b"".join(
        b"\0" + b"".join(_glass(x - width / 2, y - height / 2) for x in range(width))
        for y in range(height)
    )
    header = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    parts = _chunk(b"IHDR", header), _chunk(b"IDAT", zlib.compress(rows)), _chunk(b"IEND", b"")
    return b"\x89PNG\r\n\x1a\n" + b"".join(parts)


def _chunk(kind: bytes, data: bytes) -> bytes:
    check = struct.pack(">I", zlib.crc32(kind + data))
    return struct.pack(">I", len(data)) + kind + data + check


def _glass(x: float, y: float) -> bytes:
    radius = math.hypot(x, y)
    if math.hypot(x + 24, y + 26) < 15:
        return bytes((196, 204, 240))
    if radius < 66:
        light = 1 - radius / 66
        return bytes((int(20 + 90 * light), int(24 + 100 * light), int(60 + 160 * light)))
    if radius < 94:
        return b"\x1c\x1c\x20" if radius < 70 or radius > 86 else b"\x30\x30\x36"
    shade = int(24 * (y + 120) / 240)
    return bytes((222 - shade, 208 - shade, 184 - shade))
