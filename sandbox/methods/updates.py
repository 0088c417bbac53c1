"""Methods by which a bot gets its updates, and answers a press."""

from __future__ import annotations

from typing import Any

from sandbox.errors import bad_request, conflict
from sandbox.limits import CALLBACK_ANSWER_MAX, QUERY_LIVES_SECONDS, utf16_length
from sandbox.params import Params
from sandbox.queue import LIMIT_MAX, TIMEOUT_MAX
from sandbox.webhooks import Webhook, checked_address, checked_secret
from sandbox.world import Bot, Json, Toast, World


def _allowed(params: Params) -> list[str] | None:
    told: Any = params.parsed("allowed_updates", "allowed updates")
    if told is None:
        return None
    if not isinstance(told, list):
        raise bad_request("can't parse allowed updates: expected an Array of String")
    return [str(one).lower() for one in told]


async def get_updates(world: World, bot: Bot, params: Params) -> bytes:
    """Updates as they were when they happened, each already in its final form."""
    limit = min(max(params.number("limit", LIMIT_MAX), 1), LIMIT_MAX)
    timeout = min(max(params.number("timeout"), 0), TIMEOUT_MAX)
    if bot.updates.webhook is None:
        bot.updates.allow(_allowed(params))
    updates = await bot.updates.poll(params.number("offset"), limit, timeout)
    return b"[" + b",".join(update.body for update in updates) + b"]"


async def set_webhook(world: World, bot: Bot, params: Params) -> bool:
    """An empty address is the same as `deleteWebhook`."""
    if not params.text("url"):
        return await delete_webhook(world, bot, params)
    address = checked_address(params.text("url"))
    secret = checked_secret(params.text("secret_token"))
    connections = params.number("max_connections", 40)
    if not 1 <= connections <= 100:
        connections = 40
    if bot.updates.webhook is not None:
        await bot.updates.webhook.stop()
    bot.updates.interrupt(conflict("terminated by setWebhook request"))
    bot.updates.allow(_allowed(params))
    if params.flag("drop_pending_updates"):
        bot.updates.clear()
    bot.updates.webhook = Webhook(bot.updates, address, secret, connections)
    bot.updates.webhook.start()
    return True


async def delete_webhook(world: World, bot: Bot, params: Params) -> bool:
    if bot.updates.webhook is not None:
        await bot.updates.webhook.stop()
        bot.updates.webhook = None
    if params.flag("drop_pending_updates"):
        bot.updates.clear()
    return True


def get_webhook_info(world: World, bot: Bot, params: Params) -> Json:
    info: Json = {
        "url": "",
        "has_custom_certificate": False,
        "pending_update_count": len(bot.updates.waiting),
    }
    if bot.updates.webhook is not None:
        info |= bot.updates.webhook.as_json
    if bot.updates.allowed is not None:
        info["allowed_updates"] = sorted(bot.updates.allowed)
    return info


def answer_callback_query(world: World, bot: Bot, params: Params) -> bool:
    """A press is answered once, and not too late."""
    query = world.queries.get(params.text("callback_query_id"))
    expired = query is not None and (
        world.clock().timestamp() - query.asked_at > QUERY_LIVES_SECONDS
    )
    if query is None or expired or query.bot is not bot:
        raise bad_request("query is too old and response timeout expired or query ID is invalid")
    text = params.text("text")
    if utf16_length(text) > CALLBACK_ANSWER_MAX:
        raise bad_request("MESSAGE_TOO_LONG")
    url = params.text("url") or None
    if url is not None and not url.startswith((f"t.me/{bot.user.username}?start=", "tg://")):
        accepted = f"https://t.me/{bot.user.username}?start="
        if not url.startswith(accepted):
            raise bad_request("URL_INVALID")
    del world.queries[query.id]
    toast = Toast(query.user.id, text, params.flag("show_alert"), url)
    world.toasts.append(toast)
    event: Json = {"type": "toast", "user_id": toast.user_id, "text": text, "alert": toast.alert}
    if url:
        event["url"] = url
    world.announce(event)
    return True
