"""The sandbox over HTTP: a Bot API for bots, a page for people, counters for benchmarks."""

from __future__ import annotations

import argparse
import asyncio
import contextlib
import json
import socket
import sys
from collections.abc import AsyncIterator, Coroutine
from pathlib import Path
from typing import Any, Final
from urllib.parse import parse_qsl

import uvicorn
from starlette.applications import Starlette
from starlette.datastructures import UploadFile
from starlette.formparsers import MultiPartException
from starlette.requests import ClientDisconnect, Request
from starlette.routing import BaseRoute
from starlette.types import Message, Receive, Scope, Send

from sandbox.demo import Advance, demo_routes
from sandbox.errors import ConnectionCut, Declined, bad_request
from sandbox.limits import UPLOAD_BYTES_MAX
from sandbox.load import load_routes
from sandbox.params import Upload
from sandbox.paypal import PayPal
from sandbox.paypal_server import paypal_mount
from sandbox.queue import dump
from sandbox.telegram import Answer, Telegram

BODY_BYTES_MAX: Final = UPLOAD_BYTES_MAX + 5 * 1024 * 1024
LET_GO_SECONDS: Final = 0.2  # for those who hear that the connection is lost
TOO_LARGE: Final = Declined(413, "Request Entity Too Large")
Answering = Coroutine[Any, Any, Answer]

JSON_HEADER: Final = (b"content-type", b"application/json")
BYTES_HEADER: Final = (b"content-type", b"application/octet-stream")


class SandboxApp(Starlette):
    """Bots go straight through to Telegram; all else is routed."""

    def __init__(self, telegram: Telegram, routes: list[BaseRoute]) -> None:
        super().__init__(routes=routes)
        self.telegram = telegram

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "http":
            path: str = scope["path"]
            if path.startswith("/bot"):
                await self._call(path, scope, receive, send)
                return
            if path.startswith("/file/bot"):
                token, _, name = path.removeprefix("/file/bot").partition("/")
                await _reply(send, self.telegram.download(token, name), BYTES_HEADER)
                return
        await super().__call__(scope, receive, send)

    async def _call(self, path: str, scope: Scope, receive: Receive, send: Send) -> None:
        token, _, method = path.removeprefix("/bot").partition("/")
        try:
            values, files = await _asked(scope, receive)
            answer = await _unless_left(
                self.telegram.answer(token, method, values, files), method, receive
            )
        except Declined as no:
            answer = Answer(no.code, dump(no.as_json()).encode())
        except ConnectionCut:
            await _hang_up(receive, send)
            return
        except ClientDisconnect:
            return
        await _reply(send, answer, JSON_HEADER)


async def _unless_left(answering: Answering, method: str, receive: Receive) -> Answer:
    """Of a long poll: forget it as soon as the bot that waits is gone."""
    if method.lower() != "getupdates":
        return await answering
    poll = asyncio.ensure_future(answering)
    await asyncio.sleep(0)
    if poll.done():
        return poll.result()
    leaving = asyncio.ensure_future(_left(receive))
    try:
        await asyncio.wait((poll, leaving), return_when=asyncio.FIRST_COMPLETED)
        if poll.done():
            return poll.result()
        poll.cancel()
        raise ClientDisconnect
    finally:
        leaving.cancel()


async def _left(receive: Receive) -> None:
    while (await receive())["type"] != "http.disconnect":
        pass


async def _asked(
    scope: Scope, receive: Receive
) -> tuple[dict[str, Any], dict[str, Upload] | None]:
    """The parameters of a request, wherever they stand."""
    query = scope["query_string"]
    values: dict[str, Any] = dict(_form(query)) if query else {}
    kind = next((value for name, value in scope["headers"] if name == b"content-type"), b"")
    if kind.startswith(b"multipart/form-data"):
        more, files = await _multipart(scope, receive)
        values.update(more)
        return values, files
    body = await _body(receive)
    if not body:
        return values, None
    if kind.startswith(b"application/json"):
        values.update(_json_object(body))
    else:
        values.update(_form(body))
    return values, None


def _form(encoded: bytes) -> list[tuple[str, str]]:
    return parse_qsl(encoded.decode(), keep_blank_values=True)


def _json_object(body: bytes) -> dict[str, Any]:
    try:
        told = json.loads(body)
    except ValueError:
        raise bad_request("can't parse JSON object") from None
    if not isinstance(told, dict):
        raise bad_request("object expected")
    return told


async def _body(receive: Receive) -> bytes:
    message: Message = await receive()
    body: bytes = message.get("body", b"")
    while message.get("more_body"):
        message = await receive()
        body += message.get("body", b"")
        if len(body) > BODY_BYTES_MAX:
            raise TOO_LARGE
    if message["type"] == "http.disconnect":
        raise ClientDisconnect
    return body


async def _multipart(scope: Scope, receive: Receive) -> tuple[dict[str, Any], dict[str, Upload]]:
    values: dict[str, Any] = {}
    files: dict[str, Upload] = {}
    try:
        async with Request(scope, receive).form(max_part_size=BODY_BYTES_MAX) as form:
            for name, value in form.multi_items():
                if isinstance(value, UploadFile):
                    files[name] = await _upload(value)
                else:
                    values[name] = value
    except MultiPartException as error:
        raise bad_request(f"can't parse multipart form: {error.message}") from None
    return values, files


async def _upload(file: UploadFile) -> Upload:
    if (file.size or 0) > BODY_BYTES_MAX:
        raise TOO_LARGE
    return Upload(file.filename or "file", await file.read(), file.content_type or "")


async def _reply(send: Send, answer: Answer, kind: tuple[bytes, bytes]) -> None:
    length = (b"content-length", b"%d" % len(answer.body))
    headers = [kind if answer.status < 400 or kind is JSON_HEADER else JSON_HEADER, length]
    await send({"type": "http.response.start", "status": answer.status, "headers": headers})
    await send({"type": "http.response.body", "body": answer.body})


async def _hang_up(receive: Receive, send: Send) -> None:
    """Close the connection without a word, which ASGI itself has no way to ask for."""
    transport = getattr(getattr(send, "__self__", None), "transport", None)
    if transport is None:
        raise ConnectionCut
    transport.close()
    await _left(receive)


def create_app(
    telegram: Telegram,
    page_dir: Path | None = None,
    advance: Advance | None = None,
    paypal: PayPal | None = None,
    *,
    begun: asyncio.Event | None = None,
) -> SandboxApp:
    """The Bot API, the demo's page with what it needs, PayPal, and the benchmarks' door; a page
    that comes early waits until it has `begun`."""
    routes = [*load_routes(telegram), *([paypal_mount(paypal)] if paypal else [])]
    return SandboxApp(telegram, [*routes, *demo_routes(telegram, page_dir, advance, begun)])


def listen(port: int = 0, host: str = "127.0.0.1") -> socket.socket:
    """A socket of this machine alone; port 0 lets the system choose."""
    # Named, or asyncio does not see that it is TCP, and answers would wait 40 ms to be sent.
    listener = socket.socket(socket.AF_INET, socket.SOCK_STREAM, socket.IPPROTO_TCP)
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listener.bind((host, port))
        listener.listen(2048)  # whoever reads the port may come before the server is up
    except OSError:
        listener.close()
        raise
    return listener


def make_server(app: Starlette) -> uvicorn.Server:
    config = uvicorn.Config(
        app,
        log_level="warning",
        access_log=False,
        lifespan="off",
        timeout_graceful_shutdown=1,
        timeout_keep_alive=75,
    )
    return uvicorn.Server(config)


@contextlib.asynccontextmanager
async def serve(app: Starlette, port: int = 0) -> AsyncIterator[str]:
    """Serve while the `with` lasts, in this program's own loop; gives the address."""
    listener = listen(port)
    server = make_server(app)
    server.config.load()
    server.lifespan = server.config.lifespan_class(server.config)
    # Not `server.serve`: the signals are this program's, and it looks for its end ten times a
    # second only, which in tests is all the time there is.
    await server.startup(sockets=[listener])
    try:
        yield f"http://127.0.0.1:{listener.getsockname()[1]}"
    finally:
        server.force_exit = True
        await server.shutdown(sockets=[listener])
        await _let_go(server)


async def _let_go(server: uvicorn.Server) -> None:
    """End what is still asked for: a page's stream ends as if its window were closed."""
    for connection in list(server.server_state.connections):
        connection.transport.close()
    tasks = set(server.server_state.tasks)
    if tasks:
        await asyncio.wait(tasks, timeout=LET_GO_SECONDS)
    for task in tasks:
        task.cancel()
    await asyncio.gather(*tasks, return_exceptions=True)


def main(arguments: list[str] | None = None) -> None:
    """A sandbox as a program of its own; its first line is the port."""
    parser = argparse.ArgumentParser(prog="python -m sandbox.server", description=main.__doc__)
    parser.add_argument("--port", type=int, default=0)
    parser.add_argument(
        "--enforce-limits", action="store_true", help="answer 429 as Telegram does"
    )
    parser.add_argument("--users", type=int, default=0, help="people who have pressed start")
    parser.add_argument("--record", action="store_true", help="keep every request of the bot")
    options = parser.parse_args(arguments)
    telegram = Telegram(enforce_limits=options.enforce_limits, record_calls=options.record)
    creator = telegram.person("Mina")
    telegram.forum("Daiko staff", creator=creator)
    for number in range(options.users):
        person = telegram.person(f"Customer {number + 1}")
        telegram.private(person.user).opened = True
    listener = listen(options.port)
    sys.stdout.write(f"{listener.getsockname()[1]}\n")
    sys.stdout.flush()
    make_server(create_app(telegram)).run(sockets=[listener])


if __name__ == "__main__":
    main()
