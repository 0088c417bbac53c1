"""Talking HTTP to Telegram: the library's requests over aiohttp, at a fifth of httpx's cost."""

from __future__ import annotations

import json
from typing import Any, Final, NamedTuple, cast

import aiohttp
from telegram.error import NetworkError, TimedOut
from telegram.request import BaseRequest, RequestData

JSON: Final = {"Content-Type": "application/json"}
KEEP_ALIVE_SECONDS: Final = 50
UPLOAD_SECONDS: Final = 60

Timeout = Any  # seconds, None for ever, or python-telegram-bot's mark for "as usual"


class AiohttpRequest(BaseRequest):
    """One pool of connections. What it raises never names an address: a bot's has its token."""

    def __init__(
        self, *, connections: int = 64, read_seconds: float = 10, connect_seconds: float = 10
    ) -> None:
        self._connections = connections
        self._read_seconds = read_seconds
        self._connect_seconds = connect_seconds
        self._session: aiohttp.ClientSession | None = None

    @property
    def read_timeout(self) -> float | None:
        return self._read_seconds

    async def initialize(self) -> None:
        if self._session is None:
            self._session = aiohttp.ClientSession(
                connector=aiohttp.TCPConnector(
                    limit=self._connections, keepalive_timeout=KEEP_ALIVE_SECONDS
                ),
                cookie_jar=aiohttp.DummyCookieJar(),
                headers={"User-Agent": self.USER_AGENT},
                auto_decompress=True,
            )

    async def shutdown(self) -> None:
        if self._session is not None:
            await self._session.close()
            self._session = None

    async def do_request(
        self,
        url: str,
        method: str,
        request_data: RequestData | None = None,
        read_timeout: Timeout = BaseRequest.DEFAULT_NONE,
        write_timeout: Timeout = BaseRequest.DEFAULT_NONE,
        connect_timeout: Timeout = BaseRequest.DEFAULT_NONE,
        pool_timeout: Timeout = BaseRequest.DEFAULT_NONE,
    ) -> tuple[int, bytes]:
        if self._session is None:
            raise RuntimeError("this request was not initialized")
        body, headers = _encode(request_data)
        patience = self._patience(request_data, read_timeout, connect_timeout)
        try:
            async with self._session.request(
                method, url, data=body, headers=headers, timeout=patience, allow_redirects=False
            ) as response:
                return response.status, await response.read()
        # `from None`: aiohttp's own errors may quote the address.
        except TimeoutError:
            raise TimedOut from None
        except (aiohttp.ClientError, OSError) as error:
            raise NetworkError(f"aiohttp.{type(error).__name__}") from None

    def _patience(
        self, data: RequestData | None, read: Timeout, connect: Timeout
    ) -> aiohttp.ClientTimeout:
        if read is BaseRequest.DEFAULT_NONE:
            read = UPLOAD_SECONDS if data and data.contains_files else self._read_seconds
        if connect is BaseRequest.DEFAULT_NONE:
            connect = self._connect_seconds
        return aiohttp.ClientTimeout(
            total=None, connect=connect, sock_connect=connect, sock_read=read
        )


def _encode(data: RequestData | None) -> tuple[Any, dict[str, str] | None]:
    if data is None:
        return None, None
    if not data.contains_files:
        return json.dumps(data.parameters).encode(), JSON
    form = aiohttp.FormData(quote_fields=False)  # Telegram takes names as they are, in UTF-8
    for name, value in data.json_parameters.items():
        form.add_field(name, value)
    for name, (filename, content, mime_type) in data.multipart_data.items():
        form.add_field(name, content, filename=filename, content_type=mime_type)
    return form, None


class Upload(NamedTuple):
    """A file that goes up with a call."""

    name: str
    content: bytes
    mime: str


class Parameters:
    """Plain values for a call: what `RequestData` promises, without its cost for each value."""

    def __init__(self, values: dict[str, Any]) -> None:
        files = {name: value for name, value in values.items() if isinstance(value, Upload)}
        self.contains_files = bool(files)
        self.multipart_data = {name: tuple(upload) for name, upload in files.items()}
        self.parameters = {
            name: value
            for name, value in values.items()
            if value is not None and name not in files
        }

    @property
    def json_parameters(self) -> dict[str, str]:
        return {
            name: value if isinstance(value, str) else json.dumps(value)
            for name, value in self.parameters.items()
        }


class Api:
    """Raw calls of the Bot API: what Telegram answers, as it answers. Raises `TelegramError`s.

    Updates must be kept as they came, and the one thing that is read of a message just sent is
    its number: parsing it into objects would cost more than sending it.
    """

    def __init__(self, base_url: str, request: BaseRequest) -> None:
        self._base_url = base_url
        self._request = request

    async def call(
        self, method: str, *, read_timeout: Timeout = BaseRequest.DEFAULT_NONE, **values: Any
    ) -> Any:
        """Values that are None are left out."""
        return await self._request.post(
            f"{self._base_url}/{method}",
            request_data=cast("RequestData", Parameters(values)),
            read_timeout=read_timeout,
        )
