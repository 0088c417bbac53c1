"""Arrivals: whoever writes or presses is met, and becomes the one who acts."""

from __future__ import annotations

from telegram import Update
from telegram.constants import ChatMemberStatus, ChatType

from actions import returning
from domain.actors import Actor
from domain.ids import PersonId
from domain.orders import Role
from handlers.desk import Desk


async def arrive(desk: Desk) -> None:
    """Remember who came, and say in which role: staff in the staff group, else a customer."""
    user = desk.update.effective_user
    if user is None or user.is_bot:
        return
    if not _says_something(desk.update) and await _is_forgotten(desk, PersonId(user.id)):
        return
    person = await desk.uow.people.meet(
        PersonId(user.id),
        user.full_name,
        user.username or "",
        user.language_code or "en",
        desk.now,
    )
    role = Role.STAFF if desk.is_staff_chat else Role.CUSTOMER
    desk.actor = Actor(
        person.id,
        person.name,
        role,
        is_finance=role is Role.STAFF and _is_finance(desk, person.id),
        language=person.language,
        timezone=person.timezone or str(desk.agency.timezone),
    )
    if person.blocked and (_writes_to_us(desk.update) or _lets_us_write(desk.update)):
        await returning.back(desk.work, person.id)


def _says_something(update: Update) -> bool:
    return update.message is not None or update.callback_query is not None


async def _is_forgotten(desk: Desk, person: PersonId) -> bool:
    """Whoever deletes the chat after their account, or blocks the bot, has not come again."""
    known = await desk.uow.people.find(person)
    return known is not None and known.erased


def _writes_to_us(update: Update) -> bool:
    """Whoever has blocked the bot cannot; old buttons they may still press."""
    message = update.message
    return message is not None and message.chat.type == ChatType.PRIVATE


def _lets_us_write(update: Update) -> bool:
    """They have unblocked the bot."""
    change = update.my_chat_member
    return (
        change is not None
        and change.chat.type == ChatType.PRIVATE
        and change.new_chat_member.status == ChatMemberStatus.MEMBER
    )


def _is_finance(desk: Desk, person: PersonId) -> bool:
    """The settings name the finance members; where they name none it is the administrators."""
    if desk.agency.finance:
        return person in desk.agency.finance
    return desk.membership.is_admin
