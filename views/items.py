"""The order card's items: each line with its state and prices, and a button of its own."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from markupsafe import Markup

from domain.files import OrderFile
from domain.letters import Screen, Section
from domain.orders import Line, Order
from views import changing, questions, words
from views.buttons import LineButton, Tab
from views.lengths import block, linked, one_line
from views.pages import Page, Row
from views.texts import Reader, Texts

LINES_A_PAGE: Final = 8
_WHAT_MAX: Final = 160
_NOTE_MAX: Final = 100


def text(order: Order, page: int, say: Texts) -> Markup:
    shown = Page.of(order.lines, page, LINES_A_PAGE)
    parts = [Markup("\n").join(_brief(line, say)) for line in shown.shown]
    if more := len(order.lines) - len(shown.shown):
        parts.append(say.n("… and {n} more item", "… and {n} more items", more))
    return Markup("\n\n").join(parts)


def keys(order: Order, page: int, say: Texts) -> tuple[Row, ...]:
    """`1 · 2 × Blue mug`: a row for each line on the page."""
    shown = Page.of(order.lines, page, LINES_A_PAGE)
    return tuple(
        (LineButton(order.id, order.version, line.no).key(_label(line, say)),)
        for line in shown.shown
    )


def _label(line: Line, say: Texts) -> str:
    what = one_line(line.description.split("://", 1)[-1], 30)
    return say.label("{no}", no=line.no, detail=f"{line.quantity} × {what}")


def _brief(line: Line, say: Texts) -> Iterator[Markup]:
    what = linked(line.description, _WHAT_MAX)
    yield say("<b>{no}</b> · {what}", no=line.no, what=what)
    yield _price(line, say)
    yield from _remarks(line, say, _NOTE_MAX)


def _price(line: Line, say: Texts) -> Markup:
    state = words.of_line(line, say)
    price = line.price
    if price is None:
        return say.n(
            "{n} piece · <i>{state}</i>", "{n} pieces · <i>{state}</i>", line.quantity, state=state
        )
    each = say("{shop} ({price})", shop=line.shop_price, price=price) if line.shop_price else price
    return say(
        "{quantity} × {each} = {amount} · <i>{state}</i>",
        quantity=line.quantity,
        each=each,
        amount=price.times(line.quantity),
        state=state,
    )


def _remarks(line: Line, say: Texts, limit: int) -> Iterator[Markup]:
    if line.question is not None:
        yield questions.brief(line, say)
    if line.is_live and line.wanted is not None:
        yield changing.brief(line, say)
    if line.reason:
        yield say("Reason: {reason}", reason=words.reason(line.reason, say, limit))
    if line.note:
        yield say("Note: {note}", note=one_line(line.note, limit))


def one(file: OrderFile, no: int, reader: Reader) -> Screen:
    """A line on its own, with all that was written about it and its photo."""
    order, say = file.order, reader.say
    line = order.line(no)
    parts = [
        say("<b>Order #{number} · Item {no}</b>", number=order.id, no=no),
        linked(line.description, 600 if line.photo else 1500),
        _price(line, say),
    ]
    if line.unit_price is not None and line.bought_price not in (None, line.unit_price):
        parts.append(say("Estimated: {price} each", price=line.unit_price))
    parts += _remarks(line, say, 120 if line.photo else 500)
    page = order.lines.index(line) // LINES_A_PAGE
    back = Tab(order.id, order.version, Section.ITEMS, page).key(say.label("Back"))
    rows = (*questions.keys(order, line, say), *changing.keys(order, line, say), (back,))
    return Screen(str(Markup("\n").join(parts)), rows, photo=line.photo)


def address(text: str, limit: int = 600) -> str:
    """A delivery address, in its lines."""
    return block(text, limit)
