"""A small agency to look at: a world as the sandbox tells it, and a stand-in that serves the page."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, Final

import uvicorn
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, Response, StreamingResponse
from starlette.routing import Mount, Route
from starlette.staticfiles import StaticFiles

Json = dict[str, Any]

PAGE: Final = Path(__file__).parents[2] / "sandbox" / "page"
START: Final = datetime(2026, 11, 23, 9, 41, tzinfo=UTC)
GROUP: Final = -1001777000111
AKI, BEN, MINA, KEN, BOT = 501, 502, 601, 602, 7000
LENS_TOPIC, SHOES_TOPIC, TEA_TOPIC, INQUIRY_TOPIC = 12, 40, 61, 80

USERS: Final[dict[int, Json]] = {
    BOT: {"id": BOT, "is_bot": True, "first_name": "Daiko", "username": "daiko_demo_bot"},
    AKI: {"id": AKI, "is_bot": False, "first_name": "Aki"},
    BEN: {"id": BEN, "is_bot": False, "first_name": "Ben"},
    MINA: {"id": MINA, "is_bot": False, "first_name": "Mina"},
    KEN: {"id": KEN, "is_bot": False, "first_name": "Ken"},
}
COMMANDS: Final = [
    {"command": "new", "description": "Apply for a purchase"},
    {"command": "orders", "description": "Your orders"},
    {"command": "deposit", "description": "Your balance and its history"},
    {"command": "inquiry", "description": "Ask the front desk"},
    {"command": "settings", "description": "Time zone"},
    {"command": "help", "description": "How this works"},
]
CARD: Final = """Order #1042
● Applied → ● Estimate → ◉ Paid → ○ Bought → ○ Arrived → ○ Shipped

Your estimate is ready. Please pay the 1st bill by Mon 30 Nov 2026, 23:59 (UTC), or the order \
is cancelled.

Canon FD 50mm f/1.4 lens × 1   $62.00
Lens cap 55mm × 2   $8.20
Domestic shipping   $5.00
Our fee   $8.00
Total   $83.20

Payment code: DK-1042-7Q"""
LENS: Final = """<svg xmlns="http://www.w3.org/2000/svg" width="960" height="720">
<defs><radialGradient id="g"><stop offset="0" stop-color="#6f7fd8"/><stop offset=".35"
stop-color="#27306a"/><stop offset=".8" stop-color="#0b0d1d"/><stop offset="1"
stop-color="#000"/></radialGradient><linearGradient id="t" x1="0" y1="0" x2="0" y2="1">
<stop offset="0" stop-color="#e8ddcb"/><stop offset="1" stop-color="#b79c74"/></linearGradient>
</defs><rect width="960" height="720" fill="url(#t)"/><ellipse cx="490" cy="600" rx="330"
ry="52" fill="#8d7450" opacity=".5"/><circle cx="480" cy="350" r="265" fill="#1b1b1d"/>
<circle cx="480" cy="350" r="228" fill="#2b2b2f"/><circle cx="480" cy="350" r="184"
fill="url(#g)"/><circle cx="415" cy="285" r="46" fill="#fff" opacity=".3"/><circle cx="548"
cy="424" r="22" fill="#c79cff" opacity=".4"/><text x="480" y="148" text-anchor="middle"
font-family="sans-serif" font-size="25" fill="#ddd">LENS FD 50mm 1:1.4</text></svg>"""


def entity(text: str, part: str, kind: str, **rest: str) -> Json:
    """Where `part` stands in `text`, counted as Telegram counts: in UTF-16."""

    def units(piece: str) -> int:
        return len(piece.encode("utf-16-le")) // 2

    before = text[: text.index(part)]
    return {"type": kind, "offset": units(before), "length": units(part), **rest}


def button(text: str, data: str) -> Json:
    return {"text": text, "callback_data": data}


@dataclass
class Agency:
    """The world the stand-in tells, and what it was asked."""

    now: datetime = START
    chats: dict[int, Json] = field(default_factory=dict)
    people: list[Json] = field(default_factory=list)
    files: dict[str, tuple[str, bytes]] = field(default_factory=dict)
    asked: list[tuple[str, Json]] = field(default_factory=list)
    refusal: str = ""  # the next request is refused with it
    broken: bool = False  # streams end, and new ones are refused
    _streams: list[asyncio.Queue[Json | None]] = field(default_factory=list)
    _last_id: int = 100

    def world(self) -> Json:
        return {
            "now": self.now.isoformat(),
            "bot": USERS[BOT],
            "commands": COMMANDS,
            "people": self.people,
            "chats": [
                {**chat, "messages": list(chat["messages"].values())}
                for chat in self.chats.values()
            ],
        }

    def say(self, chat_id: int, sender: int, text: str = "", **rest: Any) -> Json:
        """A message, told to whoever looks."""
        self._last_id += 1
        message: Json = {
            "message_id": self._last_id,
            "from": USERS[sender],
            "chat": {"id": chat_id},
            "date": int(self.now.timestamp()),
            "pinned": False,
            "edited": False,
            "reactions": [],
        }
        if text:
            message["text"] = text
        thread = rest.pop("thread", None)
        if thread:
            message |= {"message_thread_id": thread, "is_topic_message": True}
        message |= rest
        self.chats[chat_id]["messages"][message["message_id"]] = message
        self.tell({"type": "message", "chat_id": chat_id, "message": message})
        return message

    def edit(self, message: Json, **changes: Any) -> None:
        message.update(changes, edited=True)
        self.tell({"type": "edited", "chat_id": message["chat"]["id"], "message": message})

    def tell(self, event: Json) -> None:
        for stream in self._streams:
            stream.put_nowait(event)

    def hang_up(self) -> None:
        self.broken = True
        for stream in self._streams:
            stream.put_nowait(None)

    async def stream(self) -> AsyncIterator[str]:
        queue: asyncio.Queue[Json | None] = asyncio.Queue()
        self._streams.append(queue)
        yield ": hello\n\n"
        while (event := await queue.get()) is not None:
            yield f"data: {json.dumps(event)}\n\n"
        self._streams.remove(queue)

    def asked_for(self, address: str) -> list[Json]:
        return [body for asked, body in self.asked if asked == address]


def agency() -> Agency:
    """Two customers, two staff, an order at each of several stages."""
    here = Agency(files={"lens": ("image/svg+xml", LENS.encode())})
    for user_id, role, chat_id in (
        (AKI, "customer", AKI),
        (BEN, "customer", BEN),
        (MINA, "staff", GROUP),
        (KEN, "staff", GROUP),
    ):
        name = USERS[user_id]["first_name"]
        here.people.append({"id": user_id, "name": name, "role": role, "chat_id": chat_id})
    for chat_id in (AKI, BEN):
        here.chats[chat_id] = {"id": chat_id, "type": "private", "title": "", "messages": {}}
    here.chats[GROUP] = {
        "id": GROUP,
        "type": "supergroup",
        "title": "Daiko staff",
        "topics": [
            {"id": LENS_TOPIC, "name": "#1042 Aki · lens", "closed": False, "icon_color": 0xFFD67E},
            {"id": SHOES_TOPIC, "name": "#1039 Ben · shoes", "closed": False, "icon_color": 0x6FB9F0},
            {"id": TEA_TOPIC, "name": "#1031 Aki · tea set", "closed": True, "icon_color": 0x8EEE98},
            {"id": INQUIRY_TOPIC, "name": "Inquiry · Ben", "closed": False, "icon_color": 0xCB86DB},
        ],
        "messages": {},
    }
    _past(here)
    here.now = START
    return here


def _past(here: Agency) -> None:
    here.now = START - timedelta(days=1, hours=2)
    _group_past(here)
    _customer_past(here)
    _lens_topic(here)


def _group_past(here: Agency) -> None:
    here.say(GROUP, BOT, "Good morning! 3 orders wait for you. /queue shows them.")
    for thread, name in (
        (TEA_TOPIC, "#1031 Aki · tea set"),
        (SHOES_TOPIC, "#1039 Ben · shoes"),
        (INQUIRY_TOPIC, "Inquiry · Ben"),
    ):
        here.say(GROUP, BOT, thread=thread, forum_topic_created={"name": name})
    here.say(GROUP, BOT, "Order #1031 is completed. The topic is closed.", thread=TEA_TOPIC)
    here.say(GROUP, MINA, "All parcels were delivered on Friday.", thread=TEA_TOPIC)
    here.say(GROUP, BEN, "Do you also ship to Norway?", thread=INQUIRY_TOPIC)
    here.say(GROUP, KEN, "/bought 1=74.00", thread=SHOES_TOPIC)
    here.say(GROUP, BOT, "Bought: line 1 at $74.00. Now waiting for its arrival.", thread=SHOES_TOPIC)


def _customer_past(here: Agency) -> None:
    here.say(AKI, AKI, "/start")
    greeting = "Welcome to Daiko, Aki! 👋\nWe buy for you in shops you cannot use yourself."
    here.say(
        AKI,
        BOT,
        greeting,
        entities=[entity(greeting, "Welcome to Daiko, Aki!", "bold")],
        reply_markup={
            "inline_keyboard": [
                [button("🛒 New order", "new"), button("📦 My orders", "orders")],
                [button("💰 Deposit", "deposit"), button("💬 Inquiry", "inquiry")],
            ]
        },
    )
    here.now = START - timedelta(minutes=34)
    photo = [
        {"file_id": "lens", "width": 320, "height": 240},
        {"file_id": "lens", "width": 960, "height": 720},
    ]
    asked = here.say(AKI, AKI, photo=photo, caption="This lens please. Is the glass clean?")
    here.now = START - timedelta(minutes=21)
    answer = "The shop says the glass is clear: no fungus, no scratches."
    here.say(AKI, BOT, f"#1042 · The agency writes:\n{answer}", reply_to_message=asked,
             entities=[{"type": "bold", "offset": 0, "length": 27}])
    here.now = START - timedelta(minutes=4)
    here.say(
        AKI,
        BOT,
        CARD,
        pinned=True,
        entities=[
            entity(CARD, "Order #1042", "bold"),
            entity(CARD, "Mon 30 Nov 2026, 23:59 (UTC)", "bold"),
            entity(CARD, "Total   $83.20", "bold"),
            entity(CARD, "DK-1042-7Q", "code"),
        ],
        reply_markup={
            "inline_keyboard": [
                [button("🟢 Pay 1st bill · $83.20", "pay:1042:3")],
                [button("Details", "details"), button("Items", "items"), button("Bills", "bills")],
                [button("Messages", "messages"), button("Cancel order", "cancel")],
                [{"text": "Payment code", "copy_text": {"text": "DK-1042-7Q"}},
                 {"text": "The shop", "url": "https://shop.example/lens"}],
            ]
        },
    )


def _lens_topic(here: Agency) -> None:
    created = here.say(GROUP, BOT, thread=LENS_TOPIC, forum_topic_created={"name": "#1042"})
    created["message_id"] = LENS_TOPIC
    here.now = START - timedelta(minutes=50)
    card = (
        "#1042 · Aki\nCanon FD 50mm f/1.4 lens × 1\nLens cap 55mm × 2\n"
        "Estimate wanted by Wed 25 Nov 2026."
    )
    first = here.say(
        GROUP,
        BOT,
        card,
        thread=LENS_TOPIC,
        pinned=True,
        reply_to_message=created,
        entities=[{"type": "bold", "offset": 0, "length": 11}],
        reply_markup={
            "inline_keyboard": [
                [button("Estimate", "estimate"), button("Reject line", "reject")],
                [button("Hold", "hold"), button("Cancel order", "cancel"), button("History", "h")],
            ]
        },
    )
    here.now = START - timedelta(minutes=33)
    photo = [{"file_id": "lens", "width": 960, "height": 720}]
    relayed = here.say(GROUP, BOT, thread=LENS_TOPIC, photo=photo, reply_to_message=created,
                       caption="Aki: This lens please. Is the glass clean?")
    here.now = START - timedelta(minutes=22)
    here.say(GROUP, KEN, "// asked the shop, waiting", thread=LENS_TOPIC, reply_to_message=created)
    here.say(GROUP, MINA, "The shop says the glass is clear: no fungus, no scratches.",
             thread=LENS_TOPIC, reply_to_message=relayed, reactions=["👍"])
    here.now = START - timedelta(minutes=5)
    here.say(GROUP, MINA, "/estimate 1=62.00 2=4.10 shipping=5 fee=8", thread=LENS_TOPIC,
             reply_to_message=first)
    issued = "Estimate issued: $83.20. Aki has until Mon 30 Nov 2026, 23:59 (UTC) to pay."
    here.say(GROUP, BOT, issued, thread=LENS_TOPIC, entities=[entity(issued, "$83.20", "bold")])


class StandIn:
    """Answers the page as the sandbox would, and nothing more."""

    def __init__(self, here: Agency) -> None:
        self.here = here
        posts = ("send", "press", "edit", "react", "topic", "block", "person", "clock")
        self.app = Starlette(
            routes=[
                Route("/demo/world", self.world),
                Route("/demo/events", self.events),
                Route("/demo/file/{file_id}", self.file),
                Route("/demo/photo", self.photo, methods=["POST"]),
                *(Route(f"/demo/{name}", self.post, methods=["POST"]) for name in posts),
                Mount("/", StaticFiles(directory=PAGE, html=True)),
            ]
        )

    async def world(self, _request: Request) -> Response:
        return JSONResponse(self.here.world())

    async def events(self, _request: Request) -> Response:
        if self.here.broken:
            return JSONResponse({"error": "down"}, 503)
        return StreamingResponse(self.here.stream(), media_type="text/event-stream")

    async def file(self, request: Request) -> Response:
        kind, content = self.here.files[request.path_params["file_id"]]
        return Response(content, media_type=kind)

    async def photo(self, request: Request) -> Response:
        form = await request.form()
        upload = form["file"]
        assert not isinstance(upload, str)
        file_id = f"upload{len(self.here.files)}"
        self.here.files[file_id] = (upload.content_type or "", await upload.read())
        fields = {name: str(value) for name, value in form.items() if name != "file"}
        self.here.asked.append(("photo", {**fields, "name": upload.filename}))
        sizes = [{"file_id": file_id, "width": 720, "height": 900}]
        chat_id, sender = int(fields["chat_id"]), int(fields["user_id"])
        self.here.say(chat_id, sender, photo=sizes, caption=fields.get("caption", ""))
        return JSONResponse({})

    async def post(self, request: Request) -> Response:
        name, body = request.url.path.rpartition("/")[2], await request.json()
        self.here.asked.append((name, body))
        if refusal := self.here.refusal:
            self.here.refusal = ""
            return JSONResponse({"error": refusal}, 400)
        getattr(self, f"do_{name}", lambda _body: None)(body)
        return JSONResponse({})

    def do_send(self, body: Json) -> None:
        rest = {"thread": body.get("thread_id")}
        if answers := body.get("reply_to"):
            rest["reply_to_message"] = self.here.chats[body["chat_id"]]["messages"][answers]
        self.here.say(body["chat_id"], body["user_id"], body["text"], **rest)

    def do_edit(self, body: Json) -> None:
        message = self.here.chats[body["chat_id"]]["messages"][body["message_id"]]
        self.here.edit(message, text=body["text"])

    def do_clock(self, body: Json) -> None:
        self.here.now += timedelta(hours=body["hours"])
        self.here.tell({"type": "clock", "now": self.here.now.isoformat()})

    def do_person(self, body: Json) -> None:
        new = {"id": 555, "name": body["name"], "role": "customer", "chat_id": 555}
        USERS[555] = {"id": 555, "is_bot": False, "first_name": body["name"]}
        self.here.chats[555] = {"id": 555, "type": "private", "title": "", "messages": {}}
        self.here.people.append(new)
        self.here.tell({"type": "person", "person": new})

    def do_topic(self, body: Json) -> None:
        topics = self.here.chats[GROUP]["topics"]
        topic = next(topic for topic in topics if topic["id"] == body["thread_id"])
        if body["do"] == "delete":
            topics.remove(topic)
            topic["deleted"] = True
        else:
            topic["closed"] = body["do"] == "close"
        self.here.tell({"type": "topic", "chat_id": GROUP, "topic": topic})


@asynccontextmanager
async def served(here: Agency) -> AsyncIterator[str]:
    """The stand-in on a free port of this machine, gone afterwards."""
    config = uvicorn.Config(
        StandIn(here).app, host="127.0.0.1", port=0, log_level="warning", lifespan="off",
        timeout_graceful_shutdown=1,
    )
    server = uvicorn.Server(config)
    serving = asyncio.create_task(server.serve())
    while not server.started:
        await asyncio.sleep(0.01)
    port = server.servers[0].sockets[0].getsockname()[1]
    yield f"http://127.0.0.1:{port}"
    here.hang_up()
    server.should_exit = True
    await serving
