"""What the demo shows before anybody has pressed anything."""

from __future__ import annotations

from html import unescape
from pathlib import Path
from typing import Any

import aiohttp

from sandbox.showcase import stage


async def world(folder: Path) -> dict[str, Any]:
    async with (
        stage(folder, 0) as address,
        aiohttp.ClientSession(address) as session,
        session.get("/demo/world") as answer,
    ):
        told: dict[str, Any] = await answer.json()
        return told


async def test_the_finance_topic_has_a_pay_in_and_a_pay_out_that_wait(tmp_path: Path) -> None:
    told = await world(tmp_path)
    (group,) = [chat for chat in told["chats"] if chat["type"] != "private"]
    (finance,) = [topic["id"] for topic in group["topics"] if topic["name"] == "Finance"]
    said = [
        unescape(message["text"])
        for message in group["messages"]
        if message.get("message_thread_id") == finance and message.get("text")
    ]
    assert any("Pay-out 1 asked for" in text and "$18.00" in text for text in said)
    waiting = [text for text in said if "Ben" in text and "$40.00" in text]
    assert waiting
    assert "/payin" in waiting[-1]
    assert "123 456 7890" not in "".join(said)  # an account is shown to who starts, not before
    orders = [topic["name"] for topic in group["topics"] if topic["name"].startswith("#")]
    assert len(orders) == 4
    assert not any("⚠️" in text for text in said)
