"""Logs: one line an update and one a sweep; never a token, nor what people wrote."""

from __future__ import annotations

import logging
import sys
import traceback
from pathlib import Path
from typing import Any, Final, Literal

import structlog

# An address of the Bot API holds the bot's token, and these log addresses.
TALKATIVE: Final = (
    "httpx", "httpcore", "aiohttp", "alembic", "apscheduler", "uvicorn.access", "fontTools",
)  # fmt: skip
HOME: Final = Path(__file__).resolve().parent.parent


def set_up(form: Literal["console", "json"], level: str) -> None:
    """Everything that logs writes lines of one form to the standard error."""
    shared: list[Any] = [
        structlog.contextvars.merge_contextvars,
        structlog.stdlib.add_log_level,
        structlog.processors.TimeStamper("iso", utc=True),
    ]
    structlog.configure(
        processors=[
            structlog.stdlib.filter_by_level,
            *shared,
            structlog.processors.format_exc_info,
            structlog.stdlib.ProcessorFormatter.wrap_for_formatter,
        ],
        logger_factory=structlog.stdlib.LoggerFactory(),
        cache_logger_on_first_use=True,
    )
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(
        structlog.stdlib.ProcessorFormatter(
            processors=[
                structlog.stdlib.ProcessorFormatter.remove_processors_meta,
                _renderer(form),
            ],
            foreign_pre_chain=shared,
        )
    )
    root = logging.getLogger()
    root.handlers[:] = [handler]
    root.setLevel(level)
    for name in TALKATIVE:
        logging.getLogger(name).setLevel(logging.WARNING)
    # The library quotes what it cannot read; whatever it raises we log ourselves.
    logging.getLogger("telegram").setLevel(logging.CRITICAL)
    # It quotes the letters of a name that the font does not have.
    logging.getLogger("fpdf").setLevel(logging.CRITICAL)


def _renderer(form: Literal["console", "json"]) -> Any:
    if form == "json":
        return structlog.processors.JSONRenderer(ensure_ascii=False)
    return structlog.dev.ConsoleRenderer(colors=sys.stderr.isatty())


def where(error: BaseException) -> str:
    """An error's kind and place, without its words: those may quote what somebody wrote."""
    frames = traceback.extract_tb(error.__traceback__)
    ours = [frame for frame in frames if _is_ours(Path(frame.filename))]
    for frame in reversed(ours or frames):
        path = Path(frame.filename)
        shown = path.relative_to(HOME) if path.is_relative_to(HOME) else path.name
        return f"{type(error).__name__} in {shown}:{frame.lineno}"
    return type(error).__name__


def _is_ours(path: Path) -> bool:
    return path.is_relative_to(HOME) and "site-packages" not in path.parts


def trace(error: BaseException) -> str:
    """The way an error came, without its words."""
    return "".join(traceback.format_tb(error.__traceback__)) + type(error).__name__
