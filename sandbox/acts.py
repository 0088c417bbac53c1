"""What people can do in Telegram, as their app would let them."""

from __future__ import annotations

from collections.abc import Sequence

from sandbox.entities import tidy
from sandbox.files import StoredFile, albums, describe
from sandbox.limits import CAPTION_MAX, TEXT_MAX, utf16_length
from sandbox.methods.chats import change_member
from sandbox.methods.editing import REACTIONS, put_reactions
from sandbox.methods.topics import erase_topic, open_topic, turn_topic
from sandbox.world import TOPIC_COLORS, Bot, Chat, Group, Json, Private, Query, Topic, User, World


class CannotDo(Exception):
    """A person's app would not let them do this."""


def say(
    world: World,
    user: User,
    chat: Chat,
    content: Json,
    *,
    topic: Topic | None = None,
    reply_to: Json | None = None,
) -> Json:
    """Write any kind of message."""
    topic = topic or _topic_of(chat, reply_to)
    _check_may_write(user, chat, topic)
    return world.write(chat, user, content, topic=topic, reply_to=reply_to)


def _topic_of(chat: Chat, reply_to: Json | None) -> Topic | None:
    if reply_to is None or not isinstance(chat, Group) or not reply_to.get("is_topic_message"):
        return None
    return chat.topics.get(reply_to["message_thread_id"])


def _check_may_write(user: User, chat: Chat, topic: Topic | None) -> None:
    if isinstance(chat, Private):
        if chat.user is not user:
            raise CannotDo("this is somebody else's chat")
        if chat.blocked:
            raise CannotDo("you blocked the bot")
        chat.opened = True
        return
    assert isinstance(chat, Group)
    member = chat.member(user)
    if not member.is_in:
        raise CannotDo("you are not in this group")
    if topic is not None and topic.closed and not member.may("can_manage_topics"):
        raise CannotDo("the topic is closed")


def write_text(
    world: World,
    user: User,
    chat: Chat,
    text: str,
    *,
    topic: Topic | None = None,
    reply_to: Json | None = None,
) -> Json:
    """A text; one that is too long goes as several messages, of which the last is returned."""
    parts = _parts(text)
    if not parts:
        raise CannotDo("there is nothing to send")
    for part in parts:
        formatted = tidy(part, [])
        content: Json = {"text": formatted.text}
        if formatted.spans:
            content["entities"] = formatted.entities()
        message = say(world, user, chat, content, topic=topic, reply_to=reply_to)
    return message


def _parts(text: str) -> list[str]:
    parts, part, length = [], "", 0
    if utf16_length(text) <= TEXT_MAX:
        parts = [text]
    else:
        for letter in text:
            width = utf16_length(letter)
            if length + width > TEXT_MAX:
                parts.append(part)
                part, length = "", 0
            part += letter
            length += width
        parts.append(part)
    return [part for part in parts if tidy(part, [], find=False).text]


def caption(text: str | None) -> Json:
    """A caption as a message carries it."""
    if not text:
        return {}
    if utf16_length(text) > CAPTION_MAX:
        raise CannotDo("the caption is too long")
    formatted = tidy(text, [])
    told: Json = {"caption": formatted.text}
    if formatted.spans:
        told["caption_entities"] = formatted.entities()
    return told


def poll(question: str, *texts: str) -> Json:
    """A poll nobody has voted in."""
    options = [{"persistent_id": text, "text": text, "voter_count": 0} for text in texts]
    told = {
        "id": "1", "question": question, "options": options, "total_voter_count": 0,
        "is_closed": False, "is_anonymous": True, "type": "regular",
        "allows_multiple_answers": False, "allows_revoting": False, "members_only": False,
    }  # fmt: skip
    return {"poll": told}


def send_album(
    world: World,
    user: User,
    chat: Chat,
    files: Sequence[StoredFile],
    text: str | None = None,
    *,
    topic: Topic | None = None,
    reply_to: Json | None = None,
) -> list[Json]:
    """Several files as one album, its caption on the first."""
    group_id = f"1{world.unique():017d}"
    sent = []
    for number, stored in enumerate(files):
        content = {"media_group_id": group_id, **describe(stored)}
        if number == 0:
            content |= caption(text)
        sent.append(say(world, user, chat, content, topic=topic, reply_to=reply_to))
    return sent


def send_files(
    world: World,
    user: User,
    chat: Chat,
    files: Sequence[StoredFile],
    text: str | None = None,
    *,
    topic: Topic | None = None,
    reply_to: Json | None = None,
) -> list[Json]:
    """Whatever was chosen, as few messages as an app makes of it; the caption on the first."""
    sent: list[Json] = []
    for together in albums(files):
        words = None if sent else text
        if len(together) > 1:
            sent += send_album(world, user, chat, together, words, topic=topic, reply_to=reply_to)
        else:
            content = describe(together[0]) | caption(words)
            sent.append(say(world, user, chat, content, topic=topic, reply_to=reply_to))
    return sent


def edit_text(world: World, user: User, chat: Chat, message_id: int, text: str) -> Json:
    """Change one's own text, or caption."""
    message = chat.messages.get(message_id)
    if message is None or message["from"]["id"] != user.id:
        raise CannotDo("this is not your message")
    if "text" in message:
        formatted = tidy(text, [])
        if not formatted.text:
            raise CannotDo("there is nothing to send")
        new: Json = {"text": formatted.text}
        if formatted.spans:
            new["entities"] = formatted.entities()
    else:
        new = caption(text)
    for name in ("text", "entities", "caption", "caption_entities"):
        message.pop(name, None)
    message.update(new)
    world.edited(chat, message, user)
    return message


def press(world: World, user: User, chat: Chat, message_id: int, data: str) -> Query:
    """Press a button; the data need not be that of any button, since apps can be forged, and the
    message may be gone, since another phone may still show it."""
    _check_may_press(user, chat)
    message = chat.messages.get(message_id)
    if message is None and not 0 < message_id <= world.last_message_id(chat):
        raise CannotDo("there is no such message")
    bot = _pressed_bot(world, chat, message)
    query = Query(f"{41_000_000_000 + world.unique()}", bot, user, world.clock().timestamp())
    world.queries[query.id] = query
    asked: Json = {
        "id": query.id,
        "from": user.as_json,
        "message": message or {"chat": chat.as_json, "message_id": message_id, "date": 0},
        "chat_instance": str(7_000_000_000_000 + chat.id),
        "data": data,
    }
    bot.updates.put("callback_query", asked, chat.id)
    return query


def _check_may_press(user: User, chat: Chat) -> None:
    if isinstance(chat, Private) and chat.user is not user:
        raise CannotDo("this is somebody else's chat")
    if isinstance(chat, Group) and not chat.member(user).is_in:
        raise CannotDo("you are not in this group")


def _pressed_bot(world: World, chat: Chat, message: Json | None) -> Bot:
    """Whose message it is; one that is gone is taken for that of the bot that is there."""
    if message is None:
        return world.bots_in(chat)[0]
    bot = next((b for b in world.bots.values() if b.user.id == message["from"]["id"]), None)
    if bot is None:
        raise CannotDo("this message is not a bot's")
    return bot


def react(world: World, user: User, chat: Chat, message_id: int, emoji: str | None) -> None:
    """Put a reaction on a message, or take it back with None."""
    if message_id not in chat.messages:
        raise CannotDo("this message is gone")
    if emoji is not None and emoji not in REACTIONS:
        raise CannotDo("there is no such reaction")
    old = chat.reactions.get(message_id, {}).get(user.id, [])
    new = [emoji] if emoji else []
    put_reactions(world, chat, message_id, user.id, new)
    change = {
        "chat": chat.as_json,
        "message_id": message_id,
        "user": user.as_json,
        "date": world.timestamp(),
        "old_reaction": [{"type": "emoji", "emoji": one} for one in old],
        "new_reaction": [{"type": "emoji", "emoji": one} for one in new],
    }
    for bot in world.bots_in(chat):
        if isinstance(chat, Private) or (isinstance(chat, Group) and chat.member(bot.user).leads):
            bot.updates.put("message_reaction", change, chat.id)


def delete_message(world: World, user: User, chat: Chat, message_id: int) -> None:
    """Bots are never told of deletions."""
    message = chat.messages.get(message_id)
    if message is None:
        raise CannotDo("this message is gone")
    own = message["from"]["id"] == user.id
    if isinstance(chat, Group) and not (own or chat.member(user).may("can_delete_messages")):
        raise CannotDo("this is not your message")
    world.remove(chat, message_id)


def block(world: World, chat: Private, blocked: bool) -> None:
    """Block the bot, or let it write again."""
    if chat.blocked == blocked:
        return
    chat.blocked = blocked
    before, after = ("member", "kicked") if blocked else ("kicked", "member")
    change = {
        "chat": chat.as_json,
        "from": chat.user.as_json,
        "date": world.timestamp(),
        "old_chat_member": _place(chat, before),
        "new_chat_member": _place(chat, after),
    }
    chat.bot.updates.put("my_chat_member", change, chat.id)


def _place(chat: Private, status: str) -> Json:
    told: Json = {"user": chat.bot.user.as_json, "status": status}
    if status == "kicked":
        told["until_date"] = 0
    return told


def _check_manages_topics(user: User, group: Group, topic: Topic | None = None) -> None:
    own = topic is not None and topic.creator_id == user.id
    if not own and not group.member(user).may("can_manage_topics"):
        raise CannotDo("you may not manage topics")


def make_topic(world: World, user: User, group: Group, name: str) -> Topic:
    _check_manages_topics(user, group)
    return open_topic(world, group, user, name, TOPIC_COLORS[len(group.topics) % 6])


def delete_topic(world: World, user: User, group: Group, topic: Topic) -> None:
    _check_manages_topics(user, group)
    erase_topic(world, group, topic)


def turn(world: World, user: User, group: Group, topic: Topic, *, closed: bool) -> None:
    """Close a topic, or open it again."""
    _check_manages_topics(user, group, topic)
    if topic.closed == closed:
        raise CannotDo("the topic is already so")
    turn_topic(world, group, topic, user, closed=closed)


def become(
    world: World,
    group: Group,
    user: User,
    status: str,
    *,
    by: User | None = None,
    rights: frozenset[str] = frozenset(),
) -> None:
    """Join, leave, be promoted, be removed."""
    change_member(world, group, user, status, by=by or user, rights=rights)
