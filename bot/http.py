"""What the bot serves over HTTP: health, metrics, and the doors for Telegram and PayPal."""

from __future__ import annotations

import asyncio
import contextlib
import hmac
import json
from collections.abc import Awaitable, Callable, Iterator
from typing import Final

import uvicorn
from starlette.applications import Starlette
from starlette.requests import ClientDisconnect, Request
from starlette.responses import JSONResponse, PlainTextResponse, Response
from starlette.routing import Route

from bot.paypal_webhooks import Forged, NoCertificate, NotAnEvent, Webhooks
from bot.ports import listen
from bot.receiver import NotAnUpdate, received
from storage.inbox import Received

BODY_MAX: Final = 1024 * 1024
SECRET_HEADER: Final = "X-Telegram-Bot-Api-Secret-Token"
METRICS_TYPE: Final = "text/plain; version=0.0.4; charset=utf-8"


class TooLarge(Exception):
    pass


def doors(
    *,
    state: Callable[[], Awaitable[dict[str, bool]]],
    metrics: Callable[[], Awaitable[bytes]],
    store: Callable[[Received], Awaitable[None]],
    secret: str | None,
    paypal: Webhooks | None = None,
) -> Starlette:
    """The routes. Without a secret there is no door for updates, without `paypal` none for it."""

    async def healthz(_request: Request) -> Response:
        return PlainTextResponse("alive\n")

    async def readyz(_request: Request) -> Response:
        parts = await state()
        return JSONResponse(parts, 200 if all(parts.values()) else 503)

    async def numbers(_request: Request) -> Response:
        return Response(await metrics(), media_type=METRICS_TYPE)

    async def telegram(request: Request) -> Response:
        assert secret is not None
        told = request.headers.get(SECRET_HEADER, "")
        if not hmac.compare_digest(told.encode(), secret.encode()):
            return PlainTextResponse("wrong secret\n", 403)
        try:
            update = received(json.loads(await _body(request)))
        except TooLarge:
            return PlainTextResponse("too large\n", 413)
        except (NotAnUpdate, ValueError, RecursionError):
            return PlainTextResponse("not an update\n", 400)
        except ClientDisconnect:
            return Response(status_code=400)
        await store(update)  # and only then is it acknowledged
        return Response(status_code=200)

    async def events(request: Request) -> Response:
        assert paypal is not None
        try:
            await paypal.receive(await _body(request), request.headers)
        except TooLarge:
            return PlainTextResponse("too large\n", 413)
        except NotAnEvent:
            return PlainTextResponse("not an event\n", 400)
        except Forged:
            return PlainTextResponse("not signed by PayPal\n", 403)
        except NoCertificate:
            return PlainTextResponse("no certificate to check it by; later, please\n", 503)
        except ClientDisconnect:
            return Response(status_code=400)
        return Response(status_code=200)

    routes = [Route("/healthz", healthz), Route("/readyz", readyz), Route("/metrics", numbers)]
    if secret is not None:
        routes.append(Route("/telegram", telegram, methods=["POST"]))
    if paypal is not None:
        routes.append(Route("/paypal", events, methods=["POST"]))
    return Starlette(routes=routes)


async def _body(request: Request) -> bytes:
    """The body, unless it is too large; what its header claims is not all that counts."""
    claimed = request.headers.get("content-length", "")
    if claimed.isdigit() and int(claimed) > BODY_MAX:
        raise TooLarge
    body = bytearray()
    async for chunk in request.stream():
        body += chunk
        if len(body) > BODY_MAX:
            raise TooLarge
    return bytes(body)


class _Server(uvicorn.Server):
    """Leaves signals to whoever runs the bot."""

    @contextlib.contextmanager
    def capture_signals(self) -> Iterator[None]:
        yield


class HttpServer:
    """Listens from the moment it is made, so that a taken port is known at once."""

    def __init__(self, app: Starlette, host: str, port: int) -> None:
        self._socket = listen(host, port)
        self.port: int = self._socket.getsockname()[1]
        config = uvicorn.Config(
            app, log_config=None, access_log=False, lifespan="off", server_header=False
        )
        self._server = _Server(config)
        self._serving: asyncio.Task[None] | None = None

    async def serve(self) -> None:
        await self._server.serve(sockets=[self._socket])

    def start(self) -> asyncio.Task[None]:
        self._serving = asyncio.create_task(self.serve(), name="http")
        return self._serving

    async def stop(self) -> None:
        """Answer what has come, then close."""
        self._server.should_exit = True
        if self._serving is not None:
            await asyncio.wait([self._serving], timeout=2)
        self._socket.close()
