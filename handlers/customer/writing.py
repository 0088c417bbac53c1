"""Writing to the agency: a message about an order, and a text that does not say about which."""

from __future__ import annotations

from dataclasses import asdict
from datetime import timedelta
from typing import Final

from actions import messages
from domain.ids import OrderId
from domain.letters import Screen
from domain.messages import Said, is_thread_open
from domain.refusals import ButtonWanted, StaleButton, ThreadClosed
from handlers.customer import CUSTOMER
from handlers.customer.cards import file_of
from handlers.customer.saying import said
from handlers.desk import Desk
from handlers.forms import DONE, Form, Given, Question, State, begin, show
from handlers.hearing import KEYS, PHOTO, TEXT, Heard, Kind, hear
from views import writing as view
from views.buttons import Do
from views.forms import Prompt

ORDERS_OFFERED: Final = 10
WAITING_MAX: Final = 20  # messages that wait for an answer to which order they belong


async def new_message(desk: Desk, press: Do) -> State:
    """*New message*. Its button does not grow old: one can write at any stage."""
    order = await desk.uow.orders.get(press.order, of=desk.person)
    if not is_thread_open(order, desk.agency.message_days, desk.now):
        raise ThreadClosed(order.id, desk.agency.message_days)
    return await begin(desk, MESSAGE, {"order": order.id})


async def _ask_words(desk: Desk, given: Given) -> Prompt:
    return view.ask_words(OrderId(given["order"]), desk.agency, desk.say)


def _read_words(_desk: Desk, _given: Given, heard: Heard) -> dict[str, object]:
    return asdict(said(heard))


async def _send(desk: Desk, given: Given) -> Screen:
    order = OrderId(given["order"])
    await messages.to_agency(desk.work, order, Said(**given["words"]))
    return view.sent(order, 1, desk.say)


async def _left(desk: Desk, given: Given) -> Screen:
    return view.left(OrderId(given["order"]), desk.say)


MESSAGE = Form(
    side=CUSTOMER,
    name="message",
    questions=(Question("words", _ask_words, _read_words, TEXT | PHOTO),),
    done=_send,
    left=_left,
)


# Without a context ----------------------------------------------------------------------------


async def without_context(desk: Desk) -> State:
    """Something was written, and nothing was asked: about which order is it?"""
    heard = hear(desk.update)
    if heard.kind is Kind.OTHER:
        await show(desk, view.cannot_carry(desk.say))
        return None
    written = said(heard)
    if not await _writable(desk):
        await show(desk, view.no_order(desk.say))
        return None
    return await begin(desk, WHICH, {"said": [asdict(written)]})


async def _writable(desk: Desk) -> list[OrderId]:
    since = desk.now - timedelta(days=desk.agency.message_days)
    return await desk.uow.orders.writable_by(desk.person, since, ORDERS_OFFERED)


async def _ask_which(desk: Desk, given: Given) -> Prompt:
    # Looked up each time: what waited aside may be asked about days and orders later.
    given["orders"] = await _writable(desk)
    orders = [(await file_of(desk, order)).order for order in given["orders"]]
    return view.ask_which(orders, len(given["said"]), desk.say)


def _read_which(_desk: Desk, given: Given, heard: Heard) -> str:
    """More that is written meanwhile waits together with the first, up to a point."""
    if heard.kind is not Kind.KEY:
        if len(given["said"]) >= WAITING_MAX:
            raise ButtonWanted
        given["said"].append(asdict(said(heard)))
        return ""
    if heard.value not in [view.NONE, *map(str, given["orders"])]:
        raise StaleButton
    return heard.value


def _after_which(given: Given) -> str:
    return DONE if given["which"] else "which"


async def _send_all(desk: Desk, given: Given) -> Screen:
    if given["which"] == view.NONE:
        return view.not_sent(desk.say)
    order = OrderId(int(given["which"]))
    for each in given["said"]:
        await messages.to_agency(desk.work, order, Said(**each))
    return view.sent(order, len(given["said"]), desk.say)


async def _not_sent(desk: Desk, _given: Given) -> Screen:
    return view.not_sent(desk.say)


WHICH = Form(
    side=CUSTOMER,
    name="which",
    questions=(
        Question(
            "which",
            _ask_which,
            _read_which,
            TEXT | PHOTO | KEYS,
            cancel=False,
            then=_after_which,
        ),
    ),
    done=_send_all,
    left=_not_sent,
)
