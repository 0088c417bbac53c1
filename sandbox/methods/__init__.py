"""The methods of the Bot API, by the names Telegram knows, in small letters."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from functools import partial
from typing import Any, Final

from sandbox.methods import chats, copying, editing, profile, sending, topics, updates
from sandbox.params import Params
from sandbox.world import Bot, World

Method = Callable[[World, Bot, Params], Any]
SlowMethod = Callable[[World, Bot, Params], Awaitable[Any]]

METHODS: Final[dict[str, Method]] = {
    "getme": profile.get_me,
    "logout": profile.log_out,
    "close": profile.close,
    "getwebhookinfo": updates.get_webhook_info,
    "answercallbackquery": updates.answer_callback_query,
    "sendmessage": sending.send_message,
    **{
        f"send{kind}": partial(sending.send_file, kind)
        for kind in ("photo", "document", "video", "audio", "voice", "animation", "sticker")
    },
    "sendvideonote": partial(sending.send_file, "video_note"),
    "sendlocation": sending.send_location,
    "sendvenue": sending.send_venue,
    "sendcontact": sending.send_contact,
    "sendmediagroup": sending.send_media_group,
    "sendchataction": sending.send_chat_action,
    "copymessage": copying.copy_message,
    "copymessages": copying.copy_messages,
    "forwardmessage": copying.forward_message,
    "forwardmessages": copying.forward_messages,
    "editmessagetext": editing.edit_message_text,
    "editmessagecaption": editing.edit_message_caption,
    "editmessagemedia": editing.edit_message_media,
    "editmessagereplymarkup": editing.edit_message_reply_markup,
    "deletemessage": editing.delete_message,
    "deletemessages": editing.delete_messages,
    "setmessagereaction": editing.set_message_reaction,
    "pinchatmessage": editing.pin_chat_message,
    "unpinchatmessage": editing.unpin_chat_message,
    "unpinallchatmessages": editing.unpin_all_chat_messages,
    "unpinallforumtopicmessages": editing.unpin_all_forum_topic_messages,
    "unpinallgeneralforumtopicmessages": editing.unpin_all_forum_topic_messages,
    "getchat": chats.get_chat,
    "getchatmember": chats.get_chat_member,
    "getchatadministrators": chats.get_chat_administrators,
    "getchatmembercount": chats.get_chat_member_count,
    "leavechat": chats.leave_chat,
    "createforumtopic": topics.create_forum_topic,
    "editforumtopic": topics.edit_forum_topic,
    "closeforumtopic": topics.close_forum_topic,
    "reopenforumtopic": topics.reopen_forum_topic,
    "deleteforumtopic": topics.delete_forum_topic,
    "getforumtopiciconstickers": topics.get_forum_topic_icon_stickers,
    "setmycommands": profile.set_my_commands,
    "getmycommands": profile.get_my_commands,
    "deletemycommands": profile.delete_my_commands,
    "setmyname": profile.set_my_name,
    "getmyname": profile.get_my_name,
    "setmydescription": profile.set_my_description,
    "getmydescription": profile.get_my_description,
    "setmyshortdescription": profile.set_my_short_description,
    "getmyshortdescription": profile.get_my_short_description,
    "setchatmenubutton": profile.set_chat_menu_button,
    "getchatmenubutton": profile.get_chat_menu_button,
    "setmydefaultadministratorrights": profile.set_my_default_administrator_rights,
    "getmydefaultadministratorrights": profile.get_my_default_administrator_rights,
    "getfile": profile.get_file,
    "getuserprofilephotos": profile.get_user_profile_photos,
}
SLOW_METHODS: Final[dict[str, SlowMethod]] = {
    "getupdates": updates.get_updates,
    "setwebhook": updates.set_webhook,
    "deletewebhook": updates.delete_webhook,
}
# What the flood control counts, with the chat each message goes to.
COUNTED: Final = frozenset(
    name for name in METHODS if name.startswith(("send", "copy", "forward"))
)
