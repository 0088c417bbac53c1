"""Canned replies: how they are listed, what one says about an order, and its preview."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final
from zlib import crc32

from markupsafe import Markup

from domain.canned import PLACES, Canned, parts_of
from domain.files import OrderFile
from domain.letters import Screen
from domain.money import Money
from domain.orders import Order
from views.buttons import CannedDo, CannedStep
from views.lengths import cut_html, one_line
from views.moments import Deadline
from views.pages import Row
from views.staff import code
from views.texts import Reader, Texts

_SHOWN_MAX: Final = 60
_LISTED_MAX: Final = 30
_LIST_ROOM: Final = 3600


# What it says ---------------------------------------------------------------------------------


def filled(reply: Canned, file: OrderFile, reader: Reader) -> Markup | None:
    """The text for this order, as its customer reads it; None when a value is not known yet."""
    values = _values(file, reader.say)
    shown = [values[part] if is_place else part for part, is_place in parts_of(reply.text)]
    if any(part is None for part in shown):
        return None
    return Markup("").join(part for part in shown if part is not None)


def _values(file: OrderFile, say: Texts) -> dict[str, str | None]:
    order = file.order
    total = total_of(order)
    return {
        "order": f"#{order.id}",
        "customer": one_line(file.customer.name, _SHOWN_MAX),
        "total": None if total is None else say.show(total),
        "due": None if order.due_at is None else say.show(Deadline(order.due_at)),
    }


def total_of(order: Order) -> Money | None:
    """Of the bill that is to be paid, else of the newest."""
    bill = order.bill_due or order.second_bill or order.first_bill
    return None if bill is None else bill.total


def check_of(text: str) -> int:
    """Two texts that differ have, nearly always, different ones."""
    return crc32(text.encode())


# In a topic -----------------------------------------------------------------------------------


def preview(reply: Canned, text: Markup, file: OrderFile, say: Texts) -> Screen:
    order, name = file.order, one_line(file.customer.name, _SHOWN_MAX)
    head = say("This goes to {name}:", name=name)
    lines = [head, Markup("<blockquote>{}</blockquote>").format(text)]
    send = CannedDo(order.id, reply.id, CannedStep.SEND, check_of(str(text)))
    leave = CannedDo(order.id, reply.id, CannedStep.CANCEL)
    keys = (send.key(say.label("Send", emoji="📨")), leave.key(say.label("Cancel")))
    return Screen(str(Markup("\n").join(lines)), (keys,))


def sent(reply: Canned, text: Markup, by: str, say: Texts) -> Screen:
    """What stands in place of the preview: the topic's record of what was said."""
    head = say("📨 {by} sent “{name}”:", by=one_line(by, _SHOWN_MAX), name=reply.name)
    quoted = Markup("<blockquote>{}</blockquote>").format(text)
    return Screen(str(Markup("\n").join([head, quoted])))


def left(say: Texts) -> Screen:
    return Screen(str(say("Nothing was sent.")))


def lacks_value(reply: Canned, say: Texts) -> Markup:
    return say(
        "⚠️ “{name}” cannot be sent yet: this order has no {{total}} or no {{due}} to fill in. "
        "Nothing was sent.",
        name=reply.name,
    )


def outdated(say: Texts) -> str:
    return str(say.label("The reply says something else now. Please look again."))


# The list -------------------------------------------------------------------------------------


def listed(replies: Iterable[Canned], file: OrderFile | None, reader: Reader) -> Screen:
    """All there are; in an order's topic with a button each."""
    say, found = reader.say, list(replies)
    if not found:
        return Screen(
            str(Markup("\n").join([say("There are no canned replies yet."), *_how(say)]))
        )
    lines = [
        Markup("{} · {}\n{}").format(code(each.name), each.language, one_line(each.text, 120))
        for each in found[:_LISTED_MAX]
    ]
    if (more := len(found) - _LISTED_MAX) > 0:
        lines.append(say.n("… and {n} more", "… and {n} more", more))
    text = Markup("\n").join([say("<b>Canned replies</b>"), *lines, Markup(), *_how(say)])
    text = Markup(cut_html(str(text), _LIST_ROOM))
    return Screen(str(text), () if file is None else _buttons(found, file))


def _buttons(found: list[Canned], file: OrderFile) -> tuple[Row, ...]:
    names = {each.name: each for each in reversed(found)}
    keys = [
        CannedDo(file.order.id, each.id, CannedStep.SHOW).key(each.name)
        for each in sorted(names.values(), key=lambda each: each.name)[:_LISTED_MAX]
    ]
    return tuple(tuple(keys[at : at + 3]) for at in range(0, len(keys), 3))


def _how(say: Texts) -> list[Markup]:
    places = Markup(" ").join(code(f"{{{place}}}") for place in PLACES)
    return [
        say("In an order’s topic, {line} shows one before it is sent.", line=code("/canned name")),
        say("To make one: {line}", line=code("/canned add name text")),
        say("In another language: {line}", line=code("/canned add name:ja text")),
        say("In the text, these stand for the order’s values: {places}", places=places),
    ]


def kept(name: str, language: str, say: Texts, *, is_new: bool) -> Markup:
    if is_new:
        return say("✅ “{name}” ({language}) is there now.", name=name, language=language)
    return say("✅ “{name}” ({language}) is changed.", name=name, language=language)


def known_already(name: str, language: str, say: Texts) -> Markup:
    return say(
        "⚠️ There is a “{name}” ({language}) already. Nothing was changed. To change it: {line}",
        name=name,
        language=language,
        line=code(f"/canned change {name}:{language} text"),
    )


def not_there(name: str, say: Texts) -> Markup:
    return say(
        "⚠️ There is no canned reply “{name}”. Nothing was changed or sent. All of them: {line}",
        name=name,
        line=code("/canned"),
    )


def deleted(name: str, count: int, say: Texts) -> Markup:
    return say.n(
        "✅ “{name}” is deleted: {n} text.", "✅ “{name}” is deleted: {n} texts.", count, name=name
    )
