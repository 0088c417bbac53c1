"""Reading a screen as Telegram would: strictly."""

from __future__ import annotations

from domain.letters import Key, Screen
from sandbox.html import parse_html
from sandbox.limits import (
    BUTTON_COUNT_MAX,
    BUTTONS_IN_ROW_MAX,
    CALLBACK_DATA_BYTES_MAX,
    CAPTION_MAX,
    TEXT_MAX,
    utf16_length,
)

LABEL_MAX = 64


def labels(screen: Screen) -> list[list[str]]:
    return [[key.label for key in row] for row in screen.keys]


def flat(rows: list[list[str]]) -> list[str]:
    return [label for row in rows for label in row]


def all_keys(screen: Screen) -> list[Key]:
    return [key for row in screen.keys for key in row]


def read(screen: Screen) -> str:
    """What is seen of the text; fails where Telegram would refuse the message."""
    shown, spans = parse_html(screen.text)
    assert shown.strip()
    assert utf16_length(shown) <= (CAPTION_MAX if screen.photo else TEXT_MAX)
    assert all(span.kind for span in spans)
    keys = all_keys(screen)
    assert len(keys) <= BUTTON_COUNT_MAX
    assert all(0 < len(row) <= BUTTONS_IN_ROW_MAX for row in screen.keys)
    for key in keys:
        assert key.label.strip()
        assert utf16_length(key.label) <= LABEL_MAX
        assert sum(map(bool, (key.data, key.url, key.copy))) == 1
        assert len(key.data.encode()) <= CALLBACK_DATA_BYTES_MAX
        assert len(key.copy) <= 256
    return shown
