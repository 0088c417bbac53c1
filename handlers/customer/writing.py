"""Writing to the agency: about an order, to the front desk, or without saying to whom."""

from __future__ import annotations

import re
from datetime import timedelta
from typing import Final

from telegram import Message

from actions import messages
from domain.ids import OrderId
from domain.letters import Screen, ShownAgain
from domain.messages import Said, by_message, is_thread_open
from domain.orders import Order
from domain.refusals import ButtonWanted, CannotCarry, NotYours, StaleButton
from handlers.customer import CUSTOMER
from handlers.customer.cards import file_of
from handlers.customer.saying import from_json, said, to_json
from handlers.desk import Desk
from handlers.forms import (
    DONE,
    Form,
    Given,
    Question,
    State,
    answer,
    begin,
    is_open,
    sheet_of,
    show,
)
from handlers.hearing import ANYTHING, KEYS, Heard, Kind, hear, said_in
from views import writing as view
from views.buttons import Button, Do, FormKey, ShowAgain
from views.forms import Prompt
from views.lengths import plain

ORDERS_OFFERED: Final = 10
WAITING_MAX: Final = 20  # messages that wait for an answer to which order they belong
_NUMBER: Final = re.compile(r"(?<![\w#/])#([1-9][0-9]{0,17})\b")


async def new_message(desk: Desk, press: Do) -> State:
    """*New message*. Its button does not grow old: one can write at any stage."""
    order = await desk.uow.orders.get(press.order, of=desk.person)
    if not _is_open(desk, order):
        return await begin(desk, INQUIRY, {"about": order.id})
    return await begin(desk, MESSAGE, {"order": order.id})


def _is_open(desk: Desk, order: Order) -> bool:
    return is_thread_open(order, desk.agency.message_days, desk.now)


async def _ask_words(desk: Desk, given: Given) -> Prompt:
    order = OrderId(given["order"])
    return view.ask_words(order, await desk.agency_of(order), desk.say)


def _read_words(_desk: Desk, _given: Given, heard: Heard) -> dict[str, object]:
    return to_json(heard)


async def _send(desk: Desk, given: Given) -> Screen:
    order, [words] = OrderId(given["order"]), from_json([given["words"]])
    carried = await messages.to_agency(desk.work, order, words)
    return view.sent(order, 1, desk.say, carried=carried)


async def _left(desk: Desk, given: Given) -> Screen:
    return view.left(OrderId(given["order"]), desk.say)


MESSAGE = Form(
    side=CUSTOMER,
    name="message",
    questions=(Question("words", _ask_words, _read_words, ANYTHING),),
    done=_send,
    left=_left,
)


# To the front desk ----------------------------------------------------------------------------


async def inquiry(desk: Desk) -> State:
    """`/inquiry`: a question that belongs to no order."""
    return await begin(desk, INQUIRY, {"about": 0})


async def _ask_inquiry(desk: Desk, given: Given) -> Prompt:
    about = OrderId(given["about"]) if given["about"] else None
    return view.ask_inquiry(about, desk.agency, desk.say)


async def _inquire(desk: Desk, given: Given) -> Screen:
    [words] = from_json([given["words"]])
    about = OrderId(given["about"]) if given["about"] else None
    return view.inquired(1, desk.say, carried=await messages.inquire(desk.work, words, about))


async def _inquiry_left(desk: Desk, _given: Given) -> Screen:
    return view.not_sent(desk.say)


INQUIRY = Form(
    side=CUSTOMER,
    name="inquiry",
    questions=(Question("words", _ask_inquiry, _read_words, ANYTHING),),
    done=_inquire,
    left=_inquiry_left,
)


# What says by itself where it belongs ----------------------------------------------------------


async def out_of_turn(desk: Desk) -> State:
    """One more picture of an album, or an answer to a message: else it is what was asked for."""
    message = desk.update.message
    assert message is not None
    words = said_in(message)
    if words is not None and (state := await _belongs(desk, message, words)) is not None:
        return None if state == _DONE else state
    if is_open(desk, CUSTOMER):
        return await answer(desk, CUSTOMER)
    return await without_context(desk)


_DONE: Final = "done"


async def _belongs(desk: Desk, message: Message, words: Said) -> State:
    """Send it where it belongs; None when it does not say where that is."""
    if (album := await messages.known_album(desk.work, words)) is not None:
        await messages.go_on(desk.work, album, words)
        return _DONE
    if words.album and _keep_part(desk, words):
        return _DONE
    replied = message.reply_to_message
    if replied is None or _is_question(replied):
        return None
    said(hear(desk.update))  # no card numbers
    spoken = await desk.uow.notes.at(desk.chat, replied.message_id)
    if spoken is not None:
        note = await desk.uow.notes.get(spoken.note)
        if note.order is not None:
            return await _about(desk, note.order, words)
        carried = await messages.go_on(desk.work, note.id, words)
        await show(desk, view.inquired(1, desk.say, carried=carried))
        return _DONE
    order = _order_in(replied) if replied.from_user and replied.from_user.is_bot else None
    return None if order is None else await _about(desk, order, words)


async def _about(desk: Desk, number: OrderId, words: Said) -> State:
    try:
        order = await desk.uow.orders.get(number, of=desk.person)
    except NotYours:  # only a number that stood in some text
        return None
    if not _is_open(desk, order):
        return await begin(desk, LATE, {"order": order.id, "said": [_json(words)]})
    carried = await messages.to_agency(desk.work, order.id, words)
    await show(desk, view.sent(order.id, 1, desk.say, carried=carried))
    return _DONE


def _json(words: Said) -> dict[str, object]:
    return to_json(Heard.of(words, ""))


def _keep_part(desk: Desk, words: Said) -> bool:
    """One more of an album that waits for an answer: it is not asked about again."""
    for form in (WHICH, LATE):
        sheet = sheet_of(desk, form)
        if sheet and any(each["album"] == words.album for each in sheet.given["said"]):
            sheet.given["said"].append(_json(words))
            return True
    return False


def _is_question(message: Message) -> bool:
    """A question of a form: what answers it is its answer."""
    return any(FormKey.unpack(data) for data in _data_of(message))


def _data_of(message: Message) -> list[str]:
    rows = message.reply_markup.inline_keyboard if message.reply_markup else ()
    return [str(key.callback_data) for row in rows for key in row if key.callback_data]


def _order_in(message: Message) -> OrderId | None:
    """The order that a message of ours is about: its keys say so, or the one number in it."""
    numbers = {_order_of(data) for data in _data_of(message)} - {0}
    if not numbers:
        numbers = {int(n) for n in _NUMBER.findall(message.text or message.caption or "")}
    return OrderId(numbers.pop()) if len(numbers) == 1 else None


def _order_of(data: str) -> int:
    kind = Button.kinds.get(data.split(":", 1)[0])
    button = kind.unpack(data) if kind else None
    return int(getattr(button, "order", 0))


# Without a context ----------------------------------------------------------------------------


async def without_context(desk: Desk) -> State:
    """Something was written, and nothing was asked: about which order is it?"""
    heard = hear(desk.update)
    if heard.kind is Kind.OTHER:
        raise CannotCarry
    return await begin(desk, WHICH, {"said": [to_json(heard)]})


async def after_long(desk: Desk) -> State:
    """Something was written long after a question: is it the answer?"""
    heard = hear(desk.update)
    if heard.kind is Kind.OTHER:
        raise CannotCarry
    return await begin(desk, WHICH, {"said": [to_json(heard)], "typed": heard.text, "old": True})


async def _writable(desk: Desk) -> list[OrderId]:
    since = desk.now - timedelta(days=desk.agency.message_days)
    return await desk.uow.orders.writable_by(desk.person, since, ORDERS_OFFERED)


async def _ask_which(desk: Desk, given: Given) -> Prompt:
    # Looked up each time: what waited aside may be asked about days and orders later.
    given["orders"] = await _writable(desk)
    orders = [(await file_of(desk, order)).order for order in given["orders"]]
    words = from_json(given["said"])
    return view.ask_which(orders, words, desk.say, old=given.get("old", False))


def _count(words: list[dict[str, object]]) -> int:
    return len(by_message(from_json(words)))


def _read_which(_desk: Desk, given: Given, heard: Heard) -> str:
    """More that is written meanwhile waits together with the first, up to a point."""
    if heard.kind is not Kind.KEY:
        if _count(given["said"]) >= WAITING_MAX:
            raise ButtonWanted
        given["said"].append(to_json(heard))
        return ""
    known = [view.NONE, *map(str, given["orders"])]
    if heard.value not in ([*known, view.ANSWER] if given.get("old") else known):
        raise StaleButton
    return heard.value


def _after_which(given: Given) -> str:
    return DONE if given["which"] else "which"


async def _send_all(desk: Desk, given: Given) -> Screen | Heard:
    words = from_json(given["said"])
    if given["which"] == view.ANSWER:
        return Heard.of(words[0], given["typed"])
    carried = True
    if given["which"] == view.NONE:
        for each in words:
            carried = await messages.inquire(desk.work, each)
        return view.inquired(_count(given["said"]), desk.say, carried=carried)
    order = OrderId(int(given["which"]))
    for each in words:
        carried = await messages.to_agency(desk.work, order, each)
    return view.sent(order, _count(given["said"]), desk.say, carried=carried)


async def _not_sent(desk: Desk, _given: Given) -> Screen:
    return view.not_sent(desk.say)


WHICH = Form(
    side=CUSTOMER,
    name="which",
    questions=(Question("which", _ask_which, _read_which, ANYTHING | KEYS, then=_after_which),),
    done=_send_all,
    left=_not_sent,
    grows_old=False,
)


# About an order that ended long ago ------------------------------------------------------------


async def _ask_late(desk: Desk, given: Given) -> Prompt:
    days, words = desk.agency.message_days, from_json(given["said"])
    return view.ask_late(OrderId(given["order"]), days, words, desk.say)


def _read_late(_desk: Desk, given: Given, heard: Heard) -> str:
    if heard.kind is not Kind.KEY:
        if _count(given["said"]) >= WAITING_MAX:
            raise ButtonWanted
        given["said"].append(to_json(heard))
    return heard.value


def _after_late(given: Given) -> str:
    return DONE if given["late"] else "late"


async def _send_late(desk: Desk, given: Given) -> Screen:
    carried = True
    for each in from_json(given["said"]):
        carried = await messages.inquire(desk.work, each, OrderId(given["order"]))
    return view.inquired(_count(given["said"]), desk.say, carried=carried)


LATE = Form(
    side=CUSTOMER,
    name="late",
    questions=(Question("late", _ask_late, _read_late, ANYTHING | KEYS, then=_after_late),),
    done=_send_late,
    left=_not_sent,
    grows_old=False,
)


# Afterwards -----------------------------------------------------------------------------------


async def edited(desk: Desk) -> State:
    """What was sent already is changed on the other side too; what waits, where it waits."""
    message = desk.update.edited_message
    assert message is not None
    words = said_in(message)
    spoken = await desk.uow.notes.at(desk.chat, message.message_id)
    if words is not None and spoken is not None:
        said(Heard.of(words, plain(words.html)))
        await messages.edit(desk.work, spoken, words)
    elif words is None or not _edit_waiting(desk, words):
        await show(desk, view.edited(desk.say))
    return None


def _edit_waiting(desk: Desk, words: Said) -> bool:
    for form in (WHICH, LATE):
        sheet = sheet_of(desk, form)
        for place, each in enumerate(sheet.given["said"] if sheet else ()):
            if each["message"] == words.message and sheet is not None:
                sheet.given["said"][place] = _json(words)
                return True
    return False


async def show_again(desk: Desk, press: ShowAgain) -> State:
    """The pictures and files of a page of an order's messages, below."""
    page = max(0, min(press.page, 1_000_000))
    file = await desk.uow.files.load(press.order, of=desk.person, page=page)
    for note in file.notes:
        if note.media:
            await desk.put(ShownAgain(note.id))
    return None
