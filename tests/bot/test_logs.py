"""Logs say what happened, and never a token or what people wrote."""

from __future__ import annotations

import json
import logging
from collections.abc import Iterator
from typing import Any

import pytest
import structlog

from bot import logs
from bot.app import Daiko
from sandbox.people import Person
from sandbox.telegram import TOKEN
from tests.bot.echo import Echo


@pytest.fixture(autouse=True)
def as_before() -> Iterator[None]:
    """Leave logging as it was found."""
    root, config = logging.getLogger(), structlog.get_config()
    handlers, level = root.handlers[:], root.level
    yield
    root.handlers[:] = handlers
    root.setLevel(level)
    structlog.configure(**config)
    logging.getLogger("telegram").setLevel(logging.NOTSET)


def lines(capsys: pytest.CaptureFixture[str]) -> list[dict[str, Any]]:
    return [json.loads(line) for line in capsys.readouterr().err.splitlines()]


def test_a_line_is_an_object_of_facts(capsys: pytest.CaptureFixture[str]) -> None:
    logs.set_up("json", "INFO")
    structlog.get_logger("a").info("update", id=5, ms=1.5)
    logging.getLogger("other").warning("a library's %s", "word")
    structlog.get_logger("a").debug("too much")
    ours, theirs = lines(capsys)
    assert (ours["event"], ours["id"], ours["level"]) == ("update", 5, "info")
    assert ours["timestamp"].endswith("Z")
    assert theirs["event"] == "a library's word"


def test_for_people_it_is_a_line_to_read(capsys: pytest.CaptureFixture[str]) -> None:
    logs.set_up("console", "INFO")
    structlog.get_logger("a").info("update", id=5)
    (line,) = capsys.readouterr().err.splitlines()
    assert "update" in line
    assert "id=5" in line


def test_those_who_log_addresses_are_silent(capsys: pytest.CaptureFixture[str]) -> None:
    logs.set_up("json", "DEBUG")
    for name in ("httpx", "aiohttp.client", "telegram.Bot", "telegram.ext.Application"):
        logging.getLogger(name).info("https://api.telegram.org/bot%s/getMe", TOKEN)
    assert lines(capsys) == []


def test_an_error_is_told_by_kind_and_place_without_its_words() -> None:
    words = "my secret words"
    with pytest.raises(ValueError, match="secret") as caught:
        int(words)
    error = caught.value
    assert logs.where(error).startswith("ValueError in tests/bot/test_logs.py:")
    assert "secret" not in logs.where(error)
    assert "secret" not in logs.trace(error)


async def test_an_update_is_one_line_even_when_it_fails(
    daiko: Daiko, echo: Echo, aki: Person, capsys: pytest.CaptureFixture[str]
) -> None:
    logs.set_up("json", "INFO")
    echo.failures["my secret words"] = 1
    aki.writes("my other secret")
    aki.writes("my secret words")
    await daiko.settle_down()
    written = capsys.readouterr().err
    assert "secret" not in written
    assert TOKEN not in written
    told = [json.loads(line) for line in written.splitlines()]
    updates = [each for each in told if each["event"] == "update"]
    assert [update["kind"] for update in updates] == ["message", "message"]
    assert [update["result"] for update in updates] == ["done", "again"]
    assert all(u["ms"] > 0 for u in updates)
