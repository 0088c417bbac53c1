"""The history of an order in its topic: every change, who, when, before, after and why."""

from __future__ import annotations

import csv
from pathlib import Path

import pytest

from bot.export import export
from sandbox.people import Forum, Person
from sandbox.telegram import Telegram
from tests.stories.roads import ready_to_ship
from tests.stories.shop import Shop, Somebody
from tests.stories.staffroom import Colleague, applies


@pytest.fixture
def mina(shop: Shop, telegram: Telegram, group: Forum) -> Colleague:
    mina = telegram.person("Mina")
    mina.joins(group)
    return Colleague(shop, mina)


async def test_a_clerk_reads_what_happened_and_turns_the_pages(
    shop: Shop, aki: Somebody, boss: Somebody, mina: Colleague
) -> None:
    await ready_to_ship(aki, boss)
    await mina.writes("/hold customs ask questions", 1)
    shown = await mina.writes("/history", 1)
    lines = shown.splitlines()
    assert lines[0].startswith("#1 · History, page 1 of ")
    assert lines[-3:] == [
        "09:00 · Mina · on hold",
        "• on hold: no → yes",
        "• because: customs ask questions",
    ]
    assert "Aki · 2nd bill paid: $0.00" in shown
    assert "Boss · payment confirmed: $28.00\n• 1st bill paid: none → $28.00\n" in shown
    assert "• Waiting for the 2nd payment → Ready to ship" in shown
    older = await mina.presses(1, "Older")
    assert older.splitlines()[0].startswith("#1 · History, page 2 of ")
    assert "• Application received" in older
    assert "Boss · estimate" in older
    assert "• 1st bill: none → $28.00" in older
    assert "Aki · payment reported: $28.00\n• clock: runs → stands still" in older
    assert await mina.presses(1, "Newer") == shown
    assert not any("History" in text for text in aki.received)


async def test_the_export_has_every_line_of_it(
    shop: Shop, aki: Somebody, boss: Somebody, mina: Colleague, tmp_path: Path
) -> None:
    await ready_to_ship(aki, boss)
    await mina.writes("/hold customs ask questions", 1)
    await export(shop.daiko.database, tmp_path)
    with (tmp_path / "history.csv").open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    assert list(rows[0]) == ["order", "at", "who", "before", "after", "why"]
    assert (rows[0]["before"], rows[0]["after"], rows[0]["why"]) == ("", "APPLIED", "applied")
    assert rows[-1] == {
        "order": "1",
        "at": "2026-11-02T09:00:00Z",
        "who": f"staff:{mina.person.id} Mina",
        "before": "on hold: no",
        "after": "on hold: yes",
        "why": "on hold: customs ask questions",
    }
    changed = [row for row in rows[1:] if row["before"] and row["after"]]
    assert len(changed) == len(rows) - 1  # nothing happened without a before and an after
    assert any(row["before"].startswith("APPLIED") for row in rows)


async def test_a_forged_page_of_another_order_is_refused(
    shop: Shop, aki: Somebody, ben: Somebody, mina: Colleague, chief: Person
) -> None:
    await applies(aki, "A teapot")
    await applies(ben, "A cup")
    await mina.writes("/history", 2)
    message = shop.topic(2).messages[-1]
    mina.person.presses_forged("oh:1:0", message)  # order 1, in the topic of order 2
    await shop.rest()
    assert "A teapot" not in shop.topic(2).texts[-1]
    assert "#1 · History" not in "".join(shop.topic(2).texts)
