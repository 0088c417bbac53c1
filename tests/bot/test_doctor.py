"""The doctor sees each thing that is wrong, says how to mend it, and changes nothing."""

from __future__ import annotations

from collections.abc import AsyncIterator
from typing import Any

import pytest
from cryptography.fernet import Fernet
from telegram import Bot

from bot.doctor import Finding, examine
from bot.request import AiohttpRequest
from bot.settings import Settings
from domain.ids import PersonId
from sandbox.paypal import CLIENT_ID, SECRET, PayPal
from sandbox.people import Forum, Person
from sandbox.server import create_app, serve
from sandbox.telegram import Telegram
from storage.database import Database
from storage.ledger_tables import payout
from storage.moments import to_ms
from storage.unit_of_work import unit_of_work
from tests.conftest import NOW

CHANGING = {"setWebhook", "deleteWebhook", "setMyCommands", "getUpdates", "sendMessage"}


@pytest.fixture
async def healthy(settings: Settings, telegram: Telegram) -> AsyncIterator[Settings]:
    """Settings with which nothing is wrong."""
    async with serve(create_app(telegram)) as address:
        yield changed(
            settings, bot_api_url=address, encryption_keys=[Fernet.generate_key().decode()]
        )


def changed(settings: Settings, **values: Any) -> Settings:
    return Settings(_env_file=None, **settings.model_dump() | values)


async def wrong(settings: Settings) -> list[Finding]:
    return [finding async for finding in examine(settings) if finding.remedy]


async def test_nothing_is_wrong_and_nothing_is_changed(
    healthy: Settings, telegram: Telegram
) -> None:
    assert await wrong(healthy) == []
    assert not CHANGING & {call.method for call in telegram.calls}
    lines = [str(finding) async for finding in examine(healthy)]
    assert "ok     token: @daiko_bot" in lines
    assert "ok     topics: on" in lines
    assert all(line.startswith("ok ") and "\n" not in line for line in lines)


async def test_a_missing_key_comes_with_one(healthy: Settings) -> None:
    (finding,) = [
        finding
        async for finding in examine(changed(healthy, encryption_keys=()))
        if finding.what == "encryption"
    ]
    key = str(finding).rpartition("ENCRYPTION_KEYS=")[2]
    Fernet(key)
    assert str(finding).startswith("warn   encryption: ")
    assert not finding.is_wrong  # an agency without pay-outs can do without


async def test_a_missing_key_is_wrong_where_there_have_been_pay_outs(healthy: Settings) -> None:
    database = await Database.connect(healthy.database_url)
    async with unit_of_work(database) as uow:
        await uow.people.meet(PersonId(7), "Aki", "", "en", NOW)
        row = await uow.tx.run(
            payout.insert(),
            customer_id=7,
            currency="USD",
            amount=500,
            fee=200,
            method="bank",
            state="held",
            details=b"sealed",
            details_hint="***",
            requested_at=to_ms(NOW),
            due_on="2026-11-05",
        )
        assert row == 1
    await database.close()
    (finding,) = [
        finding
        async for finding in examine(changed(healthy, encryption_keys=()))
        if finding.what == "encryption"
    ]
    assert finding.is_wrong
    assert str(finding).startswith("WRONG  encryption: ")


async def test_a_database_of_another_time(healthy: Settings, empty_database_url: str) -> None:
    found = await wrong(changed(healthy, database_url=empty_database_url))
    if empty_database_url.startswith("sqlite"):
        assert found == []  # `daiko run` makes it
    else:
        (finding,) = found
        assert "daiko migrate" in finding.remedy


async def test_a_database_that_cannot_be_opened(healthy: Settings) -> None:
    gone = changed(healthy, database_url="postgresql://a:secret@127.0.0.1:9/none")
    (finding,) = await wrong(gone)
    assert (finding.what, finding.remedy) == ("database", "Look at DATABASE_URL")
    assert "secret" not in str(finding)


async def test_a_token_that_nobody_knows(healthy: Settings) -> None:
    (finding,) = await wrong(changed(healthy, bot_token="1:wrong"))
    assert finding.what == "token"
    assert "@BotFather" in finding.remedy


async def test_telegram_out_of_reach(healthy: Settings) -> None:
    (finding,) = await wrong(changed(healthy, bot_api_url="http://127.0.0.1:9"))
    assert "cannot be reached" in finding.found


async def test_another_bots_webhook(healthy: Settings, telegram: Telegram) -> None:
    token = healthy.bot_token.get_secret_value()
    async with Bot(
        token,
        base_url=f"{healthy.bot_api_url}/bot",
        request=AiohttpRequest(),
        get_updates_request=AiohttpRequest(),
    ) as bot:
        await bot.set_webhook("https://elsewhere.example/telegram")
    (finding,) = await wrong(healthy)
    assert finding.found == "Telegram sends them to https://elsewhere.example/telegram"


async def test_a_group_the_bot_is_not_in(healthy: Settings) -> None:
    (finding,) = await wrong(changed(healthy, staff_chat_id=-100999))
    assert "STAFF_CHAT_ID" in finding.remedy


async def test_rights_that_are_missing(
    healthy: Settings, telegram: Telegram, staff: Forum, boss: Person
) -> None:
    boss.promotes(telegram.bot, staff, rights=["can_pin_messages"])
    assert [finding.found for finding in await wrong(healthy)] == [
        "the bot may not manage topics",
        "the bot may not delete messages",
    ]


async def test_a_bot_that_is_no_administrator_hears_little(
    healthy: Settings, telegram: Telegram, staff: Forum, boss: Person
) -> None:
    boss.demotes(telegram.bot, staff)
    found = await wrong(healthy)
    assert [finding.what for finding in found][-3:] == ["right", "right", "right"]
    assert any("/setprivacy" in finding.remedy for finding in found) or len(found) == 3


async def test_a_group_without_topics(healthy: Settings, telegram: Telegram, boss: Person) -> None:
    plain = telegram.basic_group("Plain", creator=boss)
    boss.promotes(telegram.bot, plain)
    found = await wrong(changed(healthy, staff_chat_id=plain.id))
    assert ("topics", "off") in [(finding.what, finding.found) for finding in found]


# PayPal ---------------------------------------------------------------------------------------


@pytest.fixture
async def paying(settings: Settings, telegram: Telegram) -> AsyncIterator[tuple[Settings, PayPal]]:
    """A bot that takes PayPal, and the PayPal it takes."""
    paypal = PayPal()
    async with serve(create_app(telegram, paypal=paypal)) as address:
        paypal.address = f"{address}/paypal"
        yield (
            changed(
                settings,
                bot_api_url=address,
                encryption_keys=[Fernet.generate_key().decode()],
                paypal_client_id=CLIENT_ID,
                paypal_client_secret=SECRET,
                paypal_api_url=paypal.address,
            ),
            paypal,
        )


async def test_a_paypal_that_knows_us_is_in_order(paying: tuple[Settings, PayPal]) -> None:
    settings, paypal = paying
    lines = [str(finding) async for finding in examine(settings)]
    assert [line for line in lines if line.split()[1].startswith("paypal")] == [
        f"ok     paypal: {paypal.address.split('/')[2]}",
        "ok     paypal's disputes: can be seen",
        "ok     paypal's webhook: none: payments are asked about every little while",
    ]
    assert paypal.orders == {}


async def test_wrong_credentials_of_paypal_are_seen(paying: tuple[Settings, PayPal]) -> None:
    settings, paypal = paying
    (finding,) = await wrong(changed(settings, paypal_client_secret="EfG-secret"))
    assert (finding.what, finding.found) == ("paypal", "does not know these credentials")
    assert "EfG-secret" not in str(finding)
    paypal.moods.down = True
    (finding,) = await wrong(settings)
    assert "cannot be reached" in finding.found


async def test_a_right_that_is_missing_and_a_webhook_without_a_door_are_seen(
    paying: tuple[Settings, PayPal],
) -> None:
    settings, paypal = paying
    paypal.moods.no_disputes = True
    found = await wrong(changed(settings, paypal_webhook_id="5GP028458E2496506"))
    assert [finding.what for finding in found] == ["paypal's disputes", "paypal's webhook"]
    paypal.moods.no_disputes = False
    assert await wrong(changed(settings, paypal_webhook_id="5GP0", http_port=8443)) == []
