"""Where a request goes: the chat, the topic, the message it answers, and whether it may."""

from __future__ import annotations

from typing import Any

from sandbox.errors import Declined, bad_request, forbidden
from sandbox.limits import BATCH_MAX
from sandbox.params import Params
from sandbox.world import Bot, Chat, Group, Json, Private, Topic, World


def chat_of(world: World, bot: Bot, params: Params, name: str = "chat_id") -> Chat:
    """The chat a request names, if this bot knows it."""
    given = params.text(name)
    if not given:
        raise bad_request("chat_id is empty")
    chat_id = params.number(name)
    private = bot.privates.get(chat_id)
    if private is not None and private.opened:
        return private
    group = world.groups.get(chat_id)
    if group is not None and bot.user.id in group.members:
        return group
    user = world.users.get(chat_id)
    if user is not None and user.is_bot:
        raise forbidden("bot can't send messages to bots")
    if user is not None and _has_met(world, bot, user.id):
        raise forbidden("bot can't initiate conversation with a user")
    raise bad_request("chat not found")


def _has_met(world: World, bot: Bot, user_id: int) -> bool:
    return any(
        user_id in group.members and bot.user.id in group.members
        for group in world.groups.values()
    )


def writable(world: World, bot: Bot, params: Params) -> Chat:
    """The chat a request names, if this bot may write there now."""
    chat = chat_of(world, bot, params)
    if isinstance(chat, Private):
        if chat.user.deactivated:
            raise forbidden("user is deactivated")
        if chat.blocked:
            raise forbidden("bot was blocked by the user")
        return chat
    assert isinstance(chat, Group)
    present(bot, chat)
    return chat


def present(bot: Bot, group: Group) -> None:
    """The bot is in the group, and the group is still what it was."""
    if group.migrated_to is not None:
        raise Declined(
            400,
            "Bad Request: group chat was upgraded to a supergroup chat",
            {"migrate_to_chat_id": group.migrated_to},
        )
    status = group.member(bot.user).status
    what = f"{group.kind} chat"
    if status == "kicked":
        raise forbidden(f"bot was kicked from the {what}")
    if status == "left":
        raise forbidden(f"bot is not a member of the {what}")


def group_of(world: World, bot: Bot, params: Params) -> Group:
    chat = chat_of(world, bot, params)
    if not isinstance(chat, Group):
        raise bad_request("method is available for supergroup and channel chats only")
    present(bot, chat)
    return chat


def forum_of(world: World, bot: Bot, params: Params) -> Group:
    """The forum a request names."""
    chat = chat_of(world, bot, params)
    if not isinstance(chat, Group):
        raise bad_request("the chat is not a forum")
    present(bot, chat)
    if not chat.forum:
        raise bad_request("the chat is not a forum")
    return chat


def topic_of(chat: Chat, params: Params) -> Topic | None:
    """The topic a request names; General goes unnamed."""
    thread_id = params.number("message_thread_id")
    if not thread_id:
        return None
    topic = chat.topics.get(thread_id) if isinstance(chat, Group) else None
    if topic is None:
        raise bad_request("message thread not found")
    return topic


def reply_of(world: World, bot: Bot, chat: Chat, params: Params) -> Json | None:
    """The message a request answers, by either of the two ways to say so."""
    told = params.parsed("reply_parameters", "reply parameters")
    if told is None:
        message_id = params.number("reply_to_message_id")
        lenient = params.flag("allow_sending_without_reply")
    elif isinstance(told, dict):
        if not told:
            return None
        if "message_id" not in told:
            raise bad_request('can\'t find field "message_id"')
        message_id = int(told["message_id"] or 0)
        lenient = bool(told.get("allow_sending_without_reply"))
    else:
        raise bad_request("object expected as reply parameters")
    if not message_id:
        return None
    replied = chat.messages.get(message_id)
    if replied is None and not lenient:
        raise bad_request("message to be replied not found")
    return replied


def topic_for(chat: Chat, topic: Topic | None, reply_to: Json | None) -> Topic | None:
    """An answer stays in the topic of what it answers."""
    answers_in_topic = reply_to is not None and reply_to.get("is_topic_message")
    if topic is None and answers_in_topic and isinstance(chat, Group):
        assert reply_to is not None
        topic = chat.topics.get(reply_to["message_thread_id"])
    if topic is not None and topic.closed:
        raise bad_request("TOPIC_CLOSED")
    return topic


def message_of(chat: Chat, params: Params, to_do: str) -> Json:
    """The message a request names, by what is to be done with it."""
    message = chat.messages.get(params.number("message_id"))
    if message is None:
        raise bad_request(f"message to {to_do} not found")
    return message


def message_ids_of(params: Params) -> list[int]:
    told: Any = params.parsed("message_ids", "message identifiers")
    if told is None or told == []:
        raise bad_request("message identifiers are not specified")
    if not isinstance(told, list):
        raise bad_request("expected an Array of message identifiers")
    if len(told) > BATCH_MAX:
        raise bad_request("too many message identifiers specified")
    return [_message_id(one) for one in told]


def _message_id(told: Any) -> int:
    try:
        message_id = int(told)
    except (TypeError, ValueError):
        raise bad_request("can't parse message identifier as Number") from None
    if message_id <= 0:
        raise bad_request("invalid message identifier specified")
    return message_id
