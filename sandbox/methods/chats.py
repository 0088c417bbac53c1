"""Methods about chats and who is in them."""

from __future__ import annotations

from typing import Final

from sandbox.errors import bad_request
from sandbox.methods.places import chat_of, group_of, present
from sandbox.params import Params
from sandbox.world import Bot, Chat, Group, Json, Member, Private, User, World

PERMISSIONS: Final = (
    "can_send_messages", "can_send_audios", "can_send_documents", "can_send_photos",
    "can_send_videos", "can_send_video_notes", "can_send_voice_notes", "can_send_polls",
    "can_send_other_messages", "can_add_web_page_previews", "can_invite_users",
)  # fmt: skip
NO_GIFTS: Final = {
    "unlimited_gifts": False, "limited_gifts": False, "unique_gifts": False,
    "premium_subscription": False, "gifts_from_channels": False,
}  # fmt: skip


def get_chat(world: World, bot: Bot, params: Params) -> Json:
    chat = chat_of(world, bot, params)
    told: Json = {
        **chat.as_json,
        "accent_color_id": abs(chat.id) % 7,
        "max_reaction_count": 11,
        "accepted_gift_types": NO_GIFTS,
    }
    if isinstance(chat, Private):
        told["active_usernames"] = [chat.user.username] if chat.user.username else []
        if not told["active_usernames"]:
            del told["active_usernames"]
    if isinstance(chat, Group):
        present(bot, chat)
        told["permissions"] = dict.fromkeys(PERMISSIONS, True) | {
            "can_change_info": False, "can_pin_messages": False, "can_manage_topics": False,
        }  # fmt: skip
        told["join_to_send_messages"] = True
    if chat.pinned:
        newest = chat.messages[chat.pinned[-1]]
        told["pinned_message"] = {k: v for k, v in newest.items() if k != "reply_to_message"}
    return told


def get_chat_member(world: World, bot: Bot, params: Params) -> Json:
    if params.number("user_id") <= 0:
        raise bad_request("invalid user_id specified")
    chat = chat_of(world, bot, params)
    user = world.users.get(params.number("user_id"))
    if isinstance(chat, Private):
        if user is None or user.id not in (chat.user.id, bot.user.id):
            raise bad_request("member not found")
        return {"user": user.as_json, "status": "member"}
    assert isinstance(chat, Group)
    present(bot, chat)
    if user is None:
        raise bad_request("PARTICIPANT_ID_INVALID")
    return chat.member(user).as_json


def get_chat_administrators(world: World, bot: Bot, params: Params) -> list[Json]:
    """Other bots are left out."""
    chat = chat_of(world, bot, params)
    if isinstance(chat, Private):
        raise bad_request("there are no administrators in the private chat")
    assert isinstance(chat, Group)
    present(bot, chat)
    return [
        member.as_json
        for member in chat.members.values()
        if member.leads and (not member.user.is_bot or member.user is bot.user)
    ]


def get_chat_member_count(world: World, bot: Bot, params: Params) -> int:
    chat = chat_of(world, bot, params)
    if isinstance(chat, Group):
        present(bot, chat)
        return sum(1 for member in chat.members.values() if member.is_in)
    return 2


def leave_chat(world: World, bot: Bot, params: Params) -> bool:
    chat: Chat = chat_of(world, bot, params)
    if not isinstance(chat, Group):
        raise bad_request("chat member status can't be changed in private chats")
    group = group_of(world, bot, params)
    change_member(world, group, bot.user, "left", by=bot.user)
    return True


def change_member(
    world: World,
    group: Group,
    user: User,
    status: str,
    *,
    by: User,
    rights: frozenset[str] = frozenset(),
) -> None:
    """Somebody comes, goes, rises or falls; bots that see it are told."""
    old = group.member(user)
    before = old.as_json
    audience = {bot.user.id for bot in world.bots_in(group)}
    group.members[user.id] = new = Member(user, status, rights)
    audience |= {bot.user.id for bot in world.bots_in(group)}
    change = {
        "chat": group.as_json,
        "from": by.as_json,
        "date": world.timestamp(),
        "old_chat_member": before,
        "new_chat_member": new.as_json,
    }
    for bot in world.bots.values():
        if bot.user is user:
            bot.updates.put("my_chat_member", change, group.id)
        elif bot.user.id in audience and group.member(bot.user).leads:
            bot.updates.put("chat_member", change, group.id)
    if old.is_in and not new.is_in:
        world.write(group, by, {"left_chat_member": user.as_json})
    elif new.is_in and not old.is_in:
        world.write(group, by, {"new_chat_members": [user.as_json]})
