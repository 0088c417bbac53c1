"""Who may act in the staff group, and which order a topic belongs to."""

from __future__ import annotations

from typing import Final

from telegram import Message, Update
from telegram.ext import filters

from domain.ids import InquiryId, OrderId
from domain.letters import Drawn, Screen
from domain.refusals import NotStaff, StaleButton
from handlers.desk import Desk, current_desk


class _InStaffGroup(filters.UpdateFilter):
    def filter(self, update: Update) -> bool:
        return current_desk().is_staff_chat


State = str | int | None  # of a conversation; None leaves it where it is
IN_STAFF_GROUP: Final = _InStaffGroup(name="in the staff group")
# What somebody wrote there just now: no edit, no service message.
WRITTEN: Final = IN_STAFF_GROUP & filters.UpdateType.MESSAGE & ~filters.StatusUpdate.ALL
# A live location changes by itself, every few seconds.
EDITED: Final = IN_STAFF_GROUP & filters.UpdateType.EDITED_MESSAGE & ~filters.LOCATION


def require_member(desk: Desk) -> None:
    """Only members of the staff group may act, asked of Telegram for this very update."""
    if not (desk.is_staff_chat and desk.membership.is_member):
        raise NotStaff


def require_front_desk(desk: Desk) -> None:
    """Customers' deposits, pay-ins and pay-outs are the business of the settings' agency."""
    require_member(desk)
    if desk.agency.id is not None:
        raise NotStaff


async def order_here(desk: Desk) -> OrderId | None:
    """The order whose topic this is; None in General and in topics of other things."""
    if not desk.thread:
        return None
    return await desk.uow.orders.by_topic(desk.thread, desk.agency.id)


async def has_left(desk: Desk) -> OrderId | None:
    """The order that was moved away from this topic to another agency."""
    if not desk.thread:
        return None
    return await desk.uow.orders.has_left(desk.thread, desk.agency.id)


async def require_here(desk: Desk, order: OrderId) -> None:
    """A button belongs to the topic it is in; where its order went, if that was moved, is said."""
    if await order_here(desk) == order:
        return
    if await has_left(desk) == order:
        await desk.work.lock(order)
    raise StaleButton


async def inquiry_here(desk: Desk) -> InquiryId | None:
    """The inquiry whose topic this is."""
    if not desk.thread or desk.agency.id is not None:  # they are all at the front desk
        return None
    return await desk.uow.inquiries.by_topic(desk.thread)


def is_anonymous(message: Message) -> bool:
    """Written as a channel, or as the group itself: there is no person who could answer for it."""
    return message.sender_chat is not None


def is_by_bot(message: Message) -> bool:
    return message.from_user is not None and message.from_user.is_bot and not is_anonymous(message)


async def reply(desk: Desk, answer: str | Screen) -> State:
    """Answer what was written; whatever its author is in the middle of goes on."""
    screen = answer if isinstance(answer, Screen) else Screen(answer)
    await desk.put(Drawn(screen, replies_to=desk.message))
    return None
