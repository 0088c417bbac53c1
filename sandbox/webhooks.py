"""Delivery of updates to a bot's own address, again and again until it says 2xx."""

from __future__ import annotations

import asyncio
import re
import time
from typing import TYPE_CHECKING, Any, Final
from urllib.parse import urlsplit

import aiohttp

from sandbox.errors import bad_request

if TYPE_CHECKING:
    from sandbox.queue import UpdateQueue

PORTS: Final = (443, 80, 88, 8443)
SECRET: Final = re.compile(r"[A-Za-z0-9_-]{1,256}")
SECRET_HEADER: Final = "X-Telegram-Bot-Api-Secret-Token"
PAUSES: Final = (0.05, 0.1, 0.2, 0.5, 1.0)  # seconds; Telegram waits longer, tests cannot
ANSWER_WITHIN: Final = aiohttp.ClientTimeout(total=30)


def checked_address(url: str) -> str:
    """HTTPS on one of four ports; as with a Bot API server of one's own, HTTP on this machine."""
    parts = urlsplit(url)
    if parts.hostname in ("127.0.0.1", "localhost", "::1"):
        return url
    if parts.scheme != "https":
        raise bad_request("bad webhook: An HTTPS URL must be provided for webhook")
    if (parts.port or 443) not in PORTS:
        raise bad_request("bad webhook: Webhook can be set up only on ports 80, 88, 443 or 8443")
    return url


def checked_secret(secret: str) -> str:
    if secret and not SECRET.fullmatch(secret):
        if len(secret) > 256:
            raise bad_request("secret token is too long")
        raise bad_request("secret token contains unallowed characters")
    return secret


class Webhook:
    """One update at a time, in order; the first that is refused is tried again."""

    def __init__(self, queue: UpdateQueue, url: str, secret: str, connections: int) -> None:
        self.url = url
        self._queue = queue
        self._secret = secret
        self._connections = connections
        self._something = asyncio.Event()
        self._task: asyncio.Task[None] | None = None
        self._trouble: tuple[int, str] | None = None

    @property
    def as_json(self) -> dict[str, Any]:
        told: dict[str, Any] = {
            "url": self.url,
            "max_connections": self._connections,
            "ip_address": "127.0.0.1",
        }
        if self._trouble:
            told["last_error_date"], told["last_error_message"] = self._trouble
        return told

    def start(self) -> None:
        self._something.set()
        self._task = asyncio.get_running_loop().create_task(self._deliver())

    async def stop(self) -> None:
        if self._task is not None:
            self._task.cancel()
            await asyncio.gather(self._task, return_exceptions=True)
            self._task = None

    def wake(self) -> None:
        self._something.set()

    async def _deliver(self) -> None:
        headers = {"Content-Type": "application/json"}
        if self._secret:
            headers[SECRET_HEADER] = self._secret
        async with aiohttp.ClientSession(headers=headers, timeout=ANSWER_WITHIN) as session:
            while True:
                await self._something.wait()
                self._something.clear()
                while waiting := self._queue.peek(1):
                    await self._hand_over(session, waiting[0].body)
                    self._queue.confirm(waiting[0].id + 1)

    async def _hand_over(self, session: aiohttp.ClientSession, body: bytes) -> None:
        attempt = 0
        while (trouble := await self._post(session, body)) is not None:
            self._trouble = (int(time.time()), trouble)
            await asyncio.sleep(PAUSES[min(attempt, len(PAUSES) - 1)])
            attempt += 1

    async def _post(self, session: aiohttp.ClientSession, body: bytes) -> str | None:
        """What went wrong, or None."""
        try:
            async with session.post(self.url, data=body) as answer:
                if 200 <= answer.status < 300:
                    return None
                return f"Wrong response from the webhook: {answer.status} {answer.reason}"
        except TimeoutError:
            return "Read timeout expired"
        except aiohttp.ClientError:
            return "Connection refused"
