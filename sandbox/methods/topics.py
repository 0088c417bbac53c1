"""Methods that make and keep the topics of a forum."""

from __future__ import annotations

from functools import partial
from typing import Final

from sandbox.errors import bad_request, not_enough_rights
from sandbox.limits import TOPIC_NAME_MAX
from sandbox.methods.places import forum_of
from sandbox.params import Params
from sandbox.world import TOPIC_COLORS, Bot, Group, Json, Topic, User, World

ICONS: Final = {
    "5434144690511290129": "📰", "5312536423851630001": "💡", "5312016608254762256": "⚡️",
    "5377544228505134960": "🎙", "5418085807791545980": "🔝", "5370870893004203704": "🗣",
    "5420216386448270341": "🆒", "5379748062124056162": "❗️", "5373251851074415873": "📝",
    "5377316857231450742": "❓", "5350481781306958339": "📚", "5312241539987020022": "🔥",
    "5350452584119279096": "💰", "5431492767249342908": "🛒", "5350497316203668441": "🚂",
    "5312486108309757006": "🏠", "5357120306097956843": "🧳", "5348436127038579546": "✈️",
    "5237699328843200968": "✅", "5408906741125490282": "🏁", "5357121491508928442": "👀",
}  # fmt: skip


def create_forum_topic(world: World, bot: Bot, params: Params) -> Json:
    group = forum_of(world, bot, params)
    if not group.member(bot.user).may("can_manage_topics"):
        raise not_enough_rights("create a topic")
    name = _name(params)
    color = params.number("icon_color") if params.text("icon_color") else TOPIC_COLORS[0]
    if color not in TOPIC_COLORS:
        raise bad_request("invalid icon color specified")
    icon = params.text("icon_custom_emoji_id") or None
    if icon is not None and icon not in ICONS:
        raise bad_request("DOCUMENT_INVALID")
    return open_topic(world, group, bot.user, name, color, icon).as_json


def _name(params: Params) -> str:
    name = params.text("name").strip()
    if not name:
        raise bad_request("TOPIC_TITLE_EMPTY")
    return name[:TOPIC_NAME_MAX]


def open_topic(
    world: World, group: Group, creator: User, name: str, color: int, icon: str | None = None
) -> Topic:
    """A topic is known by the number of the service message that opens it."""
    made: Json = {"name": name, "icon_color": color}
    if icon:
        made["icon_custom_emoji_id"] = icon
    thread_id = group.last_message_id + 1
    place = {"message_thread_id": thread_id, "is_topic_message": True}
    topic = Topic(thread_id, name, color, {}, creator.id, icon)
    group.topics[thread_id] = topic
    topic.first = world.write(group, creator, {**place, "forum_topic_created": made}, echo=True)
    _announce(world, group, topic)
    return topic


def _announce(world: World, group: Group, topic: Topic) -> None:
    world.announce({"type": "topic", "chat_id": group.id, "topic": shown(topic)})


def shown(topic: Topic) -> Json:
    """A topic as the demo's page shows it."""
    return {
        "id": topic.id,
        "name": topic.name,
        "closed": topic.closed,
        "icon_color": topic.icon_color,
        "icon": ICONS.get(topic.icon_custom_emoji_id or ""),
    }


def _topic(group: Group, bot: Bot, params: Params, to_do: str) -> Topic:
    """A topic the bot may manage: with the right to, or because it made it."""
    topic = group.topics.get(params.number("message_thread_id"))
    if topic is None:
        raise bad_request("TOPIC_ID_INVALID")
    if topic.creator_id != bot.user.id and not group.member(bot.user).may("can_manage_topics"):
        raise not_enough_rights(to_do)
    return topic


def edit_forum_topic(world: World, bot: Bot, params: Params) -> bool:
    group = forum_of(world, bot, params)
    topic = _topic(group, bot, params, "edit the topic")
    changed: Json = {}
    if params.text("name") and _name(params) != topic.name:
        changed["name"] = topic.name = _name(params)
    if "icon_custom_emoji_id" in params:
        icon = params.text("icon_custom_emoji_id") or None
        if icon is not None and icon not in ICONS:
            raise bad_request("DOCUMENT_INVALID")
        if icon != topic.icon_custom_emoji_id:
            topic.icon_custom_emoji_id = icon
            changed["icon_custom_emoji_id"] = icon or ""
    if not changed:
        raise bad_request("TOPIC_NOT_MODIFIED")
    _announce(world, group, topic)
    world.write(group, bot.user, {"forum_topic_edited": changed}, topic=topic, echo=True)
    return True


def turn_forum_topic(closed: bool, world: World, bot: Bot, params: Params) -> bool:
    """Close a topic, or open it again."""
    group = forum_of(world, bot, params)
    topic = _topic(group, bot, params, "close or open the topic")
    if topic.closed == closed:
        raise bad_request("TOPIC_NOT_MODIFIED")
    turn_topic(world, group, topic, bot.user, closed=closed)
    return True


close_forum_topic = partial(turn_forum_topic, True)
reopen_forum_topic = partial(turn_forum_topic, False)


def turn_topic(world: World, group: Group, topic: Topic, by: User, *, closed: bool) -> None:
    topic.closed = closed
    what = "forum_topic_closed" if closed else "forum_topic_reopened"
    world.write(group, by, {what: {}}, topic=topic, echo=True)
    _announce(world, group, topic)


def delete_forum_topic(world: World, bot: Bot, params: Params) -> bool:
    """Which is deleting messages, and takes the right to do that."""
    group = forum_of(world, bot, params)
    topic = _topic(group, bot, params, "delete the topic")
    if not group.member(bot.user).may("can_delete_messages"):
        raise not_enough_rights("delete the topic")
    erase_topic(world, group, topic)
    return True


def erase_topic(world: World, group: Group, topic: Topic) -> None:
    """All of its messages vanish, and no bot is told."""
    del group.topics[topic.id]
    gone = [
        message_id
        for message_id, message in group.messages.items()
        if message.get("message_thread_id") == topic.id and message.get("is_topic_message")
    ]
    for message_id in gone:
        world.remove(group, message_id)
    world.announce(
        {"type": "topic", "chat_id": group.id, "topic": {**shown(topic), "deleted": True}}
    )


def get_forum_topic_icon_stickers(world: World, bot: Bot, params: Params) -> list[Json]:
    stickers = []
    for custom_emoji_id, emoji in ICONS.items():
        file_id = f"icon{custom_emoji_id}"
        stickers.append(
            {
                "file_id": file_id,
                "file_unique_id": custom_emoji_id,
                "type": "custom_emoji",
                "width": 100,
                "height": 100,
                "is_animated": True,
                "is_video": False,
                "emoji": emoji,
                "set_name": "Topics",
                "custom_emoji_id": custom_emoji_id,
                "needs_repainting": False,
            }
        )
    return stickers
