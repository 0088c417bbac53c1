"""People read in their language: Telegram's at first, then the one they choose."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from bot.settings import Settings
from domain.ids import PersonId
from sandbox.people import Forum, Person
from sandbox.telegram import Telegram
from tests.bot.conftest import Clock
from tests.languages import catalog, forget_languages
from tests.stories.shop import Shop, Somebody
from views import texts

RUSSIAN = {
    "Settings": "Настройки",
    "Language": "Язык",
    "Back": "Назад",
    "New order": "Новый заказ",
    "start a new order": "оформить новый заказ",
    "Nothing waits here. 🎉": "Здесь ничего не ждёт.",
    "Done. I write to you in <b>{language}</b> from now on.": (
        "Готово. Теперь я пишу вам на языке: <b>{language}</b>."
    ),
}
JAPANESE = {
    "New order": "新規注文",
    "start a new order": "新しい注文を始める",
}


@pytest.fixture(autouse=True)
def catalogs(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Two small catalogs, whatever the project has."""
    monkeypatch.setattr(texts, "FOLDER", tmp_path / "locale")
    catalog(tmp_path / "locale", "ru", RUSSIAN)
    catalog(tmp_path / "locale", "ja", JAPANESE)
    forget_languages()
    yield
    forget_languages()


@pytest.fixture
def mei(shop: Shop, telegram: Telegram) -> Somebody:
    """A customer whose Telegram is Japanese."""
    return Somebody(shop, telegram.person("Mei", language_code="ja"))


async def test_telegrams_language_is_the_first_one(mei: Somebody) -> None:
    await mei.starts()
    assert "新規注文" in mei.buttons[0]


async def test_only_languages_with_a_catalog_are_offered(aki: Somebody) -> None:
    await aki.writes("/settings")
    assert "Language: English" in aki.reads
    await aki.presses("Language")
    assert aki.buttons == ["English", "日本語", "Русский", "Back"]


async def test_what_was_chosen_stays_whatever_telegram_says(
    shop: Shop, telegram: Telegram, mei: Somebody
) -> None:
    await mei.starts()
    await mei.writes("/settings")
    await mei.presses("Language", "Русский")
    assert mei.reads == "Готово. Теперь я пишу вам на языке: Русский."
    assert mei.buttons == ["Назад"]

    mei.person.user.language_code = "en"
    await mei.starts()
    assert "Новый заказ" in mei.buttons[0]
    async with shop.transaction() as uow:
        assert (await uow.people.get(PersonId(mei.id))).language == "ru"


async def test_a_forged_language_changes_nothing(shop: Shop, aki: Somebody) -> None:
    await aki.starts()
    for forged in ("lg:tlh", "lg:es", "lg:../../etc", "lg:", "lg:ja:x"):
        await aki.forges(forged)
        assert "outdated" in aki.toast
    async with shop.transaction() as uow:
        assert (await uow.people.get(PersonId(aki.id))).language == "en"


async def test_commands_are_described_in_each_language(
    shop: Shop, telegram: Telegram, group: Forum
) -> None:
    await shop.daiko.introduce()
    told = telegram.bot.commands
    assert told["all_private_chats/"][0]["description"] == "start a new order"
    assert told["all_private_chats/ja"][0]["description"] == "新しい注文を始める"
    assert told["all_private_chats/ru"][0]["description"] == "оформить новый заказ"
    assert "all_private_chats/es" not in told


async def test_staff_read_in_the_agencys_language_whatever_their_own(
    settings: Settings, clock: Clock, telegram: Telegram, group: Forum, chief: Person
) -> None:
    settings = settings.model_copy(update={"agency_language": "ru"})
    async with Shop(settings, telegram, clock, group).open() as shop:
        aki = Somebody(shop, telegram.person("Aki"))
        await aki.starts()
        assert "New order" in aki.buttons[0]
        chief.writes("/queue", group)
        await shop.rest()
        assert group.general[-1]["text"].endswith("Здесь ничего не ждёт.")
