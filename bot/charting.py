"""Charts, drawn by a process of their own: what draws them would double the bot's memory."""

from __future__ import annotations

import asyncio
import os
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import structlog

from domain.letters import Document, Key, Screen
from views.charts import Sheet

log = structlog.get_logger(__name__)

PATIENCE_SECONDS: Final = 60.0
PROJECT: Final = Path(__file__).parent.parent
# Nothing of ours goes there: no token, no key.
KEPT: Final = ("PATH", "HOME", "TMPDIR", "LANG", "SYSTEMROOT", "XDG_CACHE_HOME", "MPLCONFIGDIR")


@dataclass(frozen=True, slots=True)
class Chart:
    """A picture that is still to be drawn, and what goes with it."""

    sheet: Sheet
    caption: str
    keys: tuple[tuple[Key, ...], ...]


async def drawn(chart: Chart) -> Document | Screen:
    """The picture; its words alone where it could not be drawn."""
    try:
        async with asyncio.timeout(PATIENCE_SECONDS):
            png = await _png(chart.sheet)
    except (TimeoutError, OSError, RuntimeError) as error:
        log.error("chart not drawn", error=type(error).__name__)
        return Screen(chart.caption, chart.keys)
    return Document("daiko.png", "image/png", png, chart.caption, chart.keys)


async def _png(sheet: Sheet) -> bytes:
    process = await asyncio.create_subprocess_exec(
        sys.executable,
        "-m",
        "views.charts",
        stdin=asyncio.subprocess.PIPE,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.DEVNULL,
        cwd=PROJECT,
        env={name: os.environ[name] for name in KEPT if name in os.environ},
    )
    try:
        png, _ = await process.communicate(sheet.as_json().encode())
    finally:
        if process.returncode is None:
            process.kill()
            await process.wait()
    if process.returncode or not png.startswith(b"\x89PNG"):
        raise RuntimeError("the process drew nothing")
    return png
