"""A small run of `benchmarks.relay`: everything fails, and no message is lost or out of order."""

from __future__ import annotations

from pathlib import Path

import pytest

from benchmarks.relay import Size, Soak
from tests.crash.nursery import nursery

SMALL = Size(messages=200, customers=12, kills=3, faults=4)


@pytest.mark.slow
@pytest.mark.timeout(300)
async def test_every_message_arrives_once_and_in_order_or_its_author_is_told(
    tmp_path: Path,
) -> None:
    report = await Soak(SMALL, tmp_path).run(
        lambda url, group, database: nursery("rooms", url, group, database, SMALL.hurry)
    )

    assert report.broken == []
    assert (report.messages, report.kills) == (200, 3)
    assert report.edits > 0
    assert report.told > 0  # somebody had blocked the bot
