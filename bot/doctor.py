"""`daiko doctor`: what is wrong with the set-up, one line each, and how to mend it."""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any, Final
from urllib.parse import urlsplit

from cryptography.fernet import Fernet
from pydantic import SecretStr
from telegram.error import InvalidToken, TelegramError

from actions.payouts import BOOKS_FAILED
from bot.paypal import Declined, PaypalClient, PaypalError, WrongCredentials
from bot.request import AiohttpRequest, Api
from bot.settings import Settings
from storage.database import Database, sqlite_file
from storage.migrate import newest, revision_of
from storage.unit_of_work import looking

RIGHTS: Final = {
    "can_manage_topics": "manage topics",
    "can_pin_messages": "pin messages",
    "can_delete_messages": "delete messages",
}


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that was looked at; without a remedy it is in order."""

    what: str
    found: str
    remedy: str = ""
    is_optional: bool = False  # one can do without it

    @property
    def is_wrong(self) -> bool:
        return bool(self.remedy) and not self.is_optional

    def __str__(self) -> str:
        if not self.remedy:
            return f"ok     {self.what}: {self.found}"
        mark = "WRONG" if self.is_wrong else "warn "
        return f"{mark}  {self.what}: {self.found}. {self.remedy}"


async def examine(settings: Settings) -> AsyncIterator[Finding]:
    """Look at everything; nothing is changed by it."""
    yield Finding("settings", "read")
    yield await _secrets(settings)
    async for finding in _database(settings.database_url):
        yield finding
    request = AiohttpRequest()
    await request.initialize()
    try:
        token = settings.bot_token.get_secret_value()
        api = Api(f"{settings.bot_api_url}/bot{token}", request)
        async for finding in _telegram(settings, api):
            yield finding
    finally:
        await request.shutdown()
    if settings.paypal_client_secret is not None:
        async for finding in _paypal(settings, settings.paypal_client_secret):
            yield finding


async def _secrets(settings: Settings) -> Finding:
    """Without a key there are no pay-outs; that is wrong only where there have been some."""
    if settings.encryption_keys:
        return Finding("encryption", f"{len(settings.encryption_keys)} keys")
    key = Fernet.generate_key().decode()
    return Finding(
        "encryption",
        "there is no key to keep account details with: pay-outs are off",
        f"Keep this one in .env, and a copy elsewhere: ENCRYPTION_KEYS={key}",
        is_optional=not await _has_payouts(settings.database_url),
    )


async def _has_payouts(url: str) -> bool:
    if not _is_newest(url):
        return False  # that is said of the database
    database = await Database.connect(url)
    try:
        async with looking(database) as uow:
            return await uow.payouts.count() > 0
    finally:
        await database.close()


def _is_newest(url: str) -> bool:
    path = sqlite_file(url)
    try:
        return (path is None or path.exists()) and revision_of(url) == newest()
    except Exception:  # whatever the driver raises; it is said of the database
        return False


# PayPal ---------------------------------------------------------------------------------------


async def _paypal(settings: Settings, secret: SecretStr) -> AsyncIterator[Finding]:
    """Asks only for what changes nothing: a token, and the disputes of the last hour."""
    client = PaypalClient(settings.paypal_api_url, settings.paypal_client_id, secret)
    try:
        await client.greet()
        yield Finding("paypal", urlsplit(settings.paypal_api_url).netloc)
        yield await _disputes(client)
    except WrongCredentials:
        remedy = "Look at PAYPAL_CLIENT_ID, PAYPAL_CLIENT_SECRET and PAYPAL_API_URL"
        yield Finding("paypal", "does not know these credentials", remedy)
    except PaypalError as error:
        remedy = "Look at the network, and at PAYPAL_API_URL"
        yield Finding("paypal", f"cannot be reached ({error})", remedy)
    finally:
        await client.close()
    if not settings.paypal_webhook_id:
        yield Finding("paypal's webhook", "none: payments are asked about every little while")
    elif settings.http_port is None:
        remedy = "Set HTTP_PORT, or leave PAYPAL_WEBHOOK_ID empty"
        yield Finding("paypal's webhook", "has no door, for there is no HTTP", remedy)
    else:
        yield Finding("paypal's webhook", "listens on /paypal")


async def _disputes(client: PaypalClient) -> Finding:
    try:
        await client.disputes(datetime.now(UTC) - timedelta(hours=1))
    except Declined:
        remedy = "Give the app the feature Disputes in PayPal's developer dashboard"
        return Finding("paypal's disputes", "may not be seen", remedy)
    return Finding("paypal's disputes", "can be seen")


# The database ---------------------------------------------------------------------------------


async def _database(url: str) -> AsyncIterator[Finding]:
    path = sqlite_file(url)
    if path is not None and not path.exists():
        yield Finding("database", f"{path} will be made by `daiko run`")
        return
    try:
        revision = revision_of(url)
    except Exception as error:  # whatever the driver raises: it is said, not handled
        why = f"{type(error).__name__}: {error}".splitlines()[0]
        yield Finding("database", f"cannot be opened ({why})", "Look at DATABASE_URL")
        return
    if revision != newest():
        remedy = "Run `daiko migrate`" if path is None else "`daiko run` brings it up to date"
        yield Finding("database", f"is at revision {revision or 'none'}", remedy)
        return
    yield Finding("database", f"{path or 'PostgreSQL'} is up to date")
    yield await _parked(url)
    yield await _books(url)


async def _parked(url: str) -> Finding:
    database = await Database.connect(url)
    try:
        async with looking(database) as uow:
            parked = await uow.inbox.count_parked()
    finally:
        await database.close()
    if parked:
        return Finding("updates", f"{parked} could not be worked", "See `daiko replay`")
    return Finding("updates", "none is parked")


async def _books(url: str) -> Finding:
    database = await Database.connect(url)
    try:
        async with looking(database) as uow:
            failed = await uow.marks.find(BOOKS_FAILED)
    finally:
        await database.close()
    if failed:
        remedy = "Run `daiko check`; pay-outs go on by themselves when all is in order"
        return Finding("books", f"proofs {failed} failed, and pay-outs are stopped", remedy)
    return Finding("books", "nothing stops pay-outs")


# Telegram -------------------------------------------------------------------------------------


async def _telegram(settings: Settings, api: Api) -> AsyncIterator[Finding]:
    try:
        me = await api.call("getMe")
    except InvalidToken:
        yield Finding("token", "Telegram does not know it", "Ask @BotFather for BOT_TOKEN")
        return
    except TelegramError as error:
        remedy = "Look at the network, and at BOT_API_URL"
        yield Finding("token", f"Telegram cannot be reached ({error.message})", remedy)
        return
    yield Finding("token", f"@{me['username']}")
    yield await _updates(settings, api)
    async for finding in _group(settings.staff_chat_id, me, api):
        yield finding


async def _updates(settings: Settings, api: Api) -> Finding:
    info = await api.call("getWebhookInfo")
    url = info.get("url", "")
    wanted = f"{settings.webhook_url}/telegram" if settings.updates == "webhook" else ""
    if url != wanted:
        found = f"Telegram sends them to {url}" if url else "Telegram knows no webhook"
        remedy = "`daiko run` changes it; if it comes back, another bot uses this token"
        return Finding("updates", found, remedy)
    if wanted and (trouble := info.get("last_error_message")):
        return Finding("updates", f"Telegram's last try failed: {trouble}", "Look at WEBHOOK_URL")
    return Finding("updates", f"by {settings.updates}")


async def _group(chat_id: int, me: dict[str, Any], api: Api) -> AsyncIterator[Finding]:
    try:
        chat = await api.call("getChat", chat_id=chat_id)
        bot = await api.call("getChatMember", chat_id=chat_id, user_id=me["id"])
    except TelegramError as error:
        remedy = "Look at STAFF_CHAT_ID, and add the bot to the group"
        yield Finding("staff group", f"cannot be seen ({error.message})", remedy)
        return
    yield Finding("staff group", chat.get("title", str(chat_id)))
    yield _topics(chat)
    is_admin = bot["status"] in ("administrator", "creator")
    yield _privacy(me, is_admin=is_admin)
    for right, words in RIGHTS.items():
        yield _right(words, granted=is_admin and bool(bot.get(right)))


def _topics(chat: dict[str, Any]) -> Finding:
    if chat.get("is_forum"):
        return Finding("topics", "on")
    return Finding("topics", "off", "Switch them on in the group's settings")


def _privacy(me: dict[str, Any], *, is_admin: bool) -> Finding:
    if is_admin or me.get("can_read_all_group_messages"):
        return Finding("privacy mode", "the bot hears what staff write")
    return Finding(
        "privacy mode",
        "on, so that the bot does not hear what staff write",
        "Make it an administrator, or /setprivacy → Disable with @BotFather and add it anew",
    )


def _right(words: str, *, granted: bool) -> Finding:
    if granted:
        return Finding("right", words)
    return Finding("right", f"the bot may not {words}", "Grant it in the group's administrators")
