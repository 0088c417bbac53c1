"""People who blocked the bot and are back; forged numbers; parties that are no person."""

from __future__ import annotations

from bot.receiver import received
from storage.unit_of_work import looking
from tests.stories.roads import estimated, opens
from tests.stories.shop import Shop, Somebody


async def test_who_writes_again_has_blocked_the_bot_no_longer(
    shop: Shop, aki: Somebody, boss: Somebody
) -> None:
    await estimated(aki, boss)
    aki.person.blocks()
    await shop.rest()
    await boss.says_in_topic("/hold we ask the shop", 1)
    assert (await shop.file(1)).customer.blocked
    aki.person.unblocks()
    await shop.rest()
    await opens(aki)
    assert not (await shop.file(1)).customer.blocked
    shop.telegram.calls.clear()  # what was refused while she had blocked it


USER = {"id": 501, "is_bot": False, "first_name": "Zoe"}
PRIVATE = {"id": 501, "type": "private", "first_name": "Zoe"}
BOT = {"id": 502, "is_bot": True, "first_name": "Robot", "username": "a_robot"}
CHANNEL = {"id": -1005, "type": "channel", "title": "News"}
OTHER = {"id": -1006, "type": "supergroup", "title": "Elsewhere"}
ANONYMOUS = {"id": 1087968824, "is_bot": True, "first_name": "Group"}


def message(**more: object) -> dict[str, object]:
    return {"message_id": 7, "date": 1, "chat": PRIVATE, "from": USER, "text": "hello", **more}


def member(status: str) -> dict[str, object]:
    return {"user": BOT, "status": status, "until_date": 0}


def odd(staff: int) -> list[dict[str, object]]:
    group = {"id": staff, "type": "supergroup", "title": "Staff", "is_forum": True}
    press = {"id": "1", "from": USER, "chat_instance": "1"}
    command = [{"type": "bot_command", "offset": 0, "length": 6}]
    gone = {"chat": PRIVATE, "message_id": 3, "date": 0}
    reaction = {
        "chat": PRIVATE,
        "message_id": 3,
        "date": 1,
        "old_reaction": [],
        "new_reaction": [],
    }
    changed = {"chat": PRIVATE, "from": USER, "date": 1}
    return [
        {"message": message(**{"from": BOT})},
        {"message": message(**{"from": BOT, "text": "/start", "entities": command})},
        {"message": message(chat=OTHER)},
        {"message": message(chat=OTHER, text="/start", entities=command)},
        {"message": message(chat=OTHER, text="/start", entities=command, **{"from": BOT})},
        {"message": {**message(chat=CHANNEL, sender_chat=CHANNEL), "from": None}},
        {"message": message(chat=group, **{"from": ANONYMOUS, "sender_chat": group})},
        {"message": message(chat=group, text="/queue", **{"from": USER})},
        {
            "message": message(
                chat=group, text="/confirm", message_thread_id=99, is_topic_message=True
            )
        },
        {"message": message(text=None, new_chat_members=[USER])},
        {"message": message(text=None, pinned_message=gone)},
        {"message": message(text=None, migrate_to_chat_id=-1009, chat=OTHER)},
        {"message": message(text=None, dice={"emoji": "🎲", "value": 3})},
        {"message": message(text="")},
        {"edited_message": message(edit_date=2)},
        {"edited_message": message(edit_date=2, chat=group)},
        {"edited_message": message(edit_date=2, **{"from": BOT})},
        {"callback_query": {**press, "data": "go:m", "message": gone}},
        {"callback_query": {**press, "data": "go:m", "inline_message_id": "abc"}},
        {"callback_query": {**press, "data": "", "message": message()}},
        {"callback_query": {**press, "game_short_name": "chess", "message": message()}},
        {"callback_query": {**press, "data": "do:zzz:1:1", "message": message(chat=group)}},
        {"callback_query": {**press, "data": "x" * 64, "message": message(chat=OTHER)}},
        {"message_reaction": {**reaction, "user": USER}},
        {"message_reaction": {**reaction, "actor_chat": CHANNEL, "chat": group}},
        {
            "my_chat_member": {
                **changed,
                "old_chat_member": member("member"),
                "new_chat_member": member("kicked"),
            }
        },
        {
            "chat_member": {
                **changed,
                "chat": group,
                "old_chat_member": member("member"),
                "new_chat_member": member("left"),
            }
        },
        {"channel_post": message(chat=CHANNEL)},
        {"something_new": {"chat": PRIVATE}},
        {},
    ]


async def test_nothing_that_telegram_may_send_is_a_bug(shop: Shop, boss: Somebody) -> None:
    for number, update in enumerate(odd(shop.group.id), 9_000):
        await shop.daiko.receiver.store([received({"update_id": number, **update})])
        await shop.daiko.settle_down()
        async with looking(shop.daiko.database) as uow:
            assert await uow.inbox.parked() == [], update
            assert await uow.inbox.count_waiting() == 0, update
    shop.telegram.calls.clear()  # these chats are not known to the sandbox
