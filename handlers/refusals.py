"""Refusals, told to whoever acted: over the chat for a press, as a message for what was typed."""

from __future__ import annotations

from domain.letters import Card, Deleted, Drawn, Screen, TopicCard, ToTopic, Urgency
from domain.refusals import CardNumber, CardOutdated, Refused, StaleButton
from handlers.customer import CUSTOMER
from handlers.customer.orders import put_card
from handlers.desk import Desk
from handlers.forms import drop
from handlers.hearing import ANSWERS
from handlers.pressing import is_at_home
from views import refusals
from views.buttons import FormKey


async def answer(refusal: Refused, desk: Desk) -> None:
    """Everything was undone; say why. An outdated card is drawn afresh."""
    if isinstance(refusal, CardNumber) and is_at_home(desk):
        await desk.put(Deleted(desk.message))
    if desk.update.callback_query:
        desk.toast(refusals.toast(refusal, desk.say), alert=True)
    else:
        await desk.put(Drawn(_told(refusal, desk), replies_to=_repliable(desk)))
    if desk.is_staff_chat and isinstance(refusal, CardOutdated):
        await desk.put(TopicCard(refusal.order), ToTopic(refusal.order), Urgency.REDRAW)
    if not is_at_home(desk):
        return
    if isinstance(refusal, CardOutdated):
        await put_card(desk, Card(refusal.order))
    elif _is_form_key(desk) and not isinstance(refusal, StaleButton):
        await desk.put(Drawn(_told(refusal, desk), edits=desk.message))
    if _is_answer(desk) and not isinstance(refusal, StaleButton):
        # What the form was to do cannot be done any more: asking on would lead nowhere.
        await drop(desk, CUSTOMER)


def _told(refusal: Refused, desk: Desk) -> Screen:
    return Screen(str(refusals.words(refusal, desk.reader, desk.agency)))


def _repliable(desk: Desk) -> int:
    """In a group it is shown who is meant; in a private chat that is plain."""
    return desk.message if desk.is_staff_chat else 0


def _is_answer(desk: Desk) -> bool:
    """Whether a form was answered, by a key or in writing."""
    is_typed = CUSTOMER in desk.talks.states and bool(ANSWERS.check_update(desk.update))
    return is_typed or _is_form_key(desk)


def _is_form_key(desk: Desk) -> bool:
    query = desk.update.callback_query
    return bool(query and query.data and FormKey.unpack(query.data))
