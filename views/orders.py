"""The list of a customer's orders: those that need them first, the ended ones last."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from markupsafe import Markup

from domain.history import OrderGlance
from domain.ids import OrderId
from domain.letters import Key, Screen
from domain.orders import ENDED, Stage
from views import words
from views.buttons import Go, OpenCard, OrdersPage, Place
from views.lengths import one_line
from views.pages import Row
from views.texts import Reader, Texts

ORDERS_A_PAGE: Final = 8


def draw(glances: Sequence[OrderGlance], page: int, pages: int, reader: Reader) -> Screen:
    """A page of orders (from 0, of `pages`), each with a button that opens it."""
    say = reader.say
    if not glances and page == 0:
        return _none(say)
    parts = [_title(page, pages, say)]
    parts += _part(say("<b>Ongoing</b>"), [g for g in glances if not _is_ended(g)], say)
    parts += _part(
        say("<b>Completed and cancelled</b>"), [g for g in glances if _is_ended(g)], say
    )
    rows: list[Row] = [(_key(glance, say),) for glance in glances]
    rows += _turning(page, pages, say)
    rows.append((Go(Place.NEW).key(say.label("New order")), _menu(say)))
    return Screen(str(Markup("\n\n").join(parts)), tuple(rows))


def _none(say: Texts) -> Screen:
    text = say(
        "<b>My orders</b>\n\nYou have no orders yet. <i>New order</i> starts your first one."
    )
    return Screen(str(text), ((Go(Place.NEW).key(say.label("New order")), _menu(say)),))


def _menu(say: Texts) -> Key:
    return Go(Place.MENU).key(say.label("Back"))


def _title(page: int, pages: int, say: Texts) -> Markup:
    if pages > 1:
        return say("<b>My orders</b> · page {page} of {pages}", page=page + 1, pages=pages)
    return say("<b>My orders</b>")


def _part(title: Markup, glances: list[OrderGlance], say: Texts) -> list[Markup]:
    if not glances:
        return []
    return [Markup("\n").join([title, *(_line(glance, say) for glance in glances)])]


def _is_ended(glance: OrderGlance) -> bool:
    return Stage(glance.stage) in ENDED


def _line(glance: OrderGlance, say: Texts) -> Markup:
    stage = words.of_stage(glance.stage, say)
    mark = "🟢" if glance.needs_customer else words.EMOJI[Stage(glance.stage)]
    line = say(
        "{mark} <b>#{number}</b> · {what} · {stage}",
        mark=mark,
        number=glance.id,
        what=_what(glance, 60, say),
        stage=stage,
    )
    return line + say(" · <b>your turn</b>") if glance.needs_customer else line


def _what(glance: OrderGlance, limit: int, say: Texts) -> str:
    first = one_line(glance.first_line.split("://", 1)[-1], limit)
    more = glance.lines - 1
    if more <= 0:
        return first
    return say.n("{first} and {n} more", "{first} and {n} more", more, first=first)


def _key(glance: OrderGlance, say: Texts) -> Key:
    detail = one_line(glance.first_line.split("://", 1)[-1], 40)
    emoji = "🟢" if glance.needs_customer else ""
    label = say.label("#{number}", number=glance.id, detail=detail, emoji=emoji)
    return OpenCard(OrderId(glance.id)).key(label)


def _turning(page: int, pages: int, say: Texts) -> list[Row]:
    row = []
    if page > 0:
        label = say.label("Previous", emoji="⬅️", detail=f"{page}/{pages}")
        row.append(OrdersPage(page - 1).key(label))
    if page + 1 < pages:
        label = say.label("Next", emoji="➡️", detail=f"{page + 2}/{pages}")
        row.append(OrdersPage(page + 1).key(label))
    return [tuple(row)] if row else []
