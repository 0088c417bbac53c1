"""The door in process: python-telegram-bot talks to the sandbox without a socket."""

from __future__ import annotations

import asyncio
from typing import IO, Any
from urllib.parse import unquote

from telegram._utils.defaultvalue import DefaultValue
from telegram.error import NetworkError, TimedOut
from telegram.request import BaseRequest, RequestData

from sandbox.errors import ConnectionCut
from sandbox.params import Upload
from sandbox.telegram import Telegram


class SandboxRequest(BaseRequest):
    """Answers as the server would: files, long polling, lost answers and time-outs too."""

    def __init__(self, telegram: Telegram, *, read_timeout: float = 5.0) -> None:
        self._telegram = telegram
        self._read_timeout = read_timeout

    @property
    def read_timeout(self) -> float:
        return self._read_timeout

    async def initialize(self) -> None:
        """Nothing to open."""

    async def shutdown(self) -> None:
        """Nothing to close."""

    async def do_request(
        self,
        url: str,
        method: str,
        request_data: RequestData | None = None,
        read_timeout: Any = BaseRequest.DEFAULT_NONE,
        *_: Any,
        **__: Any,
    ) -> tuple[int, bytes]:
        token, path = _parts(url)
        if "/file/bot" in url:
            return self._telegram.download(token, path)
        values: dict[str, Any] = dict(request_data.json_parameters) if request_data else {}
        files = _uploads(request_data) if request_data and request_data.contains_files else None
        seconds = self._read_timeout if isinstance(read_timeout, DefaultValue) else read_timeout
        try:
            async with asyncio.timeout(seconds):
                return await self._telegram.answer(token, path, values, files)
        except TimeoutError as error:
            raise TimedOut from error
        except ConnectionCut as error:
            raise NetworkError("the connection was cut before the answer") from error


def _parts(url: str) -> tuple[str, str]:
    """Token, and method or file path, of `…/bot<token>/<rest>`."""
    token, _, path = unquote(url).rpartition("/bot")[2].partition("/")
    return token, path


def _uploads(request_data: RequestData) -> dict[str, Upload]:
    return {
        name: Upload(told[0], _content(told[1]), told[2])
        for name, told in request_data.multipart_data.items()
    }


def _content(told: bytes | IO[bytes]) -> bytes:
    return told if isinstance(told, bytes) else told.read()
