"""A life of an order in a language of tests: nothing that anybody reads stays English."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from bot.settings import Settings
from sandbox.people import Forum, Person
from sandbox.telegram import Telegram
from tests.greek import LANGUAGE, english_in, greek, write_catalog
from tests.languages import forget_languages
from tests.stories.roads import applies, opens, reports
from tests.stories.shop import Shop, Somebody
from views import texts

# Names, what people wrote, and what has its own name everywhere.
DATA = english_in(
    "Aki Mori, Chuo Kyoto Japan; Blue mug; Tea pot; Boss; Staff; First Bank, Daiko Ltd.; EMS SAL; "
    "EE JP DKW; UTC; English; Finance"
)


@dataclass
class Greek(Somebody):
    """Somebody whose buttons are in Greek letters."""

    async def presses(self, *labels: str, on: dict[str, Any] | None = None) -> None:
        for label in labels:
            found = any(label in name for name in self.buttons)
            await super().presses(label if found else greek(label), on=on)


@pytest.fixture(autouse=True)
def catalog(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.setattr(texts, "FOLDER", tmp_path / "locale")
    write_catalog(tmp_path / "locale")
    yield
    forget_languages()


@pytest.fixture
def settings(settings: Settings) -> Settings:
    return settings.model_copy(update={"agency_language": LANGUAGE})


@pytest.fixture
def boss(shop: Shop, chief: Person) -> Greek:
    return Greek(shop, chief)


@pytest.fixture
def aki(shop: Shop, telegram: Telegram) -> Greek:
    return Greek(shop, telegram.person("Aki", language_code=LANGUAGE))


def english(telegram: Telegram) -> dict[str, set[str]]:
    """What Telegram was given in Latin letters, by the text it stands in."""
    found: dict[str, set[str]] = {}
    for call in telegram.calls:
        if call.params.get("language_code") == "en" or call.method == "setMyCommands":
            continue
        for text in _texts(call.params):
            if left := english_in(text) - DATA:
                found[f"{call.method}: {text}"] = left
    return found


def _texts(values: dict[str, Any]) -> Iterator[str]:
    for name in ("text", "caption", "name", "description"):
        if isinstance(values.get(name), str):
            yield values[name]
    markup = values.get("reply_markup") or "{}"
    markup = json.loads(markup) if isinstance(markup, str) else markup
    for row in markup.get("inline_keyboard", ()):
        yield from (button["text"].replace("&", "+").replace("<", " ") for button in row)


async def everywhere(shop: Shop, aki: Greek) -> None:
    """Every page of the order's card."""
    await opens(aki)
    await aki.presses("Details", "Items", "Bills", "Shipping", "Messages", "Progress")


async def test_nothing_of_an_orders_life_stays_english(
    shop: Shop, telegram: Telegram, aki: Greek, boss: Greek
) -> None:
    await shop.daiko.introduce()
    await aki.starts()
    await applies(aki, ("Blue mug", 2), ("Tea pot", 1))
    await everywhere(shop, aki)
    await boss.says_in_topic("/estimate 1=12.50 2=40 shipping=5 fee=3", 1)
    await opens(aki)
    await aki.presses("Items", "1", "Change quantity")
    await aki.writes("1,5", "1")
    await aki.presses("Confirm")
    await everywhere(shop, aki)
    await aki.presses("Pay 1st bill", "Bank transfer", "I have transferred it")
    await aki.writes("x", "60.50")
    await aki.presses("Today")
    await aki.writes("Aki Mori")
    await aki.presses("Skip", "Confirm")
    await everywhere(shop, aki)
    await boss.says_in_topic("/confirm 60.50 BANK1", 1)
    await everywhere(shop, aki)
    await boss.says_in_topic("/bought 1=20", 1)
    await opens(aki)
    await aki.presses("Accept", "Confirm")
    await boss.says_in_topic("/bought 1=20", 1)
    await boss.says_in_topic("/bought", 1)
    await boss.says_in_topic("/damaged 2", 1)
    await boss.says_in_topic("/arrived", 1)
    await everywhere(shop, aki)
    await boss.says_in_topic("/bill EMS=42.10 SAL=20", 1)
    await opens(aki)
    await aki.presses("Pay 2nd bill", "EMS", "Confirm")
    await reports(aki, "42.10")
    await boss.says_in_topic("/confirm 42.10 BANK2", 1)
    await everywhere(shop, aki)
    await boss.says_in_topic("/pack", 1)
    await boss.says_in_topic("/ship EMS EE123456785JP", 1)
    await everywhere(shop, aki)
    await aki.presses("Not arrived yet", "Confirm")
    await shop.let_pass(days=25)
    await everywhere(shop, aki)
    await aki.presses("Reception report", "Everything arrived", "Confirm")
    await everywhere(shop, aki)
    await boss.says_in_topic("/history", 1)
    await boss.says_in_topic("/nonsense", 1)
    await boss.says_in_topic("/solve", 1)
    assert english(telegram) == {}


async def test_nothing_beside_the_orders_stays_english(
    shop: Shop, telegram: Telegram, aki: Greek, boss: Greek, group: Forum
) -> None:
    await aki.starts()
    for written in ("/orders", "/deposit", "/help", "/terms", "/privacy", "/settings", "/cancel"):
        await aki.writes(written)
    await aki.writes("/deposit")
    await aki.presses("Pay in", "Bank transfer", "I have transferred it")
    await aki.writes("100.00")
    await aki.presses("Today")
    await aki.writes("Aki Mori")
    await aki.presses("Skip", "Confirm")
    for line in ("/payins", "/payin 1 100.00 BANK3", "/queue", "/find Aki", "/canned", "/payouts"):
        boss.person.writes(line, group)
        await shop.rest()
    await aki.writes("/deposit")
    await aki.presses("History")
    await aki.writes("/inquiry")
    await aki.writes("/nonsense", "Blue mug")
    await shop.let_pass(days=2)
    assert english(telegram) == {}
