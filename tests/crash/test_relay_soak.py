"""A small run of `benchmarks.soak`: everything fails, and no message is lost or out of order."""

from __future__ import annotations

from pathlib import Path

import pytest

from benchmarks.hurry import Hurry
from benchmarks.soak.course import Soak
from benchmarks.soak.mishaps import Size
from tests.crash.nursery import nursery

SMALL = Size(messages=200, customers=12, kills=3, faults=4, hurry=Hurry(10, 100))


@pytest.mark.slow
@pytest.mark.timeout(300)
async def test_every_message_arrives_once_and_in_order_or_its_author_is_told(
    tmp_path: Path,
) -> None:
    report = await Soak(SMALL, tmp_path).run(
        lambda url, scene: nursery("rooms", url, scene.groups[0].id, scene.database, SMALL.hurry)
    )

    assert report.broken == []
    assert (report.messages, report.kills) == (200, 3)
    assert report.mishaps == {"block": 1, "delete_topic": 1, "fault": 4}
    assert report.edits > 0
    assert report.told > 0  # somebody had blocked the bot
